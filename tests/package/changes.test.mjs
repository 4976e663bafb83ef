// The life of changes through the package: what the calls give, what a roster must be, refusals as data, misuse by name.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import * as decideOnly from '../../js/dist/decide.node.js';
import { fold, freezePreview, freeWindows, Policy, TollgateError } from '../../js/dist/full.node.js';
import { files, scenarios } from '../support/shipped.mjs';

const { shared, ...scripts } = scenarios;
const policy = Policy.compile(files);
const roster = shared.people;
const changes = policy.changes({ roster });
const asha = { person: 'u-asha' };
const at = (day, time = '10:00') => `2026-02-${day}T${time}:00+05:30`;
const request = { ...shared.pool, planned: { start: at('10', '21:00'), end: at('11', '06:00') } };

/** Does one command after the other; each must be done. */
function lived(steps) {
  let change = null;
  const events = [];
  for (const [now, actor, command] of steps) {
    const answer = changes.next(change, command, { now, actor });
    assert.equal(answer.ok, true, JSON.stringify(answer.reasons));
    events.push(...answer.events);
    ({ change } = answer);
  }
  return { change, events };
}

const begin = [
  [at('03'), asha, { create: { id: 'CHG-1', request } }],
  [at('03', '10:05'), asha, 'submit'],
  [at('03', '10:10'), asha, 'complete'],
];
const { change: waiting } = lived(begin);
const ballot = (change, decision = 'approve') => ({
  vote: { decision, request: change.digest, revision: change.revision, policy: change.decision.policy.digest },
});
const approving = [at('03', '11:00'), { person: 'u-manager' }, ballot(waiting)];
const { change: approved, events } = lived([...begin, approving]);

test('a change is begun, submitted, assessed and approved, and its events fold to it', () => {
  assert.deepEqual([waiting.state, approved.state, approved.decision.risk], ['awaiting_approval', 'approved', 'medium']);
  assert.deepEqual(fold(events), approved);
  assert.deepEqual(events.map(({ seq }) => seq), events.map((_, index) => index + 1));
  assert.equal(events[0].what.type, 'created');
  const vote = events.findIndex(({ what }) => what.type === 'vote.cast');
  assert.deepEqual(fold(events.slice(0, vote)), waiting);
});

test('no event is no change', () => assert.equal(fold([]), null));

test('what the workflow refuses is an answer, with what is put on record', () => {
  const own = changes.next(waiting, ballot(waiting), { now: at('03', '11:00'), actor: asha });
  assert.deepEqual([own.ok, own.reasons.map(({ code }) => code)], [false, ['SOD_REQUESTER']]);
  assert.deepEqual(own.events.map(({ what }) => [what.type, what.command]), [['refused', 'vote']]);
  assert.deepEqual([own.change.state, own.change.seq], ['awaiting_approval', waiting.seq + 1]);
  const early = changes.next(waiting, { start: {} }, { now: at('03', '11:00'), actor: { machine: 'ci' } });
  assert.equal(early.reasons[0].code, 'WRONG_STATE');
  assert.match(early.help, /^it takes /);
  const none = changes.next(null, 'submit', { now: at('03'), actor: asha });
  assert.deepEqual([none.ok, none.events, none.change, none.reasons[0].code], [false, [], null, 'NO_CHANGE']);
  const wrong = changes.next(null, { create: { id: 'CHG-2', request: { tenants: '14' } } }, { now: at('03'), actor: asha });
  assert.deepEqual(wrong.reasons.map(({ code, missing }) => [code, ...missing]), [['WRONG_TYPE', 'tenants']]);
});

test('the clock does not go back, for any of the calls', () => {
  const [now, codes] = [at('03', '09:00'), (answer) => answer.reasons.map(({ code }) => code)];
  assert.deepEqual(codes(changes.next(waiting, 'tick', { now, actor: { machine: 'workflow' } })), ['CLOCK_WENT_BACK']);
  assert.deepEqual(codes(changes.status(waiting, { now })), ['CLOCK_WENT_BACK']);
  assert.deepEqual(codes(changes.previewEdit(waiting, request, { now })), ['CLOCK_WENT_BACK']);
  assert.deepEqual(codes(changes.gate(waiting, { now })), ['CLOCK_WENT_BACK']);
});

test('the gate says whether a deployment may begin, with every reason', () => {
  const none = changes.gate(null, { now: at('03') });
  assert.deepEqual([none.ok, none.allow, none.state, none.reasons[0].code], [true, false, null, 'NO_CHANGE']);
  const { allow, reasons } = changes.gate(waiting, { now: at('03', '11:00') });
  assert.equal(allow, false);
  assert.deepEqual(reasons[0], { code: 'MISSING_APPROVAL', missing: ['line_manager'], message: 'the approvals are not complete' });
  const [history] = policy.simulate(scripts['metrics-degraded'], { with: { 'shared.json': shared } }).cases;
  const start = history.events.findIndex(({ what }) => what.type === 'implementation.started');
  const ready = fold(history.events.slice(0, start));
  assert.deepEqual(changes.gate(ready, { now: at('10', '22:00') }), { ok: true, allow: true, reasons: [], state: 'scheduled', flags: [] });
  const other = { running: { digest: `sha256:${'9'.repeat(64)}` } };
  assert.equal(changes.gate(ready, { facts: other, now: at('10', '22:00') }).allow, false);
});

test('the status says who is asked, until when, and what may be done', () => {
  const status = changes.status(waiting, { now: at('03', '11:00') });
  assert.deepEqual([status.ok, status.state, status.class, status.risk], [true, 'awaiting_approval', 'normal', 'medium']);
  assert.deepEqual(status.seats.map(({ id, state, entitled }) => [id, state, entitled]), [['line_manager', 'open', ['u-manager']]]);
  assert.equal(status.request, waiting.digest);
  assert.ok(status.service.due.at > waiting.last_at);
  assert.ok(status.commands.includes('vote') && !status.commands.includes('start'));
});

test('an edit is previewed before it is made, and says what it would void', () => {
  const now = at('03', '12:00');
  const words = changes.previewEdit(approved, { ...request, title: 'Another title' }, { now });
  assert.deepEqual([words.ok, words.changed, words.material, words.voids, words.state], [true, ['title'], false, [], 'approved']);
  const more = changes.previewEdit(approved, { ...request, tenants: 14 }, { now });
  assert.deepEqual([more.changed, more.material, more.voids, more.revision], [['tenants'], true, ['u-manager'], 2]);
  assert.deepEqual(more.risk[0], 'medium');
});

test('a register stands beside changes, and another takes its place', () => {
  const planned = policy.planned([approved, fold(events.slice(0, 1))]);
  assert.deepEqual(planned.map(({ id, component, class: kind }) => [id, component, kind]), [['CHG-1', 'rag-cache', 'normal']]);
  const freezes = [{ id: 'F-1', from: at('10', '00:00'), to: at('12', '00:00') }];
  const frozen = changes.with({ register: { changes: planned, freezes } });
  const schedule = [{ schedule: { implementer: 'u-impl' } }, { now: at('04'), actor: asha }];
  assert.equal(changes.next(approved, ...schedule).ok, true);
  const held = frozen.next(approved, ...schedule);
  assert.deepEqual([held.ok, held.reasons.map(({ code, missing }) => [code, ...missing])], [false, [['FREEZE', 'F-1']]]);
  // When it ends is said; one that was declared in haste may have no end yet, and holds until somebody gives it one.
  assert.equal(held.reasons[0].message, 'the window lies in F-1 (until 2026-02-11T18:30:00Z)');
  const endless = { freezes: [...freezes, { id: 'F-2', from: at('01', '00:00') }] };
  const [reason] = changes.with({ register: endless }).next(approved, ...schedule).reasons;
  assert.deepEqual([reason.message, reason.missing], ['the window lies in F-1 (until 2026-02-11T18:30:00Z), F-2 (without an end)', ['F-1', 'F-2']]);
  assert.equal(policy.changes({ roster, register: { freezes } }).next(approved, ...schedule).ok, false);
  assert.equal(changes.next(approved, ...schedule).ok, true, 'the first is as it was');
});

test('a freeze is previewed, and free windows are found', () => {
  const register = { changes: policy.planned([approved]), parents: { 'rag-cache': 'rag-api' } };
  const freeze = { start: at('11', '00:00'), end: at('12', '00:00') };
  assert.deepEqual(freezePreview(register, freeze), ['CHG-1']);
  assert.deepEqual(freezePreview(register, freeze, { spares: ['normal'] }), []);
  const within = { start: at('10', '20:00'), end: at('11', '08:00') };
  const found = freeWindows(register, { component: 'rag-api', within, atLeastMs: 7_200_000 });
  assert.deepEqual(found, [{ start: '2026-02-11T00:30:00Z', end: '2026-02-11T02:30:00Z' }]);
  assert.equal(freeWindows(register, { component: 'other', within, atLeastMs: 0 }).length, 1);
});

test('closed changes say how entries of the catalogue went, and what might become one', () => {
  const past = ['05', '06', '07'].map((day) => ({ kind: 'index_rebuild', class: 'normal', succeeded: true, closed: at(day) }));
  const under = { kind: 'ssl_certificate_renewal', class: 'standard', entry: 'STD-SSL-RENEW', succeeded: false, closed: at('08') };
  const { histories, proposals } = policy.catalogue([...past, under], { atLeast: 3 });
  assert.deepEqual(histories, { 'STD-SSL-RENEW': { runs: 1, succeeded: 0, suspended: false } });
  assert.deepEqual(proposals, [{ kind: 'index_rebuild', successes: 3 }]);
  assert.deepEqual(policy.catalogue(past, { atLeast: 4 }).proposals, []);
});

for (const [name, script] of Object.entries(scripts)) {
  test(`the scenario ${name} comes out as it states`, () => {
    const { ok, cases } = policy.simulate(script, { with: { 'shared.json': shared } });
    const unexpected = cases.flatMap(({ name, steps }) => steps.flatMap((step) => step.unexpected.map((words) => `${name}, ${step.at}: ${words}`)));
    assert.deepEqual([ok, unexpected], [true, []]);
    for (const { events, change } of cases) assert.deepEqual(fold(events), change);
  });
}

test('what a scenario states and does not get is told at its step', () => {
  const cases = [{ name: 'one', steps: [{ at: at('03'), by: 'u-asha', do: { create: { id: 'C', request } }, expect: { state: 'closed' } }] }];
  const { ok, cases: [{ steps: [step] }] } = policy.simulate({ title: 'x', roster, cases });
  assert.deepEqual([ok, step.ok, step.unexpected], [false, true, ['the change is draft, not closed']]);
});

test('a roster that cannot fill the seats is refused, with all findings', () => {
  const { ciso, ...roles } = roster.roles;
  const late = { from: 'u-vp', to: 'u-dep', since: at('01'), until: '2026-09-01T00:00:00Z' };
  assert.throws(() => policy.changes({ roster: { ...roster, roles: { ...roles, cisso: ciso }, delegations: [late] } }), (error) => {
    assert.ok(error instanceof TollgateError);
    assert.deepEqual([error.code, error.path], ['ROSTER_UNFIT', 'roster']);
    const codes = new Set(error.findings.map(({ code }) => code));
    assert.deepEqual([...codes].sort(), ['DELEGATION_TOO_LONG', 'UNFILLABLE_SEAT', 'UNKNOWN_ROLE']);
    assert.match(error.message, /^the roster has \d+ faults under this policy; the first: /);
    assert.ok(error.findings.find(({ code }) => code === 'UNFILLABLE_SEAT').rules.length > 0);
    return true;
  });
});

const now = at('03', '11:00');
const MISUSES = [
  ['no workflow', () => policy.changes(), 'workflow', /must be an object/],
  ['no roster', () => policy.changes({}), 'roster', /must be an object/],
  ['an unknown part of a workflow', () => policy.changes({ roster, people: {} }), 'workflow.people', /its keys are `roster`, `register`/],
  ['a roster with an unknown member', () => policy.changes({ roster: { ...roster, role: {} } }), /^roster/, /role/],
  ['a register that is undefined', () => policy.changes({ roster, register: undefined }), 'register', /leave it out/],
  ['a register with an unknown member', () => changes.with({ register: { freeze: [] } }).gate(null, { now }), /^register/, /freeze/],
  ['with without a register', () => changes.with({}), 'register', /must be an object/],
  ['a change that is undefined', () => changes.next(undefined, 'tick', { now, actor: asha }), 'change', /null where there is none yet/],
  ['a change that is none', () => changes.next({ id: 'CHG-1' }, 'tick', { now, actor: asha }), /^change\./, /missing field/],
  ['a change with NaN', () => changes.status({ ...waiting, seq: NaN }, { now }), 'change.seq', /is NaN/],
  ['no change to look at', () => changes.status(null, { now }), 'change', /must be an object/],
  ['a command that is none', () => changes.next(waiting, 'submitt', { now, actor: asha }), /^command/, /did you mean `submit`/],
  ['two commands in one', () => changes.next(waiting, { hold: { reason: 'x' }, lift: {} }, { now, actor: asha }), /^command/, /one member/],
  ['a command with an unknown member', () => changes.next(waiting, { hold: { why: 'x' } }, { now, actor: asha }), /^command/, /why/],
  ['a command that is no data', () => changes.next(waiting, () => 'tick', { now, actor: asha }), 'command', /must be an object/],
  ['a vote for nothing', () => changes.next(waiting, { vote: { decision: 'approve' } }, { now, actor: asha }), 'command.vote.request', /missing field/],
  ['no actor', () => changes.next(waiting, 'tick', { now }), 'actor', /`\{ person \}` or `\{ machine \}`/],
  ['an actor that is none', () => changes.next(waiting, 'tick', { now, actor: { robot: 'x' } }), /^actor/, /robot/],
  ['no clock', () => changes.next(waiting, 'tick', { actor: asha }), 'now', /must be an instant/],
  ['a clock that is a Date', () => changes.gate(waiting, { now: new Date() }), 'now', /is a Date/],
  ['a clock without offset', () => changes.status(waiting, { now: '2026-02-03T11:00:00' }), 'now', /offset/],
  ['an unknown option', () => changes.gate(waiting, { now, fact: {} }), 'fact', /no option of this call/],
  ['facts that are none', () => changes.gate(waiting, { now, facts: [] }), 'facts', /must be an object/],
  ['a request that is none', () => changes.previewEdit(waiting, [], { now }), 'request', /must be an object/],
  ['events that are no list', () => fold({}), 'events', /must be a list/],
  ['events that are none', () => fold([{}]), /^events\[0\]/, /missing field/],
  ['changes that are no list', () => policy.planned(waiting), 'changes', /must be a list/],
  ['a count below nothing', () => policy.catalogue([], { atLeast: -1 }), 'atLeast', /whole number/],
  ['no count', () => policy.catalogue([], {}), 'atLeast', /whole number/],
  ['a freeze that ends before it starts', () => freezePreview({}, { start: now, end: at('03') }), 'freeze', /comes after/],
  ['spares that are no list', () => freezePreview({}, { start: at('03'), end: now }, { spares: 'normal' }), 'spares', /must be a list/],
  ['a component that is none', () => freeWindows({}, { component: 1, within: { start: at('03'), end: now }, atLeastMs: 1 }), 'component', /text/],
  ['a length that is none', () => freeWindows({}, { component: 'x', within: { start: at('03'), end: now } }), 'atLeastMs', /whole number/],
  ['a scenario that is none', () => policy.simulate('x'), 'scenario', /must be an object/],
  ['files of a scenario that are none', () => policy.simulate({ title: 'x', cases: [] }, { with: [] }), 'with', /must be an object/],
];

for (const [name, call, path, says] of MISUSES) {
  test(`${name} is refused by name`, () => {
    assert.throws(call, (error) => {
      assert.ok(error instanceof TollgateError, String(error));
      assert.match(error.message, says);
      if (path instanceof RegExp) assert.match(error.path, path);
      else assert.equal(error.path, path);
      return true;
    });
  });
}

test('a history with a gap and a scenario at fault say which they are', () => {
  assert.throws(() => fold(events.slice(1)), { code: 'BAD_HISTORY', path: 'events' });
  assert.throws(() => fold([events[0], events[2]]), { code: 'BAD_HISTORY' });
  assert.throws(() => policy.simulate({ title: 'x', with: ['people.json'], cases: [] }), { code: 'BAD_SCENARIO', path: 'with' });
  assert.throws(() => policy.simulate({ title: 'x' }), { code: 'BAD_SCENARIO' });
});

test('what was looked at is what counts: rosters and registers are copies', () => {
  const mine = structuredClone(roster);
  const copied = policy.changes({ roster: mine });
  mine.managers['u-asha'] = 'u-asha';
  assert.deepEqual(copied.status(waiting, { now }).seats[0].entitled, ['u-manager']);
});

test('a policy that was released says so', () => {
  const other = Policy.compile(files);
  const of = other.changes({ roster });
  other.release();
  assert.throws(() => of.gate(null, { now }), { code: 'RELEASED' });
});

test('a policy opened from an image leads changes, too, and the small entry has nothing of it', () => {
  const opened = Policy.open(policy.image());
  assert.deepEqual(opened.changes({ roster }).status(waiting, { now }), changes.status(waiting, { now }));
  const small = decideOnly.Policy.open(policy.image());
  assert.deepEqual([small.changes, small.simulate, decideOnly.fold], [undefined, undefined, undefined]);
});
