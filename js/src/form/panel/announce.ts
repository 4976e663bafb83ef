// Says the verdict to those who hear the form, without talking over their typing.

import { element, setText } from '../dom.js';

/** Long enough for the next keystroke, short enough to belong to the last one. */
const CALM_MS = 900;

/** A line that is heard when it has stayed the same for a moment. */
export interface Announcer {
  readonly root: HTMLElement;
  say(text: string): void;
}

export function announcer(): Announcer {
  const root = element('p', { class: 'heard', role: 'status', 'aria-live': 'polite' });
  let timer: ReturnType<typeof setTimeout> | undefined;
  let next = '';
  return {
    root,
    say(text) {
      if (text === next) return;
      // What stands there when the form opens is read on arrival: it is no news.
      const isFirst = next === '';
      next = text;
      clearTimeout(timer);
      if (isFirst) return;
      timer = setTimeout(() => setText(root, text), CALM_MS);
    },
  };
}
