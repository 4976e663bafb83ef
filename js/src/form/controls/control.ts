// What every control is to the form: something that shows one answer and gives it back as JSON.

import type { Json } from '../../types.js';

/** The part of a question that is answered in. */
export interface Control {
  readonly root: HTMLElement;
  /** One input with a label, or several inputs in a group with a name. */
  readonly shape: 'input' | 'group';
  /** Every input, in the order of the keyboard. */
  inputs(): HTMLElement[];
  /** Where the focus goes. */
  entry(): HTMLElement;
  /** The answer; undefined where there is none. What cannot be meant as an answer is given as text: the engine says why. */
  read(): Json | undefined;
  /** Shows an answer, of whatever type it is. */
  write(answer: Json | undefined): void;
  /** What is wrong with an input that no JSON can tell, such as half a date. */
  fault?(): string | undefined;
  /** Looks at what was typed before the form reads it: counts characters, follows a date with its offset. */
  refresh?(): void;
  /** Whether an answer is wrong for most of the time in which it is typed. Its faults wait until the field is left. */
  readonly patient: boolean;
}

/** Names and ids for what is inside a control. */
export interface Naming {
  /** Unique in the form. */
  readonly id: string;
  readonly title: string;
  readonly isRequired: boolean;
}

/** An answer as text, for an input that holds text whatever the answer is. */
export function textOf(answer: Json | undefined): string {
  if (answer === undefined || answer === null) return '';
  return typeof answer === 'string' ? answer : JSON.stringify(answer);
}

/** Tells the form that an answer changed without the person typing: a button did it. */
export function announce(from: HTMLElement): void {
  from.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }));
}
