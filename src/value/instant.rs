//! Points on the time line.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike, Days, FixedOffset, NaiveDate, SecondsFormat, TimeDelta, Timelike};
use serde::{Serialize, Serializer};

use super::{Duration, quoted};

/// A point in time, as milliseconds since 1970-01-01T00:00:00Z without leap seconds, in the years 1900 to 2199.
///
/// Read from RFC 3339 text with its offset always given; seconds may be left out, as in rule files. Written in UTC.
///
/// ```
/// use tollgate::value::Instant;
///
/// let start: Instant = "2026-02-03T11:00+05:30".parse()?;
/// assert_eq!(start.to_string(), "2026-02-03T05:30:00Z");
/// assert!("2026-02-03T11:00".parse::<Instant>().is_err()); // whose eleven o'clock?
/// # Ok::<(), tollgate::value::InstantError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant {
    // INVARIANT: MIN <= self <= MAX, so a difference of two instants never overflows.
    epoch_ms: i64,
}

/// Why there is no such [`Instant`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InstantError {
    /// The text does not have the form of an instant.
    #[error("`{text}` is no instant: write it as `2026-02-03T11:00:00Z` or with an offset such as `+05:30`")]
    Form {
        /// The text as given, cut for a message.
        text: String,
    },
    /// Neither an offset nor `Z` stands at the end.
    #[error("`{text}` does not say its offset from UTC: end it with `Z` or an offset such as `+05:30`")]
    NoOffset {
        /// The text as given, cut for a message.
        text: String,
    },
    /// More than three digits stand after the seconds' point.
    #[error("`{text}` is finer than milliseconds: write at most three fraction digits")]
    TooFine {
        /// The text as given, cut for a message.
        text: String,
    },
    /// The second is 60. Time here is counted without leap seconds.
    #[error("`{text}` is a leap second, which is not counted here: write second 59")]
    LeapSecond {
        /// The text as given, cut for a message.
        text: String,
    },
    /// The calendar or the clock has no such day or time.
    #[error("`{text}` names a day or time that does not exist")]
    NoSuchTime {
        /// The text as given, cut for a message.
        text: String,
    },
    /// The instant lies outside the years 1900 to 2199.
    #[error("the instant lies outside the years 1900 to 2199")]
    OutOfRange,
}

impl Instant {
    /// 1900-01-01T00:00:00Z, the first instant.
    pub const MIN: Self = Self { epoch_ms: -2_208_988_800_000 };
    /// 2199-12-31T23:59:59.999Z, the last instant.
    pub const MAX: Self = Self { epoch_ms: 7_258_118_399_999 };

    /// Returns the instant this many milliseconds after 1970-01-01T00:00:00Z.
    ///
    /// # Errors
    /// [`InstantError::OutOfRange`] before 1900 and from 2200 on, UTC.
    pub const fn from_epoch_ms(epoch_ms: i64) -> Result<Self, InstantError> {
        if epoch_ms < Self::MIN.epoch_ms || epoch_ms > Self::MAX.epoch_ms {
            return Err(InstantError::OutOfRange);
        }
        Ok(Self { epoch_ms })
    }

    /// Returns the milliseconds since 1970-01-01T00:00:00Z.
    pub const fn epoch_ms(self) -> i64 {
        self.epoch_ms
    }

    /// Returns the instant `duration` later (earlier if negative), or `None` outside the years 1900 to 2199.
    pub fn checked_add(self, duration: Duration) -> Option<Self> {
        self.epoch_ms.checked_add(duration.ms()).and_then(|ms| Self::from_epoch_ms(ms).ok())
    }

    /// Returns the instant `duration` earlier, or `None` outside the years 1900 to 2199.
    pub fn checked_sub(self, duration: Duration) -> Option<Self> {
        self.epoch_ms.checked_sub(duration.ms()).and_then(|ms| Self::from_epoch_ms(ms).ok())
    }

    /// Returns the instant `years` years of the calendar later, at the same time of day in UTC: from a 29 February to 1 March where
    /// that year has none. `None` after 2199.
    pub fn checked_add_years(self, years: u32) -> Option<Self> {
        let utc = DateTime::from_timestamp_millis(self.epoch_ms)?;
        let year = utc.year().checked_add(i32::try_from(years).ok()?)?;
        let next_day = || utc.checked_add_days(Days::new(1))?.with_year(year);
        let later = utc.with_year(year).or_else(next_day)?;
        Self::from_epoch_ms(later.timestamp_millis()).ok()
    }

    /// Returns the instant as the clocks of a zone show it, as in `2026-02-03T11:00:00+05:30`; to the second where it
    /// is a whole one.
    pub fn in_zone(self, zone: &super::Zone) -> String {
        let offset = FixedOffset::east_opt(zone.offset_seconds(self));
        let local = DateTime::from_timestamp_millis(self.epoch_ms).zip(offset);
        let format =
            if self.epoch_ms.rem_euclid(1000) == 0 { SecondsFormat::Secs } else { SecondsFormat::Millis };
        match local {
            Some((utc, offset)) => utc.with_timezone(&offset).to_rfc3339_opts(format, false),
            None => self.to_string(),
        }
    }

    /// Returns the time from `earlier` to this instant; negative if `earlier` is in truth the later one.
    pub const fn since(self, earlier: Self) -> Duration {
        // Three hundred years of milliseconds fit 900,000 times into 64 bits: this never saturates.
        Duration::from_ms(self.epoch_ms.saturating_sub(earlier.epoch_ms))
    }
}

impl FromStr for Instant {
    type Err = InstantError;

    /// Reads RFC 3339 §5.6 text, upper-case `T` and `Z` only, with the seconds optional.
    fn from_str(text: &str) -> Result<Self, InstantError> {
        if let Some(instant) = as_written(text) {
            return Ok(instant);
        }
        let form = || InstantError::Form { text: quoted(text) };
        let no_such_time = || InstantError::NoSuchTime { text: quoted(text) };

        let (date, clock) = text.split_once('T').ok_or_else(form)?;
        let [year, month, day] = date_numbers(date).ok_or_else(form)?;

        let zone_at = clock.find(['Z', '+', '-']).ok_or_else(|| match clock_of(text, clock) {
            Ok(_) => InstantError::NoOffset { text: quoted(text) },
            Err(error) => error,
        })?;
        let (clock, zone) = clock.split_at_checked(zone_at).ok_or_else(form)?;
        let clock = clock_of(text, clock)?;
        let offset_minutes = offset_minutes(zone).ok_or_else(form)?;

        let local = NaiveDate::from_ymd_opt(i32::try_from(year).map_err(|_| form())?, month, day)
            .and_then(|date| date.and_hms_milli_opt(clock.hour, clock.minute, clock.second, clock.ms))
            .ok_or_else(no_such_time)?;
        let utc = TimeDelta::try_minutes(offset_minutes)
            .and_then(|offset| local.checked_sub_signed(offset))
            .ok_or(InstantError::OutOfRange)?;
        Self::from_epoch_ms(utc.and_utc().timestamp_millis())
    }
}

/// Reads what `Display` writes of a whole second, which most texts are.
fn as_written(text: &str) -> Option<Instant> {
    let bytes: &[u8; 20] = text.as_bytes().try_into().ok()?;
    let [y0, y1, y2, y3, b'-', m0, m1, b'-', d0, d1, b'T', h0, h1, b':', i0, i1, b':', s0, s1, b'Z'] = *bytes
    else {
        return None;
    };
    let number = |digits: &[u8]| {
        digits.iter().try_fold(0_u32, |number, digit| {
            let digit = digit.checked_sub(b'0').filter(|digit| *digit < 10)?;
            number.checked_mul(10)?.checked_add(digit.into())
        })
    };
    let year = i32::try_from(number(&[y0, y1, y2, y3])?).ok()?;
    let date = NaiveDate::from_ymd_opt(year, number(&[m0, m1])?, number(&[d0, d1])?)?;
    let utc = date.and_hms_opt(number(&[h0, h1])?, number(&[i0, i1])?, number(&[s0, s1])?)?;
    Instant::from_epoch_ms(utc.and_utc().timestamp_millis()).ok()
}

struct Clock {
    hour: u32,
    minute: u32,
    second: u32,
    ms: u32,
}

/// Reads `HH:MM`, `HH:MM:SS` or `HH:MM:SS.s` to `HH:MM:SS.sss`; whether the hour exists is the calendar's question.
fn clock_of(text: &str, clock: &str) -> Result<Clock, InstantError> {
    let form = || InstantError::Form { text: quoted(text) };
    let (whole, ms) = match clock.split_once('.') {
        None => (clock, 0),
        Some((_, digits)) if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            return Err(form());
        }
        Some((_, digits)) if digits.len() > 3 => {
            return Err(InstantError::TooFine { text: quoted(text) });
        }
        Some((whole, digits)) => (whole, format!("{digits:0<3}").parse().map_err(|_| form())?),
    };
    let parts: Vec<u32> =
        whole.split(':').map(|part| digits(part, 2)).collect::<Option<_>>().ok_or_else(form)?;
    match *parts.as_slice() {
        [_, _, 60] => Err(InstantError::LeapSecond { text: quoted(text) }),
        [hour, minute, second] => Ok(Clock { hour, minute, second, ms }),
        [hour, minute] if !clock.contains('.') => Ok(Clock { hour, minute, second: 0, ms }),
        _ => Err(form()),
    }
}

/// Reads `Z` or `±HH:MM` as minutes east of Greenwich.
fn offset_minutes(zone: &str) -> Option<i64> {
    if zone == "Z" {
        return Some(0);
    }
    let (east, clock) = match zone.strip_prefix('+') {
        Some(clock) => (true, clock),
        None => (false, zone.strip_prefix('-')?),
    };
    let (hours, minutes) = clock.split_once(':')?;
    let (hours, minutes) = (digits(hours, 2)?, digits(minutes, 2)?);
    if hours > 23 || minutes > 59 {
        return None;
    }
    let minutes = i64::from(hours).checked_mul(60)?.checked_add(i64::from(minutes))?;
    if east { Some(minutes) } else { minutes.checked_neg() }
}

/// Reads `YYYY-MM-DD` as three numbers, without asking whether there is such a day.
pub(super) fn date_numbers(date: &str) -> Option<[u32; 3]> {
    let mut parts = date.split('-');
    let numbers = [digits(parts.next()?, 4)?, digits(parts.next()?, 2)?, digits(parts.next()?, 2)?];
    parts.next().is_none().then_some(numbers)
}

/// Reads exactly `count` ASCII digits.
pub(super) fn digits(text: &str, count: usize) -> Option<u32> {
    let right = text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    right.then(|| text.parse().ok()).flatten()
}

impl fmt::Display for Instant {
    /// Writes RFC 3339 text in UTC; milliseconds only where there are any.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(Written::of(*self).text())
    }
}

impl Serialize for Instant {
    /// As the text that [`Display`](fmt::Display) writes.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(Written::of(*self).text())
    }
}

/// An instant's text, written in place: histories are full of them.
struct Written {
    bytes: [u8; 24],
    whole_second: bool,
}

impl Written {
    fn of(instant: Instant) -> Self {
        let mut bytes = *b"0000-00-00T00:00:00.000Z";
        // Every instant is within the range of chrono.
        let utc = DateTime::from_timestamp_millis(instant.epoch_ms).unwrap_or_default();
        let mut digits = |mut place: usize, mut number: u32| {
            while let Some(digit) = bytes.get_mut(place).filter(|_| number > 0) {
                let last = u8::try_from(number.checked_rem(10).unwrap_or_default()).unwrap_or_default();
                *digit = b'0'.saturating_add(last);
                (place, number) = (place.saturating_sub(1), number.checked_div(10).unwrap_or_default());
            }
        };
        // Each by its last digit.
        let ms = utc.timestamp_subsec_millis();
        for (place, number) in [
            (3, utc.year().unsigned_abs()),
            (6, utc.month()),
            (9, utc.day()),
            (12, utc.hour()),
            (15, utc.minute()),
            (18, utc.second()),
            (22, ms),
        ] {
            digits(place, number);
        }
        if ms == 0
            && let Some(end) = bytes.get_mut(19)
        {
            *end = b'Z';
        }
        Self { bytes, whole_second: ms == 0 }
    }

    fn text(&self) -> &str {
        let length = if self.whole_second { 20 } else { self.bytes.len() };
        self.bytes.get(..length).and_then(|bytes| str::from_utf8(bytes).ok()).unwrap_or_default()
    }
}
