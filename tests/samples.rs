//! Every sample of the shipped policy comes out as it says. Only what a sample expects is compared.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test reads files and stops at what is wrong; indexing JSON gives null"
)]

use serde_json::{Map, Value, json};
use std::path::Path;
use tollgate::api::{self, File, Policies, json_call};
use tollgate::eval::{InputError, Partial, Recorder, partial, possible, read_partial};
use tollgate::ir::{FactsId, Ir, Presence, Record, SlotId, State};
use tollgate::json::{self, Limits};
use tollgate::value::Instant;

const POLICY: &str = "rules/change-management";

fn compile(policies: &mut Policies) -> Value {
    let files: Vec<Value> =
        read(POLICY, "gate").into_iter().map(|(name, text)| json!({ "name": name, "text": text })).collect();
    let compiled = answer(&json_call::compile(&json!({ "files": files }).to_string(), policies));
    assert_eq!(compiled["diagnostics"], json!([]));
    compiled
}

fn what_is_possible(ir: &Ir, record: &Record, now: Instant, errors: Vec<InputError>) -> Partial {
    let mut seen = Recorder::default();
    let outcome = possible(ir, record, now, &mut seen);
    partial(ir, record, &outcome, &seen, errors)
}

/// A form whose every question is answered leaves nothing open, also where some are not asked.
#[test]
fn every_sample_is_settled_as_a_form() {
    let files = read(POLICY, "gate").into_iter().map(|(name, text)| File { name, text });
    let policy = api::compile(&files.collect::<Vec<_>>()).0.unwrap();
    let mut settled = 0;
    for (name, text) in read(&format!("{POLICY}/samples"), "json") {
        let sample = answer(&text);
        let json = |member: &str| json::read(&sample[member].to_string(), Limits::default()).unwrap();
        let now = sample["now"].as_str().unwrap().parse().unwrap();
        let (mut record, errors) = read_partial(&policy.ir, &json("request"), &json("facts"), now);
        for group in (0..).map(FactsId).take(policy.ir.facts.len()) {
            if record.group(group) == Presence::Unanswered {
                record.remove_facts(&policy.ir, group);
            }
        }
        // What is asked and need not be answered is not.
        let mut said = what_is_possible(&policy.ir, &record, now, errors.clone());
        for _ in 0..8 {
            let open: Vec<&str> = said.questions.iter().map(|question| &*question.path).collect();
            for (id, slot) in (0..).map(SlotId).zip(&policy.ir.slots) {
                if (slot.optional || slot.later) && open.contains(&&*slot.path) {
                    record.set(&policy.ir, id, State::Absent);
                }
            }
            said = what_is_possible(&policy.ir, &record, now, errors.clone());
        }
        if said.missing.is_empty() && said.errors.is_empty() {
            assert!(said.decided, "{name}: {said:?}");
            settled += 1;
        }
    }
    assert!(settled > 40, "{settled} samples answer everything");
}

#[test]
fn every_sample_comes_out_as_it_says() {
    let mut policies = Policies::default();
    let compiled = compile(&mut policies);
    let samples = read(&format!("{POLICY}/samples"), "json");
    assert!(samples.len() >= 40);
    let wrong: Vec<String> = samples
        .iter()
        .flat_map(|(name, text)| {
            let sample = answer(text);
            let policy = json!({ "handle": compiled["handle"] });
            let (request, facts, now) = (&sample["request"], &sample["facts"], &sample["now"]);
            let call =
                json!({ "policy": policy, "request": request, "facts": facts, "now": now, "explain": true });
            let said = answer(&json_call::decide(&call.to_string(), &policies));
            let expect = sample["expect"].as_object().unwrap();
            let compare = |(key, wanted): (&String, &Value)| differs(name, key, wanted, &said);
            expect.iter().filter_map(compare).collect::<Vec<_>>()
        })
        .collect();
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

fn differs(sample: &str, key: &str, wanted: &Value, said: &Value) -> Option<String> {
    let found = match key {
        _ if said["ok"] != json!(true) => said["errors"].clone(),
        "would_be" => would_be(&said["explanation"], wanted),
        _ => found(&said["decision"], key, wanted),
    };
    (found != *wanted).then(|| format!("{sample}: {key} is {found}, not {wanted}"))
}

/// What would have to differ for each wanted class.
fn would_be(explanation: &Value, wanted: &Value) -> Value {
    let nearest = list(&explanation["nearest"]).into_iter();
    let sentences =
        nearest.map(|near| (near["class"].as_str().unwrap().to_owned(), near["sentence"].clone()));
    sentences.filter(|(class, _)| wanted.get(class).is_some()).collect::<Map<_, _>>().into()
}

/// What the decision says about a key of `expect`.
fn found(decision: &Value, key: &str, wanted: &Value) -> Value {
    let approve = &decision["route"]["approve"];
    match key {
        "scope" => decision["scope"]["value"].clone(),
        "scope_rule" => decision["scope"]["rule"].clone(),
        "class" => decision["class"]["value"].clone(),
        "route" => decision["route"]["rule"].clone(),
        "approvers" => approve["roles"].clone(),
        "seats" => all(&approve["seats"], "id"),
        "at_least" => approve["at_least"].clone(),
        "points" => decision["score"]["points"].clone(),
        "factors" => all(&decision["score"]["factors"], "id"),
        "guards" => all(&decision["catalogue"]["reasons"], "id"),
        "calendar" => decision["due"]["calendar"].clone(),
        "due_at" => decision["due"]["at"].clone(),
        "gates" => of_gates(decision, wanted, |failure| vec![failure["code"].clone()]),
        "missing" | "placeholders" => of_gates(decision, wanted, |failure| list(&failure[key])),
        plain => decision[plain].clone(),
    }
}

/// What the failures of each wanted gate say, in their order and without repeating it.
fn of_gates(decision: &Value, wanted: &Value, says: impl Fn(&Value) -> Vec<Value>) -> Value {
    let gates = list(&decision["gates"]);
    let of_gate = |name: &String| {
        let gate = gates.iter().find(|gate| gate["gate"] == json!(name)).unwrap();
        let mut said: Vec<Value> = list(&gate["failures"]).iter().flat_map(&says).collect();
        said.dedup();
        (name.clone(), Value::from(said))
    };
    wanted.as_object().unwrap().keys().map(of_gate).collect::<Map<_, _>>().into()
}

fn all(records: &Value, key: &str) -> Value {
    list(records).into_iter().map(|record| record[key].clone()).filter(|id| !id.is_null()).collect()
}

fn list(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_default()
}

fn answer(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// Name and text of each file of a folder with that ending, in the order of the names.
fn read(folder: &str, ending: &str) -> Vec<(String, String)> {
    let paths = std::fs::read_dir(Path::new(folder)).unwrap().map(|entry| entry.unwrap().path());
    let mut paths: Vec<_> = paths.filter(|path| path.extension().is_some_and(|end| end == ending)).collect();
    paths.sort();
    let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
    paths.iter().map(|path| (name(path), std::fs::read_to_string(path).unwrap())).collect()
}
