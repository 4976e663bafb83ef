//! What gates answered and machines found out, as entries: asked of the home log, or signed elsewhere by a pipeline.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::panic,
    reason = "a test stops where it cannot go on"
)]

use tollgate::api::trail::{
    self as api_trail, Administer, Check, CheckAnswer, GateAsked, GateCall, GivenBy, gate_statement,
};
use tollgate::api::{self, File, Refusal, Workflow};
use tollgate::change::{Actor, Command, Machine};
use tollgate::ir::Name;
use tollgate::json::Json;
use tollgate::trail::{Act, Enrolled, Envelope, Kind, Role};
use tollgate::value::Digest;

#[path = "support/lives.rs"]
mod lives;
#[path = "support/log.rs"]
mod support;

use support::{Kept, Trail, entry, sign, spki};

/// A trail with a change that is open, and keys for two programs.
fn begun() -> Trail {
    let mut trail = Trail::new();
    for (key, machine) in [("pipeline", "ci"), ("u-manager-2", "suites")] {
        let roles = vec![Role::Pipeline];
        let enrolled = Enrolled { spki: spki(key), roles, person: None, machine: Some(machine.to_owned()) };
        trail.administer(&Administer::Enrol(enrolled)).unwrap();
    }
    let request = lives::parse(include_str!("../rules/change-management/scenarios/shared.json"));
    let request = request.get("pool").unwrap().clone();
    let asha = || Actor::Person(Name::from("u-asha"));
    trail
        .give("CHG-1", Command::Create { id: Name::from("CHG-1"), request: request.into() }, asha())
        .unwrap();
    trail.give("CHG-1", Command::Submit, asha()).unwrap();
    trail
}

fn call(trail: &Trail, id: &str, asked: GateAsked) -> GateCall {
    GateCall {
        head: trail.head.clone(),
        roster: trail.roster.clone(),
        register: Json::Object(Vec::new()),
        id: id.to_owned(),
        change: trail.changes.get(id).cloned(),
        signed: support::signers_of(trail, id),
        asked,
        now: trail.now,
    }
}

fn keep(trail: &mut Trail, call: &GateCall) -> Result<Json, Refusal> {
    let told = api_trail::ask_gate(&trail.world.policy, call)?;
    trail.keep(&told.prepared)?;
    Ok(told.answer)
}

/// What a program signs.
fn signed(trail: &Trail, machine: &str, key: &str, subject: &str, digest: Digest, act: Json) -> Envelope {
    let act = trail.act("u-asha", subject, digest, act);
    let act = Act { person: None, machine: Some(machine.to_owned()), ..support::stated(&act) };
    let payload = act.payload().unwrap();
    Envelope { signatures: vec![sign(&payload, key)], payload }
}

fn checked(trail: &Trail) -> CheckAnswer {
    let mut check = Check::new(&[], &[], Some(|files: &[File]| api::compile(files).0.ok())).unwrap();
    for stored in &trail.entries {
        check.take(stored.as_bytes(), &Kept(trail));
    }
    check.finish()
}

fn host(actor: Machine) -> GateAsked {
    GateAsked::Host { facts: Json::Object(Vec::new()), actor: Actor::Machine(actor) }
}

#[test]
fn what_the_home_log_answers_is_an_entry_and_is_answered_again_alike() {
    let mut trail = begun();
    let before = trail.head.state.open.get("CHG-1").unwrap().digest;
    let decided = checked(&trail).decided_again.unwrap();
    let asked = call(&trail, "CHG-1", host(Machine::Ci));
    let answer = keep(&mut trail, &asked).unwrap();
    assert_eq!(answer.get("allow"), Some(&Json::Bool(false)));
    let made = entry(trail.entries.last().unwrap());
    assert_eq!((made.kind, made.actor.machine.as_deref()), (Kind::GateAnswered, Some("ci")));
    assert_eq!(trail.head.state.open.get("CHG-1").unwrap().digest, before, "a gate moves no change");
    // A deployment that no change allows is on record, too (S-09, D-11).
    let asked = call(&trail, "CHG-9", host(Machine::Ci));
    assert!(tollgate::json::canonical(&keep(&mut trail, &asked).unwrap()).contains("NO_CHANGE"));
    let answer = checked(&trail);
    assert_eq!(
        (answer.verdict, answer.decided_again),
        ("self-consistent", Some(decided + 2)),
        "{}",
        answer.says
    );

    // Another version may word its reasons otherwise.
    let mut told =
        api_trail::ask_gate(&trail.world.policy, &call(&trail, "CHG-1", host(Machine::Ci))).unwrap();
    assert!(told.prepared.payload.contains("\"message\":\""));
    told.prepared.payload = told.prepared.payload.replace("\"message\":\"", "\"message\":\"In other words: ");
    trail.keep(&told.prepared).unwrap();
    assert!(checked(&trail).ok, "{}", checked(&trail).says);

    // An answer that says something else than the policy does is a finding, at its place.
    let mut told =
        api_trail::ask_gate(&trail.world.policy, &call(&trail, "CHG-1", host(Machine::Ci))).unwrap();
    told.prepared.payload = told.prepared.payload.replace("\"allow\":false", "\"allow\":true");
    trail.keep(&told.prepared).unwrap();
    let answer = checked(&trail);
    let at = trail.entries.len() - 1;
    assert_eq!(
        answer.says,
        format!("re-decided differently at {at}: the gate answers differently; 1 in all")
    );
}

#[test]
fn a_pipeline_signs_what_it_was_answered_elsewhere() {
    let mut trail = begun();
    let change = trail.changes["CHG-1"].clone();
    let policy = trail.world.policy.ir.identity.digest;
    let facts = Json::Object(Vec::new());
    let answer = api::gate(&trail.world.policy, &Workflow::default(), Some(&change), &facts, trail.now);
    let asked = gate_statement(&change, &facts, &answer, policy).unwrap();
    let code = |answer: Result<Json, Refusal>| answer.unwrap_err().code;

    let by = |trail: &Trail, machine: &str, key: &str| {
        GateAsked::Signed(signed(trail, machine, key, &asked.subject, asked.digest, asked.act.clone()))
    };
    // Only under its own name, with its own key, and about the request as it is.
    for (machine, key) in [("ci", "u-manager-2"), ("suites", "pipeline"), ("ci", "u-manager")] {
        let call = call(&trail, "CHG-1", by(&trail, machine, key));
        assert_eq!(code(keep(&mut trail, &call)), "STATEMENT", "{machine} with the key of {key}");
    }
    let other = signed(&trail, "ci", "pipeline", "CHG-1", Digest::of(b"another"), asked.act.clone());
    let stale = call(&trail, "CHG-1", GateAsked::Signed(other));
    assert_eq!(code(keep(&mut trail, &stale)), "STALE_STATEMENT");
    let good = call(&trail, "CHG-1", by(&trail, "ci", "pipeline"));
    keep(&mut trail, &good).unwrap();
    let made = entry(trail.entries.last().unwrap());
    assert_eq!((made.actor.role.as_deref(), made.statements.len()), (Some("pipeline"), 1));
    let twice = call(&trail, "CHG-1", good.asked);
    assert_eq!(code(keep(&mut trail, &twice)), "STATEMENT", "it counts once");
    let decided = checked(&trail);
    assert_eq!(decided.verdict, "self-consistent", "{}", decided.says);

    // The log cannot make another answer of it.
    let statement = by(&trail, "ci", "pipeline");
    let mut told = api_trail::ask_gate(&trail.world.policy, &call(&trail, "CHG-1", statement)).unwrap();
    told.prepared.payload = told.prepared.payload.replacen("\"allow\":false", "\"allow\":true", 1);
    trail.keep(&told.prepared).unwrap();
    let says = checked(&trail).says;
    assert!(says.ends_with("`ci` signed another answer than this"), "{says}");
}

/// Where no window is planned, a freeze counts at the moment at which the gate is asked.
#[test]
fn a_freeze_of_now_denies_where_no_window_is_planned() {
    let trail = begun();
    let codes = |from: &str, to: &str| {
        let freeze = format!(r#"{{ "freezes": [{{ "id": "AUDIT", "from": "{from}", "to": "{to}" }}] }}"#);
        let asked = GateCall { register: lives::parse(&freeze), ..call(&trail, "CHG-1", host(Machine::Ci)) };
        let told = api_trail::ask_gate(&trail.world.policy, &asked).unwrap();
        tollgate::json::canonical(&told.answer)
    };
    assert!(codes("2026-02-03T00:00:00Z", "2026-02-04T00:00:00Z").contains(r#""code":"FREEZE""#));
    assert!(!codes("2026-02-04T00:00:00Z", "2026-02-05T00:00:00Z").contains(r#""code":"FREEZE""#));
}

/// What a pipeline reports is its word: what the log itself would have said stands beside it, and is decided again.
#[test]
fn an_answer_that_was_reported_stands_beside_that_of_the_log() {
    let mut trail = begun();
    let change = trail.changes["CHG-1"].clone();
    let policy = trail.world.policy.ir.identity.digest;
    let facts = Json::Object(Vec::new());
    let withdraw = Command::Withdraw { reason: "Not needed".to_owned() };
    assert!(trail.give("CHG-1", withdraw, Actor::Person(Name::from("u-asha"))).unwrap().ok);
    let answer = api::gate(&trail.world.policy, &Workflow::default(), Some(&change), &facts, trail.now);
    let allowed = tollgate::change::GateAnswer { allow: true, reasons: Vec::new(), ..answer };
    let asked = gate_statement(&change, &facts, &allowed, policy).unwrap();
    let report = |trail: &Trail, act: Json| {
        let envelope = signed(trail, "ci", "pipeline", &asked.subject, asked.digest, act);
        api_trail::ask_gate(&trail.world.policy, &call(trail, "CHG-1", GateAsked::Signed(envelope)))
    };
    let told = report(&trail, asked.act.clone()).unwrap();
    let says = |json: &Json| tollgate::json::canonical(json);
    assert!(says(&told.answer).contains(r#""allow":true"#));
    let here = says(told.here.as_ref().unwrap());
    assert!(here.contains(r#""allow":false"#) && here.contains(r#""state":"withdrawn""#), "{here}");
    trail.keep(&told.prepared).unwrap();
    assert_eq!(says(&entry(trail.entries.last().unwrap()).body.get("here").unwrap()), here);
    assert!(checked(&trail).ok, "{}", checked(&trail).says);

    // By another policy than that of the change it is no answer about it, and nothing stands beside it.
    let other = gate_statement(&change, &facts, &allowed, Digest::of(b"another")).unwrap();
    assert_eq!(report(&trail, other.act).map(drop).unwrap_err().code, "STALE_STATEMENT");
    for (place, code) in [("act", "STATEMENT"), ("gate", "STALE_STATEMENT")] {
        let mut act = asked.act.clone();
        let Json::Object(members) = &mut act else { unreachable!() };
        let more = ("more".to_owned(), Json::Bool(true));
        match (place, &mut members[0].1) {
            ("gate", Json::Object(told)) => told.push(more),
            _ => members.push(more),
        }
        assert_eq!(report(&trail, act).map(drop).unwrap_err().code, code, "beside the {place}");
    }

    // The log cannot make it say that it agreed.
    let mut told = report(&trail, asked.act.clone()).unwrap();
    let payload = &told.prepared.payload;
    let at = payload.find(r#""here":"#).unwrap();
    let forged = payload[at..].replacen(r#""allow":false"#, r#""allow":true"#, 1);
    told.prepared.payload = format!("{}{forged}", &payload[..at]);
    trail.keep(&told.prepared).unwrap();
    let says = checked(&trail).says;
    assert!(says.contains("the gate answers differently"), "{says}");
}

#[test]
fn test_results_come_signed_by_the_machine_that_ran_them() {
    let mut trail = begun();
    let change = trail.changes["CHG-1"].clone();
    let report = lives::parse(r#"{ "report": { "facts": { "staging": { "compliance": "passed" } } } }"#);
    let command = Json::Object(vec![("command".to_owned(), report)]);
    let stated = |trail: &Trail, machine: &str, key: &str| {
        GivenBy::Signed(signed(trail, machine, key, "CHG-1", change.digest, command.clone()))
    };
    let foreign = trail.call(Some(change.clone()), stated(&trail, "suites", "pipeline"));
    assert_eq!(foreign.map(drop).unwrap_err().code, "STATEMENT");
    let answer = trail.call(Some(change.clone()), stated(&trail, "suites", "u-manager-2")).unwrap();
    trail.keep(answer.prepared.as_ref().unwrap()).unwrap();
    let made = entry(trail.entries.last().unwrap());
    assert_eq!((made.actor.machine.as_deref(), made.statements.len()), (Some("suites"), 1));
    assert!(checked(&trail).ok, "{}", checked(&trail).says);
}

/// A key speaks for what it was enrolled for: that of an officer or of a policy author casts no vote.
#[test]
fn a_key_speaks_for_what_it_was_enrolled_for() {
    let mut trail = begun();
    let roles = vec![Role::DataProtectionOfficer];
    let enrolled = Enrolled { spki: spki("u-dpo"), roles, person: Some("u-dpo".to_owned()), machine: None };
    trail.administer(&Administer::Enrol(enrolled)).unwrap();
    let change = trail.changes["CHG-1"].clone();
    let command = Command::Withdraw { reason: "Not needed".to_owned() };
    let statement = trail.act_on("u-dpo", &change, &command);
    let refused = trail.call(Some(change), GivenBy::Signed(statement)).map(drop).unwrap_err();
    assert_eq!(refused.code, "UNSIGNED", "{}", refused.message);
}
