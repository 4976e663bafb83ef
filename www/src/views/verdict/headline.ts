// What a verdict comes to in few words: for the large letters, the line on small screens, and those who hear the page.

import type { Decision, Partial } from 'tollgate/decide';

import type { Verdict } from '../../state/request.ts';
import { say } from '../../words/dictionary.ts';
import { title, words } from '../../words/format.ts';
import type { Titles } from '../../words/titles.ts';

/** The parts of a headline. */
export interface Headline {
  readonly what: string;
  readonly risk?: string;
  readonly then?: string;
}

export function headline(verdict: Verdict, titles: Titles): Headline {
  switch (verdict.kind) {
    case 'decided':
      return decided(verdict.decision, titles);
    case 'open':
      return open(verdict.partial, verdict.isEmpty, titles);
    case 'refused':
      return { what: say.verdict.refused, then: say.verdict.refusedHint(verdict.errors.length) };
    case 'silent':
      return { what: say.verdict.refused, then: verdict.reason === null ? say.verdict.silent : say.verdict.failed(verdict.reason) };
    case 'waiting':
      return { what: say.verdict.waiting };
  }
}

function decided({ scope, class: kind, risk, route }: Decision, titles: Titles): Headline {
  if (!kind) return { what: title(scope.value), ...(scope.rule ? { then: titles.rule('scope', scope.rule) } : {}) };
  return {
    what: titles.class(kind.value),
    ...(risk ? { risk } : {}),
    ...(route ? { then: titles.rule('route', route.rule) } : {}),
  };
}

function open(partial: Partial, isEmpty: boolean, titles: Titles): Headline {
  if (isEmpty) return { what: say.verdict.empty, then: say.verdict.emptyHint };
  const [kind, ...others] = partial.classes;
  const [risk, ...risks] = partial.risks;
  if (!partial.decided || !kind || others.length > 0) return { what: say.verdict.open };
  return { what: titles.class(kind), ...(risk && risks.length === 0 ? { risk } : {}), then: say.verdict.settled };
}

/** The same in one sentence, with the gates that are closed. */
export function spoken(verdict: Verdict, titles: Titles): string {
  const { what, risk, then } = headline(verdict, titles);
  const first = risk ? `${what}, ${say.verdict.risk(words(risk))}` : what;
  const closed = verdict.kind === 'decided' ? verdict.decision.gates.filter(({ allows }) => !allows).length : 0;
  return [first, then, closed > 0 ? say.gates.closed(closed) : undefined].filter(Boolean).join('. ');
}

