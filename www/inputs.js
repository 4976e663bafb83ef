// Shows what is wrong with an input beside the input, with a way to the line.

import { code, element, message as prose } from './dom.js';

const INPUTS = ['request', 'facts', 'now'];
const at = (id) => document.getElementById(id);

/** Takes every fault away. */
export function clearFaults() {
  for (const id of INPUTS) {
    at(`${id}-fault`).replaceChildren();
    at(id).removeAttribute('aria-invalid');
  }
}

/** Says that `input` holds no JSON. */
export function showNotJson(input, error) {
  put(input.id, [element('p', {}, `Not JSON: ${error.message}`)]);
}

/** Shows the errors of a refused call, each beside the input it is about. `facts` is the text of the facts. */
export function showRefusal(errors, facts) {
  const placed = errors.map((error) => placeOf(error, Object.keys(JSON.parse(facts) ?? {})));
  for (const id of INPUTS) {
    const mine = placed.filter((error) => error.id === id);
    if (mine.length > 0) put(id, [element('ul', {}, mine.map((error) => element('li', {}, refusal(error))))]);
  }
}

function put(id, children) {
  at(id).setAttribute('aria-invalid', 'true');
  at(`${id}-fault`).replaceChildren(...children);
}

/** The input that an error is about, and the names that lead to the place in it. */
function placeOf(error, groups) {
  const names = (error.path ?? '').split(/[./]/).filter(Boolean);
  const [first] = names;
  if (first === 'now') return { ...error, id: 'now', names: [] };
  // A fault that the reader of JSON finds is counted in the whole call, which nobody wrote.
  const message = error.message.replace(/^at byte \d+(, `[^`]*`)?: /, '');
  if (first === 'request' || first === 'facts') return { ...error, message, id: first, names: names.slice(1) };
  const isFacts = groups.includes(first) || ['UNKNOWN_GROUP', 'INCOMPLETE_FACTS'].includes(error.code);
  return { ...error, message, id: isFacts ? 'facts' : 'request', names };
}

function refusal({ id, names, code: name, message, help }) {
  const found = findIn(at(id).value, names);
  const go = found && element('button', { type: 'button', class: 'link' }, `line ${found.line}`);
  go?.addEventListener('click', () => {
    at(id).focus();
    at(id).setSelectionRange(found.start, found.end);
  });
  return [element('p', {}, prose(message), ' ', code(name), go ? [' ', go] : ''), help && element('p', { class: 'help' }, prose(help))];
}

/** Where the last of `names` that the text holds stands, looked for one inside the other. */
function findIn(text, names) {
  let found;
  let from = 0;
  for (const name of names) {
    const key = JSON.stringify(name);
    const start = text.indexOf(key, from);
    if (start < 0) break;
    from = start + key.length;
    found = { start, end: from, line: text.slice(0, start).split('\n').length };
  }
  return found;
}
