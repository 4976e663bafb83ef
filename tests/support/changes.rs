//! Calls about the life of changes, made from the scenarios of the shipped policy: each scenario as a whole, and each of
//! its steps as the calls that a host makes.

use super::read::{files, rules, text};
use serde_json::{Value as Json, json};
use tollgate::api::{Policies, json_call};

/// A call: where it comes from, the function of the module, what goes in.
pub type Made = (String, &'static str, Json);

/// The calls of every scenario, under the policy of these rule files, which the module keeps as `policy`.
pub fn calls(rule_files: &Json, policy: &Json) -> Vec<Made> {
    let folder = rules("change-management").join("scenarios");
    let shared = read(&text(&folder.join("shared.json")));
    let mut policies = Policies::default();
    let kept = read(&json_call::compile(&json!({ "files": rule_files }).to_string(), &mut policies));
    let mut calls = rosters(policy, &shared["people"]);
    let is_scenario = |path: &std::path::PathBuf| !path.ends_with("shared.json");
    for path in files(&folder, "json").into_iter().filter(is_scenario) {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let mut call =
            json!({ "policy": policy, "scenario": read(&text(&path)), "with": { "shared.json": shared } });
        calls.push((format!("simulate {name}"), "simulate", call.clone()));
        call["policy"] = json!({ "handle": kept["handle"] });
        let played = read(&json_call::simulate(&call.to_string(), &policies));
        for case in list(&played["cases"]) {
            let name = format!("{name}, {}", case["name"].as_str().unwrap());
            calls.extend(steps(&name, case, policy, &shared["people"]));
        }
    }
    calls
}

/// What is asked before, at and after each step of a case.
fn steps(name: &str, case: &Json, policy: &Json, roster: &Json) -> Vec<Made> {
    let mut calls = Vec::new();
    let (mut events, mut change) = (Vec::new(), Json::Null);
    for (index, step) in list(&case["steps"]).iter().enumerate() {
        let with = |more: Json, change: &Json| {
            let mut call = json!({ "policy": policy, "roster": roster, "change": change, "now": step["at"] });
            call.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            call
        };
        let name = format!("{name}, step {index}");
        let by = if step["by"].is_null() { json!({ "machine": "workflow" }) } else { step["by"].clone() };
        let next = with(json!({ "command": command(step, &change), "actor": by }), &change);
        calls.push((format!("next {name}"), "next", next));
        events.extend(list(&step["events"]).iter().cloned());
        change = read(&json_call::fold(&json!({ "events": events }).to_string()))["change"].clone();
        calls.push((format!("gate {name}"), "gate", with(json!({ "facts": {} }), &change)));
        calls.push((format!("status {name}"), "status", with(json!({}), &change)));
        if step["what"] == json!("preview") {
            let mut request = change["request"].clone();
            request["tenants"] = json!(13);
            calls.push((
                format!("preview {name}"),
                "previewEdit",
                with(json!({ "request": request }), &change),
            ));
        }
    }
    calls.push((format!("fold {name}"), "fold", json!({ "events": events })));
    calls.push((
        format!("planned {name}"),
        "planned",
        json!({ "policy": policy, "changes": [change, case["change"]] }),
    ));
    calls
}

/// The command of a step, as far as its name says it; else time passes.
fn command(step: &Json, change: &Json) -> Json {
    let words = json!("The third time");
    match step["what"].as_str().unwrap() {
        "create" => {
            let begun = &step["events"][0];
            json!({ "create": { "id": begun["change"], "request": begun["what"]["request"] } })
        }
        "vote" => {
            let policy = &change["decision"]["policy"]["digest"];
            let bound = json!({ "decision": "approve", "request": change["digest"], "revision": change["revision"], "policy": policy });
            json!({ "vote": bound })
        }
        "schedule" => json!({ "schedule": { "implementer": "u-ravi" } }),
        "start" => json!({ "start": {} }),
        "withdraw" => json!({ "withdraw": { "reason": words } }),
        "ask_info" => json!({ "ask_info": { "comment": words } }),
        "abort" => json!({ "abort": { "reason": words, "deployed": true } }),
        name @ ("submit" | "complete" | "revise" | "lift" | "promote" | "done" | "verify") => json!(name),
        _ => json!("tick"),
    }
}

/// Rosters that will do and that will not; what closed changes say of the catalogue.
fn rosters(policy: &Json, people: &Json) -> Vec<Made> {
    let mut lacking = people.clone();
    lacking["roles"].as_object_mut().unwrap().remove("ciso");
    lacking["roles"]["cisso"] = json!(["u-ciso"]);
    let past = |day: u32, succeeded: bool| json!({ "kind": "index_rebuild", "class": "normal", "succeeded": succeeded, "closed": format!("2026-01-{day:02}T10:00:00Z") });
    let under = json!({ "kind": "ssl_certificate_renewal", "class": "standard", "entry": "STD-SSL-RENEW", "succeeded": true, "closed": "2026-01-09T10:00:00Z" });
    vec![
        ("roster".to_owned(), "checkRoster", json!({ "policy": policy, "roster": people })),
        ("roster without a ciso".to_owned(), "checkRoster", json!({ "policy": policy, "roster": lacking })),
        (
            "catalogue".to_owned(),
            "catalogue",
            json!({ "policy": policy, "past": [past(3, true), past(1, false), past(2, true), under], "at_least": 2 }),
        ),
    ]
}

fn read(text: &str) -> Json {
    serde_json::from_str(text).unwrap()
}

fn list(json: &Json) -> &[Json] {
    json.as_array().unwrap()
}
