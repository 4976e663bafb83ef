//! What machines report, read into samples: the numbers that rollback rules watch and the suites that they ask for.
//!
//! | report | read by | gives |
//! |---|---|---|
//! | answers of the Prometheus HTTP API (`query`, `query_range`) | [`prometheus`] | [`Answer`]: [`Series`] and warnings |
//! | OpenMetrics 1.0 and the Prometheus text format 0.0.4 | [`openmetrics`] | [`Series`] |
//! | comma-separated values with a header (RFC 4180) | [`csv`] | [`Series`] |
//! | JUnit XML of test tools | [`junit`] | [`Suite`]s, their outcome, and what they measured |
//!
//! Reading judges nothing: samples stand in the order of the report, twice if they are in it twice. What is missing
//! stays missing. Whether that is a breach is the rule's question.
//!
//! Always holds: no number was ever a binary float here; what was rounded keeps its own text beside it; a report is
//! read whole or refused with a place and a remedy, never in part; time and memory grow with the size of the report
//! (times its logarithm) and with nothing else, and that size is bounded.

mod csv;
mod error;
mod junit;
mod openmetrics;
mod prometheus;
mod time;

pub use csv::{Columns, TimeUnit, csv};
pub use error::{Fault, Place, TelemetryError};
pub use junit::{Case, CaseOutcome, Counts, Property, Stated, Suite, SuiteOutcome, junit};
pub use openmetrics::openmetrics;
pub use prometheus::{Answer, prometheus};

use crate::value::{Instant, Measurement, MeasurementError, quoted};

/// Bytes that a report may have.
pub const MAX_TEXT_BYTES: usize = 8_000_000;
/// Samples that a report may hold.
pub const MAX_SAMPLES: usize = 1_000_000;

/// What was measured at one instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// When, cut off to whole milliseconds.
    pub at: Instant,
    /// What.
    pub value: Datum,
    /// The text of the value as reported, where [`value`](Self::value) is not exactly that: it was rounded, or it is
    /// too large.
    pub raw: Option<String>,
}

/// A measured value. Sources report more than numbers, and only the rule knows what that means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Datum {
    /// A number, rounded half to even to twelve fraction digits.
    Number(Measurement),
    /// `NaN`: such as a quantile of no observations, or nothing divided by nothing.
    NotANumber,
    /// `+Inf` or `-Inf`: such as something divided by nothing.
    Infinite {
        /// Whether it lies below every number.
        negative: bool,
    },
    /// A number at or beyond ±10^15, which no measurement holds. Every Go program reports one: the limit of its
    /// address space is 1.8446744073709552e+19.
    TooLarge {
        /// Whether it lies below every measurement.
        negative: bool,
    },
}

/// The samples of one source, in the order of the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// The name of the metric or of the column; empty where a query's result has none.
    pub name: String,
    /// Names and values, in the order of the names' bytes. No name stands twice.
    pub labels: Vec<(String, String)>,
    /// The samples. Neither sorted nor freed of duplicates: whoever watches them judges that.
    pub readings: Vec<Reading>,
}

impl Reading {
    /// Reads a value as the formats write it: the number of [`Measurement::rounded`], or in any case `nan`, `inf` or
    /// `infinity` (OpenMetrics 1.0, section "Numbers"; Go's `ParseFloat`, which Prometheus reads with).
    fn new(at: Instant, text: &str) -> Result<Self, Fault> {
        let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
        let negative = text.starts_with('-');
        let is = |word: &str| unsigned.eq_ignore_ascii_case(word);
        if text.eq_ignore_ascii_case("nan") {
            return Ok(Self { at, value: Datum::NotANumber, raw: None });
        }
        if is("inf") || is("infinity") {
            return Ok(Self { at, value: Datum::Infinite { negative }, raw: None });
        }
        let raw = |kept: bool| kept.then(|| text.to_owned());
        match Measurement::rounded(text) {
            Ok((number, rounded)) => Ok(Self { at, value: Datum::Number(number), raw: raw(rounded) }),
            Err(MeasurementError::OutOfRange { .. }) => {
                Ok(Self { at, value: Datum::TooLarge { negative }, raw: raw(true) })
            }
            Err(_) => Err(Fault::NotANumber { text: quoted(text) }),
        }
    }
}

/// Refuses a report that is too large, before anything else looks at it.
fn check_size(text: &str) -> Result<(), TelemetryError> {
    if text.len() > MAX_TEXT_BYTES {
        return Err(Fault::TooLarge { size_bytes: text.len() }.at(Place::Whole));
    }
    Ok(())
}

/// How many more samples a report may hold.
struct Budget {
    left: usize,
}

impl Budget {
    fn new() -> Self {
        Self { left: MAX_SAMPLES }
    }

    fn take(&mut self) -> Result<(), Fault> {
        self.left = self.left.checked_sub(1).ok_or(Fault::TooManySamples)?;
        Ok(())
    }
}
