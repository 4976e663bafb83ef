//! The account of a due time: what counted, day by day, and why the rest did not (D-20).

use super::CalendarError;
use super::clock::{Clock, days_from};
use super::level::{Due, ServiceLevel};
use super::periods::{between, total, within, without};
use crate::value::{CivilDate, Duration, Instant, Period, Weekday};
use serde::Serialize;

/// The longest account, in days.
pub const MOST_DAYS_TOLD: usize = 1000;

/// One civil day of an account.
///
/// What counted and the times of `uncounted` add up to the length of the `open` periods.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Day {
    /// The date, in the calendar's zone.
    pub date: CivilDate,
    /// Its weekday.
    pub weekday: Weekday,
    /// The open periods of the day; for a limit that passes 24 hours a day, the whole of it.
    pub open: Vec<Period>,
    /// How much of them counted.
    #[serde(rename = "counted_ms")]
    pub counted: Duration,
    /// Why nothing or not all of the day counted.
    pub uncounted: Vec<Uncounted>,
    /// How much counted up to the end of the day.
    #[serde(rename = "total_ms")]
    pub total: Duration,
}

/// Why time of a day did not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Uncounted {
    /// The weekday has no working hours.
    NotWorking,
    /// The day, which would have had hours, is a holiday.
    Holiday {
        /// The holiday's title.
        title: String,
    },
    /// The clocks left out all hours of the day.
    ClockChange,
    /// Open time before the start.
    BeforeStart {
        /// How much.
        #[serde(rename = "time_ms")]
        time: Duration,
    },
    /// Open time in pauses.
    Paused {
        /// How much.
        #[serde(rename = "time_ms")]
        time: Duration,
    },
    /// Open time after the due instant.
    AfterDue {
        /// How much.
        #[serde(rename = "time_ms")]
        time: Duration,
    },
}

impl ServiceLevel<'_> {
    /// Returns the account of the time that starts at `start`: each civil day from that of the start to the one on which
    /// the time was over, or on which the pause that lasts began.
    ///
    /// The last total is the time of the limit exactly, or what had passed of it before the pause. A day that the zone
    /// left out is not told.
    ///
    /// # Errors
    /// [`CalendarError::TooManyDays`] for more than [`MOST_DAYS_TOLD`]; those of [`ServiceLevel::due`].
    pub fn account(&self, start: Instant, pauses: &super::Pauses) -> Result<Vec<Day>, CalendarError> {
        let (told_to, over) = match self.due(start, pauses)? {
            Due::At { at, .. } => (at, at),
            Due::Paused { since, .. } => (since.max(start), Instant::MAX),
        };
        let local = self.clock().local();
        let first = local.date_of(start);
        // Time that ends with a day ends on that day, not on the next.
        let last =
            told_to.checked_sub(Duration::from_ms(1)).map_or(first, |end| local.date_of(end).max(first));
        if last.days_since(first) >= i64::try_from(MOST_DAYS_TOLD).unwrap_or(i64::MAX) {
            return Err(CalendarError::TooManyDays { most: MOST_DAYS_TOLD });
        }
        let span = Span { start, over, paused: pauses.merged() };
        let mut passed = Duration::ZERO;
        let dates = days_from(first).take_while(|date| *date <= last);
        let days = dates.filter(|date| local.day(*date).is_some()).map(|date| {
            let day = span.day(self.clock(), date, passed);
            passed = day.total;
            day
        });
        Ok(days.collect())
    }
}

/// From when to when time counts, if it is not paused.
struct Span {
    start: Instant,
    over: Instant,
    paused: Vec<Period>,
}

impl Span {
    fn day(&self, clock: &Clock<'_>, date: CivilDate, passed: Duration) -> Day {
        let open = clock.counted_on(date);
        let of_open = |bounds: Option<Period>| -> Vec<Period> {
            open.iter().filter_map(|open| within(*open, bounds?)).collect()
        };
        let before = total(&of_open(between(Instant::MIN, self.start)));
        let after = total(&of_open(between(self.over, Instant::MAX)));
        let running = of_open(between(self.start, self.over));
        let counted = total(&Vec::from_iter(running.iter().flat_map(|open| without(*open, &self.paused))));
        let paused = total(&running).checked_sub(counted).unwrap_or_default();

        let timed = [
            (before, Uncounted::BeforeStart { time: before }),
            (paused, Uncounted::Paused { time: paused }),
            (after, Uncounted::AfterDue { time: after }),
        ];
        let timed = timed.into_iter().filter(|(time, _)| *time > Duration::ZERO).map(|(_, why)| why);
        let uncounted = match open.is_empty() {
            true => vec![why_closed(clock, date)],
            false => timed.collect(),
        };
        let total = passed.checked_add(counted).unwrap_or(passed);
        Day { date, weekday: date.weekday(), open, counted, uncounted, total }
    }
}

/// Returns why a day has no open time.
fn why_closed(clock: &Clock<'_>, date: CivilDate) -> Uncounted {
    match clock {
        Clock::Open(calendar) if !calendar.works_on(date.weekday()) => Uncounted::NotWorking,
        Clock::Open(calendar) => match calendar.holiday(date) {
            Some(title) => Uncounted::Holiday { title: title.to_owned() },
            None => Uncounted::ClockChange,
        },
        Clock::Elapsed(_) => Uncounted::ClockChange,
    }
}
