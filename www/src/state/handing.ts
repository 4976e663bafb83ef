// Handing a request in: it becomes entries of the trail. The part of the page that keeps the trail is fetched for it.

import { effect, signal } from '@preact/signals';
import type { JsonObject } from 'tollgate/decide';

import type { Handed } from '../trail/messages.ts';
import { letGoOfDraft } from './draft.ts';
import { submitted } from './request.ts';

export type { Handed };

export type Handing =
  | { readonly kind: 'working' }
  /** No log has begun: the request waits for one. */
  | { readonly kind: 'unbegun'; readonly request: JsonObject }
  | { readonly kind: 'done'; readonly handed: Handed }
  | { readonly kind: 'failed'; readonly reason: string; readonly request: JsonObject };

export const handing = signal<Handing | null>(null);

// The request is another one now.
effect(() => {
  if (!submitted.value && handing.peek()?.kind !== 'working') handing.value = null;
});

/** Hands a request in; what keeps it from that is said, and the request waits. */
export async function handIn(request: JsonObject): Promise<void> {
  if (handing.peek()?.kind === 'working') return;
  handing.value = { kind: 'working' };
  try {
    const { hasBegun, submit } = await import('./trail.ts');
    if (!(await hasBegun())) return void (handing.value = { kind: 'unbegun', request });
    const handed = await submit(request);
    handing.value = { kind: 'done', handed };
    if (handed.ok) await letGoOfDraft();
  } catch (error) {
    handing.value = { kind: 'failed', reason: error instanceof Error ? error.message : String(error), request };
  }
}
