// Which rules are marked in the text: those that decide, and the one that came nearest to another class.
// The engine names both; here they are only looked up.

import type { Explanation, Nearest, Place, RuleSeen } from 'tollgate/decide';

export type MarkKind = 'decides' | 'nearest' | 'blocks';

export interface Mark {
  readonly kind: MarkKind;
  readonly place: Place;
  /** What the mark says to a reader: the title of the rule, or the condition. */
  readonly title: string;
}

export interface DecidingRule {
  readonly phase: string;
  readonly rule: RuleSeen;
}

/** The rules that decided, in the order of the evaluation; of an unfinished form those that are settled already. */
export function decidingRules({ phases }: Explanation): DecidingRule[] {
  return phases.flatMap(({ phase, decided_by: id, rules }) => {
    const rule = rules.find((one) => one.id === id);
    return rule ? [{ phase, rule }] : [];
  });
}

/** The rule that would have given another class with the fewest changes, with its place. */
export function nearestMiss({ nearest, phases }: Explanation): { miss: Nearest; place: Place } | undefined {
  const [miss] = nearest;
  const rule = phases.find(({ phase }) => phase === 'class')?.rules.find(({ id }) => id === miss?.rule);
  return miss && rule ? { miss, place: rule.span } : undefined;
}

/** Every mark that an explanation puts into the text. */
export function marksOf(explanation: Explanation): Mark[] {
  const decides = decidingRules(explanation).map(({ rule }): Mark => ({ kind: 'decides', place: rule.span, title: rule.title }));
  const near = nearestMiss(explanation);
  if (!near) return decides;
  const blocks = near.miss.blocked_by.map(({ span, text }): Mark => ({ kind: 'blocks', place: span, title: text }));
  return [...decides, { kind: 'nearest', place: near.place, title: near.miss.title }, ...blocks];
}
