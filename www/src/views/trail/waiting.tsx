// A request that was handed in before there was a log: it can be submitted now.

import { handIn, handing } from '../../state/handing.ts';
import { goTo } from '../../state/route.ts';
import { look } from '../../state/trail.ts';
import { words } from '../../words/trail.ts';

/** The title of the request that waits for a log. */
export function waitingTitle(): string | null {
  const held = handing.value;
  if (held?.kind !== 'unbegun') return null;
  return typeof held.request.title === 'string' ? held.request.title : '…';
}

export function Waiting() {
  const title = waitingTitle();
  if (title === null || look.value?.standing.kind !== 'writing') return null;
  const submit = () => {
    const held = handing.peek();
    if (held?.kind !== 'unbegun') return;
    goTo('request');
    void handIn(held.request);
  };
  return (
    <section class="pane waiting" aria-labelledby="waiting">
      <h2 id="waiting">{words.waiting.title}</h2>
      <button type="button" class="main" onClick={submit}>{words.waiting.submit(title)}</button>
    </section>
  );
}
