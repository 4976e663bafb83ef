//! Holds the rollback monitor to a reference that keeps everything and looks at all of it again for each instant.
//!
//! Random streams of a deployment under the shipped policy: missing, repeated, contradicting and impossible samples, holes and
//! silence, the end of the planned window. However a stream is cut into calls, whatever the order within a call, and written
//! as JSON between the calls: each rule fires first with each of its codes when the reference says, and the same rule starts
//! the one rollback.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    reason = "a test reads files, and stops where it cannot go on"
)]

use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::OnceLock;
use tollgate::api::{self, Compiled, File};
use tollgate::eval::read_complete;
use tollgate::ir::{Name, Record};
use tollgate::json::{Json, Limits, from_serialize, read, to_typed};
use tollgate::monitor::{Baseline, Firing, Monitor, Reading, Role, Sample, Verdict, Watched};
use tollgate::value::{Duration, Instant, Measurement};

const MINUTE: i64 = 60_000;
/// The deployment starts 25 minutes before the end of its planned window.
const STARTED: &str = "2026-03-02T22:35:00+05:30";
const ARMED_UNTIL: i64 = 25 * MINUTE;
const UNTIL: i64 = 40 * MINUTE;

struct Deployment {
    policy: Compiled,
    record: Record,
    started: Instant,
}

fn deployment() -> &'static Deployment {
    static DEPLOYMENT: OnceLock<Deployment> = OnceLock::new();
    DEPLOYMENT.get_or_init(|| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/change-management");
        let text = |path: &Path| std::fs::read_to_string(path).unwrap();
        let paths = folder.read_dir().unwrap().map(|entry| entry.unwrap().path());
        let files: Vec<File> = paths
            .filter(|path| path.extension().is_some_and(|ending| ending == "gate"))
            .map(|path| File {
                name: path.file_name().unwrap().to_string_lossy().into_owned(),
                text: text(&path),
            })
            .collect();
        let policy = api::compile(&files).0.unwrap();
        let sample = text(&folder.join("samples/ready-change-may-start.json"));
        let sample = read(&sample, Limits::default()).unwrap();
        let started = STARTED.parse().unwrap();
        let member = |name| sample.get(name).unwrap();
        let record = read_complete(&policy.ir, member("request"), member("facts"), started).unwrap();
        Deployment { policy, record, started }
    })
}

/// A report, in milliseconds from the start.
#[derive(Debug, Clone, PartialEq)]
struct Report {
    at: i64,
    metric: &'static str,
    says: Says,
}

#[derive(Debug, Clone, PartialEq)]
enum Says {
    /// In thousandths.
    Number(i64),
    NotANumber,
    Word(&'static str),
    Ticket {
        id: u8,
        counts: bool,
    },
    Beat(u64),
}

fn sample(report: &Report) -> Sample {
    let reading = match &report.says {
        Says::Number(number) => {
            Reading::Number(Measurement::from_trillionths(i128::from(*number) * 1_000_000_000).unwrap())
        }
        Says::NotANumber => Reading::NotANumber,
        Says::Word(word) => Reading::Word(Name::from(*word)),
        Says::Ticket { id, counts } => {
            let service = if *counts { "rag-api" } else { "another" };
            let text =
                format!(r#"{{"id": "T-{id}", "category": "incorrect_results", "service": "{service}"}}"#);
            Reading::Event(read(&text, Limits::default()).unwrap())
        }
        Says::Beat(number) => Reading::Beat(Some(*number)),
    };
    Sample { metric: Name::from(report.metric), at: after(report.at), reading }
}

fn after(ms: i64) -> Instant {
    deployment().started.checked_add(Duration::from_ms(ms)).unwrap()
}

/// The instants at which each rule fires first with each of its codes; and the rule that starts the rollback.
type Fired = (BTreeMap<(String, String), i64>, Option<String>);

// ---- what must come out

fn reference(reports: &[Report]) -> Fired {
    let mut fired = BTreeMap::new();
    let mut fires = |rule: &str, at: Option<i64>, code: &str| {
        fired.extend(at.map(|at| ((rule.to_owned(), code.to_owned()), at)));
    };
    let of = |metric: &str| reports.iter().filter(|report| report.metric == metric).collect::<Vec<_>>();

    for (metric, rule, is_bad) in [
        ("latency_p95", "latency_degraded", (|value| value * 10 > 2_100 * 12) as fn(i64) -> bool),
        ("error_rate", "errors_degraded", |value| value > 500),
    ] {
        let (breach, no_data) = gauge(&of(metric), is_bad);
        fires(rule, breach, "METRICS");
        fires(rule, no_data, "METRICS_NO_DATA");
    }
    let valid_accuracy = |says: &Says| match says {
        Says::Number(value) if (0..=100_000).contains(value) => Some(*value < 98_000),
        _ => None,
    };
    let (breach, no_data) = result(&of("pii_accuracy"), valid_accuracy);
    fires("pii_degraded", no_data, "COMPLIANCE_NO_RESULT");
    fires("pii_degraded", breach, "COMPLIANCE");
    let valid_outcome = |says: &Says| match says {
        Says::Word(word @ ("passed" | "failed" | "skipped")) => Some(*word != "passed"),
        _ => None,
    };
    let (breach, no_data) = result(&of("encryption_test"), valid_outcome);
    fires("encryption_failed", no_data, "COMPLIANCE_NO_RESULT");
    fires("encryption_failed", breach, "COMPLIANCE");

    // These two report once, and well.
    fires("complaints", complaints(&of("complaints")), "COMPLAINTS");
    let beats = beats(&of("audit_log"));
    fires("log_silent", silence(&beats), "LOG_GAP");
    let hole = beats.iter().filter(|(at, _, hole)| *hole && *at < ARMED_UNTIL).map(|(at, ..)| *at);
    fires("log_hole", hole.min(), "LOG_GAP");

    let first = fired.iter().min_by_key(|((rule, _), at)| (**at, rule.clone()));
    let first = first.map(|((rule, _), _)| rule.clone());
    (fired, first)
}

/// When three evaluations in a row are bad, and when fifteen minutes have passed after three that are missing.
fn gauge(reports: &[&Report], is_bad: fn(i64) -> bool) -> (Option<i64>, Option<i64>) {
    let value_at = |t: i64| {
        let valid = |report: &&&Report| {
            let known = match report.says {
                Says::Number(value) => (1..=100_000).contains(&value),
                _ => false,
            };
            known && t - MINUTE < report.at && report.at <= t
        };
        let valid: Vec<_> = reports.iter().filter(valid).collect();
        let newest = valid.iter().map(|report| report.at).max()?;
        let values: BTreeSet<i64> = valid
            .iter()
            .filter(|report| report.at == newest)
            .filter_map(|report| if let Says::Number(value) = report.says { Some(value) } else { None })
            .collect();
        if values.len() == 1 { values.first().copied() } else { None }
    };
    let evaluations: Vec<Option<i64>> =
        (1..=UNTIL / MINUTE).map(|minute| value_at(minute * MINUTE)).collect();
    let at = |index: usize| i64::try_from(index + 1).unwrap() * MINUTE;
    let bad = |value: &Option<i64>| value.is_some_and(is_bad);
    let breach = (2..evaluations.len()).find(|last| evaluations[last - 2..=*last].iter().all(bad));
    // Missing without a break for three evaluations, and then for fifteen minutes more.
    let long = 3 + 15;
    let no_data = (long - 1..evaluations.len())
        .find(|last| evaluations[last + 1 - long..=*last].iter().all(Option::is_none));
    (breach.map(at), no_data.map(at))
}

fn result(reports: &[&Report], judge: impl Fn(&Says) -> Option<bool>) -> (Option<i64>, Option<i64>) {
    let judged = || reports.iter().filter_map(|report| Some((report.at, judge(&report.says)?)));
    let breach = judged().filter(|(_, bad)| *bad).map(|(at, _)| at).min();
    let late = 10 * MINUTE;
    let no_data = judged().all(|(at, _)| at > late).then_some(late);
    (breach, no_data)
}

fn complaints(reports: &[&Report]) -> Option<i64> {
    let ids_at = |t: i64| {
        let counted = reports.iter().filter(|report| t - 60 * MINUTE < report.at && report.at <= t);
        let ids = counted.filter_map(|report| match report.says {
            Says::Ticket { id, counts: true } => Some(id),
            _ => None,
        });
        ids.collect::<BTreeSet<u8>>().len()
    };
    reports.iter().map(|report| report.at).filter(|at| ids_at(*at) > 10).min()
}

/// The beats that are signs of life, and which of them show a hole.
fn beats(reports: &[&Report]) -> Vec<(i64, u64, bool)> {
    let mut sent: Vec<(i64, u64)> = reports
        .iter()
        .filter_map(
            |report| if let Says::Beat(number) = report.says { Some((report.at, number)) } else { None },
        )
        .collect();
    sent.sort_unstable();
    let mut beats: Vec<(i64, u64, bool)> = Vec::new();
    for (at, number) in sent {
        match beats.last() {
            Some((_, before, _)) if *before == number => {}
            Some((_, before, _)) => {
                let follows = number == before + 1 || (number < *before && number <= 1);
                beats.push((at, number, !follows));
            }
            None => beats.push((at, number, false)),
        }
    }
    beats
}

fn silence(beats: &[(i64, u64, bool)]) -> Option<i64> {
    let last = |t: i64| beats.iter().map(|(at, ..)| *at).filter(|at| *at <= t).max().unwrap_or(0);
    let minutes = (0..=UNTIL / MINUTE).map(|minute| minute * MINUTE);
    minutes.filter(|t| *t < ARMED_UNTIL).find(|t| t - last(*t) > 5 * MINUTE)
}

// ---- what comes out

fn monitor(reports: &[Report], cuts: &BTreeSet<i64>) -> Fired {
    let mut fired = BTreeMap::new();
    let mut first = None;
    for (_, firing) in firings(reports.iter().map(|report| (report.at, report)), cuts) {
        if firing.role == Role::StartsRollback {
            assert_eq!(first.replace(firing.rule.to_string()), None, "one rollback");
        }
        let at = firing.at.since(deployment().started).ms();
        fired.entry((firing.rule.to_string(), firing.code.to_string())).or_insert(at);
    }
    (fired, first)
}

/// What fires, and the call in which it does, if each report arrives at the time beside it.
fn firings<'r>(
    reports: impl Iterator<Item = (i64, &'r Report)> + Clone,
    cuts: &BTreeSet<i64>,
) -> Vec<((i64, i64), Firing)> {
    let Deployment { policy, record, started } = deployment();
    let watched = Watched::new(&policy.ir, record, *started);
    let base = |metric: &str, median: &str| Baseline {
        metric: Name::from(metric),
        median: Some(median.parse().unwrap()),
        samples: 1_440,
        ignored: 0,
        from: after(-24 * 60 * MINUTE),
        to: *started,
    };
    let baselines = [base("latency_p95", "2.1"), base("error_rate", "0")];
    let mut monitor = Monitor::arm(&watched, &baselines, *started).unwrap();
    let mut fired = Vec::new();
    let mut from = i64::MIN;
    for cut in cuts.iter().copied().chain([UNTIL]) {
        let arrived = reports.clone().filter(|(at, _)| from < *at && *at <= cut);
        let call: Vec<Sample> = arrived.map(|(_, report)| sample(report)).collect();
        let observed = monitor.observe(&watched, &call, after(cut)).unwrap();
        fired.extend(observed.verdicts.into_iter().filter_map(|verdict| match verdict {
            Verdict::Fired(firing) => Some(((from, cut), firing)),
            _ => None,
        }));
        from = cut;
        let json: Json = from_serialize(&monitor).unwrap();
        let again: Monitor = to_typed(&json).unwrap();
        assert_eq!(again, monitor);
        monitor = again;
    }
    fired
}

// ---- streams

/// One minute of a gauge: nothing, a number, or what is none; then perhaps another sample beside it.
fn gauge_minute(values: [i64; 3]) -> impl Strategy<Value = Vec<(i64, Says)>> {
    let says = prop_oneof![
        6 => Just(Says::Number(values[0])),
        4 => Just(Says::Number(values[1])),
        4 => Just(Says::Number(values[2])),
        1 => Just(Says::NotANumber),
        1 => Just(Says::Number(9_999_999_000)),
    ];
    let offset = prop_oneof![Just(0_i64), Just(-10_000), Just(-59_999)];
    prop_oneof![
        3 => Just(Vec::new()),
        8 => prop::collection::vec((offset.clone(), says.clone()), 1..2),
        1 => prop::collection::vec((offset, says), 2..4),
    ]
}

fn series(metric: &'static str, values: [i64; 3]) -> impl Strategy<Value = Vec<Report>> {
    let minutes = usize::try_from(UNTIL / MINUTE).unwrap();
    // A stretch in which nothing comes, so that missing data have the time to fire.
    (prop::collection::vec(gauge_minute(values), minutes), 0..40_i64, prop_oneof![Just(0_i64), 10..30_i64])
        .prop_map(move |(minutes, gap_from, gap)| {
            let reports =
                (1..).zip(minutes).filter(|(minute, _)| !(gap_from..gap_from + gap).contains(minute));
            let reports = reports.flat_map(|(minute, samples)| {
                samples.into_iter().map(move |(offset, says)| Report {
                    at: minute * MINUTE + offset,
                    metric,
                    says,
                })
            });
            reports.collect()
        })
}

fn results(metric: &'static str, says: Vec<Says>) -> impl Strategy<Value = Vec<Report>> {
    let report = (prop_oneof![Just(600_000_i64), Just(600_001), 0..UNTIL], prop::sample::select(says));
    prop::collection::vec(report, 0..4)
        .prop_map(move |all| all.into_iter().map(|(at, says)| Report { at, metric, says }).collect())
}

fn tickets() -> impl Strategy<Value = Vec<Report>> {
    let ticket = (0..UNTIL, 0..14_u8, prop::bool::weighted(0.9));
    prop::collection::vec(ticket, 0..40).prop_map(|all| {
        let report =
            |(at, id, counts)| Report { at, metric: "complaints", says: Says::Ticket { id, counts } };
        all.into_iter().map(report).collect()
    })
}

fn heartbeats() -> impl Strategy<Value = Vec<Report>> {
    let step = prop_oneof![40 => Just(1_u64), 1 => Just(0), 1 => Just(2), 1 => Just(99)];
    let beat = (prop::bool::weighted(0.95), 0..3_000_i64, step);
    (prop::collection::vec(beat, 80), 0..80_usize, prop_oneof![Just(0_usize), 8..14_usize]).prop_map(
        |(beats, gap_from, gap)| {
            let mut number = 7;
            let mut reports = Vec::new();
            for (index, (comes, jitter, step)) in beats.into_iter().enumerate() {
                if !comes || (gap_from..gap_from + gap).contains(&index) {
                    continue;
                }
                // 99 stands for a source that counts anew.
                number = if step == 99 { 1 } else { number + step };
                let at = i64::try_from(index).unwrap() * 30_000 + jitter;
                reports.push(Report { at, metric: "audit_log", says: Says::Beat(number) });
            }
            reports
        },
    )
}

fn streams() -> impl Strategy<Value = (Vec<Report>, BTreeSet<i64>)> {
    let once = |metric, word| vec![Report { at: 30_000, metric, says: Says::Word(word) }];
    let all = (
        series("latency_p95", [2_100, 2_520, 2_521]),
        series("error_rate", [100, 500, 501]),
        results(
            "pii_accuracy",
            [98_000, 98_000, 98_001, 97_999, 100_001]
                .map(Says::Number)
                .into_iter()
                .chain([Says::NotANumber])
                .collect(),
        ),
        results(
            "encryption_test",
            ["passed", "passed", "passed", "failed", "skipped", "unheard"].map(Says::Word).to_vec(),
        ),
        tickets(),
        heartbeats(),
    );
    let reports = all.prop_map(move |(a, b, c, d, e, f)| {
        let probes = once("audit_write", "accepted").into_iter().chain(once("bypass_attempt", "blocked"));
        [a, b, c, d, e, f].concat().into_iter().chain(probes).collect::<Vec<_>>()
    });
    let cut = prop_oneof![0..UNTIL, (0..40_i64).prop_map(|minute| minute * MINUTE)];
    (reports.prop_shuffle(), prop::collection::btree_set(cut, 0..60))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn the_monitor_agrees_with_the_reference((reports, cuts) in streams()) {
        let expected = reference(&reports);
        prop_assert_eq!(&monitor(&reports, &BTreeSet::new()), &expected, "in one call");
        prop_assert_eq!(&monitor(&reports, &cuts), &expected, "in {} calls", cuts.len() + 1);
    }

    /// What arrives late is lost to no rule that one result or the events of an hour are enough for, and nothing else fires
    /// them; nothing fires at an instant that an earlier call has judged.
    #[test]
    fn what_is_late_still_counts((reports, cuts) in streams(), delays in prop::collection::vec(0..5 * MINUTE, 1..40)) {
        let delays = delays.iter().cycle();
        let arrivals = reports.iter().zip(delays).map(|(report, delay)| (UNTIL.min(report.at + delay), report));
        let fired = firings(arrivals, &cuts);
        for ((from, cut), firing) in &fired {
            let at = firing.at.since(deployment().started).ms();
            prop_assert!(at <= *cut && (*from < at || *from == i64::MIN), "{firing:?} in the call after {from}");
        }
        let fires = |rule: &str, code: &str| fired.iter().any(|(_, firing)| *firing.rule == *rule && *firing.code == *code);
        let (in_time, _) = reference(&reports);
        for (rule, code) in [
            ("pii_degraded", "COMPLIANCE"),
            ("encryption_failed", "COMPLIANCE"),
            ("complaints", "COMPLAINTS"),
        ] {
            let expected = in_time.contains_key(&(rule.to_owned(), code.to_owned()));
            prop_assert_eq!(fires(rule, code), expected, "{} {}", rule, code);
        }
    }
}
