// Fills an empty database with a trail that was exported elsewhere: all of it in one transaction, or nothing.

import type { Disclosure } from 'tollgate';

import { lasting, openDatabase } from './database.ts';
import { StoreError } from './error.ts';
import { SecondCopy } from './copy.ts';
import { takeLock } from './lock.ts';
import { pair } from './paired.ts';
import { makePersonKey, ownersOf, seal } from './persons.ts';

/** What an export holds. */
export interface Contents {
  readonly entries: readonly string[];
  /** By `sha256:` and 64 digits. */
  readonly blobs: ReadonlyMap<string, string>;
  /** By size. */
  readonly checkpoints: ReadonlyMap<number, string>;
  readonly disclosures: readonly Disclosure[];
}

/**
 * Keeps what an export holds, which was checked before. `at` is when it came.
 *
 * @throws {StoreError} `STORE_EXISTS` where a trail is there already; `STORE_LOCKED`, `STORE_FAILED`.
 */
export async function fill(name: string, { entries, blobs, checkpoints, disclosures }: Contents, at: string): Promise<void> {
  const lock = await takeLock(name, 0);
  const database = await openDatabase(name);
  const found = await SecondCopy.of(name, { create: true });
  const copy = found instanceof SecondCopy ? found : undefined;
  const standing = JSON.stringify(copy ? { kind: 'kept' } : found);
  try {
    // A trail that the database lost is there all the same.
    if (copy) await pair(database, copy);
    if ((await database.count('entries')) > 0) {
      throw new StoreError({ code: 'STORE_EXISTS', message: `a trail is kept under the name ${name} already`, help: 'choose another name for this one' });
    }
    const keys = new Map<string, CryptoKey>();
    for (const owner of disclosures.flatMap(({ persons }) => ownersOf(persons))) if (!keys.has(owner)) keys.set(owner, await makePersonKey());
    const sealed = await Promise.all(disclosures.map((one) => seal(one, keys)));
    await lasting(database, ['entries', 'blobs', 'checkpoints', 'disclosures', 'persons', 'about'], async (transaction) => {
      const added = [
        ...entries.map((text, index) => transaction.objectStore('entries').add(text, index)),
        ...[...blobs].map(([digest, text]) => transaction.objectStore('blobs').add(text, digest)),
        ...[...checkpoints].map(([size, note]) => transaction.objectStore('checkpoints').add(note, size)),
        ...[...keys].map(([person, key]) => transaction.objectStore('persons').add(key, person)),
        ...sealed.map((one) => transaction.objectStore('disclosures').add(one)),
      ];
      await Promise.all([...added, transaction.objectStore('about').put({ size: entries.length, at }, 'exported'), transaction.objectStore('about').put(standing, 'copy')]);
    });
    if (copy) await pair(database, copy);
  } finally {
    database.close();
    copy?.close();
    await lock.release();
  }
}
