// An instant: a date, a time, and the offset from UTC that they are meant in.

import type { Json } from '../../types.js';
import { element } from '../dom.js';
import { SAYS } from '../words.js';
import { textOf, type Control, type Naming } from './control.js';

/** Offsets that some place on earth keeps, in minutes. */
const OFFSETS_MIN: readonly number[] = [
  ...Array.from({ length: 27 }, (_, at) => (at - 12) * 60),
  ...[-570, -210, -150, 210, 270, 330, 345, 390, 525, 570, 630, 765],
].sort((a, b) => a - b);

/** RFC 3339: date and time, seconds and their fraction if need be, and the offset. */
const WRITTEN = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d)(:\d\d(?:\.\d{1,3})?)?([Zz]|[+-]\d\d:\d\d)$/;

export function instantControl(naming: Naming): Control {
  const { id, title, isRequired } = naming;
  const input = element('input', { id, part: 'input', type: 'datetime-local', 'aria-required': isRequired && 'true' });
  const offset = element('select', { part: 'input', class: 'offset', 'aria-label': `${title}: ${SAYS.offset}` });
  for (const minutes of OFFSETS_MIN) offset.append(offsetOption(offsetText(minutes)));

  // Until somebody chooses another offset it is the one that this computer keeps on that day.
  let isChosen = false;
  const follow = () => {
    if (isChosen) return;
    const at = input.value ? new Date(input.value) : new Date();
    // A year that is half typed has no offset, and one long ago had none in whole minutes.
    const minutes = -at.getTimezoneOffset();
    if (Number.isInteger(minutes)) choose(offsetText(minutes));
  };
  const choose = (text: string) => {
    if (![...offset.options].some(({ value }) => value === text)) offset.append(offsetOption(text));
    offset.value = text;
  };
  offset.addEventListener('input', () => (isChosen = true));
  follow();

  // What was set from outside is given back to the letter as long as nobody edits it: `Z` stays `Z`.
  let written: { text: Json; input: string; offset: string } | undefined;
  const isUntouched = () => written?.input === input.value && written.offset === offset.value;
  return {
    root: element('div', { class: 'instant' }, input, offset),
    shape: 'input',
    patient: true,
    inputs: () => [input, offset],
    entry: () => input,
    read() {
      if (written && isUntouched()) return written.text;
      if (input.value === '') return undefined;
      const seconds = /T\d\d:\d\d$/.test(input.value) ? ':00' : '';
      return `${input.value}${seconds}${offset.value}`;
    },
    write(answer) {
      const [, date, time, seconds = '', zone] = WRITTEN.exec(textOf(answer)) ?? [];
      input.value = date ? `${date}T${time}${seconds === ':00' ? '' : seconds}` : '';
      isChosen = zone !== undefined;
      if (zone) choose(zone.toUpperCase() === 'Z' ? '+00:00' : zone);
      else follow();
      written = answer === undefined || answer === null ? undefined : { text: answer, input: input.value, offset: offset.value };
    },
    fault: () => (input.validity.badInput ? SAYS.halfDate : undefined),
    refresh: follow,
  };
}

const offsetOption = (text: string): HTMLOptionElement => element('option', { value: text }, `UTC${text}`);

/** `330` as `+05:30`. */
function offsetText(minutes: number): string {
  const size = Math.abs(minutes);
  const two = (number: number) => String(number).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}
