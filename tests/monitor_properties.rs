//! What the monitor says depends on what was measured and on nothing else: not on how the samples are cut into calls, not
//! on their order within a call, not on whether the state was stored in between.
//!
//! Streams are random: of all metrics of the shipped policy, with everything that can be wrong with a sample.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    reason = "a test reads files, and stops where it cannot go on"
)]

#[allow(dead_code, reason = "each suite takes what it needs")]
#[path = "support/read.rs"]
mod read;
#[allow(dead_code, reason = "each suite takes what it needs")]
#[path = "support/watch.rs"]
mod watch;

use proptest::prelude::*;
use std::sync::LazyLock;
use tollgate::api::{self, Compiled, File};
use tollgate::eval::read_complete;
use tollgate::ir::{Name, Record};
use tollgate::json::{self, Json, Limits};
use tollgate::monitor::{Baseline, Monitor, Sample, Verdict, Watched};
use tollgate::value::{Duration, Instant};
use watch::{planned, reading, stored};

static POLICY: LazyLock<(Compiled, Record)> = LazyLock::new(|| {
    let file = |path: &std::path::PathBuf| File {
        name: path.file_name().unwrap().to_string_lossy().into_owned(),
        text: read::text(path),
    };
    let files: Vec<File> = read::files(&read::rules("change-management"), "gate").iter().map(file).collect();
    let policy = api::compile(&files).0.unwrap();
    let sample = read::text(&read::rules("change-management/samples/board-of-seven.json"));
    let sample = json::read(&sample, Limits::default()).unwrap();
    let facts = Json::Object(Vec::new());
    let record = read_complete(&policy.ir, sample.get("request").unwrap(), &facts, start()).unwrap();
    // The window ends within the streams, so that the log both fires and alerts.
    let record = planned(&policy.ir, record, "2026-02-10T21:30+05:30", "2026-02-10T22:20+05:30");
    (policy, record)
});

fn start() -> Instant {
    "2026-02-10T22:00+05:30".parse().unwrap()
}

fn after(ms: i64) -> Instant {
    start().checked_add(Duration::from_ms(ms)).unwrap()
}

/// What may come in, most of it well.
const READINGS: &[(&str, &[&str])] = &[
    ("latency_p95", &["2.1", "2.1", "2.52", "3.8", "3.8", "3.8", "NaN", "0"]),
    ("error_rate", &["0.2%", "0.2%", "0.6%", "0.6%", "0.6%", "101%", "passed"]),
    ("pii_accuracy", &["98%", "99%", "99%", "97.99%"]),
    ("encryption_test", &["passed", "passed", "failed", "broken"]),
    ("audit_write", &["accepted", "accepted", "denied"]),
    ("bypass_attempt", &["blocked", "blocked", "succeeded"]),
    ("audit_log", &["beat 1", "beat 2", "beat 3", "beat 4", "beat 7", "beat"]),
    (
        "complaints",
        &["id 1", "id 2", "id 3", "id 4", "id 5", "id 6", "id 7", "id 8", "id 9", "id 10", "id 11"],
    ),
    ("nonsense", &["1"]),
];

/// Samples in the order of time, several of one instant among them; from a minute before the start to half an hour after.
fn streams() -> impl Strategy<Value = Vec<Sample>> {
    let sample = (
        0..READINGS.len(),
        any::<prop::sample::Index>(),
        -2_i64..60,
        prop::sample::select(vec![0, 1, 29_999]),
    );
    prop::collection::vec(sample, 0..160).prop_map(|samples| {
        let mut samples: Vec<Sample> = samples
            .into_iter()
            .map(|(metric, value, half_minutes, ms)| {
                let (metric, values) = READINGS[metric];
                let at = after(half_minutes * 30_000 + ms);
                Sample { metric: Name::from(metric), at, reading: reading(values[value.index(values.len())]) }
            })
            .collect();
        samples.sort_by_key(|sample| sample.at);
        samples
    })
}

fn armed(watched: &Watched<'_>) -> Monitor {
    let baseline = |(metric, median): (&str, &str)| Baseline {
        metric: Name::from(metric),
        median: Some(median.parse().unwrap()),
        samples: 30,
        ignored: 0,
        from: after(-86_400_000),
        to: start(),
    };
    let baselines: Vec<Baseline> = [("latency_p95", "2.1"), ("error_rate", "0.2")].map(baseline).into();
    Monitor::arm(watched, &baselines, start()).unwrap()
}

/// The verdicts, what is remarked, and the state as it is stored.
fn whole(samples: &[Sample], now: Instant) -> (Vec<Verdict>, String, Vec<u8>) {
    let (policy, record) = &*POLICY;
    let watched = Watched::new(&policy.ir, record, start());
    let mut monitor = armed(&watched);
    let observed = monitor.observe(&watched, samples, now).unwrap();
    (observed.verdicts, format!("{:?}", observed.remarks), postcard::to_allocvec(&monitor).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn cuts_make_no_difference(samples in streams(), cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..12)) {
        let end = after(31 * 60_000);
        let (verdicts, _, state) = whole(&samples, end);
        let (policy, record) = &*POLICY;
        let watched = Watched::new(&policy.ir, record, start());
        let mut monitor = armed(&watched);
        let mut said = Vec::new();
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(samples.len() + 1)).collect();
        cuts.sort_unstable();
        let mut from = 0;
        for cut in cuts {
            // Samples of one instant come together.
            let last = cut.checked_sub(1).map(|last| samples[last].at).unwrap_or(after(-60_000));
            let to = samples.partition_point(|sample| sample.at <= last);
            said.extend(monitor.observe(&watched, &samples[from..to], last).unwrap().verdicts);
            monitor = stored(&monitor);
            from = to;
        }
        said.extend(monitor.observe(&watched, &samples[from..], end).unwrap().verdicts);
        prop_assert_eq!(said, verdicts);
        prop_assert_eq!(postcard::to_allocvec(&monitor).unwrap(), state);
    }

    #[test]
    fn order_makes_no_difference(samples in streams(), shuffled in any::<u64>()) {
        let end = after(31 * 60_000);
        let expected = whole(&samples, end);
        let mut permuted = samples.clone();
        // A shuffle of its own, so that the same seed gives the same order.
        let mut seed = shuffled | 1;
        for at in (1..permuted.len()).rev() {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            permuted.swap(at, usize::try_from(seed >> 33).unwrap() % (at + 1));
        }
        prop_assert_eq!(whole(&permuted, end), expected);
    }

    #[test]
    fn again_is_the_same(samples in streams()) {
        let end = after(31 * 60_000);
        prop_assert_eq!(whole(&samples, end), whole(&samples, end));
    }

    #[test]
    fn one_rollback_and_a_bad_one_never_passes(samples in streams()) {
        let (verdicts, ..) = whole(&samples, after(31 * 60_000));
        let starts = verdicts.iter().filter(|verdict| matches!(verdict, Verdict::Fired(firing) if firing.role == tollgate::monitor::Role::StartsRollback)).count();
        let first = verdicts.iter().position(|verdict| matches!(verdict, Verdict::Fired(_)));
        prop_assert_eq!(starts, usize::from(first.is_some()));
        if let Some(Verdict::Fired(firing)) = first.map(|first| &verdicts[first]) {
            prop_assert_eq!(firing.role, tollgate::monitor::Role::StartsRollback);
        }
        let mut sorted = verdicts.clone();
        sorted.sort_by_key(Verdict::at);
        prop_assert_eq!(sorted, verdicts);
    }
}
