// Shows who decides: certain once the request is complete, before that whoever may have to.

import type { Approve, Partial } from '../../types.js';
import { element, type Child } from '../dom.js';
import type { Titles } from '../titles.js';
import { either, SAYS, title } from '../words.js';

/** Who decides on a complete request. */
export function approval(approve: Approve, titles: Titles): Child {
  if (approve.kind === 'automatically') return element('p', {}, SAYS.nobody);
  if (approve.kind === 'roles') {
    const { count, roles } = approve;
    if (roles.length === 1) return element('p', {}, strong(titles.approver(roles[0] as string)));
    const say = count === roles.length ? 'All of these:' : `At least ${count} of these:`;
    return [element('p', {}, say), element('ul', {}, roles.map((role) => element('li', {}, titles.approver(role))))];
  }
  const { board, seats, at_least: least, of } = approve;
  return [
    element('p', {}, strong(titles.approver(board)), `: at least ${least} of ${of} seats`),
    element('ul', { class: 'seats' }, seats.map(({ id, mandatory }) => seatLine(id, titles, mandatory))),
  ];
}

/** Who may have to decide on an incomplete one. */
export function possibleApproval({ approvers, seats }: Partial, titles: Titles): Child {
  if (approvers.length === 0) return null;
  const names = approvers.map(titles.approver);
  return [
    element('p', {}, approvers.length === 1 ? strong(names[0] as string) : either(names)),
    seats.length > 0 && [
      element('p', { class: 'quiet' }, SAYS.seatsPossible),
      element('ul', { class: 'tags' }, seats.map((seat) => element('li', { title: titles.seat(seat) }, title(seat)))),
    ],
  ];
}

function seatLine(id: string, titles: Titles, mandatory: boolean): Child {
  return element(
    'li',
    {},
    element('span', {}, strong(title(id)), mandatory && element('span', { class: 'tag' }, SAYS.mandatory)),
    element('span', { class: 'quiet' }, titles.seat(id)),
  );
}

const strong = (text: string) => element('strong', {}, text);
