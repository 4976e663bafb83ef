// The reasons in sentences, each with the way to the rule that it speaks of.

import type { Explanation, Place } from 'tollgate/decide';

import { say } from '../../words/dictionary.ts';
import { PlaceLink, Section } from './parts.tsx';

export function Why({ explanation }: { explanation: Explanation }) {
  if (explanation.sentences.length === 0) return null;
  return (
    <Section title={say.why.title}>
      <ul class="reasons">
        {explanation.sentences.map((sentence) => {
          const place = placeOf(sentence, explanation);
          return <li key={sentence}>{sentence} {place && <PlaceLink place={place} />}</li>;
        })}
      </ul>
    </Section>
  );
}

/** The first rule that held and whose title the sentence has: sentences carry no places of their own. */
function placeOf(sentence: string, { phases }: Explanation): Place | undefined {
  const held = phases.flatMap(({ rules }) => rules.filter((rule) => rule.held === true && rule.title !== ''));
  return held.find(({ title }) => sentence.includes(title))?.span;
}
