// What became of a request that was handed in: an entry of the trail, a refusal, or the way to a log that has yet to begin.

import { type ComponentChildren, Fragment } from 'preact';
import { useEffect, useMemo, useRef } from 'preact/hooks';

import { type Handed, handIn, handing } from '../../state/handing.ts';
import { current, type Opened } from '../../state/policy.ts';
import { facts, now, submitted as signal } from '../../state/request.ts';
import { addressOf } from '../../state/route.ts';
import { say } from '../../words/dictionary.ts';
import { dueInWords } from '../../words/due.ts';
import { instant, listed, title } from '../../words/format.ts';
import { Prose } from '../prose.tsx';
import { Pairs } from './parts.tsx';
import { titles } from './titles.ts';

/** The button goes with the receipt. */
function close() {
  signal.value = null;
  handing.value = null;
  document.getElementById('decision')?.focus({ preventScroll: true });
}

export function Receipt() {
  const { receipt } = say;
  const held = handing.value;
  switch (held?.kind) {
    case 'done':
      return held.handed.ok ? <Done handed={held.handed} /> : <Refused handed={held.handed} />;
    case 'unbegun':
      return (
        <Box heading={receipt.unbegun} kind="open">
          <p>{receipt.unbegunHint}</p>
          <p><a class="button" href={addressOf('trail')}>{receipt.begin}</a></p>
        </Box>
      );
    case 'failed':
      return (
        <Box heading={receipt.failed} kind="bad">
          <p><Prose text={held.reason} /></p>
          <p class="quiet">{receipt.failedHint}</p>
          <button type="button" class="main" onClick={() => void handIn(held.request)}>{receipt.again}</button>
        </Box>
      );
    default:
      return <Box heading={receipt.working} kind="open"><Fragment /></Box>;
  }
}

function Done({ handed: { id, index, change } }: { handed: Handed }) {
  const { receipt } = say;
  const policyHere = current.value;
  const explained = useMemo(() => reasonsOf(change, policyHere), [change, policyHere]);
  const decision = change?.decision;
  if (!change || !decision) return null;
  const { class: kind, scope, risk, policy } = decision;
  const due = change.service.due?.at;
  const isOther = policy.digest !== policyHere?.identity.digest;
  const isSupposed = now.value !== null || Object.keys(facts.value).length > 0;
  return (
    <Box heading={receipt.done(id)} kind="good">
      <p class="quiet">{receipt.hint} <a href={addressOf('trail', index)}>{receipt.entry(index)}</a></p>
      {isOther && <p class="note">{receipt.otherPolicy}</p>}
      {isSupposed && <p class="note">{receipt.supposed}</p>}
      <Pairs
        rows={[
          [receipt.state, title(change.state)],
          [receipt.revision, change.revision],
          [receipt.digest, <code key="digest">{change.digest}</code>],
          [receipt.type, kind ? titles.value.class(kind.value) : title(scope.value)],
          [receipt.risk, risk && title(risk)],
          [receipt.due, due ? instant(due) : decision.due ? dueInWords(decision.due) : receipt.notDue],
          [receipt.policy, `${policy.id} ${policy.version}`],
          [receipt.why, explained.length > 0 && <ul key="why" class="plain">{explained.map((one) => <li key={one}>{one}</li>)}</ul>],
        ]}
      />
    </Box>
  );
}

/** Why it was decided so: by what is on record, not by what the page supposed of machines and of time. */
function reasonsOf(change: Handed['change'], here: Opened | null): readonly string[] {
  const at = change?.milestones.submitted;
  if (!change || !at || change.decision?.policy.digest !== here?.identity.digest) return [];
  const answer = here?.policy.explain(change.request, { facts: change.facts, now: at });
  return answer?.ok ? answer.explanation.sentences : [];
}

function Refused({ handed: { index, reasons, help } }: { handed: Handed }) {
  const { receipt } = say;
  return (
    <Box heading={receipt.refused} kind="bad">
      <ul class="faults">{reasons.map((one, place) => <li key={place}><Reason reason={one} /></li>)}</ul>
      {help && <p class="quiet"><Prose text={help} /></p>}
      <p class="quiet">{receipt.refusedHint} <a href={addressOf('trail', index)}>{receipt.entry(index)}</a></p>
    </Box>
  );
}

function Reason({ reason: { code, message = '', missing = [], placeholders = [] } }: { reason: Handed['reasons'][number] }) {
  const fields = [...missing, ...placeholders];
  return (
    <>
      <Prose text={message} /> <code class="quiet">{code}</code>
      {fields.length > 0 && <p class="quiet small">{listed(fields.map((path) => titles.value.field(path) ?? path))}</p>}
    </>
  );
}

function Box({ heading, kind, children }: { heading: string; kind: 'good' | 'open' | 'bad'; children: ComponentChildren }) {
  const place = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    place.current?.focus({ preventScroll: true });
    place.current?.scrollIntoView({ block: 'start' });
  }, [heading]);
  return (
    <section class="receipt" data-kind={kind} aria-labelledby="receipt">
      <h3 id="receipt" ref={place} tabIndex={-1}>{heading}</h3>
      {children}
      <button type="button" onClick={close}>{say.receipt.close}</button>
    </section>
  );
}
