// The keys that sign in this browser, and what else it remembers of a trail.

import type { Signer } from 'tollgate';

import type { CopyStanding } from './copy.ts';
import { type Exported, type HeldKey, lasting, openDatabase, type TrailDatabase } from './database.ts';
import { StoreError } from './error.ts';

const ED25519 = 'Ed25519';

/** Makes a key: its private half never leaves the browser, and no script reads it. */
export async function makeKey(): Promise<HeldKey> {
  if (!crypto.subtle) throw new StoreError({ code: 'STORE_FAILED', message: 'the browser makes no keys for a page that comes over plain http', help: 'serve it over https, or from this machine' });
  const made = crypto.subtle.generateKey(ED25519, false, ['sign', 'verify']) as Promise<CryptoKeyPair>;
  const { privateKey, publicKey } = await made.catch((error: unknown) => {
    throw new StoreError({ code: 'STORE_FAILED', message: 'this browser makes no keys of this kind (Ed25519)', help: 'use a newer one' }, error);
  });
  const spki = new Uint8Array(await crypto.subtle.exportKey('spki', publicKey));
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', spki));
  return { id: Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join(''), spki: btoa(String.fromCharCode(...spki)), key: privateKey };
}

/** A key as a signer. */
export const signerOf = ({ spki, key }: HeldKey): Signer => ({
  spki,
  sign: async (bytes) => new Uint8Array(await crypto.subtle.sign(ED25519, key, bytes as Uint8Array<ArrayBuffer>)),
});

/** Keeps keys before anything is signed with them: a key that is enrolled and lost would be the worst of both. */
export const keepKeys = (name: string, keys: readonly HeldKey[]): Promise<void> =>
  withDatabase(name, (database) =>
    lasting(database, ['keys'], async (transaction) => {
      await Promise.all(keys.map((key) => transaction.objectStore('keys').add(key, key.id)));
    }),
  );

/** The keys that are held here. */
export const heldKeys = (name: string): Promise<HeldKey[]> => withDatabase(name, (database) => database.getAll('keys'));

/** The id of the log's key, where it was made here. */
export const logKeyHere = (name: string): Promise<string | undefined> => withDatabase(name, async (database) => textOf(await database.get('about', 'log-key')));

export const keepLogKey = (name: string, id: string): Promise<void> => keepAbout(name, 'log-key', id);

/** Who works in this browser, by an opaque id. */
export const personHere = (name: string): Promise<string | undefined> => withDatabase(name, async (database) => textOf(await database.get('about', 'person')));

export const keepPerson = (name: string, person: string): Promise<void> => keepAbout(name, 'person', person);

/** What was exported last. */
export const exportedLast = (name: string): Promise<Exported | undefined> => aboutOf(name, 'exported');

/** What was put back last from the second copy of the trail. */
export const restoredLast = (name: string): Promise<Exported | undefined> => aboutOf(name, 'restored');

/** Whether the trail is kept twice, as whoever wrote last found; undefined where nobody has written in this browser. */
export const copyLast = (name: string): Promise<CopyStanding | undefined> =>
  withDatabase(name, async (database) => {
    const found = textOf(await database.get('about', 'copy'));
    return found === undefined ? undefined : (JSON.parse(found) as CopyStanding);
  });

export const keepCopy = (name: string, standing: CopyStanding): Promise<void> => keepAbout(name, 'copy', JSON.stringify(standing));

const aboutOf = (name: string, key: string): Promise<Exported | undefined> =>
  withDatabase(name, async (database) => {
    const found = await database.get('about', key);
    return typeof found === 'object' ? found : undefined;
  });

export const keepExported = (name: string, exported: Exported): Promise<void> => keepAbout(name, 'exported', exported);

const keepAbout = (name: string, key: string, value: Exported | string): Promise<void> =>
  withDatabase(name, (database) =>
    lasting(database, ['about'], async (transaction) => {
      await transaction.objectStore('about').put(value, key);
    }),
  );

const textOf = (found: Exported | string | undefined) => (typeof found === 'string' ? found : undefined);

async function withDatabase<T>(name: string, work: (database: TrailDatabase) => Promise<T>): Promise<T> {
  const database = await openDatabase(name);
  try {
    return await work(database);
  } finally {
    database.close();
  }
}
