//! Answers every call of `tests/support/calls.rs` in WebAssembly, as `tests/calls.rs` answered it natively: the same bytes.
//!
//! `npm test` runs this by wasm-bindgen-test in Node and in Chromium. The native answers come as digests, which
//! `cargo test --test calls` leaves in `target/tmp/calls.digests`.

#![cfg(target_arch = "wasm32")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test stops where it cannot go on"
)]

#[allow(dead_code, reason = "each suite takes what it needs")]
#[path = "support/beside.rs"]
mod beside;
#[allow(dead_code, reason = "each suite takes what it needs")]
#[path = "support/calls.rs"]
mod calls;
#[allow(dead_code, reason = "each suite takes what it needs")]
#[path = "support/mod.rs"]
mod cases;
#[path = "support/changes.rs"]
mod changes;
#[path = "support/read.rs"]
mod read;
#[allow(dead_code, reason = "each suite takes what it needs")]
#[path = "support/watches.rs"]
mod watches;

use tollgate::api::Policies;
use tollgate::value::Digest;
use wasm_bindgen_test::{console_log, wasm_bindgen_test};

/// A digest and the name of its call, one call a line.
const NATIVE: &str = include_str!(concat!(env!("CARGO_TARGET_TMPDIR"), "/../../tmp/calls.digests"));

#[wasm_bindgen_test]
fn every_call_gives_the_native_bytes() {
    let calls = calls::all();
    assert_eq!(calls.len(), NATIVE.lines().count(), "the native answers are of other calls");
    let mut policies = Policies::default();
    let mut wrong = Vec::new();
    for (call, native) in calls.iter().zip(NATIVE.lines()) {
        let answer = calls::answer(call.call, &call.text, &mut policies);
        let found = format!("{} {}", Digest::of(answer.as_bytes()), call.name.escape_debug());
        if found != native {
            wrong.push(format!("native {native}\n  wasm {found}\n  {answer:.200}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {} differ:\n{}", wrong.len(), calls.len(), wrong.join("\n"));
    console_log!("{} answers, every one the native bytes", calls.len());
}
