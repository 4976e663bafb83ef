// Which rule file is shown, and which place in it.

import { batch, computed, effect, signal } from '@preact/signals';
import type { Place } from 'tollgate/decide';

import { decidingRules, marksOf, nearestMiss } from '../rules/marks.ts';
import { files } from './edits.ts';
import { explanation } from './request.ts';

/** A place that a person asked for. A new object goes there again. */
export const asked = signal<Place | null>(null);
/** The file that a person chose; none as long as the text follows the decision. */
export const chosenFile = signal<string | null>(null);
export const isEditing = signal(false);

export const marks = computed(() => (explanation.value ? marksOf(explanation.value) : []));
export const deciding = computed(() => (explanation.value ? decidingRules(explanation.value) : []));
export const nearest = computed(() => (explanation.value ? nearestMiss(explanation.value) : undefined));

/** The rule that says most about a change: what gives its class, else what came before that. */
export const leading = computed(() => {
  const rules = deciding.value;
  return rules.find(({ phase }) => phase === 'class') ?? rules.at(-1);
});

export const shownFile = computed(() => {
  // Before anything is settled: where the evaluation begins.
  const name = chosenFile.value ?? leading.value?.rule.span.file ?? explanation.value?.phases[0]?.rules[0]?.span.file;
  return files.value.find((file) => file.name === name) ?? files.value[0];
});

export function showPlace(place: Place): void {
  batch(() => {
    isEditing.value = false;
    chosenFile.value = place.file;
    asked.value = { ...place };
  });
}

/** Shows the text where the decision was made, and lets it follow the decision again. */
export function followDecision(): void {
  batch(() => {
    chosenFile.value = null;
    asked.value = null;
  });
}

// Another rule decides: that is what a reader wants to see, unless the rules are being written.
const leadingName = computed(() => `${leading.value?.phase} ${leading.value?.rule.id}`);
effect(() => {
  if (leadingName.value && !isEditing.peek()) followDecision();
});
