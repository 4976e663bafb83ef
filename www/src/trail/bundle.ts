// An export in one file: the folder of docs/trail.md as a zip, and the way back.

import { strFromU8, strToU8, unzipSync, zipSync, type Zippable } from 'fflate';
import type { Disclosure, StoreOpened, TrailEntry, TrailStore } from 'tollgate';

import type { Contents } from '../store/trail/fill.ts';

/** So many entries are in one file. */
const SEGMENT = 4_096;
const numbered = (number: number) => String(number).padStart(12, '0');

/** The name of the folder in the zip, and of the file: the log's name, and how many entries. */
export const bundleName = (origin: string, size: number): string => `trail-${origin.replaceAll(/[^\w.-]+/g, '-')}-${size}`;

/** Packs an export with the notice that says what it is; `disclosures` only where they are to be readable for whoever has the file. */
export function pack(name: string, { entries, blobs, checkpoints, disclosures }: Contents, { notice, withDisclosures }: { notice: string; withDisclosures: boolean }): Uint8Array<ArrayBuffer> {
  const files: Zippable = {};
  const add = (path: string, text: string) => void (files[`${name}/${path}`] = strToU8(text));
  for (let first = 0; first < entries.length; first += SEGMENT) {
    add(`entries/${numbered(first)}.jsonl`, lines(entries.slice(first, first + SEGMENT)));
  }
  for (const [digest, text] of blobs) add(`blobs/${digest.replace('sha256:', '')}`, text);
  for (const [size, note] of checkpoints) add(`checkpoints/${numbered(size)}`, note);
  add('EXPORT.txt', notice);
  if (withDisclosures) add('disclosures.jsonl', lines(disclosures.map((one) => JSON.stringify(one))));
  return zipSync(files) as Uint8Array<ArrayBuffer>;
}

const lines = (all: readonly string[]) => all.map((line) => `${line}\n`).join('');

/** Why a file is no export. */
export class NoBundle extends Error {
  readonly code = 'BAD_EXPORT';
}

/** Reads what `pack` wrote, or what somebody zipped of such a folder. */
export function unpack(bytes: Uint8Array): Contents {
  const files = unzipped(bytes);
  const [first] = [...files.keys()].filter((path) => /(^|\/)entries\/0{12}\.jsonl$/.test(path));
  if (first === undefined) throw new NoBundle('the file holds no trail: there is no `entries/000000000000.jsonl` in it');
  const folder = first.slice(0, -'entries/000000000000.jsonl'.length);
  const named = (under: string) => [...files].filter(([path]) => path.startsWith(folder + under)).map(([path, text]) => [path.slice(folder.length + under.length), text] as const);
  const segments = named('entries/').sort(([one], [other]) => (one < other ? -1 : 1));
  return {
    entries: segments.flatMap(([, text]) => split(text)),
    blobs: new Map(named('blobs/').filter(([name]) => /^[0-9a-f]{64}$/.test(name)).map(([name, text]) => [`sha256:${name}`, text])),
    checkpoints: new Map(named('checkpoints/').filter(([name]) => /^\d{12}$/.test(name)).map(([name, text]) => [Number(name), text])),
    disclosures: named('disclosures.jsonl').flatMap(([, text]) => split(text)).map(disclosureOf),
  };
}

function unzipped(bytes: Uint8Array): Map<string, string> {
  try {
    const files = Object.entries(unzipSync(bytes)).filter(([path]) => !path.endsWith('/'));
    return new Map(files.map(([path, content]) => [path, strFromU8(content)]));
  } catch (error) {
    throw new NoBundle(`the file is no zip: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const split = (text: string) => text.split('\n').filter((line) => line !== '');

function disclosureOf(line: string): Disclosure {
  const { digest, text, persons } = JSON.parse(line) as Disclosure;
  return { digest, text, persons };
}

/** Reads what is to be exported of a trail: `size` entries, and what belongs to them. */
export async function gather(from: AsyncIterable<TrailEntry>, store: Pick<TrailStore, 'blob' | 'disclosures'>, checkpoints: ReadonlyMap<number, string>): Promise<Contents> {
  const [entries, blobs] = [[] as string[], new Map<string, string>()];
  for await (const { stored, entry } of from) {
    entries.push(stored);
    for (const { digest } of (entry?.blobs ?? []) as unknown as { digest: string }[]) {
      const text = blobs.has(digest) ? undefined : await store.blob(digest);
      if (text !== undefined) blobs.set(digest, text);
    }
  }
  return { entries, blobs, checkpoints, disclosures: await store.disclosures() };
}

/** What an export holds, as a store to check it in. */
export class BundleStore implements TrailStore {
  readonly #contents: Contents;

  constructor(contents: Contents) {
    this.#contents = contents;
  }

  async open(): Promise<StoreOpened> {
    return { size: this.#contents.entries.length, setAside: [] };
  }

  async read(from: number, to: number): Promise<string[]> {
    return this.#contents.entries.slice(from, to);
  }

  async blob(digest: string): Promise<string | undefined> {
    return this.#contents.blobs.get(digest);
  }

  async disclosures(): Promise<Disclosure[]> {
    return [...this.#contents.disclosures];
  }

  async checkpoints(): Promise<string[]> {
    return [...this.#contents.checkpoints.values()];
  }

  async close(): Promise<void> {}

  append = refused;
  putBlob = refused;
  putDisclosures = refused;
  putCheckpoint = refused;
  tombstone = refused;
  forget = refused;
}

const refused = () => Promise.reject(new Error('an export is only read'));
