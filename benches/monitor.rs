//! How many samples a second the rollback monitor takes natively: `cargo bench --bench monitor`.
#![allow(missing_docs, reason = "criterion's macros make items without documentation")]
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::arithmetic_side_effects,
    reason = "a benchmark reads files and stops at what is wrong"
)]

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;
use std::path::Path;
use std::time::Duration as Time;
use tollgate::api::{self, Compiled, File};
use tollgate::eval::read_complete;
use tollgate::ir::{Name, Record};
use tollgate::json::{Json, Limits, read};
use tollgate::monitor::{Baseline, Monitor, Reading, Sample, Watched};
use tollgate::value::{Duration, Instant};

const SAMPLES: i64 = 100_000;

fn policy() -> (Compiled, Record) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/change-management");
    let mut paths: Vec<_> = folder.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "gate"));
    paths.sort();
    let file = |path: &std::path::PathBuf| File {
        name: path.file_name().unwrap().to_string_lossy().into_owned(),
        text: std::fs::read_to_string(path).unwrap(),
    };
    let policy = api::compile(&paths.iter().map(file).collect::<Vec<_>>()).0.unwrap();
    let sample = std::fs::read_to_string(folder.join("samples/board-of-seven.json")).unwrap();
    let sample = read(&sample, Limits::default()).unwrap();
    let request = sample.get("request").unwrap();
    let record = read_complete(&policy.ir, request, &Json::Object(Vec::new()), start()).unwrap();
    (policy, record)
}

fn start() -> Instant {
    "2026-02-10T22:00+05:30".parse().unwrap()
}

fn after(ms: i64) -> Instant {
    start().checked_add(Duration::from_ms(ms)).unwrap()
}

fn sample(metric: &Name, ms: i64, reading: Reading) -> Sample {
    Sample { metric: metric.clone(), at: after(ms), reading }
}

fn observe(criterion: &mut Criterion) {
    let (policy, record) = policy();
    let watched = Watched::new(&policy.ir, &record, start());
    let baseline = |(metric, median): (&str, &str)| Baseline {
        metric: Name::from(metric),
        median: Some(median.parse().unwrap()),
        samples: 1440,
        ignored: 0,
        from: after(-86_400_000),
        to: start(),
    };
    let baselines: Vec<Baseline> = [("latency_p95", "2.1"), ("error_rate", "0.2")].map(baseline).into();
    let armed = Monitor::arm(&watched, &baselines, start()).unwrap();
    let (latency, errors) = (Name::from("latency_p95"), Name::from("error_rate"));
    let (log, complaints) = (Name::from("audit_log"), Name::from("complaints"));
    let number = |text: &str| Reading::Number(text.parse().unwrap());

    let minutes = (1..=SAMPLES / 3).flat_map(|minute| {
        let ms = minute * 60_000;
        [
            sample(&latency, ms, number("2.153")),
            sample(&errors, ms, number("0.21")),
            sample(&log, ms, Reading::Beat(Some(minute.unsigned_abs()))),
        ]
    });
    let seconds = (1..=SAMPLES).map(|second| sample(&latency, second * 1_000, number("2.153")));
    let bad = (1..=SAMPLES).map(|minute| sample(&latency, minute * 60_000, number("3.8")));
    let counted = (1..=SAMPLES)
        .map(|event| sample(&complaints, event * 300, Reading::Counted(Name::from(format!("T-{event}")))));
    let events = (1..=SAMPLES).map(|event| {
        let text = format!(r#"{{"id": "T-{event}", "category": "incorrect_results", "service": "rag-api"}}"#);
        sample(&complaints, event * 300, Reading::Event(read(&text, Limits::default()).unwrap()))
    });
    let streams: [(&str, Vec<Sample>); 5] = [
        ("two gauges and a heartbeat each minute", minutes.collect()),
        ("a gauge each second", seconds.collect()),
        ("a gauge that is bad each minute", bad.collect()),
        ("distinct events, 10,000 in the window", counted.collect()),
        ("the same, read and filtered", events.collect()),
    ];
    let mut group = criterion.benchmark_group("observe");
    for (name, samples) in &streams {
        let now = samples.last().unwrap().at;
        group.throughput(Throughput::Elements(u64::try_from(samples.len()).unwrap()));
        group.bench_function(*name, |bencher| {
            bencher.iter_batched(
                || armed.clone(),
                |mut monitor| {
                    monitor.observe(&watched, black_box(samples), now).unwrap();
                    monitor
                },
                BatchSize::LargeInput,
            );
        });
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(10)
        .warm_up_time(Time::from_millis(500))
        .measurement_time(Time::from_secs(3))
        .without_plots();
    targets = observe
}
criterion_main!(benches);
