// The trail as the page shows it: where it stands, its entries, and what is being done with it.

import { batch, computed, effect, signal } from '@preact/signals';
import type { JsonObject, Roster, RosterFinding, RuleFile, TrailCheck } from 'tollgate';

import { keepChoice, keptChoice } from '../store/choice.ts';
import { ask, onChanged, verify as verifyBeside } from '../trail/client.ts';
import type { Beginning, Detail, Fault, Handed, Line, Look, Proposal, Saved } from '../trail/messages.ts';
import { words } from '../words/trail.ts';
import { tell } from './notices.ts';
import { item } from './route.ts';

export type { RosterFinding } from 'tollgate';
export type { Adopted, Author, CopyStanding, Detail, Handed, Line, Look, OwnKey, People, Proposal } from '../trail/messages.ts';

const NAME = 'trail';
const UNEXPORTED = 'unexported-since';
const DEFAULT_NAME = 'changes';

/** The name of the database that the trail is kept in. */
export const name = signal(keptChoice(NAME) || DEFAULT_NAME);

export const look = signal<Look | null>(null);
/** Why the trail cannot even be looked at. */
export const failure = signal<Fault | null>(null);
/** The entries, the first one first. */
export const lines = signal<readonly Line[]>([]);
/** What is under way that others wait for. */
export const busy = signal<string | null>(null);

/** The entry that the address names. */
export const chosen = computed(() => (/^\d+$/.test(item.value) ? Number(item.value) : null));

export type Verifying =
  | { kind: 'working'; entries: number; of: number; end: () => void }
  | { kind: 'found'; check: TrailCheck; at: string }
  | { kind: 'failed'; fault: Fault };

export const verifying = signal<Verifying | null>(null);

/** Whether the browser keeps what it has when it runs out of room. */
export const persistence = signal<{ isKept: boolean; usedBytes: number | null; ofBytes: number | null } | null>(null);

onChanged((changed) => {
  if (changed === name.peek()) void refresh();
});

// Looking -------------------------------------------------------------------------------------------------------------

/** Looks where the trail stands; with `takeOver`, after another tab has let go of it. */
export async function refresh({ takeOver = false } = {}): Promise<void> {
  const trail = name.peek();
  try {
    const found = await ask(trail, 'look', { takeOver });
    const known = lines.peek();
    const isSame = look.peek()?.log === found.log && known.length <= found.size;
    const more = await ask(trail, 'lines', { from: isSame ? known.length : 0 });
    if (trail !== name.peek()) return;
    batch(() => {
      look.value = found;
      failure.value = null;
      lines.value = isSame ? [...known, ...more] : more;
    });
    remember(found.unexportedSince ?? '');
  } catch (error) {
    failure.value = faultOf(error);
  }
}

/** For the next time that the page opens: it says so before the trail is looked at. */
function remember(since: string): void {
  try {
    keepChoice(UNEXPORTED, since);
  } catch {
    // A browser that keeps no choices shows it on this screen alone.
  }
}

export async function hasBegun(): Promise<boolean> {
  await refresh();
  if (failure.peek()) throw new Error(failure.peek()?.message);
  return (look.peek()?.size ?? 0) > 0;
}

export const detailOf = (index: number): Promise<Detail> => ask(name.peek(), 'detail', { index });

/** Keeps the trail of another name from now on. */
export async function choose(other: string): Promise<void> {
  batch(() => {
    name.value = other;
    look.value = null;
    lines.value = [];
    verifying.value = null;
  });
  try {
    keepChoice(NAME, other);
  } catch (error) {
    tell({ text: words.notRemembered(error) });
  }
  await refresh();
}

// Doing ---------------------------------------------------------------------------------------------------------------

/** Does one thing after another; what comes of it is shown. Throws what keeps it from being done. */
async function doing<T>(what: string, work: () => Promise<T>): Promise<T> {
  busy.value = what;
  try {
    return await work();
  } finally {
    await refresh();
    busy.value = null;
  }
}

export const begin = (beginning: Beginning) =>
  doing(words.busy.begin, async () => {
    await ask(name.peek(), 'begin', beginning);
    await askToKeep();
  });

export const submit = (request: JsonObject): Promise<Handed> => doing(words.busy.submit, () => ask(name.peek(), 'submit', { request }));
export const enrol = (given: { person: string; words: string; isAuthor: boolean }) => doing(words.busy.enrol, () => ask(name.peek(), 'enrol', given));
/** What it would mean to put rules in force. Nobody has signed anything by then. */
export const propose = (files: readonly RuleFile[]): Promise<Proposal> => doing(words.busy.propose, () => ask(name.peek(), 'propose', { files }));
export const adopt = (given: { files: readonly RuleFile[]; authors: readonly string[]; words: string | null }) => doing(words.busy.adopt, () => ask(name.peek(), 'adopt', given));
/** What is wrong with a roster under the policy in force. */
export const findingsOf = (roster: Roster): Promise<readonly RosterFinding[]> => ask(name.peek(), 'findings', { roster });
export const setRoster = (roster: Roster) => doing(words.busy.roster, () => ask(name.peek(), 'setRoster', { roster }));
export const recover = (given: { person: string; words: string }) => doing(words.busy.recover, () => ask(name.peek(), 'recover', given));
export const takeOver = () => doing(words.busy.takeOver, () => refresh({ takeOver: true }));

export const prove = (index: number) => doing(words.busy.prove, async () => save(await ask(name.peek(), 'prove', { index }), 'text/plain'));

export const exportTrail = (disclosures: boolean) =>
  doing(words.busy.export, async () => save(await ask(name.peek(), 'pack', { disclosures }), 'application/zip'));

/** Takes an export in. One that does not hold is not kept. */
export const importTrail = (file: File): Promise<TrailCheck> =>
  doing(words.busy.import, async () => {
    const check = await ask(name.peek(), 'unpack', { bytes: new Uint8Array(await file.arrayBuffer()) });
    if (check.ok) await askToKeep();
    return check;
  });

export async function verify(pins: readonly string[], redecide: boolean): Promise<void> {
  const of = look.peek()?.size ?? 0;
  const { found, end } = verifyBeside(name.peek(), { pins, redecide }, (entries) => {
    if (verifying.peek()?.kind === 'working') verifying.value = { kind: 'working', entries, of, end };
  });
  verifying.value = { kind: 'working', entries: 0, of, end };
  try {
    verifying.value = { kind: 'found', check: await found, at: new Date().toISOString() };
  } catch (error) {
    const fault = faultOf(error);
    verifying.value = fault.code === 'ENDED' ? null : { kind: 'failed', fault };
  }
}

function save({ name: file, bytes }: Saved, type: string): void {
  const address = URL.createObjectURL(new Blob([bytes], { type }));
  const link = document.createElement('a');
  [link.href, link.download] = [address, file];
  link.click();
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

// The browser's storage -----------------------------------------------------------------------------------------------

/** Asks the browser to keep what it has; some ask the person in turn. */
export async function askToKeep(): Promise<void> {
  await navigator.storage?.persist?.();
  await readPersistence();
}

export async function readPersistence(): Promise<void> {
  const { storage } = navigator;
  const { usage, quota } = (await storage?.estimate?.()) ?? {};
  persistence.value = { isKept: (await storage?.persisted?.()) ?? false, usedBytes: usage ?? null, ofBytes: quota ?? null };
}

/** The word for what went wrong. */
export const codeOf = (error: unknown): string => faultOf(error).code;

const faultOf = (error: unknown): Fault => ({ code: String((error as { code?: unknown }).code ?? 'FAILED'), message: error instanceof Error ? error.message : String(error) });

// A verdict is of the entries that there were.
effect(() => {
  const size = look.value?.size;
  const shown = verifying.peek();
  if (shown?.kind === 'found' && size !== undefined && shown.check.head && Number(shown.check.head.size) !== size) verifying.value = null;
});
