// The examples of docs/module.md, run in their order; an answer holds at least what the page shows of it.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { engine } from './engine.mjs';

const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const page = read('docs/module.md');
const starter = read('rules/starter/policy.gate');

/** Calls that take or give bytes: tests/hosts/replay.mjs makes them. */
const BYTES = ['open', 'image'];

const EXAMPLE = /```json call=(\w+)\n(.*?)```\n+```json answer\n(.*?)```/gs;
const examples = [...page.matchAll(EXAMPLE)].map(([, name, call, answer]) => ({
  name,
  call: call.replaceAll('"…"', () => JSON.stringify(starter)),
  answer: JSON.parse(answer),
}));

/** What of `found` has its like in `shown`: members and items that are not shown are left out. */
function shownOf(found, shown) {
  if (Array.isArray(found) && Array.isArray(shown) && shown.length > 0) return shown.map((one, at) => shownOf(found[at], one));
  if (Array.isArray(shown) || typeof shown !== 'object' || shown === null || !found) return found;
  return Object.fromEntries(Object.keys(shown).map((key) => [key, shownOf(found[key], shown[key])]));
}

/** The change of the last `next`, and the events of all of them so far. */
let change = null;
const events = [];
const filledIn = (call) => call.replaceAll('"… change"', () => JSON.stringify(change)).replaceAll('"… events"', () => JSON.stringify(events));

for (const [place, { name, call, answer }] of examples.entries()) {
  test(`example ${place + 1}: \`${name}\` answers as the page says`, () => {
    const found = JSON.parse(engine[name](filledIn(call)));
    if (name === 'next') {
      change = found.change;
      events.push(...found.events);
    }
    assert.deepEqual(shownOf(found, answer), answer);
  });
}

test('every call has an example, and no block of the page is left out', () => {
  const calls = Object.keys(engine).filter((name) => !['default', 'initSync', '__wbg_reset_state', 'start', 'version', ...BYTES].includes(name));
  assert.deepEqual([...new Set(examples.map(({ name }) => name))].sort(), calls.sort());
  assert.equal(page.split('```').length - 1, examples.length * 4);
});
