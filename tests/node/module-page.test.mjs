// The examples of docs/module.md, run in their order; an answer holds at least what the page shows of it.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { engine } from './engine.mjs';

const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const page = read('docs/module.md');
const starter = read('rules/starter/policy.gate');
const rollback = read('tests/data/calls/watch/rollback.gate');

/** Calls that take or give bytes: tests/hosts/replay.mjs makes them. */
const BYTES = ['open', 'image'];

const EXAMPLE = /```json call=(\w+)\n(.*?)```\n+```json answer\n(.*?)```/gs;
const examples = [...page.matchAll(EXAMPLE)].map(([, name, call, answer]) => ({
  name,
  call: call.replaceAll('"…"', () => JSON.stringify(starter)).replaceAll('"… rollback"', () => JSON.stringify(rollback)),
  answer: JSON.parse(answer),
}));

/** What of `found` has its like in `shown`: members and items that are not shown are left out. */
function shownOf(found, shown) {
  if (Array.isArray(found) && Array.isArray(shown) && shown.length > 0) return shown.map((one, at) => shownOf(found[at], one));
  if (Array.isArray(shown) || typeof shown !== 'object' || shown === null || !found) return found;
  return Object.fromEntries(Object.keys(shown).map((key) => [key, shownOf(found[key], shown[key])]));
}

/** What calls gave that others take: of each the last, and the events of all of them so far. */
const given = { events: [], signatures: [], entries: [] };
const filledIn = (call) => call.replaceAll(/"… (\w+)"/g, (_, member) => JSON.stringify(given[member]));
const GIVES = { next: ['change'], trailSeal: ['head'], readReport: ['samples'], baseline: ['baselines'], arm: ['monitor'], observe: ['monitor'], trailCheckpoint: ['to_sign', 'note'], trailLeaves: ['leaves'] };

for (const [place, { name, call, answer }] of examples.entries()) {
  test(`example ${place + 1}: \`${name}\` answers as the page says`, () => {
    const found = JSON.parse(engine[name](filledIn(call)));
    for (const member of GIVES[name] ?? []) given[member] = found[member];
    if (name === 'next') given.events.push(...found.events);
    if (name === 'trailBegin' || name === 'trailAdminister') Object.assign(given, { payload: found.entry.payload, to_sign: found.entry.to_sign, signatures: [] });
    if (name === 'trailKey' && found.sig) {
      given.sig = found.sig;
      given.signatures.push({ keyid: found.keyid, sig: found.sig });
    }
    if (name === 'trailSeal') given.entries.push(found.head.last);
    assert.deepEqual(shownOf(found, answer), answer);
  });
}

test('every call has an example, and no block of the page is left out', () => {
  const calls = Object.keys(engine).filter((name) => !['default', 'initSync', '__wbg_reset_state', 'start', 'version', ...BYTES].includes(name));
  assert.deepEqual([...new Set(examples.map(({ name }) => name))].sort(), calls.sort());
  assert.equal(page.split('```').length - 1, examples.length * 4);
});
