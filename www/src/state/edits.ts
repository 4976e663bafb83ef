// Rule files as a person edits them: compiled when typing rests, kept, and taken back.

import { computed, signal } from '@preact/signals';
import type { Diagnostic, RuleFile } from 'tollgate/decide';

import { compile, forget } from '../engine.ts';
import { keepRules, keptRules, type Texts } from '../store/rules.ts';
import { say } from '../words/dictionary.ts';
import { tell } from './notices.ts';
import { edited, opened, shipped } from './policy.ts';

/** How long typing rests before the rules are compiled and kept. */
const REST_MS = 250;

export type Compiling =
  | { kind: 'shipped' }
  | { kind: 'working' }
  | { kind: 'broken'; diagnostics: readonly Diagnostic[] }
  /** `diagnostics` are there once the searches are done. */
  | { kind: 'compiled'; diagnostics: readonly Diagnostic[] | null }
  | { kind: 'failed'; reason: string };

/** The texts that differ from the shipped ones, by file. */
export const texts = signal<Texts>(new Map());
export const compiling = signal<Compiling>({ kind: 'shipped' });

/** Whether the rules shown are no longer the shipped ones. */
export const isEdited = computed(() => texts.value.size > 0);

/** The files as they stand, edits included: what is shown, which need not compile. */
export const files = computed<readonly RuleFile[]>(() => {
  const own = texts.value;
  return (shipped.value?.files ?? []).map(({ name, text }) => ({ name, text: own.get(name) ?? text }));
});

/** Fetches the compiler before it is needed. */
export { warmUp } from '../engine.ts';

let resting: ReturnType<typeof setTimeout> | undefined;

export function editFile(name: string, text: string): void {
  const next = new Map(texts.value).set(name, text);
  if (text === shipped.value?.files.find((file) => file.name === name)?.text) next.delete(name);
  use(next, REST_MS);
}

/** Compiles again what stands there: the compiler could not be had before. */
export const compileAgain = () => use(texts.value, 0);

/** Puts the edits away, unless the person takes that back. */
export function backToShipped(): void {
  const before = texts.value;
  use(new Map(), 0);
  if (before.size > 0) tell({ text: say.rules.putAway, action: { label: say.rules.takeBack, act: () => use(before, 0) } });
}

/** Brings back the rules that were kept. The shipped policy is open by then. */
export async function bringRulesBack(): Promise<void> {
  try {
    const kept = await keptRules();
    const known = [...kept].filter(([name, text]) => shipped.value?.files.some((file) => file.name === name && file.text !== text));
    if (known.length === 0 || isEdited.value) return;
    use(new Map(known), 0);
    tell({ text: say.rules.back, action: { label: say.rules.shipped, act: backToShipped } });
  } catch (error) {
    tell({ text: say.storage.rulesNotRead(error) });
  }
}

/** Keeps at once what still waits to be kept: the page is being left. */
export function keepWaitingRules(): void {
  if (resting !== undefined) void keep();
}

function use(next: Texts, restMs: number): void {
  texts.value = next;
  clearTimeout(resting);
  forget();
  if (next.size === 0) {
    compiling.value = { kind: 'shipped' };
    edited.value = null;
  } else compiling.value = { kind: 'working' };
  resting = setTimeout(rested, restMs);
}

function rested(): void {
  void keep();
  if (!isEdited.value) return;
  compile(files.value, {
    broken: (diagnostics) => (compiling.value = { kind: 'broken', diagnostics }),
    compiled(policy) {
      compiling.value = { kind: 'compiled', diagnostics: null };
      edited.value = opened(policy);
    },
    checked: (diagnostics) => (compiling.value = { kind: 'compiled', diagnostics }),
    failed: (reason) => (compiling.value = { kind: 'failed', reason }),
  });
}

async function keep(): Promise<void> {
  clearTimeout(resting);
  resting = undefined;
  try {
    await keepRules(texts.value);
  } catch (error) {
    tell({ text: say.storage.rulesNotKept(error) });
  }
}
