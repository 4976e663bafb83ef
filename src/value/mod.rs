//! The values that rules compute with: exact, ordered, and without floating point.
//!
//! | in the language | here | held as |
//! |---|---|---|
//! | `yesno` | [`Value::YesNo`] | `bool` |
//! | `int` | [`Value::Int`] | `i64` |
//! | `decimal`, `percent` | [`Fixed`] | millionths in an `i64` |
//! | `duration` | [`Duration`] | milliseconds in an `i64` |
//! | `instant` | [`Instant`] | milliseconds since 1970, years 1900 to 2199 |
//! | `period` | [`Period`] | two instants, half open |
//! | an enum | [`Value::Enum`] | the variant's index in its type |
//! | a set of an enum | [`Value::Set`] | one bit for each variant |
//! | `text`, `digest`, `person`, `path`, a code | [`Value::Text`] | shared text |
//! | a list of paths | [`Value::List`] | shared texts |
//!
//! Beside them stand what rule files name but rules do not compute: [`CivilDate`], [`ClockTime`], [`Weekday`],
//! [`Ratio`], [`Glob`], [`Digest`] and [`Zone`], and the small words of conditions, such as [`Comparison`]; and what
//! rollback rules watch: a [`Measurement`], trillionths in an `i128`.
//!
//! Always holds: a value that exists is legal (checking constructors, no setters); no operation panics or wraps:
//! what may not fit returns `Option`.

mod civil;
mod digest;
mod duration;
mod fixed;
mod glob;
mod instant;
mod measurement;
mod period;
mod ratio;
mod stored;
mod terms;
mod zone;

pub use civil::{CivilDate, CivilError, ClockTime, Weekday};
pub use digest::{Digest, DigestError};
pub use duration::Duration;
pub use fixed::{FRACTION_DIGITS, Fixed, FixedError};
pub use glob::{Glob, GlobError, LONGEST_GLOB_BYTES, PathError, check_path, glob_cases};
pub use instant::{Instant, InstantError};
pub use measurement::{MEASUREMENT_FRACTION_DIGITS, Measurement, MeasurementError};
pub use period::{Period, PeriodError};
pub use ratio::{Ratio, RatioError};
pub use stored::from_text;
pub use terms::{Builtin, Comparison, Has, Limit, ListOf, SpanOfTime};
pub use zone::Zone;

use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::sync::Arc;

/// A value at run time. Its type is known to the checked policy and not repeated here.
///
/// ```
/// use std::cmp::Ordering;
/// use tollgate::value::Value;
///
/// assert_eq!(Value::Int(2).compare(&Value::Int(10)), Some(Ordering::Less));
/// assert_eq!(Value::Int(2).compare(&Value::YesNo(true)), None);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Value {
    /// Yes (`true`) or no.
    YesNo(bool),
    /// A whole number.
    Int(i64),
    /// A number with up to six fraction digits.
    Decimal(Fixed),
    /// A percentage: 20 % is the number 20.
    Percent(Fixed),
    /// A length of time.
    Duration(Duration),
    /// A point in time.
    Instant(Instant),
    /// A half-open stretch of time.
    Period(Period),
    /// The index of a variant in its enum, counted from 0 in the order of declaration.
    Enum(u16),
    /// The members of a set of an enum: bit `n` stands for variant `n`, so an enum used so has at most 64 variants.
    Set(u64),
    /// Text; also a digest, a person, a path, a code.
    Text(Arc<str>),
    /// A list of texts, such as the paths that a change touches.
    List(Arc<[Arc<str>]>),
}

impl Value {
    /// Returns the number by which values of one type are compared; `None` for those that have no order.
    pub fn as_number(&self) -> Option<i64> {
        match self {
            Self::Int(number) => Some(*number),
            Self::Decimal(number) | Self::Percent(number) => Some(number.millionths()),
            Self::Duration(time) => Some(time.ms()),
            Self::Instant(instant) => Some(instant.epoch_ms()),
            Self::Enum(value) => Some(i64::from(*value)),
            _ => None,
        }
    }

    /// Compares two values of one kind in that kind's total order; `None` for two kinds.
    ///
    /// No comes before yes, variants stand in the order of declaration, a period is ordered by its start and then its
    /// end, texts and lists by their bytes, sets by their bits. Which of these orders a rule may use is the checker's
    /// business.
    pub fn compare(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::YesNo(a), Self::YesNo(b)) => Some(a.cmp(b)),
            (Self::Int(a), Self::Int(b)) => Some(a.cmp(b)),
            (Self::Decimal(a), Self::Decimal(b)) | (Self::Percent(a), Self::Percent(b)) => Some(a.cmp(b)),
            (Self::Duration(a), Self::Duration(b)) => Some(a.cmp(b)),
            (Self::Instant(a), Self::Instant(b)) => Some(a.cmp(b)),
            (Self::Period(a), Self::Period(b)) => Some(a.cmp(b)),
            (Self::Enum(a), Self::Enum(b)) => Some(a.cmp(b)),
            (Self::Set(a), Self::Set(b)) => Some(a.cmp(b)),
            (Self::Text(a), Self::Text(b)) => Some(a.cmp(b)),
            (Self::List(a), Self::List(b)) => Some(a.cmp(b)),
            _ => None,
        }
    }
}

/// Returns what a message quotes of a text: one line, at most 80 characters, so that no input can flood a report.
pub(crate) fn quoted(text: &str) -> String {
    const LONGEST: usize = 80;
    let shown = text.chars().take(LONGEST).map(|char| if char.is_control() { '\u{fffd}' } else { char });
    let rest = if text.chars().nth(LONGEST).is_some() { "…" } else { "" };
    shown.chain(rest.chars()).collect()
}
