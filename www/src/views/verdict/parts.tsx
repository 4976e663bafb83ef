// Small pieces that every section of a verdict is made of.

import type { ComponentChildren } from 'preact';
import { useSignal } from '@preact/signals';
import type { Place } from 'tollgate/decide';

import { showPlace } from '../../state/reading.ts';
import { say } from '../../words/dictionary.ts';

export function Section({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section>
      <h3>{title}</h3>
      {children}
    </section>
  );
}

/** Pairs of a term and what it is, without those that are nothing. */
export function Pairs({ rows }: { rows: readonly (readonly [string, ComponentChildren])[] }) {
  const known = rows.filter(([, value]) => value !== null && value !== undefined && value !== false && value !== '');
  if (known.length === 0) return null;
  return <dl class="pairs">{known.map(([term, value]) => [<dt key={term}>{term}</dt>, <dd key={`${term} is`}>{value}</dd>])}</dl>;
}

/** The way to a place in the rules. */
export function PlaceLink({ place }: { place: Place }) {
  const name = `${place.file}:${place.line}`;
  return (
    <button type="button" class="place" aria-label={say.why.show(name)} onClick={() => showPlace(place)}>
      {name}
    </button>
  );
}

/** A sign that shows, and says, whether something held: true, false, or null for what was not read. */
export function Mark({ held }: { held: boolean | null }) {
  const known = String(held);
  return <span class="mark" data-held={known}><span class="heard">{say.why.marks[known]}: </span></span>;
}

/** Details that are made only while they are open: hundreds of clauses would make every key slow. */
export function Unfolding({ summary, children, open = false }: { summary: ComponentChildren; children: () => ComponentChildren; open?: boolean }) {
  const isOpen = useSignal(open);
  return (
    <details open={isOpen.value} onToggle={(event) => (isOpen.value = event.currentTarget.open)}>
      <summary>{summary}</summary>
      {isOpen.value && children()}
    </details>
  );
}
