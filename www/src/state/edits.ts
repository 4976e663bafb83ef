// Rule files as a person edits them. The compiler is fetched with the first edit and runs when typing rests.

import { computed, signal } from '@preact/signals';
import type { Diagnostic, RuleFile } from 'tollgate/decide';

import { compile, loadCompiler } from '../engine.ts';
import { edited, opened, shipped } from './policy.ts';

/** How long typing rests before the rules are compiled. */
const REST_MS = 250;

export type Compiling = { kind: 'idle' } | { kind: 'working' } | { kind: 'broken'; diagnostics: readonly Diagnostic[] } | { kind: 'failed'; reason: string };

/** The texts that differ from the shipped ones, by file. */
export const texts = signal<ReadonlyMap<string, string>>(new Map());
export const compiling = signal<Compiling>({ kind: 'idle' });

/** Whether the rules shown are no longer the shipped ones. */
export const isEdited = computed(() => texts.value.size > 0);

/** The files as they stand, edits included: what is shown, which need not compile. */
export const files = computed<readonly RuleFile[]>(() => {
  const own = texts.value;
  return (shipped.value?.files ?? []).map(({ name, text }) => ({ name, text: own.get(name) ?? text }));
});

let resting: ReturnType<typeof setTimeout> | undefined;
/** Counts the edits: an answer to an earlier one is dropped. */
let edition = 0;

export function editFile(name: string, text: string): void {
  const next = new Map(texts.value);
  if (text === shipped.value?.files.find((file) => file.name === name)?.text) next.delete(name);
  else next.set(name, text);
  texts.value = next;
  edition += 1;
  clearTimeout(resting);
  if (next.size === 0) return useShipped();
  compiling.value = { kind: 'working' };
  const mine = edition;
  resting = setTimeout(() => void compileNow(mine), REST_MS);
}

export function backToShipped(): void {
  clearTimeout(resting);
  edition += 1;
  texts.value = new Map();
  useShipped();
}

/** Fetches the compiler before it is needed. What fails here is said when it is. */
export const warmUp = () => void loadCompiler().catch(() => undefined);

function useShipped(): void {
  compiling.value = { kind: 'idle' };
  edited.value = null;
}

async function compileNow(mine: number): Promise<void> {
  try {
    const made = await compile(files.value);
    if (mine !== edition) return;
    compiling.value = made.ok ? { kind: 'idle' } : { kind: 'broken', diagnostics: made.diagnostics };
    // Until the rules compile again, the last that did decide.
    if (made.ok) edited.value = opened(made.policy);
  } catch (error) {
    if (mine === edition) compiling.value = { kind: 'failed', reason: error instanceof Error ? error.message : String(error) };
  }
}
