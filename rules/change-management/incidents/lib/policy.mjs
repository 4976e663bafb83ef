// The shipped policy, and copies of it in which the latency rule stands several times, with other numbers.

import { readdirSync, readFileSync } from 'node:fs';

const FOLDER = new URL('../../', import.meta.url);

/** The range of the latency metric as shipped: no reading of bytes is within it, and none of 0. */
const RANGE = '0.001..3600.0';
const METRIC = (range) => `"Latency, 95th percentile, seconds" gauge  : decimal ${range}\n`;
const RULE = /^ {2}rule latency_degraded .*\n( {4}.*\n)+/m;
const WHEN = (limit, floor) => `rises by more than ${limit}%${floor === null ? '' : ` and latency_p95 > ${floor}`}\n`;
const HOLDING = (evaluations) => `holding ${evaluations} evaluations\n`;

/** The rule as shipped. */
export const SHIPPED = { id: 'latency_degraded', limit: 20, holding: 3, floor: null };

/** The rule files of the shipped policy, `{ name, text }`. */
export function shippedPolicy() {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith('.gate')).sort();
  return names.map((name) => ({ name, text: readFileSync(new URL(name, FOLDER), 'utf8') }));
}

/**
 * The shipped policy with another range of the latency metric, and with a copy of the latency rule for each of `variants`
 * (`{ id, limit, holding, floor }`) in its place. Tests of the policy are left out: they expect the shipped numbers.
 */
export function policyOf(range, variants) {
  return shippedPolicy().filter(({ name }) => !name.startsWith('tests-')).map(({ name, text }) => {
    if (name !== 'rollback.gate') return { name, text };
    const [shipped] = text.match(RULE) ?? [''];
    const rules = variants.map(({ id, limit, holding, floor }) =>
      [
        [SHIPPED.id, id],
        [WHEN(SHIPPED.limit, SHIPPED.floor), WHEN(limit, floor)],
        [HOLDING(SHIPPED.holding), HOLDING(holding)],
      ].reduce((rule, [from, to]) => replaced(rule, from, to), shipped));
    return { name, text: replaced(replaced(text, shipped, rules.join('\n')), METRIC(RANGE), METRIC(range)) };
  });
}

/** `text` with `from` replaced; an Error if it does not stand there exactly once. */
function replaced(text, from, to) {
  if (text.split(from).length !== 2) throw new Error(`rollback.gate does not say once: ${from.trim()}`);
  return text.split(from).join(to);
}
