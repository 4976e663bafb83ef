// Shows who has the right to decide, and what each seat of a board is there to answer.

import { element, list } from '../dom.js';
import { title } from '../words.js';

/** The elements of an approval. */
export function approval(approve, titles) {
  if (approve.kind === 'automatically') return element('p', {}, 'Nobody: the change is approved as it is.');
  if (approve.kind === 'roles') return roles(approve, titles);
  return board(approve, titles);
}

function roles({ count: needed, roles: names }, titles) {
  if (names.length === 1) return element('p', {}, element('strong', {}, titles.role(names[0])));
  const say = needed === names.length ? 'Each of these:' : `At least ${needed} of these:`;
  return [element('p', {}, say), list(names, titles.role)];
}

function board({ board: name, seats, at_least: least, of, votes_between_meetings: between }, titles) {
  const mandatory = seats.filter((seat) => seat.mandatory).length;
  const must = mandatory > 0 ? ', the mandatory ones among them' : '';
  const meets = between ? ' It may vote between meetings.' : '';
  return [
    element('p', {}, element('strong', {}, titles.board(name)), `: at least ${least} of ${of} seats${must}.${meets}`),
    list(seats, (seat) => seatLine(seat, titles.seat(name, seat.id), titles), { class: 'seats' }),
  ];
}

function seatLine({ id, held_by: holder, mandatory }, question, titles) {
  return [
    element(
      'p',
      {},
      element('strong', {}, title(id)),
      element('span', { class: 'quiet' }, `, held by ${titles.role(holder)}`),
      mandatory && element('span', { class: 'tag' }, 'mandatory'),
    ),
    element('p', {}, question),
  ];
}
