// Where the trail is kept: in which database, and whether the browser may drop it.

import { useSignal } from '@preact/signals';

import { askToKeep, choose, type CopyStanding, look, name, persistence } from '../../state/trail.ts';
import { megabytes, words } from '../../words/trail.ts';

export function Storage() {
  const { storage: say } = words;
  const typed = useSignal(name.value);
  const kept = persistence.value;
  const isName = /^[\w.-]{1,64}$/.test(typed.value);
  return (
    <section class="pane storage" aria-labelledby="storage">
      <h2 id="storage">{say.title}</h2>
      {kept && (
        <p>
          <span class="mark" data-held={String(kept.isKept)} /> {kept.isKept ? say.kept : say.notKept}{' '}
          {!kept.isKept && <button type="button" class="link" onClick={() => void askToKeep()}>{say.ask}</button>}
        </p>
      )}
      {(look.value?.size ?? 0) > 0 && <Copy standing={look.value?.copy ?? null} />}
      {kept?.usedBytes != null && kept.ofBytes !== null && <p class="quiet small">{say.used(megabytes(kept.usedBytes), megabytes(kept.ofBytes))}</p>}
      <form
        class="row"
        onSubmit={(event) => {
          event.preventDefault();
          if (isName && typed.value !== name.value) void choose(typed.value);
        }}
      >
        <label class="field">
          <span>{say.name}</span>
          <input type="text" spellcheck={false} autocomplete="off" value={typed.value} aria-describedby="name-hint" aria-invalid={isName ? undefined : 'true'} onInput={(event) => (typed.value = event.currentTarget.value)} />
        </label>
        <button type="submit">{say.open}</button>
      </form>
      <p class="quiet small" id="name-hint">{isName ? say.nameHint : say.badName}</p>
    </section>
  );
}

/** Whether the trail is kept twice; and if not, why, and what to do. */
function Copy({ standing }: { standing: CopyStanding | null }) {
  const { copy: say } = words.storage;
  return (
    <p role="status">
      <span class="mark" data-held={String(standing?.kind === 'kept')} /> {standing === null ? say.none : standing.kind === 'refused' ? say.refused(standing.said) : say[standing.kind]}
    </p>
  );
}
