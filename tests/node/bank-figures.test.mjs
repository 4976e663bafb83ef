// What the report on the bank's records counts, on invented changes.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { figures } from '../../rules/examples/bank-changes/lib/figures.mjs';
import { baselines, confusion, scores } from '../../rules/examples/bank-changes/lib/measure.mjs';
import { figuresIn, withFigures } from '../../rules/examples/bank-changes/lib/page.mjs';

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

/** Ten changes, opened an hour after each other, of which the last three are of a type that is new. */
const items = Array.from({ length: 10 }, (_, at) => {
  const time = `2012-03-05T${String(at + 8).padStart(2, '0')}:00:00+01:00`;
  const recorded = { risk: at % 2 === 0 ? 'minor' : 'business', emergency: false, board: at === 9 };
  return {
    id: `C${at}`,
    request: { change_type: at < 7 ? 'old' : 'new', family: 'release', planned_start: time, planned_end: time },
    facts: { submission: { at: time }, execution: { actual_start: time, actual_end: null }, assessment: recorded },
    now: time,
    recorded,
  };
});

const minor = {
  score: { factors: [] },
  class: { value: 'normal', rule: 'otherwise' },
  risk: 'minor',
  route: { rule: 'two', approve: { kind: 'roles' } },
  gates: [],
};

test('the sample is the part opened first, in whatever order the changes come', () => {
  const { parts, questions } = figures([...items].reverse(), (some) => some.map(() => minor));
  assert.deepEqual(parts, {
    sample: { changes: 7, last_opened: items[6].now },
    rest: { changes: 3, first_opened: items[7].now, unknown_type: 3 },
  });
  const { table } = questions[0].parts.rest.answers.policy;
  assert.deepEqual(table.business, { minor: 2, business: 0, major: 0 });
});

test('a change is decided on what was known when it was opened', () => {
  const groups = [];
  figures(items, (some) => {
    groups.push(some.map(({ facts }) => Object.keys(facts).join()));
    return some.map(() => minor);
  });
  assert.deepEqual(groups, [Array(10).fill('submission'), Array(10).fill('submission,execution,assessment')]);
});

test('a policy that reads what came later is refused', () => {
  const peek = (some) => some.map(({ facts }) => (facts.assessment ? { ...minor, risk: facts.assessment.risk } : minor));
  assert.throws(() => figures(items, peek), /C1: decided with hindsight/);
});

test('codes are counted by change and recorded risk, and a code without a row is refused', () => {
  const late = (code) => (some) => some.map(() => ({ ...minor, gates: [{ gate: 'review', failures: [{ code }, { code }] }] }));
  const row = figures(items, late('NO_ACTUAL_END')).gates.find(({ code }) => code === 'NO_ACTUAL_END');
  assert.deepEqual([row.changes, row.minor, row.business], [10, 5, 5]);
  assert.throws(() => figures(items, late('UNHEARD_OF')), /no row for `UNHEARD_OF`/);
});

test('times in the same minute are counted, also when written with other offsets', () => {
  const [first] = items;
  const facts = { ...first.facts, execution: { actual_start: '2012-03-05T07:00:00Z', actual_end: null } };
  const { equal } = figures([{ ...first, facts }, ...items.slice(1)], (some) => some.map(() => minor));
  assert.deepEqual(equal, {
    start_is_opening: 10,
    start_is_planned_start: 10,
    start_is_planned_end: 10,
    end_is_planned_end: 0,
    plan_without_length: 10,
  });
});

test('figures are found where they were written, and a page without markers is refused', () => {
  const page = (text) => withFigures('# Title\n<!-- figures: written by rules/examples/bank-changes/report.mjs, do not edit -->\n'
    + '<!-- end of figures -->\nend\n', text);
  assert.equal(figuresIn(page('| a |\n')), '| a |\n');
  assert.equal(withFigures(page('old\n'), 'new\n'), page('new\n'));
  assert.throws(() => withFigures('# Title\n', 'x'), /one pair of markers/);
});
