// `trail show` and `trail prove`: the entries of a trail for people, and the proof of one for whoever has no trail.

import type { Refusal } from '../types.js';
import { answered, portions } from '../trail/reading.js';
import { inputOf, STDIN } from './files.js';
import { type Command, Fault, type Given, Usage, usageOf } from './line.js';
import { engine } from './open.js';
import { isReadNoMore, put } from './output.js';
import { type KeptCheckpoint, openToRead, PATH, portionsOf, type Reading } from './reading.js';

export const trailShow: Command = {
  words: 'trail show',
  about: 'Show the entries of a trail, a line each; or one whole',
  args: [PATH, { name: 'INDEX', about: 'One entry, whole: the JSON that was signed, laid out', optional: true }],
  options: [
    { name: 'change', value: 'ID', about: 'Only the entries of this change; where it was taken over, those of its earlier homes before them' },
    { name: 'json', about: 'The entry as it was signed, in one line: the bytes of its payload' },
    { name: 'stored', about: 'The entry as it is stored: the bytes that the tree is made of' },
  ],
  run: show,
};

/** What a portion of entries is shown as. */
interface Shown {
  text?: string;
  heading: string;
  lines: { text: string; change: string; earlier?: string[] }[];
  fault?: string;
}

async function show(given: Given): Promise<number> {
  const [path = '', place] = given.args;
  const wrong = (message: string) => new Usage(message, usageOf(trailShow));
  for (const form of ['json', 'stored']) if (given.has(form) && place === undefined) throw wrong(`--${form} is of one entry: name it by its <INDEX>`);
  if (given.has('json') && given.has('stored')) throw wrong('--json and --stored are two forms of an entry: give one of them');
  if (place !== undefined && given.has('change')) throw wrong('--change is of many entries: leave out <INDEX>');
  const index = place === undefined ? undefined : indexOf(place, trailShow);
  return reading(path, (kept) => (index === undefined ? lines(kept, given.one('change')) : whole(kept, index, given)));
}

async function whole(kept: Reading, wanted: number, given: Given): Promise<number> {
  for await (const { stored } of portions(kept, wanted, wanted + 1)) {
    if (given.has('stored')) {
      put(stored);
      return 0;
    }
    const form = given.has('json') ? 'payload' : 'laid_out';
    const { text = '', fault } = answered<Shown>(engine.ask('trailShow', { index: wanted, entries: [stored], as: form }));
    if (fault !== undefined) throw new Fault(fault, 'BAD_ENTRY');
    put(text);
    return 0;
  }
  throw new Fault(`the trail has no entry ${wanted}`, 'NO_ENTRY');
}

async function lines(kept: Reading, wanted: string | undefined): Promise<number> {
  const erased = new Set<string>();
  for await (const { entries, blobs } of portionsOf(kept, 'erasure.performed')) {
    for (const digest of answered<{ digests: string[] }>(engine.ask('trailErased', { entries, blobs })).digests) erased.add(digest);
  }
  const changes = new Set<string>();
  let isShown = false;
  for await (const { index, entries, blobs, personal } of portionsOf(kept)) {
    const gone = [...personal].filter((digest) => erased.has(digest));
    const { heading, lines: told, fault } = answered<Shown>(engine.ask('trailShow', { index, entries, blobs, erased: gone }));
    for (const { text, change, earlier = [] } of told) {
      changes.add(change);
      if (wanted !== undefined && wanted !== change) continue;
      if (!isShown) {
        console.error('tollgate: entries as they stand; whether they hold says `tollgate trail verify`');
        put(heading);
      }
      isShown = true;
      for (const line of wanted === undefined ? [] : earlier) put(line);
      put(text);
    }
    if (fault !== undefined) throw new Fault(fault, 'BAD_ENTRY');
    if (isReadNoMore()) return 0;
  }
  if (isShown) return 0;
  if (wanted === undefined) throw new Fault('the trail has no entry', 'NO_ENTRY');
  const { error } = engine.ask('trailKnown', { change: wanted, changes: [...changes] }) as { error?: Refusal };
  throw new Fault(`the trail has no entry of change \`${wanted}\`: ${error?.help}`, 'NO_ENTRY');
}

export const trailProve: Command = {
  words: 'trail prove',
  about: 'Prove that an entry is in the log: a receipt that others can check (c2sp.org/tlog-proof)',
  args: [PATH, { name: 'INDEX', about: 'The entry' }],
  options: [],
  run: async (given) => {
    const [path = '', place = ''] = given.args;
    const index = indexOf(place, trailProve);
    return reading(path, async (kept) => done((await proved(kept, index)).proof ?? ''));
  },
};

export const trailCheckpoint: Command = {
  words: 'trail checkpoint',
  about: 'Print the last checkpoint of a trail, once the entries are those that it signs',
  args: [PATH],
  options: [],
  run: async ({ args: [path = ''] }) => reading(path, async (kept) => done((await proved(kept)).note)),
};

/** The checkpoint of the most entries, by the second line of its note; of several of one size the first. */
function lastOf(checkpoints: readonly KeptCheckpoint[]): KeptCheckpoint | undefined {
  const sizeOf = ({ note }: KeptCheckpoint) => Number(note.split('\n')[1]);
  return [...checkpoints].sort((a, b) => sizeOf(b) - sizeOf(a))[0];
}

/** The last checkpoint that lies with a trail, and what it proves of an entry. */
async function proved(kept: Reading, index?: number): Promise<{ note: string; proof?: string }> {
  const { handle } = answered<{ handle: number }>(engine.ask('trailProver', { checkpoints: kept.checkpoints.map(({ note }) => note) }));
  for await (const { entries } of portionsOf({ ...kept, blob: async () => undefined })) {
    if (!answered<{ goes_on: boolean }>(engine.ask('trailProverTake', { handle, entries })).goes_on) break;
  }
  const answer = engine.ask('trailProverFinish', { handle, ...(index === undefined ? {} : { index }) });
  const { error } = answer as { error?: Refusal };
  const last = lastOf(kept.checkpoints);
  if (error?.code === 'BAD_CHECKPOINT' && last) throw new Fault(`${error.message}\ntollgate: that checkpoint is \`${last.file}\``, error.code);
  return answered(answer);
}

export const trailCheckProof: Command = {
  words: 'trail check-proof',
  about: 'Check a receipt, without the trail: that an entry is in a log, as its key signed it',
  args: [
    { name: 'RECEIPT', about: 'The receipt, as `trail prove` prints it; `-` is standard input' },
    { name: 'ENTRY', about: 'The entry as it is stored, one line, as `trail show PATH INDEX --stored` prints it; `-` is standard input' },
  ],
  options: [
    { name: 'log', value: 'KEY', about: 'The verifier key of the log: NAME+ID+KEY (C2SP signed-note)', needed: true },
    { name: 'witness', value: 'KEY', about: 'The key of a witness, as it publishes it: the receipt is refused unless it has seen the head', many: true },
  ],
  after:
    'Example: npx tollgate trail show exported 7 --stored > entry.json; npx tollgate trail prove exported 7 > receipt.txt\n         npx tollgate trail check-proof receipt.txt entry.json --log changes.example+9fb89491+AZsf..\n\nIt proves that this entry, byte for byte, is in a log whose head this key signed, at this place. It does not prove that the log showed everybody the same head (--witness does, or a checkpoint that was kept elsewhere), nor that what the entry says is so: `trail verify` follows all of them. Whoever keeps the log says what its verifier key is: `trail verify` and `keys list` print it.',
  run: checkProof,
};

async function checkProof(given: Given): Promise<number> {
  const [from = '', of = ''] = given.args;
  if (from === STDIN && of === STDIN) throw new Usage('standard input (`-`) is one file: name the other', usageOf(trailCheckProof));
  const receipt = await inputOf(from);
  const entry = (await inputOf(of)).replace(/\n$/, '');
  const answer = engine.ask('trailCheckProof', { receipt, entry, log: given.one('log') ?? '', witnesses: given.all('witness') });
  const { error, text = '' } = answer as { error?: Refusal; text?: string };
  if (error?.code === 'BAD_KEY') throw new Usage(`--${error.path}: ${error.message}`, usageOf(trailCheckProof));
  if (error) throw new Fault(`nothing is proved: ${error.message}`, error.code);
  return done(text);
}

function done(text: string): number {
  put(text);
  return 0;
}

/** Opens a trail, reads it, and closes it. */
async function reading(path: string, work: (kept: Reading) => Promise<number>): Promise<number> {
  const kept = await openToRead(path);
  try {
    return await work(kept);
  } finally {
    await kept.close();
  }
}

function indexOf(text: string, command: Command): number {
  if (!/^\d{1,15}$/.test(text)) throw new Usage(`<INDEX> is \`${text}\`, and must be a whole number, 0 or more`, usageOf(command));
  return Number(text);
}
