// How well an answer agrees with what people recorded. Pure functions over cases `{ recorded, said }`.

/** How many cases were recorded as the row's value and said to be the column's: `table[recorded][said]`. */
export function confusion(cases, values) {
  return Object.fromEntries(
    values.map((recorded) => [
      recorded,
      Object.fromEntries(
        values.map((said) => [said, cases.filter((one) => one.recorded === recorded && one.said === said).length]),
      ),
    ]),
  );
}

/**
 * What a confusion table comes to. `values` go from low to high: `under` counts cases said to be lower than recorded, and
 * `over` those said to be higher. A share of nothing is null; `balanced`, the mean recall, leaves such values out.
 */
export function scores(table, values) {
  const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);
  const cells = values.flatMap((recorded, row) => values.map((said, column) => ({ row, column, count: table[recorded][said] })));
  const counted = (which) => sum(cells.filter(which).map(({ count }) => count));
  const each = values.map((value, at) => ({
    value,
    recall: share(table[value][value], counted(({ row }) => row === at)),
    precision: share(table[value][value], counted(({ column }) => column === at)),
  }));
  const recalls = each.map(({ recall }) => recall).filter((recall) => recall !== null);
  return {
    accuracy: share(counted(({ row, column }) => row === column), counted(() => true)),
    balanced: share(sum(recalls), recalls.length),
    each,
    under: counted(({ row, column }) => column < row),
    over: counted(({ row, column }) => column > row),
  };
}

function share(part, whole) {
  return whole === 0 ? null : part / whole;
}

/** The answers to compare a policy with, learnt from `sample` alone; each is a function from a change to a value. */
export function baselines(sample, valueOf, typeOf, values) {
  const whole = tally(sample, valueOf, values);
  const byType = new Map();
  for (const one of sample) byType.set(typeOf(one), [...(byType.get(typeOf(one)) ?? []), one]);
  const counts = new Map([...byType].map(([type, some]) => [type, tally(some, valueOf, values)]));
  // Between equals the lower value, which comes first.
  const most = (weight) => values.reduce((best, value) => (weight(value) > weight(best) ? value : best));
  const majority = most((value) => whole[value]);
  const byWeight = (weigh) => {
    const answers = new Map([...counts].map(([type, count]) => [type, most((value) => weigh(count, value))]));
    return (one) => answers.get(typeOf(one)) ?? majority;
  };
  return {
    majority: () => majority,
    type: byWeight((count, value) => count[value]),
    weighed: byWeight((count, value) => (whole[value] === 0 ? 0 : count[value] / whole[value])),
  };
}

function tally(changes, valueOf, values) {
  const counts = Object.fromEntries(values.map((value) => [value, 0]));
  for (const one of changes) counts[valueOf(one)] += 1;
  return counts;
}
