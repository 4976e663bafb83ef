// `trail`: verifies and exports a trail, and takes its lock from a writer that is gone.

import { join } from 'node:path';

import { exportTrail } from '../node/export.js';
import { nameOf, type Standing, standingOf, takeAway } from '../node/lock.js';
import { check } from '../trail/reading.js';
import { textOf } from './files.js';
import { type Command, Fault, type Given, shown, Usage, usageOf } from './line.js';
import { engine, faultOf, inTrail, mustBeTrail, PIN, pinsOf, TRAIL, WRITING } from './open.js';
import { put } from './output.js';
import { openToRead, PATH } from './reading.js';

export const trailVerify: Command = {
  words: 'trail verify',
  about: 'Verify a trail: every signature, the tree, every change; the first thing that is wrong, and where',
  args: [PATH],
  options: [
    PIN,
    { name: 'witness', value: 'KEY', about: 'The key of a witness, as it publishes it: NAME+ID+KEY. Witnesses that the log has enrolled count anyway', many: true },
    { name: 'beside', value: 'BUNDLE', about: 'The file of a handover that somebody else was given: a log that handed one change over twice shows', many: true },
    { name: 'redecide', about: 'Decide everything again, by the policies that the trail holds' },
    { name: 'format', value: 'FORMAT', about: 'How to print what came of it: text, or json for programs; text where it is left out' },
    { name: 'json', about: 'The same as --format json' },
  ],
  after:
    'Example: npx tollgate trail verify exported --pin checkpoint-of-last-year.txt --redecide\n\nA trail alone shows that nothing in it was changed, never that nothing was cut off at its end: that takes a checkpoint that was kept elsewhere (--pin).',
  run: verify,
};

/** After so many entries a long check says how far it is. */
const PROGRESS = 10_000;

async function verify(given: Given): Promise<number> {
  const [path = ''] = given.args;
  const format = given.one('format') ?? 'text';
  if (!['text', 'json'].includes(format)) throw new Usage(`--format is \`${format}\`, and must be \`text\` or \`json\``, usageOf(trailVerify));
  if (given.has('format') && given.has('json')) throw new Usage('--json is --format json: give one of them', usageOf(trailVerify));
  const kept = await openToRead(path);
  try {
    const pins = await pinsOf(given.all('pin'));
    const own = kept.checkpoints.map(({ note }) => note);
    for (const witness of given.all('witness')) {
      const fault = faultOf({ witnesses: [witness] });
      if (fault) throw new Fault(`--witness: ${fault.message}`, fault.code);
    }
    const beside = await bundlesOf(given.all('beside'));
    let told = 0;
    const onProgress = (size: number) => {
      const thousands = size - (size % PROGRESS);
      if (thousands > told) console.error(`tollgate: ${thousands} entries hold so far`);
      told = thousands;
    };
    const asked = { pins, own, witnesses: given.all('witness'), beside, redecide: given.has('redecide'), takeUp: false, onProgress };
    const { check: checked, text } = await check(engine, kept, asked);
    put(format === 'json' || given.has('json') ? JSON.stringify(checked) : text);
    const { pin, checkpoint } = checked.fault ?? {};
    if (pin !== undefined) console.error(`tollgate: that pin is \`${shown(given.all('pin')[pin] ?? '')}\``);
    if (checkpoint !== undefined) console.error(`tollgate: that checkpoint is \`${shown(kept.checkpoints[checkpoint]?.file ?? '')}\``);
    return checked.ok ? 0 : 1;
  } finally {
    await kept.close();
  }
}

/** The bundles in files. One that is none, or does not hold, is named with its file. */
async function bundlesOf(paths: readonly string[]): Promise<string[]> {
  const bundles: string[] = [];
  for (const path of paths) {
    const bundle = await textOf(path);
    const fault = faultOf({ beside: [bundle] });
    if (fault) throw new Fault(`--beside: \`${path}\`: ${fault.message}`, fault.code);
    bundles.push(bundle);
  }
  return bundles;
}

export const trailExport: Command = {
  words: 'trail export',
  about: 'Export a trail for an auditor: a folder, with one checkpoint over all of it',
  args: [TRAIL, { name: 'TARGET', about: 'The folder to make; it must not be there yet, or be empty' }],
  options: [...WRITING, { name: 'disclosures', about: 'Put the personal data in, readable for whoever has the folder' }],
  after: 'Example: npx tollgate trail export trail for-the-auditor --key log.pem > checkpoint.txt\n\nPrinted is the checkpoint. Keep it where whoever writes the trail cannot change it: it is the pin that shows later that nothing was cut off.',
  run: (given) =>
    inTrail(given, trailExport, async (trail) => {
      const [, target = ''] = given.args;
      // As it stands, to the byte.
      process.stdout.write(await exportTrail(trail, target, { disclosures: given.has('disclosures') }));
      console.error(`tollgate: ${trail.size} entries are in \`${target}\`, of log ${trail.origin}, ${trail.log}`);
      return 0;
    }),
};

export const trailUnlock: Command = {
  words: 'trail unlock',
  about: 'Take the lock of a trail from a writer that is gone for good, and cannot be seen from here',
  args: [TRAIL],
  options: [{ name: 'gone', value: 'HOLDER', about: 'Who is gone, as this command names them without the option' }],
  after: 'Without --gone nothing is changed: it says who holds the lock. A process of this machine that is over needs no command: the next writer takes the lock from it.',
  run: unlock,
};

async function unlock(given: Given): Promise<number> {
  const [[folder = ''], gone] = [given.args, given.one('gone')];
  await mustBeTrail(folder);
  const standing = await standingOf(join(folder, 'lock'));
  if (!standing) return told(`nobody holds the lock of \`${folder}\`: there is nothing to take, and nothing was changed`);
  const holder = holderIn(standing);
  if (standing.state === 'is over') return told(`process ${holder} is over: whoever writes next takes the lock by itself, and nothing was changed`);
  if (standing.state === 'runs') throw new Fault(`process ${standing.holder.pid} runs on this machine and writes to \`${folder}\`: close the trail there, or end it`);
  if (gone === undefined) throw new Fault(warning(folder, holder));
  if (gone !== holder) throw new Fault(`the lock is held by ${holder}, not by ${gone}: nothing was changed`);
  const kept = await takeAway(join(folder, 'lock'), standing, join(folder, 'aside'));
  return told(`the lock was taken from ${holder}, which is on record in \`${kept}\`; whoever writes next may have it`);
}

/** A holder as the command line names it: the number tells it from a later one of the same name. */
const holderIn = ({ holder, number }: Standing): string => `${nameOf(holder)}/${number}`;

const warning = (folder: string, holder: string): string =>
  `\`${folder}\` is locked by ${holder}, which cannot be seen from here. Nothing was changed.

If that process still runs, taking its lock makes two writers of one trail: what one of them has acknowledged
is missing with the other, and two trails are never put together again. Make sure first that it is gone for
good: that its machine is off, or its container removed. Then

    npx tollgate trail unlock ${folder} --gone ${holder}

takes the lock, and keeps on record that you did.`;

function told(what: string): number {
  console.log(what);
  return 0;
}
