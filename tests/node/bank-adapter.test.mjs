// The adapter of the bank's records: each file of tests/data/bank is a case (README.md there).

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

import { adapt } from '../../rules/examples/bank-changes/adapt.mjs';
import { instant } from '../../rules/examples/bank-changes/lib/amsterdam.mjs';
import { baselines, confusion, scores } from '../../rules/examples/bank-changes/lib/measure.mjs';
import { rowsOf } from '../../rules/examples/bank-changes/lib/table.mjs';

const CASES = new URL('../data/bank/', import.meta.url);
const names = readdirSync(CASES).filter((name) => name.endsWith('.csv'));

for (const name of names) {
  test(name.replace('.csv', ''), () => {
    const text = readFileSync(new URL(name, CASES), 'utf8');
    const { refused, ...expected } = JSON.parse(readFileSync(new URL(name.replace('.csv', '.json'), CASES), 'utf8'));
    if (refused) return assert.throws(() => adapt(rowsOf(text)), ({ message }) => message.includes(refused));
    const found = adapt(rowsOf(text));
    assert.deepEqual(written(found, expected), expected);
  });
}

/** Of `found` only what `expected` writes down; lists whole. */
function written(found, expected) {
  if (Array.isArray(expected)) return found.map((one, at) => (at < expected.length ? written(one, expected[at]) : one));
  if (expected === null || typeof expected !== 'object' || found === null || typeof found !== 'object') return found;
  if (Object.keys(expected).length === 0) return found;
  return Object.fromEntries(Object.keys(expected).map((key) => [key, written(found[key], expected[key])]));
}

test('every hour of thirty years is the instant that the time zone data say', () => {
  const clock = new Intl.DateTimeFormat('en-GB', {
    timeZone: 'Europe/Amsterdam',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const local = (ms) => {
    const part = Object.fromEntries(clock.formatToParts(ms).map(({ type, value }) => [type, value]));
    return `${part.day}-${part.month}-${part.year} ${part.hour}:${part.minute}`;
  };
  const hour = 3_600_000;
  // All hours near a clock change, and one hour in 37 elsewhere.
  const near = (ms) => [2, 9].includes(new Date(ms).getUTCMonth()) && new Date(ms).getUTCDate() >= 24;
  for (let at = 0, ms = Date.UTC(1996, 0, 2); ms < Date.UTC(2026, 0, 1); at += 1, ms += hour) {
    if (at % 37 !== 0 && !near(ms)) continue;
    const { ms: read, note, text } = instant(local(ms));
    const expected = note === 'ambiguous' && read !== ms ? ms - hour : ms;
    assert.equal(read, expected, local(ms));
    assert.equal(Date.parse(text), read);
  }
});

test('scores of a table counted by hand', () => {
  const cases = ['no no', 'no no', 'no yes', 'yes yes', 'yes no', 'yes no', 'yes no'].map((pair) => {
    const [recorded, said] = pair.split(' ');
    return { recorded, said };
  });
  const table = confusion(cases, ['no', 'yes']);
  assert.deepEqual(table, { no: { no: 2, yes: 1 }, yes: { no: 3, yes: 1 } });
  const { accuracy, balanced, each, under, over } = scores(table, ['no', 'yes']);
  assert.deepEqual([accuracy, balanced, under, over], [3 / 7, (2 / 3 + 1 / 4) / 2, 3, 1]);
  assert.deepEqual(each[1], { value: 'yes', recall: 1 / 4, precision: 1 / 2 });
});

test('a value that nobody recorded has no recall and does not count', () => {
  const table = confusion([{ recorded: 'no', said: 'no' }], ['no', 'yes']);
  const { balanced, each } = scores(table, ['no', 'yes']);
  assert.deepEqual([balanced, each[1].recall, each[1].precision], [1, null, null]);
});

test('baselines learn from the sample alone, and answer the majority to a type they have not seen', () => {
  const sample = ['a no', 'a no', 'a yes', 'b yes', 'c no', 'c no'].map((pair) => pair.split(' '));
  const { majority, type, weighed } = baselines(sample, ([, value]) => value, ([name]) => name, ['no', 'yes']);
  const answers = (answer) => ['a', 'b', 'c', 'd'].map((name) => answer([name]));
  assert.deepEqual(answers(majority), ['no', 'no', 'no', 'no']);
  assert.deepEqual(answers(type), ['no', 'yes', 'no', 'no']);
  // Of type a half of all `no` and half of all `yes`: between equals the lower.
  assert.deepEqual(answers(weighed), ['no', 'yes', 'no', 'no']);
});
