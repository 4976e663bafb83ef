// Small choices of the person, kept by name. They are needed before the first paint, so they wait for nothing.

import { tell } from '../state/notices.ts';
import { say } from '../words/dictionary.ts';

const PREFIX = 'tollgate.';

export function keptChoice(name: string): string | null {
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    // A browser that keeps nothing has kept nothing: what cannot be kept is said when a person chooses.
    return null;
  }
}

export function keepChoice(name: string, value: string): void {
  try {
    localStorage.setItem(PREFIX + name, value);
  } catch (error) {
    tell({ text: say.storage.choiceNotKept(error) });
  }
}
