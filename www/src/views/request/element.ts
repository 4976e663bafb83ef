// `<tollgate-form>`: fills it from the signals, and tells them what it says.

import { effect } from '@preact/signals';
import type { ChangeDetail, SubmitDetail, TollgateForm } from 'tollgate/form';

import { keepSoon } from '../../state/draft.ts';
import { handIn, handing } from '../../state/handing.ts';
import { current } from '../../state/policy.ts';
import { becomeOwn, beginning, evaluation, facts, now, submitted } from '../../state/request.ts';

let element: TollgateForm | null = null;

/** Takes the reader to a question. */
export const focusField = (path: string) => element?.focusField(path);

/** Joins the element to the signals. Returns what ends that. */
export function join(form: TollgateForm): () => void {
  element = form;
  let isFilling = false;
  /** The answers that the form told last: it also tells of judging the same ones again. */
  let last = '';

  const changed = ({ detail }: CustomEvent<ChangeDetail>) => {
    evaluation.value = detail;
    const told = JSON.stringify(detail.value);
    const isSame = told === last;
    last = told;
    if (isFilling || isSame) return;
    becomeOwn();
    keepSoon();
  };
  const handedIn = ({ detail }: CustomEvent<SubmitDetail>) => {
    // What is on record is not submitted again.
    if (submitted.peek() && handing.peek()?.kind === 'done') return document.getElementById('receipt')?.focus();
    // Kept whatever comes of it: there may be no log yet.
    keepSoon();
    submitted.value = { decision: detail.decision, explanation: detail.explanation };
    void handIn(detail.request);
  };
  form.addEventListener('tollgate-change', changed);
  form.addEventListener('tollgate-submit', handedIn);

  /** Sets properties: what the form tells meanwhile is no act of the person. Asked for its value, it judges at once. */
  const fill = (set: () => void) => {
    isFilling = true;
    set();
    last = JSON.stringify(form.value);
    isFilling = false;
  };
  const ends = [
    effect(() => {
      const policy = current.value?.policy ?? null;
      fill(() => (form.policy = policy));
    }),
    effect(() => {
      const { value } = beginning.value;
      fill(() => {
        form.now = now.peek();
        form.facts = facts.peek();
        form.value = value;
      });
    }),
    effect(() => {
      const given = { now: now.value, facts: facts.value };
      fill(() => Object.assign(form, given));
    }),
  ];
  return () => {
    for (const end of ends) end();
    form.removeEventListener('tollgate-change', changed);
    form.removeEventListener('tollgate-submit', handedIn);
    element = null;
    // Another screen is shown: the form begins with the same answers when this one comes back.
    beginning.value = { value: evaluation.peek()?.value ?? {}, facts: facts.peek(), now: now.peek() };
  };
}
