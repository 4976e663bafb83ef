//! A calendar: on which days of which zone work is done, and when.

use super::CalendarError;
use super::clock::{Clock, Reached};
use super::local::LocalClock;
use super::periods::merged;
use crate::value::{CivilDate, ClockTime, Duration, Instant, Period, Weekday, Zone};

/// Working hours of a weekday: from the opening up to, but not including, the closing, which may be 24:00.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hours {
    /// The weekday.
    pub day: Weekday,
    /// The opening.
    pub from: ClockTime,
    /// The closing.
    pub to: ClockTime,
}

/// A business calendar: weekly working hours in a zone, less holidays (P-01, P-02).
///
/// A holiday closes its whole civil day. Hours over midnight are those of two days: 22:00 to 24:00 and 00:00 to 06:00.
///
/// Hours are told by the clocks of the zone. On a day with a clock change they begin at the first instant at which the
/// clock shows the opening or anything later, and end with the last instant at which it shows anything before the
/// closing. So a time that is skipped stands for the first instant after the gap; of two instants at which the clock
/// shows the same, the earlier opens and the later closes. Where a clock went back over midnight, as in St. John's until
/// 2011, the new day opens when the old one is over for good.
///
/// ```
/// use tollgate::calendar::{Calendar, Hours};
/// use tollgate::value::{ClockTime, Duration, Weekday, Zone};
///
/// let zone = Zone::named("America/New_York").unwrap();
/// let night = Hours { day: Weekday::Sunday, from: "00:00".parse()?, to: ClockTime::parse_end("06:00")? };
/// let calendar = Calendar::new(&zone, &[night], []).unwrap();
///
/// let start = |day: &str| zone.start_of(day.parse().unwrap()).unwrap();
/// let open = |from, to| calendar.open_time(start(from), start(to), &[]);
/// assert_eq!(open("2026-03-01", "2026-03-02"), Duration::from_ms(6 * 3_600_000));
/// assert_eq!(open("2026-03-08", "2026-03-09"), Duration::from_ms(5 * 3_600_000)); // clocks go from 02:00 to 03:00
/// assert_eq!(open("2026-11-01", "2026-11-02"), Duration::from_ms(7 * 3_600_000)); // and back
/// # Ok::<(), tollgate::value::CivilError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    local: LocalClock,
    // INVARIANT: in the order of the week; they end after they start, and share no minute.
    week: Vec<Hours>,
    // INVARIANT: in the order of time, each date once.
    holidays: Vec<(CivilDate, String)>,
}

impl Calendar {
    /// Returns the calendar with these weekly hours and these holidays, each a date and a title.
    ///
    /// Without hours it is a calendar too, one that is never open.
    ///
    /// # Errors
    /// [`CalendarError::Hours`], [`CalendarError::OpenTwice`] (hours that only touch are fine) and
    /// [`CalendarError::HolidayTwice`].
    pub fn new(
        zone: &Zone,
        hours: &[Hours],
        holidays: impl IntoIterator<Item = (CivilDate, String)>,
    ) -> Result<Self, CalendarError> {
        let mut week = hours.to_vec();
        week.sort_unstable();
        let mut last: Option<Hours> = None;
        for Hours { day, from, to } in &week {
            let (day, from, to) = (*day, *from, *to);
            if from >= to {
                return Err(CalendarError::Hours { day, from, to });
            }
            if last.is_some_and(|last| last.day == day && from < last.to) {
                return Err(CalendarError::OpenTwice { day, at: from });
            }
            last = Some(Hours { day, from, to });
        }
        let mut holidays: Vec<(CivilDate, String)> = holidays.into_iter().collect();
        holidays.sort_by_key(|(date, _)| *date);
        let twice = holidays.iter().zip(holidays.iter().skip(1)).find(|((date, _), (next, _))| date == next);
        if let Some(((date, _), _)) = twice {
            return Err(CalendarError::HolidayTwice { date: *date });
        }
        Ok(Self { local: LocalClock::of(zone), week, holidays })
    }

    /// Returns the open periods of one civil day of the zone, in order and without overlap.
    ///
    /// None on a holiday, on a weekday without hours, and on a day that the zone left out.
    pub fn open_on(&self, date: CivilDate) -> Vec<Period> {
        let Some(day) = self.local.day(date) else { return Vec::new() };
        if self.holiday(date).is_some() {
            return Vec::new();
        }
        let mut open: Vec<Period> = Vec::new();
        let weekday = date.weekday();
        for hours in self.week.iter().filter(|hours| hours.day == weekday) {
            // Where the clock goes back, hours may begin, by its first showing, before those ahead of them have ended.
            let taken = open.last().map_or(day.start(), |last| last.end());
            let start = self.local.start_of(date, hours.from).max(taken);
            let end = self.local.end_of(date, hours.to).min(day.end());
            open.extend(Period::new(start, end));
        }
        open
    }

    /// Returns the title of the holiday on this date.
    pub fn holiday(&self, date: CivilDate) -> Option<&str> {
        let found = self.holidays.binary_search_by_key(&date, |(date, _)| *date).ok();
        found.and_then(|at| self.holidays.get(at)).map(|(_, title)| title.as_str())
    }

    /// Says whether the weekday has hours, holidays aside.
    pub fn works_on(&self, day: Weekday) -> bool {
        self.week.iter().any(|hours| hours.day == day)
    }

    /// Returns the open time that makes one business day: that of the longest day of the week, clock changes and
    /// holidays aside; [`Duration::ZERO`] if the calendar has no hours.
    ///
    /// P-01 and P-04 count 3 business days as 27 hours, three days of 9 hours, wherever they start within a day. Where
    /// days differ, the longest counts, so that a promise of days is at least as many whole days of work: a short Friday
    /// must not shorten the time of a board that meets on Tuesdays.
    pub fn business_day(&self) -> Duration {
        let minutes =
            |hours: &Hours| i64::from(hours.to.minutes()).saturating_sub(hours.from.minutes().into());
        let length = |day: &Weekday| {
            let hours = self.week.iter().filter(|hours| hours.day == *day);
            hours.map(minutes).fold(0_i64, i64::saturating_add)
        };
        Duration::from_ms(Weekday::ALL.iter().map(length).max().unwrap_or(0).saturating_mul(60_000))
    }

    /// Returns the open time from one instant to another, less the pauses; nothing if `to` is not after `from`.
    ///
    /// Pauses may overlap, reach into closed time, and stand in any order.
    pub fn open_time(&self, from: Instant, to: Instant, pauses: &[Period]) -> Duration {
        Clock::Open(self).counted(from, to, &merged(pauses))
    }

    /// Returns the earliest instant at which `work` of open time has passed since `start`; pauses do not count.
    ///
    /// `start` in a closed period counts from the next opening, and work that ends exactly at a closing ends there, not
    /// at the next opening. No work ends at `start`, even in a closed period.
    ///
    /// # Errors
    /// [`CalendarError::NeverOpen`] if the calendar is closed for more than 400 days in a row before the work is done;
    /// [`CalendarError::OutOfRange`] if it is not done by the end of 2199.
    pub fn after(&self, start: Instant, work: Duration, pauses: &[Period]) -> Result<Instant, CalendarError> {
        match Clock::Open(self).reach(start, work, &merged(pauses))? {
            Reached::At(instant) => Ok(instant),
            Reached::Paused { .. } => Err(CalendarError::OutOfRange),
        }
    }

    pub(super) fn local(&self) -> &LocalClock {
        &self.local
    }
}
