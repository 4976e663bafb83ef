// How the report on recorded incidents counts, on invented series.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { chance, deploymentsBeforeLabels, outcome, quietDeployments } from '../../rules/change-management/incidents/lib/deployments.mjs';
import { labelMeasure, median, quietMeasure, together } from '../../rules/change-management/incidents/lib/measure.mjs';
import { policyOf, SHIPPED, shippedPolicy } from '../../rules/change-management/incidents/lib/policy.mjs';
import { readingsOf, windowsOf } from '../../rules/change-management/incidents/lib/series.mjs';

const HOUR = 3_600_000;
const hours = (count) => count * HOUR;

/** A series of ten days with a reading every five minutes; times are hours after its first reading. */
const series = (windows, lasts = 240) => ({
  readings: Array.from({ length: lasts * 12 + 1 }, (_, at) => ({ at: at * 300_000, value: 1 })),
  windows: windows.map(({ from, to, labels }) => ({ from: hours(from), to: hours(to), labels: labels.map(hours) })),
});

const startHours = (deployments) => deployments.map(({ start }) => start / HOUR);

test('readings stand in the order of time, which is UTC', () => {
  const readings = readingsOf('timestamp,value\n2014-02-14 14:35:00,0.134\n2014-02-14 14:30:00,0.132\n');
  assert.deepEqual(readings, [
    { at: Date.parse('2014-02-14T14:30:00Z'), value: 0.132 },
    { at: Date.parse('2014-02-14T14:35:00Z'), value: 0.134 },
  ]);
});

test('a label belongs to the window that it lies in, or widens the nearest', () => {
  assert.deepEqual(windowsOf([15, 5, 31], [[10, 20], [32, 40]]), [
    { from: 5, to: 20, labels: [15, 5] },
    { from: 31, to: 40, labels: [31] },
  ]);
});

test('quiet deployments start every day, a day after the first reading, and are watched to their end', () => {
  assert.deepEqual(startHours(quietDeployments(series([]))), [24, 48, 72, 96, 120, 144, 168, 192, 216]);
  assert.deepEqual(startHours(quietDeployments(series([], 71))), [24]);
});

test('a deployment that sees a minute of a window is not quiet', () => {
  const starts = (from, to) => startHours(quietDeployments(series([{ from, to, labels: [] }], 96)));
  assert.deepEqual(starts(73, 74), [24, 48]);
  assert.deepEqual(starts(72, 74), [24]);
  assert.deepEqual(starts(40, 48), [72]);
  assert.deepEqual(starts(40, 47), [48, 72]);
});

test('deployments before a label are watched to the end of its window, of their day or of the series', () => {
  const of = (window, lasts) => deploymentsBeforeLabels(series([window], lasts)).map(({ start, end }) => [start / HOUR, end / HOUR]);
  assert.deepEqual(of({ from: 90, to: 110, labels: [100] }), [[99, 110], [94, 110], [88, 110], [82, 106]]);
  assert.deepEqual(of({ from: 90, to: 110, labels: [100] }, 104), [[99, 104], [94, 104], [88, 104], [82, 104]]);
});

test('no deployment starts before an earlier label, or with fewer than thirty readings', () => {
  const two = [{ from: 90, to: 105, labels: [100] }, { from: 106, to: 115, labels: [108] }];
  assert.deepEqual(startHours(deploymentsBeforeLabels(series(two))), [99, 94, 88, 82, 107, 102]);
  // Thirty readings take two hours and a half.
  const early = (label) => startHours(deploymentsBeforeLabels(series([{ from: label, to: label + 1, labels: [label] }])));
  assert.deepEqual(early(8.5), [7.5, 2.5]);
  assert.deepEqual(early(8.4), [7.4]);
});

const deployment = { start: hours(94), end: hours(110), label: hours(100), window: { from: hours(96), to: hours(110) } };

test('only what fires from the label on is found', () => {
  const at = (time) => outcome(deployment, time === null ? null : hours(time));
  assert.deepEqual([95, 96, 99.9, 100, 110, 110.1, null].map(at), ['before', 'early', 'early', 'found', 'found', 'missed', 'missed']);
});

test('chance is the share of quiet deployments that were fired at in the same part of their watch', () => {
  // From 6 to 16 hours after the start.
  const quiet = [5.9, 6, 10, 16, 16.1, null, null, null].map((time) => (time === null ? null : hours(time)));
  assert.equal(chance(deployment, deployment.label, quiet), 3 / 8);
  assert.equal(chance(deployment, deployment.window.from, quiet), 4 / 8);
  assert.equal(chance(deployment, deployment.label, []), null);
});

const answered = (start, answer) => ({ ...deployment, start: hours(start), answer });
const fires = (at, cause = 'breach') => ({ firings: { rule: { at: hours(at), cause } } });
const silent = { firings: {} };
const refused = { refused: 'NO_BASELINE' };

test('quiet days are counted up to the firing, and what was not armed is not watched', () => {
  const quiet = [answered(24, fires(30)), answered(48, silent), answered(72, fires(84, 'no_data')), answered(96, refused)];
  assert.deepEqual(quietMeasure(quiet, 'rule'), {
    deployments: 3,
    taken_back: 2,
    no_data: 1,
    watched_days: 1.75,
    hours: [6, 12],
    refused: 1,
    after: [hours(6), null, hours(12)],
  });
  assert.equal(quietMeasure(quiet, 'another').taken_back, 0);
});

test('what is found before labels is counted beside what chance would find', () => {
  const before = [answered(94, fires(101)), answered(94, fires(95)), answered(94, fires(97)), answered(94, silent), answered(94, fires(99)),
    answered(94, fires(104, 'no_data')), answered(94, refused)];
  const found = labelMeasure(before, 'rule', { after: [hours(7), hours(5.5), hours(3), null] });
  assert.deepEqual(found, {
    deployments: 6,
    before: 1,
    early: 2,
    found: 2,
    missed: 1,
    no_data: 1,
    minutes: [60, 240],
    by_chance: 1.5,
    near: 3,
    near_by_chance: 3,
    in_window: 4,
    in_window_by_chance: 4.5,
    refused: 1,
  });
  assert.deepEqual(together([found, found]).minutes, [60, 240, 60, 240]);
  assert.equal(together([found, found]).by_chance, 3);
});

test('the median of an even number of values is the lower one', () => {
  assert.deepEqual([median([3, 1, 2, 10]), median([5]), median([])], [2, 5, null]);
});

test('a copy of the policy has the rule with other numbers, and all else as shipped', () => {
  const text = (files) => files.find(({ name }) => name === 'rollback.gate').text;
  const shipped = text(shippedPolicy());
  const same = policyOf('0.001..3600.0', [SHIPPED]);
  assert.equal(text(same), shipped);
  assert.ok(same.every(({ name }) => !name.startsWith('tests-')));

  const other = text(policyOf('0.0..10.0', [
    { id: 'first', limit: 50, holding: 11, floor: '5.0' },
    { id: 'second', limit: 100, holding: 3, floor: null },
  ]));
  const added = other.split('\n').filter((line) => !shipped.includes(`${line}\n`));
  assert.deepEqual(added, [
    'metric latency_p95     "Latency, 95th percentile, seconds" gauge  : decimal 0.0..10.0',
    '  rule first "Latency up by more than a fifth"',
    '    when    latency_p95 rises by more than 50% and latency_p95 > 5.0',
    '    holding 11 evaluations',
    '  rule second "Latency up by more than a fifth"',
    '    when    latency_p95 rises by more than 100%',
  ]);
  assert.equal(other.split('after 15 minutes fires METRICS_NO_DATA').length, shipped.split('after 15 minutes fires METRICS_NO_DATA').length + 1);
});
