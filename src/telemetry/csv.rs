//! Comma-separated values: exports of dashboards, and what people keep in spreadsheets.

use super::error::{Fault, Place, TelemetryError};
use super::{Budget, Reading, Series, check_size, time};
use crate::value::{Instant, quoted};

/// Header cells that a message lists.
const LISTED_COLUMNS: usize = 10;

/// Which columns to read. Every combination is legal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    /// The column that says when.
    pub time: String,
    /// What a time means that is a plain number.
    pub unit: TimeUnit,
    /// The columns to read: a series each, called as the column is.
    pub values: Vec<String>,
}

/// What a time means that is a plain number since 1970-01-01T00:00:00Z. Nothing guesses it from the number's size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeUnit {
    /// Seconds, with or without a fraction.
    Seconds,
    /// Whole milliseconds, from 1973 on: before that, they are seconds by mistake.
    Milliseconds,
}

impl Default for Columns {
    /// `timestamp` in seconds, and `value`.
    fn default() -> Self {
        Self { time: "timestamp".to_owned(), unit: TimeUnit::Seconds, values: vec!["value".to_owned()] }
    }
}

/// Reads comma-separated values with a header (RFC 4180, with any end of line), a row for each time.
///
/// Times are RFC 3339 with an offset, `YYYY-MM-DD HH:MM:SS` in UTC, or numbers in the unit of `columns`. An empty
/// cell is no sample at that time; blanks around cells, empty rows and a byte order mark do not count. Columns that
/// are not asked for are not looked at.
///
/// ```
/// use tollgate::telemetry::{Columns, csv};
///
/// let series = csv("timestamp,value\n2026-02-03 11:00:00,2.1\n2026-02-03 11:01:00,\n", &Columns::default())?;
/// assert_eq!(series[0].readings.len(), 1); // 11:01 has no sample, which is not 0
/// # Ok::<(), tollgate::telemetry::TelemetryError>(())
/// ```
///
/// # Errors
/// [`Fault::NoColumn`] and [`Fault::ColumnTwice`] for the header; [`Fault::Cells`], [`Fault::NoTime`] and
/// [`Fault::NotANumber`] with line and column; [`Fault::TooLarge`] and [`Fault::TooManySamples`].
pub fn csv(text: &str, columns: &Columns) -> Result<Vec<Series>, TelemetryError> {
    check_size(text)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut rows =
        ::csv::ReaderBuilder::new().flexible(true).trim(::csv::Trim::All).from_reader(text.as_bytes());
    let header = rows.headers().map_err(|error| refused(&error))?.clone();
    let time_index = column(&header, &columns.time)?;
    let mut wanted = Vec::with_capacity(columns.values.len());
    for name in &columns.values {
        let series = Series { name: name.clone(), labels: Vec::new(), readings: Vec::new() };
        wanted.push((column(&header, name)?, series));
    }

    let mut budget = Budget::new();
    let mut row = ::csv::StringRecord::new();
    while rows.read_record(&mut row).map_err(|error| refused(&error))? {
        // Spreadsheets write rows of empty cells below a table.
        if row.iter().all(str::is_empty) {
            continue;
        }
        let line = row.position().map_or(0, |position| line_of(text, position));
        if row.len() != header.len() {
            return Err(Fault::Cells { found: row.len(), expected: header.len() }.at(Place::Line(line)));
        }
        let at = |column: &str| Place::Cell { line, column: quoted(column) };
        let cell = |index: usize| row.get(index).unwrap_or_default();
        let instant = instant(cell(time_index), columns.unit).map_err(|fault| fault.at(at(&columns.time)))?;
        for (index, series) in &mut wanted {
            let value = cell(*index);
            if value.is_empty() {
                continue;
            }
            let reading = budget.take().and_then(|()| Reading::new(instant, value));
            series.readings.push(reading.map_err(|fault| fault.at(at(&series.name)))?);
        }
    }
    Ok(wanted.into_iter().map(|(_, series)| series).collect())
}

fn column(header: &::csv::StringRecord, name: &str) -> Result<usize, TelemetryError> {
    let mut found = header.iter().enumerate().filter(|(_, cell)| *cell == name).map(|(index, _)| index);
    let at = Place::Line(1);
    match (found.next(), found.next()) {
        (Some(index), None) => Ok(index),
        (Some(_), Some(_)) => Err(Fault::ColumnTwice { name: quoted(name) }.at(at)),
        (None, _) => {
            let found = header.iter().take(LISTED_COLUMNS).map(quoted).collect();
            Err(Fault::NoColumn { name: quoted(name), found }.at(at))
        }
    }
}

fn instant(text: &str, unit: TimeUnit) -> Result<Instant, Fault> {
    let form = match unit {
        TimeUnit::Seconds => "`2026-02-03T11:00:00Z`, `2026-02-03 11:00:00` in UTC, or seconds since 1970",
        TimeUnit::Milliseconds => {
            "`2026-02-03T11:00:00Z`, `2026-02-03 11:00:00` in UTC, or milliseconds since 1970"
        }
    };
    let read = match text.split_once(' ') {
        Some((date, clock)) if clock.contains(['+', '-', 'Z']) => {
            time::from_rfc3339(&format!("{date}T{clock}")).ok()
        }
        Some((date, clock)) => time::from_rfc3339(&format!("{date}T{clock}Z")).ok(),
        None if text.contains('T') => time::from_rfc3339(text).ok(),
        None => match unit {
            TimeUnit::Seconds => time::from_seconds(text),
            TimeUnit::Milliseconds => time::from_milliseconds(text),
        },
    };
    read.ok_or_else(|| Fault::NoTime { text: quoted(text), form })
}

/// A fault of the rows as such. Rows from memory, in UTF-8 and of any length, have none.
fn refused(error: &::csv::Error) -> TelemetryError {
    let line = error.position().and_then(|position| usize::try_from(position.line()).ok());
    let place = line.map_or(Place::Whole, Place::Line);
    Fault::Rows { reason: quoted(&error.to_string()) }.at(place)
}

/// The line in which a row begins: behind the blank lines from which the CSV reader counts it.
fn line_of(text: &str, position: &::csv::Position) -> usize {
    let number = |count| usize::try_from(count).unwrap_or(usize::MAX);
    let rest = text.as_bytes().get(number(position.byte())..).unwrap_or_default();
    let blank = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
    number(position.line()).saturating_add(blank.filter(|byte| **byte == b'\n').count())
}
