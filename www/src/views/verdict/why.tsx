// The reasons in sentences, each with the way to the rule that it speaks of.

import type { Explanation } from 'tollgate/decide';

import { say } from '../../words/dictionary.ts';
import { PlaceLink, Section } from './parts.tsx';

export function Why({ explanation }: { explanation: Explanation }) {
  if (explanation.sentences.length === 0) return null;
  return (
    <Section title={say.why.title}>
      <ul class="reasons">
        {explanation.sentences.map((sentence, at) => {
          const place = explanation.places[at];
          return <li key={sentence}>{sentence} {place && <PlaceLink place={place} />}</li>;
        })}
      </ul>
    </Section>
  );
}
