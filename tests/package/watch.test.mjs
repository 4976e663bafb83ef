// The rollback monitor through the package: a whole watch, a monitor between two calls, reports, rehearsals, misuse by name.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { fold, Policy, TollgateError } from '../../js/dist/full.node.js';
import { inProject } from '../../tools/lib/paths.mjs';
import { after, before, eventsOf, metrics, recorded, roster, start } from '../support/deployed.mjs';
import { files, rulesIn } from '../support/shipped.mjs';

const policy = Policy.compile(files);
const changes = policy.changes({ roster });
const events = eventsOf(policy);
const deployed = fold(events);
const monitoring = { machine: 'monitor' };
const columns = metrics.map(({ metric }) => ({ metric, series: metric }));
const read = (report) => {
  const answer = policy.readReport(report);
  assert.equal(answer.ok, true, JSON.stringify(answer));
  return answer.samples;
};
const day = read({ format: 'csv', text: before, metrics: columns });
const { baselines } = policy.baseline(day, { before: start });
const { monitor: armed } = changes.arm(deployed, { baselines });
const samples = read({ format: 'prometheus', text: recorded('matrix'), metrics });
const errors = [1, 2, 3].map((minute) => ({ metric: 'error_rate', at: after(minute), reading: { number: '0.2' } }));
const sample = (metric, at, reading) => ({ metric, at, reading });

/** Observes, and gives the change the commands. */
function watched(change, monitor, samples, now) {
  const seen = changes.observe(change, monitor, samples, { now });
  assert.equal(seen.ok, true, JSON.stringify(seen.reasons));
  for (const command of seen.commands) {
    const done = changes.next(change, command, { now, actor: monitoring });
    assert.equal(done.ok, true, JSON.stringify(done.reasons));
    ({ change } = done);
  }
  return { ...seen, change };
}

test('the day before gives the baselines, and the fact that the gate of the start asks for', () => {
  const answer = policy.baseline(day, { before: start });
  assert.deepEqual(answer.baselines.map(({ metric, median, samples }) => [metric, median, samples]), [['error_rate', '0.2', 96], ['latency_p95', '2.1', 96]]);
  assert.equal(answer.samples, 96);
  const some = policy.baseline(day.filter(({ metric }) => metric === 'latency_p95'), { before: start });
  assert.deepEqual([some.samples, some.baselines[0].median], [0, null]);
});

test('a deployment is watched in three calls, taken back, restored, and no deadline passes', () => {
  let seen = watched(deployed, armed, [...samples.slice(0, 5), errors[0]], after(1, 15));
  assert.deepEqual([seen.verdicts, seen.commands, seen.change], [[], [], deployed]);
  assert.equal(seen.monitor.seen, after(1, 15).replace('.000', ''));
  seen = watched(seen.change, seen.monitor, [...samples.slice(5), ...errors.slice(1)], after(2, 59));
  assert.equal(seen.summary.rules.find(({ rule }) => rule === 'latency_degraded').bad, 2);
  seen = watched(seen.change, seen.monitor, [], after(3));
  const [{ verdict, code, rule, role, bad, at }] = seen.verdicts;
  assert.deepEqual([verdict, code, rule, role, at], ['fired', 'METRICS', 'latency_degraded', 'starts_rollback', '2026-02-10T16:33:00Z']);
  assert.deepEqual(bad.map(({ evidence: [{ measured, baseline, rise_percent }] }) => [measured, baseline, rise_percent]), [
    ['3.8', '2.1', '80.95'],
    ['4.125', '2.1', '96.43'],
    ['4.125', '2.1', '96.43'],
  ]);
  assert.deepEqual([seen.change.state, seen.change.rollback.trigger.evidence], ['rolling_back', bad]);
  const { change } = changes.next(seen.change, { restored: { digest: deployed.snapshot } }, { now: after(9), actor: { person: 'u-impl' } });
  assert.equal(change.state, 'rolled_back');
  const late = watched(change, seen.monitor, [], after(30));
  assert.ok(late.verdicts.every(({ verdict }) => verdict !== 'rollback_failed'));
  assert.ok(late.verdicts.filter(({ verdict }) => verdict === 'fired').every(({ role }) => role === 'informs'));
  assert.equal(late.change.state, 'rolled_back');
});

test('however a stream is cut, and whatever was stored in between, the monitor is the same', () => {
  const all = [...samples, ...errors];
  const once = changes.observe(deployed, armed, all, { now: after(3) });
  const stored = (value) => JSON.parse(JSON.stringify(Object.fromEntries(Object.entries(value).reverse())));
  let monitor = stored(armed);
  const verdicts = [];
  for (let seconds = 20; seconds <= 180; seconds += 20) {
    const came = all.filter(({ at }) => Date.parse(at) <= Date.parse(after(0, seconds)) && Date.parse(at) > Date.parse(after(0, seconds - 20)));
    const seen = changes.observe(deployed, monitor, came.reverse(), { now: after(0, seconds) });
    verdicts.push(...seen.verdicts);
    monitor = stored(seen.monitor);
  }
  assert.deepEqual([monitor, verdicts], [once.monitor, once.verdicts]);
});

test('no data is a verdict, and the change is told once', () => {
  const seen = watched(deployed, armed, errors, after(3));
  assert.deepEqual(seen.verdicts.map(({ verdict, rule, metrics }) => [verdict, rule, metrics]), [['inconclusive', 'latency_degraded', ['latency_p95']]]);
  assert.deepEqual([seen.commands, seen.change.inconclusive], [[{ inconclusive: { rules: ['latency_degraded'] } }], ['latency_degraded']]);
  assert.deepEqual(seen.summary.inconclusive, ['latency_degraded']);
  const again = [sample('latency_p95', after(4), { number: '2.1' }), sample('error_rate', after(4), { number: '0.2' })];
  const better = watched(seen.change, seen.monitor, again, after(4));
  assert.deepEqual([better.verdicts[0].verdict, better.change.inconclusive], ['conclusive_again', []]);
});

test('a deadline that passes is recorded', () => {
  const fired = watched(deployed, armed, [...samples, ...errors], after(3));
  const seen = watched(fired.change, fired.monitor, [], after(18));
  assert.deepEqual(seen.verdicts.at(-1), { verdict: 'rollback_failed', code: 'ROLLBACK_FAILED', at: '2026-02-10T16:48:00Z', fired_at: '2026-02-10T16:33:00Z' });
  assert.equal(seen.change.state, 'rollback_failed');
});

test('results, probes, tickets and beats are samples of their own', () => {
  const ticket = (id, category = 'incorrect_results') => ({ event: { id, category, service: deployed.request.service } });
  const came = [
    sample('pii_accuracy', after(0, 10), { number: '97.99' }),
    sample('bypass_attempt', after(0, 20), { word: 'blocked' }),
    sample('audit_log', after(0, 30), { beat: 7 }),
    sample('complaints', after(0, 40), ticket('T-1')),
    sample('complaints', after(0, 40), ticket('T-2', 'login_problem')),
    sample('complaints', after(0, 40), ticket('T-1')),
  ];
  const { verdicts, remarks, summary } = changes.observe(deployed, armed, came, { now: after(0, 50) });
  assert.deepEqual(verdicts.map(({ code, rule, at }) => [code, rule, at]), [['COMPLIANCE', 'pii_degraded', '2026-02-10T16:30:10Z']]);
  assert.deepEqual(remarks.map(({ metric, kind }) => [metric, kind]), [['complaints', 'duplicate'], ['complaints', 'not_counted']]);
  assert.deepEqual([summary.outcome, summary.measured], ['failed', true]);
});

test('what cannot be watched is an answer', () => {
  const code = ({ ok, reasons }) => [ok, reasons.map(({ code }) => code)];
  const draft = fold(events.slice(0, 1));
  assert.deepEqual(code(changes.arm(draft, { baselines })), [false, ['NOT_DEPLOYED']]);
  assert.deepEqual(code(changes.arm(deployed, { baselines: baselines.slice(1) })), [false, ['NO_BASELINE']]);
  const [first, ...others] = baselines;
  const wrong = [{ ...first, median: '-5' }, { ...first, median: '999999' }, { ...first, to: after(1) }, { ...first, metric: 'lateness' }];
  for (const one of wrong) assert.deepEqual(code(changes.arm(deployed, { baselines: [one, ...others] })), [false, ['BAD_BASELINE']]);
  assert.deepEqual(code(changes.arm(deployed, { baselines: [...baselines, { ...first, median: '100' }] })), [false, ['BAD_BASELINE']]);
  assert.deepEqual(code(changes.observe({ ...deployed, id: 'CHG-9' }, armed, [], { now: after(1) })), [false, ['OTHER_CHANGE']]);
  assert.deepEqual(code(changes.observe(deployed, armed, [], { now: '2199-01-01T00:00:00Z' })), [false, ['TOO_FAR']]);
  const other = Policy.compile([...files, { name: 'more.gate', text: 'role auditor "Auditor"\n' }]);
  const elsewhere = other.changes({ roster });
  assert.deepEqual(code(elsewhere.observe(deployed, armed, [], { now: after(1) })), [false, ['OTHER_POLICY']]);
  assert.deepEqual(code(elsewhere.arm(deployed, { baselines })), [false, ['OTHER_POLICY']]);
  const starter = Policy.compile(rulesIn('rules/starter')).rehearse(samples, { start });
  assert.deepEqual([starter.ok, starter.error.code], [false, 'NOTHING_TO_WATCH']);
});

test('a monitor that is damaged anywhere is refused, and said to be', () => {
  const text = JSON.stringify(changes.observe(deployed, armed, [...samples, ...errors], { now: after(3) }).monitor);
  let [refused, unread] = [0, 0];
  for (let at = 0; at < text.length; at += 7) {
    let monitor;
    try {
      monitor = JSON.parse(text.slice(0, at) + (text[at] === '1' ? '2' : '1') + text.slice(at + 1));
    } catch {
      unread += 1;
      continue;
    }
    assert.throws(() => changes.observe(deployed, monitor, [], { now: after(4) }), { code: 'BAD_MONITOR' }, `${at}: ${text.slice(at - 20, at + 20)}`);
    refused += 1;
  }
  assert.ok(refused > 100, `${refused} of ${refused + unread}`);
});

test('a report of tests says how they ended, for facts and for metrics', () => {
  const text = readFileSync(inProject('tests/data/telemetry/recorded/junit/pytest.xml'), 'utf8');
  const encryption = { metric: 'encryption_test', test: 'test_cipher' };
  const accuracy = { metric: 'pii_accuracy', property: 'pii_accuracy' };
  const writing = { metric: 'audit_write', test: 'test_hsm', words: { passed: 'accepted', failed: 'denied' } };
  const { samples, missing, tests } = policy.readReport({ format: 'junit', text, at: after(5), metrics: [encryption, accuracy, writing] });
  assert.deepEqual(samples.map(({ metric, reading }) => [metric, reading]), [['encryption_test', { word: 'failed' }], ['pii_accuracy', { number: '97.99' }]]);
  assert.deepEqual(missing, ['audit_write']);
  const [{ name, cases }] = tests.suites;
  assert.deepEqual([tests.outcome, name, cases.map(({ outcome }) => outcome)], ['failed', 'pytest', ['passed', 'failed', 'errored', 'skipped', 'skipped']]);
  const facts = { verification: { compliance: tests.outcome, controls: [], rollback_ready: true } };
  assert.equal(changes.next(deployed, { report: { facts } }, { now: after(5), actor: monitoring }).ok, true);
});

test('what is wrong with a report is an answer', () => {
  const refused = (report) => {
    const { ok, error, errors } = policy.readReport({ metric: 'latency_p95', ...report });
    assert.deepEqual([ok, errors], [false, [error]]);
    return [error.code, error.path, error.message];
  };
  const file = (name) => readFileSync(inProject('tests/data/telemetry/recorded/prometheus', name), 'utf8');
  assert.match(refused({ format: 'prometheus', text: file('error.json') }).join(), /^BAD_TELEMETRY,text,Prometheus refused with `bad_data`/);
  assert.match(refused({ format: 'prometheus', text: recorded('matrix') }).join(), /^SERIES_UNCLEAR,text,2 series fit metric `latency_p95`/);
  assert.match(refused({ format: 'openmetrics', text: 'latency 1', at: start }).join(), /^BAD_TELEMETRY,text,line 1: /);
  assert.match(refused({ format: 'csv', text: 'timestamp,value\n1,fast\n' }).join(), /^BAD_TELEMETRY,text,line 2, column `value`/);
});

test('recorded samples are rehearsed', () => {
  const answer = policy.rehearse([...day, ...samples], { start });
  assert.equal(answer.ok, true, JSON.stringify(answer.error));
  assert.deepEqual(answer.baselines.map(({ median }) => median), ['0.2', '2.1']);
  assert.ok(answer.lines.every(({ firing }) => !firing), 'a last evaluation that is not reached fires nothing');
  const held = policy.rehearse([...day, ...samples, sample('latency_p95', after(4), { number: '4' })], { start, holdMs: 60_000 });
  assert.deepEqual(held.lines.filter(({ firing }) => firing).map(({ rule, said }) => [rule, said]), [['latency_degraded', 'METRICS latency_p95 4.125, up 96.43 %']]);
  assert.equal(policy.rehearse([]).error.code, 'NO_SAMPLES');
});

const now = after(1);
const one = { format: 'prometheus', text: '{}' };
const MISUSES = [
  ['no baselines', () => changes.arm(deployed, {}), 'baselines', /must be a list/],
  ['a baseline that is none', () => changes.arm(deployed, { baselines: [{ metric: 'latency_p95' }] }), /^baselines\[0\]/, /missing field/],
  ['a baseline of a number', () => changes.arm(deployed, { baselines: [{ ...baselines[0], median: 2.1 }] }), /^baselines\[0\]/, /a text is wanted here: write "2.1", not 2.1/],
  ['no change to arm for', () => changes.arm(null, { baselines }), 'change', /must be an object/],
  ['no monitor', () => changes.observe(deployed, undefined, [], { now }), 'monitor', /give what `arm` or the last `observe` gave/],
  ['a monitor that is none', () => changes.observe(deployed, {}, [], { now }), 'monitor', /damaged/],
  ['the answer of `arm` in place of its monitor', () => changes.observe(deployed, { ok: true, monitor: armed }, [], { now }), 'monitor', /damaged/],
  ['samples that are no list', () => changes.observe(deployed, armed, samples[0], { now }), 'samples', /must be a list/],
  ['a sample that is none', () => changes.observe(deployed, armed, [samples[0], 1], { now }), /^samples\[1\]/, /expected struct Sample/],
  ['a reading that is a number', () => changes.observe(deployed, armed, [sample('latency_p95', now, 2.1)], { now }), /^samples\[0\]\.reading/, /name, or an object/],
  ['a number that is none', () => changes.observe(deployed, armed, [sample('latency_p95', now, { number: NaN })], { now }), 'samples[0].reading.number', /is NaN/],
  ['a sample at a Date', () => changes.observe(deployed, armed, [sample('latency_p95', new Date(), { number: '1' })], { now }), 'samples[0].at', /is a Date/],
  ['no clock', () => changes.observe(deployed, armed, [], {}), 'now', /must be an instant/],
  ['an unknown option', () => changes.observe(deployed, armed, [], { now, until: now }), 'until', /no option of this call/],
  ['a baseline before nothing', () => policy.baseline(day, {}), 'before', /must be an instant/],
  ['a baseline before a day', () => policy.baseline(day, { before: '2026-02-10' }), 'before', /no instant/],
  ['no report', () => policy.readReport(), 'report', /must be an object/],
  ['a report of no metric', () => policy.readReport(one), 'metric', /must name the metric/],
  ['a report with a slip', () => policy.readReport({ ...one, metrik: 'latency_p95' }), 'report.metrik', /its keys are/],
  ['a format that is none', () => policy.readReport({ ...one, format: 'graphite', metric: 'latency_p95' }), 'format', /`prometheus`, `openmetrics`, `csv` or `junit`/],
  ['text that is none', () => policy.readReport({ ...one, text: {}, metric: 'latency_p95' }), 'text', /must be a text/],
  ['a metric that the policy has not', () => policy.readReport({ ...one, metric: 'latency' }), 'metrics[0]', /no metric `latency`/],
  ['a metric that no series gives', () => policy.readReport({ ...one, metric: 'audit_log' }), 'metrics[0]', /counts events or beats/],
  ['a metric of words without words', () => policy.readReport({ ...one, metric: 'audit_write' }), 'metrics[0]', /say in `words`/],
  ['labels that are none', () => policy.readReport({ ...one, metrics: [{ metric: 'latency_p95', labels: 'zone' }] }), /^metrics\[0\]/, /labels|map/],
  ['no samples to rehearse', () => policy.rehearse(), 'samples', /must be a list/],
  ['a start that is none', () => policy.rehearse(samples, { start: 5 }), 'start', /must be an instant/],
  ['a time to hold that is none', () => policy.rehearse(samples, { holdMs: -1 }), 'holdMs', /whole number/],
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
