// Which screen is shown, as the address says.

import { computed, signal } from '@preact/signals';

/** The screens in the order of a change's life. */
export const SCREENS = ['request', 'approvals', 'changes', 'monitor', 'policy', 'trail', 'reports'] as const;

export type Screen = (typeof SCREENS)[number];

const hash = signal(location.hash);
addEventListener('hashchange', () => {
  hash.value = location.hash;
});

/** The screen of the address; one that it does not know is the first. */
export const screen = computed<Screen>(() => SCREENS.find((name) => hash.value === addressOf(name)) ?? SCREENS[0]);

export const addressOf = (name: Screen) => `#/${name}`;
