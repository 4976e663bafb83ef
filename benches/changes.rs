//! How long the life of a change takes natively: `cargo bench --bench changes`. What came of it stands in
//! docs/performance.md.
#![allow(missing_docs, reason = "criterion's macros make items without documentation")]
#![allow(dead_code, reason = "the tests' world holds more than is timed")]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::arithmetic_side_effects,
    reason = "a benchmark reads files and stops at what is wrong"
)]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;
use tollgate::change::{Actor, Change, Choice, Command, Event, Kind, Machine, apply, fold, gate, next};
use tollgate::ir::Name;
use tollgate::json::Json;
use tollgate::value::Duration;

#[path = "../tests/support/lives.rs"]
mod lives;

use lives::{World, ballot, command};

/// Ten thousand reports, as a change has that is watched for long.
fn history(world: &World, events: usize) -> Vec<Event> {
    let change = world.approved();
    let mut history = Vec::new();
    let begun = tollgate::change::What::Created {
        requester: change.requester.clone(),
        request: change.request.clone(),
        digest: change.digest,
    };
    let by = Actor::Machine(Machine::Ci);
    let first =
        Event { change: change.id.clone(), seq: 1, at: change.last_at, by, what: begun, notify: Vec::new() };
    let mut state: Change = apply(None, &first).unwrap();
    history.push(first);
    let machine = Actor::Machine(Machine::Ci);
    let mut now = state.last_at;
    while history.len() < events {
        now = now.checked_add(Duration::from_ms(1_000)).unwrap();
        let facts = format!(r#"{{"log_shipper": {{"healthy_at": "{now}"}}}}"#);
        let report = Command::Report { facts: lives::parse(&facts).into() };
        for event in next(Some(&state), &report, &world.context(), now, &machine).unwrap() {
            state.follow(&event).unwrap();
            history.push(event);
        }
    }
    history
}

fn life(criterion: &mut Criterion) {
    let world = World::new();
    let mut group = criterion.benchmark_group("change");
    let long = history(&world, 10_000);
    group.throughput(Throughput::Elements(10_000));
    group.bench_function("fold/10000", |bencher| bencher.iter(|| fold(black_box(&long)).unwrap()));
    group.throughput(Throughput::Elements(1));
    let awaiting = world.awaiting();
    let now = world.at("2026-02-03T12:00:00Z");
    let vote = Command::Vote(ballot(&awaiting, Choice::Approve));
    let manager = Actor::Person(Name::from("u-manager"));
    let context = world.context();
    group.bench_function("vote", |bencher| {
        bencher.iter(|| next(Some(black_box(&awaiting)), &vote, &context, now, &manager).unwrap());
    });
    let edit = command(Kind::Edit, &awaiting, now);
    let requester = Actor::Person(Name::from("u-asha"));
    group.bench_function("edit_with_decision", |bencher| {
        bencher.iter(|| next(Some(black_box(&awaiting)), &edit, &context, now, &requester).unwrap());
    });
    let facts = Json::Object(Vec::new());
    group.bench_function("gate", |bencher| {
        bencher.iter(|| gate(Some(black_box(&awaiting)), &facts, &context, now));
    });
    group.finish();
}

criterion_group!(benches, life);
criterion_main!(benches);
