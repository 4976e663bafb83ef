// The custom element: its properties, its events, and its part in a form around it.

import type { CompiledPolicy } from '../api.js';
import type { Decision, ExplainAnswer, Explanation, JsonObject, Partial, Refusal } from '../types.js';
import { nested, same } from './answers.js';
import { element } from './dom.js';
import { evaluate, NO_VERDICT, type Verdict } from './evaluate.js';
import { styles } from './style/index.js';
import { FormView } from './view.js';
import { SAYS } from './words.js';

/** What `tollgate-change` carries. */
export interface ChangeDetail {
  /** The answers as a request. */
  readonly value: JsonObject;
  /** What is still possible; null without a policy, or where the engine failed. */
  readonly partial: Partial | null;
  /** The decision, once the request is complete. */
  readonly answer: ExplainAnswer | null;
  /** Why there is no `partial`: the words of the engine that refused, or failed. */
  readonly failure: string | null;
}

/** What `tollgate-submit` carries. */
export interface SubmitDetail {
  /** The complete request. */
  readonly request: JsonObject;
  /** What the policy decides on it. */
  readonly decision: Decision;
  /** Why. */
  readonly explanation: Explanation;
}

/** Where a server renders there are no elements; the module must load there all the same. */
const Base = (globalThis.HTMLElement ?? class {}) as typeof HTMLElement;

const PROPERTIES = ['policy', 'now', 'facts', 'value', 'disabled'] as const;

/**
 * A change-request form that the policy makes and judges: `<tollgate-form>`.
 *
 * - Attributes: `name` (what the request is called in the form around it), `disabled`, and `verdict`: `beside` the questions
 *   (so without it), `above` them, or `none`.
 * - Events: `tollgate-change` after each evaluation, with a {@link ChangeDetail}; `tollgate-submit` when a complete and
 *   accepted request is submitted, with a {@link SubmitDetail}. Unless the latter is prevented, the form around is submitted,
 *   with the request as JSON under `name`.
 * - Custom properties, all beginning with `--tollgate-`: `accent`, `on-accent`, `ground`, `shade`, `text`, `quiet`, `line`,
 *   `edge`, `good`, `bad`, `risk-0` (the lowest) to `risk-3`, `font`, `mono`, `radius`, and `sticky-top`, the height of a
 *   fixed bar of the page. Light or dark follows `color-scheme`.
 * - Parts: `form`, `section`, `group`, `summary`, `field`, `label`, `help`, `error`, `input`, `option`, `submit`, `panel`,
 *   `headline`, `scale`, `class`, `risk`, `next`, `missing`, `faulty`, `failure`.
 *
 * It needs no inline style, script or markup made of text, so that any content policy and Trusted Types may stay as they are.
 */
export class TollgateForm extends Base {
  /** Whether the form around takes the answers with it. */
  static readonly formAssociated = true;
  /** @internal */
  static readonly observedAttributes = ['disabled', 'verdict'];

  readonly #internals: ElementInternals;
  readonly #shadow: ShadowRoot;
  #policy: CompiledPolicy | null = null;
  #now: string | null = null;
  #facts: JsonObject = {};
  /** What was set before there was a policy to show it. */
  #waiting: JsonObject = {};
  #view: FormView | undefined;
  #verdict: Verdict = NO_VERDICT;
  /** Whether something was set that the verdict does not know yet. */
  #isStale = false;
  #isDisabledAround = false;
  #isAskedQuietly = false;
  /** What kept the questions of the policy off the page. */
  #failure: string | null = null;

  constructor() {
    super();
    this.#internals = this.attachInternals();
    this.#shadow = this.attachShadow({ mode: 'open' });
    this.#shadow.adoptedStyleSheets = styles();
    this.#tellForm();
    // The browser asks before it submits a form around this one.
    this.addEventListener('invalid', () => this.#isAskedQuietly || this.#tellAll());
  }

  /** The policy that asks and judges. Another policy keeps the answers that it asks for too. */
  get policy(): CompiledPolicy | null {
    return this.#policy;
  }

  set policy(given: CompiledPolicy | null | undefined) {
    const policy = given ?? null;
    if (policy && !(policy.form instanceof Function && policy.partial instanceof Function && policy.explain instanceof Function)) {
      throw new TypeError('`policy` must be a policy that `Policy.open` or `Policy.compile` gave, or null');
    }
    if (policy === this.#policy) return;
    const before = this.#view;
    this.#waiting = this.value;
    this.#policy = policy;
    // Chromium holds on to radio buttons that leave with a name, and with them to the whole form.
    for (const radio of this.#shadow.querySelectorAll('input[type=radio]')) radio.removeAttribute('name');
    this.#shadow.replaceChildren();
    this.#view = policy ? this.#show(policy) : undefined;
    // What only the policy before asked for is nothing that a person could correct here.
    if (before) this.#view?.forgetStrays();
    this.#judgeSoon();
  }

  /** The instant to judge at; null for the clock of this computer at each evaluation. */
  get now(): string | null {
    return this.#now;
  }

  set now(now: string | null | undefined) {
    if ((now ?? null) === this.#now) return;
    this.#now = now ?? null;
    this.#judgeSoon();
  }

  /** What machines report. */
  get facts(): JsonObject {
    return this.#facts;
  }

  set facts(facts: JsonObject | null | undefined) {
    const given = facts ?? {};
    if (typeof given !== 'object' || Array.isArray(given)) throw new TypeError('`facts` must be an object: each group by its name');
    if (same(given, this.#facts)) return;
    this.#facts = given;
    this.#judgeSoon();
  }

  /** The answers as a request: a key that is not there is not answered. */
  get value(): JsonObject {
    this.#judgeNow();
    return this.#view ? this.#verdict.value : this.#waiting;
  }

  set value(value: JsonObject | null | undefined) {
    const given = value ?? {};
    if (typeof given !== 'object' || Array.isArray(given)) throw new TypeError('`value` must be an object: the answers as a request');
    // A host that hands back what it was told must not start the next round.
    if (same(given, this.#view ? nested(this.#view.answers) : this.#waiting)) return;
    this.#waiting = given;
    this.#view?.write(given);
    this.#judgeSoon();
  }

  /** What is still possible. */
  get partial(): Partial | null {
    this.#judgeNow();
    return this.#verdict.partial;
  }

  /** The decision, once the request is complete. */
  get answer(): ExplainAnswer | null {
    this.#judgeNow();
    return this.#verdict.answer;
  }

  /** What is wrong with the answers. What is missing is in `partial.missing`. */
  get errors(): readonly Refusal[] {
    this.#judgeNow();
    return this.#verdict.errors;
  }

  /** Whether nothing can be answered. */
  get disabled(): boolean {
    return this.hasAttribute('disabled');
  }

  set disabled(disabled: boolean) {
    this.toggleAttribute('disabled', Boolean(disabled));
  }

  /** What the request is called in the form around this one. */
  get name(): string {
    return this.getAttribute('name') ?? '';
  }

  set name(name: string) {
    this.setAttribute('name', name);
  }

  /** The form around this one. */
  get form(): HTMLFormElement | null {
    return this.#internals.form;
  }

  /** Whether something is missing (`valueMissing`) or wrong (`customError`). */
  get validity(): ValidityState {
    this.#judgeNow();
    return this.#internals.validity;
  }

  /** The first thing that is wrong, in words. */
  get validationMessage(): string {
    this.#judgeNow();
    return this.#internals.validationMessage;
  }

  /** Whether the form around asks this one before it is submitted. */
  get willValidate(): boolean {
    return this.#internals.willValidate;
  }

  /** Whether the request is complete and nothing in it is wrong. */
  checkValidity(): boolean {
    this.#judgeNow();
    this.#isAskedQuietly = true;
    try {
      return this.#internals.checkValidity();
    } finally {
      this.#isAskedQuietly = false;
    }
  }

  /** Whether the request is complete and nothing in it is wrong; if not, every fault is shown and the first has the focus. */
  reportValidity(): boolean {
    const isValid = this.checkValidity();
    if (!isValid) this.#tellAll();
    const first = isValid ? undefined : this.#view?.firstFault(this.#verdict);
    if (first !== undefined) this.focusField(first);
    return isValid;
  }

  /** Takes all answers away. */
  reset(): void {
    this.#waiting = {};
    this.#view?.clear();
    this.#judgeSoon();
  }

  /** Moves the focus to the question at `path`. Says whether there is one. */
  focusField(path: string): boolean {
    this.#judgeNow();
    return this.#view?.focusField(path) ?? false;
  }

  /** Moves the focus to the first question. */
  override focus(): void {
    this.#view?.focusFirst();
  }

  /** @internal */
  connectedCallback(): void {
    // A framework may have set properties before this class was there; they hide its own until they are set again.
    for (const name of PROPERTIES) {
      if (!Object.hasOwn(this, name)) continue;
      const early = this[name];
      delete this[name];
      Object.assign(this, { [name]: early });
    }
  }

  /** @internal */
  attributeChangedCallback(): void {
    this.#applyAttributes();
    this.#view?.update(this.#verdict, this.#showsPanel);
  }

  /** @internal */
  formResetCallback(): void {
    this.reset();
  }

  /** @internal */
  formDisabledCallback(isDisabled: boolean): void {
    this.#isDisabledAround = isDisabled;
    this.#applyAttributes();
  }

  /** @internal */
  formStateRestoreCallback(state: unknown): void {
    if (typeof state === 'string') this.value = JSON.parse(state) as JsonObject;
  }

  /** Puts the questions of `policy` on the page, or what keeps them off it. */
  #show(policy: CompiledPolicy): FormView | undefined {
    this.#failure = null;
    try {
      const view = new FormView(policy, this.#instant(), {
        answered: () => this.#judge(),
        left: () => this.#judge(),
        submitted: () => this.#submit(),
      });
      view.write(this.#waiting);
      this.#shadow.append(view.root);
      this.#applyAttributes(view);
      return view;
    } catch (error) {
      // A released policy or a failed engine has no questions to show.
      this.#failure = error instanceof Error ? error.message : String(error);
      this.#shadow.append(element('p', { class: 'failure', part: 'failure', role: 'alert' }, this.#failure));
      return undefined;
    }
  }

  #applyAttributes(view = this.#view): void {
    if (!view) return;
    view.isDisabled = this.disabled || this.#isDisabledAround;
    view.place = this.getAttribute('verdict') ?? 'beside';
  }

  get #showsPanel(): boolean {
    return this.getAttribute('verdict') !== 'none';
  }

  #instant(): string {
    return this.#now ?? new Date().toISOString();
  }

  /**
   * Several properties are often set at once: they are judged together, or when somebody asks. A form around asks nobody
   * before it is checked and sent, so there it is done at once.
   */
  #judgeSoon(): void {
    if (this.#isStale) return;
    this.#isStale = true;
    if (this.#internals.form) this.#judgeNow();
    else queueMicrotask(() => this.#judgeNow());
  }

  #judgeNow(): void {
    if (this.#isStale) this.#judge();
  }

  #judge(): void {
    this.#isStale = false;
    const view = this.#view;
    this.#verdict = view ? this.#settle(view) : NO_VERDICT;
    view?.update(this.#verdict, this.#showsPanel);
    this.#tellForm();
    const { value, partial, answer, failure } = this.#verdict;
    this.#tell<ChangeDetail>('tollgate-change', { value, partial, answer, failure: failure ?? this.#failure });
  }

  /** Judges until the questions shown are those that the answers to them ask for. */
  #settle(view: FormView): Verdict {
    const judge = () => {
      const { fields, answers, leftEmpty, unreadable } = view;
      const given = { fields, answers, leftEmpty, unreadable, now: this.#instant(), facts: this.#facts };
      return evaluate(this.#policy as CompiledPolicy, given);
    };
    let verdict = judge();
    // An answer that hides another question may hide a third by that: each turn at least one, so the fields bound the turns.
    for (let turn = view.fields.length; turn >= 0 && view.ask(verdict); turn -= 1) verdict = judge();
    return verdict;
  }

  /** Tells the form around what this one holds, and whether it may go. */
  #tellForm(): void {
    const { value, missing, answer, errors, failure } = this.#verdict;
    const text = JSON.stringify(value);
    this.#internals.setFormValue(this.#view ? text : null, text);
    // Without a policy there is no request: the form around must not go without it.
    if (!this.#view) return this.#internals.setValidity({ customError: true }, this.#failure ?? SAYS.noPolicy);
    if (answer?.ok) return this.#internals.setValidity({});
    const first = this.#view.firstFault(this.#verdict);
    const anchor = first === undefined ? undefined : this.#view.entryOf(first);
    const message = errors[0]?.message ?? failure ?? SAYS.missing;
    const valueMissing = missing.length > 0;
    const flags = { valueMissing, customError: errors.length > 0 || failure !== null || !valueMissing };
    this.#internals.setValidity(flags, message, anchor);
  }

  #tellAll(): void {
    this.#view?.tellAll();
    this.#view?.update(this.#verdict, this.#showsPanel);
  }

  #submit(): void {
    this.#view?.flushLeft();
    // The clock may have gone on since the last answer.
    this.#judge();
    if (!this.reportValidity() || !this.#view) return;
    // Those who heard of the answers may have written into what they heard: what is handed in is made anew.
    const { value, answer } = this.#settle(this.#view);
    if (!answer?.ok) return;
    const { decision, explanation } = answer;
    const isWanted = this.#tell<SubmitDetail>('tollgate-submit', { request: value, decision, explanation }, true);
    if (isWanted) this.#internals.form?.requestSubmit();
  }

  #tell<Detail>(type: string, detail: Detail, cancelable = false): boolean {
    return this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true, cancelable }));
  }
}
