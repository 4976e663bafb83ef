//! Holds decisions and explanations to the cases under `tests/data/eval` (format: `tests/support`).
//!
//! The answer is the decision, with the explanation beside it as `why`; or the list of input errors.

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
use tollgate::eval::{Recorder, Unobserved, broken_promises, decide, decision, explain, read_complete};
use tollgate::ir::Ir;
use tollgate::text::Sources;

#[test]
fn cases() {
    run("eval", answer);
}

fn answer(ir: &Ir, sources: &Sources, input: &Json) -> Json {
    let now = input["now"].as_str().unwrap().parse().unwrap();
    let record = match read_complete(ir, &strict(input, "request"), &strict(input, "facts"), now) {
        Ok(record) => record,
        Err(errors) => return json!({ "errors": errors }),
    };
    let mut recorder = Recorder::default();
    let outcome = decide(ir, &record, now, &mut recorder);
    let found = decision(ir, &record, &outcome);
    // Nobody watching changes nothing.
    assert_eq!(decision(ir, &record, &decide(ir, &record, now, &mut Unobserved)), found);
    // As the engine writes it: its tagged enumerations have another form in other writers.
    let written = tollgate::json::write_serialize(&found).unwrap();
    let mut answer: Json = serde_json::from_str(&written).unwrap();
    answer["why"] = json!(explain(ir, &record, &outcome, &recorder, sources));
    answer["broken"] = broken_promises(ir, &record, &outcome)
        .into_iter()
        .filter_map(|promise| ir.promises.get(promise))
        .map(|promise| json!(promise.name))
        .collect();
    answer
}
