// The recovery words, for the screen: made, compared, and asked back.

export { areWords, makeWords, tidied } from '../trail/words.ts';

/** Three places of the words that are to be shown, from 1, in their order. */
export function placesToAsk(words: number): number[] {
  const places = new Set<number>();
  while (places.size < 3) places.add(1 + (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) % words);
  return [...places].sort((one, other) => one - other);
}
