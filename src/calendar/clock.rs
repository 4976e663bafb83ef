//! How time is counted: all of it, or the open time of a calendar. Pauses are taken off here and nowhere else.

use super::CalendarError;
use super::hours::Calendar;
use super::local::LocalClock;
use super::periods::{between, total, within, without};
use crate::value::{CivilDate, Duration, Instant, Period};
use std::iter;

/// A calendar that is closed on more days than this, one after another, is taken to be closed for ever.
const MOST_CLOSED_DAYS: u32 = 400;

/// Which time counts.
///
/// The pauses that its functions take are [`merged`](super::periods::merged).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Clock<'a> {
    /// All of it, 24 hours a day; civil days are those of the clock.
    Elapsed(LocalClock),
    /// The open time of a calendar.
    Open(&'a Calendar),
}

/// How far a walk came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reached {
    /// The time has passed at this instant.
    At(Instant),
    /// A pause has no end, and so much of the time is left.
    Paused { since: Instant, left: Duration },
}

impl Clock<'_> {
    /// Returns the clock whose civil days these are.
    pub(super) fn local(&self) -> &LocalClock {
        match self {
            Self::Elapsed(local) => local,
            Self::Open(calendar) => calendar.local(),
        }
    }

    /// Returns the periods of a civil day that count, pauses aside.
    pub(super) fn counted_on(&self, date: CivilDate) -> Vec<Period> {
        match self {
            Self::Elapsed(local) => Vec::from_iter(local.day(date)),
            Self::Open(calendar) => calendar.open_on(date),
        }
    }

    /// Returns the time that counts from one instant to another.
    pub(super) fn counted(&self, from: Instant, to: Instant, paused: &[Period]) -> Duration {
        let Some(bounds) = between(from, to) else { return Duration::ZERO };
        match self {
            Self::Elapsed(_) => total(&without(bounds, paused)),
            Self::Open(calendar) => {
                let last = self.local().date_of(to);
                let dates = days_from(self.local().date_of(from)).take_while(|date| *date <= last);
                let open = dates.flat_map(|date| calendar.open_on(date));
                let counted = open.filter_map(|open| within(open, bounds));
                total(&Vec::from_iter(counted.flat_map(|open| without(open, paused))))
            }
        }
    }

    /// Returns the earliest instant at which `work` of the time that counts has passed since `start`.
    pub(super) fn reach(
        &self,
        start: Instant,
        work: Duration,
        paused: &[Period],
    ) -> Result<Reached, CalendarError> {
        let mut left = work;
        if left <= Duration::ZERO {
            return Ok(Reached::At(start));
        }
        let endless = paused.last().filter(|last| last.end() == Instant::MAX).map(|last| last.start());
        let rest = between(start, Instant::MAX);
        match self {
            Self::Elapsed(_) => {
                let free = rest.map(|rest| without(rest, paused)).unwrap_or_default();
                if let Some(instant) = spend(&free, &mut left) {
                    return Ok(Reached::At(instant));
                }
            }
            Self::Open(calendar) => {
                let (mut closed_days, mut closed_from) = (0_u32, None);
                for date in days_from(self.local().date_of(start)) {
                    let over = |since| self.local().day(date).is_some_and(|day| day.start() >= since);
                    if endless.is_some_and(over) {
                        break;
                    }
                    let open = calendar.open_on(date);
                    if open.is_empty() {
                        closed_days = closed_days.saturating_add(1);
                        let from = *closed_from.get_or_insert(date);
                        if closed_days > MOST_CLOSED_DAYS {
                            return Err(CalendarError::NeverOpen { from });
                        }
                        continue;
                    }
                    (closed_days, closed_from) = (0, None);
                    let open = open.into_iter().filter_map(|open| within(open, rest?));
                    let free = Vec::from_iter(open.flat_map(|open| without(open, paused)));
                    if let Some(instant) = spend(&free, &mut left) {
                        return Ok(Reached::At(instant));
                    }
                }
            }
        }
        endless.map(|since| Reached::Paused { since, left }).ok_or(CalendarError::OutOfRange)
    }
}

/// Returns the day and those after it, to the end of 2199.
pub(super) fn days_from(first: CivilDate) -> impl Iterator<Item = CivilDate> {
    iter::successors(Some(first), |date| date.checked_add_days(1))
}

/// Takes the periods off the time that is left; returns the instant at which nothing is left.
fn spend(periods: &[Period], left: &mut Duration) -> Option<Instant> {
    for period in periods {
        let after = left.checked_sub(period.length())?;
        if after <= Duration::ZERO {
            return period.start().checked_add(*left);
        }
        *left = after;
    }
    None
}
