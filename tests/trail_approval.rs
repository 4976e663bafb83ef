//! An approval as a file: what a job makes of it that has neither the log nor a server. The cases are lines of
//! `tests/data/trail/approvals.jsonl`: what differs from a call that is allowed, and the codes of every reason.
//!
//! `log`, `change`, `facts` (merged; `null` takes one away), `register`, `revoked` (whose keys), `max_age_ms` and `now` are what the job says;
//! `file`, `replace`, `cut`, `without` (the n-th entry of a kind) and `blobless` what became of the file on its way.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::panic,
    reason = "a test stops where it cannot go on"
)]

use tollgate::api::trail::{
    self as api_trail, Administer, ApprovalAnswer, ApprovalCall, ApprovalFile, CommandCall, GateAsked,
    GateCall, GivenBy, ask_approval,
};
use tollgate::api::{self, File, Refusal};
use tollgate::change::{Actor, Choice, Command, Machine};
use tollgate::ir::Name;
use tollgate::json::{self, Json, canonical, from_serialize};
use tollgate::trail::{Count, Home, Revoked, Rotated};
use tollgate::value::Duration;

#[path = "support/lives.rs"]
mod lives;
#[path = "support/moving.rs"]
mod moving;
#[path = "support/log.rs"]
mod support;

use moving::{ask, asked_of, checked};
use support::{Trail, entry, seed};

const ID: &str = "CHG-1009";

/// What the job knows: it took the snapshot itself, and says what it is about to deploy, and where.
const FACTS: &str = r#"{
  "pipeline": { "env": "production", "artifact": "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" },
  "snapshot": { "digest": "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb", "taken_at": "2026-02-10T21:30:00+05:30", "restore_test": "passed" }
}"#;

/// A trail with a change that the board approved, and that waits for its window: everything but the way back is reported.
fn approved() -> Trail {
    let mut trail = Trail::new();
    let shared = lives::parse(include_str!("../rules/change-management/scenarios/shared.json"));
    let planned = lives::parse(
        r#"{ "planned": { "start": "2026-02-10T21:00:00+05:30", "end": "2026-02-13T06:00:00+05:30" } }"#,
    );
    let request = merged(shared.get("embedding").unwrap().clone(), &planned);
    let person = |id: &str| Actor::Person(Name::from(id));
    let mut give = |at: &str, command: Command, actor: Actor| {
        trail.now = trail.world.at(at);
        let answer = trail.give(ID, command, actor).unwrap();
        assert!(answer.ok, "{:?}", answer.reasons);
        trail.changes[ID].clone()
    };
    let submitted = "2026-02-03T11:00:00+05:30";
    for command in [Command::Create { id: Name::from(ID), request: request.into() }, Command::Submit] {
        give(submitted, command, person("u-asha"));
    }
    let mut change = give(submitted, Command::Complete, person("u-asha"));
    for voter in ["u-architect", "u-ciso", "u-compliance", "u-finance"] {
        change = give(
            "2026-02-05T10:00:00+05:30",
            Command::Vote(lives::ballot(&change, Choice::Approve)),
            person(voter),
        );
    }
    let command = |text: &str| json::to_typed::<Command>(&lives::parse(text)).unwrap();
    let schedule = command(r#"{ "schedule": { "implementer": "u-impl" } }"#);
    give("2026-02-06T10:00:00+05:30", schedule, person("u-asha"));
    let baseline = command(r#"{ "report": { "facts": { "baseline": { "samples": 1440 } } } }"#);
    give("2026-02-10T21:59:00+05:30", baseline, Actor::Machine(Machine::Monitor));
    let shipper = lives::parse(r#"{ "log_shipper": { "healthy_at": "2026-02-10T21:59:00+05:30" } }"#);
    let facts = merged(shared.get("from_ci").unwrap().clone(), &shipper);
    give("2026-02-10T21:59:00+05:30", Command::Report { facts: facts.into() }, Actor::Machine(Machine::Ci));
    trail.now = trail.world.at("2026-02-10T21:59:30+05:30");
    trail
}

/// Puts members of an object over those of another, as deep as both are objects.
fn merged(mut json: Json, over: &Json) -> Json {
    let (Json::Object(members), Json::Object(others)) = (&mut json, over) else { return over.clone() };
    for (name, value) in others {
        let known = members.iter().position(|(known, _)| known == name);
        let before = known.map_or(Json::Object(Vec::new()), |at| members.remove(at).1);
        if *value != Json::Null {
            members.push((name.clone(), merged(before, value)));
        }
    }
    json
}

/// The file, as the log makes it.
fn made(trail: &Trail) -> Result<ApprovalFile, Refusal> {
    moving::approval(trail, ID)
}

fn text(file: &ApprovalFile) -> String {
    canonical(&from_serialize(file).unwrap())
}

fn call(trail: &Trail, file: String) -> ApprovalCall {
    ApprovalCall {
        file,
        log: Home { origin: trail.head.state.origin.clone(), log: trail.head.state.log },
        change: None,
        facts: lives::parse(FACTS),
        register: None,
        revoked: Vec::new(),
        max_age: Duration::from_ms(600_000),
        now: trail.world.at("2026-02-10T22:00:00+05:30"),
    }
}

fn asked(call: &ApprovalCall) -> ApprovalAnswer {
    ask_approval(call, |files: &[File]| api::compile(files).0.ok())
}

fn codes(answer: &ApprovalAnswer) -> Vec<String> {
    assert_eq!(answer.allow, answer.reasons.is_empty());
    answer.reasons.iter().map(|reason| reason.code.to_string()).collect()
}

/// What became of the file on its way.
fn tampered(case: &Json, genuine: &ApprovalFile) -> String {
    let mut file = genuine.clone();
    if let Some(Json::Array(entry_of)) = case.get("without") {
        let (kind, nth) = (word(&entry_of[0]), number(&entry_of[1]));
        let of_kind = file.approval.entries.iter().enumerate();
        let of_kind = of_kind.filter(|(_, it)| entry(&it.stored).kind.word() == kind);
        let at = of_kind.map(|(at, _)| at).nth(nth).unwrap();
        file.approval.entries.remove(at);
    }
    if case.get("blobless").is_some() {
        file.approval.blobs.clear();
    }
    let mut text = text(&file);
    if let Some(Json::Array(words)) = case.get("replace") {
        let (from, to) = (word(&words[0]), word(&words[1]));
        assert!(text.contains(&from), "{from} is not in it");
        text = text.replacen(&from, &to, 1);
    }
    if let Some(length) = case.get("cut") {
        text.truncate(number(length));
    }
    case.get("file").map_or(text, word)
}

fn word(json: &Json) -> String {
    json::to_typed(json).unwrap()
}

fn number(json: &Json) -> usize {
    usize::try_from(json::to_typed::<u64>(json).unwrap()).unwrap()
}

#[test]
fn the_cases() {
    let mut trail = approved();
    ask(&mut trail, ID);
    let genuine = made(&trail).unwrap();
    let lines = include_str!("data/trail/approvals.jsonl").lines();
    for line in lines {
        let case = lives::parse(line);
        let name = word(case.get("name").unwrap());
        let mut call = call(&trail, tampered(&case, &genuine));
        if let Some(log) = case.get("log") {
            call.log = json::to_typed(&merged(from_serialize(&call.log).unwrap(), log)).unwrap();
        }
        call.change = case.get("change").map(word);
        call.facts = case.get("facts").map_or(call.facts.clone(), |facts| merged(call.facts.clone(), facts));
        call.register = case.get("register").map(|register| json::to_typed(register).unwrap());
        if let Some(Json::Array(whose)) = case.get("revoked") {
            call.revoked = whose.iter().map(|of| seed(&word(of)).public_key().id()).collect();
        }
        if let Some(ms) = case.get("max_age_ms") {
            call.max_age = Duration::from_ms(i64::try_from(number(ms)).unwrap());
        }
        call.now = case.get("now").map_or(call.now, |now| trail.world.at(&word(now)));
        let answer = asked(&call);
        let wanted: Vec<String> = json::to_typed(case.get("codes").unwrap()).unwrap();
        let found = codes(&answer);
        if case.get("at_least").is_some() {
            assert!(wanted.iter().all(|code| found.contains(code)), "{name}: {found:?}");
        } else {
            assert_eq!(found, wanted, "{name}: {:?}", answer.reasons);
        }
        if let Some(says) = case.get("says") {
            let message = &answer.reasons[0].message;
            assert!(message.contains(&word(says)), "{name}: {message}");
        }
        // What cannot be believed says nothing of the change.
        let believed = !wanted.iter().any(|code| code == "BAD_APPROVAL" || code == "OTHER_LOG");
        assert_eq!((answer.state.is_some(), answer.approval.is_some()), (believed, believed), "{name}");
    }
}

#[test]
fn it_says_which_request_under_which_policy_as_of_when() {
    let mut trail = approved();
    ask(&mut trail, ID);
    let file = text(&made(&trail).unwrap());
    assert!(!file.contains("u-watcher") && trail.disclosures.iter().all(|it| !file.contains(&it.text)));
    let approval = asked(&call(&trail, file)).approval.unwrap();
    let change = &trail.changes[ID];
    assert_eq!(
        (approval.change.as_str(), approval.request, approval.revision),
        (ID, change.digest, change.revision)
    );
    assert_eq!(approval.policy.digest, trail.world.policy.ir.identity.digest);
    assert_eq!((approval.as_of, approval.size), (trail.now, trail.entries.len() as u64));
    // Eleven commands of the change, and the gate.
    assert_eq!(approval.decided_again, 11);
}

#[test]
fn every_flipped_bit_is_denied() {
    let mut trail = approved();
    ask(&mut trail, ID);
    let genuine = text(&made(&trail).unwrap());
    for at in (0..genuine.len()).step_by(genuine.len() / 60) {
        let mut bytes = genuine.clone().into_bytes();
        bytes[at] ^= 1;
        let Ok(file) = String::from_utf8(bytes) else { continue };
        assert!(!asked(&call(&trail, file)).allow, "byte {at}");
    }
}

#[test]
fn what_the_log_learned_since_is_in_a_file_that_is_made_anew() {
    let mut trail = approved();
    ask(&mut trail, ID);
    let before = text(&made(&trail).unwrap());
    let hold: Command =
        json::to_typed(&lives::parse(r#"{ "hold": { "reason": "The vendor called" } }"#)).unwrap();
    assert!(trail.give(ID, hold, Actor::Person(Name::from("u-cm"))).unwrap().ok);
    // The old file cannot know; that is what its age is for.
    assert_eq!(codes(&asked(&call(&trail, before))), [""; 0]);
    assert_eq!(made(&trail).unwrap_err().code, "BAD_APPROVAL", "it ends with what a gate answered");
    ask(&mut trail, ID);
    assert_eq!(codes(&asked(&call(&trail, text(&made(&trail).unwrap())))), ["ON_HOLD"]);
    // A gate that was asked for no change ends no file.
    ask(&mut trail, "CHG-9");
    assert_eq!(made(&trail).unwrap_err().code, "BAD_APPROVAL");
    // Nor does anything end one of a change that is over.
    let withdraw = Command::Withdraw { reason: "Not needed any more".to_owned() };
    assert!(trail.give(ID, withdraw, Actor::Person(Name::from("u-asha"))).unwrap().ok);
    ask(&mut trail, ID);
    assert_eq!(made(&trail).unwrap_err().code, "CLOSED_CHANGE");
}

#[test]
fn a_vote_by_a_key_that_was_lost_before_counts_for_nothing() {
    let mut trail = approved();
    // The vote of the CISO is entry 21.
    let key = seed("u-ciso").public_key().id();
    for (from, codes_of) in [(22, vec![]), (21, vec!["KEY_REVOKED"])] {
        let mut trail = approved();
        let revoked = Revoked { key, from: Count(from), reason: "Its laptop was stolen".to_owned() };
        trail.administer(&Administer::Revoke(revoked)).unwrap();
        // The log's own gate says so, and whoever decides again; a host that left out who signed is found.
        let counts = codes_of.is_empty();
        let says_so = |answer: &Json| canonical(answer).contains("KEY_REVOKED");
        assert_eq!(says_so(&ask(&mut trail, ID)), !counts, "from {from}");
        assert!(checked(&trail, &[]).0.ok, "{}", checked(&trail, &[]).0.says);
        assert_eq!(codes(&asked(&call(&trail, text(&made(&trail).unwrap())))), codes_of, "from {from}");
        let told = asked_of(&trail, ID, Vec::new());
        assert!(!says_so(&told.answer), "from {from}");
        trail.keep(&told.prepared).unwrap();
        let verdict = checked(&trail, &[]).0.verdict;
        assert_eq!(verdict == "re-decided differently", !counts, "from {from}: {verdict}");
    }
    ask(&mut trail, ID);
    assert!(asked(&call(&trail, text(&made(&trail).unwrap()))).allow);
}

/// A deployment that the log let begin by such a vote, as its host left out who signed, is found by whoever decides again.
#[test]
fn no_deployment_begins_by_such_a_vote_whatever_its_host_leaves_out() {
    let mut trail = approved();
    let key = seed("u-ciso").public_key().id();
    let revoked = Revoked { key, from: Count(21), reason: "Its laptop was stolen".to_owned() };
    trail.administer(&Administer::Revoke(revoked)).unwrap();
    let ci = || Actor::Machine(Machine::Ci);
    let facts = json::to_typed(&lives::parse(&format!(r#"{{ "report": {{ "facts": {FACTS} }} }}"#))).unwrap();
    assert!(trail.give(ID, facts, ci()).unwrap().ok);
    trail.now = trail.world.at("2026-02-10T22:00:00+05:30");
    let start: Command =
        json::to_typed(&lives::parse(r#"{ "start": { "implementer": "u-impl" } }"#)).unwrap();
    let refused = trail.give(ID, start.clone(), ci()).unwrap();
    assert_eq!((refused.ok, &*refused.reasons[0].code), (false, "KEY_REVOKED"));
    assert!(checked(&trail, &[]).0.ok, "{}", checked(&trail, &[]).0.says);

    let call = CommandCall {
        head: trail.head.clone(),
        roster: trail.roster.clone(),
        register: Json::Object(Vec::new()),
        change: trail.changes.get(ID).cloned(),
        signed: Vec::new(),
        act: GivenBy::Host { command: start, actor: ci() },
        now: trail.now,
        random: vec![0; 32],
    };
    let begun = api_trail::command(&trail.world.policy, &call).unwrap();
    assert!(begun.ok, "{:?}", begun.reasons);
    trail.keep(&begun.prepared.unwrap()).unwrap();
    let says = checked(&trail, &[]).0.says;
    assert!(says.ends_with("`start` is decided differently; 1 in all"), "{says}");
}

/// What a change does not rest on denies it nothing: a key that never voted signed its own rotation. The root key that enrolled its
/// voters it does rest on.
#[test]
fn only_what_a_change_rests_on_is_held_against_it() {
    let revoke = |trail: &mut Trail, of: &str| {
        let key = seed(of).public_key().id();
        let revoked = Revoked { key, from: Count(1), reason: "Its laptop was stolen".to_owned() };
        trail.administer(&Administer::Revoke(revoked)).unwrap();
        ask(trail, ID);
        codes(&asked(&call(trail, text(&made(trail).unwrap()))))
    };
    let mut trail = approved();
    let rotated = Rotated { old: seed("u-vp").public_key().id(), new: support::spki("u-manager-2") };
    trail.administer(&Administer::Rotate(rotated)).unwrap();
    assert_eq!(revoke(&mut trail, "u-vp"), [""; 0]);
    assert_eq!(revoke(&mut trail, "root-1"), ["KEY_REVOKED"]);

    // A policy that a stolen key adopted is adopted anew, by others.
    for (anew, found) in [(false, vec!["KEY_REVOKED"]), (true, vec![])] {
        let mut trail = approved();
        if anew {
            let policy = lives::shipped();
            trail.adopt(&policy, Some(&policy), ["u-cm", "u-asha"]).unwrap();
        }
        assert_eq!(revoke(&mut trail, "u-author"), found, "adopted anew: {anew}");
    }
}

/// Whoever holds the log's key writes what they like, and whoever decides again finds that the policy did not say so.
#[test]
fn an_answer_that_the_policy_did_not_give_is_denied() {
    let mut trail = approved();
    let call_of_gate = GateCall {
        head: trail.head.clone(),
        roster: trail.roster.clone(),
        register: Json::Object(Vec::new()),
        id: ID.to_owned(),
        change: trail.changes.get(ID).cloned(),
        signed: support::signers_of(&trail, ID),
        asked: GateAsked::Host { facts: Json::Object(Vec::new()), actor: Actor::Machine(Machine::Ci) },
        now: trail.now,
    };
    let mut told = api_trail::ask_gate(&trail.world.policy, &call_of_gate).unwrap();
    told.prepared.payload = told.prepared.payload.replace("\"allow\":false", "\"allow\":true");
    trail.keep(&told.prepared).unwrap();
    let answer = asked(&call(&trail, text(&made(&trail).unwrap())));
    assert_eq!(codes(&answer), ["DECIDED_OTHERWISE"]);
    assert!(
        answer.reasons[0].message.ends_with("the gate answers differently"),
        "{}",
        answer.reasons[0].message
    );
}
