//! Why a calendar cannot be made, or gives no answer.

use crate::value::{CivilDate, ClockTime, Fixed, Weekday};

/// Why there is no calendar, no board, or no instant that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// Hours that do not end after they start. To work over midnight, give hours to each of the two days.
    #[error("hours on {day} from {from} cannot end at {to}: the end comes after the start")]
    Hours {
        /// The weekday.
        day: Weekday,
        /// The opening as given.
        from: ClockTime,
        /// The closing as given.
        to: ClockTime,
    },
    /// Two hours of one weekday share a minute.
    #[error("{day} is open twice at {at}")]
    OpenTwice {
        /// The weekday.
        day: Weekday,
        /// The first time that both cover.
        at: ClockTime,
    },
    /// One date is listed twice.
    #[error("{date} is a holiday twice")]
    HolidayTwice {
        /// The date.
        date: CivilDate,
    },
    /// The calendar has no open time for longer than a year, so that no limit in it ever ends.
    #[error("the calendar is closed for more than a year from {from} on")]
    NeverOpen {
        /// The first of the closed days.
        from: CivilDate,
    },
    /// The answer lies outside the years that are counted.
    #[error("the time ends outside the years 1900 to 2199")]
    OutOfRange,
    /// Business days and business hours have no length without a calendar.
    #[error("business time needs a calendar")]
    NoCalendar,
    /// The share is negative or more than ten times the whole.
    #[error("{share} % is no share of a time: it lies between 0 and 1000")]
    Share {
        /// The share as given, in percent.
        share: Fixed,
    },
    /// The account would be longer than anyone reads.
    #[error("the time takes more than {most} days: it is not told day by day")]
    TooManyDays {
        /// How many days are told at most.
        most: usize,
    },
    /// Every meeting for more than a year falls on a holiday, or after 2199.
    #[error("the board does not meet for more than a year from {from} on")]
    NoMeeting {
        /// The day from which on meetings were sought.
        from: CivilDate,
    },
}
