// Due times in words.

import type { Due, Time } from 'tollgate/decide';

import { say } from './dictionary.ts';
import { amount, instant, words } from './format.ts';

/** `within 4 hours`, or `in less than 4 hours`. */
export const limit = ({ strict, time }: { strict: boolean; time: Time }) =>
  strict ? say.due.strict(amount(time)) : say.due.within(amount(time));

/** `within 3 business days, from completed to decided (calendar IN-GCC)`. */
export function dueInWords(due: Due): string {
  const calendar = due.calendar === null ? '' : ` ${say.due.calendar(due.calendar)}`;
  const span = `${limit(due)}, ${say.due.span(words(due.from), words(due.to))}${calendar}`;
  return due.at === null ? span : `${span}: ${instant(due.at)}`;
}
