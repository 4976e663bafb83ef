// Dark or light: what the system says, unless a person chose.

import { effect, signal } from '@preact/signals';

import { keepChoice, keptChoice } from '../store/choice.ts';
import { say } from '../words/dictionary.ts';
import { tell } from './notices.ts';

export const SCHEMES = ['system', 'light', 'dark'] as const;

export type Scheme = (typeof SCHEMES)[number];

const KEY = 'scheme';

export const scheme = signal<Scheme>(SCHEMES.find((name) => name === keptChoice(KEY)) ?? 'system');

effect(() => {
  document.documentElement.dataset.scheme = scheme.value;
});

export function choose(name: Scheme): void {
  scheme.value = name;
  try {
    keepChoice(KEY, name);
  } catch (error) {
    tell({ text: say.storage.choiceNotKept(error) });
  }
}
