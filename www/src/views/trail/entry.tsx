// One entry in full: what it says, the bytes that are stored, who signed it, and the way to prove it.

import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { JsonObject } from 'tollgate';

import { addressOf } from '../../state/route.ts';
import { busy, type Detail, detailOf, look, prove } from '../../state/trail.ts';
import { instant } from '../../words/format.ts';
import { actorName, words } from '../../words/trail.ts';
import { Pairs, Unfolding } from '../verdict/parts.tsx';
import { what } from './list.tsx';

type Shown = { kind: 'working' } | { kind: 'shown'; detail: Detail } | { kind: 'failed'; why: string };

export function EntryPane({ index }: { index: number }) {
  const shown = useSignal<Shown>({ kind: 'working' });
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    detailOf(index).then(
      (detail) => (shown.value = { kind: 'shown', detail }),
      (error: unknown) => (shown.value = { kind: 'failed', why: error instanceof Error ? error.message : String(error) }),
    );
    heading.current?.focus({ preventScroll: true });
    heading.current?.scrollIntoView({ block: 'nearest' });
  }, [index]);
  const state = shown.value;
  return (
    <section class="pane entry" aria-labelledby="entry">
      <div class="tools">
        <h2 id="entry" tabIndex={-1} ref={heading}>{words.entry.title(index)}</h2>
        <a href={addressOf('trail')}>{words.entry.close}</a>
      </div>
      {state.kind === 'failed' && <p class="fault">{words.entry.failed(state.why)}</p>}
      {state.kind === 'shown' && <Whole detail={state.detail} />}
    </section>
  );
}

function Whole({ detail: { line, stored, entry, signed, missing } }: { detail: Detail }) {
  const { entry: say } = words;
  const member = (name: string) => {
    const found = (entry as JsonObject | null)?.[name];
    return typeof found === 'string' ? <code>{found}</code> : undefined;
  };
  return (
    <>
      <Pairs
        rows={[
          [say.kind, words.kind(line.type)],
          [say.at, line.at && instant(line.at)],
          [say.who, actorName(line.who)],
          [say.about, line.about],
          [say.what, what(line)],
          [say.root, member('prev_root')],
          [say.state, member('state')],
          [say.signed, signed.length > 0 && <ul class="plain">{signed.map((key) => <li key={key}><code>{key}</code></li>)}</ul>],
        ]}
      />
      {missing.length > 0 && <p class="note">{say.missing(missing.length)}</p>}
      <Prove index={line.index} />
      <Unfolding open summary={say.says}>{() => <Text label={say.says} text={JSON.stringify(entry, null, 2)} />}</Unfolding>
      <Unfolding summary={say.stored}>
        {() => (
          <>
            <p class="quiet small">{say.storedHint}</p>
            <Text label={say.stored} text={stored} />
          </>
        )}
      </Unfolding>
    </>
  );
}

function Prove({ index }: { index: number }) {
  const fault = useSignal('');
  if (look.value?.standing.kind === 'keyless' || look.value?.standing.kind === 'broken') return null;
  const go = async () => {
    fault.value = '';
    try {
      await prove(index);
    } catch (error) {
      fault.value = words.entry.proveFailed(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <div class="act">
      <button type="button" disabled={busy.value !== null} aria-describedby="prove-hint" onClick={() => void go()}>{words.entry.prove}</button>
      <p class="quiet small" id="prove-hint">{words.entry.proveHint}</p>
      <p class="fault" role="alert">{fault.value}</p>
    </div>
  );
}

function Text({ label, text }: { label: string; text: string }) {
  return <pre tabIndex={0} role="region" aria-label={label}>{text}</pre>;
}
