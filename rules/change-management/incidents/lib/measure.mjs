// What rules do to deployments: how many of the quiet ones they take back, and what they find of labelled incidents.

import { chance, DAY, HOUR, outcome } from './deployments.mjs';

export const OUTCOMES = ['before', 'early', 'found', 'missed'];

/**
 * What `rule` does to the quiet deployments of a series, each with its answer: how many there are, how many are taken
 * back, how many of these for want of data, the days that were watched until then, and how many were not watched at all.
 */
export function quietMeasure(deployments, rule) {
  const watched = deployments.filter(({ answer }) => !answer.refused);
  const after = watched.map(({ start, answer }) => (answer.firings[rule] ? answer.firings[rule].at - start : null));
  const fired = watched.filter((_, at) => after[at] !== null);
  return {
    deployments: watched.length,
    taken_back: fired.length,
    no_data: fired.filter(({ answer }) => answer.firings[rule].cause === 'no_data').length,
    watched_days: after.reduce((sum, time) => sum + (time ?? DAY), 0) / DAY,
    hours: after.filter((time) => time !== null).map((time) => time / HOUR),
    refused: deployments.length - watched.length,
    after,
  };
}

/**
 * What `rule` finds from deployments before labels, each with its answer. `quiet` is the measure of the quiet ones of the
 * same series: `by_chance` is how many would be found if labels stood anywhere. `near` counts from an hour before the
 * label on, since some stand at the worst moment of an incident, and `in_window` from the beginning of the window.
 */
export function labelMeasure(deployments, rule, quiet) {
  const watched = deployments.filter(({ answer }) => !answer.refused);
  const seen = watched.map((deployment) => {
    const firing = deployment.answer.firings[rule] ?? null;
    return { deployment, firing, outcome: outcome(deployment, firing?.at ?? null) };
  });
  const found = seen.filter((it) => it.outcome === 'found');
  const expected = (from) =>
    watched.reduce((sum, deployment) => sum + (chance(deployment, from(deployment), quiet.after) ?? 0), 0);
  return {
    deployments: watched.length,
    ...Object.fromEntries(OUTCOMES.map((name) => [name, seen.filter((it) => it.outcome === name).length])),
    no_data: found.filter(({ firing }) => firing.cause === 'no_data').length,
    near: seen.filter((it) => it.outcome === 'found' || (it.outcome !== 'missed' && it.firing.at >= nearly(it.deployment))).length,
    near_by_chance: expected(nearly),
    in_window: seen.filter((it) => it.outcome === 'early' || it.outcome === 'found').length,
    in_window_by_chance: expected(({ window }) => window.from),
    minutes: found.map(({ deployment, firing }) => (firing.at - deployment.label) / 60_000),
    by_chance: expected(({ label }) => label),
    refused: deployments.length - watched.length,
  };
}

function nearly({ label }) {
  return label - HOUR;
}

/** Measures of one kind as one: numbers are added, lists joined. */
export function together(measures) {
  return measures.reduce((sum, one) =>
    Object.fromEntries(Object.keys(one).map((key) => [key, Array.isArray(one[key]) ? [...sum[key], ...one[key]] : sum[key] + one[key]])));
}

/** The value in the middle, the lower one of two; null of none. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? null;
}
