// The request that somebody was writing, kept so that a closed page loses nothing.

import type { JsonObject } from 'tollgate/decide';

import { say } from '../words/dictionary.ts';
import { transact } from './database.ts';

export interface Draft {
  readonly value: JsonObject;
  readonly facts: JsonObject;
  readonly now: string | null;
  /** When it was kept, ISO 8601. */
  readonly keptAt: string;
}

const KEY = 'request';

/** Deeper no request goes. */
const DEEPEST = 64;

export const keepDraft = (draft: Draft) => transact('readwrite', (store) => store.put(draft, KEY));

export const forgetDraft = () => transact('readwrite', (store) => store.delete(KEY));

/** The draft, if one is kept. Throws for one that this version of the page cannot read; it is forgotten then. */
export async function keptDraft(): Promise<Draft | undefined> {
  const found: unknown = await transact('readonly', (store) => store.get(KEY));
  if (found === undefined || isDraft(found)) return found;
  await forgetDraft();
  throw new Error(say.storage.unreadable);
}

/** Databases keep more than JSON does: cycles, big numbers, dates. */
function isJson(found: unknown, depth = 0): boolean {
  if (found === null || typeof found === 'string' || typeof found === 'boolean') return true;
  if (typeof found === 'number') return Number.isFinite(found);
  if (typeof found !== 'object' || depth > DEEPEST) return false;
  const isPlain = Array.isArray(found) || Object.getPrototypeOf(found) === Object.prototype;
  return isPlain && Object.values(found).every((member) => isJson(member, depth + 1));
}

function isDraft(found: unknown): found is Draft {
  if (typeof found !== 'object' || found === null) return false;
  const { value, facts, now, keptAt } = found as Record<string, unknown>;
  const isObject = (one: unknown) => typeof one === 'object' && one !== null && !Array.isArray(one);
  const isTime = (one: unknown) => typeof one === 'string' && !Number.isNaN(Date.parse(one));
  return isObject(value) && isObject(facts) && (now === null || typeof now === 'string') && isTime(keptAt) && isJson(found);
}

