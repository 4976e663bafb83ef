// What machines measure of a deployment, and what the monitor makes of it.

import type { Command } from './change.js';
import type { Instant, Json, JsonObject, Refusal } from './types.js';
import type { WorkflowRefusal } from './workflow.js';

// Samples ------------------------------------------------------------------------------------------------------------

/** One sample of one metric of the policy. `policy.readReport` makes them of reports; those of events and beats a program makes itself. */
export interface Sample {
  metric: string;
  /** When it was measured, tried or sent, or when it happened. */
  at: Instant;
  reading: Reading;
}

/** What a sample says. */
export type Reading =
  /** A number as decimal text, so that nothing is rounded: `'2.1'`. A percentage is as people write it: 20 % is `'20'`. */
  | { number: string }
  /** There was a sample, and it says nothing: `NaN`, an infinity. */
  | 'not_a_number'
  | { word: string }
  | { yes_no: boolean }
  /** An event, by the facts group that describes it. The policy says whether it counts. */
  | { event: JsonObject }
  /** The distinct id of an event of which is known that it counts. */
  | { counted: string }
  /** A beat, with its number where beats are numbered. */
  | { beat: number | null };

// Reports ------------------------------------------------------------------------------------------------------------

/** What a machine reports. */
export type Report = SeriesReport | TestReport;

/** Numbers over time, and which metric of the policy they are. */
export type SeriesReport = SeriesFormat & ({ metric: string } | { metrics: readonly PartOfSeries[] });

/** How numbers over time are written. */
export type SeriesFormat =
  /** An answer of the Prometheus HTTP API, to `query` or `query_range`, as it came. */
  | { format: 'prometheus'; text: string }
  /** OpenMetrics, or the Prometheus text format; `at` is when it was scraped, the time of samples that say none. */
  | { format: 'openmetrics'; text: string; at: Instant }
  /** A table with a header. `time` is the column of times, `timestamp` where it is left out; `unit` is that of times that are plain numbers. */
  | { format: 'csv'; text: string; time?: string; unit?: 'seconds' | 'milliseconds' };

/** Which series is which metric. One that fits several series is refused. */
export interface PartOfSeries {
  metric: string;
  /** The name of the series, or of the column: whichever there is where it is left out, and of columns `value`. */
  series?: string;
  /** Labels that it has, among others. */
  labels?: { readonly [name: string]: string };
  /** What each number means, for a metric of words: `{ '1': 'accepted', '0': 'denied' }`. Yes and no are `'yes'` and `'no'`. */
  words?: { readonly [number: string]: string };
}

/** What a test tool writes: JUnit XML. It is read for its suites, and for metrics where there are any. */
export interface TestReport {
  format: 'junit';
  text: string;
  /** When it was made: the time of suites that do not say theirs with its offset. */
  at: Instant;
  metrics?: readonly PartOfTests[];
}

/** Which suite, test or property is which metric. */
export interface PartOfTests {
  metric: string;
  /** The suite; the whole report where it is left out. */
  suite?: string;
  /** The test in it. */
  test?: string;
  /** The property whose value is the metric's; how the tests ended where it is left out. */
  property?: string;
  /** What an outcome means, for a metric without the words `passed`, `failed` and `skipped`; of what has none there is no sample. */
  words?: { readonly [outcome in TestOutcome]?: string };
}

/** How tests ended. Of what was not run nothing is shown: it is not passed. */
export type TestOutcome = 'passed' | 'failed' | 'skipped';

/** What a report says, or what is wrong with it (`BAD_TELEMETRY`, `SERIES_UNCLEAR`). */
export type ReportAnswer = ({ ok: true } & ReportRead) | { ok: false; error: Refusal; errors: Refusal[] };

/** What a report says. */
export interface ReportRead {
  samples: Sample[];
  /** The metrics of which it says nothing. What that means the policy's rules say. */
  missing: string[];
  /** What Prometheus warns of and remarks. */
  warnings: string[];
  /** Of test reports. */
  tests?: { outcome: TestOutcome; suites: TestSuite[] };
}

/** A suite of tests. */
export interface TestSuite {
  /** Empty for tests that stand in no suite. */
  name: string;
  /** With the suites in it. */
  outcome: TestOutcome;
  at: Instant;
  /** Its time as written. */
  timestamp: string | null;
  took_ms: number | null;
  passed: number;
  skipped: number;
  /** Tests that could not be run to their end. */
  errored: number;
  failed: number;
  properties: TestProperty[];
  cases: TestCase[];
  suites: TestSuite[];
}

/** A test. */
export interface TestCase {
  name: string;
  class: string;
  outcome: TestOutcome | 'errored';
  /** Why it did not pass. */
  message: string | null;
  took_ms: number | null;
  properties: TestProperty[];
}

/** What a suite or a test says of itself. */
export interface TestProperty {
  name: string;
  value: string;
}

// The watch ----------------------------------------------------------------------------------------------------------

/** The medians of the metrics before a deployment. */
export interface BaselineAnswer {
  ok: true;
  /** One for each metric to which the policy gives a baseline. */
  baselines: Baseline[];
  /** The fewest samples of any of them, null where there is none: the fact `baseline.samples`. */
  samples: number | null;
}

/** The median of a metric before a deployment, and what it was made of. */
export interface Baseline {
  metric: string;
  /** Decimal text; null without a usable sample. */
  median: string | null;
  samples: number;
  /** Samples of that time that were not used. */
  ignored: number;
  from: Instant;
  to: Instant;
}

/**
 * The state of a watch, to be stored as JSON and given again. `change`, `started` and `seen`, up to when everything is judged, may
 * be read; the rest is the engine's own. A store may order its members anew, and change nothing else: `digest` is held against
 * it (`BAD_MONITOR`). A monitor that is lost is armed again and given everything since the start: it then says what it said.
 */
export interface Monitor {
  readonly change: string;
  readonly policy: string;
  readonly started: Instant;
  readonly seen: Instant;
  readonly digest: string;
  readonly [own: string]: Json;
}

/** A monitor, or why there is none: `NOT_DEPLOYED`, `NO_BASELINE`, `BAD_BASELINE`, `NOTHING_TO_WATCH`, `OTHER_POLICY`. */
export type ArmAnswer = { ok: true; monitor: Monitor } | WorkflowRefusal;

/** What samples say, or why nothing was observed: `OTHER_CHANGE`, `OTHER_POLICY`, `TOO_FAR`. */
export type ObserveAnswer = ({ ok: true } & Observation) | WorkflowRefusal;

/** What samples say of a deployment. */
export interface Observation {
  /** The monitor after it. */
  monitor: Monitor;
  /** What is new, by instant and rule. */
  verdicts: Verdict[];
  /** What was wrong with samples of this call. */
  remarks: Remark[];
  summary: WatchSummary;
  /** What the change is to be told, in this order, by `{ machine: 'monitor' }`. */
  commands: Command[];
}

/** One thing that the monitor says. */
export type Verdict =
  /** A rule fired, or would have outside the period in which it is armed (`alert`). */
  | ({ verdict: 'fired' | 'alert' } & Firing)
  /** A rule has had no data for so many evaluations that nothing is known. */
  | { verdict: 'inconclusive'; rule: string; at: Instant; since: Instant; metrics: string[]; tell: string[] }
  | { verdict: 'conclusive_again'; rule: string; at: Instant }
  /** The change was not restored by the deadline. */
  | { verdict: 'rollback_failed'; code: string; at: Instant; fired_at: Instant };

/** A rule that fired, with everything that made it fire. */
export interface Firing {
  rule: string;
  code: string;
  at: Instant;
  /** One rule starts the one rollback of a deployment; all others inform. */
  role: 'starts_rollback' | 'informs';
  cause: 'breach' | 'no_data';
  /** When things were bad first. */
  first_bad: Instant;
  /** How many evaluations in a row were bad. */
  evaluations: number;
  /** Those evaluations, the first sixteen of them. */
  bad: { at: Instant; evidence: Evidence[] }[];
  /** The rule's owner and those whom it notifies. */
  tell: string[];
}

/** What was measured, and what it was held against: exact decimal text, a percentage with `%`. */
export interface Evidence {
  metric: string;
  sampled_at?: Instant;
  /** `missing` if nothing was. */
  measured: string;
  baseline?: string;
  threshold?: string;
  /** By how many per cent of the baseline it lies above it. */
  rise_percent?: string;
}

/** Samples that were not taken as they came. */
export interface Remark {
  /** The metric, or `now`. */
  metric: string;
  kind: RemarkKind;
  count: number;
  /** The time of the earliest. */
  first: Instant;
}

/** What can be said of samples. None of these fires or clears anything. */
export type RemarkKind =
  | 'unknown_metric' | 'wrong_kind' | 'out_of_range' | 'not_a_number' | 'malformed' | 'future' | 'before_start' | 'late' | 'duplicate'
  | 'contradicting' | 'superseded' | 'not_counted' | 'out_of_order' | 'restart' | 'clock_went_back';

/** Where a deployment stands. */
export interface WatchSummary {
  at: Instant;
  /** Over all rules. What was never measured is skipped, not passed. */
  outcome: TestOutcome;
  /** Over the rules that read gauges: the fact `verification.metrics`. */
  metrics: TestOutcome;
  measured: boolean;
  /** The rules that cannot judge for want of data. */
  inconclusive: string[];
  rules: { rule: string; state: 'passing' | 'breached' | 'inconclusive' | 'unmeasured'; bad: number; fired: number; measured: boolean }[];
  /** What was wrong with samples since the start. */
  remarks: { metric: string; kind: RemarkKind; count: number }[];
}

// Rehearsals ---------------------------------------------------------------------------------------------------------

/** What a monitor would have said, or why nothing can be: `NO_SAMPLES`, `NO_BASELINE`, `NOTHING_TO_WATCH`, `TOO_FAR`. */
export type RehearseAnswer = ({ ok: true } & Rehearsal) | { ok: false; error: Refusal; errors: Refusal[] };

/** What a monitor would have said of recorded samples. */
export interface Rehearsal {
  baselines: Baseline[];
  watched: { start: Instant; end: Instant };
  verdicts: Verdict[];
  /** The verdicts in words. */
  lines: { at: Instant; rule: string; firing: boolean; since: Instant | null; said: string }[];
  remarks: Remark[];
  summary: WatchSummary;
}
