// Asks the policy about the answers so far. What follows from them is the engine's to say: nothing here reads a rule.

import type { CompiledPolicy } from '../api.js';
import type { ExplainAnswer, Explanation, FormField, Json, JsonObject, Partial, Refusal } from '../types.js';
import { nested, type Answers } from './answers.js';

/** What the engine says of the answers so far. */
export interface Verdict {
  /** The answers as a request. */
  readonly value: JsonObject;
  readonly partial: Partial | null;
  /** The decision, once nothing is missing and nothing wrong. */
  readonly answer: ExplainAnswer | null;
  readonly errors: readonly Refusal[];
  /** What is asked, must be answered, and is not; without what is faulty. */
  readonly missing: readonly string[];
  /** The questions to show; null where the engine could not say. */
  readonly asked: ReadonlySet<string> | null;
  /** What the engine threw, in its own words. */
  readonly failure: string | null;
}

/** What the engine is asked with. */
export interface Given {
  /** Every question that the form may come to ask. */
  readonly fields: readonly FormField[];
  readonly answers: Answers;
  /** Fields that were left empty on purpose: the engine takes them for answered with nothing. */
  readonly leftEmpty: Iterable<string>;
  /** What the controls themselves cannot read, such as half a date. */
  readonly unreadable: readonly Refusal[];
  readonly now: string;
  readonly facts: JsonObject;
}

export const NO_VERDICT: Verdict = { value: {}, partial: null, answer: null, errors: [], missing: [], asked: null, failure: null };

/** Asks for what is still possible and, once the request is complete, for the decision. Never throws. */
export function evaluate(policy: CompiledPolicy, given: Given): Verdict {
  const { answers, leftEmpty, unreadable, now, facts } = given;
  const value = nested(answers);
  try {
    const partial = policy.partial(withNothing(answers, leftEmpty), { now, facts, explain: true });
    const errors = [...unreadable, ...partial.errors.filter(({ path }) => !unreadable.some((one) => one.path === path))];
    const asked = askedNow(policy, given, partial);
    // The engine counts a faulty answer as none; here it is to be corrected, not to be given.
    const isFaulty = (path: string) => errors.some((error) => error.path === path || error.path?.startsWith(`${path}.`));
    const missing = partial.missing.filter((path) => asked.has(path) && !isFaulty(path));
    const answer = errors.length + missing.length === 0 ? policy.explain(value, { now, facts }) : null;
    return { value, partial, answer, errors: answer?.ok === false ? answer.errors : errors, missing, asked, failure: null };
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    return { ...NO_VERDICT, value, errors: unreadable, failure };
  }
}

/** The answers, with null for what is answered with nothing. */
const withNothing = (answers: Answers, paths: Iterable<string>): JsonObject =>
  nested([...answers, ...[...paths].map((path): [string, Json] => [path, null])]);

/**
 * The questions to show. The engine tells what it may come to ask, which at first is everything: a question appears only
 * when an answer calls for it, and the engine is asked which those are if nothing more were answered.
 */
function askedNow(policy: CompiledPolicy, { fields, answers, now, facts }: Given, partial: Partial): ReadonlySet<string> {
  const asked = new Set(partial.asked);
  const isInDoubt = ({ path, asked: condition }: FormField) =>
    condition !== undefined && asked.has(path) && !answers.has(path) && path !== partial.next;
  const inDoubt = fields.filter(isInDoubt);
  if (inDoubt.length === 0) return asked;
  const unanswered = fields.map(({ path }) => path).filter((path) => !answers.has(path));
  const called = new Set(policy.partial(withNothing(answers, unanswered), { now, facts }).asked);
  for (const { path } of inDoubt) if (!called.has(path)) asked.delete(path);
  return asked;
}

/** Why, as far as it is settled. */
export function explanationOf({ answer, partial }: Verdict): Explanation | undefined {
  return answer?.ok ? answer.explanation : partial?.explanation;
}
