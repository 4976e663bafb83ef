// Figures to the part of docs/bank-changes.md that stands between two markers.

import { figuresBy, number, percent, table } from '../../../../tools/lib/figures.mjs';
import { reconciliation } from '../adapt.mjs';
import { ANSWERS } from './figures.mjs';

const PARTS = { sample: 'Sample', rest: 'Held out' };
const NAMES = { policy: 'the policy', majority: 'majority', type: 'type alone', weighed: 'type, weighed' };
const TITLES = { risk: 'Risk', emergency: 'Emergency', board: 'Board' };
const RATIOS = [1, 5, 20];

/** The figures of docs/bank-changes.md: put there, and read from there. */
export const { withFigures, figuresIn } = figuresBy('rules/examples/bank-changes/report.mjs');

/** The figures as Markdown. `counts` are those of adapt.mjs, `rules` how many rows the policy has. */
export function figuresText({ counts, rules, found }) {
  return [
    '### The records\n',
    ...reconciliation(counts).map((sentence) => `- ${sentence}.`),
    `- the sample is the ${number(found.parts.sample.changes)} changes opened first, up to ${found.parts.sample.last_opened};`
      + ` held out are the ${number(found.parts.rest.changes)} opened from ${found.parts.rest.first_opened},`
      + ` ${number(found.parts.rest.unknown_type)} of them of types that the sample does not have.`,
    `- the policy has ${rules} rows that decide: factors, rules of class and route, and requirements of gates.`,
    '',
    ...found.questions.flatMap(question),
    '### Class\n',
    ...table(
      ['', 'computed', 'changes', 'called standard by type', ...RECORDED.map((name) => `recorded ${name}`)],
      found.classes.map((row) => [PARTS[row.part], row.class, row.changes, row.called_standard, ...recorded(row)]),
    ),
    '',
    '### Rule by rule\n',
    'Changes for which it held, and of these those that people recorded as named.\n',
    ...table(
      ['', ...Object.values(PARTS).flatMap((part) => [part, ...RECORDED])],
      found.rules.map((row) => [
        `\`${row.name}\``,
        ...Object.keys(PARTS).flatMap((part) => [row[part].changes, ...recorded(row[part])]),
      ]),
    ),
    '',
    '### Held out, and said to be lower than recorded\n',
    `By type: the ${found.missed.types.length} of ${found.missed.of} types with most such changes.\n`,
    ...table(
      ['type', 'said too low', 'of held out', 'in the sample', 'of these Business or Major'],
      found.missed.types.map((row) => [row.type, row.missed, row.rest, row.sample, row.weighty]),
    ),
    '',
    '### Gates\n',
    'All changes, by the risk that people recorded.\n',
    ...table(
      ['', 'changes', 'share', 'minor', 'business', 'major'],
      found.gates.map((row) => [
        row.code === 'any' || row.code === 'none' ? `${row.code} of these` : `\`${row.code}\``,
        row.changes,
        percent(row.changes / counts.changes),
        row.minor,
        row.business,
        row.major,
      ]),
    ),
    '',
    `In the same minute: actual start and opening ${number(found.equal.start_is_opening)} times, actual and planned start`
      + ` ${number(found.equal.start_is_planned_start)}, actual start and planned end`
      + ` ${number(found.equal.start_is_planned_end)}, actual and planned end ${number(found.equal.end_is_planned_end)};`
      + ` ${number(found.equal.plan_without_length)} plans end in the minute in which they start.`,
    '',
  ].join('\n');
}

const RECORDED = ['minor', 'business', 'major', 'emergency', 'board'];

function recorded(row) {
  return RECORDED.map((name) => row[name]);
}

function question({ id, values, parts }) {
  return Object.entries(parts).flatMap(([part, { answers, against }]) => [
    `### ${TITLES[id]}: ${PARTS[part].toLowerCase()}\n`,
    ...table(
      ['recorded', ...ANSWERS.flatMap((answer) => values.map((value) => `${NAMES[answer]}: ${value}`))],
      values.map((row) => [row, ...ANSWERS.flatMap((answer) => values.map((said) => answers[answer].table[row][said]))]),
    ),
    '',
    ...table(
      [
        '',
        'accuracy',
        'balanced',
        ...values.flatMap((value) => [`recall ${value}`, `precision ${value}`]),
        'too low',
        'too high',
        ...RATIOS.map((ratio) => `cost ${ratio}:1`),
        'policy alone right',
        'it alone right',
      ],
      ANSWERS.map((answer) => {
        const { accuracy, balanced, each, under, over } = answers[answer];
        const { better, worse } = against[answer] ?? { better: '', worse: '' };
        return [
          NAMES[answer],
          percent(accuracy),
          percent(balanced),
          ...each.flatMap(({ recall, precision }) => [percent(recall), percent(precision)]),
          under,
          over,
          ...RATIOS.map((ratio) => ratio * under + over),
          better,
          worse,
        ];
      }),
    ),
    '',
  ]);
}
