// The database of a trail and its second copy say the same: what one of them lost comes from the other.

import type { Beside, SecondCopy } from './copy.ts';
import { lasting, type TrailDatabase } from './database.ts';
import { StoreError } from './error.ts';

const PORTION = 256;
const TOMBSTONE = '{"tombstone":';

/** How many entries a database has: up to the last one, also where one before it is missing. */
export async function sizeOf(database: TrailDatabase): Promise<number> {
  const last = await database.transaction('entries').store.openKeyCursor(null, 'prev');
  return last ? Number(last.key) + 1 : 0;
}

/**
 * Brings both to the same. What the database lost is put back, and `about` says that it was.
 *
 * @throws {StoreError} `STORE_DAMAGED` where they have different entries.
 */
export async function pair(database: TrailDatabase, copy: SecondCopy): Promise<void> {
  const [size, common] = [await sizeOf(database), Math.min(await sizeOf(database), copy.size)];
  if (common > 0) await mustAgree(database, copy, common - 1);
  if (copy.size > size) await putBack(database, copy, size);
  await bringUp(database, copy);
}

/**
 * Brings a copy up that comes to a database which is written already. Nothing is put back: the trail is open, and knows of no more.
 *
 * @throws {StoreError} `STORE_DAMAGED` where they have different entries, `STORE_FAILED` where the copy has more.
 */
export async function rejoin(database: TrailDatabase, copy: SecondCopy): Promise<void> {
  const size = await sizeOf(database);
  if (Math.min(size, copy.size) > 0) await mustAgree(database, copy, Math.min(size, copy.size) - 1);
  if (copy.size > size) {
    const message = `the second copy of the trail has ${copy.size} entries, and its database ${size}`;
    throw new StoreError({ code: 'STORE_FAILED', message, help: 'open the trail again: what the database lost is put back' });
  }
  await bringUp(database, copy);
}

/** Copies what the second copy does not have yet: what stands beside entries first, since they need it. */
export async function bringUp(database: TrailDatabase, copy: SecondCopy): Promise<void> {
  const [blobs, checkpoints] = [await database.count('blobs'), await database.count('checkpoints')];
  if (copy.besides !== blobs + checkpoints) {
    copy.clearBeside();
    for (const digest of await database.getAllKeys('blobs')) copy.addBeside([{ blob: digest, text: (await database.get('blobs', digest)) ?? '' }]);
    for (const size of await database.getAllKeys('checkpoints')) copy.addBeside([{ checkpoint: size, text: (await database.get('checkpoints', size)) ?? '' }]);
  }
  const size = await sizeOf(database);
  while (copy.size < size) copy.addEntries(await database.getAll('entries', IDBKeyRange.bound(copy.size, Math.min(copy.size + PORTION, size) - 1)));
}

/** The last entry that both have is the same; or it was purged from the one, and its copy is to go. */
async function mustAgree(database: TrailDatabase, copy: SecondCopy, index: number): Promise<void> {
  const [here, there] = [await database.get('entries', index), copy.entries(index)[0]];
  if (here === there) return;
  if (here?.startsWith(TOMBSTONE)) return copy.clear();
  const help = 'nothing was changed: compare both with an export or a checkpoint';
  throw new StoreError({ code: 'STORE_DAMAGED', message: `the trail in this browser was altered: entry ${index} is another one in its second copy`, help });
}

async function putBack(database: TrailDatabase, copy: SecondCopy, size: number): Promise<void> {
  const [entries, beside] = [copy.entries(size), copy.beside()];
  await lasting(database, ['entries', 'blobs', 'checkpoints', 'about'], async (transaction) => {
    const added = entries.map((text, at) => transaction.objectStore('entries').add(text, size + at));
    const kept = (one: Beside) => ('blob' in one ? transaction.objectStore('blobs').put(one.text, one.blob) : transaction.objectStore('checkpoints').put(one.text, one.checkpoint));
    const told = { size: size + entries.length, at: new Date().toISOString() };
    await Promise.all([...added, ...beside.map(kept), transaction.objectStore('about').put(told, 'restored')]);
  });
}
