// Every sample of the shipped policy, decided by the module, comes out as it says.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { files, samples } from '../support/shipped.mjs';
import { ask } from './engine.mjs';

const { handle } = ask('compile', { files });
const policy = { handle };

/** What an answer says about each key of a sample's `expect`; a key not named here is one of the decision's own. */
const FOUND = {
  scope: ({ decision }) => decision.scope.value,
  scope_rule: ({ decision }) => decision.scope.rule,
  class: ({ decision }) => decision.class?.value,
  route: ({ decision }) => decision.route?.rule,
  approvers: ({ decision }) => decision.route?.approve.roles,
  seats: ({ decision }) => decision.route?.approve.seats?.map(({ id }) => id),
  at_least: ({ decision }) => decision.route?.approve.at_least,
  points: ({ decision }) => decision.score?.points,
  factors: ({ decision }) => decision.score?.factors.map(({ id }) => id),
  guards: ({ decision }) => (decision.catalogue?.reasons ?? []).flatMap(({ id }) => id ?? []),
  calendar: ({ decision }) => decision.due?.calendar,
  due_at: ({ decision }) => decision.due?.at,
  gates: ofGates(({ code }) => [code]),
  missing: ofGates(({ missing }) => missing),
  placeholders: ofGates(({ placeholders }) => placeholders),
  would_be: ({ explanation }, wanted) =>
    Object.fromEntries(explanation.nearest.filter((near) => near.class in wanted).map((near) => [near.class, near.sentence])),
};

/** What the failures of each wanted gate say, in their order; the same twice in a row counts once. */
function ofGates(says) {
  return ({ decision }, wanted) =>
    Object.fromEntries(
      Object.keys(wanted).map((name) => {
        const said = decision.gates.find(({ gate }) => gate === name).failures.flatMap(says);
        return [name, said.filter((one, at) => one !== said[at - 1])];
      }),
    );
}

for (const { name, title, request, facts, now, expect } of samples) {
  test(`${name}: ${title}`, () => {
    const answer = ask('decide', { policy, request, facts, now, explain: true });
    assert.equal(answer.ok, true, JSON.stringify(answer.errors));
    for (const [key, wanted] of Object.entries(expect)) {
      const found = FOUND[key] ? FOUND[key](answer, wanted) : answer.decision[key];
      assert.deepEqual(found, wanted, key);
    }
  });
}

test('all samples at once come out the same', () => {
  const items = samples.map(({ request, facts, now }) => ({ request, facts, now }));
  const { answers } = ask('decideMany', { policy, items, explain: false });
  const singly = items.map((item) => ask('decide', { policy, ...item }));
  assert.deepEqual(answers, singly);
});
