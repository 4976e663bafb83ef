// Several texts, persons or paths, one a row. None is an answer too, and not the same as no answer.

import type { Json } from '../../types.js';
import { element, setHidden } from '../dom.js';
import { SAYS } from '../words.js';
import { announce, textOf, type Control, type Naming } from './control.js';

/** Rows that are added and removed. Enter adds one; removing one moves on to its neighbour. */
export function listControl(of: 'text' | 'person' | 'path', { id, title }: Naming): Control {
  const rows = element('ul', { class: 'rows', 'aria-label': title });
  const add = element('button', { type: 'button', class: 'small-button', id: `${id}:add`, 'aria-label': `${SAYS.add}: ${title}` }, SAYS.add);
  const none = element('input', { type: 'checkbox', id: `${id}:none` });
  const noneChip = element('label', { class: 'chip none', part: 'option' }, none, SAYS.none);
  const root = element('div', { class: 'list' }, rows, element('div', { class: 'chips' }, add, noneChip));
  let strayed: Json | undefined;

  const inputs = () => [...rows.querySelectorAll('input')];
  const addRow = (text: string): HTMLInputElement => {
    const input = element('input', {
      ...{ type: 'text', part: 'input', autocomplete: 'off', class: of },
      ...(of === 'text' ? {} : { autocapitalize: 'none', spellcheck: 'false' }),
    });
    input.value = text;
    rows.append(element('li', {}, input, element('button', { type: 'button', class: 'remove' }, element('span', { 'aria-hidden': 'true' }, '×'))));
    number();
    return input;
  };
  /** Each row says which it is. */
  const number = () => {
    inputs().forEach((input, at) => {
      input.setAttribute('aria-label', `${title}, ${at + 1}`);
      input.nextElementSibling?.setAttribute('aria-label', `Remove ${at + 1}: ${title}`);
    });
    setHidden(rows, rows.childElementCount === 0);
    setHidden(noneChip, rows.childElementCount > 0);
  };
  number();

  add.addEventListener('click', () => addRow('').focus());
  rows.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.isComposing || !(event.target instanceof HTMLInputElement)) return;
    event.preventDefault();
    const empty = inputs().find(({ value }) => value === '');
    (empty ?? addRow('')).focus();
  });
  rows.addEventListener('click', ({ target }) => {
    const row = target instanceof Element && target.closest('.remove')?.closest('li');
    if (!row) return;
    const next = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    number();
    (next?.querySelector('input') ?? add).focus();
    announce(root);
  });
  root.addEventListener('input', () => {
    strayed = undefined;
    if (rows.childElementCount > 0) none.checked = false;
  });

  return {
    root,
    shape: 'group',
    patient: of === 'path',
    inputs: () => [...inputs(), add, none],
    entry: () => inputs()[0] ?? add,
    read() {
      if (strayed !== undefined) return strayed;
      // A row that nobody wrote in is no item.
      const items = inputs().map(({ value }) => value.trim()).filter(Boolean);
      return items.length > 0 || none.checked ? items : undefined;
    },
    write(answer) {
      rows.replaceChildren();
      const items: readonly Json[] = Array.isArray(answer) ? answer : [];
      for (const item of items) addRow(textOf(item));
      none.checked = Array.isArray(answer) && items.length === 0;
      strayed = answer === undefined || Array.isArray(answer) ? undefined : answer;
      number();
    },
  };
}
