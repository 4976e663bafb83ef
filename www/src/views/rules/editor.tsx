// One rule file to edit, and what the compiler says of it.

import { useRef } from 'preact/hooks';
import type { Diagnostic, RuleFile } from 'tollgate/decide';

import { offsetsOf } from '../../rules/offsets.ts';
import { compiling, editFile, files } from '../../state/edits.ts';
import { chosenFile } from '../../state/reading.ts';
import { say } from '../../words/dictionary.ts';
import { Prose } from '../prose.tsx';

export function Editor({ file }: { file: RuleFile }) {
  const box = useRef<HTMLTextAreaElement>(null);
  const go = ({ file: name, span }: Diagnostic) => {
    chosenFile.value = name;
    // The text of another file is there once the choice was drawn.
    requestAnimationFrame(() => select(box.current, name, span));
  };
  return (
    <>
      <p class="quiet small" id="compiler-hint">{say.rules.compilerHint}</p>
      <div id="compiler" role="status"><Compiler file={file} go={go} /></div>
      <textarea
        id="editor"
        ref={box}
        class="text"
        aria-label={say.rules.editor(file.name)}
        aria-describedby="compiler-hint compiler"
        spellcheck={false}
        autocomplete="off"
        autocapitalize="off"
        value={file.text}
        onInput={(event) => editFile(file.name, event.currentTarget.value)}
      />
    </>
  );
}

function Compiler({ file, go }: { file: RuleFile; go: (one: Diagnostic) => void }) {
  const state = compiling.value;
  if (state.kind === 'working') return <p class="quiet">{say.rules.working}</p>;
  if (state.kind === 'idle') return <p class="quiet">{say.rules.compiled}</p>;
  if (state.kind === 'failed') {
    return (
      <p class="fault">
        {say.rules.failed(state.reason)} <button type="button" class="link" onClick={() => editFile(file.name, file.text)}>{say.rules.retry}</button>
      </p>
    );
  }
  const errors = state.diagnostics.filter(({ severity }) => severity === 'error');
  return (
    <>
      <p class="fault">{say.rules.broken(errors.length)}</p>
      <ul class="diagnostics">{errors.map((one, place) => <li key={place}><Finding finding={one} go={() => go(one)} /></li>)}</ul>
    </>
  );
}

function Finding({ finding: { code, message, file, start, help }, go }: { finding: Diagnostic; go: () => void }) {
  return (
    <>
      <p>
        <button type="button" class="link" onClick={go}>{file}, {say.rules.at(start.line, start.column)}</button>{' '}
        <Prose text={message} /> <code class="quiet">{code}</code>
      </p>
      {help.map((advice) => <p key={advice.message} class="quiet"><Prose text={advice.message} /></p>)}
    </>
  );
}

function select(box: HTMLTextAreaElement | null, name: string, span: { start: number; end: number }): void {
  const text = files.value.find((file) => file.name === name)?.text;
  if (!box || text === undefined) return;
  const at = offsetsOf(text);
  box.focus();
  box.setSelectionRange(at(span.start), Math.max(at(span.end), at(span.start) + 1));
}
