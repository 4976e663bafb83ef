// The policy that decides: the shipped one, or what a person made of it.

import { computed, signal } from '@preact/signals';
import type { Form, PolicyIdentity, RuleFile } from 'tollgate/decide';

import { engineVersion, openShipped, type Policy } from '../engine.ts';

/** A policy with what the page asks it once. */
export interface Opened {
  readonly policy: Policy;
  readonly identity: PolicyIdentity;
  readonly form: Form;
  readonly files: readonly RuleFile[];
}

export type Loading = { kind: 'loading' } | { kind: 'failed'; reason: string } | { kind: 'ready'; version: string; shipped: Opened };

export const loading = signal<Loading>({ kind: 'loading' });

/** A policy of one's own that compiles, while there is one. */
export const edited = signal<Opened | null>(null);

export const shipped = computed(() => (loading.value.kind === 'ready' ? loading.value.shipped : null));

/** What the form is decided by. */
export const current = computed(() => edited.value ?? shipped.value);

export const opened = (policy: Policy): Opened => ({
  policy,
  identity: policy.identity,
  form: policy.form(),
  files: policy.files(),
});

/** Loads engine and policy; may be called again after a failure. */
export async function loadPolicy(): Promise<void> {
  loading.value = { kind: 'loading' };
  try {
    const policy = opened(await openShipped());
    loading.value = { kind: 'ready', version: engineVersion(), shipped: policy };
  } catch (error) {
    loading.value = { kind: 'failed', reason: error instanceof Error ? error.message : String(error) };
  }
}
