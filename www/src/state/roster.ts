// A roster as a form has it: rows of texts, and what they say.

import type { Roster } from 'tollgate';

import { words } from '../words/governing.ts';

/** One line of a list in the form, by the names of its columns. */
export type Row = Readonly<Record<string, string>>;

export interface Rows {
  /** Ids by role, with commas between them. */
  readonly roles: Row;
  readonly managerRole: string;
  readonly managers: readonly Row[];
  readonly delegations: readonly Row[];
  readonly rotations: readonly Row[];
  readonly swaps: readonly Row[];
}

const HOUR_MS = 3_600_000;

const joined = (ids: readonly string[] | null | undefined) => (ids ?? []).join(', ');
const ids = (text = '') => text.split(',').map((id) => id.trim()).filter(Boolean);
const said = (row: Row, column: string) => (row[column] ?? '').trim();

/** A roster as rows: a role of the policy that nobody holds has its place, too. */
export function rowsOf({ roles = {}, manager_role, managers = {}, delegations = [], on_call = {} }: Roster, known: readonly string[]): Rows {
  const named = [...new Set([...known.filter((role) => role !== manager_role), ...Object.keys(roles)])];
  return {
    roles: Object.fromEntries(named.map((role) => [role, joined(roles[role])])),
    managerRole: manager_role ?? '',
    managers: Object.entries(managers).map(([person, manager]) => ({ person, manager })),
    delegations: delegations.map(({ from, to, role, since, until, scope }) => ({ from, to, role: role ?? '', since, until, scope: joined(scope) })),
    rotations: Object.entries(on_call).map(([role, { people, since, turn_ms }]) => ({ role, people: joined(people), since, hours: String(turn_ms / HOUR_MS) })),
    swaps: Object.entries(on_call).flatMap(([role, { swaps = [] }]) => swaps.map(({ person, since, until }) => ({ role, person, since, until }))),
  };
}

/** The roster that the rows say. Rows in which nothing stands say nothing. Throws where they say nothing that can be meant. */
export function rosterOf(rows: Rows): Roster {
  const { roles, managerRole } = rows;
  const [managers, delegations, rotations, swaps] = [rows.managers, rows.delegations, rows.rotations, rows.swaps].map(written);
  const stray = (swaps ?? []).find((swap) => !(rotations ?? []).some((row) => said(row, 'role') === said(swap, 'role')));
  if (stray) throw new Error(words.roster.stray(said(stray, 'role')));
  const on_call = Object.fromEntries(
    once(rotations ?? [], 'role').map((row) => {
      const role = said(row, 'role');
      const own = (swaps ?? []).filter((swap) => said(swap, 'role') === role);
      return [role, {
        people: ids(row.people),
        since: said(row, 'since'),
        turn_ms: turnOf(row),
        ...(own.length === 0 ? {} : { swaps: own.map((swap) => ({ person: said(swap, 'person'), since: said(swap, 'since'), until: said(swap, 'until') })) }),
      }];
    }),
  );
  return {
    roles: Object.fromEntries(Object.entries(roles).filter(([, people]) => ids(people).length > 0).map(([role, people]) => [role, ids(people)])),
    ...(managerRole === '' ? {} : { manager_role: managerRole }),
    managers: Object.fromEntries(once(managers ?? [], 'person').map((row) => [said(row, 'person'), said(row, 'manager')])),
    ...((delegations ?? []).length === 0 ? {} : { delegations: (delegations ?? []).map(delegationOf) }),
    ...(Object.keys(on_call).length === 0 ? {} : { on_call }),
  };
}

const written = (rows: readonly Row[]) => rows.filter((row) => Object.values(row).some((text) => text.trim() !== ''));

function delegationOf(row: Row) {
  const [role, scope] = [said(row, 'role'), ids(row.scope)];
  return { from: said(row, 'from'), to: said(row, 'to'), ...(role === '' ? {} : { role }), since: said(row, 'since'), until: said(row, 'until'), ...(scope.length === 0 ? {} : { scope }) };
}

function turnOf(row: Row): number {
  const hours = Number(said(row, 'hours'));
  if (!(hours > 0) || !Number.isSafeInteger(hours * HOUR_MS)) throw new Error(words.roster.badHours(said(row, 'role')));
  return hours * HOUR_MS;
}

/** One name, one row: of two the roster could hold one alone, and nobody would see which. */
function once(rows: readonly Row[], column: string): readonly Row[] {
  const names = rows.map((row) => said(row, column));
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw new Error(words.roster.twice(twice));
  return rows;
}
