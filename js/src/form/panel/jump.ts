// Lines that lead to a question.

import { element, setHidden, setText } from '../dom.js';
import type { FieldView } from '../fields/field.js';
import { capital, count } from '../words.js';

/** Moves the focus to a question. */
export type Jump = (path: string) => void;

/** A button that leads to the question at `path`. */
export function jumpButton(text: string, path: string, jump: Jump): HTMLButtonElement {
  const button = element('button', { type: 'button', class: 'link', 'data-path': path }, text);
  button.addEventListener('click', () => jump(path));
  return button;
}

/** The questions of one kind, counted, to be opened. */
export interface JumpList {
  readonly root: HTMLElement;
  update(paths: ReadonlySet<string>): void;
}

/** Makes a line for each question once, and shows those that it is told. */
export function jumpList(kind: string, fields: readonly FieldView[], jump: Jump, say: readonly [noun: string, more: string]): JumpList {
  const lines = fields.map(({ path, field }) => ({ path, line: element('li', { hidden: true }, jumpButton(field.title, path, jump)) }));
  const summary = element('summary');
  const root = element('details', { class: `jumps ${kind}`, part: kind, hidden: true }, summary, element('ul', { class: 'plain' }, lines.map(({ line }) => line)));
  return {
    root,
    update(paths) {
      setHidden(root, paths.size === 0);
      setText(summary, capital(`${count(paths.size, say[0])} ${say[1]}`));
      for (const { path, line } of lines) setHidden(line, !paths.has(path));
    },
  };
}
