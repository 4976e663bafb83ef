// A trail that is read and not written to: its folder, an export of one, or a file with one entry a line.

import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { isMissing, namesIn } from '../node/files.js';
import { folderStore } from '../node/folder.js';
import { readLines, withRest } from '../node/lines.js';
import { disclosureOf } from '../node/persons.js';
import { EXPORTED_DISCLOSURES } from '../trail/exported.js';
import { blobsOf, type Kept, personalIn, portions } from '../trail/reading.js';
import type { Disclosure, SetAside } from '../trail/store.js';
import { textOf } from './files.js';
import { Fault } from './line.js';
import { faultOf } from './open.js';

/** The argument that names such a trail. */
export const PATH = { name: 'PATH', about: 'The trail: a folder as it is kept and exported, or a file with one entry a line' };

/** A trail that is open. */
export interface Reading extends Kept {
  /** The checkpoints that lie with it. They were read before its entries: a writer who goes on meanwhile keeps none of fewer. */
  readonly checkpoints: readonly KeptCheckpoint[];
  close(): Promise<void>;
}

/** A checkpoint that lies with a trail, and its file. */
export interface KeptCheckpoint {
  file: string;
  note: string;
}

/** What the JSON of an entry begins with: its members stand in the order of their names. */
const ENTRY = '{"payload":';

/** Opens a trail to read it. */
export async function openToRead(path: string): Promise<Reading> {
  const none = (what: string) => new Fault(`\`${path}\` ${what}; give the folder of a trail or of an export, or a file with one entry a line`, 'NO_TRAIL');
  const found = await at(path);
  if (!found) throw none('is no trail: there is no such file or folder');
  if (!found.isDirectory() && !found.isFile()) throw none('is no trail: it is neither a folder nor a file');
  if (!found.isDirectory()) return ofFile(path, () => none('is no trail: its first line is no entry'));
  if (!(await at(join(path, 'entries')))?.isDirectory()) throw none('holds no trail: it has no folder `entries`');
  return ofFolder(path);
}

async function ofFile(path: string, none: () => Fault): Promise<Reading> {
  const found = await readLines(path);
  const lines = withRest(found);
  const [first = found.rest.toString('utf8')] = lines;
  // One that begins as an entry and is damaged is told as that.
  if (!first.startsWith(ENTRY)) throw none();
  const unfinished = lines.length === found.lines.length && found.rest.length > 0 ? [{ file: path, bytes: found.rest.length }] : [];
  const tell = once(unfinished);
  return {
    checkpoints: [],
    read: async (from, to) => tell(lines.slice(from, to), to - from),
    blob: async () => undefined,
    disclosures: async () => [],
    close: async () => undefined,
  };
}

async function ofFolder(path: string): Promise<Reading> {
  const store = folderStore(path);
  await mustBeFiles(join(path, 'entries'));
  const checkpoints = await checkpointsIn(join(path, 'checkpoints'));
  const exported = await disclosuresIn(join(path, EXPORTED_DISCLOSURES));
  const { setAside } = await store.open({ write: false });
  const tell = once(setAside);
  return {
    checkpoints,
    read: async (from, to) => tell(await store.read(from, to), to - from),
    blob: (digest) => store.blob(digest),
    disclosures: async () => exported ?? store.disclosures(),
    close: () => store.close(),
  };
}

const at = (path: string) =>
  stat(path).catch((error: unknown) => {
    if (isMissing(error) || (error as NodeJS.ErrnoException).code === 'ENOTDIR') return undefined;
    throw error;
  });

/** Throws where something else stands in the place of a file of entries: a pipe would be waited for, and a folder passed over. */
async function mustBeFiles(folder: string): Promise<void> {
  for (const name of await namesIn(folder)) {
    const file = join(folder, name);
    if (name.endsWith('.jsonl') && !(await at(file))?.isFile()) {
      throw new Fault(`\`${file}\` is no file, and one of entries belongs there: put it back from another copy, or export the trail anew`, 'NO_TRAIL');
    }
  }
}

/** The checkpoints that lie with a trail. One that is none is named with its file. */
async function checkpointsIn(folder: string): Promise<KeptCheckpoint[]> {
  const checkpoints: KeptCheckpoint[] = [];
  for (const name of await namesIn(folder)) {
    const file = join(folder, name);
    if ((await at(file))?.isFile()) checkpoints.push({ file, note: await textOf(file) });
  }
  if (!faultOf({ own: checkpoints.map(({ note }) => note) })) return checkpoints;
  for (const { file, note } of checkpoints) {
    const fault = faultOf({ own: [note] });
    if (fault) {
      throw new Fault(
        `\`${file}\` is no checkpoint: ${fault.message}; it lies with the trail, and was damaged or altered: compare it with another copy, or export the trail anew`,
        fault.code,
      );
    }
  }
  return checkpoints;
}

/** The personal data that was exported with a trail, readable; undefined where none was. */
async function disclosuresIn(file: string): Promise<Disclosure[] | undefined> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  return text?.split('\n').flatMap((line, at) => {
    if (line === '') return [];
    const disclosure = disclosureOf(line);
    if (!disclosure) console.error(`tollgate: line ${at + 1} of \`${file}\` is no disclosure, or not what its digest is of: that data is not there`);
    return disclosure ?? [];
  });
}

/** Tells once, where the end of a trail is read, what was not finished there. */
function once(setAside: readonly SetAside[]): (entries: string[], wanted: number) => string[] {
  let left = setAside;
  return (entries, wanted) => {
    if (entries.length === wanted) return entries;
    for (const { file, bytes } of left) console.error(`tollgate: the last line of \`${file}\` was not finished (${bytes} bytes): set aside`);
    left = [];
    return entries;
  };
}

/** Entries in hand, from the one at an index on, with the blobs that they need and the digests of personal data that stand in them. */
export interface Portion {
  index: number;
  entries: string[];
  blobs: { [digest: string]: string };
  personal: Set<string>;
}

/** Entries are given to the module in portions of about so many characters, and no more than so many. */
const PORTION = 1_000_000;
const MOST = 256;

/** The entries of a trail in portions; those of one kind alone where it is named. */
export async function* portionsOf(kept: Kept, kind?: string): AsyncGenerator<Portion> {
  let [portion, length] = [empty(0), 0];
  for await (const { index, stored, entry } of portions(kept, 0)) {
    if (kind !== undefined && entry?.type !== kind) continue;
    if (portion.entries.length === 0) portion.index = index;
    portion.entries.push(stored);
    length += stored.length;
    const texts = [JSON.stringify(entry)];
    for (const digest of blobsOf(entry).filter((name) => DIGEST.test(name))) {
      const text = await kept.blob(digest);
      if (text === undefined) continue;
      portion.blobs[digest] = text;
      length += text.length;
      texts.push(text);
    }
    for (const text of texts) for (const digest of personalIn(text)) portion.personal.add(digest);
    if (length < PORTION && portion.entries.length < MOST) continue;
    yield portion;
    [portion, length] = [empty(index + 1), 0];
  }
  if (portion.entries.length > 0) yield portion;
}

const empty = (index: number): Portion => ({ index, entries: [], blobs: {}, personal: new Set() });

const DIGEST = /^sha256:[0-9a-f]{64}$/;
