// Which screen is shown, and what of it, as the address says.

import { computed, signal } from '@preact/signals';

/** The screens in the order of a change's life. */
export const SCREENS = ['request', 'approvals', 'changes', 'monitor', 'policy', 'trail', 'reports'] as const;

export type Screen = (typeof SCREENS)[number];

/** The screens that are there. */
export const BUILT = ['request', 'trail'] as const satisfies readonly Screen[];

export type Built = (typeof BUILT)[number];

const hash = signal(location.hash);
addEventListener('hashchange', () => {
  hash.value = location.hash;
});

const steps = computed(() => hash.value.split('/').slice(1));

/** The screen of the address; one that it does not know is the first. */
export const screen = computed<Screen>(() => SCREENS.find((name) => steps.value[0] === name) ?? SCREENS[0]);

/** What of the screen the address names, such as an entry; empty for all of it. */
export const item = computed(() => steps.value[1] ?? '');

export const addressOf = (name: Screen, of?: number) => (of === undefined ? `#/${name}` : `#/${name}/${of}`);

/** Goes to a screen as a link to it does. */
export const goTo = (name: Screen) => void (location.hash = addressOf(name));
