// Deployments that nobody made: where they start, what of the labels they meet, and what a firing is worth there.

export const HOUR = 3_600_000;
/** How long each is watched, and how long a baseline is. */
export const DAY = 24 * HOUR;
/** How long before a labelled instant deployments are supposed. */
export const BEFORE_LABEL = [1, 6, 12, 18].map((hours) => hours * HOUR);
/** How many readings a baseline must have: as the gate `start` of the shipped policy asks. */
const FEWEST_READINGS = 30;

/**
 * A deployment every 24 hours, from a day after the first reading on, each watched for a day: `{ start, end }` of those
 * that are watched to their end and see no part of any labelled window.
 */
export function quietDeployments({ readings, windows }) {
  const [first, last] = [readings[0].at, readings.at(-1).at];
  const found = [];
  for (let start = first + DAY; start + DAY <= last; start += DAY) {
    const end = start + DAY;
    if (!windows.some(({ from, to }) => start <= to && from <= end)) found.push({ start, end });
  }
  return found;
}

/**
 * Deployments some hours before each labelled instant, watched to the end of its window, for a day at most:
 * `{ start, end, label, window }`. Left out are those before an earlier label, and those without a baseline.
 */
export function deploymentsBeforeLabels({ readings, windows }) {
  const last = readings.at(-1).at;
  const labels = windows.flatMap((window) => window.labels.map((label) => ({ label, window })));
  return labels.sort((a, b) => a.label - b.label).flatMap(({ label, window }, at) => {
    const earlier = labels[at - 1]?.label ?? -Infinity;
    const starts = BEFORE_LABEL.map((hours) => label - hours).filter((start) => start > earlier);
    const usable = starts.filter((start) => readingsBefore(readings, start) >= FEWEST_READINGS);
    return usable.map((start) => ({ start, end: Math.min(start + DAY, window.to, last), label, window }));
  });
}

function readingsBefore(readings, start) {
  return readings.filter(({ at }) => start - DAY <= at && at < start).length;
}

/**
 * What the first firing at `fired` (null for none) means for a deployment before a label: it comes `before` its window, in
 * the window but `early`, from the label on, or the incident is `missed`. Only `found` is a detection:
 * what fires sooner takes the deployment back before there is anything to find.
 */
export function outcome({ end, label, window }, fired) {
  if (fired === null || fired > end) return 'missed';
  if (fired < window.from) return 'before';
  return fired < label ? 'early' : 'found';
}

/**
 * How probable it is by chance that a deployment before a label is first fired at from `from` on: the share of the quiet
 * deployments of the series that were, in the same part of their watch. `quiet` has the time from start to firing of each,
 * null for none; the answer is null where there are none.
 */
export function chance({ start, end }, from, quiet) {
  const same = quiet.filter((after) => after !== null && from - start <= after && after <= end - start);
  return quiet.length === 0 ? null : same.length / quiet.length;
}
