// Whose keys count, and which of them are in this browser.

import { useSignal } from '@preact/signals';

import { areWords } from '../../state/recovery.ts';
import { busy, enrol, type OwnKey } from '../../state/trail.ts';
import { listed } from '../../words/format.ts';
import { words } from '../../words/trail.ts';
import { Field } from './field.tsx';

export function KeysPane({ keys }: { keys: readonly OwnKey[] }) {
  return (
    <section class="pane keys" aria-labelledby="keys">
      <h2 id="keys">{words.keys.title}</h2>
      <ul class="plain keys">{keys.map((key) => <li key={key.id} data-ended={key.until === undefined ? undefined : ''}><KeyLine held={key} /></li>)}</ul>
      <details>
        <summary>{words.keys.enrol}</summary>
        <Enrol />
      </details>
    </section>
  );
}

function KeyLine({ held: { id, roles, person, machine, until, isHere } }: { held: OwnKey }) {
  const { keys: say } = words;
  return (
    <>
      <strong>{person ?? machine ?? ''}</strong> {listed(roles.map((role) => say.roles[role] ?? role))}
      {isHere && <> <span class="tag">{say.here}</span></>}
      {until !== undefined && <span class="quiet"> {say.ended(until)}</span>}
      <code class="quiet">{id}</code>
    </>
  );
}

function Enrol() {
  const { keys: say, begin } = words;
  const [person, typed, fault] = [useSignal(''), useSignal(''), useSignal('')];
  const isAuthor = useSignal(false);
  const go = async () => {
    fault.value = person.value.trim() === '' ? begin.needed : areWords(typed.value) ? '' : say.notWords;
    if (fault.value) return;
    try {
      await enrol({ person: person.value.trim(), words: typed.value, isAuthor: isAuthor.value });
      [person.value, typed.value, isAuthor.value] = ['', '', false];
    } catch (error) {
      fault.value = say.failed(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <form
      class="fields"
      onSubmit={(event) => {
        event.preventDefault();
        void go();
      }}
    >
      <p class="quiet">{say.enrolIntro}</p>
      <Field id="enrol-person" label={say.person} value={person} />
      <label class="choice"><input type="checkbox" checked={isAuthor.value} onChange={(event) => (isAuthor.value = event.currentTarget.checked)} /> {say.author}</label>
      <Field id="enrol-words" label={say.words} value={typed} lines={3} />
      <button type="submit" disabled={busy.value !== null}>{say.go}</button>
      <p class="fault" role="alert">{fault.value}</p>
    </form>
  );
}
