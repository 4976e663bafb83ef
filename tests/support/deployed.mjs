// A change of the shipped policy that is being deployed, and what was recorded of a service that slowed down, moved to its time.

import { readFileSync } from 'node:fs';

import { inProject } from '../../tools/lib/paths.mjs';
import { scenarios } from './shipped.mjs';

/** When it started. */
export const start = '2026-02-10T22:00:00+05:30';
const STARTED = Date.parse(start);

/** The recorded deployment is one that began half a minute before the first sample of `matrix.json`. */
const MOVED_SECONDS = STARTED / 1000 - (1_795_612_198.25 - 28.25);

/** So many minutes and seconds after the start. */
export const after = (minutes, seconds = 0) => new Date(STARTED + (minutes * 60 + seconds) * 1000).toISOString();

const { shared, 'metrics-degraded': script } = scenarios;

/** Who holds which role. */
export const roster = shared.people;

/** The change's events, up to and with its start. */
export function eventsOf(policy) {
  const [{ events }] = policy.simulate(script, { with: { 'shared.json': shared } }).cases;
  return events.slice(0, events.findIndex(({ what }) => what.type === 'implementation.started') + 1);
}

/** The text of a recorded answer of Prometheus, moved in time. */
export const recorded = (name) =>
  readFileSync(inProject('tests', 'data', 'telemetry', 'recorded', 'prometheus', `${name}.json`), 'utf8').replace(
    /(?<=\[)\d{10}\.\d+(?=,)/g,
    (seconds) => (Number(seconds) + MOVED_SECONDS).toFixed(3),
  );

/** Which recorded series is which metric of the policy. */
export const metrics = [
  { metric: 'latency_p95', series: 'latency_p95_seconds', labels: { zone: 'a' } },
  { metric: 'error_rate', series: 'error_rate_percent' },
];

/** The day before, a row for each quarter of an hour. */
export const before = ['timestamp,latency_p95,error_rate', ...Array.from({ length: 96 }, (_, at) => `${after(-15 * (at + 1))},2.1,0.2`)].join('\n');
