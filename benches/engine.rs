//! How long the engine takes natively: `cargo bench --bench engine`. What came of it stands in docs/performance.md.
#![allow(missing_docs, reason = "criterion's macros make items without documentation")]
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::arithmetic_side_effects,
    reason = "a benchmark reads files and stops at what is wrong"
)]

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;
use std::path::Path;
use std::time::Duration;
use tollgate::api::{self, CheckCall, Compiled, DecideCall, File, PartialCall};
use tollgate::json::{Json, Limits, read};

#[path = "support/generated.rs"]
mod generated;

const POLICY: &str = "rules/change-management";
/// A request that reads much of the policy: a board with all of its seats.
const SAMPLE: &str = "board-of-seven.json";

fn compile_by_size(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("compile");
    group.sample_size(10);
    for rules in [100, 1_000, 10_000] {
        let files = [File { name: "generated.gate".to_owned(), text: generated::policy(rules) }];
        group.throughput(Throughput::Elements(u64::try_from(rules).unwrap()));
        group.bench_with_input(BenchmarkId::from_parameter(rules), &files, |bencher, files| {
            bencher.iter(|| api::compile(black_box(files)).0.unwrap());
        });
    }
    group.finish();
}

/// What `tollgate check` does for a policy, searches included.
fn check(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("check");
    group.sample_size(10);
    let generated = vec![File { name: "generated.gate".to_owned(), text: generated::policy(1_000) }];
    for (name, files) in [("shipped", shipped()), ("generated/1000", generated)] {
        let call = CheckCall { files, search_budget: api::DEFAULT_SEARCH_BUDGET };
        group.bench_function(name, |bencher| bencher.iter(|| api::check(black_box(&call))));
    }
    group.finish();
}

fn shipped_policy(criterion: &mut Criterion) {
    let files = shipped();
    let mut group = criterion.benchmark_group("shipped");
    group.bench_function("compile", |bencher| bencher.iter(|| api::compile(black_box(&files)).0.unwrap()));
    let policy = api::compile(&files).0.unwrap();
    for (name, explain) in [("decide", false), ("decide_and_explain", true)] {
        let call = sample(explain);
        group.bench_function(name, |bencher| bencher.iter(|| decide(&policy, black_box(&call))));
    }
    let DecideCall { request, facts, now, .. } = sample(false);
    let call = PartialCall { answers: first_half(request), facts, now, explain: false };
    group.bench_function("partial", |bencher| {
        bencher.iter(|| api::partial(&policy, black_box(&call)));
    });
    let longest = files.iter().max_by_key(|file| file.text.len()).unwrap();
    group.bench_function("format", |bencher| bencher.iter(|| api::format(black_box(longest))));
    group.finish();
}

fn decide(policy: &Compiled, call: &DecideCall) -> api::DecideAnswer {
    api::decide(policy, call).unwrap()
}

fn shipped() -> Vec<File> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(POLICY);
    let mut paths: Vec<_> = folder.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "gate"));
    paths.sort();
    let file = |path: &std::path::PathBuf| File {
        name: path.file_name().unwrap().to_string_lossy().into_owned(),
        text: std::fs::read_to_string(path).unwrap(),
    };
    paths.iter().map(file).collect()
}

fn sample(explain: bool) -> DecideCall {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(POLICY).join("samples").join(SAMPLE);
    let sample = read(&std::fs::read_to_string(path).unwrap(), Limits::default()).unwrap();
    let Json::Object(members) = sample else { unreachable!("a sample is an object") };
    let member = |name: &str| members.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
    let Some(Json::String(now)) = member("now") else { unreachable!("a sample has an instant") };
    let facts = member("facts").unwrap_or(Json::Object(Vec::new()));
    DecideCall { request: member("request").unwrap(), facts, now: now.parse().unwrap(), explain }
}

/// A form half filled in.
fn first_half(request: Json) -> Json {
    let Json::Object(mut members) = request else { unreachable!("a request is an object") };
    members.truncate(members.len() / 2);
    Json::Object(members)
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
        .without_plots();
    targets = compile_by_size, shipped_policy, check
}
criterion_main!(benches);
