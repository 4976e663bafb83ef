// A screen that is fetched when somebody goes there: nobody waits for it who only writes a request.

import { signal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { useEffect } from 'preact/hooks';

import { say } from '../words/dictionary.ts';

type Fetching = { kind: 'working' } | { kind: 'there'; screen: ComponentType } | { kind: 'failed'; reason: string };

/** What fetches a screen, once. */
export function fetched(load: () => Promise<ComponentType>) {
  const state = signal<Fetching>({ kind: 'working' });
  const go = async () => {
    if (state.peek().kind === 'there') return;
    state.value = { kind: 'working' };
    try {
      state.value = { kind: 'there', screen: await load() };
    } catch (error) {
      state.value = { kind: 'failed', reason: error instanceof Error ? error.message : String(error) };
    }
  };
  return { state, go };
}

export function Fetched({ of: { state, go } }: { of: ReturnType<typeof fetched> }) {
  useEffect(() => void go(), []);
  const now = state.value;
  if (now.kind === 'there') return <now.screen />;
  if (now.kind === 'working') return <div class="state" role="status"><p class="busy">{say.fetched.working}</p></div>;
  return (
    <div class="state" role="alert">
      <h1>{say.fetched.failed}</h1>
      <p><code>{now.reason}</code></p>
      <p class="quiet">{say.fetched.help}</p>
      <button type="button" class="main" onClick={() => void go()}>{say.failed.retry}</button>
    </div>
  );
}
