//! The zones carried are those of chrono-tz, which `build.rs` asks: the same names, the same offset at each instant.

#![expect(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    reason = "a test stops where it cannot go on"
)]

use chrono::{DateTime, Offset, TimeZone};
use chrono_tz::{TZ_VARIANTS, Tz};
use tollgate::value::{Instant, Zone};

const HOUR_MS: i64 = 3_600_000;
/// No divisor of a day, week or year: the hours, weekdays and seasons all come up.
const COARSE_MS: i64 = 29 * 24 * HOUR_MS + 7 * HOUR_MS + 1;
const FINE_MS: i64 = 5 * HOUR_MS + 1;

/// Zones whose offset changes at odd times, by odd amounts, twice in a month or over the date line.
const ODD: [&str; 12] = [
    "Africa/Casablanca",
    "Africa/Monrovia",
    "America/New_York",
    "Antarctica/Troll",
    "Asia/Kathmandu",
    "Asia/Kolkata",
    "Asia/Pyongyang",
    "Atlantic/Azores",
    "Australia/Lord_Howe",
    "Europe/Dublin",
    "Europe/London",
    "Pacific/Apia",
];

#[test]
fn every_zone_is_carried_and_no_other() {
    let mut known: Vec<&str> = TZ_VARIANTS.iter().map(|zone| zone.name()).collect();
    known.sort_unstable();
    assert_eq!(Zone::names().collect::<Vec<_>>(), known);
    for name in ["", "Nowhere", "Europe/London 0", "europe/london", "Europe/London\n"] {
        assert_eq!(Zone::named(name), None, "{name:?}");
    }
}

#[test]
fn offsets_are_those_of_the_database() {
    for zone in TZ_VARIANTS {
        compare(zone, Instant::MIN, Instant::MAX, COARSE_MS);
    }
}

#[test]
fn offsets_of_odd_zones_are_those_of_the_database_from_hour_to_hour() {
    let (from, to) = ("1960-01-01T00:00:00Z".parse().unwrap(), "2040-01-01T00:00:00Z".parse().unwrap());
    for name in ODD {
        compare(name.parse().unwrap(), from, to, FINE_MS);
    }
}

#[test]
fn offsets_change_at_the_second_of_the_database() {
    for (name, change) in [
        ("Europe/London", "2026-03-29T01:00:00Z"),
        ("Europe/London", "2099-10-25T01:00:00Z"),
        ("America/New_York", "2026-11-01T06:00:00Z"),
        ("Pacific/Apia", "2011-12-30T10:00:00Z"),
        ("Africa/Monrovia", "1972-01-07T00:44:30Z"),
        ("Asia/Kathmandu", "1985-12-31T18:30:00Z"),
    ] {
        let change: Instant = change.parse().unwrap();
        let before = Instant::from_epoch_ms(change.epoch_ms() - 1).unwrap();
        let (zone, tz) = (Zone::named(name).unwrap(), name.parse().unwrap());
        assert_ne!(zone.offset_seconds(before), zone.offset_seconds(change), "{name} {change}");
        assert_eq!(zone.offset_seconds(before), expected(tz, before), "{name} before {change}");
        assert_eq!(zone.offset_seconds(change), expected(tz, change), "{name} {change}");
    }
}

fn compare(tz: Tz, from: Instant, to: Instant, step_ms: i64) {
    let zone = Zone::named(tz.name()).unwrap();
    let mut at_ms = from.epoch_ms();
    while at_ms <= to.epoch_ms() {
        let at = Instant::from_epoch_ms(at_ms).unwrap();
        assert_eq!(zone.offset_seconds(at), expected(tz, at), "{} at {at}", tz.name());
        at_ms += step_ms;
    }
}

fn expected(tz: Tz, at: Instant) -> i32 {
    let utc = DateTime::from_timestamp_millis(at.epoch_ms()).unwrap().naive_utc();
    tz.offset_from_utc_datetime(&utc).fix().local_minus_utc()
}
