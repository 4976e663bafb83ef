// What is wrong with the answers or the facts, each with the way to it. The form shows the same beside its fields.

import type { Refusal } from 'tollgate/decide';

import { say } from '../../words/dictionary.ts';
import { Prose } from '../prose.tsx';
import { focusField } from '../request/element.ts';
import { Section } from './parts.tsx';
import { titles } from './titles.ts';

export function Refused({ errors }: { errors: readonly Refusal[] }) {
  return (
    <Section title={say.verdict.inputFaults}>
      <ul class="faults">{errors.map((error, place) => <li key={place}><Fault error={error} /></li>)}</ul>
    </Section>
  );
}

function Fault({ error: { code, message, path, help } }: { error: Refusal }) {
  const question = path === undefined ? undefined : titles.value.field(path);
  return (
    <>
      <p>
        {path !== undefined && question !== undefined && (
          <button type="button" class="link" onClick={() => focusField(path)}>{question}</button>
        )}
        {path !== undefined && question === undefined && <code>{path}</code>} <Prose text={message} /> <code class="quiet">{code}</code>
      </p>
      {help && <p class="quiet"><Prose text={help} /></p>}
    </>
  );
}
