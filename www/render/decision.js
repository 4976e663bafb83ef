// Shows one decision: what the change is, who decides it, by when, and what stands in its way.

import { code, element, facts, list, section } from '../dom.js';
import { count, limit, title, words } from '../words.js';

/** What a decision says, in one line for those who hear the page. */
export function summary({ scope, class: kind, risk }) {
  if (!kind) return scope ? `Scope: ${words(scope.value)}.` : 'Not classified.';
  return `${title(kind.value)} change${risk ? `, risk ${words(risk)}` : ''}.`;
}

/** The elements of a decision. */
export function renderDecision(decision) {
  const { route, gates } = decision;
  return element(
    'div',
    { class: 'decision' },
    verdict(decision),
    section('Outcome', overview(decision)),
    route && section('Who decides', approvers(route)),
    catalogueEntry(decision.catalogue),
    section('Gates', list(gates, gate, { class: 'gates' })),
    section('Obligations', obligations(decision)),
    identity(decision),
  );
}

function verdict({ scope, class: kind, risk }) {
  const name = kind ? title(kind.value) : title(scope?.value ?? 'not classified');
  const badge = risk && element('span', { class: 'badge', 'data-risk': risk }, `${title(risk)} risk`);
  return element('p', { class: 'verdict' }, element('strong', {}, name), badge);
}

function overview(decision) {
  const { scope, class: kind, risk, score, route, due, codes } = decision;
  return facts([
    ['Scope', scope && by(scope)],
    ['Class', kind && by(kind)],
    ['Risk', risk && words(risk)],
    ['Score', score && scored(score)],
    ['Route', route && words(route.rule)],
    ['Due', due && (due.at ? `${limit(due)}: ${due.at}` : limit(due))],
    ['Codes', codes?.length ? codeList(codes) : 'none'],
  ]);
}

const by = ({ value, rule }) => element('span', {}, words(value), rule ? [' by rule ', code(rule)] : '');

function scored({ points, assessed, factors = [] }) {
  const sum = factors.map(({ id, adds }) => `${words(id)} +${adds}`).join(', ');
  return `${count(points, 'point')}, ${words(assessed)}${sum ? ` (${sum})` : ''}`;
}

const codeList = (codes) => element('ul', { class: 'codes' }, codes.map((one) => element('li', {}, code(one))));

function approvers({ approve }) {
  if (approve.kind === 'automatically') return element('p', {}, 'Nobody: the change is approved as it is.');
  if (approve.kind === 'roles') {
    const { count: needed, roles } = approve;
    const say = needed === roles.length ? 'Each of these' : `At least ${needed} of these`;
    return [element('p', {}, `${say}:`), list(roles, words)];
  }
  const { board, seats, at_least: least, of } = approve;
  return [element('p', {}, `Board ${words(board)}: at least ${least} of ${of} seats, and every mandatory one.`), seatTable(seats)];
}

function seatTable(seats) {
  const cells = (tag, values) => element('tr', {}, values.map((value) => element(tag, tag === 'th' ? { scope: 'col' } : {}, value)));
  return element(
    'table',
    {},
    element('thead', {}, cells('th', ['Seat', 'Held by', 'Mandatory'])),
    element('tbody', {}, seats.map((seat) => cells('td', [words(seat.id), words(seat.held_by), seat.mandatory ? 'yes' : 'no']))),
  );
}

function catalogueEntry(catalogue) {
  if (!catalogue?.entry) return undefined;
  const { entry, version, covered, reasons } = catalogue;
  const says = covered ? 'covers this change' : 'does not cover this change';
  return section(
    'Catalogue',
    element('p', {}, code(entry), ` version ${version} ${says}.`),
    list(reasons, (reason) => element('span', {}, words(reason.kind), reason.id ? [' ', code(reason.id)] : '', reason.code ? [' ', code(reason.code)] : '')),
  );
}

function gate({ gate: name, allows, failures }) {
  const says = allows ? 'open' : `closed by ${count(failures.length, 'requirement')}`;
  return [element('span', { class: 'mark', 'data-held': String(allows) }, `${title(name)}: ${says}`), list(failures, failure)];
}

function failure({ id, code: name, missing = [], placeholders = [] }) {
  const part = (label, paths) => (paths.length ? `; ${label} ${paths.join(', ')}` : '');
  const details = part('missing', missing) + part('not filled in', placeholders);
  return element('span', {}, words(id), name ? [' ', code(name)] : '', details);
}

function obligations({ regimes, touched, exceptions, flags, serves }) {
  const pairs = [['Regimes', regimes], ['Controls touched', touched], ['Exceptions', exceptions], ['Flags', flags], ['Serves', serves]];
  const present = pairs.filter(([, names]) => names?.length);
  if (present.length === 0) return undefined;
  return facts(present.map(([term, names]) => [term, names.map(words).join(', ')]));
}

function identity({ policy, input, now, submitted_at: submitted }) {
  return element(
    'details',
    {},
    element('summary', {}, 'Policy and input'),
    facts([
      ['Policy', policy && `${policy.id} ${policy.version}`],
      ['Policy digest', policy && code(policy.digest)],
      ['Request digest', input && code(input.request)],
      ['Facts digest', input && code(input.facts)],
      ['Submitted at', submitted],
      ['Decided at', now],
    ]),
  );
}
