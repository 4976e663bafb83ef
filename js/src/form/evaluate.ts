// Asks the policy about the answers so far. What follows from them is the engine's to say: nothing here reads a rule.

import type { CompiledPolicy as Policy } from '../api.js';
import type { ExplainAnswer, Explanation, FormField, JsonObject, Partial, Refusal } from '../types.js';
import { nested, type Answers } from './answers.js';

/** What the engine says of the answers so far. */
export interface Verdict {
  /** The answers as a request. */
  readonly value: JsonObject;
  readonly partial: Partial | null;
  /** The decision, once nothing is missing and nothing wrong. */
  readonly answer: ExplainAnswer | null;
  readonly errors: readonly Refusal[];
  /** What the engine threw, in its own words. */
  readonly failure: string | null;
}

/** What the engine is asked with. */
export interface Given {
  readonly answers: Answers;
  /** Fields that were left empty on purpose: the engine takes them for answered with nothing. */
  readonly leftEmpty: Iterable<string>;
  /** What the controls themselves cannot read, such as half a date. */
  readonly unreadable: readonly Refusal[];
  readonly now: string;
  readonly facts: JsonObject;
}

export const NO_VERDICT: Verdict = { value: {}, partial: null, answer: null, errors: [], failure: null };

/** Asks for what is still possible and, once the request is complete, for the decision. Never throws. */
export function evaluate(policy: Policy, { answers, leftEmpty, unreadable, now, facts }: Given): Verdict {
  const value = nested(answers);
  try {
    const asNothing = [...leftEmpty].map((path) => [path, null] as const);
    const partial = policy.partial(nested([...answers, ...asNothing]), { now, facts, explain: true });
    const errors = [...unreadable, ...partial.errors.filter(({ path }) => !unreadable.some((one) => one.path === path))];
    if (errors.length > 0 || partial.missing.length > 0) return { value, partial, answer: null, errors, failure: null };
    const answer = policy.explain(value, { now, facts });
    return { value, partial, answer, errors: answer.ok ? errors : answer.errors, failure: null };
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    return { value, partial: null, answer: null, errors: unreadable, failure };
  }
}

/** Why, as far as it is settled. */
export function explanationOf({ answer, partial }: Verdict): Explanation | undefined {
  return answer?.ok ? answer.explanation : partial?.explanation;
}

/**
 * Whether a question is shown. One with a condition is not, as long as the engine does not know whether it will ask it:
 * else all that may ever be asked would stand there at the beginning. What was answered all the same stays in sight.
 */
export function isShown(field: FormField, partial: Partial, isAnswered: boolean): boolean {
  if (field.asked === undefined) return true;
  const { asked } = partial as Partial & { asked?: readonly string[] };
  const open = partial.questions.find(({ path }) => path === field.path);
  const isOpen = open !== undefined && (open.asked || partial.next === field.path);
  if (asked === undefined) return isAnswered || isOpen || partial.missing.includes(field.path);
  return asked.includes(field.path) && (open === undefined || isOpen);
}
