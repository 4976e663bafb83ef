// Each gate of the change's life, and what it still lacks.

import type { Gate } from 'tollgate/decide';

import { say } from '../../words/dictionary.ts';
import { title } from '../../words/format.ts';
import type { Titles } from '../../words/titles.ts';
import { Mark, Unfolding } from './parts.tsx';

/** The first closed gate, which is the next to pass, is open to read. */
export function Gates({ gates, titles }: { gates: readonly Gate[]; titles: Titles }) {
  const next = gates.find(({ allows }) => !allows);
  return <ul class="gates">{gates.map((gate) => <li key={gate.gate}><GateLine gate={gate} isNext={gate === next} titles={titles} /></li>)}</ul>;
}

function GateLine({ gate: { gate, allows, failures }, isNext, titles }: { gate: Gate; isNext: boolean; titles: Titles }) {
  if (allows) return <p><Mark held={true} />{say.gates.nothing(title(gate))}</p>;
  return (
    <Unfolding open={isNext} summary={<><Mark held={false} />{say.gates.unmet(title(gate), failures.length)}</>}>
      {() => (
        <ul>
          {failures.map(({ id, code, missing, placeholders }) => (
            <li key={id}>
              <p>{titles.rule(`gate:${gate}`, id)} <code>{code}</code></p>
              <Paths label={say.gates.missing} paths={missing} titles={titles} />
              <Paths label={say.gates.placeholders} paths={placeholders} titles={titles} />
            </li>
          ))}
        </ul>
      )}
    </Unfolding>
  );
}

function Paths({ label, paths, titles }: { label: string; paths: readonly string[]; titles: Titles }) {
  if (paths.length === 0) return null;
  return (
    <div class="quiet small">
      <p>{label}</p>
      <ul>{paths.map((path) => <li key={path}>{titles.field(path)} <code>{path}</code></li>)}</ul>
    </div>
  );
}
