// Reads what is stored: entries for people, and all of them for a check.

import type { Engine } from '../engine.js';
import { TollgateError } from '../error.js';
import type { FullGlue } from '../policy.js';
import type { Json, JsonObject, Refusal, RuleFile } from '../types.js';
import type { Change } from '../change.js';
import type { TrailStore } from './store.js';
import type { Log, TrailCheck, TrailEntry } from './types.js';

/** The calls of a module that makes and checks trails. */
export interface TrailGlue extends FullGlue {
  trailKey(call: string): string;
  trailKeyId(call: string): string;
  trailBegin(call: string): string;
  trailAdminister(call: string): string;
  trailAdopt(call: string): string;
  trailAdoption(call: string): string;
  trailCommand(call: string): string;
  trailGate(call: string): string;
  trailAct(call: string): string;
  trailSeal(call: string): string;
  trailTombstones(call: string): string;
  trailHandOver(call: string): string;
  trailBundle(call: string): string;
  trailApproval(call: string): string;
  askApproval(call: string): string;
  trailTakeOver(call: string): string;
  trailCheckpoint(call: string): string;
  trailLeaves(call: string): string;
  trailProve(call: string): string;
  trailCheck(call: string): string;
  trailCheckTake(call: string): string;
  trailCheckFinish(call: string): string;
  trailShow(call: string): string;
  trailErased(call: string): string;
  trailKnown(call: string): string;
  trailProver(call: string): string;
  trailProverTake(call: string): string;
  trailProverFinish(call: string): string;
  trailCheckProof(call: string): string;
}

/** What is read of a store. */
export type Kept = Pick<TrailStore, 'read' | 'blob' | 'disclosures'>;

/** That a key signed what an entry says of a change. */
export interface SignedBy {
  key: string;
  index: string;
}

/** What a log is gone on with. */
export interface TakenUp {
  head: Log;
  policies: { digest: string; files: RuleFile[] }[];
  roster?: Json;
  changes: Change[];
  /** Who signed which entries of those that are open. */
  signed: Record<string, SignedBy[]>;
  /** Digests of personal data in the requests of changes that was erased. */
  erased: { change: string; digests: string[] }[];
  erasures: { person: string; digests: string[] }[];
  /** The changes that were purged. */
  purged: string[];
  /** The changes that go on in other logs, with the entries that handed them over. */
  handed_over: { change: string; index: number }[];
}

/** Entries are given to the module in portions of about so many characters, and no more than so many. */
const PORTION = 1_000_000;
const MOST = 256;

/** The answer of a call, unless it says that the call was wrong. */
export function answered<T>(answer: unknown): T {
  const { error } = answer as { error?: Refusal };
  if (error) throw new TollgateError(error);
  return answer as T;
}

/** How many entries a checkpoint signs. */
export const sizeIn = (note = ''): number => Number(note.split('\n')[1] ?? 0);

export const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

export const bytesOf = (base64: string): Uint8Array => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));

export function base64Of(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

/** An entry as it reads. It is not judged: that is what a check does. */
export function entryOf(index: number, stored: string): TrailEntry {
  try {
    const { payload } = JSON.parse(stored) as { payload: string };
    const { predicate } = JSON.parse(new TextDecoder().decode(bytesOf(payload))) as { predicate?: TrailEntry['entry'] };
    return { index, stored, entry: predicate ?? null };
  } catch {
    // It was purged, or somebody changed it.
    return { index, stored, entry: null };
  }
}

/** The entries of a store, in portions. */
export async function* portions(store: Pick<TrailStore, 'read'>, from: number, to = Number.MAX_SAFE_INTEGER): AsyncGenerator<TrailEntry> {
  for (let at = from; at < to; ) {
    const stored = await store.read(at, Math.min(at + MOST, to));
    if (stored.length === 0) return;
    for (const text of stored) yield entryOf(at++, text);
  }
}

/** The leaf hashes of the first entries of a store. */
export async function leavesOf(engine: Engine<TrailGlue>, store: TrailStore, size: number): Promise<string[]> {
  const leaves: string[] = [];
  let [entries, length] = [[] as string[], 0];
  const give = () => {
    leaves.push(...answered<{ leaves: string[] }>(engine.ask('trailLeaves', { entries })).leaves);
    [entries, length] = [[], 0];
  };
  for await (const { stored } of portions(store, 0, size)) {
    entries.push(stored);
    length += stored.length;
    if (length > PORTION || entries.length >= MOST) give();
  }
  if (entries.length > 0) give();
  return leaves;
}

/** What a check is asked. */
export interface Asked {
  pins: readonly string[];
  witnesses?: readonly string[];
  beside?: readonly string[];
  /** The checkpoints that lie with it: they vouch for nothing, but what they do not fit was cut off or changed. */
  own: readonly string[];
  redecide: boolean;
  takeUp: boolean;
  /** As if it had no more entries than so many. */
  to?: number;
  onProgress: ((entries: number) => void) | undefined;
}

/** What came of a check, the log to go on with, and the changes of which entries are there. */
export interface Found {
  check: TrailCheck;
  /** The same in lines, for people. */
  text: string;
  log?: TakenUp;
  there: ReadonlySet<string>;
}

/** Checks the entries of a store, and takes the log up where that is asked and they hold. */
export async function check(engine: Engine<TrailGlue>, store: Kept, asked: Asked): Promise<Found> {
  const { pins, own, witnesses = [], beside = [], redecide, takeUp, to, onProgress } = asked;
  const { handle } = answered<{ handle: number }>(engine.ask('trailCheck', { pins, own, witnesses, beside, redecide, part: to !== undefined }));
  const known = new Map((redecide || takeUp ? await store.disclosures() : []).map(({ digest, text }) => [digest, text]));
  const personal = new PersonalOfChanges(known);
  const blobs: { [digest: string]: string } = {};
  const there = new Set<string>();
  let [entries, length, goesOn, size] = [[] as string[], 0, true, 0];
  const give = () => {
    const disclosures = redecide ? personal.taken() : {};
    const taken = answered<{ size: number; goes_on: boolean }>(engine.ask('trailCheckTake', { handle, entries, blobs, disclosures }));
    [entries, length, goesOn, size] = [[], 0, taken.goes_on, taken.size];
    for (const digest of Object.keys(blobs)) delete blobs[digest];
    onProgress?.(size);
  };
  try {
    for await (const { stored, entry } of portions(store, 0, to)) {
      entries.push(stored);
      length += stored.length;
      if (takeUp) there.add(changeOf(entry));
      const texts = redecide ? [JSON.stringify(entry)] : [];
      for (const digest of blobsOf(entry)) {
        const text = await store.blob(digest);
        if (text === undefined) continue;
        blobs[digest] = text;
        length += text.length;
        texts.push(text);
      }
      if (redecide) personal.see(entry, texts);
      if (length > PORTION || entries.length >= MOST) give();
      if (!goesOn) break;
    }
    if (entries.length > 0 && goesOn) give();
  } catch (error) {
    // The module forgets what is not gone on with.
    engine.ask('trailCheckFinish', { handle });
    throw error;
  }
  const finish = takeUp ? { handle, take_up: true, disclosures: Object.fromEntries(known) } : { handle };
  return { ...answered<Omit<Found, 'there'>>(engine.ask('trailCheckFinish', finish)), there };
}

/** The change that an entry goes on with; empty where there is none. */
export function changeOf(entry: TrailEntry['entry']): string {
  const id = (entry?.change as JsonObject | undefined)?.id;
  return typeof id === 'string' ? id : '';
}

/** The digests of personal data that stand in a text of an entry or a blob. */
export function* personalIn(text: string): Generator<string> {
  for (const [, list = ''] of text.matchAll(/"_sd":\[([^\]]*)\]/g)) for (const [, digest = ''] of list.matchAll(/"([\w-]+)"/g)) yield digest;
}

export function blobsOf(entry: TrailEntry['entry']): string[] {
  const blobs = entry?.blobs;
  if (!Array.isArray(blobs)) return [];
  return blobs.flatMap((blob) => (typeof (blob as JsonObject)?.digest === 'string' ? [(blob as { digest: string }).digest] : []));
}

/** The personal data that deciding again needs: that of the entries in hand, and of the changes that they go on with. */
class PersonalOfChanges {
  readonly #known: ReadonlyMap<string, string>;
  readonly #byChange = new Map<string, Set<string>>();
  #needed = new Set<string>();

  constructor(known: ReadonlyMap<string, string>) {
    this.#known = known;
  }

  see(entry: TrailEntry['entry'], texts: readonly string[]): void {
    const id = changeOf(entry);
    const digests = id === '' ? new Set<string>() : (this.#byChange.get(id) ?? new Set());
    for (const text of texts) for (const digest of personalIn(text)) digests.add(digest);
    if (id !== '') this.#byChange.set(id, digests);
    for (const digest of digests) this.#needed.add(digest);
  }

  taken(): { [digest: string]: string } {
    const found = [...this.#needed].flatMap((digest) => (this.#known.has(digest) ? [[digest, this.#known.get(digest)]] : []));
    this.#needed = new Set();
    return Object.fromEntries(found) as { [digest: string]: string };
  }
}

/** Throws unless a check holds. */
export function mustHold({ ok, verdict, says, fault }: TrailCheck): void {
  if (ok) return;
  // What is wrong there is the pin, not the trail.
  const path = fault?.pin === undefined ? 'pins' : `pins[${fault.pin}]`;
  if (verdict === 'other log') throw new TollgateError({ code: 'OTHER_LOG', message: says, path });
  if (verdict === 'bad pin') throw new TollgateError({ code: 'BAD_PIN', message: says, path });
  const code = verdict === 'stale' ? 'TRAIL_STALE' : 'TRAIL_BROKEN';
  const help = verdict === 'stale' ? 'find out where its end went before anything is added' : 'keep it as it is, and find out who changed it';
  throw new TollgateError({ code, message: `the trail does not hold: ${says}`, path: 'store', help });
}

