// Rows to changes. The file has one row for each change and affected item, and the rows of one change may disagree.
//
// The items are united over all rows, each named item once. What is said about the change itself must be one account, so
// rows are never mixed (the plan of one with the outcome of another). Of several accounts the one that most rows give
// is taken; between equals the higher risk, then the earlier planned start, then the one with an actual start, the
// earlier first.

/** The columns that speak of the change and not of an item. */
export const ACCOUNT = [
  'Change Type',
  'Risk Assessment',
  'Emergency Change',
  'CAB-approval needed',
  'Planned Start',
  'Planned End',
  'Scheduled Downtime Start',
  'Scheduled Downtime End',
  'Actual Start',
  'Actual End',
  'Requested End Date',
  'Change record Open Time',
];

const RISKS = ['Minor Change', 'Business Change', 'Major Business Change'];

/**
 * The changes of `rows` in the order of their ids, and how rows were reconciled:
 * `{ changes: [{ id, account, items, services }], counts }`. `items` is how many different items are affected,
 * `services` their service components in order.
 */
export function reconcile(rows) {
  const byId = new Map();
  for (const row of rows) byId.set(row['Change ID'], [...(byId.get(row['Change ID']) ?? []), row]);
  const groups = [...byId]
    .sort(([a], [b]) => compare(a, b))
    .map(([id, group]) => ({ id, group, ...accountOf(group) }));
  const torn = groups.filter(({ settled }) => settled !== 'agree');
  const different = (rows, column) => new Set(rows.map((row) => row[column])).size > 1;
  return {
    changes: groups.map(({ id, group, account }) => ({
      id,
      account,
      items: new Set(group.map((row) => row['CI Name (aff)'])).size,
      services: [...new Set(group.map((row) => row['Service Component WBS (aff)']))].sort(),
    })),
    counts: {
      rows: rows.length,
      changes: groups.length,
      several_rows: groups.filter(({ group }) => group.length > 1).length,
      repeated_items: rows.length - new Set(rows.map((row) => `${row['Change ID']} ${row['CI Name (aff)']}`)).size,
      disagreeing: torn.length,
      by_majority: torn.filter(({ settled }) => settled === 'majority').length,
      by_order: torn.filter(({ settled }) => settled === 'order').length,
      columns: Object.fromEntries(
        ACCOUNT.map((column) => [column, torn.filter(({ group }) => different(group, column)).length]).filter(([, n]) => n > 0),
      ),
    },
  };
}

function accountOf(group) {
  const accounts = new Map();
  for (const row of group) {
    const key = ACCOUNT.map((column) => row[column]).join(';');
    const known = accounts.get(key) ?? { row, rows: 0 };
    accounts.set(key, { ...known, rows: known.rows + 1 });
  }
  const ranked = [...accounts.values()].sort((a, b) => b.rows - a.rows || order(a.row, b.row));
  const settled = ranked.length === 1 ? 'agree' : ranked[0].rows > ranked[1].rows ? 'majority' : 'order';
  return { account: ranked[0].row, settled };
}

function order(a, b) {
  const risk = RISKS.indexOf(b['Risk Assessment']) - RISKS.indexOf(a['Risk Assessment']);
  return risk || compare(sortable(a['Planned Start']), sortable(b['Planned Start']))
    || compare(sortable(a['Actual Start']), sortable(b['Actual Start']))
    || compare(ACCOUNT.map((column) => a[column]).join(';'), ACCOUNT.map((column) => b[column]).join(';'));
}

/** `dd-mm-yyyy HH:MM` as text that sorts by time; an empty one comes last. */
function sortable(local) {
  return local === '' ? '~' : `${local.slice(6, 10)}${local.slice(3, 5)}${local.slice(0, 2)}${local.slice(11)}`;
}

function compare(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}
