// The bank's records to what the policy of this folder decides on:
//
//   node adapt.mjs CHANGES.csv.gz ITEMS.jsonl
//
// One line of JSON for each change: `{ id, request, facts, now, recorded }`. `request` and the group `submission` of the
// facts hold what was known when the record was opened. The groups `execution` and `assessment` hold what came later or
// what people concluded: only gates read them, and report.mjs leaves them out when it computes class, risk and board.
// `recorded` repeats what people concluded, to compare with. How rows that disagree were reconciled is said on stderr.

import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { instant, moment } from './lib/amsterdam.mjs';
import { reconcile } from './lib/reconcile.mjs';
import { readTable } from './lib/table.mjs';

const FAMILIES = [
  ['Standard Change Type ', 'standard_change'],
  ['Standard Activity Type ', 'standard_activity'],
  ['Release Type ', 'release'],
  ['Master Change', 'master'],
  ['Change Component', 'component'],
];
const RISKS = { 'Minor Change': 'minor', 'Business Change': 'business', 'Major Business Change': 'major' };
const ANSWERS = { Y: true, N: false };

/** The items of the rows of a file, in the order of their ids, with `counts` of what had to be decided on the way. */
export function adapt(rows) {
  const { changes, counts } = reconcile(rows);
  const adapted = changes.map(itemOf);
  const noted = (note) => adapted.flatMap(({ notes }) => notes).filter((found) => found === note).length;
  return {
    items: adapted.map(({ item }) => item),
    counts: { ...counts, ambiguous_times: noted('ambiguous'), skipped_times: noted('skipped') },
  };
}

function itemOf({ id, account, items, services }) {
  const notes = [];
  const read = (column, start = null) => {
    if (account[column] === '') return null;
    const found = instant(account[column], start);
    if (found.note) notes.push(found.note);
    return found;
  };
  const text = (found) => found?.text ?? null;
  const planned = read('Planned Start');
  const down = read('Scheduled Downtime Start');
  const began = read('Actual Start');
  const opened = read('Change record Open Time');
  const recorded = {
    risk: word(RISKS, account, 'Risk Assessment'),
    emergency: word(ANSWERS, account, 'Emergency Change'),
    board: word(ANSWERS, account, 'CAB-approval needed'),
  };
  const item = {
    id,
    request: {
      change_type: account['Change Type'],
      family: familyOf(account['Change Type']),
      items,
      services,
      planned_start: text(planned),
      planned_end: text(read('Planned End', planned)),
      starts: moment(account['Planned Start']),
      downtime_start: text(down),
      downtime_end: text(read('Scheduled Downtime End', down)),
      requested_end: text(read('Requested End Date')),
    },
    facts: {
      submission: { at: text(opened) },
      execution: { actual_start: text(began), actual_end: text(read('Actual End', began)) },
      assessment: recorded,
    },
    now: text(opened),
    recorded,
  };
  return { item, notes };
}

function familyOf(type) {
  const found = FAMILIES.find(([start]) => type.startsWith(start));
  if (!found) throw new Error(`\`${type}\` is no type of change that is known here`);
  return found[1];
}

function word(words, account, column) {
  const found = words[account[column]];
  if (found === undefined) throw new Error(`\`${account[column]}\` is no value of \`${column}\` that is known here`);
  return found;
}

/** What was reconciled, in sentences. */
export function reconciliation(counts) {
  const columns = Object.entries(counts.columns).map(([column, changes]) => `${column} ${changes}`);
  return [
    `${counts.rows} rows, ${counts.changes} changes, ${counts.several_rows} of them with more than one row;`
      + ` ${counts.repeated_items} rows repeat an item of their change and count once`,
    `the rows of ${counts.disagreeing} changes disagree about the change itself: the account of most rows was taken`
      + ` ${counts.by_majority} times; between equals the higher risk, then the earlier plan, then the earlier start`
      + ` ${counts.by_order} times`,
    ...(columns.length > 0 ? [`changes by column that differs: ${columns.join(', ')}`] : []),
    `${counts.ambiguous_times} times lie in the hour that comes twice in October (the first was taken, or the second where`
      + ` an end would lie before its start), ${counts.skipped_times} in the hour that March leaves out`,
  ];
}

function main([from, to, ...rest]) {
  if (from === undefined || to === undefined || rest.length > 0) {
    console.error('usage: node adapt.mjs CHANGES.csv.gz ITEMS.jsonl');
    process.exitCode = 2;
    return;
  }
  const { items, counts } = adapt(readTable(from));
  writeFileSync(to, items.map((item) => `${JSON.stringify(item)}\n`).join(''));
  for (const sentence of reconciliation(counts)) console.error(sentence);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main(process.argv.slice(2));
