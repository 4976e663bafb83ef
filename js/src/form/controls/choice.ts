// One of several values: yes or no, and enumerations.

import type { Json, Titled } from '../../types.js';
import { element, setHidden } from '../dom.js';
import { SAYS } from '../words.js';
import { announce, textOf, type Control, type Naming } from './control.js';

/** Up to this many values are all in sight. */
const MOST_RADIOS = 4;

/** Radio buttons for few values, a list to choose from for many. In the order given: an ordered type lists low first. */
export const choiceControl = (values: readonly Titled[], naming: Naming): Control =>
  values.length <= MOST_RADIOS
    ? radios(values.map(({ name, title }) => ({ answer: name, title })), naming)
    : select(values, naming);

/** Yes or no. */
export const yesnoControl = (naming: Naming): Control =>
  radios([{ answer: true, title: SAYS.yes }, { answer: false, title: SAYS.no }], naming);

interface Option {
  readonly answer: Json;
  readonly title: string;
}

function radios(options: readonly Option[], { id, title }: Naming): Control {
  const inputs = options.map((_, at) => element('input', { type: 'radio', name: id, id: `${id}:${at}`, value: at }));
  const chips = options.map((option, at) => element('label', { class: 'chip', part: 'option' }, inputs[at], option.title));
  // A radio button cannot be taken back, and a question must be able to go unanswered again.
  const clear = element('button', { type: 'button', class: 'quiet-button', 'aria-label': `${SAYS.clear}: ${title}`, hidden: true }, SAYS.clear);
  const root = element('div', { class: 'chips' }, chips, clear);
  const chosen = () => inputs.findIndex((input) => input.checked);
  // An answer that is none of the options is kept, so that the engine can say so.
  let stray: Json | undefined;
  const refresh = () => {
    if (chosen() >= 0) stray = undefined;
    setHidden(clear, chosen() < 0 && stray === undefined);
  };
  const write = (answer: Json | undefined) => {
    const at = options.findIndex((option) => option.answer === answer);
    inputs.forEach((input, position) => (input.checked = position === at));
    stray = at < 0 ? answer : undefined;
    refresh();
  };
  clear.addEventListener('click', () => {
    write(undefined);
    inputs[0]?.focus();
    announce(root);
  });
  return {
    root,
    shape: 'group',
    patient: false,
    inputs: () => inputs,
    entry: () => inputs[Math.max(0, chosen())] as HTMLElement,
    read: () => options[chosen()]?.answer ?? stray,
    write,
    refresh,
  };
}

function select(values: readonly Titled[], { id, isRequired }: Naming): Control {
  const options = values.map(({ name, title }) => element('option', { value: name }, title));
  const none = element('option', { value: '' }, isRequired ? SAYS.choose : SAYS.nothing);
  const input = element('select', { id, part: 'input', 'aria-required': isRequired && 'true' }, none, options);
  let stray: Json | undefined;
  return {
    root: input,
    shape: 'input',
    patient: false,
    inputs: () => [input],
    entry: () => input,
    read: () => input.value || stray,
    write(answer) {
      const isKnown = values.some(({ name }) => name === answer);
      input.value = isKnown ? textOf(answer) : '';
      stray = isKnown ? undefined : answer;
    },
    refresh: () => void (stray = input.value ? undefined : stray),
  };
}
