// Personal data at rest: each person has a key, and what is told of several takes the keys of all of them.

import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';

import { TollgateError } from '../error.js';
import type { Disclosure } from '../trail/store.js';
import { damaged, makeFolder, textOf, writeWhole } from './files.js';

/** The keys of people: 32 bytes each. Whoever drops one makes that person's data unreadable. */
export interface PersonKeys {
  /** The key of a person; undefined where there is none. */
  get(person: string): Uint8Array | undefined | Promise<Uint8Array | undefined>;
  /** Makes and keeps a key for a person who has none. */
  make(person: string): Uint8Array | Promise<Uint8Array>;
  /** Drops the key of a person for good; nothing happens where there is none. */
  drop(person: string): void | Promise<void>;
}

/** A disclosure as it is kept. */
interface Sealed {
  digest: string;
  persons: string[];
  iv: string;
  sealed: string;
}

const TAG_BYTES = 16;

/** Keys in a file that only its owner reads. */
export class KeyFile implements PersonKeys {
  readonly #file: string;
  #keys: Map<string, string> | undefined;

  constructor(file: string) {
    this.#file = file;
  }

  async get(person: string): Promise<Uint8Array | undefined> {
    const key = (await this.#read()).get(person);
    return key === undefined ? undefined : Buffer.from(key, 'base64');
  }

  async make(person: string): Promise<Uint8Array> {
    await this.makeAll([person]);
    return Buffer.from((await this.#read()).get(person) ?? '', 'base64');
  }

  /** Makes the keys of those who have none, in one write. */
  async makeAll(persons: readonly string[]): Promise<void> {
    const written = new Map(await this.#read());
    for (const person of persons) if (!written.has(person)) written.set(person, randomBytes(32).toString('base64'));
    if (written.size === (await this.#read()).size) return;
    await makeFolder(dirname(this.#file), 0o700);
    await writeWhole(this.#file, JSON.stringify(Object.fromEntries(written)), 0o600);
    this.#keys = written;
  }

  async drop(person: string): Promise<void> {
    const written = new Map(await this.#read());
    if (!written.delete(person)) return;
    await writeWhole(this.#file, JSON.stringify(Object.fromEntries(written)), 0o600);
    this.#keys = written;
  }

  async #read(): Promise<Map<string, string>> {
    if (this.#keys) return this.#keys;
    const text = await textOf(this.#file);
    if (text === undefined) return (this.#keys = new Map());
    if (process.platform !== 'win32' && ((await stat(this.#file)).mode & 0o077) !== 0) {
      const message = `others than its owner may read \`${this.#file}\`, which holds the keys of people`;
      throw new TollgateError({ code: 'BAD_KEY', message, path: 'store', help: '`chmod 600` it' });
    }
    try {
      return (this.#keys = new Map(Object.entries(JSON.parse(text) as { [person: string]: string })));
    } catch {
      throw damaged(`\`${this.#file}\``, 'is no JSON object of keys');
    }
  }
}

/** Encrypts what was withheld, into a line. */
export async function seal({ digest, text, persons }: Disclosure, keys: PersonKeys): Promise<string> {
  const own = [];
  for (const person of ownersOf(persons)) own.push((await keys.get(person)) ?? (await keys.make(person)));
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', keyOf(own), iv).setAAD(Buffer.from(digest));
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return JSON.stringify({ digest, persons, iv: iv.toString('base64'), sealed: sealed.toString('base64') } satisfies Sealed);
}

/** Decrypts a line; undefined where a key is gone. */
export async function unseal(line: string, keys: PersonKeys, place: string): Promise<Disclosure | undefined> {
  try {
    const { digest, persons, iv, sealed } = JSON.parse(line) as Sealed;
    const own = [];
    for (const person of ownersOf(persons)) {
      const key = await keys.get(person);
      if (key === undefined) return undefined;
      own.push(key);
    }
    const bytes = Buffer.from(sealed, 'base64');
    const decipher = createDecipheriv('aes-256-gcm', keyOf(own), Buffer.from(iv, 'base64')).setAAD(Buffer.from(digest));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    const text = Buffer.concat([decipher.update(bytes.subarray(0, -TAG_BYTES)), decipher.final()]).toString('utf8');
    return { digest, text, persons };
  } catch (error) {
    if (error instanceof TollgateError) throw error;
    throw damaged(place, 'is no personal data of these people, or other keys are theirs now');
  }
}

/** Reads a line of exported personal data; undefined where it is none, or not what its digest is of. */
export function disclosureOf(line: string): Disclosure | undefined {
  const read = jsonOf(line) as Partial<Disclosure> | null | undefined;
  if (typeof read?.digest !== 'string' || typeof read.text !== 'string' || !Array.isArray(read.persons)) return undefined;
  const isText = (person: unknown) => typeof person === 'string';
  const isOf = createHash('sha256').update(read.text).digest('base64url') === read.digest;
  return isOf && read.persons.every(isText) ? { digest: read.digest, text: read.text, persons: read.persons } : undefined;
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** What of a line stands there in the clear: its digest, and whose it is. */
export function named(line: string): Pick<Sealed, 'digest' | 'persons'> {
  const { digest, persons } = JSON.parse(line) as Sealed;
  return { digest, persons };
}

/** Whose keys it takes, in one order. What is nobody's in particular has a key of its own. */
export const ownersOf = (persons: readonly string[]): string[] => (persons.length === 0 ? [''] : [...new Set(persons)].sort());

const keyOf = (keys: readonly Uint8Array[]): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', Buffer.concat(keys), '', 'tollgate disclosure', 32));
