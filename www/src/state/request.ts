// The request that is being written, and what the policy says of it.

import { batch, computed, signal } from '@preact/signals';
import type { Decision, ExplainAnswer, Explanation, JsonObject, Partial, Refusal } from 'tollgate/decide';

/** What the form tells after each evaluation. */
export interface Evaluation {
  readonly value: JsonObject;
  readonly partial: Partial | null;
  readonly answer: ExplainAnswer | null;
  /** Why there is neither. */
  readonly failure: string | null;
}

/** What a form begins with. A new object fills the form anew, though it may say the same. */
export interface Beginning {
  readonly value: JsonObject;
  readonly facts: JsonObject;
  /** The instant to decide at; null for the present. */
  readonly now: string | null;
}

/** What was handed in: the part of it that can be computed from the request. */
export interface Submitted {
  readonly decision: Decision;
  readonly explanation: Explanation;
}

const EMPTY: Beginning = { value: {}, facts: {}, now: null };

export const beginning = signal<Beginning>(EMPTY);
export const facts = signal<JsonObject>({});
export const now = signal<string | null>(null);
export const evaluation = signal<Evaluation | null>(null);
export const submitted = signal<Submitted | null>(null);
/** The name of the sample that the form was filled from, as long as nothing was changed. */
export const sampleName = signal('');

/** How far a request is. */
export type Verdict =
  | { kind: 'waiting' }
  | { kind: 'decided'; decision: Decision; explanation: Explanation }
  | { kind: 'refused'; errors: readonly Refusal[]; partial: Partial | null }
  | { kind: 'open'; partial: Partial; isEmpty: boolean }
  | { kind: 'silent'; reason: string | null };

export const verdict = computed<Verdict>(() => {
  const told = evaluation.value;
  if (!told) return { kind: 'waiting' };
  const { value, partial, answer, failure } = told;
  if (answer?.ok) return { kind: 'decided', decision: answer.decision, explanation: answer.explanation };
  if (answer) return { kind: 'refused', errors: answer.errors, partial };
  if (!partial) return { kind: 'silent', reason: failure };
  if (partial.errors.length > 0) return { kind: 'refused', errors: partial.errors, partial };
  return { kind: 'open', partial, isEmpty: Object.keys(value).length === 0 };
});

export const decision = computed(() => (verdict.value.kind === 'decided' ? verdict.value.decision : undefined));

/** Why, as far as it is settled. */
export const explanation = computed<Explanation | undefined>(() => {
  const shown = verdict.value;
  if (shown.kind === 'decided') return shown.explanation;
  return shown.kind === 'open' || shown.kind === 'refused' ? shown.partial?.explanation : undefined;
});

/** Begins anew with other answers. */
export function begin(from: Beginning, sample = ''): void {
  batch(() => {
    submitted.value = null;
    sampleName.value = sample;
    facts.value = from.facts;
    now.value = from.now;
    beginning.value = from;
  });
}

export const beginEmpty = () => begin({ ...EMPTY });

/** The person changed something: this is no sample any more, and not what was handed in. */
export function becomeOwn(): void {
  batch(() => {
    submitted.value = null;
    sampleName.value = '';
  });
}
