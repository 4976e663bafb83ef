// Turns identifiers and amounts of the engine into words.

/** `two_executives` as `two executives`. */
export const words = (name) => String(name).replaceAll('_', ' ');

/** `text` with a capital at its beginning. */
export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** `emergency` as `Emergency`. */
export const title = (name) => capital(words(name));

/** `{ business_days: 3 }` as `3 business days`. */
export function amount(time) {
  return Object.entries(time ?? {})
    .map(([unit, number]) => `${number} ${number === 1 ? words(unit).replace(/s$/, '') : words(unit)}`)
    .join(' ');
}

/** A due time: `within 3 business days of completed, until decided (calendar IN-GCC)`. */
export function limit({ strict, time, from, to, calendar }) {
  return [
    strict ? 'in less than' : 'within',
    amount(time),
    from && `of ${words(from)},`,
    to && `until ${words(to)}`,
    calendar && `(calendar ${calendar})`,
  ].filter(Boolean).join(' ');
}

/** `1 rule`, `2 rules`. */
export const count = (number, noun) => `${number} ${noun}${number === 1 ? '' : 's'}`;
