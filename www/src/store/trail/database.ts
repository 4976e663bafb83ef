// The databases of trails: one for each name, apart from that of the page's drafts.

import { type DBSchema, type IDBPDatabase, openDB, type StoreNames, type StoreValue } from 'idb';

import { StoreError } from './error.ts';
import type { Sealed } from './persons.ts';

/** A key that this browser holds: it signs here, and nobody reads it. */
export interface HeldKey {
  /** The SHA-256 of its SPKI. */
  readonly id: string;
  /** Base64 of its SPKI. */
  readonly spki: string;
  readonly key: CryptoKey;
}

/** What was given away last, or put back. */
export interface Exported {
  readonly size: number;
  /** ISO 8601. */
  readonly at: string;
}

interface Schema extends DBSchema {
  /** As stored, by index. */
  entries: { key: number; value: string };
  blobs: { key: string; value: string };
  checkpoints: { key: number; value: string };
  /** In the order in which they came. */
  disclosures: { key: number; value: Sealed };
  /** What personal data is encrypted under, by person. */
  persons: { key: string; value: CryptoKey };
  keys: { key: string; value: HeldKey };
  /** What the page remembers of the trail: who works here, what was exported, what was put back, whether it is kept twice. */
  about: { key: string; value: Exported | string };
}

export type TrailDatabase = IDBPDatabase<Schema>;
export type StoreName = StoreNames<Schema>;
export type Kept<Name extends StoreName> = StoreValue<Schema, Name>;

const VERSION = 1;

/** The name of the database of a trail. */
export const databaseName = (name: string): string => `tollgate-trail:${name}`;

/** Opens the database of a trail, which is made when it is not there. */
export async function openDatabase(name: string): Promise<TrailDatabase> {
  return openDB<Schema>(databaseName(name), VERSION, {
    upgrade(database, oldVersion) {
      if (oldVersion < 1) {
        for (const store of ['entries', 'blobs', 'checkpoints', 'persons', 'keys', 'about'] as const) database.createObjectStore(store);
        database.createObjectStore('disclosures', { autoIncrement: true });
      }
    },
    // A newer page opens it, or somebody deletes it: let go. What is written next fails, and says so.
    blocking(_current, _blocked, event) {
      (event.target as IDBDatabase).close();
    },
  });
}

/** A transaction that writes, with the stores that it was opened for. */
export type Writing = ReturnType<typeof writing>;

const writing = (database: TrailDatabase, stores: readonly StoreName[]) => database.transaction(stores as StoreName[], 'readwrite', { durability: 'strict' });

/**
 * Does `work` in one transaction. What it resolves to lasts: the transaction is complete, and on the disk. `work` awaits nothing but
 * requests of the transaction; where it throws, nothing of it is kept.
 *
 * @throws {StoreError} `STORE_FAILED`
 */
export async function lasting<T>(database: TrailDatabase, stores: readonly StoreName[], work: (transaction: Writing) => Promise<T>): Promise<T> {
  let transaction: Writing | undefined;
  try {
    transaction = writing(database, stores);
    // Told below, once.
    transaction.done.catch(() => undefined);
    const result = await work(transaction);
    await transaction.done;
    return result;
  } catch (error) {
    try {
      transaction?.abort();
    } catch {
      // It was over already.
    }
    if (error instanceof StoreError) throw error;
    throw failed(transaction?.error ?? error);
  }
}

/** The error for what the browser did not keep. */
export function failed(cause: unknown): StoreError {
  const said = cause instanceof Error ? cause.message || cause.name : String(cause);
  const isFull = cause instanceof DOMException && cause.name === 'QuotaExceededError';
  const message = isFull ? 'the browser has no more room for the trail' : `the browser did not keep it: ${said}`;
  const help = isFull ? 'export the trail, then free space on this device or raise what this site may use' : 'open the trail again: that shows what was kept';
  return new StoreError({ code: 'STORE_FAILED', message, help }, cause);
}
