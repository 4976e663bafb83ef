// Entries for people: in a line, and whole. What they say is judged by a check, not here.

import type { Actor, Json, JsonObject, TrailEntry } from 'tollgate';

import type { Detail, Line } from './messages.ts';

type FindBlob = (digest: string) => Promise<string | undefined>;

/** An entry whose large values are in their places again, with the digests of those that are missing. */
interface Restored {
  readonly entry: JsonObject;
  readonly missing: readonly string[];
}

export async function lineOf(item: TrailEntry, blob: FindBlob): Promise<Line> {
  const entry = item.entry as JsonObject | null;
  if (!entry) return withoutEntry(item);
  // The body of a policy is never needed for a line, and large.
  const { entry: whole } = entry.type === 'change.command' ? await restored(entry, blob) : { entry };
  return lineIn(item.index, whole);
}

/** What stands where an entry was purged, or is none. */
function withoutEntry({ index, stored }: TrailEntry): Line {
  const none = { index, who: null, events: [], command: null, codes: [] };
  try {
    const { time_ms: ms, change } = objectIn((JSON.parse(stored) as JsonObject).tombstone);
    const at = new Date(Number(ms)).toISOString();
    return { ...none, type: 'purged', at, about: text(objectIn(change).id) };
  } catch {
    return { ...none, type: null, at: null, about: null };
  }
}

export async function detailOf(item: TrailEntry, blob: FindBlob): Promise<Detail> {
  const { stored } = item;
  const { entry, missing } = item.entry ? await restored(item.entry as JsonObject, blob) : { entry: null, missing: [] };
  return { line: await lineOf(item, blob), stored, entry, missing, signed: signersOf(stored) };
}

function lineIn(index: number, entry: JsonObject): Line {
  const body = objectIn(entry.body);
  return {
    index,
    type: text(entry.type),
    at: new Date(Number(entry.time_ms)).toISOString(),
    who: (entry.actor ?? null) as Actor | null,
    about: aboutOf(entry, body),
    events: listIn(body.events).map((event) => text(objectIn(objectIn(event).what).type) ?? ''),
    command: commandIn(body.command),
    codes: listIn(body.reasons).flatMap((reason) => text(objectIn(reason).code) ?? []),
  };
}

/** The change, else whose key or which, else the policy. */
function aboutOf(entry: JsonObject, body: JsonObject): string | null {
  const policy = objectIn(entry.policy);
  const owner = text(body.person) ?? text(body.machine);
  const adopted = entry.type === 'policy.adopted' ? `${text(policy.id) ?? ''} ${text(policy.version) ?? ''}`.trim() : null;
  const key = text(body.key) ?? text(body.old);
  const short = key === null ? null : `${key.slice(0, 8)}…`;
  return text(objectIn(entry.change).id) ?? text(body.change) ?? adopted ?? owner ?? short ?? (entry.type === 'log.began' ? text(entry.origin) : null);
}

function commandIn(command: Json | undefined): string | null {
  if (typeof command === 'string') return command;
  return Object.keys(objectIn(command))[0] ?? null;
}

function signersOf(stored: string): string[] {
  try {
    const { signatures } = JSON.parse(stored) as { signatures: { keyid: string }[] };
    return signatures.map(({ keyid }) => keyid);
  } catch {
    return [];
  }
}

/** Puts what was taken out of an entry's body back, by the pointers that it names (RFC 6901). */
async function restored(entry: JsonObject, blob: FindBlob): Promise<Restored> {
  const copy = structuredClone(entry);
  const missing: string[] = [];
  for (const one of listIn(entry.blobs)) {
    const { at, digest } = objectIn(one);
    if (typeof at !== 'string' || typeof digest !== 'string') continue;
    const kept = await blob(digest);
    if (kept === undefined) missing.push(digest);
    else put(copy, ['body', ...at.split('/').slice(1).map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))], JSON.parse(kept) as Json);
  }
  return { entry: copy, missing };
}

function put(into: JsonObject, path: readonly string[], value: Json): void {
  let place = into as { [step: string]: Json };
  for (const step of path.slice(0, -1)) place = place[step] as { [step: string]: Json };
  place[path.at(-1) ?? ''] = value;
}

const text = (found: Json | undefined): string | null => (typeof found === 'string' ? found : null);
const listIn = (found: Json | undefined): readonly Json[] => (Array.isArray(found) ? found : []);
const objectIn = (found: Json | undefined): JsonObject => (typeof found === 'object' && found !== null && !Array.isArray(found) ? (found as JsonObject) : {});
