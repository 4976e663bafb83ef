// `trail`: verifies and exports a trail, and takes its lock from a writer that is gone.

import { join } from 'node:path';

import { exportTrail } from '../node/export.js';
import { folderStore } from '../node/folder.js';
import { nameOf, type Standing, standingOf, takeAway } from '../node/lock.js';
import { verifyTrail } from '../trail/verifying.js';
import type { TrailCheck } from '../trail/types.js';
import type { Refusal } from '../types.js';
import { pinsOf, textOf } from './files.js';
import { type Command, Fault, type Given, inLine, type Option } from './line.js';
import { engine, inTrail, mustBeTrail, PIN, TRAIL, WRITING } from './open.js';

const BESIDE: Option = {
  name: 'beside',
  value: 'BUNDLE',
  about: 'The file of a handover that somebody else was given: a log that handed one change over twice shows',
  many: true,
};

export const trailVerify: Command = {
  words: 'trail verify',
  about: 'Verify a trail: every signature, the tree, every change; the first thing that is wrong, and where',
  args: [TRAIL],
  options: [PIN, BESIDE, { name: 'redecide', about: 'Decide everything again, by the policies that the trail holds' }, { name: 'json', about: 'Print it for programs' }],
  after: 'A trail alone shows that nothing in it was changed, never that nothing was cut off at its end: that takes a checkpoint that was kept elsewhere (--pin).',
  run: verify,
};

async function verify(given: Given): Promise<number> {
  const [folder = ''] = given.args;
  await mustBeTrail(folder);
  const pins = await pinsOf(given.all('pin'));
  const beside = await bundlesOf(given.all('beside'));
  const checked = await verifyTrail(engine, { store: folderStore(folder), pins, beside, redecide: given.has('redecide') });
  console.log(given.has('json') ? JSON.stringify(checked) : text(checked));
  return checked.ok ? 0 : 1;
}

/** The bundles in files. One that is none, or does not hold, is named with its file. */
async function bundlesOf(paths: readonly string[]): Promise<string[]> {
  const bundles: string[] = [];
  for (const path of paths) {
    const bundle = await textOf(path);
    const { error, handle } = engine.ask('trailCheck', { beside: [bundle] }) as { error?: Refusal; handle: number };
    if (error) throw new Fault(`--beside: \`${path}\`: ${error.message}`, error.code);
    engine.ask('trailCheckFinish', { handle });
    bundles.push(bundle);
  }
  return bundles;
}

function text({ says, origin, log, log_key: key, erased, head, last_at, fault, changes, open, purged, decided_again, differences = [], missing_blobs = [] }: TrailCheck): string {
  const lines = [inLine(says)];
  if (origin !== undefined && head) lines.push(`  log      ${origin}, ${log}`, `  root     ${head.root}`);
  if (key !== undefined) lines.push(`  key      ${key}`);
  if (last_at !== undefined) lines.push(`  last     ${last_at}`);
  if (!fault) {
    lines.push(`  changes  ${changes}, ${open} of them open`);
    if (purged > 0) lines.push(`  purged   ${purged} entries, by the authority of later ones`);
    if (erased > 0) lines.push(`  erased   ${erased} pieces of personal data; every proof holds without them`);
    if (decided_again !== undefined) lines.push(`  decided  ${decided_again} commands again, ${differences.length} of them otherwise`);
  }
  for (const { index, digest } of missing_blobs) lines.push(`  missing  entry ${index} needs blob ${digest}`);
  for (const { index, what } of differences) lines.push(`  entry ${index}: ${inLine(what)}`);
  return lines.join('\n');
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
