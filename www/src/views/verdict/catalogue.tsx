// How the catalogue of pre-approved changes looks at this one.

import type { CatalogueReason, CatalogueUse } from 'tollgate/decide';

import { say } from '../../words/dictionary.ts';
import { Section } from './parts.tsx';
import { titles } from './titles.ts';

export function Catalogue({ entry }: { entry: CatalogueUse }) {
  return (
    <Section title={say.why.catalogue}>
      <p>
        <code>{entry.entry}</code> {say.shell.policyVersion(entry.version)} {entry.covered ? say.why.covers : say.why.coversNot}
      </p>
      {entry.reasons.length > 0 && <ul>{entry.reasons.map((one, place) => <li key={place}><Reason reason={one} /></li>)}</ul>}
    </Section>
  );
}

function Reason({ reason }: { reason: CatalogueReason }) {
  const text = reason.kind === 'guard' ? say.why.guard(titles.value.rule('catalogue', reason.id)) : say.why.uncovered[reason.kind];
  return <>{text} {'code' in reason && reason.code && <code>{reason.code}</code>}</>;
}
