//! What machines report, over `tests/data/telemetry`: recorded reports with what they hold beside them, and cases of a
//! few lines, a file for each reader. Sections start with `--- name ---`; lines that begin with `=> ` are expected, the
//! others are the report. `⟨a×9⟩` stands for `a` nine times, and a report that closes with `⟨end⟩` has no end of line there.
#![expect(clippy::expect_used, clippy::panic, reason = "a test says why it fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "cases are files")]

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use proptest::{collection, prelude::*, sample::Index};
use tollgate::telemetry::{
    Case, Columns, Datum, Fault, MAX_SAMPLES, MAX_TEXT_BYTES, Property, Reading, Series, Suite,
    TelemetryError, TimeUnit, csv, junit, openmetrics, prometheus,
};
use tollgate::value::Instant;

const SCRAPED_AT: &str = "2026-11-25T13:12:19Z";

/// Reads a report, and says line by line what it holds or why it is refused.
fn check(reader: &str, report: &str) -> String {
    let scraped_at: Instant = SCRAPED_AT.parse().expect("an instant");
    let found = match reader {
        "prometheus" => prometheus(report).map(|answer| {
            let noted = |kind: &str, texts: Vec<String>| {
                texts.iter().map(|text| format!("{kind} {text}\n")).collect()
            };
            let notes: [String; 2] = [noted("warning", answer.warnings), noted("info", answer.infos)];
            series(&answer.series) + &notes.concat()
        }),
        "openmetrics" => openmetrics(report, scraped_at).map(|found| series(&found)),
        "csv" => {
            let (columns, table) = columns(report);
            csv(table, &columns).map(|found| series(&found))
        }
        "junit" => junit(report, scraped_at).map(|suites| suites.iter().map(suite_with_stated).collect()),
        _ => panic!("no reader is called {reader}"),
    };
    found.unwrap_or_else(|error: TelemetryError| format!("error: {error}\n"))
}

fn series(found: &[Series]) -> String {
    let mut out = String::new();
    for Series { name, labels, readings } in found {
        let labels: Vec<String> = labels.iter().map(|(name, value)| format!("{name}={value:?}")).collect();
        let readings: String = readings.iter().map(|reading| format!("  {}\n", shown(reading))).collect();
        write!(out, "{name}{{{}}}\n{readings}", labels.join(",")).expect("text");
    }
    out
}

fn shown(Reading { at, value, raw }: &Reading) -> String {
    let value = match value {
        Datum::Number(number) => number.to_string(),
        Datum::NotANumber => "NaN".to_owned(),
        Datum::Infinite { negative: false } => "+Inf".to_owned(),
        Datum::Infinite { negative: true } => "-Inf".to_owned(),
        Datum::TooLarge { negative: false } => "too large".to_owned(),
        Datum::TooLarge { negative: true } => "too large below zero".to_owned(),
    };
    let raw = raw.as_ref().map(|raw| format!(" ({raw})")).unwrap_or_default();
    format!("{at} {value}{raw}")
}

fn suite_with_stated(found: &Suite) -> String {
    let mut out = suite(found, "");
    let mut names: Vec<&str> =
        found.all_cases().iter().flat_map(|(_, case)| &case.properties).map(name).collect();
    names.extend(found.properties.iter().map(name));
    names.sort_unstable();
    names.dedup();
    for name in names {
        match found.stated(name) {
            Ok(stated) => {
                for one in stated {
                    let case = one.case.map_or("the suite", |case| &case.name);
                    writeln!(out, "{name} by {case}: {}", shown(&one.reading)).expect("text");
                }
            }
            Err(error) => writeln!(out, "{name}: {error}").expect("text"),
        }
    }
    out
}

fn name(property: &Property) -> &str {
    &property.name
}

fn suite(found: &Suite, indent: &str) -> String {
    let Suite { name, at, timestamp, took, declared_faults, .. } = found;
    let (counts, outcome) = (found.counts(), found.outcome());
    let written = timestamp.as_deref().unwrap_or("no timestamp");
    let took = took.map_or("an unknown time".to_owned(), |took| took.to_string());
    let mut out =
        format!("{indent}suite {name:?}: {outcome:?}; {counts:?}, {declared_faults} declared faults\n");
    writeln!(out, "{indent}  at {at} ({written}) for {took}").expect("text");
    for Property { name, value, line } in &found.properties {
        writeln!(out, "{indent}  property {name} is {value:?} in line {line}").expect("text");
    }
    for Case { name, class, outcome, message, .. } in &found.cases {
        let message = message.as_ref().map(|message| format!(" {message:?}")).unwrap_or_default();
        writeln!(out, "{indent}  case {name:?} of {class:?}: {outcome:?}{message}").expect("text");
    }
    out + &found.suites.iter().map(|nested| suite(nested, &format!("{indent}  "))).collect::<String>()
}

/// Takes a first line such as `columns: at milliseconds p50 p95` off a table.
fn columns(report: &str) -> (Columns, &str) {
    let Some((line, table)) = report.strip_prefix("columns: ").and_then(|rest| rest.split_once('\n')) else {
        return (Columns::default(), report);
    };
    let mut words = line.split(' ').map(str::to_owned);
    let time = words.next().expect("a time column");
    let unit = match words.next().as_deref() {
        Some("seconds") => TimeUnit::Seconds,
        Some("milliseconds") => TimeUnit::Milliseconds,
        unit => panic!("no unit: {unit:?}"),
    };
    (Columns { time, unit, values: words.collect() }, table)
}

fn files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/telemetry").join(folder);
    let entries = fs::read_dir(&folder).expect("a folder");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths
}

/// Every recorded report: its reader, its path, its text.
fn recorded() -> Vec<(String, PathBuf, String)> {
    let mut found = Vec::new();
    for folder in files("recorded") {
        let reader = folder.file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
        for path in files(&format!("recorded/{reader}")) {
            if path.extension().is_none_or(|extension| extension != "expected") {
                let text = fs::read_to_string(&path).expect("readable");
                found.push((reader.clone(), path, text));
            }
        }
    }
    found
}

/// Every short case: its reader, its name, its report, what is expected.
fn cases() -> Vec<(String, String, String, String)> {
    let mut found = Vec::new();
    for path in files("cases") {
        let reader = path.file_stem().and_then(|stem| stem.to_str()).expect("a name").to_owned();
        let text = fs::read_to_string(&path).expect("readable");
        for section in text.split("\n--- ").skip(1) {
            let (name, body) = section.split_once(" ---\n").expect("a section starts with `--- name ---`");
            let (expected, report): (Vec<&str>, Vec<&str>) =
                body.trim_end_matches('\n').split('\n').partition(|line| line.starts_with("=> "));
            let expected =
                expected.iter().map(|line| format!("{}\n", line.trim_start_matches("=> "))).collect();
            found.push((
                reader.clone(),
                name.to_owned(),
                expand(&(report.join("\n") + "\n").replace("⟨end⟩\n", "")),
                expected,
            ));
        }
    }
    found
}

/// Replaces `⟨a×9⟩` by what it stands for.
fn expand(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('⟨') {
        let (inside, after) = after.split_once('⟩').expect("⟨ has its ⟩");
        let (unit, count) = inside.split_once('×').expect("⟨text×count⟩");
        out.push_str(before);
        out.push_str(&unit.repeat(count.parse().expect("a count")));
        rest = after;
    }
    out + rest
}

#[test]
fn recorded_reports_hold_what_was_found_by_other_means() {
    let reports = recorded();
    assert!(reports.len() >= 15, "only {} reports were found", reports.len());
    let mut wrong = String::new();
    for (reader, path, report) in reports {
        let mut beside = path.clone().into_os_string();
        beside.push(".expected");
        let expected = fs::read_to_string(&beside).expect("what is expected stands beside the report");
        let found = check(&reader, &report);
        if found != expected {
            write!(wrong, "{}\n{found}", path.display()).expect("text");
        }
    }
    assert!(wrong.is_empty(), "found otherwise:\n{wrong}");
}

#[test]
fn cases_hold() {
    let cases = cases();
    assert!(cases.len() > 60, "only {} cases were found", cases.len());
    let mut wrong = String::new();
    for (reader, name, report, expected) in cases {
        let found = check(&reader, &report);
        if found != expected {
            let found: String = found.lines().map(|line| format!("=> {line}\n")).collect();
            write!(wrong, "--- {name} --- ({reader})\n{found}\n").expect("text");
        }
    }
    assert!(wrong.is_empty(), "found otherwise:\n{wrong}");
}

/// The reports that are changed at random: all that are small.
static SMALL_REPORTS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let recorded = recorded().into_iter().map(|(_, _, report)| report);
    let cases = cases().into_iter().map(|(_, _, report, _)| report);
    recorded.chain(cases).filter(|report| report.len() < 10_000).collect()
});

proptest! {
    /// A report that is cut, repeated or changed anywhere is answered by every reader.
    #[test]
    fn changed_reports_are_answered(
        which in any::<Index>(),
        changes in collection::vec(
            (any::<Index>(), 0_usize..40, "[-+<>/&;#{}\\[\\]\"'\\\\=,:.!?eENTZ0-9 \n\u{0}é]{0,4}"),
            1..6,
        ),
    ) {
        let mut chars: Vec<char> = which.get(&SMALL_REPORTS).chars().collect();
        for (at, length, inserted) in changes {
            let start = if chars.is_empty() { 0 } else { at.index(chars.len()) };
            let end = start.saturating_add(length).min(chars.len());
            drop(chars.splice(start..end, inserted.chars()));
        }
        let changed: String = chars.into_iter().collect();
        let scraped_at: Instant = SCRAPED_AT.parse().expect("an instant");
        let _ = prometheus(&changed);
        let _ = openmetrics(&changed, scraped_at);
        let _ = csv(&changed, &Columns::default());
        for suite in junit(&changed, scraped_at).unwrap_or_default() {
            let _ = (suite.outcome(), suite.stated("pii_accuracy"));
        }
    }
}

/// Texts that would keep a reader busy for hours if it looked at anything again and again.
#[test]
fn large_reports_are_answered_soon() {
    let many = |part: fn(usize) -> String| (0..40_000).map(part).collect::<String>();
    let scraped_at: Instant = SCRAPED_AT.parse().expect("an instant");
    let labels = many(|number| format!("l{number}=\"\","));
    assert_eq!(openmetrics(&format!("m{{{labels}}} 1\n"), scraped_at).map(|found| found.len()), Ok(1));
    let series = many(|number| format!("m{{l=\"{number}\"}} 1\n"));
    assert_eq!(openmetrics(&series, scraped_at).map(|found| found.len()), Ok(40_000));
    let attributes = many(|number| format!(" a{number}=\"\""));
    assert_eq!(junit(&format!("<testsuite{attributes}/>"), scraped_at).map(|found| found.len()), Ok(1));
    let cases =
        many(|_| "<testcase><properties><property name='p' value='1'/></properties></testcase>\n".to_owned());
    let nested = format!("{}{cases}{}", "<testsuite>".repeat(28), "</testsuite>".repeat(28));
    let suites = junit(&nested, scraped_at).expect("a report");
    assert_eq!(suites[0].stated("p").map(|stated| stated.len()), Ok(40_000));
    let header = many(|number| format!("c{number},"));
    assert!(csv(&format!("{header}\n{header}"), &Columns::default()).is_err());
    let ones = "9".repeat(4_000_000);
    assert!(openmetrics(&format!("m {ones}\n"), scraped_at).is_ok());
    assert!(openmetrics(&format!("m 0.{ones}\n"), scraped_at).is_ok());
}

#[test]
fn reports_are_bounded() {
    let scraped_at: Instant = SCRAPED_AT.parse().expect("an instant");
    let long = " ".repeat(MAX_TEXT_BYTES + 1);
    let many = "m 1\n".repeat(MAX_SAMPLES + 1);
    let table = format!("timestamp,value\n{}", "1,1\n".repeat(MAX_SAMPLES + 1));
    let refusals = [
        prometheus(&long).map(|_| ()),
        openmetrics(&long, scraped_at).map(|_| ()),
        csv(&long, &Columns::default()).map(|_| ()),
        junit(&long, scraped_at).map(|_| ()),
        openmetrics(&many, scraped_at).map(|_| ()),
        csv(&table, &Columns::default()).map(|_| ()),
    ];
    let faults: Vec<Fault> =
        refusals.into_iter().map(|refusal| refusal.expect_err("too much").fault).collect();
    let (size, samples) = faults.split_at(4);
    assert!(size.iter().all(|fault| *fault == Fault::TooLarge { size_bytes: long.len() }), "{size:?}");
    assert!(samples.iter().all(|fault| *fault == Fault::TooManySamples), "{samples:?}");
}
