// Shows what went wrong: a refused request, a policy with faults, an engine that cannot be used.

import { code, element, list, message as prose, section } from '../dom.js';
import { Refusal } from '../engine.js';

/** The elements of a failure. */
export function renderFault(error) {
  if (error instanceof Refusal) {
    return element(
      'div',
      { class: 'refused' },
      section('The engine refused this', list(error.errors, inputError)),
      section('The policy is broken', list(error.diagnostics, diagnostic)),
    );
  }
  return element('div', { class: 'broken' }, section('This did not work', element('p', {}, error.message)));
}

function inputError({ code: name, message, path, help }) {
  const where = path ? [code(path), ': '] : [];
  return [element('span', {}, where, prose(message), ' ', name ? code(name) : ''), help && element('p', { class: 'quiet' }, prose(help))];
}

function diagnostic({ code: name, severity, message, file, start, help = [] }) {
  const place = file && `${file}:${start?.line}:${start?.column}: `;
  return [element('span', {}, place, `${severity}: `, prose(message), ' ', code(name)), list(help, (advice) => prose(advice.message))];
}
