//! What the clocks of one zone show, and when they show it.

use crate::value::{CivilDate, ClockTime, Instant, Period, Zone};

const DAY_MS: i64 = 86_400_000;
const MINUTE_MS: i64 = 60_000;
/// No clock is further from UTC: Manila was behind it by almost 16 hours.
const FURTHEST_OFFSET_MS: i64 = 16 * 3_600_000;

/// The clocks of one zone, ready to be read in both directions.
///
/// A clock that is set forward leaves a gap: times it never shows. One that is set back shows some times twice. So a
/// stretch of local time *begins* at the first instant at which the clock shows its start or anything later, and *ends*
/// with the last instant at which the clock shows anything before its end. In a gap both are the first instant after it;
/// of two instants that show the same time, a stretch begins with the earlier and ends with the later. A stretch to
/// 01:00 is over when the clock reaches 01:00, even if it is set back from 02:00 to 01:00 an hour later: nothing before
/// 01:00 is shown again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LocalClock {
    // INVARIANT: in the order of time, without gaps; the first starts at `Instant::MIN`, the last ends at `Instant::MAX`.
    stretches: Vec<Stretch>,
}

/// A stretch of one offset.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Stretch {
    from_ms: i64,
    until_ms: i64,
    offset_ms: i64,
}

impl LocalClock {
    pub(super) fn of(zone: &Zone) -> Self {
        let mut stretches: Vec<Stretch> = Vec::new();
        for (from, offset_s) in zone.offsets() {
            if let Some(last) = stretches.last_mut() {
                last.until_ms = from.epoch_ms();
            }
            stretches.push(Stretch {
                from_ms: from.epoch_ms(),
                until_ms: Instant::MAX.epoch_ms(),
                offset_ms: i64::from(offset_s).saturating_mul(1000),
            });
        }
        Self { stretches }
    }

    /// Returns the instant with which a stretch of local time begins.
    pub(super) fn start_of(&self, date: CivilDate, time: ClockTime) -> Instant {
        self.first_showing(local_ms(date, time))
    }

    /// Returns the instant with which a stretch of local time ends, the first one after it.
    pub(super) fn end_of(&self, date: CivilDate, time: ClockTime) -> Instant {
        self.first_past(local_ms(date, time))
    }

    /// Returns the civil day as a stretch of the time line; `None` if the zone leaves the day out, as Apia did 2011-12-30.
    ///
    /// The days follow each other without gap or overlap, even where a clock is set back over midnight: the minutes of
    /// the next day that it had shown already belong to the day that it goes back to. The first and the last day reach
    /// to the first and the last instant.
    pub(super) fn day(&self, date: CivilDate) -> Option<Period> {
        let midnight = local_ms(date, ClockTime::START_OF_DAY);
        let start = match date.checked_add_days(-1) {
            Some(_) => self.first_past(midnight),
            None => Instant::MIN,
        };
        let end = match date.checked_add_days(1) {
            Some(_) => self.first_past(midnight.saturating_add(DAY_MS)),
            None => Instant::MAX,
        };
        Period::new(start, end).ok()
    }

    /// Returns the civil day in which the instant lies, as [`Self::day`] divides the time.
    pub(super) fn date_of(&self, instant: Instant) -> CivilDate {
        let shown = date_at(self.shown_at(instant));
        let goes_back = self.day(shown).is_some_and(|day| instant < day.start());
        if goes_back { shown.checked_add_days(-1).unwrap_or(shown) } else { shown }
    }

    /// Returns the instant at which the clock shows the same time of the same day `years` later, 1 March for a 29
    /// February that there is not; `None` after 2199.
    pub(super) fn years_after(&self, instant: Instant, years: u32) -> Option<Instant> {
        let shown = self.shown_at(instant);
        let date = date_at(shown);
        let year = date.year().checked_add(i32::try_from(years).ok()?)?;
        let later = CivilDate::from_ymd(year, date.month(), date.day());
        let later = later.or_else(|| CivilDate::from_ymd(year, 3, 1))?;
        let midnight = local_ms(later, ClockTime::START_OF_DAY);
        Some(self.first_showing(midnight.saturating_add(shown.rem_euclid(DAY_MS))))
    }

    /// Returns what the clock shows at the instant.
    fn shown_at(&self, instant: Instant) -> i64 {
        let ms = instant.epoch_ms();
        let at = self.stretches.partition_point(|stretch| stretch.from_ms <= ms).saturating_sub(1);
        ms.saturating_add(self.stretches.get(at).map_or(0, |stretch| stretch.offset_ms))
    }

    /// Returns the first instant at which the clock shows `shown_ms` or later.
    fn first_showing(&self, shown_ms: i64) -> Instant {
        let earliest = shown_ms.saturating_sub(FURTHEST_OFFSET_MS);
        let sure = self.stretches.partition_point(|stretch| stretch.until_ms <= earliest);
        let reached = |stretch: &&Stretch| stretch.until_ms.saturating_add(stretch.offset_ms) > shown_ms;
        let found = self.stretches.iter().skip(sure).find(reached);
        found.map_or(Instant::MAX, |stretch| {
            instant(shown_ms.saturating_sub(stretch.offset_ms).max(stretch.from_ms))
        })
    }

    /// Returns the first instant after all at which the clock shows less than `shown_ms`.
    fn first_past(&self, shown_ms: i64) -> Instant {
        let latest = shown_ms.saturating_add(FURTHEST_OFFSET_MS);
        let sure = self.stretches.partition_point(|stretch| stretch.from_ms < latest);
        let not_yet = |stretch: &&Stretch| stretch.from_ms.saturating_add(stretch.offset_ms) < shown_ms;
        let found = self.stretches.iter().take(sure).rev().find(not_yet);
        found.map_or(Instant::MIN, |stretch| {
            instant(shown_ms.saturating_sub(stretch.offset_ms).min(stretch.until_ms))
        })
    }
}

/// Returns the local time as the milliseconds since 1970-01-01T00:00 of the same clock.
fn local_ms(date: CivilDate, time: ClockTime) -> i64 {
    let days_ms = date.days_since(CivilDate::MIN).saturating_mul(DAY_MS);
    let minutes_ms = i64::from(time.minutes()).saturating_mul(MINUTE_MS);
    Instant::MIN.epoch_ms().saturating_add(days_ms).saturating_add(minutes_ms)
}

/// Returns the date of a local time, or the nearest one of the years 1900 to 2199.
fn date_at(shown_ms: i64) -> CivilDate {
    let days = shown_ms.saturating_sub(Instant::MIN.epoch_ms()).div_euclid(DAY_MS);
    match CivilDate::MIN.checked_add_days(days) {
        Some(date) => date,
        None if days < 0 => CivilDate::MIN,
        None => CivilDate::MAX,
    }
}

/// Returns the instant, or the nearest one of the years 1900 to 2199.
fn instant(epoch_ms: i64) -> Instant {
    let nearest = if epoch_ms < 0 { Instant::MIN } else { Instant::MAX };
    Instant::from_epoch_ms(epoch_ms).unwrap_or(nearest)
}
