// The verdict in one line, always in sight where the panes stand one below the other.

import { verdict } from '../../state/request.ts';
import { say } from '../../words/dictionary.ts';
import { title } from '../../words/format.ts';
import { headline } from './headline.ts';
import { titles } from './titles.ts';

export function VerdictLine() {
  const { what, risk, then } = headline(verdict.value, titles.value);
  return (
    <button type="button" class="verdict-line" data-risk={risk} data-kind={verdict.value.kind} onClick={go}>
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
