//! Recorded telemetry under the rollback rules of a policy: what a monitor would have said, and when.

use serde::Serialize;

use crate::ir::{MetricId, Name, Pace, Record, Shape};
use crate::monitor::{Baseline, Monitor, Reading, Remark, Sample, Summary, Verdict, Watched};
use crate::telemetry::{self, Columns, Datum, Series};
use crate::value::{Duration, Instant, Period};

use super::{Compiled, Refusal, baseline, metric_named};

/// What [`rehearse`] is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RehearseCall {
    /// The recorded series.
    pub files: Vec<Recorded>,
    /// The start of the deployment that is supposed; the first instant with a whole baseline before it where none is
    /// named.
    pub start: Option<Instant>,
    /// How long a reading of a gauge stands for what follows it, up to the next one; only for its own instant where
    /// nothing is said. For series that were recorded less often than the policy evaluates.
    pub hold: Option<Duration>,
}

/// Recorded series, read once and ready to be played from any start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tape {
    // INVARIANT: in the order of time.
    samples: Vec<Sample>,
    /// The metrics that they are of.
    reported: Vec<MetricId>,
    /// How readings were held, where they were.
    held: Option<Held>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Held {
    hold: Duration,
    /// Which metric was read, and when.
    read: Vec<(Name, Instant)>,
}

/// A rule that a single reading can fire, because it is held for as many evaluations as the rule asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alone {
    /// The rule.
    pub rule: Name,
    /// How many evaluations in a row it asks for.
    pub holding: u32,
    /// How long a reading may be held and not fire it.
    pub longest: Duration,
}

impl Tape {
    /// How many readings the samples of a baseline were made of; nothing where none were held, so that it is the samples.
    pub fn readings(&self, baseline: &Baseline) -> Option<usize> {
        let in_time = |at: Instant| baseline.from <= at && at < baseline.to;
        let of = |(metric, at): &&(Name, Instant)| *metric == baseline.metric && in_time(*at);
        self.held.as_ref().map(|held| held.read.iter().filter(of).count())
    }

    /// The rules that a single reading can fire, although they ask for several bad evaluations in a row.
    pub fn alone<'a>(&'a self, policy: &'a Compiled) -> impl Iterator<Item = Alone> + 'a {
        let rules = policy.ir.rollback.iter().flat_map(|rollback| &rollback.rules);
        self.held.iter().flat_map(move |held| {
            rules.clone().filter_map(|rule| {
                let Pace::Every(every) = rule.pace else { return None };
                let waits = i64::from(rule.holding.checked_sub(1).filter(|waits| *waits > 0)?);
                let longest = Duration::from_ms(every.ms().checked_mul(waits)?);
                let watched = rule.reads.iter().all(|metric| self.reported.contains(metric));
                (watched && held.hold > longest).then(|| Alone {
                    rule: rule.id.clone(),
                    holding: rule.holding,
                    longest,
                })
            })
        })
    }
}

/// A file of recorded series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Its name, for messages.
    pub name: String,
    /// Its text.
    pub text: String,
    /// How it is written.
    pub format: SeriesFormat,
    /// The metric of the policy that its series are; by their own names where none is named.
    pub metric: Option<String>,
}

/// How recorded series are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SeriesFormat {
    /// Comma-separated: `timestamp,value`.
    Csv,
    /// An answer of the Prometheus HTTP API.
    Prometheus,
    /// OpenMetrics, or the Prometheus text format, with timestamps.
    Openmetrics,
}

/// The answer of [`rehearse`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RehearseAnswer {
    /// Always `true`.
    pub ok: bool,
    /// The baselines that the series were held against.
    pub baselines: Vec<Baseline>,
    /// When the watch began and ended.
    pub watched: Period,
    /// What every rule said.
    pub verdicts: Vec<Verdict>,
    /// The same in words.
    pub lines: Vec<Line>,
    /// What was wrong with samples.
    pub remarks: Vec<Remark>,
    /// Where everything stood at the end.
    pub summary: Summary,
}

/// A verdict in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// When.
    pub at: Instant,
    /// The rule; empty for the deadline of a rollback, which a rehearsal never meets.
    pub rule: Name,
    /// Whether it fired.
    pub firing: bool,
    /// From when things were bad, of a firing.
    pub since: Option<Instant>,
    /// What it said.
    pub said: String,
}

/// Runs recorded series through the monitor that a deployment would have: [`tape`] and [`play`] in one.
///
/// # Errors
/// Those of both.
pub fn rehearse(policy: &Compiled, call: &RehearseCall) -> Result<RehearseAnswer, Vec<Refusal>> {
    let tape = tape(policy, &call.files, call.hold)?;
    play(policy, &tape, call.start, None).map_err(|refusal| vec![refusal])
}

/// Reads recorded series; `hold` is that of [`RehearseCall`].
///
/// # Errors
/// Faults of the files, with file and place; `UNKNOWN_METRIC`.
pub fn tape(policy: &Compiled, files: &[Recorded], hold: Option<Duration>) -> Result<Tape, Vec<Refusal>> {
    let mut samples = Vec::new();
    for file in files {
        samples.extend(samples_of(policy, file)?);
    }
    taped(policy, samples, hold).map_err(|refusal| vec![refusal])
}

/// Runs recorded samples through the monitor that a deployment would have: [`rehearse`] of what is read already.
///
/// # Errors
/// `NO_SAMPLES`, `NO_BASELINE`, `NOTHING_TO_WATCH`, `TOO_FAR`.
pub fn rehearse_samples(
    policy: &Compiled,
    samples: Vec<Sample>,
    start: Option<Instant>,
    hold: Option<Duration>,
) -> Result<RehearseAnswer, Refusal> {
    play(policy, &taped(policy, samples, hold)?, start, None)
}

fn taped(policy: &Compiled, mut samples: Vec<Sample>, hold: Option<Duration>) -> Result<Tape, Refusal> {
    let read = |sample: &Sample| (sample.metric.clone(), sample.at);
    let held_as = hold.map(|hold| Held { hold, read: samples.iter().map(read).collect() });
    if let Some(hold) = hold {
        samples = held(policy, samples, hold)?;
    }
    samples.sort_by_key(|sample| sample.at);
    let metrics = (0..).map(MetricId).zip(policy.ir.metrics.iter());
    let reported = metrics.filter(|(_, metric)| samples.iter().any(|sample| sample.metric == metric.name));
    let reported = reported.map(|(id, _)| id).collect();
    Ok(Tape { samples, reported, held: held_as })
}

/// Plays a tape to the monitor of a deployment that starts at `start`, as in [`RehearseCall`], and is watched for the time
/// `watch`, or to the last sample where nothing is said.
///
/// Metrics of which there is no series count as healthy. What lies before the start is the baseline. `policy` is the one
/// that the tape was read for.
///
/// # Errors
/// `NO_SAMPLES`, `NO_BASELINE`, `NOTHING_TO_WATCH`, `TOO_FAR`.
pub fn play(
    policy: &Compiled,
    tape: &Tape,
    start: Option<Instant>,
    watch: Option<Duration>,
) -> Result<RehearseAnswer, Refusal> {
    let started = match start {
        Some(start) => start,
        None => first_start(policy, tape)?,
    };
    let last = tape.samples.last().map(|sample| sample.at).filter(|last| *last > started);
    let Some(last) = last else {
        return Err(Refusal::new("NO_SAMPLES", format!("no sample is later than the start, {started}"))
            .help("name an earlier start"));
    };
    let end = watch.and_then(|watch| started.checked_add(watch)).map_or(last, |end| end.min(last));
    watched(policy, tape, started, end)
}

/// What a table of one series looks like.
const TABLE: &str = "a table holds one series: call its columns `timestamp` and `value`";

fn samples_of(policy: &Compiled, file: &Recorded) -> Result<Vec<Sample>, Vec<Refusal>> {
    let refused = |error: telemetry::TelemetryError| {
        let refusal = Refusal::new("BAD_TELEMETRY", error.to_string()).at(file.name.clone());
        vec![match error.fault {
            telemetry::Fault::NoColumn { .. } => refusal.help(TABLE),
            _ => refusal,
        }]
    };
    let series: Vec<Series> = match file.format {
        SeriesFormat::Csv => telemetry::csv(&file.text, &Columns::default()).map_err(refused)?,
        SeriesFormat::Prometheus => telemetry::prometheus(&file.text).map_err(refused)?.series,
        SeriesFormat::Openmetrics => telemetry::openmetrics(&file.text, Instant::MIN).map_err(refused)?,
    };
    let mut samples = Vec::new();
    for series in series {
        let name = file.metric.as_deref().unwrap_or(&series.name);
        let metric = metric_named(policy, name).map_err(|refusal| vec![refusal.at(file.name.clone())])?;
        samples.extend(series.readings.into_iter().map(|reading| Sample {
            metric: metric.clone(),
            at: reading.at,
            reading: match reading.value {
                Datum::Number(number) => Reading::Number(number),
                Datum::NotANumber | Datum::Infinite { .. } | Datum::TooLarge { .. } => Reading::NotANumber,
            },
        }));
    }
    Ok(samples)
}

/// Most evaluations that readings are held for: the monitor makes no more in one call.
const MOST_HELD: usize = 1_000_000;

/// Lets each reading of a gauge stand for the evaluations up to the next one, or as long as it is held.
fn held(policy: &Compiled, mut samples: Vec<Sample>, hold: Duration) -> Result<Vec<Sample>, Refusal> {
    let most = samples.len().saturating_add(MOST_HELD);
    samples.sort_by(|a, b| (&a.metric, a.at).cmp(&(&b.metric, b.at)));
    let mut out: Vec<Sample> = Vec::with_capacity(samples.len());
    for (index, sample) in samples.iter().enumerate() {
        out.push(sample.clone());
        let declared = policy.ir.metrics.iter().find(|metric| metric.name == sample.metric);
        let Some(Shape::Gauge { every, .. }) = declared.map(|metric| &metric.shape) else { continue };
        let next = samples.get(index.saturating_add(1)).filter(|next| next.metric == sample.metric);
        let end = sample.at.checked_add(hold).unwrap_or(Instant::MAX);
        let end = next.map_or(end, |next| next.at.min(end));
        let mut at = sample.at.checked_add(*every);
        while let Some(instant) = at.filter(|at| *at < end) {
            if out.len() > most {
                let message = format!("readings would be held for more than {MOST_HELD} evaluations");
                return Err(
                    Refusal::new("TOO_FAR", message).help("hold them shorter, or rehearse shorter series")
                );
            }
            out.push(Sample { at: instant, ..sample.clone() });
            at = instant.checked_add(*every);
        }
    }
    Ok(out)
}

/// The first instant before which the longest baseline of a reported metric fits.
fn first_start(policy: &Compiled, tape: &Tape) -> Result<Instant, Refusal> {
    let Some(first) = tape.samples.first().map(|sample| sample.at) else {
        return Err(Refusal::new("NO_SAMPLES", "there is no sample"));
    };
    Ok(longest_baseline(policy, tape).and_then(|length| first.checked_add(length)).unwrap_or(first))
}

fn longest_baseline(policy: &Compiled, tape: &Tape) -> Option<Duration> {
    let reported = tape.reported.iter().filter_map(|id| policy.ir.metric(*id));
    let lengths = reported.filter_map(|metric| match metric.shape {
        Shape::Gauge { baseline_of, .. } => baseline_of,
        _ => None,
    });
    lengths.max()
}

fn watched(
    policy: &Compiled,
    tape: &Tape,
    started: Instant,
    end: Instant,
) -> Result<RehearseAnswer, Refusal> {
    let ir = &policy.ir;
    // However long the tape is, a deployment needs its own time of it and that of its baseline.
    let up_to = |at: Instant| tape.samples.partition_point(|sample| sample.at <= at);
    let first = longest_baseline(policy, tape).and_then(|length| started.checked_sub(length));
    let from = first.map_or(0, |first| tape.samples.partition_point(|sample| sample.at < first));
    let before = tape.samples.get(from..up_to(started)).unwrap_or_default();
    let after = tape.samples.get(up_to(started)..up_to(end)).unwrap_or_default();
    let baselines = baseline(policy, before, started).baselines;
    let record = Record::absent(ir);
    let watched = Watched::new(ir, &record, started);
    let mut monitor = Monitor::arm_only(&watched, &tape.reported, &baselines, started).map_err(|error| {
        Refusal::new(super::watch::not_armed(&error), error.to_string())
            .help("what lies before the start is the baseline")
    })?;
    let observed = monitor
        .observe(&watched, after, end)
        .map_err(|error| Refusal::new("TOO_FAR", error.to_string()).help("rehearse shorter series"))?;
    let watched = Period::new(started, end).map_err(|error| Refusal::new("NO_SAMPLES", error.to_string()))?;
    let lines = observed.verdicts.iter().filter_map(line).collect();
    let summary = monitor.summary(ir);
    let (verdicts, remarks) = (observed.verdicts, observed.remarks);
    Ok(RehearseAnswer { ok: true, baselines, watched, verdicts, lines, remarks, summary })
}

fn line(verdict: &Verdict) -> Option<Line> {
    let (since, said) = match verdict {
        Verdict::Fired(firing) | Verdict::Alert(firing) => {
            let last = firing.bad.last();
            let measured = last.into_iter().flat_map(|bad| &bad.evidence).map(|evidence| {
                let rise =
                    evidence.rise_percent.as_ref().map_or_else(String::new, |rise| format!(", up {rise} %"));
                format!("{} {}{rise}", evidence.metric, evidence.measured)
            });
            let measured = measured.collect::<Vec<_>>().join("; ");
            (Some(firing.first_bad), format!("{} {measured}", firing.code))
        }
        Verdict::Inconclusive { rule, .. } => (None, format!("`{rule}` cannot judge for want of data")),
        Verdict::ConclusiveAgain { rule, .. } => (None, format!("`{rule}` can judge again")),
        // Nothing is restored in a rehearsal.
        Verdict::RollbackFailed { .. } => return None,
    };
    let rule = verdict.rule().cloned().unwrap_or_else(|| Name::from(""));
    Some(Line { at: verdict.at(), rule, firing: since.is_some(), since, said: said.trim_end().to_owned() })
}
