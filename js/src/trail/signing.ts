// Signatures: the module says which keys must sign which bytes, and checks what comes back.

import type { Engine } from '../engine.js';
import { TollgateError } from '../error.js';
import { bad } from '../plain.js';
import { answered, base64Of, bytesOf, type TrailGlue } from './reading.js';
import type { Disclosure, Signer } from './store.js';
import type { SignedStatement } from './types.js';

/** An entry that is to be signed. */
export interface ToBeSigned {
  payload: string;
  to_sign: string;
  signers: ({ key: string } | { among: { least: number; keys: string[] } })[];
  blobs: { digest: string; text: string }[];
  disclosures: Disclosure[];
}

/** A signature as envelopes have it. */
export interface Signature {
  keyid: string;
  sig: string;
}

/** A payload with its one signature, as others take it in. */
export const enveloped = (payload: string, signature: Signature): SignedStatement =>
  ({ payload: base64Of(new TextEncoder().encode(payload)), payloadType: 'application/vnd.in-toto+json', signatures: [signature] });

/** Makes a signer of a seed: the module signs. */
export function seedSigner(engine: Engine<TrailGlue>, seed: Uint8Array): Signer {
  if (!(seed instanceof Uint8Array) || seed.length !== 32) throw bad('seed', '`seed` must be 32 bytes', 'make them with `crypto.getRandomValues`');
  const kept = base64Of(seed);
  const { spki } = answered<{ spki: string }>(engine.ask('trailKey', { seed: kept }));
  return {
    spki,
    sign: (bytes) => bytesOf(answered<{ sig: string }>(engine.ask('trailKey', { seed: kept, message: base64Of(bytes) })).sig),
  };
}

/** The signers of a trail, by the ids of their keys. */
export class Signers {
  readonly #engine: Engine<TrailGlue>;
  readonly #ids = new WeakMap<Signer, string>();

  constructor(engine: Engine<TrailGlue>) {
    this.#engine = engine;
  }

  /** The id of a signer's key. */
  idOf(signer: Signer, path = 'signer'): string {
    if (typeof signer?.sign !== 'function' || typeof signer.spki !== 'string') {
      throw bad(path, `\`${path}\` must be \`{ spki, sign(bytes) }\``, 'seedSigner and keySigner make one');
    }
    let id = this.#ids.get(signer);
    if (id === undefined) this.#ids.set(signer, (id = this.idOfKey(signer.spki, path)));
    return id;
  }

  /** The id of a key, given as base64 of its SPKI. */
  idOfKey(spki: string, path: string): string {
    const { error, keyid } = this.#engine.ask('trailKeyId', { spki }) as { error?: { code: string; message: string }; keyid: string };
    if (error) throw new TollgateError({ ...error, path });
    return keyid;
  }

  /** Has everybody sign who must, in the order in which the module names them. */
  async sign({ to_sign, signers }: Pick<ToBeSigned, 'to_sign' | 'signers'>, own: readonly Signer[]): Promise<Signature[]> {
    const held = new Map(own.map((signer) => [this.idOf(signer, 'signers'), signer]));
    const chosen = signers.flatMap((wanted) => {
      if ('key' in wanted) return [[wanted.key, held.get(wanted.key)] as const];
      const mine = wanted.among.keys.filter((key) => held.has(key)).slice(0, wanted.among.least);
      if (mine.length < wanted.among.least) throw missing(wanted.among.keys, wanted.among.least, mine.length);
      return mine.map((key) => [key, held.get(key)] as const);
    });
    const bytes = bytesOf(to_sign);
    const signatures: Signature[] = [];
    for (const [keyid, signer] of chosen) {
      if (!signer) throw missing([keyid], 1, 0);
      signatures.push(await this.signed(signer, keyid, bytes));
    }
    return signatures;
  }

  /** A signature of one signer. */
  async signed(signer: Signer, keyid: string, bytes: Uint8Array): Promise<Signature> {
    // A copy: what one signer does with its bytes is nothing to the next.
    const sig: unknown = await signer.sign(bytes.slice());
    if (!(sig instanceof Uint8Array) || sig.length !== 64) throw bad('signer', `the signer of key ${keyid} gave no signature of 64 bytes`);
    return { keyid, sig: base64Of(sig) };
  }
}

function missing(keys: readonly string[], least: number, held: number): TollgateError {
  const which = keys.length === 1 ? `key ${keys[0]} must sign` : `${least} of the keys ${keys.join(', ')} must sign, and ${held} of them are here`;
  return new TollgateError({ code: 'SIGNER_MISSING', message: which, path: 'signers', help: 'give its signer in `signers`' });
}
