//! Calls that follow from each other, as a host makes them that watches a deployment: `tests/data/calls/watch/*.jsonl`.
//!
//! A line is a call as in `tests/data/calls/*.jsonl`. In its text `"policy": "watched"` is the starter with `rollback.gate` beside it,
//! `"starter"` the starter alone. `{"$text": "calls/watch/before.csv"}` is the text of a file of `tests/data`. `{"$like": "armed: /monitor"}`
//! is what the answer of the call `armed` has there, `/samples/0..3` the first three of a list; with other members it has these
//! over it, null for none (RFC 7396), and with `"$sealed": true` the digest of a monitor that is so. In `says` such an object
//! stands for its text.

use super::read::{self, data, rules};
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;
use tollgate::api::Policies;
use tollgate::json::{self as strict, Limits};
use tollgate::value::Digest;

/// A call: where it comes from, its function, what goes in, what the answer must say.
pub struct Made {
    pub name: String,
    pub call: String,
    pub json: Json,
    pub says: Vec<String>,
}

/// The rule files of the policies, by the names that texts have for them.
pub fn policies() -> [(&'static str, Json); 2] {
    let starter = json!({ "name": "policy.gate", "text": read::text(&rules("starter/policy.gate")) });
    let rollback = json!({ "name": "rollback.gate", "text": read::text(&data("calls/watch/rollback.gate")) });
    [("watched", json!([starter, rollback])), ("starter", json!([starter]))]
}

/// The calls. `kept` has the handles of the policies in the module; `answer` answers a call as it does.
pub fn calls(kept: &BTreeMap<&str, Json>, answer: impl Fn(&str, &str, &mut Policies) -> String) -> Vec<Made> {
    let mut own = Policies::default();
    let mut handles = BTreeMap::new();
    for (name, files) in policies() {
        let compiled = answer("compile", &json!({ "files": files }).to_string(), &mut own);
        handles.insert(name, json!({ "handle": parsed(&compiled)["handle"] }));
    }
    let mut answers: BTreeMap<String, Json> = BTreeMap::new();
    let mut calls = Vec::new();
    for path in read::files(&data("calls/watch"), "jsonl") {
        for line in read::text(&path).lines() {
            let case = parsed(line);
            let name = case["name"].as_str().unwrap_or_else(|| panic!("no name: {line}")).to_owned();
            let call = case["call"].as_str().unwrap_or_else(|| panic!("no call: {line}")).to_owned();
            let of = |handles: &BTreeMap<&str, Json>| {
                let mut json = filled_in(&case["text"], &answers, &name);
                if let Some(policy) = json["policy"].as_str() {
                    json["policy"] =
                        handles.get(policy).cloned().unwrap_or_else(|| panic!("{name}: no policy {policy}"));
                }
                json
            };
            let said = parsed(&answer(&call, &of(&handles).to_string(), &mut own));
            let says = case["says"].as_array().into_iter().flatten();
            let says = says.map(|says| match says {
                Json::String(text) => text.clone(),
                like => filled_in(like, &answers, &name).to_string(),
            });
            calls.push(Made { call, json: of(kept), says: says.collect(), name: name.clone() });
            let known = answers.insert(name.clone(), said);
            assert!(known.is_none(), "two calls are called {name}");
        }
    }
    calls
}

fn filled_in(json: &Json, answers: &BTreeMap<String, Json>, call: &str) -> Json {
    match json {
        Json::Array(items) => items.iter().map(|item| filled_in(item, answers, call)).collect(),
        Json::Object(members) => {
            if let Some(Json::String(file)) = members.get("$text") {
                return json!(read::text(&data(file)));
            }
            let mut filled: Map<String, Json> =
                members.iter().map(|(key, value)| (key.clone(), filled_in(value, answers, call))).collect();
            let Some(Json::String(like)) = filled.shift_remove("$like") else { return filled.into() };
            let seal = filled.shift_remove("$sealed").is_some();
            let mut found = part(&like, answers).unwrap_or_else(|| panic!("{call}: there is no `{like}`"));
            if !filled.is_empty() {
                merge(&mut found, &filled.into());
            }
            if seal { sealed(found) } else { found }
        }
        other => other.clone(),
    }
}

/// What the answer of a call has at a place.
fn part(like: &str, answers: &BTreeMap<String, Json>) -> Option<Json> {
    let (name, pointer) = like.split_once(": ").unwrap_or((like, ""));
    let answer = answers.get(name)?;
    let Some((list, (from, to))) =
        pointer.rsplit_once('/').and_then(|(list, range)| Some((list, range.split_once("..")?)))
    else {
        return answer.pointer(pointer).cloned();
    };
    let items = answer.pointer(list)?.as_array()?;
    let to = if to.is_empty() { items.len() } else { to.parse().ok()? };
    Some(items.get(from.parse::<usize>().ok()?..to)?.to_vec().into())
}

fn merge(base: &mut Json, over: &Json) {
    match (base, over) {
        (Json::Object(base), Json::Object(over)) => {
            for (key, value) in over {
                match value {
                    Json::Null => drop(base.shift_remove(key)),
                    value => merge(base.entry(key).or_insert(Json::Null), value),
                }
            }
        }
        (base, over) => *base = over.clone(),
    }
}

/// A monitor whose digest is its own, whatever it says.
pub fn sealed(mut monitor: Json) -> Json {
    let Some(members) = monitor.as_object_mut() else { return monitor };
    members.shift_remove("digest");
    let limits = Limits { size_bytes: 32_000_000, ..Limits::default() };
    let state = strict::read(&monitor.to_string(), limits).unwrap();
    monitor["digest"] = json!(Digest::of(strict::canonical(&state).as_bytes()).to_string());
    monitor
}

fn parsed(text: &str) -> Json {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text:.200}"))
}
