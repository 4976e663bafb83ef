// Keys of `node:crypto` as signers.

import { createPublicKey, type KeyObject, sign } from 'node:crypto';

import { bad } from '../plain.js';
import type { Signer } from '../trail/store.js';

/** Makes a signer of a private Ed25519 key, as `crypto.createPrivateKey` and `generateKeyPairSync('ed25519')` give it. */
export function keySigner(key: KeyObject): Signer {
  if (key?.type !== 'private' || key.asymmetricKeyType !== 'ed25519') throw bad('key', '`key` must be a private Ed25519 key', "`generateKeyPairSync('ed25519')` makes one");
  const spki = createPublicKey(key).export({ type: 'spki', format: 'der' }).toString('base64');
  return { spki, sign: (bytes) => new Uint8Array(sign(null, bytes, key)) };
}
