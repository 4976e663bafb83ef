// The rehearsals of all series, as shipped and with other numbers.

import { join } from 'node:path';

import { deploymentsBeforeLabels, quietDeployments } from './deployments.mjs';
import { labelMeasure, quietMeasure } from './measure.mjs';
import { policyOf, SHIPPED, shippedPolicy } from './policy.mjs';
import { inFolder, rehearsed, written } from './rehearse.mjs';

/** Bytes are readings too, 0 is none. */
const WIDE = '0.001..1000000000.0';
/** 0 is a reading as well. The checker then asks for a value from which on a rise counts. */
const FROM_ZERO = '0.0..1000000000.0';

const rule = (limit, holding, floor = null) =>
  ({ id: `rises_${limit}_${holding}${floor === null ? '' : '_floor'}`, limit, holding, floor });

const LIMITS = [20, 50, 100];
/** Three and five evaluations see one reading of five minutes, ten see two, eleven three, thirty-one seven. */
const HOLDINGS = [3, 5, 10, 11, 31];

export const VARIANTS = [
  ...LIMITS.flatMap((limit) => HOLDINGS.map((holding) => rule(limit, holding))),
  ...[[20, 3], [20, 11], [50, 11], [100, 11]].map(([limit, holding]) => rule(limit, holding, '5.0')),
];

/** Which of the series are percentages, and can be rehearsed as an error rate. */
const isPercentage = ({ name }) => name.includes('cpu_utilization') || name === 'ec2_request_latency_system_failure';

/**
 * All rehearsals: for the rule of each of `shipped`, `errors` and `variants` (a list, in the order of VARIANTS) the
 * measures of each series, `{ series, quiet, labels, each }`; `each` has a measure for every labelled instant.
 */
export async function figures(program, all) {
  return inFolder(async (folder) => {
    const files = written(folder, 'series', all.map(({ name, text }) => ({ name: `${name}.csv`, text })));
    const run = async (name, rules, metric, some = all) => {
      const policy = written(folder, name, rules);
      return Promise.all(some.map((series) => watched(program, { policy, files, metric, series })));
    };
    const shipped = await run('shipped', shippedPolicy(), 'latency_p95');
    const errors = await run('errors', shippedPolicy(), 'error_rate', all.filter(isPercentage));
    const [plain, floored] = [VARIANTS.filter(({ floor }) => floor === null), VARIANTS.filter(({ floor }) => floor !== null)];
    const wide = await run('wide', policyOf(WIDE, plain), 'latency_p95');
    const from_zero = await run('from-zero', policyOf(FROM_ZERO, floored), 'latency_p95');
    return {
      shipped: shipped.map((one) => measured(one, SHIPPED.id)),
      errors: errors.map((one) => measured(one, 'errors_degraded')),
      variants: [
        ...plain.map(({ id }) => wide.map((one) => measured(one, id))),
        ...floored.map(({ id }) => from_zero.map((one) => measured(one, id))),
      ],
    };
  });
}

async function watched(program, { policy, files, metric, series }) {
  const [quiet, labels] = [quietDeployments(series), deploymentsBeforeLabels(series)];
  const starts = [...quiet, ...labels].map(({ start }) => start);
  const answers = await rehearsed(program, { policy, csv: join(files, `${series.name}.csv`), metric, starts });
  const answered = (some, from) => some.map((deployment, at) => ({ ...deployment, answer: answers[from + at] }));
  return { series, quiet: answered(quiet, 0), labels: answered(labels, quiet.length) };
}

function measured({ series, quiet, labels }, id) {
  const calm = quietMeasure(quiet, id);
  const instants = [...new Set(labels.map(({ label }) => label))];
  const of = (some) => labelMeasure(some, id, calm);
  return {
    series,
    quiet: calm,
    labels: of(labels),
    each: instants.map((label) => ({ label, ...of(labels.filter((deployment) => deployment.label === label)) })),
  };
}
