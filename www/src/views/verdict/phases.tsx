// Every rule that was looked at, with its conditions and what they read: for those who want to see it all.

import type { ClauseSeen, Explanation, RuleSeen } from 'tollgate/decide';

import { say } from '../../words/dictionary.ts';
import { title, words } from '../../words/format.ts';
import { Mark, PlaceLink, Unfolding } from './parts.tsx';

export function Phases({ explanation }: { explanation: Explanation }) {
  return (
    <Unfolding summary={say.why.all}>
      {() => explanation.phases.map(({ phase, rules }) => <Phase key={phase} phase={phase} rules={rules} />)}
    </Unfolding>
  );
}

function Phase({ phase, rules }: { phase: string; rules: readonly RuleSeen[] }) {
  const held = rules.filter((rule) => rule.held).length;
  return (
    <div class="phase">
      <Unfolding summary={<>{title(phase)} <span class="quiet">{say.why.held(held, rules.length)}</span></>}>
        {() => <ul class="tree">{rules.map((rule) => <li key={rule.id}><Rule rule={rule} /></li>)}</ul>}
      </Unfolding>
    </div>
  );
}

function Rule({ rule }: { rule: RuleSeen }) {
  const { id, title: text, held, gives, span, clauses } = rule;
  return (
    <>
      <p>
        <Mark held={held} />{text || words(id)} {gives && <span class="quiet">{say.why.gives(words(gives))}</span>} <PlaceLink place={span} />
      </p>
      <Clauses clauses={clauses} />
    </>
  );
}

function Clauses({ clauses }: { clauses: readonly ClauseSeen[] | undefined }) {
  if (!clauses?.length) return null;
  return <ul class="tree">{clauses.map((clause) => <li key={clause.span.start}><Clause clause={clause} /></li>)}</ul>;
}

function Clause({ clause: { text, held, values = {}, clauses } }: { clause: ClauseSeen }) {
  const read = Object.entries(values).map(([path, value]) => say.why.is(path, value));
  return (
    <>
      <Mark held={held} /><code>{text}</code> {read.length > 0 && <span class="quiet">{read.join(', ')}</span>}
      <Clauses clauses={clauses} />
    </>
  );
}
