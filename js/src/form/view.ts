// The form of one policy on the page: its questions, its panel, and the line to submit by.

import type { CompiledPolicy } from '../api.js';
import { flat, type Answers } from './answers.js';
import { element, setHidden, setText } from './dom.js';
import type { Verdict } from './evaluate.js';
import type { FieldView } from './fields/field.js';
import { watchLeaving } from './fields/leaving.js';
import { fieldTree, type FieldTree } from './fields/tree.js';
import { panel, placeOf, type Panel } from './panel/panel.js';
import { fieldsOf, groupPathsOf, titlesOf } from './titles.js';
import { count, SAYS } from './words.js';
import type { FormField, Json, JsonObject, Refusal } from '../types.js';

/** What the person does. */
export interface Acts {
  /** An answer changed. */
  answered(): void;
  /** The person went past questions. */
  left(): void;
  submitted(): void;
}

/** The form as it stands on the page. */
export class FormView {
  readonly root: HTMLElement;
  readonly #tree: FieldTree;
  readonly #panel: Panel;
  readonly #gate: HTMLFieldSetElement;
  readonly #note: HTMLElement;
  readonly #flushLeft: () => void;
  readonly #fields: readonly FormField[];
  readonly #paths: ReadonlySet<string>;
  readonly #groups: ReadonlySet<string>;
  /** Answers to questions that the policy does not ask. */
  #strays = new Map<string, Json>();
  /** Whether somebody tried to submit: from then on everything missing is told. */
  #isTried = false;

  constructor(policy: CompiledPolicy, now: string, { answered, left, submitted }: Acts) {
    const form = policy.form();
    this.#fields = fieldsOf(form.members);
    this.#paths = new Set(this.#fields.map(({ path }) => path));
    this.#groups = new Set(groupPathsOf(form.members));
    this.#tree = fieldTree(form);
    this.#panel = panel({
      fields: this.#tree.fields,
      titles: titlesOf(form),
      classes: form.classes.map(({ name }) => name),
      // The form does not list the risks: an empty one can still become each of them.
      risks: risksOf(policy, now),
      jump: (path) => this.focusField(path),
    });
    const submit = element('button', { type: 'button', class: 'submit', part: 'submit' }, SAYS.submit);
    submit.addEventListener('click', () => submitted());
    this.#note = element('p', { class: 'submit-note quiet', role: 'status' });
    const questions = element(
      'div',
      { class: 'form', part: 'form', role: 'form', 'aria-label': form.title },
      element('p', { class: 'quiet preamble' }, SAYS.allRequired),
      this.#tree.root,
      element('div', { class: 'submit-line' }, submit, this.#note),
    );
    this.#gate = element('fieldset', { class: 'gate' }, element('div', { class: 'layout' }, this.#panel.root, questions));
    this.root = element('div', { class: 'container' }, this.#gate);
    questions.addEventListener('input', ({ target }) => {
      this.#fieldOf(target)?.edited();
      answered();
    });
    // Browsers bring what gets the focus into sight, `scroll-margin` included, but of a text area only its caret.
    questions.addEventListener('focusin', ({ target }) => {
      if (target instanceof HTMLTextAreaElement) target.scrollIntoView({ block: 'nearest' });
    });
    this.#flushLeft = watchLeaving(this.root, (target) => this.#fieldOf(target), (fields) => {
      for (const field of fields) field.isLeft = true;
      left();
    });
  }

  /** Counts the questions as left that the person is about to have left: a button was pressed. */
  flushLeft(): void {
    this.#flushLeft();
  }

  #fieldOf(target: EventTarget | null): FieldView | undefined {
    const root = target instanceof Element ? target.closest('.field') : null;
    return this.#tree.byPath.get(root?.getAttribute('data-path') ?? '');
  }

  /** The answers to what is asked, and what was set beside that. */
  get answers(): Answers {
    const given = new Map(this.#strays);
    for (const field of this.#tree.fields) {
      const answer = field.isShown ? field.answer : undefined;
      if (answer !== undefined) given.set(field.path, answer);
    }
    return given;
  }

  /** Every question of the policy. */
  get fields(): readonly FormField[] {
    return this.#fields;
  }

  get leftEmpty(): string[] {
    return this.#tree.fields.filter(({ isLeftEmpty }) => isLeftEmpty).map(({ path }) => path);
  }

  get unreadable(): Refusal[] {
    return this.#tree.fields.flatMap(({ unreadable }) => unreadable ?? []);
  }

  /** Shows the answers of `request`. Nothing of an earlier one stays. */
  write(request: JsonObject): void {
    const given = flat(request, this.#paths, this.#groups);
    for (const field of this.#tree.fields) {
      const answer = given.get(field.path);
      given.delete(field.path);
      // Until the engine has seen them all, every answer counts as asked for.
      field.isShown = true;
      field.isLeft = answer === null;
      field.answer = answer ?? undefined;
    }
    for (const [path, answer] of given) if (answer === null) given.delete(path);
    this.#strays = given;
    this.#isTried = false;
  }

  /** Takes all answers away, and what was begun beside them. */
  clear(): void {
    for (const field of this.#tree.fields) field.clear();
    this.write({});
  }

  /** Leaves out the answers that no question is there for. */
  forgetStrays(): void {
    this.#strays.clear();
  }

  /** Shows what the engine asks. Says whether that changed the answers: then they are to be judged again. */
  ask({ asked }: Verdict): boolean {
    if (!asked) return false;
    let isOther = false;
    for (const field of this.#tree.fields) {
      const isShown = asked.has(field.path);
      if (isShown === field.isShown) continue;
      field.isShown = isShown;
      isOther ||= field.answer !== undefined || field.isLeft;
    }
    this.#tree.refresh();
    return isOther;
  }

  /** Writes what a verdict changes. */
  update(verdict: Verdict, showsPanel: boolean): void {
    const missing = new Set(verdict.missing);
    const errors = new Map<string, Refusal>();
    for (const error of verdict.errors) {
      const place = placeOf(error.path, this.#paths);
      if (place !== undefined && !errors.has(place)) errors.set(place, error);
    }
    for (const field of this.#tree.fields) {
      field.update({ isMissing: missing.has(field.path), error: errors.get(field.path), isTried: this.#isTried });
    }
    setHidden(this.#panel.root, !showsPanel);
    if (showsPanel) this.#panel.update(verdict);
    const stray = verdict.errors.find(({ path }) => placeOf(path, this.#paths) === undefined);
    setText(this.#note, this.#isTried || stray ? noteOf(verdict, stray) : '');
  }

  /** From now on everything that is missing is told beside its question. */
  tellAll(): void {
    this.#isTried = true;
  }

  set isDisabled(isDisabled: boolean) {
    this.#gate.disabled = isDisabled;
  }

  set place(place: string) {
    this.root.setAttribute('data-verdict', place);
  }

  /** The first question, in the order of the form, whose answer is missing or wrong. */
  firstFault({ missing, errors }: Verdict): string | undefined {
    const faulty = new Set([...missing, ...errors.flatMap(({ path }) => placeOf(path, this.#paths) ?? [])]);
    return this.#tree.fields.find(({ path, isShown: shown }) => shown && faulty.has(path))?.path;
  }

  /** Where the focus goes for the question at `path`. */
  entryOf(path: string): HTMLElement | undefined {
    return this.#tree.byPath.get(path)?.control.entry();
  }

  /** Moves the focus to the question at `path`, and opens what it is in. Says whether there is one. */
  focusField(path: string): boolean {
    const field = this.#tree.byPath.get(path);
    if (!field) return false;
    for (let at = field.root.parentElement; at; at = at.parentElement) if (at instanceof HTMLDetailsElement) at.open = true;
    field.control.entry().focus();
    field.root.scrollIntoView({ block: 'nearest' });
    return true;
  }

  focusFirst(): void {
    this.#tree.fields.find(({ isShown: shown }) => shown)?.control.entry().focus();
  }
}

function risksOf(policy: CompiledPolicy, now: string): readonly string[] {
  try {
    return policy.partial({}, { now }).risks;
  } catch {
    // The evaluation that follows meets the same and shows it.
    return [];
  }
}

/** The line beside the button: what stands in the way. */
function noteOf({ failure, errors, missing }: Verdict, stray: Refusal | undefined): string {
  if (failure !== null) return SAYS.failed;
  if (stray) return stray.message;
  const parts = [
    missing.length > 0 ? `${count(missing.length, 'answer')} missing` : '',
    errors.length > 0 ? `${count(errors.length, 'answer')} to correct` : '',
  ].filter(Boolean);
  return parts.length > 0 ? `${parts.join(', ')}.` : '';
}
