// The files that a command names: private keys, checkpoints.

import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFile, rm, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';

import type { Engine } from '../engine.js';

import { isMissing, isThere, syncFolder, writeNew } from '../node/files.js';
import { keySigner } from '../node/key.js';
import type { TrailGlue } from '../trail/reading.js';
import type { Signer } from '../trail/store.js';
import type { JsonObject } from '../types.js';
import { Fault } from './line.js';

/** A public key, and the name that a trail gives it. */
export interface Named {
  /** Base64 of its SPKI. */
  spki: string;
  /** The SHA-256 of that. */
  id: string;
}

function named(key: KeyObject): Named {
  const der = createPublicKey(key).export({ type: 'spki', format: 'der' });
  return { spki: der.toString('base64'), id: createHash('sha256').update(der).digest('hex') };
}

/** Makes a private key in a file that is not there yet, for its owner alone (PKCS #8, PEM). */
export async function makeKey(path: string): Promise<Named> {
  const { privateKey } = generateKeyPairSync('ed25519');
  try {
    await writeNew(path, privateKey.export({ type: 'pkcs8', format: 'pem' }), 0o600);
    await syncFolder(dirname(resolve(path)));
  } catch (error) {
    if (isThere(error)) throw new Fault(`\`${path}\` is there already, and is left as it is: name a file that is not there yet`);
    if (isMissing(error)) throw new Fault(`\`${dirname(resolve(path))}\` is no folder: make it first`);
    await rm(path, { force: true });
    throw error;
  }
  return named(privateKey);
}

/** The public key of a file that holds a private one. */
export const publicOf = async (path: string): Promise<Named> => named(await privateOf(path));

/** The signers of private keys in files. */
export async function signersOf(paths: readonly string[]): Promise<Signer[]> {
  const signers: Signer[] = [];
  for (const path of paths) signers.push(keySigner(await privateOf(path)));
  return signers;
}

function keyIn(text: string): KeyObject | undefined {
  try {
    return createPrivateKey(text);
  } catch {
    // Said by whoever asks, and without a word of what stands in it.
    return undefined;
  }
}

async function privateOf(path: string): Promise<KeyObject> {
  const key = keyIn(await textOf(path));
  if (key !== undefined && process.platform !== 'win32' && ((await stat(path)).mode & 0o077) !== 0) {
    throw new Fault(`others than its owner may read \`${path}\`, which holds a private key: \`chmod 600\` it, and think of whether it is a secret still`);
  }
  if (key?.asymmetricKeyType === 'ed25519') return key;
  throw new Fault(`\`${path}\` is no private Ed25519 key (PKCS #8, PEM, without a passphrase): \`npx tollgate keys new\` makes one`);
}

/** The object in a JSON file, read as strictly as the engine reads: nothing in it is dropped or rounded in silence. */
export async function jsonOf(engine: Engine<TrailGlue>, path: string): Promise<JsonObject> {
  const text = await inputOf(path);
  const said = strictly(engine, text);
  if (said !== undefined) throw new Fault(`${shown(path)}${said}`, 'BAD_JSON');
  const json: unknown = JSON.parse(text);
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json as JsonObject;
  throw new Fault(`${shown(path)} holds no object: write \`{ .. }\``, 'BAD_JSON');
}

/** What keeps a text from being JSON that every program reads alike, with its place; nothing where it is. */
function strictly(engine: Engine<TrailGlue>, text: string): string | undefined {
  // Every call reads its text strictly before it looks at what stands in it. This one keeps and changes nothing, and what it says of
  // the members is of no interest here.
  const answer = JSON.parse(engine.run('format', (glue) => glue.format(text))) as { error?: { code: string; message: string } };
  if (answer.error?.code !== 'BAD_JSON') return undefined;
  const [, offset = '0', what = ''] = /^at byte (\d+)[:,] ?([^]*)$/.exec(answer.error.message) ?? [undefined, '0', answer.error.message];
  const before = new TextDecoder().decode(new TextEncoder().encode(text).subarray(0, Number(offset))).split('\n');
  return `:${before.length}:${[...(before.at(-1) ?? '')].length + 1}: ${what}`;
}

const shown = (path: string): string => (path === STDIN ? '`-` (standard input)' : `\`${path}\``);

/** What stands for standard input where a file is read. */
export const STDIN = '-';

/** The text of a file, or of standard input. */
export async function inputOf(path: string): Promise<string> {
  return path === STDIN ? utf8(await buffer(process.stdin), path) : textOf(path);
}

export async function textOf(path: string): Promise<string> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    const isFolder = (error as NodeJS.ErrnoException).code === 'EISDIR';
    const said = isMissing(error) ? 'there is no such file or folder' : isFolder ? 'it is a folder' : (error as Error).message.split(', ')[0];
    throw new Fault(`cannot read \`${path}\`: ${said}`, 'UNREADABLE');
  }
  return utf8(bytes, path);
}

function utf8(bytes: Uint8Array, path: string): string {
  try {
    // A mark at the beginning stays: whoever reads the text refuses it by name.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Fault(`${shown(path)} is not UTF-8: save it as that`, 'UNREADABLE');
  }
}

/** A key as C2SP signed-note writes it: the name, four bytes of SHA-256 over name, type and key, and type and key in base64. */
export function verifierOf(origin: string, spki: string): string {
  // The key is the end of its SPKI (RFC 8410); 1 is the type of Ed25519.
  const typed = Buffer.concat([Uint8Array.of(1), Buffer.from(spki, 'base64').subarray(-32)]);
  const id = createHash('sha256').update(`${origin}\n`).update(typed).digest('hex').slice(0, 8);
  return `${origin}+${id}+${typed.toString('base64')}`;
}
