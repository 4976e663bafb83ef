//! Lengths of time.

use std::fmt;

use serde::{Serialize, Serializer};

/// A length of time in milliseconds; negative where an instant lies before the other.
///
/// ```
/// use tollgate::value::Duration;
///
/// assert_eq!(Duration::from_ms(86_400_000).to_string(), "24 hours");
/// assert_eq!(Duration::from_ms(90_000).to_string(), "90 seconds"); // no unit larger than seconds divides it
/// assert_eq!(Duration::from_ms(60_000).to_string(), "1 minute");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Duration {
    ms: i64,
}

/// The units in which durations are written, largest first.
const UNITS: [(u64, &str); 4] =
    [(3_600_000, "hour"), (60_000, "minute"), (1_000, "second"), (1, "millisecond")];

impl Duration {
    /// No time at all.
    pub const ZERO: Self = Self { ms: 0 };

    /// Returns the duration of this many milliseconds.
    pub const fn from_ms(ms: i64) -> Self {
        Self { ms }
    }

    /// Returns the milliseconds.
    pub const fn ms(self) -> i64 {
        self.ms
    }

    /// Returns the sum, or `None` if it does not fit.
    pub const fn checked_add(self, other: Self) -> Option<Self> {
        match self.ms.checked_add(other.ms) {
            Some(ms) => Some(Self { ms }),
            None => None,
        }
    }

    /// Returns the difference, or `None` if it does not fit.
    pub const fn checked_sub(self, other: Self) -> Option<Self> {
        match self.ms.checked_sub(other.ms) {
            Some(ms) => Some(Self { ms }),
            None => None,
        }
    }
}

impl fmt::Display for Duration {
    /// Writes the language's own words, in the largest unit that divides the duration.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.ms == 0 {
            return f.pad("0 seconds");
        }
        let magnitude = self.ms.unsigned_abs();
        let sign = if self.ms < 0 { "-" } else { "" };
        let divides = |&(unit_ms, _): &(u64, &str)| magnitude.is_multiple_of(unit_ms);
        let (unit_ms, unit) = UNITS.into_iter().find(divides).unwrap_or((1, "millisecond"));
        match magnitude.checked_div(unit_ms).unwrap_or(magnitude) {
            1 => f.pad(&format!("{sign}1 {unit}")),
            count => f.pad(&format!("{sign}{count} {unit}s")),
        }
    }
}

impl Serialize for Duration {
    /// As a number of milliseconds.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.ms)
    }
}
