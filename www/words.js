// Turns identifiers, amounts and instants of the engine into words.

/** `two_executives` as `two executives`. */
export const words = (name) => String(name).replaceAll('_', ' ');

/** `text` with a capital at its beginning. */
export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** `emergency` as `Emergency`. */
export const title = (name) => capital(words(name));

/** `1 rule`, `2 rules`. */
export const count = (number, noun) => `${number} ${noun}${number === 1 ? '' : 's'}`;

const UNITS = [['day', 86_400_000], ['hour', 3_600_000], ['minute', 60_000], ['second', 1000], ['millisecond', 1]];

/** Milliseconds in the largest unit that leaves nothing over: `4 hours`. */
function duration(ms) {
  const [unit, size] = UNITS.find(([, length]) => ms % length === 0) ?? UNITS.at(-1);
  return count(ms / size, unit);
}

/** `{ business_days: 3 }` as `3 business days`, `{ ms: 14400000 }` as `4 hours`. */
export function amount(time) {
  const [[unit, number]] = Object.entries(time);
  if (unit === 'ms') return duration(Number(number));
  if (unit === 'business_ms') return `${duration(Number(number))} of working time`;
  return count(number, words(unit).replace(/s$/, ''));
}

/** A due time: `within 3 business days, from completed to decided (calendar IN-GCC)`. */
export function limit({ strict, time, from, to, calendar }) {
  const by = `${strict ? 'in less than' : 'within'} ${amount(time)}`;
  const span = from && to ? `, from ${words(from)} to ${words(to)}` : '';
  return `${by}${span}${calendar ? ` (calendar ${calendar})` : ''}`;
}

const INSTANT = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });

/** `2026-02-03T05:30:00Z` as `3 Feb 2026, 05:30 UTC`. */
export const instant = (text) => `${INSTANT.format(new Date(text))} UTC`;
