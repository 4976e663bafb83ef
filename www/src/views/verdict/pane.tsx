// What the policy says of the request, in the order a requester asks: what is it, why, who decides, by when, what is missing.

import { compiling, isEdited } from '../../state/edits.ts';
import { submitted, type Verdict, verdict } from '../../state/request.ts';
import { say } from '../../words/dictionary.ts';
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
      {submitted.value && <Receipt submitted={submitted.value} />}
      <Head verdict={shown} />
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

/** By which rules, where these are not the shipped ones. */
function RulesNote() {
  if (!isEdited.value) return null;
  const isOld = compiling.value.kind === 'broken' || compiling.value.kind === 'failed';
  return <p class="note" data-kind={isOld ? 'old' : 'own'}>{isOld ? say.verdict.byLastRules : say.verdict.byOwnRules}</p>;
}
