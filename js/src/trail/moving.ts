// What leaves a trail as one file: a change that moves to another log, and the approval that a deployment job goes by.

import type { Engine } from '../engine.js';
import { TollgateError } from '../error.js';
import { bad, checkOptions } from '../plain.js';
import { instantOf, objectOf } from '../policy.js';
import type { JsonObject } from '../types.js';
import { answered, base64Of, blobsOf, changeOf, personalIn, portions, sizeIn, type TrailGlue } from './reading.js';
import type { TrailStore } from './store.js';
import type { ApprovalAnswer, ApprovalQuestion, Log, TrailEntry } from './types.js';

/** Every entry of these kinds goes with what is proved by keys. */
const KEYS = ['key.enrolled', 'key.rotated', 'key.revoked'];

const typeOf = ({ entry }: TrailEntry): string => (typeof entry?.type === 'string' ? entry.type : '');

/** A log, and a checkpoint of it that signs all that it has. */
interface Signed {
  engine: Engine<TrailGlue>;
  store: TrailStore;
  head: Log;
  checkpoint: string;
}

/** Puts together what another log takes a change over by. */
export async function bundleOf(log: Signed, id: string): Promise<string> {
  const { leaves, found } = await gathered(log, id, []);
  const { blobs, texts } = await besideOf(log.store, found);
  const personal = new Set(texts.flatMap((text) => [...personalIn(text)]));
  const disclosures = (await log.store.disclosures()).filter(({ digest }) => personal.has(digest));
  return answered<{ bundle: string }>(log.engine.ask('trailBundle', { ...callOf(log, leaves, found), blobs, disclosures })).bundle;
}

/** Puts together what a deployment job goes by: a file without anything personal. */
export async function approvalOf(log: Signed, id: string): Promise<string> {
  const { leaves, found } = await gathered(log, id, ['policy.adopted', 'roster.set']);
  const begun = found.find(({ entry }) => changeOf(entry) === id)?.index ?? 0;
  // What was in force when the change began counts, and what came since; of policies before that, that there were such.
  const last = (type: string) => found.filter((one) => typeOf(one) === type && one.index < begun).at(-1)?.index ?? 0;
  const [policy, roster] = [last('policy.adopted'), last('roster.set')];
  const entries = found.filter((one) => typeOf(one) !== 'roster.set' || one.index >= roster);
  const { blobs } = await besideOf(log.store, entries.filter((one) => typeOf(one) !== 'policy.adopted' || one.index >= policy));
  return answered<{ approval: string }>(log.engine.ask('trailApproval', { ...callOf(log, leaves, entries), blobs })).approval;
}

/** Throws where nothing can be deployed by a change. */
export function mustBeOpen(head: Log, change: unknown, id: string): void {
  if (!change) throw bad('change', `there is no change \`${id}\` in the trail`);
  if (Object.hasOwn(head.state.open as JsonObject, id)) return;
  throw new TollgateError({ code: 'CLOSED_CHANGE', message: `change \`${id}\` has ended: nothing is deployed by it`, path: 'change' });
}

const callOf = ({ head, checkpoint }: Signed, leaves: string[], entries: TrailEntry[]) =>
  ({ head, checkpoint, leaves, entries: entries.map(({ stored }) => stored) });

/** The first entry of a log, those about keys and a change, and those of other types; and the leaf hashes of all. */
async function gathered({ store, checkpoint }: Signed, id: string, types: readonly string[]): Promise<{ leaves: string[]; found: TrailEntry[] }> {
  const [leaves, found] = [[] as string[], [] as TrailEntry[]];
  for await (const one of portions(store, 0, sizeIn(checkpoint))) {
    leaves.push(await leafOf(one.stored));
    const type = typeOf(one);
    if (one.index === 0 || KEYS.includes(type) || types.includes(type) || changeOf(one.entry) === id) found.push(one);
  }
  return { leaves, found };
}

/** The blobs that entries need, and every text in which digests of personal data may stand. */
async function besideOf(store: TrailStore, entries: readonly TrailEntry[]): Promise<{ blobs: string[]; texts: string[] }> {
  const blobs = new Map<string, string>();
  for (const { entry } of entries) {
    for (const digest of blobsOf(entry)) {
      const text = await store.blob(digest);
      if (text !== undefined) blobs.set(digest, text);
    }
  }
  return { blobs: [...blobs.values()], texts: [...entries.map(({ entry }) => JSON.stringify(entry)), ...blobs.values()] };
}

/** The leaf hash of an entry as stored (RFC 6962): a tombstone holds that of what it stands for. */
async function leafOf(stored: string): Promise<string> {
  if (stored.startsWith('{"tombstone":')) {
    const { leaf } = (JSON.parse(stored) as { tombstone: JsonObject & { leaf: string } }).tombstone;
    const digits = leaf.replace('sha256:', '');
    return base64Of(Uint8Array.from({ length: 32 }, (_, at) => Number.parseInt(digits.slice(2 * at, 2 * at + 2), 16)));
  }
  const bytes = new TextEncoder().encode(`\0${stored}`);
  return base64Of(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
}

/** Asks by such a file whether a deployment may begin. */
export function askApproval(engine: Engine<TrailGlue>, approval: string, options: ApprovalQuestion): ApprovalAnswer {
  checkOptions(options, 'options', ['log', 'maxAgeMs', 'now', 'change', 'facts', 'register', 'revoked']);
  for (const [key, value] of Object.entries(options)) {
    // A pin that was meant and is not there would let more through than was meant.
    if (value === undefined || value === null) throw bad(key, `\`${key}\` is ${value}`, 'give it, or leave it out');
  }
  const { log, maxAgeMs, now, facts = {}, ...others } = options;
  const call = { approval, log: objectOf(log, 'log', 'give `{ origin, log }`'), facts: objectOf(facts, 'facts'), now: instantOf(now, 'now'), max_age_ms: maxAgeMs };
  return answered<ApprovalAnswer>(engine.ask('askApproval', { ...call, ...others }));
}
