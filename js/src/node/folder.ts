// A trail in a folder of files:
//
//   entries/000000000000.jsonl   one entry a line, 4,096 a file; the name is the index of the first
//   blobs/<64 digits>            what is too large for an entry, under its SHA-256
//   checkpoints/000000000123     signed heads, by size
//   disclosures.sealed.jsonl     personal data, encrypted
//   keys/persons.json            the keys of that, unless the host keeps them
//   aside/                       lines that a crash left unfinished, and locks that were taken away
//   lock/                        who writes
//   EXPORT.txt                   only in an export, which nobody writes to
//   disclosures.jsonl            only in an export: personal data, readable
//
// Always holds: what a line of entries needs is on the disk before the line is; a line is one write and one fdatasync.

import { type FileHandle, lstat, open as openFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { TollgateError } from '../error.js';
import { bad, checkOptions } from '../plain.js';
import { EXPORT_NOTICE, EXPORTED_DISCLOSURES } from '../trail/exported.js';
import type { Disclosure, Forgotten, SetAside, StoreOpened, TrailStore } from '../trail/store.js';
import { appendOnce, damaged, isMissing, filesIn, makeFolder, mustStandAlone, removeUnfinished, syncFolder, textOf, writeWhole } from './files.js';
import { checkLines, finishLast, type Lines, readLines, withRest } from './lines.js';
import { type Lock, takeLock } from './lock.js';
import { disclosureOf, KeyFile, named as namedIn, ownersOf, type PersonKeys, seal, unseal } from './persons.js';

/** How a folder is opened. */
export interface FolderOptions {
  /** How long to wait for another process that writes there; not at all, where it is left out. */
  waitMs?: number;
  /** The keys of people; those in `keys/persons.json` of the folder, where it is left out. */
  personKeys?: PersonKeys;
}

/** So many entries are in one file. */
export const SEGMENT = 4_096;

export const segmentName = (first: number): string => `${String(first).padStart(12, '0')}.jsonl`;
export const checkpointName = (size: number): string => String(size).padStart(12, '0');

/** A store in a folder, which is made when it is not there. It opens nothing by itself: that is the trail's business. */
export function folderStore(path: string, options: FolderOptions = {}): TrailStore {
  if (typeof path !== 'string' || path === '') throw bad('path', '`path` must be the path of a folder');
  const given: FolderOptions = options;
  checkOptions(options, 'options', ['waitMs', 'personKeys']);
  const { waitMs = 0, personKeys = new KeyFile(join(path, 'keys', 'persons.json')) } = given;
  if (!(Number.isFinite(waitMs) && waitMs >= 0)) throw bad('waitMs', '`waitMs` must be a number of milliseconds from 0');
  return new Folder(path, waitMs, personKeys);
}

interface Segment {
  file: string;
  first: number;
  count: number;
}

class Folder implements TrailStore {
  readonly #path: string;
  readonly #waitMs: number;
  readonly #keys: PersonKeys;
  #state: 'closed' | 'reading' | 'writing' | 'failed' = 'closed';
  #lock: Lock | undefined;
  #segments: Segment[] = [];
  #size = 0;
  /** The segment that is written to, and how many bytes it has. */
  #file: FileHandle | undefined;
  #bytes = 0;
  #personal: FileHandle | undefined;
  /** The lines of the segment that was read last. */
  #read: { file: string; lines: string[] } | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(path: string, waitMs: number, keys: PersonKeys) {
    [this.#path, this.#waitMs, this.#keys] = [path, waitMs, keys];
  }

  async open({ write }: { write: boolean }): Promise<StoreOpened> {
    if (this.#state !== 'closed') throw new TollgateError({ code: 'STORE_LOCKED', message: 'this store is open already', path: 'store', help: 'close it first' });
    const setAside: SetAside[] = [];
    if (write) {
      await this.#mustBeHome();
      await mustStandAlone(this.#path, 'store');
      for (const name of ['entries', 'blobs', 'checkpoints']) await makeFolder(this.#in(name));
      this.#lock = await takeLock(this.#in('lock'), this.#waitMs);
    } else {
      await stat(this.#in('entries')).catch((error: unknown) => {
        if (isMissing(error)) throw bad('store', `\`${this.#path}\` holds no trail: it has no folder \`entries\``);
        throw error;
      });
    }
    try {
      this.#state = write ? 'writing' : 'reading';
      if (write) for (const name of ['entries', 'blobs', 'checkpoints']) await removeUnfinished(this.#in(name));
      await this.#find(write, setAside);
      if (write) {
        await this.#finish('disclosures.sealed.jsonl', setAside);
        await this.#takeIn(this.#in(EXPORTED_DISCLOSURES));
      }
    } catch (error) {
      await this.close();
      throw error;
    }
    return { size: this.#size, setAside };
  }

  /** What is written to an export forks the log that it is of. */
  async #mustBeHome(): Promise<void> {
    if ((await textOf(this.#in(EXPORT_NOTICE))) === undefined) return;
    const help = `write to the log's own folder; where that is lost, \`${EXPORT_NOTICE}\` says how this one takes its place`;
    throw new TollgateError({ code: 'EXPORTED_COPY', message: `\`${this.#path}\` is an export: what is written to it would fork the log`, path: 'store', help });
  }

  /** Finds the segments. Who is to write is told of damage; who only reads is given what is there, and a check says what is wrong with it. */
  async #find(write: boolean, setAside: SetAside[]): Promise<void> {
    [this.#segments, this.#size] = [[], 0];
    const names = await filesIn(this.#in('entries'));
    for (const [at, name] of names.entries()) {
      const [file, isLast] = [this.#in('entries', name), at === names.length - 1];
      if (write && name !== segmentName(at * SEGMENT)) throw damaged(`\`${file}\``, `stands where \`${segmentName(at * SEGMENT)}\` belongs`);
      const found = await readLines(file);
      const lines = isLast ? withRest(found) : found.rest.length > 0 ? [...found.lines, found.rest.toString('utf8')] : found.lines;
      if (write) {
        checkLines(file, lines, 'entry');
        if (!isLast && (found.rest.length > 0 || lines.length !== SEGMENT)) throw damaged(`\`${file}\``, `has ${lines.length} whole lines, and ${SEGMENT} belong there`);
        if (lines.length > SEGMENT) throw damaged(`line ${SEGMENT + 1} of \`${file}\``, 'is one too many');
      }
      if (isLast) setAside.push(...(await this.#unfinished(file, found, write)));
      this.#segments.push({ file, first: this.#size, count: lines.length });
      this.#size += lines.length;
    }
    const last = this.#segments.at(-1);
    if (!write || !last || last.count === SEGMENT) return;
    this.#file = await openFile(last.file, 'a');
    this.#bytes = (await this.#file.stat()).size;
  }

  async #unfinished(file: string, found: Lines, write: boolean): Promise<SetAside[]> {
    if (!write) return withRest(found).length === found.lines.length && found.rest.length > 0 ? [{ file, bytes: found.rest.length }] : [];
    const aside = await finishLast(file, found, this.#in('aside'));
    return aside ? [aside] : [];
  }

  async #finish(name: string, setAside: SetAside[]): Promise<void> {
    const file = this.#in(name);
    if ((await textOf(file)) === undefined) return;
    const found = await readLines(file);
    checkLines(file, found.lines, 'personal data');
    const aside = await finishLast(file, found, this.#in('aside'));
    if (aside) setAside.push(aside);
  }

  /** An export that takes the place of its log brings its personal data with it: nothing of that stays readable. */
  async #takeIn(file: string): Promise<void> {
    const found = await lstat(file).catch((error: unknown) => (isMissing(error) ? undefined : Promise.reject(error)));
    if (!found) return;
    if (!found.isFile()) throw damaged(`\`${file}\``, 'is no file: personal data that it leads to would stay readable there', 'take it away');
    const kept = new Set((await this.disclosures()).map(({ digest }) => digest));
    const news: Disclosure[] = [];
    for (const [at, line] of withRest(await readLines(file)).entries()) {
      if (line === '') continue;
      const disclosure = disclosureOf(line);
      if (!disclosure) throw damaged(`line ${at + 1} of \`${file}\``, 'is no disclosure, or not what its digest is of', 'compare it with another copy of the export; where there is none, take the line out: that data is lost');
      if (!kept.has(disclosure.digest)) news.push(disclosure);
    }
    if (news.length > 0) await this.putDisclosures(news);
    await rm(file);
    await syncFolder(this.#path);
  }

  append(index: number, entry: string): Promise<void> {
    return this.#written(async () => {
      if (index !== this.#size) {
        const message = index < this.#size ? `there is an entry ${index} already` : `there is no entry ${index - 1} yet`;
        throw new TollgateError({ code: 'STORE_EXISTS', message, path: 'index', help: `the next one is ${this.#size}` });
      }
      if (entry.includes('\n')) throw bad('entry', 'an entry is one line');
      await this.#lasting(async () => {
        await this.#lock?.mustHold();
        const file = (this.#file ??= await this.#newSegment());
        const { size } = await file.stat();
        if (size !== this.#bytes) throw new Error(`somebody else wrote to it: it has ${size} bytes, and ${this.#bytes} were written here`);
        const line = Buffer.from(`${entry}\n`);
        await appendOnce(file, line);
        this.#bytes += line.length;
      });
      this.#size += 1;
      const segment = this.#segments.at(-1) as Segment;
      segment.count += 1;
      if (this.#read?.file === segment.file) this.#read = undefined;
      if (segment.count < SEGMENT) return;
      const full = this.#file;
      this.#file = undefined;
      await full?.close();
    });
  }

  async #newSegment(): Promise<FileHandle> {
    const file = this.#in('entries', segmentName(this.#size));
    const handle = await openFile(file, 'ax');
    await syncFolder(this.#in('entries'));
    this.#segments.push({ file, first: this.#size, count: 0 });
    this.#bytes = 0;
    return handle;
  }

  async read(from: number, to: number): Promise<string[]> {
    this.#isOpen();
    const found: string[] = [];
    for (const { file, first, count } of this.#segments) {
      if (first + count <= from || first >= to) continue;
      if (this.#read?.file !== file) {
        const lines = await readLines(file);
        this.#read = { file, lines: lines.rest.length > 0 ? [...lines.lines, lines.rest.toString('utf8')] : lines.lines };
      }
      // What is appended meanwhile is not read.
      found.push(...this.#read.lines.slice(Math.max(0, from - first), Math.min(count, to - first)));
    }
    return found;
  }

  putBlob(digest: string, text: string): Promise<void> {
    const file = this.#in('blobs', blobName(digest));
    return this.#written(async () => {
      if ((await textOf(file)) === text) return;
      await named('a blob', () => writeWhole(file, text));
    });
  }

  async blob(digest: string): Promise<string | undefined> {
    this.#isOpen();
    return textOf(this.#in('blobs', blobName(digest)));
  }

  putDisclosures(disclosures: readonly Disclosure[]): Promise<void> {
    return this.#written(async () => {
      const lines: string[] = [];
      if (this.#keys instanceof KeyFile) await this.#keys.makeAll(disclosures.flatMap(({ persons }) => ownersOf(persons)));
      for (const disclosure of disclosures) lines.push(`${await seal(disclosure, this.#keys)}\n`);
      await this.#lasting(async () => {
        if (!this.#personal) {
          this.#personal = await openFile(this.#in('disclosures.sealed.jsonl'), 'a', 0o600);
          await syncFolder(this.#path);
        }
        await appendOnce(this.#personal, Buffer.from(lines.join('')));
      });
    });
  }

  async disclosures(): Promise<Disclosure[]> {
    this.#isOpen();
    const file = this.#in('disclosures.sealed.jsonl');
    if ((await textOf(file)) === undefined) return [];
    const found: Disclosure[] = [];
    for (const [at, line] of (await readLines(file)).lines.entries()) {
      const disclosure = await unseal(line, this.#keys, `line ${at + 1} of \`${file}\``);
      if (disclosure) found.push(disclosure);
    }
    return found;
  }

  putCheckpoint(size: number, note: string): Promise<void> {
    return this.#written(() => named('a checkpoint', () => writeWhole(this.#in('checkpoints', checkpointName(size)), note)));
  }

  async checkpoints(): Promise<string[]> {
    this.#isOpen();
    const notes: string[] = [];
    for (const name of await filesIn(this.#in('checkpoints'))) notes.push((await textOf(this.#in('checkpoints', name))) ?? '');
    return notes;
  }

  tombstone(index: number, tombstone: string): Promise<void> {
    return this.#written(async () => {
      const segment = this.#segments.find(({ first, count }) => first <= index && index < first + count);
      if (!segment) throw bad('index', `there is no entry ${index}`);
      const { lines } = await readLines(segment.file);
      if (lines[index - segment.first] === tombstone) return;
      lines[index - segment.first] = tombstone;
      const text = lines.map((line) => `${line}\n`).join('');
      await this.#lasting(async () => {
        const open = this.#file !== undefined && segment === this.#segments.at(-1);
        if (open) await this.#file?.close();
        await writeWhole(segment.file, text);
        if (open) [this.#file, this.#bytes] = [await openFile(segment.file, 'a'), Buffer.byteLength(text)];
      });
      this.#read = undefined;
    });
  }

  forget({ disclosures = [], blobs = [], persons = [] }: Forgotten): Promise<void> {
    const files = blobs.map((digest) => this.#in('blobs', blobName(digest)));
    return this.#written(async () => {
      const gone = new Set(disclosures);
      const sealed = this.#in('disclosures.sealed.jsonl');
      const lines = (await textOf(sealed)) === undefined ? [] : (await readLines(sealed)).lines;
      const kept = lines.filter((line) => !gone.has(namedIn(line).digest));
      await this.#lasting(async () => {
        if (kept.length < lines.length) {
          await this.#personal?.close();
          this.#personal = undefined;
          await writeWhole(sealed, kept.map((line) => `${line}\n`).join(''), 0o600);
        }
        // Keys go after what they encrypt: a line without its key would be damage.
        const needed = new Set(kept.flatMap((line) => namedIn(line).persons));
        for (const person of persons) if (!needed.has(person)) await this.#keys.drop(person);
        for (const file of files) await rm(file, { force: true });
        if (files.length > 0) await syncFolder(this.#in('blobs'));
      });
    });
  }

  async close(): Promise<void> {
    await this.#turn;
    const [files, lock] = [[this.#file, this.#personal], this.#lock];
    this.#state = 'closed';
    this.#file = this.#personal = this.#lock = this.#read = undefined;
    for (const file of files) await file?.close();
    await lock?.release();
  }

  #in(...names: string[]): string {
    return join(this.#path, ...names);
  }

  #isOpen(): void {
    if (this.#state === 'closed') throw new TollgateError({ code: 'CLOSED', message: 'the store is closed', path: 'store', help: 'open it' });
  }

  /** One change after the other. */
  #written<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(() => {
      this.#isOpen();
      if (this.#state === 'failed') throw failed('an earlier write failed');
      if (this.#state !== 'writing') throw new TollgateError({ code: 'CLOSED', message: 'the store was opened to be read only', path: 'store' });
      return work();
    });
    this.#turn = done.catch(() => undefined);
    return done;
  }

  /** What fails half-way may be on the disk in part: nothing is written after it, until the folder is opened again and looked through. */
  async #lasting(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#state = 'failed';
      throw failed(error instanceof Error ? error.message : String(error), error);
    }
  }
}

function blobName(digest: string): string {
  const [, digits] = /^sha256:([0-9a-f]{64})$/.exec(digest) ?? [];
  if (digits === undefined) throw bad('digest', '`digest` must be `sha256:` and 64 digits');
  return digits;
}

/** A whole file is there or not: what fails leaves the store as it was. */
async function named(what: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    throw failed(`${what} was not written: ${error instanceof Error ? error.message : String(error)}`, error);
  }
}

function failed(said: string, cause?: unknown): TollgateError {
  const help = 'make room or repair the disk, then open the trail again';
  return new TollgateError({ code: 'STORE_FAILED', message: `the store cannot be written: ${said}`, path: 'store', help }, { cause });
}
