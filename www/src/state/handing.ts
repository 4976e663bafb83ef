// Handing a request in: it becomes entries of the trail. The part of the page that keeps the trail is fetched for it.

import { signal } from '@preact/signals';
import type { JsonObject } from 'tollgate/decide';

import type { Handed } from '../trail/messages.ts';

export type { Handed };

export type Handing =
  | { readonly kind: 'working' }
  /** No log has begun: the request waits for one. */
  | { readonly kind: 'unbegun'; readonly request: JsonObject }
  | { readonly kind: 'done'; readonly handed: Handed }
  | { readonly kind: 'failed'; readonly reason: string; readonly request: JsonObject };

export const handing = signal<Handing | null>(null);

/** Hands a request in; what keeps it from that is said, and the request waits. */
export async function handIn(request: JsonObject): Promise<void> {
  if (handing.peek()?.kind === 'working') return;
  handing.value = { kind: 'working' };
  try {
    const { hasBegun, submit } = await import('./trail.ts');
    handing.value = (await hasBegun()) ? { kind: 'done', handed: await submit(request) } : { kind: 'unbegun', request };
  } catch (error) {
    handing.value = { kind: 'failed', reason: error instanceof Error ? error.message : String(error), request };
  }
}
