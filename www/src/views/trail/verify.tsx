// Checks the whole trail, beside the page, and says in a word and in sentences what came of it.

import { useSignal } from '@preact/signals';
import type { TrailCheck } from 'tollgate';

import { addressOf } from '../../state/route.ts';
import { look, verify, verifying } from '../../state/trail.ts';
import { capital, instant } from '../../words/format.ts';
import { words } from '../../words/trail.ts';
import { Prose } from '../prose.tsx';
import { Pairs } from '../verdict/parts.tsx';

export function VerifyPane() {
  const { verify: say } = words;
  const redecide = useSignal(true);
  const pin = useSignal('');
  const state = verifying.value;
  const isWorking = state?.kind === 'working';
  return (
    <section class="pane verify" aria-labelledby="verify">
      <h2 id="verify">{say.title}</h2>
      <p class="quiet">{say.intro}</p>
      <label class="choice"><input type="checkbox" checked={redecide.value} onChange={(event) => (redecide.value = event.currentTarget.checked)} /> {say.redecide}</label>
      <details>
        <summary>{say.pin}</summary>
        <p class="quiet small" id="pin-hint">{say.pinHint}</p>
        <textarea rows={5} spellcheck={false} aria-label={say.pin} aria-describedby="pin-hint" value={pin.value} onInput={(event) => (pin.value = event.currentTarget.value)} />
      </details>
      <button type="button" class="main" disabled={isWorking || look.value?.size === 0} onClick={() => void verify(pinsIn(pin.value), redecide.value)}>{say.go}</button>
      {isWorking && (
        <div class="progress">
          <progress max={state.of} value={state.entries} aria-label={say.title} />
          <span>{say.progress(state.entries, state.of)}</span>
          <button type="button" class="link" onClick={state.end}>{say.stop}</button>
        </div>
      )}
      <div role="status" aria-label={say.title}>
        {state?.kind === 'failed' && <p class="fault">{say.failed(state.fault.message)}</p>}
        {state?.kind === 'found' && <Found check={state.check} at={state.at} />}
      </div>
    </section>
  );
}

/** A checkpoint ends with the line of its signature. */
const pinsIn = (text: string): string[] => (text.trim() === '' ? [] : [`${text.trim()}\n`]);

function Found({ check, at }: { check: TrailCheck; at: string }) {
  const { verify: say } = words;
  const { verdict, says, head, log, first_at: first, last_at: last, policy, changes, open, decided_again: decided, purged, fault, differences = [], missing_blobs: missing = [] } = check;
  const places = [...(fault ? [fault.index] : []), ...missing.map(({ index }) => index), ...differences.map(({ index }) => index)];
  return (
    <div class="found" data-ok={check.ok ? '' : undefined}>
      <p class="word">{capital(verdict)}</p>
      <p>{say.meanings[verdict]}</p>
      <p class="quiet"><Prose text={says} /></p>
      {places.length > 0 && <ul class="plain">{[...new Set(places)].slice(0, 20).map((index) => <li key={index}><a href={addressOf('trail', index)}>{say.atEntry(index)}</a></li>)}</ul>}
      <Pairs
        rows={[
          [say.head, head && <><span>{head.size}, </span><code>{head.root}</code></>],
          [say.log, log && <code>{log}</code>],
          [say.period, first && last && `${instant(first)} – ${instant(last)}`],
          [say.policy, policy && <>{`${policy.id} ${policy.version}, `}<code>{policy.digest}</code></>],
          [say.changes, fault ? undefined : `${changes}, ${say.open(open)}`],
          [say.decided, fault ? undefined : decided],
          [say.purged, purged > 0 && purged],
        ]}
      />
      <p class="quiet small">{say.found(instant(at))}</p>
    </div>
  );
}
