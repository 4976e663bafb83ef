// The policy's words for its names: what the form and an explanation call things.

import type { Explanation, Form, FormMember, Titled } from 'tollgate/decide';

import { title, words } from './format.ts';

/** Looks titles up; a name without one is shown as words. */
export interface Titles {
  readonly class: (name: string) => string;
  readonly board: (name: string) => string;
  /** A role or a board. */
  readonly approver: (name: string) => string;
  readonly seat: (board: string, id: string) => string;
  readonly role: (name: string) => string;
  readonly field: (path: string) => string | undefined;
  readonly rule: (phase: string, id: string) => string;
}

export function titlesOf(form: Form, explanation: Explanation | undefined): Titles {
  const fields = fieldsOf(form);
  const named = (list: readonly Titled[], name: string) => list.find((one) => one.name === name)?.title;
  const seatOf = (board: string, id: string) => named(form.boards.find(({ name }) => name === board)?.seats ?? [], id);
  const ruleOf = (phase: string, id: string) =>
    explanation?.phases.find((one) => one.phase === phase)?.rules.find((rule) => rule.id === id)?.title;
  return {
    class: (name) => named(form.classes, name) ?? title(name),
    board: (name) => named(form.boards, name) ?? title(name),
    approver: (name) => named(form.boards, name) ?? named(form.roles, name) ?? words(name),
    seat: (board, id) => seatOf(board, id) ?? title(id),
    role: (name) => named(form.roles, name) ?? words(name),
    field: (path) => fields.get(path),
    rule: (phase, id) => ruleOf(phase, id) || title(id),
  };
}

const known = new WeakMap<Form, ReadonlyMap<string, string>>();

/** The questions by their paths; a form is walked once. */
function fieldsOf(form: Form): ReadonlyMap<string, string> {
  let fields = known.get(form);
  if (!fields) known.set(form, (fields = new Map(titlesIn(form.members))));
  return fields;
}

function titlesIn(members: readonly FormMember[]): [string, string][] {
  return members.flatMap((member) =>
    'field' in member
      ? [[member.field.path, member.field.title]]
      : [[member.group.path, member.group.title], ...titlesIn(member.group.members)],
  );
}
