// `<tollgate-form>`: fills it from the signals, and tells them what it says.

import { effect } from '@preact/signals';
import type { Decision, Explanation, JsonObject } from 'tollgate/decide';

import { keepSoon } from '../../state/draft.ts';
import type { Policy } from '../../engine.ts';
import { current } from '../../state/policy.ts';
import { becomeOwn, beginning, type Evaluation, evaluation, facts, now, submitted } from '../../state/request.ts';

/** What the page uses of the element. */
export interface FormElement extends HTMLElement {
  policy: Policy | null;
  now: string | null;
  facts: JsonObject;
  value: JsonObject;
  focusField(path: string): void;
}

let element: FormElement | null = null;

/** Takes the reader to a question. */
export const focusField = (path: string) => element?.focusField(path);

/** Joins the element to the signals. Returns what ends that. */
export function join(form: FormElement): () => void {
  element = form;
  let isFilling = false;
  /** The answers that the form began with, as it tells them; an answer of the person makes others of them. */
  let filled: string | undefined;

  const changed = ({ detail }: CustomEvent<Evaluation>) => {
    evaluation.value = detail;
    const told = JSON.stringify(detail.value);
    if (isFilling || filled === undefined) filled = told;
    else if (told !== filled) {
      filled = '';
      becomeOwn();
      keepSoon();
    }
  };
  const handedIn = ({ detail }: CustomEvent<{ decision: Decision; explanation: Explanation }>) => {
    submitted.value = { decision: detail.decision, explanation: detail.explanation };
  };
  form.addEventListener('tollgate-change', changed as EventListener);
  form.addEventListener('tollgate-submit', handedIn as EventListener);

  const fill = (work: () => void) => {
    isFilling = true;
    work();
    isFilling = false;
  };
  const ends = [
    effect(() => {
      form.now = now.value;
      form.facts = facts.value;
    }),
    effect(() => {
      const { value } = beginning.value;
      filled = undefined;
      fill(() => (form.value = value));
    }),
    effect(() => {
      form.policy = current.value?.policy ?? null;
    }),
  ];
  return () => {
    for (const end of ends) end();
    form.removeEventListener('tollgate-change', changed as EventListener);
    form.removeEventListener('tollgate-submit', handedIn as EventListener);
    element = null;
    // Another screen is shown: the form begins with the same answers when this one comes back.
    beginning.value = { value: evaluation.peek()?.value ?? {}, facts: facts.peek(), now: now.peek() };
  };
}
