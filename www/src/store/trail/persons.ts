// Personal data at rest: each person has a key that nobody reads, and what is told of several takes the keys of all of them.
//
// AES-256-GCM under HKDF-SHA256 with the info `tollgate disclosure`, as in a folder. What belongs to several people is under what is
// derived of each of their keys, one after the other, and derived again: a key that cannot be read cannot be joined to another.

import type { Disclosure } from 'tollgate';

import { StoreError } from './error.ts';

/** A disclosure as it is kept. */
export interface Sealed {
  readonly digest: string;
  readonly persons: string[];
  readonly iv: Uint8Array<ArrayBuffer>;
  readonly sealed: ArrayBuffer;
}

/** The keys of people, by their ids. */
export type PersonKeys = ReadonlyMap<string, CryptoKey>;

const DERIVED = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: new TextEncoder().encode('tollgate disclosure') };
const BITS = 256;

/** Whose keys it takes, in one order. What is nobody's in particular has a key of its own. */
export const ownersOf = (persons: readonly string[]): string[] => (persons.length === 0 ? [''] : [...new Set(persons)].sort());

/** Makes a key for a person: it leaves the browser in no way. */
export const makePersonKey = (): Promise<CryptoKey> => baseKey(crypto.getRandomValues(new Uint8Array(BITS / 8)));

const baseKey = (bytes: Uint8Array<ArrayBuffer>) => crypto.subtle.importKey('raw', bytes, 'HKDF', false, ['deriveKey', 'deriveBits']);

async function keyOf(persons: readonly string[], keys: PersonKeys): Promise<CryptoKey | undefined> {
  const own = ownersOf(persons).map((person) => keys.get(person));
  const [first, ...others] = own;
  if (first === undefined || !own.every((key) => key !== undefined)) return undefined;
  const base = others.length === 0 ? first : await joined(own);
  return crypto.subtle.deriveKey(DERIVED, base, { name: 'AES-GCM', length: BITS }, false, ['encrypt', 'decrypt']);
}

async function joined(keys: readonly CryptoKey[]): Promise<CryptoKey> {
  const parts = await Promise.all(keys.map((key) => crypto.subtle.deriveBits(DERIVED, key, BITS)));
  const all = new Uint8Array((BITS / 8) * parts.length);
  parts.forEach((part, at) => all.set(new Uint8Array(part), (BITS / 8) * at));
  return baseKey(all);
}

const bound = (iv: Uint8Array<ArrayBuffer>, digest: string) => ({ name: 'AES-GCM', iv, additionalData: new TextEncoder().encode(digest) });

/** Encrypts what was withheld. There is a key for everybody whose it is. */
export async function seal({ digest, text, persons }: Disclosure, keys: PersonKeys): Promise<Sealed> {
  const key = await keyOf(persons, keys);
  if (!key) throw new StoreError({ code: 'STORE_FAILED', message: `there is no key for ${persons.join(', ')}` });
  const iv = crypto.getRandomValues(new Uint8Array(12));
  return { digest, persons, iv, sealed: await crypto.subtle.encrypt(bound(iv, digest), key, new TextEncoder().encode(text)) };
}

/** Decrypts it; undefined where a key is gone. */
export async function unseal({ digest, persons, iv, sealed }: Sealed, keys: PersonKeys, place: string): Promise<Disclosure | undefined> {
  const key = await keyOf(persons, keys);
  if (!key) return undefined;
  try {
    return { digest, text: new TextDecoder().decode(await crypto.subtle.decrypt(bound(iv, digest), key, sealed)), persons };
  } catch (error) {
    const message = `${place} is no personal data of these people, or other keys are theirs now`;
    throw new StoreError({ code: 'STORE_DAMAGED', message, help: 'nothing was changed: compare the trail with an export' }, error);
  }
}
