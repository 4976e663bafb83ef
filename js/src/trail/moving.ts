// What leaves a trail as one file: a change that moves to another log, and the approval that a deployment job goes by.

import type { Change } from '../change.js';
import type { Engine } from '../engine.js';
import { TollgateError } from '../error.js';
import { bad, checkOptions } from '../plain.js';
import { instantOf, objectOf } from '../policy.js';
import type { JsonObject } from '../types.js';
import { erasedIn } from './officer.js';
import { answered, base64Of, blobsOf, changeOf, entryOf, portions, sizeIn, type TrailGlue } from './reading.js';
import type { ToBeSigned } from './signing.js';
import type { TrailStore } from './store.js';
import type { ApprovalAnswer, ApprovalQuestion, Log, TrailEntry } from './types.js';

/** Every entry of these kinds goes with what is proved by keys. */
const KEYS = ['key.enrolled', 'key.rotated', 'key.revoked', 'peer.accepted', 'peer.dismissed'];

export const LOG_NAME = 'give `{ origin, log }`: the name of a log, and its identity `sha256:..`';

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
  const parts = await partsOf(log, id);
  const ask = (more: object) => answered<{ bundle: string; personal: string[] }>(log.engine.ask('trailBundle', { ...parts, ...more }));
  const { bundle, personal } = ask({});
  if (personal.length === 0) return bundle;
  const known = new Set(personal);
  return ask({ disclosures: (await log.store.disclosures()).filter(({ digest }) => known.has(digest)) }).bundle;
}

/** Puts together what a deployment job goes by: a file without anything personal. */
export async function approvalOf(log: Signed, id: string): Promise<string> {
  return answered<{ approval: string }>(log.engine.ask('trailApproval', await partsOf(log, id))).approval;
}

/** What a trail knows of changes when one comes to it. */
interface Known {
  changes: ReadonlyMap<string, unknown>;
  purged: ReadonlySet<string>;
  handedOver: ReadonlyMap<string, number>;
}

/** Has a change taken over: the entry to sign, with the personal data that came along and was not erased here. */
export async function takenOver(engine: Engine<TrailGlue>, store: TrailStore, call: { bundle: string }, { changes, purged, handedOver }: Known): Promise<{ entry: ToBeSigned; change: Change; isErased: boolean }> {
  const id = changeIn(call.bundle);
  const refused = (code: string, message: string, help: string) => new TollgateError({ code, message, path: 'bundle', help });
  if (changes.has(id)) throw refused('CHANGE_IS_HERE', `change \`${id}\` is in this log already`, 'go on with it as it is');
  if (purged.has(id)) throw refused('PURGED', `change \`${id}\` was purged here`, 'leave it where it is');
  const last = handedOver.get(id);
  const answer = engine.ask('trailTakeOver', { ...call, ...(last === undefined ? {} : { handed_over: last }) });
  const { entry, change } = answered<{ entry: ToBeSigned; change: Change }>(answer);
  const erased = await erasedIn(store);
  const kept = entry.disclosures.filter(({ digest }) => !erased.has(digest));
  const known = new Set((await store.disclosures()).map(({ digest }) => digest));
  const disclosures = kept.filter(({ digest }) => !known.has(digest));
  return { entry: { ...entry, disclosures }, change, isErased: kept.length < entry.disclosures.length };
}

/** The change that a bundle hands over; whether it does, the module says. */
function changeIn(bundle: string): string {
  try {
    const { entries } = (JSON.parse(bundle) as { bundle: { entries: { stored: string }[] } }).bundle;
    return changeOf(entryOf(0, entries.at(-1)?.stored ?? '').entry);
  } catch {
    return '';
  }
}

/** Throws where a change goes on elsewhere. */
export function mustBeHome(handedOver: ReadonlyMap<string, number>, id: string): void {
  if (!handedOver.has(id)) return;
  throw new TollgateError({ code: 'HANDED_OVER', message: `change \`${id}\` was handed over to another log`, path: 'change', help: 'go on with it there' });
}

/** Throws where nothing can be deployed by a change. */
export function mustBeOpen(head: Log, change: unknown, id: string): void {
  if (!change) throw bad('change', `there is no change \`${id}\` in the trail`);
  if (Object.hasOwn(head.state.open as JsonObject, id)) return;
  throw new TollgateError({ code: 'CLOSED_CHANGE', message: `change \`${id}\` has ended: nothing is deployed by it`, path: 'change' });
}

/** A bundle of more characters is read by nobody: what was before is inside it, and inside that. */
const MOST_OF_BUNDLE = 7_000_000;

/** Throws where another log could not take a change over: before it is handed over, and not after. */
export async function mustTravel(store: TrailStore, size: number, id: string): Promise<void> {
  const { entries, blobs } = await gathered(store, size, id);
  const most = JSON.stringify(blobs).length + entries.reduce((sum, entry) => sum + entry.length, 0);
  if (most <= MOST_OF_BUNDLE) return;
  const help = 'bring it to its end here: each home that it had, and every gate answer, is in its bundle';
  throw new TollgateError({ code: 'BUNDLE_TOO_LARGE', message: `the bundle of change \`${id}\` would have more than ${most} characters, and at most ${MOST_OF_BUNDLE} are taken over`, path: 'change', help });
}

async function partsOf({ store, head, checkpoint }: Signed, id: string): Promise<object> {
  return { head, checkpoint, ...(await gathered(store, sizeIn(checkpoint), id)) };
}

/**
 * What proves a change to whoever does not have the log: its first entry, those about keys, peers, policies and rosters, and those of the
 * change, with the blobs that they need and the leaf hashes of all.
 */
async function gathered(store: TrailStore, size: number, id: string): Promise<{ leaves: string[]; entries: string[]; blobs: string[] }> {
  const [leaves, found] = [[] as string[], [] as TrailEntry[]];
  for await (const one of portions(store, 0, size)) {
    leaves.push(await leafOf(one.stored));
    const type = typeOf(one);
    if (one.index === 0 || type === 'policy.adopted' || type === 'roster.set' || KEYS.includes(type) || changeOf(one.entry) === id) found.push(one);
  }
  const begun = found.find(({ entry }) => changeOf(entry) === id)?.index ?? 0;
  // What was in force when the change began counts, and what came since; of policies before that, that there were such.
  const last = (type: string) => found.filter((one) => typeOf(one) === type && one.index < begun).at(-1)?.index ?? 0;
  const [policy, roster] = [last('policy.adopted'), last('roster.set')];
  const entries = found.filter((one) => typeOf(one) !== 'roster.set' || one.index >= roster);
  const blobs = await blobsIn(store, entries.filter((one) => typeOf(one) !== 'policy.adopted' || one.index >= policy));
  return { leaves, entries: entries.map(({ stored }) => stored), blobs };
}

async function blobsIn(store: TrailStore, entries: readonly TrailEntry[]): Promise<string[]> {
  const blobs = new Map<string, string>();
  for (const digest of entries.flatMap(({ entry }) => blobsOf(entry))) {
    const text = await store.blob(digest);
    if (text !== undefined) blobs.set(digest, text);
  }
  return [...blobs.values()];
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
  objectOf(log, 'log', LOG_NAME);
  if (typeof log.origin !== 'string' || !/^sha256:[0-9a-f]{64}$/.test(log.log)) throw bad('log', 'it must name one log', LOG_NAME);
  if (!(Number.isSafeInteger(maxAgeMs) && maxAgeMs >= 0)) throw bad('maxAgeMs', '`maxAgeMs` must be the milliseconds that an approval may be old: a whole number from 0');
  const call = { approval, log, facts: objectOf(facts, 'facts'), now: instantOf(now, 'now'), max_age_ms: maxAgeMs };
  return answered<ApprovalAnswer>(engine.ask('askApproval', { ...call, ...others }));
}
