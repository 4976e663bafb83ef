// Every sentence that the form itself says, and how names, amounts and instants are written.

import type { Due, FieldType, Time } from '../types.js';

/** What the form says. Questions, titles and reasons are the policy's and the engine's own words. */
export const SAYS = {
  allRequired: 'Every question needs an answer unless it is marked optional.',
  optional: 'optional',
  leftEmpty: 'left empty',
  later: 'may be filled in after submission',
  choose: 'Choose…',
  nothing: '—',
  clear: 'Clear',
  yes: 'Yes',
  no: 'No',
  none: 'None',
  noneOfThese: 'None of these',
  add: 'Add',
  start: 'Start',
  end: 'End',
  offset: 'offset from UTC',
  unit: 'unit',
  missing: 'This needs an answer.',
  halfDate: 'Give the date and the time.',
  halfPeriod: 'Give both the start and the end.',
  tooManyDigits: 'This has more digits than a number can carry exactly.',
  submit: 'Submit change request',
  noPolicy: 'There is no policy yet that this request could be judged by.',
  verdict: 'Verdict',
  outOfScope: 'Out of scope',
  possible: 'Still possible',
  soFar: 'As answered so far',
  settled: 'Settled',
  faulty: 'Not decided',
  risk: 'Risk',
  classes: 'Class',
  ruledOut: 'ruled out',
  next: 'Next:',
  decidesMost: 'this answer decides most',
  ready: 'Complete. It can be submitted.',
  details: 'Details',
  approval: 'Who decides',
  seats: 'Seats',
  seatsPossible: 'Seats that may be asked',
  mandatory: 'mandatory',
  nobody: 'Nobody: it is approved as it is',
  due: 'By when',
  why: 'Why',
  differ: 'What would have to differ',
  not: 'not: ',
  failed: 'The engine could not judge this. Your answers are kept.',
} as const;

/** `two_executives` as `two executives`. */
export const words = (name: string): string => name.replaceAll('_', ' ');

/** `text` with a capital at its beginning. */
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** `emergency` as `Emergency`. */
export const title = (name: string): string => capital(words(name));

const NUMBER = new Intl.NumberFormat('en');

/** `1 answer`, `2 answers`. */
export const count = (number: number, noun: string): string => `${NUMBER.format(number)} ${noun}${number === 1 ? '' : 's'}`;

const EITHER = new Intl.ListFormat('en', { type: 'disjunction' });

/** `Standard, Normal, or Emergency`. */
export const either = (names: readonly string[]): string => EITHER.format(names);

/** The units of a duration, as requests write them, largest first. */
export const UNITS: readonly (readonly [unit: string, ms: number])[] = [
  ['day', 86_400_000], ['hour', 3_600_000], ['minute', 60_000], ['second', 1000], ['millisecond', 1],
];

/** The largest unit that leaves nothing over. */
const unitOf = (ms: number): readonly [string, number] =>
  UNITS.find(([, length]) => ms % length === 0) ?? ['millisecond', 1];

/** Milliseconds in words: `4 hours`. */
export function duration(ms: number): string {
  const [unit, length] = unitOf(ms);
  return count(ms / length, unit);
}

/** `{ business_days: 3 }` as `3 business days`. */
function amount(time: Time): string {
  if ('ms' in time) return duration(time.ms);
  if ('business_ms' in time) return `${duration(time.business_ms)} of working time`;
  return 'years' in time ? count(time.years, 'year') : count(time.business_days, 'business day');
}

const INSTANT = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });

/** A due time: `within 3 business days, from completed to decided (calendar IN-GCC)`. */
export function limit({ strict, time, from, to, calendar, at }: Due): string {
  const by = `${strict ? 'in less than' : 'within'} ${amount(time)}, from ${words(from)} to ${words(to)}`;
  const until = at ? `: ${INSTANT.format(new Date(at))} UTC` : '';
  return `${by}${calendar ? ` (calendar ${calendar})` : ''}${until}`;
}

/** Bounds from here on are those of the language, not the policy's: nobody needs to be told. */
const NO_BOUND = { int: Number.MAX_SAFE_INTEGER, decimal: 1e12, duration: 100 * 365 * 86_400_000 };

/** What an answer has to look like, where that is not plain from the control. */
export function hint(type: FieldType): string | undefined {
  switch (type.kind) {
    case 'int':
      return type.max < NO_BOUND.int ? `${NUMBER.format(type.min)} to ${NUMBER.format(type.max)}` : undefined;
    case 'decimal':
      return Number(type.max) < NO_BOUND.decimal ? `${type.min} to ${type.max}` : undefined;
    case 'percent':
      return `${type.min} to ${type.max} %`;
    case 'duration':
      return type.max_ms < NO_BOUND.duration ? `${duration(type.min_ms)} to ${duration(type.max_ms)}` : undefined;
    case 'digest':
      return 'sha256: and 64 hexadecimal digits in lower case';
    case 'text':
      return type.min > 1 ? `${NUMBER.format(type.min)} to ${NUMBER.format(type.max)} characters` : undefined;
    default:
      return undefined;
  }
}

/** How much of a text's room is taken: `12 of 4,000 characters`. */
export const room = (used: number, most: number): string => `${NUMBER.format(used)} of ${NUMBER.format(most)} characters`;

/** A fault as it reads beside its field: the engine's own words, which start with the path for programs. */
export function fault(message: string, path: string | undefined): string {
  if (path === undefined || !message.startsWith(path)) return capital(message);
  const rest = message.slice(path.length);
  // The path may go on, as in `planned.start must be ..`: then it is needed to tell which of the two.
  return capital(/^[:\s]/.test(rest) ? rest.replace(/^:?\s+/, '') : message);
}
