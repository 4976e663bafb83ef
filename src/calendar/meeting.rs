//! When a board meets, and until when it takes a change onto its agenda (P-17).

use super::CalendarError;
use super::clock::days_from;
use super::hours::Calendar;
use super::local::LocalClock;
use crate::value::{CivilDate, ClockTime, Instant, Weekday, Zone};
use serde::Serialize;

/// A board that has no meeting on so many of its weekdays in a row is taken never to meet.
const MOST_WEEKS: usize = 58;

/// A weekly meeting and when its agenda closes: on the last such weekday before the day of the meeting. If both fall on
/// one weekday, the agenda closes a week before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Weekly {
    /// The weekday of the meeting.
    pub day: Weekday,
    /// When it starts.
    pub from: ClockTime,
    /// When it ends, up to 24:00.
    pub to: ClockTime,
    /// The weekday on which the agenda closes.
    pub closes_day: Weekday,
    /// When it closes; what arrives exactly then is too late.
    pub closes_at: ClockTime,
}

/// The meetings of a board, in a zone.
#[derive(Debug, Clone)]
pub struct Board<'a> {
    // INVARIANT: a meeting starts before it ends, on its clock.
    weekly: Weekly,
    local: LocalClock,
    holidays: Option<&'a Calendar>,
}

/// A meeting, and the meetings before it that do not take place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Meeting {
    /// The first instant at which its agenda takes nothing more.
    pub agenda_closes: Instant,
    /// When it starts.
    pub starts: Instant,
    /// When it ends.
    pub ends: Instant,
    /// The meetings that would have been first, but fall on holidays.
    pub skipped: Vec<Skipped>,
}

/// A meeting that does not take place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Skipped {
    /// The day on which it would have been, in the board's zone.
    pub date: CivilDate,
    /// The holiday.
    pub holiday: String,
}

impl<'a> Board<'a> {
    /// Returns the board that meets so in `zone`, and not on the holidays of a calendar, if one is given.
    ///
    /// # Errors
    /// [`CalendarError::Hours`] if the meeting does not end after it starts.
    pub fn new(weekly: Weekly, zone: &Zone, holidays: Option<&'a Calendar>) -> Result<Self, CalendarError> {
        let Weekly { day, from, to, .. } = weekly;
        if from >= to {
            return Err(CalendarError::Hours { day, from, to });
        }
        Ok(Self { weekly, local: LocalClock::of(zone), holidays })
    }

    /// Returns the first meeting whose agenda closes after `submitted`: exactly at the closing is too late.
    ///
    /// # Errors
    /// [`CalendarError::NoMeeting`] if all meetings of more than a year fall on holidays or after 2199.
    pub fn next_meeting(&self, submitted: Instant) -> Result<Meeting, CalendarError> {
        let from = self.local.date_of(submitted);
        let mut skipped = Vec::new();
        for date in days_from(from).filter(|date| date.weekday() == self.weekly.day).take(MOST_WEEKS) {
            // A day that the zone left out has no meeting, and was nobody's holiday.
            let there_is = self.local.day(date).is_some();
            let Some(closing) = date.checked_add_days(self.days_closed()).filter(|_| there_is) else {
                continue;
            };
            let agenda_closes = self.local.end_of(closing, self.weekly.closes_at);
            if agenda_closes <= submitted {
                continue;
            }
            if let Some(holiday) = self.holidays.and_then(|calendar| calendar.holiday(date)) {
                skipped.push(Skipped { date, holiday: holiday.to_owned() });
                continue;
            }
            let starts = self.local.start_of(date, self.weekly.from);
            let ends = self.local.end_of(date, self.weekly.to);
            return Ok(Meeting { agenda_closes, starts, ends, skipped });
        }
        Err(CalendarError::NoMeeting { from })
    }

    /// Returns by how many days the closing is after the meeting: -1 to -7.
    fn days_closed(&self) -> i64 {
        let place = |sought| Weekday::ALL.iter().position(|day| *day == sought).unwrap_or_default();
        let (meets, closes) = (place(self.weekly.day), place(self.weekly.closes_day));
        let days = closes.checked_signed_diff(meets).and_then(|days| i64::try_from(days).ok()).unwrap_or(-7);
        if days < 0 { days } else { days.saturating_sub(7) }
    }
}
