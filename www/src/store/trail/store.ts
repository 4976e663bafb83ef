// A trail in IndexedDB. Always holds: what an entry needs is kept before the entry is, and an entry is one transaction that is on the
// disk when `append` resolves, and in the second copy where there is one. Nothing is put over what is there but a tombstone over what was
// purged.

import type { Disclosure, StoreOpened, TrailStore } from 'tollgate';

import { type CopyStanding, SecondCopy } from './copy.ts';
import { failed, type Kept, lasting, openDatabase, type StoreName, type TrailDatabase, type Writing } from './database.ts';
import { StoreError } from './error.ts';
import { type Lock, takeLock } from './lock.ts';
import { bringUp, pair, rejoin, sizeOf } from './paired.ts';
import { makePersonKey, ownersOf, seal, unseal } from './persons.ts';

/** What a store is to drop: personal data and blobs by their digests, and the keys of people. */
interface Forgotten {
  readonly disclosures?: readonly string[];
  readonly blobs?: readonly string[];
  readonly persons?: readonly string[];
}

/** How a store is opened. */
export interface DatabaseOptions {
  /** How long to wait for another tab that writes; not at all, where it is left out. */
  readonly waitMs?: number;
}

/** A store that keeps a trail twice, where it can. */
export interface TwofoldStore extends TrailStore {
  /** Whether it does, while it is open to write; null while it is not. */
  readonly standing: CopyStanding | null;
  /** Tries again to open the second copy where it is not kept, and makes up for what it lacks. */
  tryCopy(): Promise<void>;
}

/** A store in the database of a name. It opens nothing by itself: that is the trail's business. */
export const databaseStore = (name: string, { waitMs = 0 }: DatabaseOptions = {}): TwofoldStore => new DatabaseStore(name, waitMs);

class DatabaseStore implements TwofoldStore {
  readonly #name: string;
  readonly #waitMs: number;
  #state: 'closed' | 'reading' | 'writing' | 'failed' = 'closed';
  #database: TrailDatabase | undefined;
  #lock: Lock | undefined;
  /** While it writes. */
  #copy: SecondCopy | undefined;
  #standing: CopyStanding | null = null;

  constructor(name: string, waitMs: number) {
    [this.#name, this.#waitMs] = [name, waitMs];
  }

  async open({ write }: { write: boolean }): Promise<StoreOpened> {
    if (this.#state !== 'closed') throw new StoreError({ code: 'STORE_LOCKED', message: 'this store is open already', help: 'close it first' });
    if (write) this.#lock = await takeLock(this.#name, this.#waitMs);
    try {
      this.#database = await openDatabase(this.#name).catch((error: unknown) => Promise.reject(failed(error)));
      this.#state = write ? 'writing' : 'reading';
      if (write) {
        await this.#mustBeWhole(await this.#size());
        await this.#openCopy();
        if (this.#copy) await pair(this.#open(), this.#copy).catch((error: unknown) => Promise.reject(told(error)));
      } else if ((await this.#size()) === 0) await this.#putBack();
      return { size: await this.#size(), setAside: [] };
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** Entries up to the last one, also where one before it is missing: a check says which. */
  #size(): Promise<number> {
    return sizeOf(this.#open());
  }

  /** Where the database is empty and the second copy is not, the trail is there all the same: unless another tab sees to that already. */
  async #putBack(): Promise<void> {
    const lock = await takeLock(this.#name, 0).catch(() => undefined);
    if (!lock) return;
    const found = await SecondCopy.of(this.#name, { create: false });
    const copy = found instanceof SecondCopy ? found : undefined;
    try {
      if (copy) await pair(this.#open(), copy);
    } finally {
      copy?.close();
      await lock.release();
    }
  }

  get standing(): CopyStanding | null {
    return this.#standing;
  }

  async #openCopy(tries?: number): Promise<void> {
    const found = await SecondCopy.of(this.#name, { create: true, ...(tries === undefined ? {} : { tries }) });
    if (found instanceof SecondCopy) [this.#copy, this.#standing] = [found, { kind: 'kept' }];
    // One that is made is there.
    else if (found.kind !== 'absent') this.#standing = found;
  }

  async tryCopy(): Promise<void> {
    if (this.#state !== 'writing' || this.#copy) return;
    await this.#openCopy(1);
    await this.#copied((copy, database) => rejoin(database, copy));
  }

  async #mustBeWhole(size: number): Promise<void> {
    if ((await this.#open().count('entries')) === size) return;
    const keys = await this.#open().getAllKeys('entries');
    const at = keys.findIndex((key, place) => key !== place);
    throw damaged(`entry ${at} is missing`);
  }

  async append(index: number, entry: string): Promise<void> {
    await this.#written(['entries'], async (transaction) => {
      const entries = transaction.objectStore('entries');
      const last = await entries.openKeyCursor(null, 'prev');
      const next = last ? Number(last.key) + 1 : 0;
      if (index !== next) {
        const message = index < next ? `there is an entry ${index} already` : `there is no entry ${index - 1} yet`;
        throw new StoreError({ code: 'STORE_EXISTS', message, help: `the next one is ${next}` });
      }
      await entries.add(entry, index);
    });
    // One that could not be opened before may be free by now: it makes up for this entry, too.
    if (!this.#copy) return this.tryCopy();
    await this.#copied(async (copy, database) => (copy.size === index ? copy.addEntries([entry]) : bringUp(database, copy)));
  }

  async read(from: number, to: number): Promise<string[]> {
    const end = Math.min(to, await this.#size());
    if (from >= end) return [];
    const found = new Map<number, string>();
    const transaction = this.#open().transaction('entries');
    const range = IDBKeyRange.bound(from, end - 1);
    const [keys, texts] = await Promise.all([transaction.store.getAllKeys(range), transaction.store.getAll(range)]);
    keys.forEach((key, at) => found.set(key, String(texts[at])));
    // What is missing is no entry: whoever checks it finds that at its place.
    return Array.from({ length: end - from }, (_, at) => found.get(from + at) ?? '');
  }

  putBlob(digest: string, text: string): Promise<void> {
    return this.#added('blobs', digest, text);
  }

  blob(digest: string): Promise<string | undefined> {
    return this.#open().get('blobs', digest);
  }

  async putCheckpoint(size: number, note: string): Promise<void> {
    // Two signatures of one head need not be the same bytes: the first is kept.
    const isNew = await this.#written(['checkpoints'], async (transaction) => {
      const checkpoints = transaction.objectStore('checkpoints');
      if ((await checkpoints.getKey(size)) !== undefined) return false;
      await checkpoints.add(note, size);
      return true;
    });
    if (isNew) await this.#copied(async (copy) => copy.addBeside([{ checkpoint: size, text: note }]));
  }

  checkpoints(): Promise<string[]> {
    return this.#open().getAll('checkpoints');
  }

  async putDisclosures(disclosures: readonly Disclosure[]): Promise<void> {
    const owners = [...new Set(disclosures.flatMap(({ persons }) => ownersOf(persons)))];
    const known = await this.#personKeys();
    const made = new Map<string, CryptoKey>();
    for (const owner of owners) if (!known.has(owner)) made.set(owner, await makePersonKey());
    const keys = new Map([...known, ...made]);
    const sealed = await Promise.all(disclosures.map((disclosure) => seal(disclosure, keys)));
    await this.#written(['persons', 'disclosures'], async (transaction) => {
      await Promise.all([...made].map(([person, key]) => transaction.objectStore('persons').add(key, person)));
      await Promise.all(sealed.map((one) => transaction.objectStore('disclosures').add(one)));
    });
  }

  async disclosures(): Promise<Disclosure[]> {
    const [keys, sealed] = [await this.#personKeys(), await this.#open().getAll('disclosures')];
    const found = await Promise.all(sealed.map((one, at) => unseal(one, keys, `disclosure ${at + 1}`)));
    return found.filter((one) => one !== undefined);
  }

  /** Puts a tombstone in the place of an entry: one that a later entry authorises. It is the only thing that is put over another. */
  async tombstone(index: number, tombstone: string): Promise<void> {
    await this.#written(['entries'], async (transaction) => {
      const entries = transaction.objectStore('entries');
      if ((await entries.getKey(index)) === undefined) throw new StoreError({ code: 'BAD_CALL', message: `there is no entry ${index}` });
      await entries.put(tombstone, index);
    });
    // The copy is made anew before the next entry is acknowledged.
    await this.#copied(async (copy) => copy.clear());
  }

  /** Drops what stands beside the trail: all of it in one transaction. The key of a person stays while data that stays needs it. */
  async forget({ disclosures = [], blobs = [], persons = [] }: Forgotten): Promise<void> {
    await this.#written(['disclosures', 'persons', 'blobs'], async (transaction) => {
      const gone = new Set(disclosures);
      const needed = new Set<string>();
      for (let at = await transaction.objectStore('disclosures').openCursor(); at; at = await at.continue()) {
        if (gone.has(at.value.digest)) await at.delete();
        else for (const owner of ownersOf(at.value.persons)) needed.add(owner);
      }
      for (const person of persons) if (!needed.has(person)) await transaction.objectStore('persons').delete(person);
      for (const digest of blobs) await transaction.objectStore('blobs').delete(digest);
    });
    if (blobs.length > 0) await this.#copied(async (copy) => copy.clear());
  }

  async close(): Promise<void> {
    const [database, copy, lock] = [this.#database, this.#copy, this.#lock];
    [this.#state, this.#database, this.#copy, this.#lock, this.#standing] = ['closed', undefined, undefined, undefined, null];
    database?.close();
    copy?.close();
    await lock?.release();
  }

  async #personKeys(): Promise<Map<string, CryptoKey>> {
    const { store } = this.#open().transaction('persons');
    const [people, keys] = await Promise.all([store.getAllKeys(), store.getAll()]);
    return new Map(people.map((person, at) => [person, keys[at] as CryptoKey]));
  }

  /** Keeps a value under its key, unless it is there. */
  async #added(name: 'blobs', key: string, value: Kept<'blobs'>): Promise<void> {
    const isNew = await this.#written([name], async (transaction) => {
      const store = transaction.objectStore(name);
      const there = await store.get(key);
      if (there !== undefined && there !== value) throw damaged(`blob ${key} is another text`);
      if (there === undefined) await store.add(value, key);
      return there === undefined;
    });
    if (isNew) await this.#copied(async (copy) => copy.addBeside([{ blob: key, text: value }]));
  }

  /** Does the same to the second copy. Where that fails, it is as with the database. */
  async #copied(work: (copy: SecondCopy, database: TrailDatabase) => Promise<void>): Promise<void> {
    if (!this.#copy) return;
    try {
      await work(this.#copy, this.#open());
    } catch (error) {
      this.#state = 'failed';
      throw told(error);
    }
  }

  /** What the browser fails to keep may be kept in part: nothing is written after it, until the store is opened again. */
  async #written<T>(stores: readonly StoreName[], work: (transaction: Writing) => Promise<T>): Promise<T> {
    const database = this.#open();
    if (this.#state === 'failed') throw new StoreError({ code: 'STORE_FAILED', message: 'an earlier write failed', help: 'open the trail again' });
    if (this.#state !== 'writing') throw new StoreError({ code: 'CLOSED', message: 'the store was opened to be read only' });
    try {
      return await lasting(database, stores, work);
    } catch (error) {
      if ((error as StoreError).code === 'STORE_FAILED') this.#state = 'failed';
      throw error;
    }
  }

  #open(): TrailDatabase {
    if (this.#database) return this.#database;
    throw new StoreError({ code: 'CLOSED', message: 'the store is closed', help: 'open it' });
  }
}

const told = (error: unknown) => (error instanceof StoreError ? error : failed(error));

const damaged = (what: string) =>
  new StoreError({ code: 'STORE_DAMAGED', message: `the trail in this browser was altered: ${what}`, help: 'nothing was changed: compare it with an export or a checkpoint' });
