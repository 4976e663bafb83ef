//! Why a report was not read, where, and what to do about it.

use std::fmt;

use super::{MAX_SAMPLES, MAX_TEXT_BYTES};
use crate::json::JsonError;

/// A refusal: what is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TelemetryError {
    /// What is wrong.
    pub fault: Fault,
    /// Where.
    pub place: Place,
}

/// Where in a report. Lines are counted from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In the report as a whole.
    Whole,
    /// In a line.
    Line(usize),
    /// In a column of a line.
    Cell {
        /// The line.
        line: usize,
        /// The column's name.
        column: String,
    },
    /// In a value of JSON: a JSON pointer (RFC 6901).
    Pointer(String),
}

/// What is wrong with a report. Quoted text is cut to 80 characters.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// The report is larger than the limit.
    #[error(
        "the report has {size_bytes} bytes, at most {MAX_TEXT_BYTES} are read: ask for less time or fewer series"
    )]
    TooLarge {
        /// The size of the report.
        size_bytes: usize,
    },
    /// There are more samples than the limit.
    #[error(
        "the report holds more than {MAX_SAMPLES} samples: ask for less time, a longer step or fewer series"
    )]
    TooManySamples,
    /// A value is no number.
    #[error("`{text}` is not a number: a value is a decimal number, `NaN`, `+Inf` or `-Inf`")]
    NotANumber {
        /// The value.
        text: String,
    },
    /// A time cannot be read, or lies outside the years 1900 to 2199.
    #[error("`{text}` is no time from 1900 to 2199: write {form}")]
    NoTime {
        /// The time.
        text: String,
        /// How times are written there.
        form: &'static str,
    },
    /// The answer is not the JSON that the strict reader accepts.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// A value of the answer is not what the Prometheus HTTP API writes there.
    #[error("expected {what}: send an answer of the Prometheus HTTP API as it is")]
    Expected {
        /// What belongs there.
        what: &'static str,
    },
    /// Prometheus answered that it could not answer.
    #[error("Prometheus refused{}; correct the query or the server, and ask again", why(error_type, message))]
    Refused {
        /// Prometheus's word for the kind of error; empty where it has none.
        error_type: String,
        /// What it says; empty where it says nothing.
        message: String,
    },
    /// The result is of a type that holds no measurements.
    #[error("a result of type `{found}` holds no measurement: ask for a matrix, a vector or a scalar")]
    ResultType {
        /// The type.
        found: String,
    },
    /// A native histogram.
    #[error("a native histogram is no number: ask for one, for example with `histogram_quantile`")]
    Histogram,
    /// A line of exposition text breaks its grammar.
    #[error("expected {expected}, found `{found}`: send the text as it was scraped")]
    Grammar {
        /// What belongs there.
        expected: &'static str,
        /// What stands there; empty at the end of the line.
        found: String,
    },
    /// A name stands in quotes, as Prometheus 3 writes names with other characters when it is asked to.
    #[error("names in quotes are not read: scrape with `escaping=underscores`")]
    QuotedName,
    /// A sample has a label twice.
    #[error("the label `{name}` is given twice: keep one of the two")]
    LabelTwice {
        /// The label's name.
        name: String,
    },
    /// A time in text without `# EOF` that cannot be meant in milliseconds.
    #[error(
        "`{text}` is no time in milliseconds since 1973: text with seconds is OpenMetrics and ends with `# EOF`"
    )]
    NotMilliseconds {
        /// The time.
        text: String,
    },
    /// An exemplar in text without `# EOF`.
    #[error("an exemplar stands in text that does not end with `# EOF`: it was cut off, ask again")]
    Exemplar,
    /// The last line of exposition text has no end, so that its number may lack digits.
    #[error(
        "the last line does not end: the text was cut off, ask again and send it with its last line feed"
    )]
    OpenLine,
    /// Something follows the end that OpenMetrics marks.
    #[error("text follows `# EOF`: send one report only")]
    AfterEnd,
    /// The text is no well-formed XML.
    #[error("the XML is not well formed, {reason}: send the report as the test tool wrote it")]
    Xml {
        /// The XML reader's words.
        reason: String,
    },
    /// The XML has a document type, which can define entities and name files.
    #[error("a document type (`<!DOCTYPE`) is refused: leave it out")]
    Doctype,
    /// The XML is no JUnit report.
    #[error(
        "`<{tag}>` is the root of no JUnit report: send one that begins with `<testsuites>` or `<testsuite>`"
    )]
    Root {
        /// The name of the root.
        tag: String,
    },
    /// A suite or a test stands where none can, and would be skipped with what stands around it.
    #[error("`<{tag}>` stands where no suite and no test can: send the report as the test tool wrote it")]
    Misplaced {
        /// The name of the element.
        tag: &'static str,
    },
    /// Elements stand too deep in each other.
    #[error("elements stand more than {limit} deep: nest suites less")]
    TooDeep {
        /// How deep they may stand.
        limit: usize,
    },
    /// The XML ends too early.
    #[error("the report ends before its root does: it was cut off, send all of it")]
    CutOff,
    /// An attribute that counts tests holds no count.
    #[error("`{attribute}` is `{text}`: write a whole number")]
    NoCount {
        /// The attribute's name.
        attribute: &'static str,
        /// Its value.
        text: String,
    },
    /// The header has no such column.
    #[error("there is no column `{name}`: the header has {}", listed(found))]
    NoColumn {
        /// The column asked for.
        name: String,
        /// The header's first columns.
        found: Vec<String>,
    },
    /// The header has a column twice that is asked for.
    #[error("the column `{name}` stands twice in the header: rename one of the two")]
    ColumnTwice {
        /// The column asked for.
        name: String,
    },
    /// The rows cannot be told apart.
    #[error("the rows cannot be read, {reason}: save the table as CSV in UTF-8")]
    Rows {
        /// The CSV reader's words.
        reason: String,
    },
    /// A row is shorter or longer than the header.
    #[error(
        "the row has {found} cells, the header {expected}: separate cells by commas, and quote those with commas"
    )]
    Cells {
        /// The row's cells.
        found: usize,
        /// The header's cells.
        expected: usize,
    },
}

impl Fault {
    /// The refusal for this fault.
    pub(super) fn at(self, place: Place) -> TelemetryError {
        TelemetryError { fault: self, place }
    }
}

impl TelemetryError {
    /// Adds the pointer of the value in which the fault lies up to the front of its place.
    pub(super) fn within(mut self, pointer: &str) -> Self {
        if let Place::Pointer(place) = &mut self.place {
            place.insert_str(0, pointer);
        }
        self
    }
}

impl fmt::Display for TelemetryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::Whole => write!(f, "{}", self.fault),
            Place::Line(line) => write!(f, "line {line}: {}", self.fault),
            Place::Cell { line, column } => write!(f, "line {line}, column `{column}`: {}", self.fault),
            Place::Pointer(pointer) => write!(f, "`{pointer}`: {}", self.fault),
        }
    }
}

impl std::error::Error for TelemetryError {}

fn listed(names: &[String]) -> String {
    match names {
        [] => "none".to_owned(),
        _ => names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "),
    }
}

/// What Prometheus, or a proxy in front of it, says of an error.
fn why(error_type: &str, message: &str) -> String {
    match (error_type, message) {
        ("", "") => " and does not say why".to_owned(),
        ("", message) => format!(": `{message}`"),
        (word, "") => format!(" with `{word}`"),
        (word, message) => format!(" with `{word}`: `{message}`"),
    }
}
