// Makes elements. Text is only ever text: nothing here reads markup.

const isPresent = (child) => child !== undefined && child !== null && child !== false && child !== '';

/** An element with attributes (those that are undefined left out) and children (strings become text). */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children.flat(Infinity).filter(isPresent));
  return made;
}

/** A list of `items`, each made by `make`; undefined if there are none. */
export function list(items, make, attributes = {}) {
  if (!items?.length) return undefined;
  return element('ul', attributes, items.map((item) => element('li', {}, make(item))));
}

/** A titled section; undefined if all of `children` are. */
export function section(title, ...children) {
  const present = children.flat(Infinity).filter(isPresent);
  if (present.length === 0) return undefined;
  return element('section', {}, element('h3', {}, title), present);
}

/** Pairs of a term and what it is, leaving out those that are undefined. */
export function facts(pairs) {
  const rows = pairs.filter(([, value]) => isPresent(value));
  return element('dl', {}, rows.map(([term, value]) => [element('dt', {}, term), element('dd', {}, value)]).flat());
}

/** A word in its own typeface: a code, an identifier. */
export const code = (text) => element('code', {}, text);

/** A message of the engine, what it has in backticks in a typeface of its own. */
export const message = (text) => text.split(/`([^`]*)`/).map((part, place) => (place % 2 === 1 ? code(part) : part));
