// An unfinished request: what it can still become, and what to answer next.

import type { Partial } from 'tollgate/decide';

import { explanation } from '../../state/request.ts';
import { say } from '../../words/dictionary.ts';
import { title } from '../../words/format.ts';
import { focusField } from '../request/element.ts';
import { NearestMisses } from './nearest.tsx';
import { Pairs, Section } from './parts.tsx';
import { titles } from './titles.ts';
import { Why } from './why.tsx';

export function Open({ partial }: { partial: Partial }) {
  return (
    <>
      <Next partial={partial} />
      <Possible partial={partial} />
      {explanation.value && <Why explanation={explanation.value} />}
      {explanation.value && <NearestMisses explanation={explanation.value} />}
      <Missing paths={partial.missing} />
    </>
  );
}

/** The question that decides most, as the way to it. */
function Next({ partial: { next, questions } }: { partial: Partial }) {
  const question = questions.find(({ path }) => path === next);
  if (!question) return null;
  return (
    <button type="button" class="next" onClick={() => focusField(question.path)}>
      <span class="quiet">{say.verdict.next}</span>
      <strong>{question.title}</strong>
      <span class="quiet">{say.verdict.nextHint(question.outcomes_left)}</span>
    </button>
  );
}

function Possible({ partial }: { partial: Partial }) {
  const { classes, risks, approvers, seats } = partial;
  const kinds = say.verdict.possibleKinds;
  const { approver, class: classTitle } = titles.value;
  return (
    <Section title={say.verdict.possible}>
      <Pairs
        rows={[
          [kinds.classes, <Chips key="classes" names={classes} title={classTitle} />],
          [kinds.risks, <Chips key="risks" names={risks} title={title} />],
          [kinds.approvers, approvers.length > 0 && <Chips key="approvers" names={approvers} title={approver} />],
          [kinds.seats, seats.length > 0 && <Chips key="seats" names={seats} title={title} />],
        ]}
      />
    </Section>
  );
}

function Chips({ names, title: name }: { names: readonly string[]; title: (name: string) => string }) {
  return <ul class="chips">{names.map((one) => <li key={one}>{name(one)}</li>)}</ul>;
}

function Missing({ paths }: { paths: readonly string[] }) {
  if (paths.length === 0) return null;
  return (
    <Section title={say.verdict.missing}>
      <ul class="links">
        {paths.map((path) => (
          <li key={path}><button type="button" class="link" onClick={() => focusField(path)}>{titles.value.field(path) ?? path}</button></li>
        ))}
      </ul>
    </Section>
  );
}
