// Numbers, lists, lengths of time and instants as people write them.

import type { Time } from 'tollgate/decide';

const LOCALE = 'en-GB';

const PLURALS = new Intl.PluralRules(LOCALE);
const LIST = new Intl.ListFormat(LOCALE, { type: 'conjunction' });
const NUMBER = new Intl.NumberFormat(LOCALE);
const PERCENT = new Intl.NumberFormat(LOCALE, { style: 'percent', maximumFractionDigits: 4 });
const INSTANT = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });

/** `two_executives` as `two executives`. */
export const words = (name: string) => name.replaceAll('_', ' ');

/** `text` with a capital at its beginning. */
export const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** `emergency` as `Emergency`, `gate:submit` as `Submit`. */
export const title = (name: string) => capital(words(name.replace(/^gate:/, '')));

/** `1 rule`, `2 rules`. */
export const count = (number: number, noun: string) =>
  `${NUMBER.format(number)} ${noun}${PLURALS.select(number) === 'one' ? '' : 's'}`;

/** `a, b and c`. */
export const listed = (items: readonly string[]) => LIST.format(items);

/** `10` per cent, as the engine's decimal text has it, as `10%`. */
export const percent = (share: string) => PERCENT.format(Number(share) / 100);

/** `2026-02-03T05:30:00Z` as `3 Feb 2026, 05:30 UTC`. */
export const instant = (text: string) => `${INSTANT.format(new Date(text))} UTC`;

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
  ['millisecond', 1],
] as const;

/** Milliseconds in the largest unit that leaves nothing over: `4 hours`. */
export function duration(ms: number): string {
  const [unit, size] = UNITS.find(([, length]) => ms % length === 0) ?? (['millisecond', 1] as const);
  return new Intl.NumberFormat(LOCALE, { style: 'unit', unit, unitDisplay: 'long' }).format(ms / size);
}

/** `{ business_days: 3 }` as `3 business days`, `{ ms: 14400000 }` as `4 hours`. */
export function amount(time: Time): string {
  if ('ms' in time) return duration(time.ms);
  if ('business_ms' in time) return `${duration(time.business_ms)} of working time`;
  return 'years' in time ? count(time.years, 'year') : count(time.business_days, 'business day');
}

