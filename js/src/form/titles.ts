// The policy's words for its names.

import { title, words } from './words.js';
import type { Explanation, Form, FormField, FormMember, Titled } from '../types.js';

/** Finds what people call the names of a policy. A name without a title is shown as words. */
export interface Titles {
  class(name: string): string;
  /** A board or a role. */
  approver(name: string): string;
  /** The question that a seat is there to answer. */
  seat(id: string): string | undefined;
  field(path: string): string | undefined;
}

/** Reads the titles out of a form. */
export function titlesOf(form: Form): Titles {
  const byName = (list: readonly Titled[]) => new Map(list.map((one) => [one.name, one.title]));
  const classes = byName(form.classes);
  const approvers = byName([...form.roles, ...form.boards]);
  const seats = byName(form.boards.flatMap((board) => board.seats));
  const fields = new Map(fieldsOf(form.members).map((field) => [field.path, field.title]));
  return {
    class: (name) => classes.get(name) ?? title(name),
    approver: (name) => approvers.get(name) ?? words(name),
    seat: (id) => seats.get(id),
    field: (path) => fields.get(path),
  };
}

/** The title of a rule. The form has none of routes, so it comes from what was seen of them. */
export function ruleTitle(explanation: Explanation | undefined, phase: string, id: string): string {
  const seen = explanation?.phases.find((one) => one.phase === phase)?.rules.find((rule) => rule.id === id);
  return seen?.title || title(id);
}

/** All questions of a form, in its order. */
export const fieldsOf = (members: readonly FormMember[]): FormField[] =>
  members.flatMap((member) => ('field' in member ? [member.field] : fieldsOf(member.group.members)));

/** The paths of all groups of a form. */
export const groupPathsOf = (members: readonly FormMember[]): string[] =>
  members.flatMap((member) => ('group' in member ? [member.group.path, ...groupPathsOf(member.group.members)] : []));
