// What a data protection officer asks of a trail: personal data erased, changes purged. The entry comes first; what it says is then done
// in the store, and done again by whoever opens it next where a crash cut it short.

import type { Engine } from '../engine.js';
import { TollgateError } from '../error.js';
import { bad } from '../plain.js';
import type { JsonObject } from '../types.js';
import { answered, blobsOf, bytesOf, changeOf, personalIn, portions, type TakenUp, type TrailGlue } from './reading.js';
import type { TrailStore } from './store.js';
import type { SignedStatement } from './types.js';

/** What a statement of an officer asks for, and who made it. */
export interface Asked {
  person: string;
  erase?: { person: string; reason: string };
  purge?: { change: string };
}

/** What an officer signed; the module says whether they did. */
export function askedIn(statement: SignedStatement, what: 'erase' | 'purge'): Asked {
  try {
    const { predicate } = JSON.parse(new TextDecoder().decode(bytesOf(statement.payload))) as { predicate: { person?: unknown; act: JsonObject } };
    if (typeof predicate.person === 'string' && predicate.act[what]) return { ...(predicate.act as object), person: predicate.person };
  } catch {
    // Said below.
  }
  throw bad('statement', `the statement does not ask to ${what}`, `\`trail.statement({ ${what}: .. }, { person })\` makes one`);
}

/** The digests of what is known of a person. */
export async function digestsOf(store: TrailStore, person: string): Promise<string[]> {
  return (await store.disclosures()).flatMap(({ digest, persons }) => (persons.includes(person) ? [digest] : [])).sort();
}

/** How a change ended, as its entries say, for the module. */
export async function endOf(store: TrailStore, id: string): Promise<{ entries: number; ended: string }> {
  let [entries, ended] = [0, ''];
  let wasElsewhere = false;
  for await (const { entry } of portions(store, 0)) {
    if (changeOf(entry) !== id) continue;
    entries += 1;
    wasElsewhere ||= entry?.type === 'change.handed_over';
    if (ended === '' && (entry?.change as JsonObject).ended === true) ended = new Date(Number(entry?.time_ms)).toISOString();
  }
  // When it ended the entries of several homes say: what stands in the place of a purged one could not tell its handover from its end.
  if (wasElsewhere) throw new TollgateError({ code: 'HANDED_OVER', message: `change \`${id}\` was handed over in between: it is not purged here`, path: 'change' });
  // Of an open change the module says that it is one.
  return { entries, ended: ended === '' ? new Date(0).toISOString() : ended };
}

/** Rids a store of everything of some changes but their tombstones. */
export async function purgeFrom(engine: Engine<TrailGlue>, store: TrailStore, changes: ReadonlySet<string>): Promise<number> {
  const whole: { index: number; stored: string }[] = [];
  const [theirs, others, personal, needed] = [new Set<string>(), new Set<string>(), new Set<string>(), new Set<string>()];
  for await (const { index, stored, entry } of portions(store, 0)) {
    const purged = changes.has(changeOf(entry));
    for (const digest of blobsOf(entry)) (purged ? theirs : others).add(digest);
    // What an entry that stays holds of personal data stays, whoever else names it.
    for (const digest of personalIn(JSON.stringify(entry))) (purged ? personal : needed).add(digest);
    if (purged) whole.push({ index, stored });
  }
  const blobs = [...theirs].filter((digest) => !others.has(digest));
  for (const digest of blobs) for (const one of personalIn((await store.blob(digest)) ?? '')) personal.add(one);
  for (const digest of others) for (const one of personalIn((await store.blob(digest)) ?? '')) needed.add(one);
  await store.forget({ disclosures: [...personal].filter((digest) => !needed.has(digest)), blobs });
  for (const { index, stored } of whole) {
    const { tombstones } = answered<{ tombstones: (string | null)[] }>(engine.ask('trailTombstones', { entries: [stored] }));
    if (typeof tombstones[0] === 'string') await store.tombstone(index, tombstones[0]);
  }
  return whole.length;
}

/** Does again what a crash cut short. */
export async function finishIn(engine: Engine<TrailGlue>, store: TrailStore, log: TakenUp, there: ReadonlySet<string>): Promise<void> {
  const disclosures = log.erasures.flatMap(({ digests }) => digests);
  if (disclosures.length > 0) await store.forget({ disclosures, persons: log.erasures.map(({ person }) => person) });
  const unfinished = log.purged.filter((change) => there.has(change));
  if (unfinished.length > 0) await purgeFrom(engine, store, new Set(unfinished));
}

/** The digests of personal data that a trail says was erased. */
export async function erasedIn(store: TrailStore): Promise<ReadonlySet<string>> {
  const erased = new Set<string>();
  for await (const { entry } of portions(store, 0)) {
    if (entry?.type !== 'erasure.performed') continue;
    const texts = [JSON.stringify(entry.body), ...(await Promise.all(blobsOf(entry).map((digest) => store.blob(digest))))];
    for (const text of texts) for (const [, digest = ''] of (text ?? '').matchAll(/"([\w-]{43})"/g)) erased.add(digest);
  }
  return erased;
}
