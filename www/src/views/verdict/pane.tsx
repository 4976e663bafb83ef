// What the policy says of the request, in the order a requester asks: what is it, why, who decides, by when, what is missing.

import { batch } from '@preact/signals';

import { compiling, isEdited } from '../../state/edits.ts';
import { keepSoon } from '../../state/draft.ts';
import { becomeOwn, facts, now, submitted, type Verdict, verdict } from '../../state/request.ts';
import { say } from '../../words/dictionary.ts';
import { instant } from '../../words/format.ts';
import { Decided } from './decided.tsx';
import { Head } from './head.tsx';
import { spoken } from './headline.ts';
import { Open } from './open.tsx';
import { Receipt } from './receipt.tsx';
import { Refused } from './refused.tsx';
import { titles } from './titles.ts';

export function VerdictPane() {
  const shown = verdict.value;
  return (
    <section class="pane verdict" aria-labelledby="decision">
      <h2 id="decision" tabIndex={-1}>{say.verdict.title}</h2>
      <p role="status" class="heard" id="status">{spoken(shown, titles.value)}</p>
      {submitted.value && <Receipt />}
      <Head verdict={shown} />
      <GivenNote />
      <RulesNote />
      <Body verdict={shown} />
    </section>
  );
}

function Body({ verdict: shown }: { verdict: Verdict }) {
  switch (shown.kind) {
    case 'decided':
      return <Decided decision={shown.decision} explanation={shown.explanation} />;
    case 'open':
      return <Open partial={shown.partial} />;
    case 'refused':
      return <Refused errors={shown.errors} />;
    default:
      return null;
  }
}

/** What the request is decided with beside its answers: easily forgotten below the form. */
function GivenNote() {
  const groups = Object.keys(facts.value).length;
  if (now.value === null && groups === 0) return null;
  const parts = [now.value === null ? '' : say.verdict.asOf(instant(now.value)), groups === 0 ? '' : say.verdict.withFacts(groups)];
  return (
    <p class="quiet small given">
      {parts.filter(Boolean).join(', ')}. <button type="button" class="link" onClick={forgetGiven}>{say.verdict.forgetGiven}</button>
    </p>
  );
}

/** The button goes with what it takes away. */
function forgetGiven() {
  becomeOwn();
  batch(() => {
    now.value = null;
    facts.value = {};
  });
  keepSoon();
  document.getElementById('decision')?.focus({ preventScroll: true });
}

/** By which rules, where these are not the shipped ones. */
function RulesNote() {
  if (!isEdited.value) return null;
  const state = compiling.value;
  if (state.kind === 'broken') return <p class="note" data-kind="old">{say.verdict.byLastRules}</p>;
  if (state.kind === 'failed') return <p class="note" data-kind="old">{say.verdict.notCompiled}</p>;
  const findings = state.kind === 'compiled' ? state.diagnostics?.length ?? 0 : 0;
  return <p class="note" data-kind="own">{say.verdict.byOwnRules} {findings > 0 && say.verdict.withFindings(findings)}</p>;
}
