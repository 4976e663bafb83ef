// A sign that shows, and says, whether something held.

import { element } from '../dom.js';

const VERDICTS = { true: 'holds', false: 'does not hold', null: 'not read' };

/** The sign for `held`: true, false, or null for what was not read. */
export function mark(held) {
  const known = String(held ?? null);
  return element('span', { class: 'mark', 'data-held': known }, element('span', { class: 'heard' }, `${VERDICTS[known]}: `));
}
