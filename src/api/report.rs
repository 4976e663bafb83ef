//! What machines report, read into samples of a policy's metrics.
//!
//! Nothing is guessed: which part of a report is which metric the caller says, and a part that fits more than one series is
//! refused. What a report does not hold is missing, and stays so; what that means the policy's rules say.

mod tests;
mod words;

pub use tests::{TestCase, TestProperty, TestSuite, Tests};

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ir::{Metric, Name, Shape, Type};
use crate::monitor::{Reading, Sample};
use crate::telemetry::{
    self, Case, CaseOutcome, Columns, Series, Suite, SuiteOutcome, TelemetryError, TimeUnit,
};
use crate::value::Instant;

use super::{Compiled, Refusal, metric_named};
use words::Meaning;

/// What [`read_report`] is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportCall {
    /// The report's text.
    pub text: String,
    /// How it is written.
    pub format: ReportFormat,
    /// Which part of it is which metric. Of test reports it may be empty: they are read for their suites, too.
    pub parts: Vec<PartOfReport>,
}

/// How a report is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReportFormat {
    /// An answer of the Prometheus HTTP API.
    Prometheus,
    /// OpenMetrics, or the Prometheus text format.
    Openmetrics {
        /// When it was scraped: the time of samples that say none.
        at: Instant,
    },
    /// Comma-separated values with a header.
    Csv {
        /// The column that says when.
        time: String,
        /// What a time means that is a plain number.
        unit: TimeUnit,
    },
    /// JUnit XML.
    Junit {
        /// When it was made: the time of suites that do not say theirs with its offset.
        at: Instant,
    },
}

/// Which part of a report is which metric.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PartOfReport {
    /// The metric of the policy.
    pub metric: String,
    /// The name of the series, or of the column: whichever there is where it is left out, and of columns `value`.
    pub series: Option<String>,
    /// Labels that the series has, among others.
    pub labels: BTreeMap<String, String>,
    /// The suite of tests; the whole report where it is left out.
    pub suite: Option<String>,
    /// The test in it; the suite as a whole where it is left out.
    pub test: Option<String>,
    /// The property in it whose value is the metric's; how it ended where it is left out.
    pub property: Option<String>,
    /// What each number or outcome means for a metric of words. Yes and no are words, too.
    pub words: BTreeMap<String, String>,
}

/// The answer of [`read_report`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReportAnswer {
    /// Always `true`.
    pub ok: bool,
    /// What it says of metrics, in the order of the parts.
    pub samples: Vec<Sample>,
    /// The metrics of which it says nothing.
    pub missing: Vec<Name>,
    /// What Prometheus warns of and remarks.
    pub warnings: Vec<String>,
    /// The tests of a test report.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tests: Option<Tests>,
}

/// Reads a report into samples of the policy's metrics, and a test report into its suites.
///
/// # Errors
/// `UNKNOWN_METRIC`, `WRONG_KIND` and `BAD_CALL` for a part that no report could give; `BAD_TELEMETRY`, with the place, for a
/// report that cannot be read; `SERIES_UNCLEAR` where more than one series fits a part.
pub fn read_report(policy: &Compiled, call: &ReportCall) -> Result<ReportAnswer, Refusal> {
    let of_tests = matches!(call.format, ReportFormat::Junit { .. });
    let mut wanted = Vec::with_capacity(call.parts.len());
    for (index, part) in call.parts.iter().enumerate() {
        let at = format!("metrics[{index}]");
        wanted.push(Wanted::of(policy, part, of_tests).map_err(|refusal| refusal.at(at))?);
    }
    let bad = |error: TelemetryError| Refusal::new("BAD_TELEMETRY", error.to_string()).at("text");
    let mut answer = ReportAnswer {
        ok: true,
        samples: Vec::new(),
        missing: Vec::new(),
        warnings: Vec::new(),
        tests: None,
    };
    let text = &call.text;
    let series = match &call.format {
        ReportFormat::Junit { at } => {
            let suites = telemetry::junit(text, *at).map_err(bad)?;
            for wanted in &wanted {
                answer.take(wanted, wanted.in_tests(&suites, *at).map_err(bad)?);
            }
            answer.tests = Some(Tests::of(&suites));
            return Ok(answer);
        }
        ReportFormat::Prometheus => {
            let telemetry::Answer { series, warnings, infos } = telemetry::prometheus(text).map_err(bad)?;
            answer.warnings = [warnings, infos].concat();
            series
        }
        ReportFormat::Openmetrics { at } => telemetry::openmetrics(text, *at).map_err(bad)?,
        ReportFormat::Csv { time, unit } => {
            let mut values: Vec<String> = wanted.iter().map(|wanted| wanted.column().to_owned()).collect();
            values.sort_unstable();
            values.dedup();
            telemetry::csv(text, &Columns { time: time.clone(), unit: *unit, values }).map_err(bad)?
        }
    };
    let of_columns = matches!(call.format, ReportFormat::Csv { .. });
    for wanted in &wanted {
        let name = if of_columns { Some(wanted.column()) } else { wanted.part.series.as_deref() };
        answer.take(wanted, wanted.in_series(&series, name)?);
    }
    Ok(answer)
}

impl ReportAnswer {
    fn take(&mut self, wanted: &Wanted<'_>, found: Found) {
        let metric = wanted.metric;
        if found.is_empty() && !self.missing.contains(metric) {
            self.missing.push(metric.clone());
        }
        let sample = |(at, reading)| Sample { metric: metric.clone(), at, reading };
        self.samples.extend(found.into_iter().map(sample));
    }
}

/// Values with their times.
type Found = Vec<(Instant, Reading)>;

/// A part of a report that could give its metric a value.
struct Wanted<'a> {
    metric: &'a Name,
    part: &'a PartOfReport,
    meaning: Meaning,
}

impl<'a> Wanted<'a> {
    fn of(policy: &'a Compiled, part: &'a PartOfReport, of_tests: bool) -> Result<Self, Refusal> {
        let named = metric_named(policy, &part.metric)?;
        let metric = policy.ir.metrics.iter().find(|metric| metric.name == named);
        let Some((metric, ty)) = metric.and_then(|metric| Some((&metric.name, type_of(metric)?))) else {
            let message =
                format!("metric `{named}` counts events or beats, and no report says which these were");
            return Err(Refusal::new("WRONG_KIND", message)
                .help("make its samples where they happen: `{ metric, at, reading }`"));
        };
        let PartOfReport { series, labels, suite, test, property, .. } = part;
        let is_foreign = match of_tests {
            true => series.is_some() || !labels.is_empty(),
            false => suite.is_some() || test.is_some() || property.is_some(),
        };
        if is_foreign {
            let help = "a test report has `suite`, `test` and `property`, any other `series` and `labels`";
            return Err(Refusal::new("BAD_CALL", "this report has no such part").help(help));
        }
        let gives_numbers = !of_tests || property.is_some();
        let typed = words::Metric { policy, name: metric, ty };
        Ok(Self { metric, part, meaning: Meaning::of(&typed, gives_numbers, &part.words)? })
    }

    fn column(&self) -> &str {
        self.part.series.as_deref().unwrap_or("value")
    }

    /// What the one series says that fits, if there is any.
    fn in_series(&self, series: &[Series], name: Option<&str>) -> Result<Found, Refusal> {
        let fits = |series: &&Series| {
            let has = |(name, value): (&String, &String)| {
                series.labels.iter().any(|it| (&it.0, &it.1) == (name, value))
            };
            name.is_none_or(|name| name == series.name) && self.part.labels.iter().all(has)
        };
        let found: Vec<&Series> = series.iter().filter(fits).collect();
        match found.as_slice() {
            [] => Ok(Vec::new()),
            [one] => Ok(one.readings.iter().map(|it| (it.at, self.meaning.of_datum(&it.value))).collect()),
            [first, second, ..] => {
                let (count, metric) = (found.len(), self.metric);
                let (first, second) = (shown(first), shown(second));
                let message =
                    format!("{count} series fit metric `{metric}`, {first} and {second} among them");
                Err(Refusal::new("SERIES_UNCLEAR", message)
                    .at("text")
                    .help("put them together in the query, or say which by `series` and `labels`"))
            }
        }
    }

    /// What the tests say that fit.
    fn in_tests(&self, suites: &[Suite], at: Instant) -> Result<Found, TelemetryError> {
        let PartOfReport { suite, test, property, .. } = self.part;
        let all = suites.iter().flat_map(Suite::with_nested);
        let named = all.filter(|it| suite.as_ref().is_none_or(|name| it.name == *name));
        let is_test = |case: &Case| test.as_ref().is_none_or(|name| case.name == *name);
        let mut found = Vec::new();
        match (property, test, suite) {
            (Some(property), ..) => {
                for suite in named {
                    let stated = suite.stated(property)?.into_iter();
                    // What stands in a suite inside of this one is found there.
                    let own = stated.filter(|it| std::ptr::eq(it.suite, suite));
                    let fits = own.filter(|it| it.case.map_or(test.is_none(), is_test));
                    found.extend(fits.map(|it| (it.reading.at, self.meaning.of_datum(&it.reading.value))));
                }
            }
            (None, Some(_), _) => {
                for suite in named {
                    let cases = suite.cases.iter().filter(|case| is_test(case));
                    let ended = cases.filter_map(|case| self.meaning.of_outcome(ended(case.outcome)));
                    found.extend(ended.map(|reading| (suite.at, reading)));
                }
            }
            (None, None, Some(_)) => {
                found.extend(named.filter_map(|it| Some((it.at, self.meaning.of_outcome(it.outcome())?))));
            }
            (None, None, None) => {
                let ended = self.meaning.of_outcome(SuiteOutcome::of_all(suites));
                found.extend(ended.map(|reading| (at, reading)));
            }
        }
        Ok(found)
    }
}

/// The type of a metric that has values.
fn type_of(metric: &Metric) -> Option<&Type> {
    match &metric.shape {
        Shape::Gauge { ty, .. } | Shape::Result { ty } | Shape::Probe { ty, .. } => Some(ty),
        Shape::Events { .. } | Shape::Heartbeat { .. } => None,
    }
}

/// A series as Prometheus writes it.
fn shown(series: &Series) -> String {
    let labels: Vec<String> = series.labels.iter().map(|(name, value)| format!("{name}={value:?}")).collect();
    format!("`{}{{{}}}`", series.name, labels.join(","))
}

/// A test that could not be run to its end has not passed.
fn ended(outcome: CaseOutcome) -> SuiteOutcome {
    match outcome {
        CaseOutcome::Passed => SuiteOutcome::Passed,
        CaseOutcome::Failed | CaseOutcome::Errored => SuiteOutcome::Failed,
        CaseOutcome::Skipped => SuiteOutcome::Skipped,
    }
}
