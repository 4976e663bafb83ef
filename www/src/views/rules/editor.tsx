// One rule file to edit, and what the compiler says of it.

import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Diagnostic, RuleFile } from 'tollgate/decide';

import { offsetsOf } from '../../rules/offsets.ts';
import { compileAgain, compiling, editFile, files } from '../../state/edits.ts';
import { asked, chosenFile, leading } from '../../state/reading.ts';
import { say } from '../../words/dictionary.ts';
import { Prose } from '../prose.tsx';

/** Nobody reads more; mending the first of them mends many. */
const MOST_SHOWN = 50;

type Edit = NonNullable<Diagnostic['help'][number]['edit']>;

export function Editor({ file }: { file: RuleFile }) {
  const box = useRef<HTMLTextAreaElement>(null);
  // It opens where the reader was: at the rule that was looked at.
  useLayoutEffect(() => {
    const place = asked.peek() ?? leading.peek()?.rule.span;
    if (place?.file === file.name) select(box.current, file.name, { start: place.start, end: place.start });
    else box.current?.focus();
  }, []);
  const go = ({ file: name, span }: Diagnostic) => {
    chosenFile.value = name;
    // The text of another file is there once the choice was drawn.
    requestAnimationFrame(() => select(box.current, name, span));
  };
  return (
    <>
      <p class="quiet small" id="compiler-hint">{say.rules.compilerHint}</p>
      <div id="compiler" role="status"><Compiler go={go} /></div>
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

function Compiler({ go }: { go: (one: Diagnostic) => void }) {
  const state = compiling.value;
  switch (state.kind) {
    case 'shipped':
      return <p class="quiet">{say.rules.asShipped}</p>;
    case 'working':
      return <p class="quiet">{say.rules.working}</p>;
    case 'failed':
      return <p class="fault">{say.rules.failed(state.reason)} <button type="button" class="link" onClick={compileAgain}>{say.rules.retry}</button></p>;
    case 'broken':
      return <Findings title={say.rules.broken} all={state.diagnostics.filter(({ severity }) => severity === 'error')} go={go} />;
    case 'compiled':
      if (!state.diagnostics) return <p class="quiet">{say.rules.checking}</p>;
      if (state.diagnostics.length === 0) return <p class="quiet">{say.rules.checked}</p>;
      return <Findings title={say.rules.findings} all={state.diagnostics} go={go} />;
  }
}

function Findings({ title, all, go }: { title: (count: number) => string; all: readonly Diagnostic[]; go: (one: Diagnostic) => void }) {
  return (
    <>
      <p class="fault">{title(all.length)}</p>
      <ul class="diagnostics">{all.slice(0, MOST_SHOWN).map((one, place) => <li key={place}><Finding finding={one} go={() => go(one)} /></li>)}</ul>
      {all.length > MOST_SHOWN && <p class="quiet">{say.verdict.more(all.length - MOST_SHOWN)}</p>}
    </>
  );
}

function Finding({ finding: { code, severity, message, file, start, help }, go }: { finding: Diagnostic; go: () => void }) {
  return (
    <>
      <p>
        <button type="button" class="link" onClick={go}>{file}, {say.rules.at(start.line, start.column)}</button>{' '}
        {severity !== 'error' && `${severity}: `}<Prose text={message} /> <code class="quiet">{code}</code>
      </p>
      {help.map(({ message: advice, edit }) => (
        <p key={advice} class="quiet">
          <Prose text={advice} /> {edit && <button type="button" class="link" onClick={() => apply(edit)}>{say.rules.apply}</button>}
        </p>
      ))}
    </>
  );
}

/** Makes the edit that mends a fault. */
function apply({ file: name, span, replacement }: Edit): void {
  const text = files.value.find((file) => file.name === name)?.text;
  if (text === undefined) return;
  const at = offsetsOf(text);
  editFile(name, text.slice(0, at(span.start)) + replacement + text.slice(at(span.end)));
}

function select(box: HTMLTextAreaElement | null, name: string, span: { start: number; end: number }): void {
  const text = files.value.find((file) => file.name === name)?.text;
  if (!box || text === undefined) return;
  const at = offsetsOf(text);
  // Browsers bring the caret into sight when the focus comes, and not when it moves.
  box.blur();
  box.setSelectionRange(at(span.start), at(span.start));
  box.focus();
  box.setSelectionRange(at(span.start), at(span.end));
}
