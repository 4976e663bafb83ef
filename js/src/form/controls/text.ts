// Texts, persons and digests.

import type { FieldType, Json } from '../../types.js';
import { element, setText } from '../dom.js';
import { room } from '../words.js';
import { textOf, type Control, type Naming } from './control.js';

/** A text longer than this gets several lines. */
const ONE_LINE_CHARS = 200;
/** From this share of its room on, a line says how much is taken. */
const NEARLY_FULL = 0.8;

type TextType = Extract<FieldType, { kind: 'text' }>;

/** A text with its length. */
export function textControl(type: TextType, { id, isRequired }: Naming): Control {
  const isLong = type.max > ONE_LINE_CHARS;
  const attributes = { id, part: 'input', autocomplete: 'off', 'aria-required': isRequired && 'true' };
  const input = isLong ? element('textarea', { ...attributes, rows: 3 }) : element('input', { ...attributes, type: 'text' });
  const counter = element('span', { class: 'counter', 'aria-hidden': 'true' });
  return {
    root: element('div', { class: 'text' }, input, counter),
    shape: 'input',
    patient: type.min > 1,
    inputs: () => [input],
    entry: () => input,
    // A blank line is an answer that nobody gave.
    read: () => (input.value === '' ? undefined : input.value),
    write: (answer) => void (input.value = textOf(answer)),
    refresh() {
      // The engine counts characters, not UTF-16 units.
      const used = input.value === '' ? 0 : [...input.value].length;
      const isShown = used > 0 && (isLong || used >= type.max * NEARLY_FULL);
      setText(counter, isShown ? room(used, type.max) : '');
      counter.classList.toggle('over', used > type.max);
    },
  };
}

/** The id of a person, or a digest: a word that is copied rather than written. */
export function wordControl(kind: 'person' | 'digest', { id, isRequired }: Naming): Control {
  const input = element('input', {
    ...{ id, part: 'input', type: 'text', class: kind, autocomplete: 'off', autocapitalize: 'none', spellcheck: 'false' },
    'aria-required': isRequired && 'true',
  });
  return {
    root: input,
    shape: 'input',
    patient: kind === 'digest',
    inputs: () => [input],
    entry: () => input,
    read: (): Json | undefined => input.value.trim() || undefined,
    write: (answer) => void (input.value = textOf(answer)),
  };
}
