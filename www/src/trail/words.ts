// The recovery words: the 32 bytes of the root key's seed, spelled as BIP-39 does, so that a person can note them. A slip shows: the
// last word holds a checksum.

import { entropyToMnemonic, mnemonicToEntropy, validateMnemonic } from '@scure/bip39';
import { wordlist } from '@scure/bip39/wordlists/english.js';

/** Makes words for a root key. They are kept nowhere. */
export const makeWords = (): string => entropyToMnemonic(crypto.getRandomValues(new Uint8Array(32)), wordlist);

/** The words as they are compared: whatever stands between them, and in small letters. */
export const tidied = (typed: string): string => typed.toLowerCase().match(/[a-z]+/g)?.join(' ') ?? '';

/** Whether these are 24 words of the list that belong together. */
export const areWords = (typed: string): boolean => tidied(typed).split(' ').length === 24 && validateMnemonic(tidied(typed), wordlist);

/** The seed that the words spell. */
export const seedOf = (typed: string): Uint8Array => mnemonicToEntropy(tidied(typed), wordlist);
