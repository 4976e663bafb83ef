// Who holds which role: as it stands, and as a form whose faults are shown before it is signed.

import { type Signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';

import { rowsOf, type Rows, rosterOf } from '../../state/roster.ts';
import { busy, findingsOf, type People, type RosterFinding, setRoster } from '../../state/trail.ts';
import { capital, duration, listed } from '../../words/format.ts';
import { words } from '../../words/governing.ts';
import { Pairs, Unfolding } from '../verdict/parts.tsx';
import { Field } from './field.tsx';
import { RosterFindings } from './findings.tsx';
import { Choice, RowsField } from './rows.tsx';

const { roster: say } = words;

/** How long typing rests before it is looked whether the roster fits. */
const REST_MS = 250;

const reason = (error: unknown) => (error instanceof Error ? error.message : String(error));

export function RosterPane({ people }: { people: People }) {
  const done = useSignal('');
  return (
    <section class="pane roster" aria-labelledby="roster">
      <h2 id="roster">{say.title}</h2>
      <p class="quiet">{say.intro}</p>
      <Standing people={people} />
      <Unfolding summary={say.edit}>{() => <Edit key={JSON.stringify(people.roster)} people={people} done={done} />}</Unfolding>
      <p role="status" class="done">{done.value}</p>
    </section>
  );
}

const titleIn = (roles: People['roles'], name: string) => roles.find((role) => role.name === name)?.title ?? name;

function Standing({ people: { roster, roles } }: { people: People }) {
  const { roles: holders = {}, manager_role: above, managers = {}, delegations = [], on_call: onCall = {} } = roster;
  const title = (name: string) => titleIn(roles, name);
  const plain = (lines: readonly string[]) => lines.length > 0 && <ul class="plain">{lines.map((line) => <li key={line}>{line}</li>)}</ul>;
  return (
    <Unfolding summary={say.holders} open>
      {() => (
        <Pairs
          rows={[
            ...roles.filter(({ name }) => name !== above).map(({ name, title: of }) => [capital(of), (holders[name] ?? []).length > 0 ? (holders[name] ?? []).join(', ') : say.nobody] as const),
            [above ? capital(title(above)) : say.managers, plain(Object.entries(managers).map(([person, manager]) => say.manages(person, manager)))],
            [say.delegations, plain(delegations.map(({ from, to, role, since, until }) => say.delegates(from, to, role ? title(role) : say.everyRole, since, until)))],
            [say.onCall, plain(Object.entries(onCall).map(([role, { people, turn_ms: turn }]) => say.turns(title(role), people, duration(turn))))],
          ]}
        />
      )}
    </Unfolding>
  );
}

type Fit = { kind: 'unchanged' } | { kind: 'looking' } | { kind: 'unread'; why: string } | { kind: 'looked'; findings: readonly RosterFinding[] };

function Edit({ people: { roster, roles, classes }, done }: { people: People; done: Signal<string> }) {
  const first = rowsOf(roster, roles.map(({ name }) => name));
  const rows = useSignal<Rows>(first);
  const fit = useSignal<Fit>({ kind: 'unchanged' });
  const fault = useSignal('');
  useFit(rows.value, fit);
  const set = (part: Partial<Rows>) => (rows.value = { ...rows.value, ...part });
  const { managers, delegations, rotations, swaps, managerRole } = rows.value;
  const named = roles.map(({ name, title }) => ({ name, title: capital(title) }));
  const [some, any] = [[{ name: '', title: say.none }, ...named], [{ name: '', title: say.everyRole }, ...named]];
  const go = async () => {
    [fault.value, done.value] = ['', ''];
    try {
      await setRoster(rosterOf(rows.peek()));
      done.value = say.done;
    } catch (error) {
      fault.value = say.refused(reason(error));
    }
  };
  return (
    <form
      class="fields"
      onSubmit={(event) => {
        event.preventDefault();
        void go();
      }}
    >
      <p class="quiet small">{say.ids}</p>
      <div class="roles">
        {Object.entries(rows.value.roles).map(([role, text]) => (
          <Field key={role} id={`roster-${role}`} label={capital(titleIn(roles, role))} value={signalOf(text, (next) => set({ roles: { ...rows.peek().roles, [role]: next } }))} />
        ))}
        <div class="field">
          <label for="roster-above">{say.managerRole}</label>
          <Choice id="roster-above" among={some} text={managerRole} set={(text) => set({ managerRole: text })} />
        </div>
      </div>
      <RowsField
        id="managers" title={say.managers} what={say.row.manager} add={say.add.manager} rows={managers} change={(next) => set({ managers: next })}
        columns={[{ name: 'person', label: say.person }, { name: 'manager', label: say.manager }]}
      />
      <RowsField
        id="delegations" title={say.delegations} what={say.row.delegation} add={say.add.delegation} hint={say.instantHint} rows={delegations} change={(next) => set({ delegations: next })}
        columns={[
          { name: 'from', label: say.from }, { name: 'to', label: say.to }, { name: 'role', label: say.role, among: any },
          { name: 'since', label: say.since }, { name: 'until', label: say.until }, { name: 'scope', label: scopeLabel(classes) },
        ]}
      />
      <RowsField
        id="rotations" title={say.onCall} what={say.row.rotation} add={say.add.rotation} hint={say.rotationHint} rows={rotations} change={(next) => set({ rotations: next })}
        columns={[{ name: 'role', label: say.role, among: some }, { name: 'people', label: say.people }, { name: 'since', label: say.since }, { name: 'hours', label: say.hours }]}
      />
      <RowsField
        id="swaps" title={say.swaps} what={say.row.swap} add={say.add.swap} rows={swaps} change={(next) => set({ swaps: next })}
        columns={[{ name: 'role', label: say.role, among: some }, { name: 'person', label: say.person }, { name: 'since', label: say.since }, { name: 'until', label: say.until }]}
      />
      <Fits fit={fit.value} />
      <div class="row">
        <button type="submit" class="main" disabled={busy.value !== null || !mayBeSigned(fit.value)}>{say.go}</button>
        <button type="button" onClick={() => (rows.value = first)}>{say.back}</button>
      </div>
      <p class="fault" role="alert">{fault.value}</p>
    </form>
  );
}

const mayBeSigned = (fit: Fit) => fit.kind === 'looked' && fit.findings.length === 0;

/** The classes that a delegation may be for, by their names. */
const scopeLabel = (classes: People['classes']) => `${say.scope} (${listed(classes.map(({ name }) => name))})`;

/** An answer as a signal of its own. */
const signalOf = (text: string, set: (next: string) => void) =>
  ({
    get value() {
      return text;
    },
    set value(next: string) {
      set(next);
    },
  }) as Signal<string>;

/** Looks whether the roster fits, once typing rests; of what was asked meanwhile the last answer counts. */
function useFit(rows: Rows, fit: Signal<Fit>) {
  const seen = useSignal<readonly [Rows, string] | null>(null);
  useEffect(() => {
    const text = JSON.stringify(rows);
    seen.value ??= [rows, text];
    if (text === seen.value[1]) {
      fit.value = { kind: 'unchanged' };
      return undefined;
    }
    fit.value = { kind: 'looking' };
    let isLast = true;
    const resting = setTimeout(async () => {
      const told = await looked(rows);
      if (isLast) fit.value = told;
    }, REST_MS);
    return () => {
      isLast = false;
      clearTimeout(resting);
    };
  }, [rows]);
}

async function looked(rows: Rows): Promise<Fit> {
  try {
    return { kind: 'looked', findings: await findingsOf(rosterOf(rows)) };
  } catch (error) {
    return { kind: 'unread', why: reason(error) };
  }
}

function Fits({ fit }: { fit: Fit }) {
  return (
    <div role="status" class="fits" aria-label={say.title}>
      {fit.kind === 'unchanged' && <p class="quiet">{say.unchanged}</p>}
      {fit.kind === 'looking' && <p class="quiet">{say.checking}</p>}
      {fit.kind === 'unread' && <p class="fault">{say.unread(fit.why)}</p>}
      {fit.kind === 'looked' && fit.findings.length === 0 && <p>{say.fits}</p>}
      {fit.kind === 'looked' && fit.findings.length > 0 && (
        <>
          <p class="fault">{say.findings(fit.findings.length)}</p>
          <RosterFindings all={fit.findings} />
        </>
      )}
    </div>
  );
}

