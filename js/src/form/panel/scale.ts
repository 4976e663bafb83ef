// Shows what is still possible among all there is: the classes, the risks.

import { element, setAttribute, setText } from '../dom.js';
import { SAYS } from '../words.js';

/** A row of names of which some are still possible. */
export interface Scale {
  readonly root: HTMLElement;
  update(possible: readonly string[]): void;
}

/** Makes a scale of all `names`, in their order. `kind` names it for styles and readers. */
export function scale(kind: 'class' | 'risk', label: string, names: readonly string[], titleOf: (name: string) => string): Scale {
  const ruledOut = names.map(() => element('span', { class: 'heard' }));
  const items = names.map((name, at) =>
    element('li', { 'data-name': name, ...(kind === 'risk' ? { 'data-level': levelOf(at, names.length) } : {}) }, titleOf(name), ruledOut[at]),
  );
  return {
    root: element('ul', { class: `scale ${kind}`, part: `scale ${kind}`, 'aria-label': label }, items),
    update(possible) {
      items.forEach((item, at) => {
        const name = names[at] as string;
        const state = !possible.includes(name) ? 'out' : possible.length === 1 ? 'settled' : 'possible';
        setAttribute(item, 'data-state', state);
        setText(ruledOut[at] as HTMLElement, state === 'out' ? `, ${SAYS.ruledOut}` : '');
      });
    },
  };
}

/** The colour of a risk goes by its place among the others, so that policies may name theirs as they like. */
export function levelOf(at: number, of: number): number {
  return of <= 1 ? 0 : Math.round((at * 3) / (of - 1));
}
