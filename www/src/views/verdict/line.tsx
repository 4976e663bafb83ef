// The verdict in one line, always in sight where the panes stand one below the other.

import { verdict } from '../../state/request.ts';
import { say } from '../../words/dictionary.ts';
import { title } from '../../words/format.ts';
import { focusField } from '../request/element.ts';
import { headline } from './headline.ts';
import { titles } from './titles.ts';

export function VerdictLine() {
  const shown = verdict.value;
  const { what, risk, then } = headline(shown, titles.value);
  // While a request is open the way to its decision is the question that decides most.
  const next = shown.kind === 'open' ? shown.partial.questions.find(({ path }) => path === shown.partial.next) : undefined;
  if (next) {
    return (
      <button type="button" class="verdict-line" data-kind="open" onClick={() => focusField(next.path)}>
        <span class="quiet">{say.verdict.nextInLine} </span>
        <strong>{next.title}</strong>
      </button>
    );
  }
  return (
    <button type="button" class="verdict-line" data-risk={risk} data-kind={shown.kind} onClick={go}>
      <span class="heard">{say.verdict.jump}: </span>
      <strong>{what}</strong>
      {risk && <span class="risk">{say.verdict.risk(title(risk))}</span>}
      {then && <span class="quiet">{then}</span>}
    </button>
  );
}

function go() {
  const heading = document.getElementById('decision');
  heading?.scrollIntoView({ block: 'start' });
  heading?.focus({ preventScroll: true });
}
