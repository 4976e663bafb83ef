// A length of time: a number and its unit, `24 hours`.

import type { FieldType } from '../../types.js';
import { element } from '../dom.js';
import { SAYS, UNITS } from '../words.js';
import { textOf, type Control, type Naming } from './control.js';

type DurationType = Extract<FieldType, { kind: 'duration' }>;

/** The unit that stands there at first. */
const USUAL = 'hour';

const WRITTEN = /^(\d+) (millisecond|second|minute|hour|day)s?$/;

export function durationControl(type: DurationType, { id, title, isRequired }: Naming): Control {
  const input = element('input', {
    ...{ id, part: 'input', type: 'text', inputmode: 'numeric', class: 'number', autocomplete: 'off' },
    'aria-required': isRequired && 'true',
  });
  const units = UNITS.filter(([, ms]) => ms <= type.max_ms);
  const options = units.map(([unit]) => element('option', { value: unit, selected: unit === USUAL }, `${unit}s`));
  const unit = element('select', { part: 'input', 'aria-label': `${title}: ${SAYS.unit}` }, options);
  return {
    root: element('div', { class: 'with-unit' }, input, unit),
    shape: 'input',
    patient: false,
    inputs: () => [input, unit],
    entry: () => input,
    read() {
      const text = input.value.trim();
      if (!/^\d+$/.test(text)) return text || undefined;
      return `${text} ${unit.value}${text === '1' ? '' : 's'}`;
    },
    write(answer) {
      const [, number, name] = WRITTEN.exec(textOf(answer)) ?? [];
      input.value = number ?? textOf(answer);
      if (name || answer === undefined) unit.value = name ?? USUAL;
    },
  };
}
