// Any of several values. None of them is an answer too, and not the same as no answer.

import type { Json, Titled } from '../../types.js';
import { element } from '../dom.js';
import { SAYS } from '../words.js';
import type { Control, Naming } from './control.js';

/** A check box for each value, and one that says that there is none. */
export function setControl(values: readonly Titled[], { id }: Naming): Control {
  const boxes = values.map((_, at) => element('input', { type: 'checkbox', id: `${id}:${at}` }));
  const none = element('input', { type: 'checkbox', id: `${id}:none` });
  const chip = (input: HTMLInputElement, title: string, kind = '') =>
    element('label', { class: `chip${kind}`, part: 'option' }, input, title);
  const root = element(
    'div',
    { class: 'chips' },
    values.map(({ title }, at) => chip(boxes[at] as HTMLInputElement, title)),
    chip(none, SAYS.noneOfThese, ' none'),
  );
  // Values that the type does not have are kept, so that the engine can say so, and so is the order that was set.
  let strays: readonly Json[] = [];
  let written: readonly Json[] = [];
  let strayed: Json | undefined;
  // Of a value and `none of these` the one that was chosen last holds.
  root.addEventListener('input', ({ target }) => {
    strayed = undefined;
    if (target === none && none.checked) {
      strays = [];
      for (const box of boxes) box.checked = false;
    } else if (target !== none) none.checked = false;
  });
  return {
    root,
    shape: 'group',
    patient: false,
    inputs: () => [...boxes, none],
    entry: () => boxes.find(({ checked }) => checked) ?? boxes[0] ?? none,
    read() {
      if (strayed !== undefined) return strayed;
      const chosen = values.filter((_, at) => boxes[at]?.checked).map(({ name }) => name);
      if (chosen.length + strays.length === 0 && !none.checked) return undefined;
      const place = (value: Json) => (written.includes(value) ? written.indexOf(value) : written.length);
      return [...chosen, ...strays].sort((one, other) => place(one) - place(other));
    },
    write(answer) {
      const chosen: readonly Json[] = Array.isArray(answer) ? answer : [];
      values.forEach(({ name }, at) => ((boxes[at] as HTMLInputElement).checked = chosen.includes(name)));
      strays = chosen.filter((one) => !values.some(({ name }) => name === one));
      written = chosen;
      strayed = answer === undefined || Array.isArray(answer) ? undefined : answer;
      none.checked = Array.isArray(answer) && answer.length === 0;
    },
  };
}
