// Going on with a log whose browser was lost.

import { useSignal } from '@preact/signals';

import { busy, recover } from '../../state/trail.ts';
import { areWords } from '../../state/recovery.ts';
import { words } from '../../words/trail.ts';
import { Field } from './field.tsx';

export function Recover() {
  const { recover: say, begin, keys } = words;
  const [person, typed, fault] = [useSignal(''), useSignal(''), useSignal('')];
  const go = async () => {
    fault.value = person.value.trim() === '' ? begin.needed : areWords(typed.value) ? '' : keys.notWords;
    if (fault.value) return;
    try {
      await recover({ person: person.value.trim(), words: typed.value });
    } catch (error) {
      fault.value = say.failed(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <section class="pane" aria-labelledby="recover">
      <h2 id="recover">{say.title}</h2>
      <p class="quiet">{say.intro}</p>
      <form
        class="fields"
        onSubmit={(event) => {
          event.preventDefault();
          void go();
        }}
      >
        <Field id="recover-person" label={begin.person} hint={begin.personHint} value={person} />
        <Field id="recover-words" label={keys.words} value={typed} lines={3} />
        <button type="submit" class="main" disabled={busy.value !== null}>{say.go}</button>
        <p class="fault" role="alert">{fault.value}</p>
      </form>
    </section>
  );
}
