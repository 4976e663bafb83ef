// What is found when every change is decided: plain data, which lib/page.mjs writes down.

import { baselines, confusion, scores } from './measure.mjs';

const SAMPLE_PERCENT = 70;
const MISSED_TYPES = 8;
const CODES = [
  'PLANNED_BEFORE_OPENED',
  'STARTED_BEFORE_OPENED',
  'STARTED_EARLY',
  'STARTED_AFTER_PLAN',
  'ENDED_AFTER_PLAN',
  'NO_ACTUAL_START',
  'NO_ACTUAL_END',
  'MAJOR_WITHOUT_BOARD',
  'EMERGENCY_WITHOUT_BOARD',
  'BOARD_SKIPPED',
];

/** What is compared: the value that people recorded, the value that a decision gives, and the values from low to high. */
const QUESTIONS = [
  {
    id: 'risk',
    values: ['minor', 'business', 'major'],
    recorded: ({ recorded }) => recorded.risk,
    said: (decision) => decision.risk,
  },
  {
    id: 'emergency',
    values: ['no', 'yes'],
    recorded: ({ recorded }) => yesNo(recorded.emergency),
    said: (decision) => yesNo(decision.class.value === 'emergency'),
  },
  {
    id: 'board',
    values: ['no', 'yes'],
    recorded: ({ recorded }) => yesNo(recorded.board),
    said: (decision) => yesNo(decision.route.approve.kind === 'board'),
  },
];

/** The names of the answers that are compared, in the order of the tables. */
export const ANSWERS = ['policy', 'majority', 'type', 'weighed'];

/** What an item looked like when its record was opened: nothing of what came later. */
function atOpening({ id, request, facts, now }) {
  return { id, request, facts: { submission: facts.submission }, now };
}

/**
 * The figures for `items` (see adapt.mjs). `decide` takes items and gives their decisions in order.
 *
 * Class, risk and board are decided on what was known at opening; a second decision, on all facts, is asked for its
 * gates. Throws an Error if the second gives another class, risk or route: a rule would have read what came later.
 */
export function figures(items, decide) {
  const opening = decide(items.map(atOpening));
  const later = decide(items);
  const cases = items.map((item, at) => ({ item, decision: opening[at], later: later[at] }));
  for (const one of cases) refuseHindsight(one);
  const sorted = [...cases].sort((a, b) => opened(a) - opened(b) || (a.item.id < b.item.id ? -1 : 1));
  const size = Math.floor((sorted.length * SAMPLE_PERCENT) / 100);
  const parts = { sample: sorted.slice(0, size), rest: sorted.slice(size) };
  const known = new Set(parts.sample.map(typeOf));
  return {
    parts: {
      sample: { changes: size, last_opened: parts.sample.at(-1)?.item.now ?? null },
      rest: {
        changes: parts.rest.length,
        first_opened: parts.rest[0]?.item.now ?? null,
        unknown_type: parts.rest.filter((one) => !known.has(typeOf(one))).length,
      },
    },
    questions: QUESTIONS.map((question) => answersTo(question, parts)),
    classes: classes(parts),
    rules: rules(parts),
    missed: missed(parts),
    gates: gates(cases),
    equal: equal(items),
  };
}

function refuseHindsight({ item, decision, later }) {
  const summary = ({ class: kind, risk, route }) => JSON.stringify([kind.value, kind.rule, risk, route.rule]);
  if (summary(decision) !== summary(later)) throw new Error(`${item.id}: decided with hindsight`);
}

function answersTo({ id, values, recorded, said }, parts) {
  const valueOf = ({ item }) => recorded(item);
  const answers = { policy: ({ decision }) => said(decision), ...baselines(parts.sample, valueOf, typeOf, values) };
  const measured = Object.entries(parts).map(([part, cases]) => {
    const each = ANSWERS.map((answer) => {
      const table = confusion(cases.map((one) => ({ recorded: valueOf(one), said: answers[answer](one) })), values);
      return [answer, { table, ...scores(table, values) }];
    });
    const right = (answer) => (one) => answers[answer](one) === valueOf(one);
    const only = (a, b) => cases.filter((one) => right(a)(one) && !right(b)(one)).length;
    const against = ANSWERS.slice(1).map((other) => [other, { better: only('policy', other), worse: only(other, 'policy') }]);
    return [part, { answers: Object.fromEntries(each), against: Object.fromEntries(against) }];
  });
  return { id, values, parts: Object.fromEntries(measured) };
}

/** For each class that was computed and each part: how many changes, and what people had recorded of them. */
function classes(parts) {
  return Object.entries(parts).flatMap(([part, cases]) =>
    ['standard', 'normal', 'emergency'].map((value) => {
      const those = cases.filter(({ decision }) => decision.class.value === value);
      return { part, class: value, ...recordedOf(those), called_standard: count(those, ({ item }) => isStandard(item)) };
    }),
  );
}

function recordedOf(cases) {
  return {
    changes: cases.length,
    minor: count(cases, ({ item }) => item.recorded.risk === 'minor'),
    business: count(cases, ({ item }) => item.recorded.risk === 'business'),
    major: count(cases, ({ item }) => item.recorded.risk === 'major'),
    emergency: count(cases, ({ item }) => item.recorded.emergency),
    board: count(cases, ({ item }) => item.recorded.board),
  };
}

/** For each factor of the score and each rule of class and route that ever held: the changes, by what was recorded. */
function rules(parts) {
  const held = ({ decision }) => [
    ...decision.score.factors.map(({ id }) => `factor ${id}`),
    `class ${decision.class.rule}`,
    `route ${decision.route.rule}`,
  ];
  const names = [...new Set(Object.values(parts).flat().flatMap(held))].sort();
  return names.map((name) => ({
    name,
    ...Object.fromEntries(
      Object.entries(parts).map(([part, cases]) => [part, recordedOf(cases.filter((one) => held(one).includes(name)))]),
    ),
  }));
}

/** The types of which most held-out changes were recorded with a higher risk than computed, with their counts. */
function missed(parts) {
  const levels = QUESTIONS[0].values;
  const low = ({ item, decision }) => levels.indexOf(decision.risk) < levels.indexOf(item.recorded.risk);
  const types = [...new Set(parts.rest.filter(low).map(typeOf))].map((type) => {
    const ofType = (one) => typeOf(one) === type;
    return {
      type,
      missed: count(parts.rest, (one) => ofType(one) && low(one)),
      rest: count(parts.rest, ofType),
      sample: count(parts.sample, ofType),
      weighty: count(parts.sample, (one) => ofType(one) && one.item.recorded.risk !== 'minor'),
    };
  });
  const sorted = types.sort((a, b) => b.missed - a.missed || (a.type < b.type ? -1 : 1));
  return { types: sorted.slice(0, MISSED_TYPES), of: sorted.length };
}

/** For each code of the gates: the changes it was said to, by recorded risk. */
function gates(cases) {
  const codesOf = ({ later }) => later.gates.flatMap(({ failures }) => failures.map(({ code }) => code));
  const coded = cases.map((one) => ({ ...one, codes: codesOf(one) }));
  const unlisted = [...new Set(coded.flatMap(({ codes }) => codes))].filter((code) => !CODES.includes(code));
  if (unlisted.length > 0) throw new Error(`no row for \`${unlisted.join('`, `')}\``);
  const row = (code, holds) => ({ code, ...recordedOf(coded.filter(holds)) });
  return [
    ...CODES.map((code) => row(code, ({ codes }) => codes.includes(code))),
    row('any', ({ codes }) => codes.length > 0),
    row('none', ({ codes }) => codes.length === 0),
  ];
}

/** How often two times fall in the same minute: what a stricter reading of "before" and "after" would add. */
function equal(items) {
  const same = (a, b) => a !== null && b !== null && Date.parse(a) === Date.parse(b);
  return {
    start_is_opening: count(items, ({ facts }) => same(facts.execution.actual_start, facts.submission.at)),
    start_is_planned_start: count(items, ({ facts, request }) => same(facts.execution.actual_start, request.planned_start)),
    start_is_planned_end: count(items, ({ facts, request }) => same(facts.execution.actual_start, request.planned_end)),
    end_is_planned_end: count(items, ({ facts, request }) => same(facts.execution.actual_end, request.planned_end)),
    plan_without_length: count(items, ({ request }) => same(request.planned_start, request.planned_end)),
  };
}

function count(list, holds) {
  return list.filter(holds).length;
}

function opened({ item }) {
  return Date.parse(item.now);
}

function typeOf({ item }) {
  return item.request.change_type;
}

function isStandard({ request }) {
  return request.family === 'standard_change' || request.family === 'standard_activity';
}

function yesNo(value) {
  return value ? 'yes' : 'no';
}
