//! The times of reports. What is finer than a millisecond is cut off, as Prometheus does with what it scrapes.

use crate::value::{Instant, InstantError, Measurement};

const TRILLIONTHS_IN_A_MILLISECOND: i128 = 1_000_000_000;

/// Reads seconds since 1970 with any fraction, also with an exponent: Go and Python write `1.79561168e+09`.
pub(super) fn from_seconds(text: &str) -> Option<Instant> {
    let (seconds, _) = Measurement::rounded(text).ok()?;
    let ms = seconds.trillionths().checked_div(TRILLIONTHS_IN_A_MILLISECOND)?;
    Instant::from_epoch_ms(i64::try_from(ms).ok()?).ok()
}

/// Reads whole milliseconds since 1970, from 1973 on: taken for milliseconds, the seconds of today are weeks of January
/// 1970, and such a time is a mistake rather than a measurement.
pub(super) fn from_milliseconds(text: &str) -> Option<Instant> {
    const EARLIEST_MS: i64 = 100_000_000_000;
    let ms = text.parse().ok().filter(|ms| *ms >= EARLIEST_MS)?;
    Instant::from_epoch_ms(ms).ok()
}

/// Reads a date and a time: RFC 3339 §5.6 with its offset, however many fraction digits its seconds have.
pub(super) fn from_rfc3339(text: &str) -> Result<Instant, InstantError> {
    let Some((seconds, rest)) = text.split_once('.') else { return text.parse() };
    let digits = rest.find(|char: char| !char.is_ascii_digit()).unwrap_or(rest.len());
    let Some((fraction, offset)) = rest.split_at_checked(digits) else { return text.parse() };
    match fraction.split_at_checked(3) {
        Some((kept, _)) => format!("{seconds}.{kept}{offset}").parse(),
        None => text.parse(),
    }
}
