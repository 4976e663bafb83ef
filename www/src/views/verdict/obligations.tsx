// What comes with the decision: regimes, rollout, retention and the like.

import type { Decision } from 'tollgate/decide';

import { say } from '../../words/dictionary.ts';
import { amount, duration, listed, percent, words } from '../../words/format.ts';
import type { Titles } from '../../words/titles.ts';
import { Pairs, Section } from './parts.tsx';

export function Obligations({ decision, titles }: { decision: Decision; titles: Titles }) {
  const { score, regimes, touched, exceptions, canary, retain, notify, serves } = decision;
  const { obligations } = say;
  const rows = [
    [obligations.assessed, score?.assessed && obligations.points(words(score.assessed), score.points)],
    [obligations.regimes, names(regimes, (id) => `${id} (${titles.rule('regimes', id)})`)],
    [obligations.touched, names(touched, words)],
    [obligations.rollout, names(canary, ({ steps }) => steps.map(stepInWords).join(', then '))],
    [obligations.notify, names(notify, titles.role)],
    [obligations.exceptions, names(exceptions, (id) => titles.rule('exceptions', id))],
    [obligations.kept, retain && obligations.keptFor(amount(retain.time), words(retain.after))],
    [obligations.serves, names(serves, words)],
  ] as const;
  if (!rows.some(([, value]) => value)) return null;
  return <Section title={obligations.title}><Pairs rows={rows} /></Section>;
}

const names = <T,>(all: readonly T[], name: (one: T) => string) => (all.length > 0 ? listed(all.map(name)) : null);

const stepInWords = ({ share, observed_ms: watched }: { share: string; observed_ms?: number }) =>
  say.obligations.step(percent(share), watched === undefined ? undefined : duration(watched));
