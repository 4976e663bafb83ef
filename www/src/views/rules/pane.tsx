// The rule files beside the form: read with the deciding rule marked, or edited.

import { backToShipped, files, isEdited, texts, warmUp } from '../../state/edits.ts';
import { chosenFile, isEditing, shownFile } from '../../state/reading.ts';
import { say } from '../../words/dictionary.ts';
import { Editor } from './editor.tsx';
import { Legend } from './legend.tsx';
import { Text } from './text.tsx';

export function RulesPane() {
  const file = shownFile.value;
  if (!file) return null;
  return (
    <section class="pane rules" aria-labelledby="rules">
      <div class="tools">
        <h2 id="rules">{say.rules.title}</h2>
        <label>
          <span class="heard">{say.rules.file}</span>
          <select id="file" value={file.name} onChange={(event) => (chosenFile.value = event.currentTarget.value)}>
            {files.value.map(({ name }) => (
              <option key={name} value={name}>{texts.value.has(name) ? `${name} (${say.rules.changed})` : name}</option>
            ))}
          </select>
        </label>
        <button type="button" id="edit" aria-pressed={isEditing.value} onClick={toggle}>{say.rules.edit}</button>
        {isEdited.value && <button type="button" id="shipped" onClick={putAway}>{say.rules.shipped}</button>}
      </div>
      {isEditing.value ? <Editor file={file} /> : <><Legend /><Text file={file} /></>}
    </section>
  );
}

/** The button goes with the edits; the focus stays beside it. */
function putAway() {
  backToShipped();
  document.getElementById('edit')?.focus();
}

function toggle() {
  const file = shownFile.value;
  isEditing.value = !isEditing.value;
  // What is edited stays in sight, whatever the edited rules decide.
  if (isEditing.value && file) chosenFile.value = file.name;
  if (isEditing.value) warmUp();
}
