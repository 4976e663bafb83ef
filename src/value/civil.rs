//! Days and times as calendars and clocks show them, in no particular zone.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};
use serde::{Serialize, Serializer};

use super::instant::{date_numbers, digits};
use super::quoted;

const MINUTES_IN_DAY: u16 = 1_440;

/// A day of the Gregorian calendar in the years 1900 to 2199, in no particular zone.
///
/// ```
/// use tollgate::value::{CivilDate, Weekday};
///
/// let date: CivilDate = "2028-02-29".parse()?;
/// assert_eq!(date.weekday(), Weekday::Tuesday);
/// assert!("2026-02-29".parse::<CivilDate>().is_err());
/// # Ok::<(), tollgate::value::CivilError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CivilDate {
    // INVARIANT: the year is one of 1900 to 2199.
    date: NaiveDate,
}

/// A time of day to the minute, from 00:00 to 24:00; 24:00 only ends a stretch of time.
///
/// ```
/// use tollgate::value::ClockTime;
///
/// let close = ClockTime::parse_end("24:00")?;
/// assert_eq!(close.minutes(), 1440);
/// assert!("24:00".parse::<ClockTime>().is_err()); // nothing starts then: that is 00:00 of the next day
/// # Ok::<(), tollgate::value::CivilError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClockTime {
    // INVARIANT: at most 1440.
    minutes: u16,
}

/// A day of the week, in the order of ISO 8601.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names say all there is")]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

/// Why a text is no day, time of day or weekday.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CivilError {
    /// The text does not have the form of a date.
    #[error("`{text}` is no date: write it as `2026-11-06`")]
    DateForm {
        /// The text as given, cut for a message.
        text: String,
    },
    /// The calendar has no such day, or not in the years 1900 to 2199.
    #[error("there is no day `{text}` in the years 1900 to 2199")]
    NoSuchDay {
        /// The text as given, cut for a message.
        text: String,
    },
    /// The text is no time of day.
    #[error("`{text}` is no time of day: write it as `09:30`, from `00:00` to `23:59`")]
    Clock {
        /// The text as given, cut for a message.
        text: String,
    },
    /// The text is no day of the week.
    #[error("`{text}` is no day of the week: write `monday` to `sunday`")]
    Weekday {
        /// The text as given, cut for a message.
        text: String,
    },
}

impl CivilDate {
    /// 1900-01-01, the first day.
    pub const MIN: Self = Self::end_of_range(1900, 1, 1);
    /// 2199-12-31, the last day.
    pub const MAX: Self = Self::end_of_range(2199, 12, 31);

    const fn end_of_range(year: i32, month: u32, day: u32) -> Self {
        match NaiveDate::from_ymd_opt(year, month, day) {
            Some(date) => Self { date },
            // Both days exist; a constant may not unwrap.
            None => Self { date: NaiveDate::MIN },
        }
    }

    /// Returns the day, or `None` if there is no such day in the years 1900 to 2199. Months and days count from 1.
    pub fn from_ymd(year: i32, month: u32, day: u32) -> Option<Self> {
        NaiveDate::from_ymd_opt(year, month, day).and_then(Self::within_years)
    }

    fn within_years(date: NaiveDate) -> Option<Self> {
        (1900..2200).contains(&date.year()).then_some(Self { date })
    }

    /// Returns the year.
    pub fn year(self) -> i32 {
        self.date.year()
    }

    /// Returns the month, 1 to 12.
    pub fn month(self) -> u32 {
        self.date.month()
    }

    /// Returns the day of the month, 1 to 31.
    pub fn day(self) -> u32 {
        self.date.day()
    }

    /// Returns the day of the week.
    pub fn weekday(self) -> Weekday {
        match self.date.weekday() {
            chrono::Weekday::Mon => Weekday::Monday,
            chrono::Weekday::Tue => Weekday::Tuesday,
            chrono::Weekday::Wed => Weekday::Wednesday,
            chrono::Weekday::Thu => Weekday::Thursday,
            chrono::Weekday::Fri => Weekday::Friday,
            chrono::Weekday::Sat => Weekday::Saturday,
            chrono::Weekday::Sun => Weekday::Sunday,
        }
    }

    /// Returns the day `days` later (earlier if negative), or `None` outside the years 1900 to 2199.
    pub fn checked_add_days(self, days: i64) -> Option<Self> {
        let days = i64::from(self.date.num_days_from_ce()).checked_add(days)?;
        NaiveDate::from_num_days_from_ce_opt(i32::try_from(days).ok()?).and_then(Self::within_years)
    }

    /// Returns how many days this day is after `earlier`; negative if it is before.
    pub fn days_since(self, earlier: Self) -> i64 {
        i64::from(self.date.num_days_from_ce()).saturating_sub(earlier.date.num_days_from_ce().into())
    }
}

impl FromStr for CivilDate {
    type Err = CivilError;

    /// Reads an ISO 8601 date, `YYYY-MM-DD`.
    fn from_str(text: &str) -> Result<Self, CivilError> {
        let form = || CivilError::DateForm { text: quoted(text) };
        let [year, month, day] = date_numbers(text).ok_or_else(form)?;
        let year = i32::try_from(year).map_err(|_| form())?;
        Self::from_ymd(year, month, day).ok_or_else(|| CivilError::NoSuchDay { text: quoted(text) })
    }
}

impl fmt::Display for CivilDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{:04}-{:02}-{:02}", self.year(), self.month(), self.day()))
    }
}

impl Serialize for CivilDate {
    /// As the text that [`Display`](fmt::Display) writes.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl ClockTime {
    /// 00:00, at which a day starts.
    pub const START_OF_DAY: Self = Self { minutes: 0 };
    /// 24:00, at which a day ends.
    pub const END_OF_DAY: Self = Self { minutes: MINUTES_IN_DAY };

    /// Returns the minutes since 00:00, 0 to 1440.
    pub const fn minutes(self) -> u16 {
        self.minutes
    }

    /// Reads `HH:MM` as the end of a stretch of time, so that `24:00` is one too.
    ///
    /// # Errors
    /// [`CivilError::Clock`].
    pub fn parse_end(text: &str) -> Result<Self, CivilError> {
        if text == "24:00" { Ok(Self::END_OF_DAY) } else { text.parse() }
    }
}

impl FromStr for ClockTime {
    type Err = CivilError;

    /// Reads `HH:MM`, 00:00 to 23:59.
    fn from_str(text: &str) -> Result<Self, CivilError> {
        let minutes = || {
            let (hours, minutes) = text.split_once(':')?;
            let (hours, minutes) = (digits(hours, 2)?, digits(minutes, 2)?);
            if hours > 23 || minutes > 59 {
                return None;
            }
            u16::try_from(hours.checked_mul(60)?.checked_add(minutes)?).ok()
        };
        match minutes() {
            Some(minutes) => Ok(Self { minutes }),
            None => Err(CivilError::Clock { text: quoted(text) }),
        }
    }
}

impl fmt::Display for ClockTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hours = self.minutes.checked_div(60).unwrap_or_default();
        let minutes = self.minutes.checked_rem(60).unwrap_or_default();
        f.pad(&format!("{hours:02}:{minutes:02}"))
    }
}

impl Serialize for ClockTime {
    /// As the text that [`Display`](fmt::Display) writes.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Weekday {
    /// The days in order.
    pub const ALL: [Self; 7] = [
        Self::Monday,
        Self::Tuesday,
        Self::Wednesday,
        Self::Thursday,
        Self::Friday,
        Self::Saturday,
        Self::Sunday,
    ];

    /// Returns the language's word for the day, such as `monday`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Monday => "monday",
            Self::Tuesday => "tuesday",
            Self::Wednesday => "wednesday",
            Self::Thursday => "thursday",
            Self::Friday => "friday",
            Self::Saturday => "saturday",
            Self::Sunday => "sunday",
        }
    }
}

impl FromStr for Weekday {
    type Err = CivilError;

    /// Reads the word, in lower case.
    fn from_str(text: &str) -> Result<Self, CivilError> {
        let named = Self::ALL.into_iter().find(|day| day.word() == text);
        named.ok_or_else(|| CivilError::Weekday { text: quoted(text) })
    }
}

impl fmt::Display for Weekday {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

impl Serialize for Weekday {
    /// As its word.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}
