// One question: its label, its help, its control and what is wrong with its answer.

import type { FormField, Json, Refusal } from '../../types.js';
import { same } from '../answers.js';
import { controlFor, type Control } from '../controls/index.js';
import { element, fill, prose, setAttribute, setHidden, setText } from '../dom.js';
import { capital, fault, hint, SAYS } from '../words.js';

/** What there is to show of a question. */
export interface FieldState {
  readonly isMissing: boolean;
  readonly error: Refusal | undefined;
  /** Whether somebody tried to submit: before that nobody is told that an answer is missing. */
  readonly isTried: boolean;
}

/** A question on the page. It is made once; after that only what changed is written. */
export class FieldView {
  readonly root: HTMLElement;
  readonly control: Control;
  /** Whether the person was here and went on. */
  isLeft = false;
  #isShown = true;
  readonly #error: HTMLElement;
  readonly #mark: HTMLElement;
  /** What stands beside it. */
  #said = '';
  /** An answer that was set and that the control cannot show as it is: the engine is to judge that, not what is shown. */
  #kept: Json | undefined;

  constructor(readonly field: FormField) {
    const { path, title, help, type, required, later } = field;
    const id = `field:${path}`;
    this.control = controlFor(type, { id, title, isRequired: required });
    this.#mark = element('span', { class: 'mark' }, !required && !later && SAYS.optional);
    this.#error = element('p', { class: 'error', part: 'error', id: `${id}:error`, hidden: true });
    const hints = [help && sentence(help), hint(type)].filter(Boolean).join(' · ');
    const helpLine = hints ? element('p', { class: 'help', part: 'help', id: `${id}:help` }, hints) : null;
    const isGroup = this.control.shape === 'group';
    const labelText = [element('span', { part: 'label' }, title), ' ', this.#mark];
    const label = isGroup
      ? element('div', { class: 'label', id: `${id}:label` }, labelText)
      : element('label', { class: 'label', for: id }, labelText);
    this.root = element(
      'div',
      {
        ...{ class: 'field', part: 'field', 'data-path': path, 'data-kind': type.kind },
        ...(isGroup ? { role: this.#groupRole(), 'aria-labelledby': `${id}:label` } : {}),
      },
      element('div', { class: 'question' }, label, helpLine),
      element('div', { class: 'answer' }, this.control.root, this.#error),
    );
    if (this.root.getAttribute('role') === 'radiogroup' && required) this.root.setAttribute('aria-required', 'true');
    // Described once for ever: an empty error says nothing.
    const described = [helpLine && `${id}:help`, `${id}:error`].filter(Boolean).join(' ');
    for (const place of isGroup ? [this.root] : this.control.inputs()) place.setAttribute('aria-describedby', described);
  }

  #groupRole(): string {
    return this.field.type.kind === 'yesno' || this.field.type.kind === 'enum' ? 'radiogroup' : 'group';
  }

  get path(): string {
    return this.field.path;
  }

  /** Whether the question is part of the form as it stands. */
  get isShown(): boolean {
    return this.#isShown;
  }

  /** Asks the question, or takes it off the form. Its answer is kept: it may be asked again. */
  set isShown(isShown: boolean) {
    this.#isShown = isShown;
    setHidden(this.root, !isShown);
  }

  get answer(): Json | undefined {
    return this.#kept ?? this.control.read();
  }

  /** Shows `answer`; one that stands there already is left alone, with its caret. */
  set answer(answer: Json | undefined) {
    if (!same(this.answer, answer) || this.control.fault?.()) this.control.write(answer);
    this.control.refresh?.();
    // An empty text is no answer, whoever gives it.
    this.#kept = answer === '' || same(this.control.read(), answer) ? undefined : answer;
  }

  /** The person wrote: from now on the answer is what the control says. */
  edited(): void {
    this.#kept = undefined;
    this.control.refresh?.();
  }

  /** Leaves nothing of what was chosen or begun, such as an empty row. */
  clear(): void {
    this.control.write(undefined);
    this.edited();
  }

  /** What is wrong with what was typed, where no JSON can tell it. */
  get unreadable(): Refusal | undefined {
    const message = this.isShown && this.#kept === undefined ? this.control.fault?.() : undefined;
    return message === undefined ? undefined : { code: 'UNREADABLE', message, path: this.path };
  }

  /** Whether the person went past it and gave no answer, which only an optional question allows. */
  get isLeftEmpty(): boolean {
    const { required, later } = this.field;
    return !required && !later && this.isShown && this.isLeft && this.answer === undefined && !this.control.fault?.();
  }

  /** Writes what changed. */
  update({ isMissing, error, isTried }: FieldState): void {
    const isTold = isTried || this.isLeft;
    const text = error ? this.#faultOf(error, isTold) : isMissing && isTried ? SAYS.missing : '';
    if (text !== this.#said) fill(this.#error, prose(text));
    this.#said = text;
    setHidden(this.#error, text === '');
    const isInvalid = text !== '';
    this.root.classList.toggle('invalid', isInvalid);
    for (const input of this.control.inputs()) setAttribute(input, 'aria-invalid', isInvalid ? 'true' : null);
    if (!this.field.required && !this.field.later) setText(this.#mark, this.isLeftEmpty ? SAYS.leftEmpty : SAYS.optional);
  }

  #faultOf({ message, path, help }: Refusal, isTold: boolean): string {
    if (this.control.patient && !isTold) return '';
    const own = fault(message, path === this.path ? path : undefined);
    return help ? `${own} (${help})` : own;
  }
}

/** Help begins with a capital; `sha256` is no word and stays. */
const sentence = (text: string): string => (/^[a-z]+\b/.test(text) ? capital(text) : text);
