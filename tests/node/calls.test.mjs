// The calls of the module with right and with wrong arguments.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { files, sample } from '../support/shipped.mjs';
import { ask } from './engine.mjs';

const { request, facts, now } = sample('ready-change-may-start');
const broken = [{ name: 'a.gate', text: 'policy X "x" {' }];
const { handle, policy: identity } = ask('compile', { files });
const policy = { handle };

test('a policy is the same by handle and by its files', () => {
  const byHandle = ask('decide', { policy, request, facts, now });
  assert.deepEqual(ask('decide', { policy: { files }, request, facts, now }), byHandle);
  assert.equal(byHandle.decision.policy.digest, identity.digest);
});

test('the explanation comes only when asked for', () => {
  assert.equal('explanation' in ask('decide', { policy, request, facts, now }), false);
  assert.ok(ask('decide', { policy, request, facts, now, explain: true }).explanation.sentences.length > 0);
});

test('a released handle is stale, and another compilation gives one that was never used', () => {
  const { handle: first } = ask('compile', { files });
  assert.deepEqual(ask('release', { handle: first }), { ok: true });
  assert.equal(ask('form', { policy: { handle: first } }).error.code, 'NO_SUCH_POLICY');
  const { handle: second } = ask('compile', { files });
  assert.notEqual(second, first);
  ask('release', { handle: second });
  assert.deepEqual(ask('release', { handle: second }), { ok: true });
});

test('a broken policy gets diagnostics with places, and no handle', () => {
  for (const name of ['check', 'compile']) {
    const answer = ask(name, { files: broken });
    assert.equal(answer.ok, false);
    assert.equal(answer.handle ?? null, null);
    const [first] = answer.diagnostics;
    assert.match(first.code, /^G\d{4}$/);
    assert.deepEqual([first.severity, first.file, first.start.line], ['error', 'a.gate', 1]);
  }
});

test('the shipped policy has no errors, and laid out it means the same', () => {
  const { ok, policy: checked, diagnostics } = ask('check', { files, search_budget: 1000 });
  assert.equal(ok, true);
  assert.equal(checked.digest, identity.digest);
  assert.deepEqual(diagnostics.filter(({ severity }) => severity === 'error'), []);
  const laidOut = files.map(({ name, text }) => ({ name, text: ask('format', { name, text }).text }));
  assert.equal(ask('compile', { files: laidOut }).policy.digest, identity.digest);
  for (const file of laidOut) assert.deepEqual(ask('format', file), { ok: true, text: file.text, changed: false, diagnostics: [] });
});

test('text that does not parse is given back as it was', () => {
  const { ok, text, changed, diagnostics } = ask('format', broken[0]);
  assert.deepEqual([ok, text, changed], [false, broken[0].text, false]);
  assert.ok(diagnostics.length > 0);
});

test('the tests of the shipped policy pass in the module', () => {
  const { ok, tests } = ask('test', { files });
  assert.deepEqual([ok, tests.filter(({ passed }) => !passed)], [true, []]);
});

test('one refused item does not stop the others', () => {
  const items = [{ request: {}, now }, { request, facts, now }, 1];
  const { ok, answers } = ask('decideMany', { policy, items });
  assert.equal(ok, true);
  assert.deepEqual(answers.map((answer) => answer.ok), [false, true, false]);
  assert.equal(answers[0].error.code, 'MISSING_FIELD');
  assert.equal(answers[2].error.code, 'BAD_CALL');
});

test('a half-filled form says what is still possible, and what is wrong with it', () => {
  const { kind } = request;
  const { partial } = ask('partial', { policy, answers: { kind, env: 'prod' }, now });
  assert.equal(partial.decided, false);
  assert.ok(partial.missing.includes('tenants'));
  assert.deepEqual(partial.errors.map(({ code, path }) => [code, path]), [['UNKNOWN_VALUE', 'env']]);
  const whole = ask('partial', { policy, answers: request, facts, now }).partial;
  assert.deepEqual([whole.missing, whole.errors], [[], []]);
});

/** Calls that are wrong, and the code, the path and words of their refusal. */
const REFUSED = [
  ['decide', '', 'BAD_JSON', '', /cut off/],
  ['decide', '[]', 'BAD_CALL', undefined, /must be a JSON object/],
  ['decide', `{"policy":{"handle":${handle}},"now":"x","now":"y"}`, 'BAD_JSON', '/now', /twice/],
  ['decide', { policy, request, facts, time: now }, 'BAD_CALL', 'time', /no member `time`/],
  ['decide', { request, facts, now }, 'BAD_CALL', 'policy', /missing/],
  ['decide', { policy: {}, request, now }, 'BAD_CALL', 'files', /missing/],
  ['decide', { policy: { handle: 4711 }, request, now }, 'NO_SUCH_POLICY', 'policy.handle', /4711/],
  ['decide', { policy: { files: broken }, request, now }, 'BROKEN_POLICY', 'policy.files', /a\.gate:1:/],
  ['decide', { policy, request: [], now }, 'BAD_CALL', 'request', /object/],
  ['decide', { policy, request, now: 'today' }, 'BAD_INSTANT', 'now', /2026-02-03T11:00:00Z/],
  ['decide', { policy, request, now, explain: 'yes' }, 'BAD_CALL', 'explain', /true or false/],
  ['decide', { policy, request: { ...request, tenants: '14' }, now }, 'WRONG_TYPE', 'tenants', /whole number/],
  ['decide', { policy, request: { ...request, tenant: 14 }, now }, 'UNKNOWN_FIELD', 'tenant', /unknown field/],
  ['decide', { policy, request, facts: { pipelines: {} }, now }, 'UNKNOWN_GROUP', 'pipelines', /pipelines/],
  ['decideMany', { policy }, 'BAD_CALL', 'items', /list/],
  ['check', { files: 'policy' }, 'BAD_CALL', 'files', /list/],
  ['check', { files: [{ name: 1, text: '' }] }, 'BAD_CALL', 'name', /text/],
  ['check', { files, search_budget: -1 }, 'BAD_CALL', 'search_budget', /0 or more/],
  ['compile', {}, 'BAD_CALL', 'files', /missing/],
  ['format', { name: 'a.gate' }, 'BAD_CALL', 'text', /missing/],
  ['release', { handle: 'one' }, 'BAD_CALL', 'handle', /number/],
  ['form', {}, 'BAD_CALL', 'policy', /missing/],
  ['partial', { policy, now }, 'BAD_CALL', 'answers', /missing/],
  ['partial', { policy, answers: {} }, 'BAD_CALL', 'now', /missing/],
  ['test', { files, only: 1 }, 'BAD_CALL', 'only', /text/],
];

for (const [name, call, code, path, words] of REFUSED) {
  test(`\`${name}\` refuses what is wrong at ${path || 'the call'}: ${code}`, () => {
    const { ok, error, errors } = ask(name, call);
    assert.equal(ok, false);
    assert.deepEqual([error.code, error.path], [code, path]);
    assert.match(error.message, words);
    assert.deepEqual(errors[0], error);
  });
}

test('what is no text is refused, and the module goes on', async () => {
  const engine = await import('../../pkg/tollgate.js');
  for (const call of [{ policy }, 5, null, undefined, { length: -1 }, [], Symbol('x')]) {
    assert.equal(JSON.parse(engine.decide(call)).error.code, 'BAD_CALL');
  }
  assert.match(JSON.parse(engine.check('x'.repeat(40_000_000))).error.message, /at most 32000000 characters/);
  assert.equal(ask('decide', { policy, request, facts, now }).ok, true);
});
