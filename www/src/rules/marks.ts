// Which rules are marked in the text: those that decide, and the one that came nearest to another class.
// The engine names both; here they are only looked up.

import type { Decision, Explanation, Nearest, Place, RuleSeen } from 'tollgate/decide';

/** The phases in which exactly one rule decides. */
const DECIDING = ['scope', 'class', 'route'] as const;

export type DecidingPhase = (typeof DECIDING)[number];

export type MarkKind = 'decides' | 'nearest' | 'blocks';

export interface Mark {
  readonly kind: MarkKind;
  readonly place: Place;
  /** What the mark says to a reader: the title of the rule, or the condition. */
  readonly title: string;
}

export interface DecidingRule {
  readonly phase: DecidingPhase;
  readonly rule: RuleSeen;
}

/** The rules that decided, in the order of the evaluation; of an unfinished form those that are settled already. */
export function decidingRules(explanation: Explanation, decision: Decision | undefined): DecidingRule[] {
  return DECIDING.flatMap((phase) => {
    const seen = explanation.phases.find((one) => one.phase === phase)?.rules ?? [];
    const rule = seen.find(({ id, held }) => (decision ? id === decision[phase]?.rule : held === true));
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
export function marksOf(explanation: Explanation, decision: Decision | undefined): Mark[] {
  const decides = decidingRules(explanation, decision).map(({ rule }): Mark => ({ kind: 'decides', place: rule.span, title: rule.title }));
  const near = nearestMiss(explanation);
  if (!near) return decides;
  const blocks = near.miss.blocked_by.map(({ span, text }): Mark => ({ kind: 'blocks', place: span, title: text }));
  return [...decides, { kind: 'nearest', place: near.place, title: near.miss.title }, ...blocks];
}
