// Figures to the part of docs/incidents.md that stands between two markers.

import { figuresBy, percent, table } from '../../../../tools/lib/figures.mjs';
import { BEFORE_LABEL, DAY, HOUR, quietDeployments } from './deployments.mjs';
import { VARIANTS } from './figures.mjs';
import { median, together } from './measure.mjs';

/** The figures of docs/incidents.md: put there, and read from there. */
export const { withFigures, figuresIn } = figuresBy('rules/change-management/incidents/report.mjs');

/** The readings that the shipped latency metric takes. */
const [LEAST, MOST] = [0.001, 3600];
/** A reading that comes later than this after the one before leaves minutes of which nothing is known. */
const STEP_MS = 300_000;

/** The figures as Markdown, of the series and of what `figures` found in them. */
export function figuresText(all, { shipped, errors, variants }) {
  return [
    ...series(all),
    ...quietDays('Quiet days: the latency rule as shipped', shipped),
    ...incidents('Labelled incidents: the latency rule as shipped', shipped),
    ...quietDays('Quiet days: the error rate rule as shipped', errors),
    ...inAll(errors),
    ...otherNumbers(variants),
    ...bySeries(variants),
  ].join('\n');
}

function series(all) {
  const rows = all.map((one) => {
    const { name, readings, windows } = one;
    const gaps = readings.slice(1).map(({ at }, index) => at - readings[index].at);
    return [
      `\`${name}\``,
      readings.length,
      decimal((readings.at(-1).at - readings[0].at) / DAY),
      significant(Math.min(...values(readings))),
      significant(median(values(readings))),
      significant(Math.max(...values(readings))),
      readings.filter(({ value }) => value < LEAST || value > MOST).length,
      gaps.filter((gap) => gap > STEP_MS).reduce((sum, gap) => sum + gap - STEP_MS, 0) / 60_000,
      gaps.filter((gap) => gap === 0).length,
      percent(risen(one)),
      windows.length,
      windows.flatMap(({ labels }) => labels).length,
    ];
  });
  return [
    '### The series\n',
    `Unfit: below ${LEAST} or above ${MOST}, which is no latency by the shipped policy. Lost: minutes for which a reading was due.`,
    'Risen: readings of quiet days that lie more than 20 % above the median of the day before.\n',
    ...table(
      ['', 'readings', 'days', 'lowest', 'median', 'highest', 'unfit', 'minutes lost', 'stamped twice', 'risen', 'windows', 'labels'],
      rows,
    ),
    '',
  ];
}

/** Of the readings of quiet days the share that lies more than a fifth above the median of the day before. */
function risen(one) {
  const between = (from, to) => values(one.readings.filter(({ at }) => from <= at && at < to));
  const days = quietDeployments(one).map(({ start, end }) => {
    const limit = median(between(start - DAY, start)) * 1.2;
    const readings = between(start, end);
    return { readings: readings.length, above: readings.filter((value) => value > limit).length };
  });
  const { readings, above } = together(days);
  return above / readings;
}

function quietDays(title, measures) {
  const row = (name, quiet) => [
    name,
    quiet.deployments,
    quiet.refused,
    quiet.taken_back,
    quiet.no_data,
    percent(share(quiet)),
    decimal(median(quiet.hours)),
    decimal(quiet.watched_days),
    decimal(quiet.watched_days === 0 ? null : quiet.taken_back / quiet.watched_days),
  ];
  return [
    `### ${title}\n`,
    ...table(
      ['', 'watched', 'not armed', 'taken back', 'for want of data', 'share', 'after hours', 'days until then', 'taken back a day'],
      [...measures.map(({ series: { name }, quiet }) => row(`\`${name}\``, quiet)), row('all', together(measures.map(({ quiet }) => quiet)))],
    ),
    '',
    `The mean of the shares of the series is ${percent(meanShare(measures))}.`,
    '',
  ];
}

function incidents(title, measures) {
  const row = (name, { lowest, highest, ...measure }) => [
    name,
    lowest ?? '',
    highest ?? '',
    measure.deployments,
    measure.refused,
    measure.before,
    measure.early,
    measure.found,
    decimal(measure.by_chance),
    measure.missed,
    median(measure.minutes) ?? '–',
    measure.near,
    decimal(measure.near_by_chance),
  ];
  const rows = measures.flatMap(({ series: one, each }) =>
    each.map((measure) => row(`\`${one.name}\`, ${minute(measure.label)}`, { ...measure, ...extremes(one, measure.label) })));
  const hours = BEFORE_LABEL.map((time) => time / HOUR).join(', ');
  const all = together(measures.map(({ labels }) => labels));
  return [
    `### ${title}\n`,
    `Deployments ${hours} hours before each labelled instant.\n`,
    ...table(
      ['label', 'lowest', 'highest', 'watched', 'not armed', 'before', 'early', 'found', 'by chance', 'missed', 'after minutes', 'near', 'by chance'],
      [...rows, row('all', all)],
    ),
    '',
    ...inWindow(all),
  ];
}

/** What the table of labels says in its last row, in words. */
function inAll(measures) {
  const all = together(measures.map(({ labels }) => labels));
  return [
    `Before the labels of these series ${all.deployments} were watched: ${all.before} before, ${all.early} early, ${all.found} found`
      + ` (by chance ${decimal(all.by_chance)}), ${all.missed} missed, ${all.near} near (by chance ${decimal(all.near_by_chance)}).`,
    ...inWindow(all),
  ];
}

function inWindow(all) {
  return [
    `Early or found: ${all.in_window}, by chance ${decimal(all.in_window_by_chance)}. Found for want of data: ${all.no_data}.`,
    '',
  ];
}

/** The readings from a label to the end of its window, in per cent of the median of the day before the label. */
function extremes({ readings, windows }, label) {
  const { to } = windows.find(({ labels }) => labels.includes(label));
  const before = median(values(readings.filter(({ at }) => label - DAY <= at && at < label)));
  const after = values(readings.filter(({ at }) => label <= at && at <= to));
  const of = (value) => (before === 0 ? '–' : `${significant((value / before) * 100)} %`);
  return { lowest: of(Math.min(...after)), highest: of(Math.max(...after)) };
}

function otherNumbers(variants) {
  const rows = VARIANTS.map(({ limit, holding, floor }, at) => {
    const quiet = together(variants[at].map((measure) => measure.quiet));
    const labels = together(variants[at].map((measure) => measure.labels));
    return [
      rule(limit, floor),
      holding,
      seen(holding),
      quiet.taken_back,
      quiet.no_data,
      percent(share(quiet)),
      percent(meanShare(variants[at])),
      decimal(quiet.taken_back / quiet.watched_days),
      labels.before,
      labels.early,
      labels.found,
      decimal(labels.by_chance),
      labels.missed,
      median(labels.minutes) ?? '–',
      labels.near,
      decimal(labels.near_by_chance),
    ];
  });
  const [first] = variants.map((measures) => together(measures.map(({ quiet }) => quiet)));
  return [
    '### Other numbers\n',
    'All series, bytes included. `> 5` is a floor in the unit of the series; with it 0 is a reading, without it none.',
    `${first.deployments} quiet deployments watched without a floor.\n`,
    ...table(
      ['rises by more than', 'holding', 'readings', 'taken back', 'for want of data', 'share', 'mean of series', 'taken back a day',
        'before', 'early', 'found', 'by chance', 'missed', 'after minutes', 'near', 'by chance'],
      rows,
    ),
    '',
  ];
}

/** How many readings of five minutes an evaluation each minute must see before a rule that holds so long fires. */
function seen(holding) {
  return Math.ceil(holding / 5);
}

function bySeries(variants) {
  const shown = VARIANTS.map((variant, at) => ({ ...variant, at })).filter(({ holding }) => holding === 3 || holding === 11);
  const names = variants[0].map(({ series: { name } }) => name);
  return [
    '### Other numbers, by series\n',
    'Share of quiet deployments that are taken back.\n',
    ...table(
      ['', ...shown.map(({ limit, holding, floor }) => `${rule(limit, floor)}, ${holding}`)],
      names.map((name, index) => [`\`${name}\``, ...shown.map(({ at }) => percent(share(variants[at][index].quiet)))]),
    ),
    '',
  ];
}

function rule(limit, floor) {
  return `${limit} %${floor === null ? '' : ` and > ${Number(floor)}`}`;
}

function share({ deployments, taken_back }) {
  return deployments === 0 ? null : taken_back / deployments;
}

function meanShare(measures) {
  const shares = measures.map(({ quiet }) => share(quiet)).filter((value) => value !== null);
  return shares.reduce((sum, value) => sum + value, 0) / shares.length;
}

function values(readings) {
  return readings.map(({ value }) => value);
}

function minute(ms) {
  return new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
}

function decimal(value) {
  return value === null ? '–' : value.toFixed(1);
}

/** Three digits that count, without an exponent. */
function significant(value) {
  return Number(value.toPrecision(3)).toLocaleString('en-US', { maximumSignificantDigits: 3 });
}
