//! The zone in which a policy's own dates are read.

use crate::value::{CivilDate, Instant};
use chrono::{DateTime, Datelike, TimeZone};
use chrono_tz::Tz;

/// A time zone of the IANA database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Zone {
    tz: Tz,
}

impl Zone {
    /// UTC.
    pub const UTC: Self = Self { tz: Tz::UTC };

    /// Returns the zone with this IANA name, such as `Asia/Kolkata`; `None` if there is none.
    pub fn named(name: &str) -> Option<Self> {
        name.parse().ok().map(|tz| Self { tz })
    }

    /// Returns the day on which the instant falls here.
    ///
    /// The days before 1900 and after 2199, which the first and last instants reach in zones far from Greenwich, are
    /// taken for the nearest day within.
    pub fn civil_date(self, instant: Instant) -> Option<CivilDate> {
        let utc = DateTime::from_timestamp_millis(instant.epoch_ms())?.naive_utc();
        let local = self.tz.from_utc_datetime(&utc).date_naive();
        match local.year() {
            ..1900 => CivilDate::from_ymd(1900, 1, 1),
            2200.. => CivilDate::from_ymd(2199, 12, 31),
            year => CivilDate::from_ymd(year, local.month(), local.day()),
        }
    }
}
