// What submission computes of a request.

import { useEffect, useRef } from 'preact/hooks';

import { submitted as signal, type Submitted } from '../../state/request.ts';
import { say } from '../../words/dictionary.ts';
import { dueInWords } from '../../words/due.ts';
import { title } from '../../words/format.ts';
import { Pairs } from './parts.tsx';
import { titles } from './titles.ts';

/** Nothing was edited since the request was handed in: the workflow counts from here. */
const FIRST_REVISION = 1;

/** The button goes with the receipt. */
function close() {
  signal.value = null;
  document.getElementById('decision')?.focus({ preventScroll: true });
}

export function Receipt({ submitted: { decision, explanation } }: { submitted: Submitted }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
    heading.current?.scrollIntoView({ block: 'start' });
  }, []);
  const { receipt } = say;
  const { input, class: kind, scope, risk, due } = decision;
  return (
    <section class="receipt" aria-labelledby="receipt">
      <h3 id="receipt" ref={heading} tabIndex={-1}>{receipt.title}</h3>
      <p class="quiet">{receipt.hint}</p>
      <Pairs
        rows={[
          [receipt.revision, FIRST_REVISION],
          [receipt.digest, input.request && <code key="digest">{input.request}</code>],
          [receipt.type, kind ? titles.value.class(kind.value) : title(scope.value)],
          [receipt.risk, risk && title(risk)],
          [receipt.due, due ? dueInWords(due) : receipt.notDue],
          [receipt.why, <ul key="why" class="plain">{explanation.sentences.map((one) => <li key={one}>{one}</li>)}</ul>],
        ]}
      />
      <button type="button" onClick={close}>{receipt.close}</button>
    </section>
  );
}
