//! Hostile input: every call of `tests/data/calls/hostile.txt` is answered, soon, with what the case says. tests/calls.rs hands
//! the same calls to the module.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    reason = "a test reads files, and stops where it cannot go on"
)]

#[path = "support/beside.rs"]
mod beside;
#[allow(dead_code, reason = "each suite takes what it needs")]
#[path = "support/calls.rs"]
mod calls;
#[allow(dead_code, reason = "each suite takes what it needs")]
#[path = "support/mod.rs"]
mod cases;

use std::fmt::Write as _;
use std::time::Instant;
use tollgate::api::Policies;

#[test]
fn every_hostile_call_has_its_answer() {
    let only = std::env::var("CASE").unwrap_or_default();
    let mut wrong = String::new();
    for call in calls::hostile().into_iter().filter(|call| call.name.contains(&only)) {
        assert!(!call.says.is_empty(), "{} expects nothing", call.name);
        let (function, text) = (call.call, call.text);
        // Shown when the process dies of a stack that overflows.
        eprintln!("{} {:?}", call.name, Instant::now());
        let began = Instant::now();
        let answer = std::thread::scope(|scope| {
            let run = || calls::answer(function, &text, &mut Policies::default());
            std::thread::Builder::new().spawn_scoped(scope, run).unwrap().join()
        });
        let answer = answer.unwrap_or_else(|_| panic!("{} panics", call.name));
        let seconds = began.elapsed().as_secs();
        assert!(seconds < 60, "{} takes {seconds} s", call.name);
        for says in call.says.iter().filter(|says| !answer.contains(*says)) {
            let _ = writeln!(wrong, "{}: wanted {says}\n  found {answer:.700}", call.name);
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
