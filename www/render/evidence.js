// Shows each gate of the change's life, and what it still lacks.

import { code, element, list } from '../dom.js';
import { count, title } from '../words.js';
import { mark } from './mark.js';

/** The elements of the gates; the first closed one, which is the next to pass, is open to read. */
export function evidence(gates, titles) {
  if (gates.length === 0) return undefined;
  const next = gates.find(({ allows }) => !allows);
  return element('ul', { class: 'gates' }, gates.map((gate) => element('li', {}, gateLine(gate, gate === next, titles))));
}

function gateLine({ gate, allows, failures }, isNext, titles) {
  if (allows) return element('p', {}, mark(true), `${title(gate)}: nothing missing`);
  return element(
    'details',
    { open: isNext ? '' : undefined },
    element('summary', {}, mark(false), `${title(gate)}: ${count(failures.length, 'demand')} not met`),
    list(failures, (failure) => demand(gate, failure, titles)),
  );
}

function demand(gate, { id, code: name, missing, placeholders }, titles) {
  return [
    element('p', {}, titles.rule(`gate:${gate}`, id), ' ', code(name)),
    paths('Missing:', missing, titles),
    paths('Only a placeholder:', placeholders, titles),
  ];
}

function paths(label, all, titles) {
  if (all.length === 0) return undefined;
  const one = (path) => [titles.field(path) ? `${titles.field(path)} ` : '', code(path)];
  return element('div', { class: 'quiet' }, element('p', {}, label), list(all, one));
}
