//! The values of rules, over `tests/data/value`: a file for each type, a case a line.
//!
//! `TEXT => WRITTEN` for what is accepted, `TEXT =! MESSAGE` for what is refused.
#![expect(clippy::expect_used, clippy::panic, reason = "a test says why it fails by panicking")]
#![expect(clippy::arithmetic_side_effects, reason = "the numbers of a property are small")]
#![expect(clippy::disallowed_methods, reason = "cases are files")]

use std::cmp::Ordering;
use std::fmt::Display;
use std::fs;
use std::str::FromStr;

use proptest::prelude::*;
use tollgate::value::{
    CivilDate, ClockTime, Digest, Duration, Fixed, Glob, Instant, Measurement, Period, Ratio, Value, Weekday,
    check_path,
};

/// Runs one case and returns what is written, or why it is refused.
fn check(kind: &str, text: &str) -> Result<String, String> {
    match kind {
        "fixed" => read::<Fixed>(text),
        "measurement" => read::<Measurement>(text),
        "measurement-rounded" => shown(
            Measurement::rounded(text)
                .map(|(value, rounded)| format!("{value}{}", if rounded { " rounded" } else { "" })),
        ),
        "measurement-moves" => Ok(moves(text)),
        "measurement-percent" => {
            let (now, baseline, digits) = moved(text, " with ");
            let digits = digits.parse().expect("a number of digits");
            Ok(now.rise_percent(baseline, digits).unwrap_or_else(|| "none".to_owned()))
        }
        "instant" => read::<Instant>(text),
        "date" => read::<CivilDate>(text),
        "clock" => read::<ClockTime>(text),
        "clock-end" => shown(ClockTime::parse_end(text)),
        "weekday" => read::<Weekday>(text),
        "ratio" => read::<Ratio>(text),
        "digest" => read::<Digest>(text),
        "glob" => read::<Glob>(text),
        "path" => shown(check_path(text).map(|()| text)),
        "duration" => Ok(Duration::from_ms(text.parse().expect("milliseconds")).to_string()),
        "hash" => Ok(Digest::of(text.as_bytes()).to_string()),
        "quorum" => {
            let (share, seats) = text.split_once(" of ").expect("SHARE of SEATS");
            let share: Ratio = share.parse().expect("a ratio");
            Ok(share.ceil_of(seats.parse().expect("seats")).to_string())
        }
        "glob-match" => {
            let (pattern, path) = text.split_once(" covers ").expect("PATTERN covers PATH");
            let covers = pattern.parse::<Glob>().expect("a pattern").matches(path);
            Ok(if covers { "yes" } else { "no" }.to_owned())
        }
        "period" => {
            let (start, end) = text.split_once(" to ").expect("START to END");
            let period = Period::new(start.parse().expect("an instant"), end.parse().expect("an instant"));
            shown(period.map(Period::length))
        }
        _ => panic!("no type is called {kind}"),
    }
}

/// Whether a measurement rose or fell by more than a share: `BASELINE to NOW by SHARE`.
fn moves(text: &str) -> String {
    let (now, baseline, share) = moved(text, " by ");
    let share = share.parse().expect("a share");
    match (now.rises_by_more_than(baseline, share), now.falls_by_more_than(baseline, share)) {
        (true, true) => "both",
        (true, false) => "rises",
        (false, true) => "falls",
        (false, false) => "no",
    }
    .to_owned()
}

/// Reads `BASELINE to NOW`, and what stands behind it.
fn moved<'a>(text: &'a str, last: &str) -> (Measurement, Measurement, &'a str) {
    let (baseline, rest) = text.split_once(" to ").expect("BASELINE to NOW");
    let (now, rest) = rest.split_once(last).expect("a last part");
    (now.parse().expect("a measurement"), baseline.parse().expect("a measurement"), rest)
}

/// Reads a text, and reads what is written of it again, which must change nothing.
fn read<T: FromStr<Err: Display> + Display>(text: &str) -> Result<String, String> {
    let written = shown(text.parse::<T>())?;
    assert_eq!(shown(written.parse::<T>()).as_ref(), Ok(&written));
    Ok(written)
}

fn shown<T: Display, E: Display>(result: Result<T, E>) -> Result<String, String> {
    result.map(|value| value.to_string()).map_err(|error| error.to_string())
}

#[test]
fn cases_hold() {
    let mut wrong = String::new();
    let mut count = 0;
    for entry in fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/value")).expect("folder") {
        let path = entry.expect("entry").path();
        let kind = path.file_stem().and_then(|stem| stem.to_str()).expect("a name");
        for line in
            fs::read_to_string(&path).expect("readable").lines().filter(|line| !line.starts_with("# "))
        {
            let (text, expected) = match (line.split_once(" => "), line.split_once(" =! ")) {
                (Some((text, written)), None) => (text, Ok(written.to_owned())),
                (None, Some((text, message))) => (text, Err(message.to_owned())),
                _ => panic!("{kind}: no case: {line}"),
            };
            count += 1;
            let found = check(kind, text);
            if found != expected {
                wrong.push_str(&format!("{kind}: {text}\n  expected {expected:?}\n  found    {found:?}\n"));
            }
        }
    }
    assert!(count > 130, "only {count} cases were found");
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn kinds_are_not_compared_with_each_other() {
    let twenty = Fixed::from_int(20).expect("fits");
    assert_eq!(Value::Decimal(twenty).compare(&Value::Percent(twenty)), None);
    assert_eq!(Value::Percent(Fixed::ZERO).compare(&Value::Percent(twenty)), Some(Ordering::Less));
    assert_eq!(Value::Text("a".into()).compare(&Value::Text("a".into())), Some(Ordering::Equal));
    assert_eq!(Value::Enum(3).compare(&Value::Enum(1)), Some(Ordering::Greater));
}

#[test]
fn nothing_wraps_at_the_ends() {
    assert_eq!(Fixed::MAX.checked_add(Fixed::from_millionths(1)), None);
    assert_eq!(Fixed::MIN.checked_sub(Fixed::from_millionths(1)), None);
    assert_eq!(Fixed::from_int(i64::MAX), None);
    assert_eq!(Instant::MAX.checked_add(Duration::from_ms(1)), None);
    assert_eq!(Instant::MIN.checked_sub(Duration::from_ms(1)), None);
    assert_eq!(Instant::MAX.checked_add(Duration::from_ms(i64::MAX)), None);
    assert_eq!(Instant::MIN.checked_sub(Duration::from_ms(i64::MIN)), None);
    assert_eq!(Instant::MIN.checked_add(Instant::MAX.since(Instant::MIN)), Some(Instant::MAX));
    let last: CivilDate = "2199-12-31".parse().expect("a day");
    assert_eq!(last.checked_add_days(1), None);
    assert_eq!(last.checked_add_days(i64::MIN), None);
}

#[test]
fn a_message_quotes_little() {
    let text = "9".repeat(60_000);
    for kind in [
        "fixed",
        "measurement",
        "measurement-rounded",
        "instant",
        "date",
        "clock",
        "weekday",
        "ratio",
        "digest",
        "glob",
    ] {
        let message = check(kind, &text).expect_err(kind);
        assert!(message.len() < 300, "{kind}: {message}");
    }
}

#[test]
fn a_hostile_pattern_takes_no_longer_than_another() {
    // Backtracking over each star on its own would take longer than anyone waits.
    let pattern: Glob = format!("{}b", "*a".repeat(250)).parse().expect("a pattern");
    assert!(!pattern.matches(&"a".repeat(20_000)));
    let pattern: Glob = format!("{}b", "**/a/".repeat(100)).parse().expect("a pattern");
    assert!(!pattern.matches(&"a/".repeat(20_000)));
}

/// The meaning of a pattern, read off its definition: a star stands for nothing, or for one more than a star.
fn covers(pattern: &[&str], path: &[&str]) -> bool {
    fn within(pattern: &[u8], name: &[u8]) -> bool {
        match (pattern.split_first(), name.split_first()) {
            (None, _) => name.is_empty(),
            (Some((b'*', rest)), after) => {
                within(rest, name) || after.is_some_and(|(_, after)| within(pattern, after))
            }
            (Some((byte, rest)), Some((first, after))) => byte == first && within(rest, after),
            (Some(_), None) => false,
        }
    }
    match (pattern.split_first(), path.split_first()) {
        (None, _) => path.is_empty(),
        (Some((&"**", rest)), after) => {
            covers(rest, path) || after.is_some_and(|(_, after)| covers(pattern, after))
        }
        (Some((segment, rest)), Some((first, after))) => {
            within(segment.as_bytes(), first.as_bytes()) && covers(rest, after)
        }
        (Some(_), None) => false,
    }
}

proptest! {
    #[test]
    fn decimals_read_back(millionths in any::<i64>()) {
        let number = Fixed::from_millionths(millionths);
        prop_assert_eq!(number.to_string().parse(), Ok(number));
    }

    #[test]
    fn measurements_read_back(trillionths in Measurement::MIN.trillionths()..=Measurement::MAX.trillionths()) {
        let number = Measurement::from_trillionths(trillionths).expect("within the range");
        prop_assert_eq!(number.to_string().parse(), Ok(number));
        prop_assert_eq!(Measurement::rounded(&number.to_string()), Ok((number, false)));
        prop_assert_eq!(Measurement::rounded(&format!("{trillionths}e-12")), Ok((number, false)));
    }

    /// Small numbers, by the textbook: above baseline × (1 + share), below baseline × (1 - share).
    #[test]
    fn rises_are_those_of_the_textbook(baseline in 0..1_000_i128, now in -3_000..3_000_i128, share in 0..300_i64) {
        let of = |number| Measurement::from_trillionths(number).expect("small");
        let share_percent = Fixed::from_int(share).expect("small");
        let share = i128::from(share);
        let (up, down) = (baseline * (100 + share), baseline * (100 - share));
        prop_assert_eq!(of(now).rises_by_more_than(of(baseline), share_percent), now * 100 > up);
        prop_assert_eq!(of(now).falls_by_more_than(of(baseline), share_percent), now * 100 < down);
        prop_assert_eq!(of(-now).falls_by_more_than(of(-baseline), share_percent), now * 100 > up);
    }

    #[test]
    fn instants_read_back(ms in Instant::MIN.epoch_ms()..=Instant::MAX.epoch_ms()) {
        let instant = Instant::from_epoch_ms(ms).expect("within the years");
        prop_assert_eq!(instant.to_string().parse(), Ok(instant));
    }

    #[test]
    fn patterns_cover_what_their_definition_says(
        pattern in "([*ab]{1,5}|\\*\\*)(/([*ab]{1,5}|\\*\\*)){0,4}",
        path in "[ab]{0,4}(/[ab]{0,4}){0,5}",
    ) {
        if let Ok(glob) = pattern.parse::<Glob>() {
            let (pattern, segments): (Vec<_>, Vec<_>) = (pattern.split('/').collect(), path.split('/').collect());
            prop_assert_eq!(glob.matches(&path), covers(&pattern, &segments));
        }
    }

    #[test]
    fn any_text_is_answered(text in "[-+0-9:.eTZ/*]{0,30}") {
        for kind in ["fixed", "measurement", "measurement-rounded", "instant", "date", "clock", "clock-end", "weekday", "ratio", "digest", "glob", "path"] {
            let _ = check(kind, &text);
        }
    }
}
