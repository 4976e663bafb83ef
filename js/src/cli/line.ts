// Command lines: what a command takes, its help, and what was given.

import { parseArgs } from 'node:util';

/** The command line cannot be understood. */
export class Usage extends Error {
  readonly usage: string;

  constructor(message: string, usage: string) {
    super(message);
    this.usage = usage;
  }
}

/** What a command names is not as it must be. */
export class Fault extends Error {
  /** A stable word for programs. */
  readonly code: string;

  constructor(message: string, code = 'REFUSED') {
    super(message);
    this.code = code;
  }
}

/** An option: with a value where `value` names one, a switch where not. */
export interface Option {
  name: string;
  value?: string;
  about: string;
  /** It must be given. */
  needed?: true;
  /** It may be given more than once. */
  many?: true;
}

export interface Command {
  /** Its words, such as `keys new`. */
  words: string;
  about: string;
  /** The last may be left out where it is `optional`. */
  args: readonly { name: string; about: string; optional?: true }[];
  options: readonly Option[];
  /** What stands below its help. */
  after?: string;
  /** Returns the exit code. */
  run(given: Given): Promise<number>;
  /** What goes to standard output where the command fails: a script that reads it must not be left without an answer. */
  failed?(failure: { code: string; message: string }, words: readonly string[]): string;
}

/** What was given to a command. */
export interface Given {
  /** The arguments: all of them, but for one that may be left out. */
  args: readonly string[];
  /** The values of an option, in their order. */
  all(name: string): readonly string[];
  /** The value of an option. */
  one(name: string): string | undefined;
  has(name: string): boolean;
}

/** What a terminal obeys, what turns text round and what is not shown, as the engine has it. */
const UNSEEN = /[\p{Cc}\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\u2028\u2029\u2800\ufff0-\ufffb\u{13430}-\u{1345f}\u{1d159}]/gu;

/** A text that others wrote, in which all is seen: what is not stands as its escape. Lines stay; \`inLine\` has none. */
export const shown = (text: string): string =>
  text.replaceAll(UNSEEN, (letter) => (letter === '\n' ? letter : `\\u{${(letter.codePointAt(0) as number).toString(16)}}`));

/** The same in one line. */
export const inLine = (text: string): string => shown(text.replaceAll(/[\n\r\t\u2028\u2029]+/g, ' '));

/** The one of several words that somebody may have meant, as a question with what stands before it; nothing where none is near. */
export function meant(word: string, words: readonly string[], before = ''): string {
  // A third of what was typed may be wrong, and one letter of a short word.
  const limit = Math.max(1, Math.floor(word.length / 3));
  const [nearest] = words.map((known) => ({ known, edits: editsOf(word, known) })).filter(({ edits }) => edits <= limit).sort((a, b) => a.edits - b.edits);
  return nearest ? `: did you mean \`${before}${nearest.known}\`?` : '';
}

/** How many letters are put in, left out, changed or swapped with their neighbour (optimal string alignment). */
function editsOf(one: string, other: string): number {
  let [before, last] = [[] as number[], Array.from({ length: other.length + 1 }, (_, at) => at)];
  for (let row = 1; row <= one.length; row += 1) {
    const next = [row];
    for (let at = 1; at <= other.length; at += 1) {
      const same = one[row - 1] === other[at - 1];
      let edits = Math.min((last[at] as number) + 1, (next[at - 1] as number) + 1, (last[at - 1] as number) + (same ? 0 : 1));
      const swapped = row > 1 && at > 1 && one[row - 1] === other[at - 2] && one[row - 2] === other[at - 1];
      if (swapped) edits = Math.min(edits, (before[at - 2] as number) + 1);
      next.push(edits);
    }
    [before, last] = [last, next];
  }
  return last[other.length] as number;
}

const WIDTH = 100;

const shape = ({ name, value }: Option): string => (value === undefined ? `--${name}` : `--${name} <${value}>`);

const place = ({ name, optional }: Command['args'][number]): string => (optional ? `[${name}]` : `<${name}>`);

/** How a command is written. */
export function usageOf({ words, args, options }: Command): string {
  const needed = options.filter((option) => option.needed).map(shape);
  const others = options.some((option) => !option.needed) ? ['[OPTIONS]'] : [];
  return [words, ...others, ...needed, ...args.map(place)].join(' ');
}

/** The help of a command. */
export function helpOf(command: Command): string {
  const { about, args, options, after } = command;
  const parts = [about, `Usage: ${filled(`npx tollgate ${usageOf(command)}`, 'Usage: '.length)}`];
  if (args.length > 0) parts.push(`Arguments:\n${table(args.map((arg) => [place(arg), arg.about]))}`);
  const rows = options.map((option): [string, string] => [`    ${shape(option)}`, option.about + (option.many ? '; may be given more than once' : '')]);
  parts.push(`Options:\n${table([...rows, ['-h, --help', 'Print help']])}`);
  if (after !== undefined) parts.push(filled(after, 0));
  return parts.join('\n\n');
}

/** The help of a group of commands, or of all. */
export function overview(group: string, about: string, commands: readonly Command[]): string {
  const listed = commands.filter(({ words }) => group === '' || words.startsWith(`${group} `));
  const rows = listed.map(({ words, about }): [string, string] => [group === '' ? words : words.slice(group.length + 1), about]);
  const version: [string, string][] = group === '' ? [['-V, --version', 'Print version']] : [];
  const parts = [about, `Usage: npx tollgate ${group === '' ? '' : `${group} `}<COMMAND>`, `Commands:\n${table(rows)}`];
  parts.push(`Options:\n${table([['-h, --help', 'Print help'], ...version])}`);
  if (group === '') {
    const codes = 'Exit code: 0 done, or allowed; 1 a trail that does not hold, a file that is refused, or a deployment that is denied; 2 a command line that cannot be understood.';
    const native = 'Policies are checked and tested, and requests decided, with the native command line `tollgate`, which reads trails, too.';
    parts.push(filled(codes, 0), filled(native, 0));
  }
  return parts.join('\n\n');
}

function table(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length)) + 4;
  return rows.map(([name, about]) => `  ${name}`.padEnd(width) + filled(about, width)).join('\n');
}

/** A text in lines of the width of a help; those after the first stand further in. A line that is given further in stays as it is. */
function filled(text: string, indent: number): string {
  const lines = text.split('\n').flatMap((line) => (line.startsWith(' ') ? [line] : wrapped(line, WIDTH - indent)));
  return lines.join(`\n${' '.repeat(indent)}`);
}

function wrapped(text: string, width: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) as string;
    if (line !== '' && line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines;
}

/** Reads what was given to a command. */
export function read(command: Command, words: readonly string[]): Given {
  const usage = usageOf(command);
  const options = Object.fromEntries(command.options.map(({ name, value }) => [name, { type: value === undefined ? 'boolean' : 'string', multiple: true } as const]));
  let parsed: { values: { [name: string]: unknown }; positionals: string[] };
  try {
    parsed = parseArgs({ args: withValues(command, words), options, allowPositionals: true });
  } catch (error) {
    throw new Usage(notRead(command, (error as Error).message), usage);
  }
  const { values, positionals } = parsed;
  const missing = command.args[positionals.length];
  if (missing && !missing.optional) throw new Usage(`<${missing.name}> is missing: ${missing.about}`, usage);
  if (positionals.length > command.args.length) throw new Usage(`\`${positionals[command.args.length]}\` is one argument too many`, usage);
  for (const [at, { name, about }] of command.args.entries()) {
    if (positionals[at]?.trim() === '') throw new Usage(`<${name}> is empty: ${about}`, usage);
  }
  const all = (name: string) => ((values[name] ?? []) as unknown[]).map(String);
  for (const option of command.options) {
    const count = all(option.name).length;
    if (option.needed && count === 0) throw new Usage(`${shape(option)} is missing: ${option.about}`, usage);
    if (!option.many && count > 1) throw new Usage(`--${option.name} is given ${count} times`, usage);
    // What is named by nothing would be put on record as that, or compared with it.
    if (all(option.name).some((value) => value.trim() === '')) throw new Usage(`--${option.name} is empty: ${option.about}`, usage);
  }
  return { args: positionals, all, one: (name) => all(name)[0], has: (name) => all(name).length > 0 };
}

/** The words with each number below zero put to its option: it would be taken for an option of its own, and could not be named. */
function withValues({ options }: Command, words: readonly string[]): string[] {
  const takes = new Set(options.filter(({ value }) => value !== undefined).map(({ name }) => `--${name}`));
  const put: string[] = [];
  for (const word of words) {
    const last = put.at(-1);
    if (/^-\d/.test(word) && last !== undefined && takes.has(last)) put[put.length - 1] = `${last}=${word}`;
    else put.push(word);
  }
  return put;
}

/** Why a line was not read, from what Node says of it. */
function notRead({ options }: Command, said: string): string {
  const [first = ''] = said.split(/\. |\n/);
  const [, unknown] = /^Unknown option '(--?[^']+)'$/.exec(first) ?? [];
  if (unknown !== undefined) return `unknown option '${unknown}'${meant(unknown, ['--help', ...options.map(({ name }) => `--${name}`)])}`;
  const [, bare] = /^Option '--([^ ']+).*' argument (?:is ambiguous|missing)/.exec(first) ?? [];
  const option = options.find(({ name }) => name === bare);
  if (option) return `${shape(option)} has no value: ${option.about}; one that begins with \`-\` is written --${option.name}=VALUE`;
  return first.charAt(0).toLowerCase() + first.slice(1);
}

/** The value of an option that is a whole number. */
export function numberOf(given: Given, name: string, command: Command): number | undefined {
  const text = given.one(name);
  if (text === undefined) return undefined;
  if (!/^\d{1,15}$/.test(text)) throw new Usage(`--${name} is \`${text}\`, and must be a whole number, 0 or more`, usageOf(command));
  return Number(text);
}
