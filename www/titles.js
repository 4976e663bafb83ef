// The policy's words for its names: what the form and an explanation call things.

import { title, words } from './words.js';

/** Looks titles up in the form and in the phases of one explanation; a name without one is shown as words. */
export function titlesOf(form, phases) {
  const fields = new Map(fieldTitles(form.members));
  const rules = new Map(phases.flatMap(({ phase, rules: seen }) => seen.map((rule) => [`${phase}/${rule.id}`, rule.title])));
  const named = (list, name) => list.find((one) => one.name === name)?.title;
  return {
    class: (name) => named(form.classes, name) ?? title(name),
    board: (name) => named(form.boards, name) ?? title(name),
    approver: (name) => named([...form.boards, ...form.roles], name) ?? words(name),
    seat: (board, id) => named(form.boards.find(({ name }) => name === board)?.seats ?? [], id) ?? title(id),
    role: (name) => named(form.roles, name) ?? words(name),
    field: (path) => fields.get(path),
    rule: (phase, id) => rules.get(`${phase}/${id}`) || title(id),
  };
}

function fieldTitles(members) {
  return members.flatMap(({ field, group }) =>
    field ? [[field.path, field.title]] : [[group.path, group.title], ...fieldTitles(group.members)],
  );
}
