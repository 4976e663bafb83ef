// Whole numbers, decimals and percentages.

import type { FieldType, Json } from '../../types.js';
import { element } from '../dom.js';
import { SAYS } from '../words.js';
import { textOf, type Control, type Naming } from './control.js';

type NumberType = Extract<FieldType, { kind: 'int' | 'decimal' | 'percent' }>;

const NUMBER = /^[+-]?\d+(?:\.\d+)?$/;

/** A number as it is typed: the browser's own number input throws away what it cannot read, and scrolls. */
export function numberControl(type: NumberType, { id, isRequired }: Naming): Control {
  const input = element('input', {
    ...{ id, part: 'input', type: 'text', class: 'number', autocomplete: 'off' },
    ...{ inputmode: type.kind === 'int' ? 'numeric' : 'decimal', 'aria-required': isRequired && 'true' },
  });
  const unit = type.kind === 'percent' && element('span', { class: 'unit', 'aria-hidden': 'true' }, '%');
  return {
    root: element('div', { class: 'with-unit' }, input, unit),
    shape: 'input',
    patient: false,
    inputs: () => [input],
    entry: () => input,
    read: () => read(input.value),
    write: (answer) => void (input.value = textOf(answer)),
    fault: () => (isNumber(input.value) && typeof read(input.value) === 'string' ? SAYS.tooManyDigits : undefined),
  };
}

const isNumber = (text: string): boolean => NUMBER.test(text.trim());

/** The number, or the text itself where it is none or one that JSON would change. */
function read(typed: string): Json | undefined {
  const text = typed.trim();
  if (text === '') return undefined;
  const number = Number(text);
  // Adding nothing makes a negative zero the zero that it is in JSON.
  return isNumber(text) && canonical(text) === canonical(plain(number)) ? number + 0 : text;
}

/** The digits that count: `+007.50` as `7.5`. */
function canonical(text: string): string {
  const [, sign = '', whole = '', fraction = ''] = /^([+-]?)0*(\d*)(?:\.(\d*?)0*)?$/.exec(text) ?? [];
  const digits = `${whole || '0'}${fraction && `.${fraction}`}`;
  return sign === '-' && digits !== '0' ? `-${digits}` : digits;
}

/** A number without an exponent, which no bound of a policy needs. */
const plain = (number: number): string => {
  const text = String(number);
  return text.includes('e-') ? number.toFixed(20) : text;
};
