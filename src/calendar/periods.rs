//! Arithmetic with half-open stretches of time: what they share, and what they leave free.

use crate::value::{Duration, Instant, Period};

/// Returns what a planned period shares with each of the named ones, in their order: windows that it uses, or freezes and
/// other changes that it runs into. Periods that only touch share nothing.
///
/// ```
/// use tollgate::calendar::shared;
/// use tollgate::value::Period;
///
/// let period = |from: &str, to: &str| Period::new(from.parse().unwrap(), to.parse().unwrap()).unwrap();
/// let freezes = [
///     ("YEAR-END", period("2026-12-24T00:00Z", "2027-01-02T00:00Z")),
///     ("MOVE", period("2027-01-02T00:00Z", "2027-01-03T00:00Z")),
/// ];
/// let planned = period("2027-01-01T22:00Z", "2027-01-02T00:00Z");
/// assert_eq!(shared(planned, &freezes), [(&"YEAR-END", planned)]); // the move begins when the plan ends
/// ```
pub fn shared<Name>(planned: Period, named: &[(Name, Period)]) -> Vec<(&Name, Period)> {
    named.iter().filter_map(|(name, period)| Some((name, within(*period, planned)?))).collect()
}

/// Returns the stretches of `within` that none of `busy` covers and that are at least this long, in the order of time.
///
/// `busy` may overlap and stand in any order. A change can be planned in each of the answers (S-30 to S-32).
///
/// ```
/// use tollgate::calendar::free_windows;
/// use tollgate::value::{Duration, Period};
///
/// let period = |from: &str, to: &str| Period::new(from.parse().unwrap(), to.parse().unwrap()).unwrap();
/// let night = period("2026-03-02T20:00Z", "2026-03-03T00:00Z");
/// let busy = [period("2026-03-02T21:00Z", "2026-03-02T23:00Z"), period("2026-03-02T20:30Z", "2026-03-02T21:30Z")];
/// let hour = Duration::from_ms(3_600_000);
/// assert_eq!(free_windows(night, &busy, hour), [period("2026-03-02T23:00Z", "2026-03-03T00:00Z")]);
/// ```
pub fn free_windows(within: Period, busy: &[Period], at_least: Duration) -> Vec<Period> {
    let mut free = without(within, &merged(busy));
    free.retain(|window| window.length() >= at_least);
    free
}

/// Returns what the two periods share.
pub(super) fn within(period: Period, bounds: Period) -> Option<Period> {
    Period::new(period.start().max(bounds.start()), period.end().min(bounds.end())).ok()
}

/// Returns the same instants as periods that are in order and neither overlap nor touch.
pub(super) fn merged(periods: &[Period]) -> Vec<Period> {
    let mut sorted = periods.to_vec();
    sorted.sort_unstable();
    let mut merged: Vec<Period> = Vec::new();
    for next in sorted {
        match merged.last_mut() {
            Some(last) if next.start() <= last.end() => {
                if let Ok(longer) = Period::new(last.start(), last.end().max(next.end())) {
                    *last = longer;
                }
            }
            _ => merged.push(next),
        }
    }
    merged
}

/// Returns what is left of `period` without the [`merged`] periods.
pub(super) fn without(period: Period, merged: &[Period]) -> Vec<Period> {
    let mut left = Vec::new();
    let mut from = period.start();
    let first = merged.partition_point(|taken| taken.end() <= period.start());
    for taken in merged.iter().skip(first).take_while(|taken| taken.start() < period.end()) {
        left.extend(Period::new(from, taken.start()));
        from = taken.end();
    }
    left.extend(Period::new(from, period.end()));
    left
}

/// Returns how long the periods are together.
pub(super) fn total(periods: &[Period]) -> Duration {
    // Periods of the years 1900 to 2199 that do not overlap add up to less than 2^43 milliseconds.
    Duration::from_ms(periods.iter().fold(0_i64, |sum, period| sum.saturating_add(period.length().ms())))
}

/// Returns the period, if it is one.
pub(super) fn between(from: Instant, to: Instant) -> Option<Period> {
    Period::new(from, to).ok()
}
