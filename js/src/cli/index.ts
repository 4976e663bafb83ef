// The package's command line: keys, trails and approvals. Policies are the native command line's, which reads trails as this one does.

import { TollgateError } from '../error.js';
import { approvalGate, approvalMake } from './approval.js';
import { keysId, keysList, keysNew, keysRevoke } from './keys.js';
import { type Command, Fault, helpOf, meant, overview, read, shown, Usage } from './line.js';
import { engine } from './open.js';
import { put } from './output.js';
import { trailCheckpoint, trailCheckProof, trailProve, trailShow } from './show.js';
import { trailExport, trailUnlock, trailVerify } from './trail.js';

const COMMANDS: readonly Command[] = [
  ...[keysNew, keysId, keysList, keysRevoke],
  ...[trailVerify, trailShow, trailProve, trailCheckProof, trailCheckpoint, trailExport, trailUnlock],
  ...[approvalMake, approvalGate],
];

const ABOUT = {
  '': 'Make keys for signed trails, see and end those of a trail; verify, show, prove and export one; ask the gate of a deployment by an approval',
  keys: 'Make a key; see and end those of a trail',
  trail: 'Verify a trail, show it, prove an entry, export it; take its lock from a writer that is gone',
  approval: 'Make the approval of a change as a file; ask by it whether a deployment may begin',
};

/** What the native command line has and this one has not. */
const NATIVE = ['check', 'fmt', 'test', 'decide', 'new', 'simulate', 'rehearse'];

/** What a remedy of the package is in the words of a command line. */
const REMEDIES: { readonly [code: string]: string } = {
  SIGNER_MISSING: 'give the file of each key by --key',
  STORE_LOCKED: 'see `trail unlock --help`, or wait for it with --wait',
  TRAIL_STALE: 'find out where its end went before anything is added',
};

async function main(args: readonly string[]): Promise<number> {
  try {
    return await run(args);
  } catch (error) {
    const told = COMMANDS.find(({ words }) => words === `${args[0]} ${args[1]}`)?.failed?.({ code: codeOf(error), message: said(error) }, args);
    if (told !== undefined) console.log(shown(told));
    if (error instanceof Usage) {
      console.error(`error: ${shown(error.message)}\n\nUsage: npx tollgate ${error.usage}\n\nFor more information, try '--help'.`);
      return 2;
    }
    console.error(`tollgate: ${shown(said(error))}`);
    return 1;
  }
}

async function run(args: readonly string[]): Promise<number> {
  // `help trail verify` and `trail help verify` are `trail verify --help`.
  const asks = args[0] === 'help' ? args.slice(1) : args[1] === 'help' ? [args[0] as string, ...args.slice(2)] : undefined;
  if (asks) return help(asks);
  const [group = '', name = ''] = args.filter((word) => !word.startsWith('-'));
  if (args[0] === '-V' || args[0] === '--version') return print(`tollgate ${version()}`);
  const command = COMMANDS.find(({ words }) => words === `${group} ${name}`);
  // The words come first, so that no value of an option is taken for one.
  if (command && `${args[0]} ${args[1]}` === command.words) {
    const rest = args.slice(2);
    if (rest.includes('-h') || rest.includes('--help')) {
      print(helpOf(command));
      // Where it stands among others it may be the value of one: nothing was done, and nobody may think so.
      return rest.length === 1 ? 0 : 2;
    }
    return command.run(read(command, rest));
  }
  const about = group in ABOUT ? (group as keyof typeof ABOUT) : '';
  const listed = overview(about, ABOUT[about], COMMANDS);
  if (args.length === 0 || (about !== '' && args.length === 1)) {
    console.error(listed);
    return 2;
  }
  if (args.at(-1) === '-h' || args.at(-1) === '--help') return print(listed);
  throw unknown(about, about === '' ? (args[0] ?? '') : `${group} ${args[1]}`, group, name);
}

/** The help of a command, of a group of them, or of all. */
function help([group = '', name = '']: readonly string[]): number {
  const command = COMMANDS.find(({ words }) => words === `${group} ${name}`.trim());
  if (command) return print(helpOf(command));
  const about = group in ABOUT ? (group as keyof typeof ABOUT) : '';
  if (about !== group || name !== '') throw unknown(about, `${group} ${name}`.trim(), group, name);
  return print(overview(about, ABOUT[about], COMMANDS));
}

function unknown(about: string, wanted: string, group: string, name: string): Usage {
  const isNative = NATIVE.find((words) => words === wanted);
  if (isNative) return new Usage(`\`${isNative}\` is a command of the native command line, which is built from the sources: cargo install --locked --path .`, '<COMMAND>');
  return new Usage(`there is no command \`${wanted}\`${likely(about, group, name)}`, about === '' ? '<COMMAND>' : `${about} <COMMAND>`);
}

/** The command that was meant, as a question: a wrong word alone, or both. */
function likely(about: string, group: string, name: string): string {
  const all = COMMANDS.map(({ words }) => words);
  const inside = all.filter((words) => words.startsWith(`${about} `)).map((words) => words.slice(about.length + 1));
  if (about !== '') return meant(name, inside, `${about} `);
  return meant(`${group} ${name}`.trim(), name === '' ? Object.keys(ABOUT).filter((words) => words !== '') : all);
}

/** The version of the engine, which is the package's. */
const version = (): string => engine.run('version', (it) => it.version());

function print(text: string): number {
  put(text);
  return 0;
}

/** A stable word for what went wrong. */
function codeOf(error: unknown): string {
  if (error instanceof Usage) return 'USAGE';
  return error instanceof Fault || error instanceof TollgateError ? error.code : 'FAILED';
}

function said(error: unknown): string {
  if (error instanceof Fault) return error.message;
  if (error instanceof TollgateError) {
    const { code, message, help } = error;
    const remedy = REMEDIES[code];
    // Where the package names an option of its own, this names what stands for it here.
    return remedy === undefined || help === undefined ? message : message.replace(` (${help})`, ` (${remedy})`);
  }
  // What the system says: which file stands in it.
  return error instanceof Error ? error.message : String(error);
}

process.exitCode = await main(process.argv.slice(2));
