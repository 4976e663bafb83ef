// The rules that somebody edited, kept so that a closed page loses nothing.

import { transact } from './database.ts';

/** The texts that differ from the shipped ones, by file. */
export type Texts = ReadonlyMap<string, string>;

const KEY = 'rules';

export const keepRules = (texts: Texts) =>
  texts.size === 0 ? transact('readwrite', (store) => store.delete(KEY)) : transact('readwrite', (store) => store.put([...texts], KEY));

/** The rules that are kept; none where nothing is, or nothing that this version of the page can read. */
export async function keptRules(): Promise<Texts> {
  const found: unknown = await transact('readonly', (store) => store.get(KEY));
  const isText = (one: unknown): one is [string, string] => Array.isArray(one) && one.length === 2 && one.every((part) => typeof part === 'string');
  return new Map(Array.isArray(found) ? found.filter(isText) : []);
}
