//! Answers every call of `tests/support/calls.rs` natively and writes calls and answers to `target/tmp/calls.jsonl`, which
//! tests/node/same-bytes.test.mjs answers again with the module, and the digests of the answers to `target/tmp/calls.digests`, with
//! which tests/wasm.rs compares its own: all hosts give the same bytes.

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
#[path = "support/beside.rs"]
mod beside;
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

use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use tollgate::api::Policies;
use tollgate::value::Digest;

#[test]
fn every_call_is_answered() {
    let calls = calls::all();
    let mut policies = Policies::default();
    let mut of_kind: BTreeMap<(&str, bool), usize> = BTreeMap::new();
    let (mut lines, mut digests, mut wrong) = (String::new(), String::new(), String::new());
    for call in calls {
        let answer = alone(&call.name, || calls::answer(call.call, &call.text, &mut policies));
        let json: Json =
            serde_json::from_str(&answer).unwrap_or_else(|error| panic!("{}: {error}", call.name));
        let done = json["ok"].as_bool().unwrap_or_else(|| panic!("{}: no `ok`: {answer}", call.name));
        *of_kind.entry((call.call, done)).or_default() += 1;
        for says in call.says.iter().filter(|says| !answer.contains(*says)) {
            let _ = writeln!(wrong, "{}: wanted {says}\n  found {:.600}", call.name, answer);
        }
        let line = json!({ "name": call.name, "call": call.call, "text": call.text, "answer": answer });
        let _ = writeln!(lines, "{line}");
        let _ = writeln!(digests, "{} {}", Digest::of(answer.as_bytes()), call.name.escape_debug());
    }
    assert!(wrong.is_empty(), "{wrong}");
    // Every function is called, those that can refuse in both ways, and `at least 400 calls` is no empty word.
    let count = |call, done| of_kind.get(&(call, done)).copied().unwrap_or(0);
    for (call, done, least) in [
        ("check", true, 60),
        ("check", false, 400),
        ("format", true, 150),
        ("format", false, 80),
        ("decide", true, 250),
        ("decide", false, 80),
        ("partial", true, 130),
        ("form", true, 4),
        ("form", false, 3),
        ("test", true, 3),
        ("files", true, 3),
        ("image", true, 8),
        ("simulate", true, 4),
        ("next", true, 80),
        ("next", false, 30),
        ("gate", true, 200),
        ("status", true, 180),
        ("previewEdit", true, 1),
        ("fold", true, 20),
        ("fold", false, 2),
        ("planned", true, 20),
        ("checkRoster", true, 1),
        ("checkRoster", false, 1),
        ("catalogue", true, 1),
        ("freezePreview", true, 1),
        ("freeWindows", true, 1),
        ("baseline", true, 2),
        ("arm", true, 1),
        ("arm", false, 5),
        ("observe", true, 15),
        ("observe", false, 20),
        ("readReport", true, 15),
        ("readReport", false, 20),
        ("rehearse", true, 2),
        ("rehearse", false, 4),
    ] {
        let found = count(call, done);
        assert!(
            found >= least,
            "{found} calls of `{call}` with ok {done}, at least {least} wanted: {of_kind:?}"
        );
    }
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    for (file, text) in [("calls.jsonl", lines), ("calls.digests", digests)] {
        // Renamed into place, so that nobody reads half of it.
        std::fs::write(folder.join("calls.part"), text).unwrap();
        std::fs::rename(folder.join("calls.part"), folder.join(file)).unwrap();
    }
}

/// Every member of a monitor's state is taken out and replaced, without and with a digest that is right: the answer is one, and
/// what is not observed has a name.
#[test]
fn no_state_of_a_monitor_breaks_a_call() {
    let mut policies = Policies::default();
    let mut kept = BTreeMap::new();
    for (name, files) in watches::policies() {
        let compiled = calls::answer("compile", &json!({ "files": files }).to_string(), &mut policies);
        let compiled: Json = serde_json::from_str(&compiled).unwrap();
        kept.insert(name, json!({ "handle": compiled["handle"] }));
    }
    let calls = watches::calls(&kept, calls::answer);
    let call = calls.iter().find(|made| made.name == "after a full monitor").expect("a call");
    let mut codes: BTreeMap<String, usize> = BTreeMap::new();
    let mut observe = |monitor: Json| {
        let mut json = call.json.clone();
        json["monitor"] = monitor;
        let answer = calls::answer("observe", &json.to_string(), &mut policies);
        let answer: Json = serde_json::from_str(&answer).unwrap();
        match answer["ok"].as_bool().expect("an answer") {
            true => "ok".to_owned(),
            false => {
                let code = answer["error"]["code"].as_str().or(answer["reasons"][0]["code"].as_str());
                code.expect("a code").to_owned()
            }
        }
    };
    let monitor = &call.json["monitor"];
    for changed in changed(monitor) {
        if changed != *monitor {
            assert_eq!(observe(changed.clone()), "BAD_MONITOR", "{changed}");
        }
        *codes.entry(observe(watches::sealed(changed))).or_default() += 1;
    }
    let known = ["BAD_MONITOR", "OTHER_CHANGE", "ok"];
    let names: Vec<&str> = codes.keys().map(String::as_str).collect();
    assert_eq!(names, known, "{codes:?}");
    assert!(codes["BAD_MONITOR"] > 500, "{codes:?}");
}

/// A value with each of its parts taken out, replaced and doubled in turn.
fn changed(json: &Json) -> Vec<Json> {
    let mut all = vec![
        json!(null),
        json!(true),
        json!(1),
        json!(-1),
        json!(9_007_199_254_740_991_i64),
        json!("x"),
        json!("2126-01-01T00:00:00Z"),
        json!([]),
        json!({}),
    ];
    match json {
        Json::Array(items) => {
            all.push([items.as_slice(), items.as_slice()].concat().into());
            for (index, item) in items.iter().enumerate() {
                for other in changed(item) {
                    let mut copy = items.clone();
                    copy[index] = other;
                    all.push(copy.into());
                }
            }
        }
        Json::Object(members) => {
            for (name, value) in members.iter().filter(|(name, _)| *name != "digest") {
                let mut without = members.clone();
                without.shift_remove(name);
                all.push(without.into());
                for other in changed(value) {
                    let mut copy = members.clone();
                    copy[name] = other;
                    all.push(copy.into());
                }
            }
        }
        _ => {}
    }
    all
}

/// Runs a call in a thread of its name, with the stack that threads have: should it overflow, the message names the call.
fn alone(name: &str, run: impl FnOnce() -> String + Send) -> String {
    let thread = std::thread::Builder::new().name(name.to_owned());
    let done = std::thread::scope(|scope| thread.spawn_scoped(scope, run).unwrap().join());
    done.unwrap_or_else(|_| panic!("{name} panics"))
}
