//! Stretches of the time line.

use serde::Serialize;

use super::{Duration, Instant};

/// The time from `start` up to, but not including, `end`.
///
/// ```
/// use tollgate::value::Period;
///
/// let start = "2026-03-02T21:00Z".parse()?;
/// let end = "2026-03-02T23:00Z".parse()?;
/// let window = Period::new(start, end).unwrap();
/// assert!(window.contains(start));
/// assert!(!window.contains(end)); // the next window may begin here
/// # Ok::<(), tollgate::value::InstantError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Period {
    // INVARIANT: start < end.
    start: Instant,
    end: Instant,
}

/// A period that does not end after it starts.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a period that starts at `{start}` cannot end at `{end}`: the end comes after the start")]
pub struct PeriodError {
    /// The start as given.
    pub start: Instant,
    /// The end as given.
    pub end: Instant,
}

impl Period {
    /// Returns the half-open period.
    ///
    /// # Errors
    /// [`PeriodError`] if `start` is not before `end`: an empty period is none.
    pub fn new(start: Instant, end: Instant) -> Result<Self, PeriodError> {
        if start < end { Ok(Self { start, end }) } else { Err(PeriodError { start, end }) }
    }

    /// Returns the first instant of the period.
    pub const fn start(self) -> Instant {
        self.start
    }

    /// Returns the first instant after the period.
    pub const fn end(self) -> Instant {
        self.end
    }

    /// Returns how long the period is.
    pub const fn length(self) -> Duration {
        self.end.since(self.start)
    }

    /// Says whether `instant` lies in the period; its end does not.
    pub fn contains(self, instant: Instant) -> bool {
        self.start <= instant && instant < self.end
    }

    /// Says whether the two periods share an instant; periods that only touch do not.
    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }
}
