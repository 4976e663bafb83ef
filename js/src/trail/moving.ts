// What leaves a trail as one file: a change that moves to another log, and the approval that a deployment job goes by.

import type { Actor, Change } from '../change.js';
import type { Engine } from '../engine.js';
import { TollgateError } from '../error.js';
import { bad, checkOptions } from '../plain.js';
import { instantOf, objectOf } from '../policy.js';
import type { Json, JsonObject, Refusal } from '../types.js';
import { erasedIn } from './officer.js';
import type { Policies } from './policies.js';
import { answered, base64Of, blobsOf, changeOf, check, entryOf, mustHold, portions, type TakenUp, type TrailGlue } from './reading.js';
import type { ToBeSigned } from './signing.js';
import type { TrailStore } from './store.js';
import type { ApprovalAnswer, ApprovalQuestion, Log, LogName, TrailEntry } from './types.js';
import type { Writer } from './writing.js';

/** Every entry of these kinds goes with what is proved by keys. */
const KEYS = ['key.enrolled', 'key.rotated', 'key.revoked', 'peer.accepted', 'peer.dismissed'];

export const LOG_NAME = 'give `{ origin, log }`: the name of a log, and its identity `sha256:..`';

const typeOf = ({ entry }: TrailEntry): string => (typeof entry?.type === 'string' ? entry.type : '');

/** What a trail knows of changes when one comes to it, or leaves it. */
export interface Known {
  changes: Map<string, Change>;
  purged: ReadonlySet<string>;
  /** Those that went to other logs, with the entries that say so. */
  handedOver: Map<string, number>;
  policies: Policies;
  roster: Json;
}

/**
 * Hands a change over, and returns what the other log takes it over by. What would keep that log from it is found before anything is
 * written. Where the change went to that log already, this is the same bundle again, and nothing is written.
 */
export async function handOver(log: Writer, { changes, handedOver, policies, roster }: Known, id: string, options: { to: LogName; actor: Actor }): Promise<string> {
  const given = handedOver.get(id);
  if (given !== undefined) return bundleAgain(log, id, given, options.to);
  const change = changes.get(id);
  if (!change) throw noChange(log.engine, changes, id);
  const { store } = log;
  const proof = await proofOf(store, log.size, id);
  mustTravel(proof, id);
  const call = { head: log.begun(), roster: roster ?? {}, change, ...proof, ...options, now: log.now() };
  const policy = policies.for(change, 'handOver');
  const { entry } = await withPersonal<{ entry: ToBeSigned; personal: string[] }>(store, (more) => policy.ask('trailHandOver', { ...call, ...more }));
  handedOver.set(id, await log.keep(entry));
  changes.delete(id);
  log.owe();
  return bundleOf(log, id, log.begun());
}

/** The bundle of a change that was handed over by an entry: as it was then, but for what was erased since. */
async function bundleAgain(log: Writer, id: string, index: number, to: LogName): Promise<string> {
  objectOf(to, 'to', LOG_NAME);
  const home = await homeSince(log.store, index);
  if (home.origin !== to.origin || home.log !== to.log) {
    const message = `change \`${id}\` was handed over to log \`${home.origin}\`, ${home.log}, by entry ${index}`;
    throw new TollgateError({ code: 'HANDED_OVER', message, path: 'to', help: 'have that log hand it on; its bundle is to be had for that log alone' });
  }
  if (index + 1 === log.size) return bundleOf(log, id, log.begun());
  const found = await check(log.engine, log.store, { pins: [], own: [], redecide: false, takeUp: true, to: index + 1, onProgress: undefined });
  mustHold(found.check);
  return bundleOf(log, id, (found.log as TakenUp).head);
}

/** The log that an entry hands its change over to. */
async function homeSince(store: TrailStore, index: number): Promise<LogName> {
  const [stored = ''] = await store.read(index, index + 1);
  return (entryOf(index, stored).entry?.body as unknown as { to: LogName }).to;
}

/** Puts together what another log takes a change over by that left this one at this head. */
async function bundleOf(log: Writer, id: string, head: Log): Promise<string> {
  const parts = { head, checkpoint: await log.checkpointOf(head), ...(await proofOf(log.store, Number(head.state.size), id)) };
  const { bundle } = await withPersonal<{ bundle: string; personal: string[] }>(log.store, (more) => log.engine.ask('trailBundle', { ...parts, ...more }));
  return bundle;
}

/** Asks for what goes with personal data: which that is, the answer says, and where there is any, it is asked again with it. */
async function withPersonal<T extends { personal: string[] }>(store: TrailStore, ask: (more: object) => unknown): Promise<T> {
  const answer = answered<T>(ask({}));
  if (answer.personal.length === 0) return answer;
  const known = new Set(answer.personal);
  return answered<T>(ask({ disclosures: (await store.disclosures()).filter(({ digest }) => known.has(digest)) }));
}

/** Puts together what a deployment job goes by: a file without anything personal. */
export async function approvalOf(log: Writer, id: string): Promise<string> {
  const parts = { checkpoint: await log.signHead(), head: log.begun(), ...(await proofOf(log.store, log.size, id)) };
  return answered<{ approval: string }>(log.engine.ask('trailApproval', parts)).approval;
}

/** Takes a change over, with the personal data that came along and was not erased here. */
export async function takeOver(log: Writer, known: Known, bundle: string, options: { from: LogName; actor: Actor }): Promise<{ id: string; isErased: boolean }> {
  const { entry, change, isErased } = await takenOver(log, { bundle, ...options }, known);
  await log.keep(entry);
  known.changes.set(change.id, change);
  known.handedOver.delete(change.id);
  return { id: change.id, isErased };
}

/** Has a change taken over: the entry to sign. */
async function takenOver(log: Writer, given: { bundle: string; from: LogName; actor: Actor }, { changes, purged, handedOver }: Known): Promise<{ entry: ToBeSigned; change: Change; isErased: boolean }> {
  const { engine, store } = log;
  const call = { head: log.begun(), ...given, now: log.now() };
  const id = changeIn(given.bundle);
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
  // What it had before it was handed over may be here still.
  const isErased = kept.length < entry.disclosures.length || (change.withheld?.unknown.length ?? 0) > 0;
  return { entry: { ...entry, disclosures }, change, isErased };
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

/** What is said of a change that was never there: the module has the words, and looks for the one that was meant. */
export function noChange(engine: Engine<TrailGlue>, changes: ReadonlyMap<string, Change>, id: string, path = 'change'): TollgateError {
  const { error } = engine.ask('trailKnown', { change: id, changes: [...changes.keys()] }) as { error: Refusal };
  return new TollgateError({ ...error, path });
}

/** Throws where nothing of a change is left. */
export function mustNotBePurged(purged: ReadonlySet<string>, id: string): void {
  if (purged.has(id)) throw new TollgateError({ code: 'PURGED', message: `change \`${id}\` was purged`, path: 'change', help: 'name another: begin one, where there is none yet' });
}

/** Throws where nothing can be deployed by a change. */
export function mustBeOpen(engine: Engine<TrailGlue>, head: Log, changes: ReadonlyMap<string, Change>, id: string): void {
  if (!changes.has(id)) throw noChange(engine, changes, id);
  if (Object.hasOwn(head.state.open as JsonObject, id)) return;
  throw new TollgateError({ code: 'CLOSED_CHANGE', message: `change \`${id}\` has ended: nothing is deployed by it`, path: 'change' });
}

/** A bundle of more characters is read by nobody: what was before is inside it, and inside that. */
const MOST_OF_BUNDLE = 7_000_000;

/** Throws where another log could not take a change over: before it is handed over, and not after. */
function mustTravel({ entries, blobs }: Proof, id: string): void {
  const most = JSON.stringify(blobs).length + entries.reduce((sum, entry) => sum + entry.length, 0);
  if (most <= MOST_OF_BUNDLE) return;
  const help = 'bring it to its end here: each home that it had, and every gate answer, is in its bundle';
  throw new TollgateError({ code: 'BUNDLE_TOO_LARGE', message: `the bundle of change \`${id}\` would have more than ${most} characters, and at most ${MOST_OF_BUNDLE} are taken over`, path: 'change', help });
}

/** What proves a change to whoever does not have the log. */
interface Proof {
  leaves: string[];
  entries: string[];
  blobs: string[];
}

/**
 * The proof of a change as far as the log went at a size: its first entry, those about keys, peers, policies and rosters, and those of the
 * change, with the blobs that they need and the leaf hashes of all.
 */
async function proofOf(store: TrailStore, size: number, id: string): Promise<Proof> {
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
