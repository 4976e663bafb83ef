//! Holds partial answers to the cases under `tests/data/partial` (format: `tests/support`).

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
mod support;

use serde_json::{Value as Json, json};
use support::{run, strict};
use tollgate::eval::{Recorder, explain, partial, possible, read_partial};
use tollgate::ir::Ir;
use tollgate::text::Sources;

#[test]
fn cases() {
    run("partial", answer);
}

fn answer(ir: &Ir, sources: &Sources, input: &Json) -> Json {
    let now = input["now"].as_str().unwrap().parse().unwrap();
    let (record, errors) = read_partial(ir, &strict(input, "request"), &strict(input, "facts"), now);
    let mut seen = Recorder::default();
    let outcome = possible(ir, &record, now, &mut seen);
    let mut answer = json!(partial(ir, &record, &outcome, &seen, errors));
    answer["why"] = json!(explain(ir, &record, &outcome, &seen, sources));
    answer
}
