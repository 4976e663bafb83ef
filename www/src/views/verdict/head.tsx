// The verdict in large letters.

import type { Decision } from 'tollgate/decide';

import type { Verdict } from '../../state/request.ts';
import { say } from '../../words/dictionary.ts';
import { amount, listed, percent, title } from '../../words/format.ts';
import { limit } from '../../words/due.ts';
import { headline } from './headline.ts';
import { titles } from './titles.ts';

export function Head({ verdict }: { verdict: Verdict }) {
  const { what, risk, then } = headline(verdict, titles.value);
  const marks = verdict.kind === 'decided' ? [...verdict.decision.codes, ...verdict.decision.flags] : [];
  return (
    <div class="head" data-kind={verdict.kind} data-risk={risk}>
      <p class="what">
        {what}
        {risk && <span class="risk">{say.verdict.risk(title(risk))}</span>}
      </p>
      {then && <p class="then">{then}</p>}
      {marks.length > 0 && <ul class="codes" aria-label={say.verdict.codes}>{marks.map((one) => <li key={one}><code>{one}</code></li>)}</ul>}
      {verdict.kind === 'decided' && <Glance decision={verdict.decision} />}
    </div>
  );
}

/** What most want to know at a glance; the sections below say it whole. */
function Glance({ decision }: { decision: Decision }) {
  const { route, due, canary, retain, regimes } = decision;
  const { glance } = say.verdict;
  const rows = [
    [glance.by, route && by(route.approve)],
    [glance.due, due && limit(due)],
    [glance.rollout, canary.length > 0 && canary.map(({ steps }) => steps.map(({ share }) => percent(share)).join(' → ')).join(', ')],
    [glance.kept, retain && amount(retain.time)],
    [glance.regimes, regimes.length > 0 && listed(regimes)],
  ] as const;
  const known = rows.filter(([, value]) => value);
  if (known.length === 0) return null;
  return (
    <dl class="glance">
      {known.map(([term, value]) => <div key={term}><dt>{term}</dt><dd>{value}</dd></div>)}
    </dl>
  );
}

function by(approve: NonNullable<Decision['route']>['approve']): string {
  if (approve.kind === 'automatically') return say.verdict.automatically;
  if (approve.kind === 'board') return titles.value.board(approve.board);
  return listed(approve.roles.map(titles.value.role));
}
