// The request that somebody was writing, kept so that a closed page loses nothing.

import type { JsonObject } from 'tollgate/decide';

import { transact } from './database.ts';

export interface Draft {
  readonly value: JsonObject;
  readonly facts: JsonObject;
  readonly now: string | null;
  /** When it was kept, ISO 8601. */
  readonly keptAt: string;
}

const KEY = 'request';

export const keepDraft = (draft: Draft) => transact('readwrite', (store) => store.put(draft, KEY));

export const forgetDraft = () => transact('readwrite', (store) => store.delete(KEY));

/** The draft, if one is kept that this version of the page can read. */
export async function keptDraft(): Promise<Draft | undefined> {
  const found: unknown = await transact('readonly', (store) => store.get(KEY));
  return isDraft(found) ? found : undefined;
}

function isDraft(found: unknown): found is Draft {
  if (typeof found !== 'object' || found === null) return false;
  const { value, facts, now, keptAt } = found as Record<string, unknown>;
  const isObject = (one: unknown) => typeof one === 'object' && one !== null && !Array.isArray(one);
  return isObject(value) && isObject(facts) && (now === null || typeof now === 'string') && typeof keptAt === 'string';
}

