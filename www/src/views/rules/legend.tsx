// What the marks mean, and the way to each of them.

import type { Place } from 'tollgate/decide';

import { asked, deciding, marks, nearest, showPlace } from '../../state/reading.ts';
import { say } from '../../words/dictionary.ts';
import { titles } from '../verdict/titles.ts';

export function Legend() {
  const near = nearest.value;
  const blocks = marks.value.filter(({ kind }) => kind === 'blocks');
  if (deciding.value.length === 0 && !near) return <p class="legend quiet">{say.rules.noMarks}</p>;
  return (
    <dl class="legend">
      {deciding.value.length > 0 && (
        <div data-mark="decides">
          <dt>{say.rules.legend.decides}</dt>
          <dd>{deciding.value.map(({ phase, rule }) => <Jump key={phase} text={phase} place={rule.span} />)}</dd>
        </div>
      )}
      {near && (
        <div data-mark="nearest">
          <dt>{say.rules.legend.nearest}</dt>
          <dd><Jump text={titles.value.class(near.miss.class)} place={near.place} /></dd>
        </div>
      )}
      {blocks.length > 0 && (
        <div data-mark="blocks">
          <dt>{say.rules.legend.blocks}</dt>
          <dd>{blocks.map(({ place }) => <Jump key={place.start} text={`${place.file}:${place.line}`} place={place} />)}</dd>
        </div>
      )}
    </dl>
  );
}

function Jump({ text, place }: { text: string; place: Place }) {
  const isHere = asked.value?.file === place.file && asked.value.start === place.start;
  return <button type="button" class="jump" aria-pressed={isHere} onClick={() => showPlace(place)}>{text}</button>;
}
