// Who has the right to decide, and what each seat of a board is there to answer.

import type { Approve } from 'tollgate/decide';

import { say } from '../../words/dictionary.ts';
import { title } from '../../words/format.ts';
import type { Titles } from '../../words/titles.ts';

export function Approval({ approve, titles }: { approve: Approve; titles: Titles }) {
  if (approve.kind === 'automatically') return <p>{say.route.nobody}</p>;
  if (approve.kind === 'board') return <Board approve={approve} titles={titles} />;
  const [only, ...others] = approve.roles;
  if (only !== undefined && others.length === 0) return <p><strong>{titles.role(only)}</strong></p>;
  return (
    <>
      <p>{approve.count === approve.roles.length ? say.route.all : say.route.some(approve.count)}</p>
      <ul>{approve.roles.map((role) => <li key={role}>{titles.role(role)}</li>)}</ul>
    </>
  );
}

function Board({ approve, titles }: { approve: Approve & { kind: 'board' }; titles: Titles }) {
  const { board, seats, at_least: least, of, votes_between_meetings: between } = approve;
  const must = seats.some(({ mandatory }) => mandatory) ? `, ${say.route.mandatoryToo}` : '';
  return (
    <>
      <p>
        <strong>{titles.board(board)}</strong>: {say.route.seats(least, of)}{must}. {between && say.route.between}
      </p>
      <ul class="seats">
        {seats.map(({ id, held_by: holder, mandatory }) => (
          <li key={id}>
            <p>
              <strong>{title(id)}</strong>
              <span class="quiet">, {say.route.heldBy(titles.role(holder))}</span>
              {mandatory && <span class="tag">{say.route.mandatory}</span>}
            </p>
            <p>{titles.seat(board, id)}</p>
          </li>
        ))}
      </ul>
    </>
  );
}
