// The entries, the newest first: when, what, who.

import { useSignal } from '@preact/signals';

import { addressOf } from '../../state/route.ts';
import { chosen, type Line, lines } from '../../state/trail.ts';
import { capital, instant, listed, words as asWords } from '../../words/format.ts';
import { actorName, words } from '../../words/trail.ts';

const A_PAGE = 50;

/** `assessment.opened` as `assessment opened`. */
const happened = (type: string) => asWords(type.replaceAll('.', ' '));

/** What an entry says, in words. */
export function what({ events, command, codes }: Line): string {
  if (codes.length > 0) return words.list.refused(listed(codes));
  const all = events.map(happened);
  if (all.length > 0) return capital(listed(all));
  return command ? capital(asWords(command)) : '';
}

export function Entries() {
  const { list } = words;
  const sought = useSignal('');
  const shown = useSignal(A_PAGE);
  const all = lines.value;
  const wanted = sought.value.trim().toLowerCase();
  const fitting = wanted === '' ? all : all.filter((line) => textOf(line).includes(wanted));
  const newest = fitting.slice(-shown.value).reverse();
  return (
    <section class="pane entries" aria-labelledby="entries">
      <div class="tools">
        <h2 id="entries">{list.title}</h2>
        <label>
          <span class="heard">{list.find}</span>
          <input type="search" placeholder={list.findHint} value={sought.value} onInput={(event) => (sought.value = event.currentTarget.value)} />
        </label>
      </div>
      {newest.length === 0 ? <p class="quiet">{all.length === 0 ? list.none : list.nothing}</p> : <Table newest={newest} />}
      {fitting.length > newest.length && (
        <button type="button" onClick={() => (shown.value += A_PAGE)}>{list.older(Math.min(A_PAGE, fitting.length - newest.length))}</button>
      )}
    </section>
  );
}

function Table({ newest }: { newest: readonly Line[] }) {
  const { columns } = words.list;
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{columns.index}</th>
          <th scope="col">{columns.what}</th>
          <th scope="col">{columns.who}</th>
          <th scope="col">{columns.at}</th>
        </tr>
      </thead>
      <tbody>{newest.map((line) => <Row key={line.index} line={line} isChosen={line.index === chosen.value} />)}</tbody>
    </table>
  );
}

function Row({ line, isChosen }: { line: Line; isChosen: boolean }) {
  const { index, type, at, who, about } = line;
  const text = what(line);
  return (
    <tr data-type={type ?? 'unreadable'} data-refused={line.codes.length > 0 ? '' : undefined} data-chosen={isChosen ? '' : undefined}>
      <td class="number"><a href={addressOf('trail', index)} aria-label={words.list.open(index)} aria-current={isChosen ? 'true' : undefined}>{index}</a></td>
      <td>
        <span class="kind">{type === 'change.command' && about ? about : words.kind(type)}</span>{' '}
        <span class="what">{text || (type === 'change.command' ? '' : about)}</span>
      </td>
      <td>{actorName(who)}</td>
      <td class="at">{at ? <time dateTime={at}>{instant(at)}</time> : ''}</td>
    </tr>
  );
}

const textOf = (line: Line) => [words.kind(line.type), line.about, actorName(line.who), what(line), line.command].join(' ').toLowerCase();
