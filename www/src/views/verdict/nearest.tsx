// For each other class, what would have to differ; the first is the nearest miss.

import type { Explanation, Nearest } from 'tollgate/decide';

import { say } from '../../words/dictionary.ts';
import { PlaceLink, Section } from './parts.tsx';
import { titles } from './titles.ts';

export function NearestMisses({ explanation }: { explanation: Explanation }) {
  if (explanation.nearest.length === 0) return null;
  return (
    <Section title={say.why.nearest}>
      {explanation.nearest.map((one, place) => <Miss key={one.class} miss={one} isFirst={place === 0} explanation={explanation} />)}
    </Section>
  );
}

function Miss({ miss, isFirst, explanation }: { miss: Nearest; isFirst: boolean; explanation: Explanation }) {
  const rule = explanation.phases.find(({ phase }) => phase === 'class')?.rules.find(({ id }) => id === miss.rule);
  return (
    <div class="miss">
      <p>
        {say.why.for} <strong>{titles.value.class(miss.class)}</strong>
        {isFirst && <span class="tag near">{say.why.nearestOf}</span>}
        {miss.title && <span class="quiet"> {miss.title}</span>} {rule && <PlaceLink place={rule.span} />}
      </p>
      {miss.blocked_by.length === 0 ? <p>{miss.sentence}</p> : (
        <ul>{miss.blocked_by.map((block) => <li key={`${block.text} ${block.span.start}`}><Block block={block} /></li>)}</ul>
      )}
    </div>
  );
}

/** A condition as it is written, with the question whose answer it reads. */
function Block({ block }: { block: Nearest['blocked_by'][number] }) {
  const { kind, text, needs, span } = block;
  const question = kind === 'clause' ? titles.value.field(/[a-z][\w.]*/.exec(text)?.[0] ?? '') : undefined;
  return (
    <>
      {!needs && `${say.why.not} `}
      {kind === 'clause' ? <code>{text}</code> : text}
      {question && <span class="quiet"> ({question})</span>} <PlaceLink place={span} />
    </>
  );
}
