// Where the log stands, in one line each: its name and policy, who may write here, and what is in this browser alone.

import { look, takeOver } from '../../state/trail.ts';
import { instant } from '../../words/format.ts';
import { ago, words } from '../../words/trail.ts';
import { Prose } from '../prose.tsx';

const DAY_MS = 86_400_000;

export function Facts() {
  const found = look.value;
  if (!found) return null;
  const { facts } = words;
  const policy = found.standing.kind === 'writing' ? found.standing.policy : undefined;
  return (
    <dl class="facts-line">
      <div><dt>{facts.log}</dt><dd>{found.origin}</dd></div>
      <div><dt>{facts.entries}</dt><dd>{found.size}</dd></div>
      {policy !== undefined && <div><dt>{facts.policy}</dt><dd>{policy ? `${policy.id} ${policy.version}` : facts.noPolicy}</dd></div>}
      {found.person && <div><dt>{facts.you}</dt><dd>{found.person}</dd></div>}
      <div><dt>{facts.exported}</dt><dd>{found.exported ? facts.at(found.exported.size, instant(found.exported.at)) : facts.never}</dd></div>
    </dl>
  );
}

export function StandingNote() {
  const standing = look.value?.standing;
  const { standing: say } = words;
  switch (standing?.kind) {
    case 'elsewhere':
      return <p class="note" role="status">{say.elsewhere} <button type="button" class="link" onClick={() => void takeOver()}>{say.takeOver}</button></p>;
    case 'keyless':
      return <p class="note" role="status">{look.value?.restored && `${say.restored(look.value.restored.size, instant(look.value.restored.at))} `}{say.keyless}</p>;
    case 'broken':
      return (
        <div class="pane alarm" role="alert">
          <h2>{say.broken}</h2>
          <p><Prose text={standing.fault.message} /></p>
          <p class="quiet">{say.brokenHelp}</p>
        </div>
      );
    default:
      return null;
  }
}

/** What would be lost with this browser; loud once it is older than a day. */
export function Unexported() {
  const found = look.value;
  if (!found) return null;
  const { unexported } = words;
  const since = found.unexportedSince;
  if (since === null) return <p class="quiet small">{unexported.none}</p>;
  const isLoud = Date.now() - Date.parse(since) > DAY_MS;
  const text = unexported.some(found.size - (found.exported?.size ?? 0), ago(since));
  return isLoud ? <p class="alarm line" role="alert"><strong>{text}</strong> {unexported.loud}</p> : <p class="quiet small">{text}</p>;
}
