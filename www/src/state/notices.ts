// What befell the page and stops nobody: storage that fails, an answer about a file. Shown until it is put away.

import { signal } from '@preact/signals';

export interface Notice {
  readonly text: string;
  /** A way to do something about it. */
  readonly action?: { readonly label: string; readonly act: () => void };
}

export const notices = signal<readonly Notice[]>([]);

/** Shows a notice, unless the same words stand there already. */
export function tell(notice: Notice): void {
  const others = notices.value.filter(({ text }) => text !== notice.text);
  notices.value = [...others, notice];
}

export function putAway(notice: Notice): void {
  notices.value = notices.value.filter((one) => one !== notice);
}
