// What is wrong with a roster under a policy: each finding with its place, and the rules that need it.

import type { RosterFinding } from '../../state/trail.ts';
import { Prose } from '../prose.tsx';

export function RosterFindings({ all }: { all: readonly RosterFinding[] }) {
  return (
    <ul class="plain findings">
      {all.map(({ code, path, message }) => (
        <li key={`${code} ${path}`}><strong>{path}</strong>: <Prose text={message} /> <code class="quiet">{code}</code></li>
      ))}
    </ul>
  );
}
