//! Service levels: until when something must be done, and how much of its time has passed.

use super::CalendarError;
use super::clock::{Clock, Reached};
use super::hours::Calendar;
use super::local::LocalClock;
use super::pauses::Pauses;
use super::periods::merged;
use crate::value::{Duration, Fixed, Instant, Limit, Period, SpanOfTime, Zone};
use serde::Serialize;

/// The largest share of a time that is told of: alerts go on after the breach.
const MOST_SHARE_PERCENT: i64 = 1000;
/// The millionths of a percent that are the whole.
const WHOLE: i128 = 100_000_000;

/// A limit with the clock that counts it.
///
/// Fixed time and years pass 24 hours a day, business time only while the calendar is open (P-03 to P-05).
#[derive(Debug, Clone)]
pub struct ServiceLevel<'a> {
    // INVARIANT: the clock of a limit in business time is a calendar's.
    limit: Limit,
    clock: Clock<'a>,
}

/// When the time of a service level has passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Due {
    /// At a known instant.
    At {
        /// The earliest instant at which all of the time has passed.
        at: Instant,
        /// Whether exactly then is too late already.
        strict: bool,
    },
    /// Not known: the clock stands still until somebody resumes it.
    Paused {
        /// Since when.
        since: Instant,
        /// How much time will be left when it goes on; more than nothing.
        #[serde(rename = "left_ms")]
        left: Duration,
    },
}

impl Due {
    /// Returns the due instant, if it is known.
    pub fn at(&self) -> Option<Instant> {
        match self {
            Self::At { at, .. } => Some(*at),
            Self::Paused { .. } => None,
        }
    }

    /// Says whether what happens at `instant` is in time: before the due instant, or at it where the limit includes it.
    ///
    /// While the clock stands still, everything is in time.
    pub fn met_at(&self, instant: Instant) -> bool {
        match self {
            Self::At { at, strict: true } => instant < *at,
            Self::At { at, strict: false } => instant <= *at,
            Self::Paused { .. } => true,
        }
    }
}

impl<'a> ServiceLevel<'a> {
    /// Returns the service level of a limit.
    ///
    /// `zone` is where years and civil days are those of a limit that passes 24 hours a day; one in business time has
    /// the calendar's own.
    ///
    /// # Errors
    /// [`CalendarError::NoCalendar`] for business time without a calendar.
    pub fn new(limit: Limit, calendar: Option<&'a Calendar>, zone: &Zone) -> Result<Self, CalendarError> {
        let clock = match limit.time {
            SpanOfTime::Fixed(_) | SpanOfTime::Years(_) => Clock::Elapsed(LocalClock::of(zone)),
            SpanOfTime::BusinessDays(_) | SpanOfTime::BusinessTime(_) => {
                Clock::Open(calendar.ok_or(CalendarError::NoCalendar)?)
            }
        };
        Ok(Self { limit, clock })
    }

    /// Returns how much counted time the limit gives from `start` on, pauses aside.
    ///
    /// A business day is as long as [`Calendar::business_day`] says. Years are calendar years: they end on the same day
    /// and at the same time of the zone's clocks, on 1 March for a 29 February that there is not.
    ///
    /// # Errors
    /// [`CalendarError::NeverOpen`] for business days of a calendar without hours; [`CalendarError::OutOfRange`] for
    /// years that end after 2199.
    pub fn time(&self, start: Instant) -> Result<Duration, CalendarError> {
        match (&self.limit.time, &self.clock) {
            (SpanOfTime::Fixed(time) | SpanOfTime::BusinessTime(time), _) => Ok(*time),
            (SpanOfTime::Years(years), clock) => {
                let end = clock.local().years_after(start, *years).ok_or(CalendarError::OutOfRange)?;
                // Where the clock goes back, the time of the start may be shown before the start.
                Ok(end.since(start).max(Duration::ZERO))
            }
            (SpanOfTime::BusinessDays(days), Clock::Open(calendar)) => {
                let day_ms = calendar.business_day().ms();
                if day_ms == 0 && *days > 0 {
                    return Err(CalendarError::NeverOpen { from: calendar.local().date_of(start) });
                }
                Ok(Duration::from_ms(day_ms.saturating_mul(i64::from(*days))))
            }
            (SpanOfTime::BusinessDays(_), Clock::Elapsed(_)) => Err(CalendarError::NoCalendar),
        }
    }

    /// Returns when the time is over that starts at `start`: the earliest instant at which all of it has passed.
    ///
    /// A due instant that has come before a lasting pause stays known.
    ///
    /// # Errors
    /// Those of [`Self::time`] and [`Calendar::after`].
    pub fn due(&self, start: Instant, pauses: &Pauses) -> Result<Due, CalendarError> {
        let reached = self.clock.reach(start, self.time(start)?, &pauses.merged())?;
        Ok(match reached {
            Reached::At(at) => Due::At { at, strict: self.limit.strict },
            Reached::Paused { since, left } => Due::Paused { since, left },
        })
    }

    /// Returns the earliest instant at which at least `share` percent of the time has passed, for alerts at 50, 75 and
    /// 100 percent and beyond (P-06, S-74); `None` while a lasting pause stands before it.
    ///
    /// The share is taken exactly and rounded up to the millisecond.
    ///
    /// # Errors
    /// [`CalendarError::Share`] unless 0 ≤ `share` ≤ 1000; those of [`Self::due`].
    pub fn at_share(
        &self,
        start: Instant,
        pauses: &Pauses,
        share: Fixed,
    ) -> Result<Option<Instant>, CalendarError> {
        let legal = Some(share) <= Fixed::from_int(MOST_SHARE_PERCENT);
        if !legal || share < Fixed::ZERO {
            return Err(CalendarError::Share { share });
        }
        let parts = i128::from(self.time(start)?.ms()).saturating_mul(share.millionths().into());
        let whole_ms = parts.div_euclid(WHOLE);
        let started_ms = i128::from(parts.rem_euclid(WHOLE) > 0);
        let work_ms = i64::try_from(whole_ms.saturating_add(started_ms));
        let work = Duration::from_ms(work_ms.map_err(|_| CalendarError::OutOfRange)?);
        Ok(match self.clock.reach(start, work, &pauses.merged())? {
            Reached::At(instant) => Some(instant),
            Reached::Paused { .. } => None,
        })
    }

    /// Returns the counted time from one instant to another, less the pauses; nothing if `to` is not after `from`.
    pub fn counted(&self, from: Instant, to: Instant, pauses: &Pauses) -> Duration {
        self.clock.counted(from, to, &pauses.merged())
    }

    /// Returns the counted time where every pause is over.
    pub(super) fn counted_without(&self, from: Instant, to: Instant, pauses: &[Period]) -> Duration {
        self.clock.counted(from, to, &merged(pauses))
    }

    /// Returns the earliest instant at which so much of the counted time has passed since `start`; `None` where it never has.
    pub(super) fn counted_after(&self, start: Instant, time: Duration) -> Option<Instant> {
        match self.clock.reach(start, time, &[]) {
            Ok(Reached::At(instant)) => Some(instant),
            Ok(Reached::Paused { .. }) | Err(_) => None,
        }
    }

    /// Returns how much counted time is left at `at` of that which starts at `start`; nothing once it is over.
    ///
    /// # Errors
    /// Those of [`Self::time`].
    pub fn left(&self, start: Instant, pauses: &Pauses, at: Instant) -> Result<Duration, CalendarError> {
        Ok(difference(self.time(start)?, self.counted(start, at, pauses)))
    }

    /// Returns how much counted time has passed at `at` after that which starts at `start` was over; nothing before.
    ///
    /// It is nothing, too, for what is late by closed time only: due at a closing and done in the night after it, it is
    /// late ([`Due::met_at`]) by no open time.
    ///
    /// # Errors
    /// Those of [`Self::time`].
    pub fn overrun(&self, start: Instant, pauses: &Pauses, at: Instant) -> Result<Duration, CalendarError> {
        Ok(difference(self.counted(start, at, pauses), self.time(start)?))
    }

    /// Returns the due instant where every pause is over.
    pub(super) fn due_at(&self, start: Instant, pauses: &[Period]) -> Result<Instant, CalendarError> {
        match self.clock.reach(start, self.time(start)?, &merged(pauses))? {
            Reached::At(at) => Ok(at),
            Reached::Paused { .. } => Err(CalendarError::OutOfRange),
        }
    }

    /// Says whether what happens at `instant` is in time where `due` is the due instant.
    pub(super) fn met(&self, due: Instant, instant: Instant) -> bool {
        Due::At { at: due, strict: self.limit.strict }.met_at(instant)
    }

    pub(super) fn clock(&self) -> &Clock<'a> {
        &self.clock
    }
}

/// Returns by how much `time` exceeds `other`; nothing if it does not.
fn difference(time: Duration, other: Duration) -> Duration {
    time.checked_sub(other).map_or(Duration::ZERO, |rest| rest.max(Duration::ZERO))
}
