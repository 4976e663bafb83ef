//! Openings and closings around each clock change are those that chrono-tz resolves.

use chrono::{DateTime, Days, LocalResult, NaiveDate, NaiveDateTime, TimeDelta, TimeZone};
use chrono_tz::Tz;
use tollgate::calendar::{Calendar, Hours};
use tollgate::value::{CivilDate, ClockTime, Instant, Weekday, Zone};

/// Zones whose clocks change by half an hour, two hours or a day, at midnight, over midnight, and around Ramadan.
const ZONES: [&str; 18] = [
    "Africa/Cairo",
    "Africa/Casablanca",
    "America/Asuncion",
    "America/Havana",
    "America/New_York",
    "America/Nuuk",
    "America/Santiago",
    "America/St_Johns",
    "Antarctica/Troll",
    "Asia/Beirut",
    "Asia/Gaza",
    "Asia/Kolkata",
    "Asia/Pyongyang",
    "Asia/Tehran",
    "Atlantic/Azores",
    "Australia/Lord_Howe",
    "Europe/London",
    "Pacific/Apia",
];
/// The openings and closings, in minutes of the day: before, at, within and after changes from 23:00 to 03:00.
const TIMES: [i64; 12] = [0, 1, 30, 60, 90, 120, 150, 180, 210, 1380, 1410, 1440];

#[test]
fn clock_changes_are_resolved_as_chrono_tz_does() {
    let years = "1990-01-01T00:00Z".parse::<Instant>().unwrap().."2040-01-01T00:00Z".parse().unwrap();
    let mut compared = 0;
    for name in ZONES {
        let (tz, zone): (Tz, _) = (name.parse().unwrap(), Zone::named(name).unwrap());
        let changes: Vec<Instant> =
            zone.offsets().map(|(at, _)| at).filter(|at| years.contains(at)).collect();
        for pair in TIMES.windows(2).flat_map(|pair| [pair.to_vec(), vec![pair[0], 1440]]) {
            let (from, to) = (clock(pair[0]), clock(pair[1]));
            let hours = Weekday::ALL.map(|day| Hours { day, from, to });
            let calendar = Calendar::new(&zone, &hours, []).unwrap();
            for change in &changes {
                let shown = DateTime::from_timestamp_millis(change.epoch_ms())
                    .unwrap()
                    .with_timezone(&tz)
                    .date_naive();
                for date in (0..3).map(|days| shown - Days::new(1) + Days::new(days)) {
                    let civil: CivilDate = date.to_string().parse().unwrap();
                    let found = calendar.open_on(civil);
                    let found = found.first().map(|open| (open.start().epoch_ms(), open.end().epoch_ms()));
                    let start = opening(tz, local(date, pair[0])).max(closing(tz, local(date, 0)));
                    let end = closing(tz, local(date, pair[1]));
                    assert_eq!(found, (start < end).then_some((start, end)), "{name} {date} {from} to {to}");
                    compared += 1;
                }
            }
        }
    }
    assert!(compared > 50_000, "only {compared}");
}

/// The earliest instant at which it is so late, or the first after the gap.
fn opening(tz: Tz, local: NaiveDateTime) -> i64 {
    match tz.from_local_datetime(&local) {
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => at.timestamp_millis(),
        LocalResult::None => after_gap(tz, local),
    }
}

/// The instant after the last millisecond that comes before it, or the first after the gap.
fn closing(tz: Tz, local: NaiveDateTime) -> i64 {
    match tz.from_local_datetime(&(local - TimeDelta::milliseconds(1))) {
        LocalResult::Single(at) | LocalResult::Ambiguous(_, at) => at.timestamp_millis() + 1,
        LocalResult::None => after_gap(tz, local),
    }
}

/// The first minute from this on that the clock shows, when it shows it first.
fn after_gap(tz: Tz, local: NaiveDateTime) -> i64 {
    let mut minutes = (0..2 * 1440).map(|minutes| local + TimeDelta::minutes(minutes));
    minutes.find_map(|local| tz.from_local_datetime(&local).earliest()).unwrap().timestamp_millis()
}

fn local(date: NaiveDate, minutes: i64) -> NaiveDateTime {
    date.and_hms_opt(0, 0, 0).unwrap() + TimeDelta::minutes(minutes)
}

fn clock(minutes: i64) -> ClockTime {
    ClockTime::parse_end(&format!("{:02}:{:02}", minutes / 60, minutes % 60)).unwrap()
}
