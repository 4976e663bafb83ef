// A list in a form: a row for each, with columns of texts, and the ways to add and remove one.

import { useRef } from 'preact/hooks';

import type { Row } from '../../state/roster.ts';
import { words } from '../../words/governing.ts';

const { roster: say } = words;

export interface Column {
  readonly name: string;
  readonly label: string;
  /** What may be chosen; typed where it is left out. */
  readonly among?: readonly { readonly name: string; readonly title: string }[];
}

interface Listed {
  readonly id: string;
  readonly title: string;
  /** What one of them is called. */
  readonly what: string;
  readonly add: string;
  readonly hint?: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  readonly change: (rows: readonly Row[]) => void;
}

export function RowsField({ id, title, what, add, hint, columns, rows, change }: Listed) {
  const box = useRef<HTMLFieldSetElement>(null);
  /** The focus stays in the list: in the new row, or where the removed one was. */
  const after = (next: readonly Row[], find: (box: HTMLFieldSetElement) => HTMLElement | null | undefined) => {
    change(next);
    setTimeout(() => box.current && find(box.current)?.focus());
  };
  const grown = () => after([...rows, Object.fromEntries(columns.map(({ name }) => [name, '']))], (list) => list.querySelector<HTMLElement>('.line:last-of-type :is(input, select)'));
  const shrunk = (gone: number) => after(rows.filter((_, at) => at !== gone), (list) => list.querySelectorAll<HTMLElement>('.line')[Math.max(0, gone - 1)]?.querySelector<HTMLElement>('input, select') ?? list.querySelector<HTMLElement>('.add'));
  const set = (at: number, name: string, text: string) => change(rows.map((row, other) => (other === at ? { ...row, [name]: text } : row)));
  return (
    <fieldset class="rows" ref={box} aria-describedby={hint && `${id}-hint`}>
      <legend>{title}</legend>
      {hint && <p class="quiet small" id={`${id}-hint`}>{hint}</p>}
      {rows.map((row, at) => (
        <div class="line" key={at} role="group" aria-label={say.label(what, at + 1)}>
          {columns.map((column) => <Cell key={column.name} id={`${id}-${at}-${column.name}`} column={column} text={row[column.name] ?? ''} set={(text) => set(at, column.name, text)} />)}
          <button type="button" aria-label={say.remove(what, at + 1)} onClick={() => shrunk(at)}>×</button>
        </div>
      ))}
      <button type="button" class="add" onClick={grown}>{add}</button>
    </fieldset>
  );
}

function Cell({ id, column: { label, among }, text, set }: { id: string; column: Column; text: string; set: (text: string) => void }) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {among === undefined ? (
        <input type="text" id={id} spellcheck={false} autocomplete="off" autocapitalize="off" value={text} onInput={(event) => set(event.currentTarget.value)} />
      ) : (
        <Choice id={id} among={among} text={text} set={set} />
      )}
    </div>
  );
}

export function Choice({ id, among, text, set }: { id: string; among: NonNullable<Column['among']>; text: string; set: (text: string) => void }) {
  // What the policy does not know stays there to be seen, and to be mended.
  const all = among.some(({ name }) => name === text) ? among : [...among, { name: text, title: text }];
  return (
    <select id={id} value={text} onChange={(event) => set(event.currentTarget.value)}>
      {all.map(({ name, title }) => <option key={name} value={name}>{title}</option>)}
    </select>
  );
}
