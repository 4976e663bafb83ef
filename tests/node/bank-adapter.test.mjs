// The adapter of the bank's records: each file of tests/data/bank is a case (README.md there).

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

import { adapt } from '../../rules/examples/bank-changes/adapt.mjs';
import { instant } from '../../rules/examples/bank-changes/lib/amsterdam.mjs';
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
