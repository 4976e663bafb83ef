//! What was signed, decided or handed over once, given again where it does not belong: by a courier, or by whoever holds the log's key.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::panic,
    reason = "a test stops where it cannot go on"
)]

use tollgate::api::trail::GivenBy;
use tollgate::api::{self, File, Refusal};
use tollgate::change::{Actor, Choice, Command};
use tollgate::ir::Name;
use tollgate::json::{Json, from_serialize};
use tollgate::trail::{Act, Draft, Entry, Envelope, Log};

#[path = "support/lives.rs"]
mod lives;
#[path = "support/moving.rs"]
mod moving;
#[path = "support/log.rs"]
mod support;

use moving::{checked, forged, handed, home, take};
use support::{Trail, sign};

const ID: &str = "CHG-1";

fn code<T>(answer: Result<T, Refusal>) -> String {
    answer.map(drop).unwrap_err().code
}

fn person(id: &str) -> Actor {
    Actor::Person(Name::from(id))
}

fn pool() -> Json {
    let shared = lives::parse(include_str!("../rules/change-management/scenarios/shared.json"));
    shared.get("pool").unwrap().clone()
}

fn asked_for(trail: &mut Trail, id: &str, request: Json) {
    for command in
        [Command::Create { id: Name::from(id), request: request.into() }, Command::Submit, Command::Complete]
    {
        let answer = trail.give(id, command, person("u-asha")).unwrap();
        assert!(answer.ok, "{:?}", answer.reasons);
    }
}

fn waiting(origin: &str) -> Trail {
    let mut trail = Trail::named(origin);
    asked_for(&mut trail, ID, pool());
    trail
}

fn says(trail: &Trail) -> String {
    checked(trail, &[]).0.says
}

/// A vote for one change, put into the entry of another by whoever holds the log's key.
#[test]
fn what_was_signed_of_one_request_is_no_word_on_another() {
    let mut trail = waiting("one.example");
    asked_for(&mut trail, "CHG-2", pool());
    let (one, two) = (trail.changes[ID].clone(), trail.changes["CHG-2"].clone());
    assert_eq!(one.digest, two.digest, "the same is asked for");
    let vote = Command::Vote(lives::ballot(&one, Choice::Approve));
    let of_one = trail.act_on("u-manager", &one, &vote);
    forged(&mut trail, "CHG-2", vote, person("u-manager"), |draft| {
        draft.statements = vec![of_one];
    });
    let at = trail.entries.len() - 1;
    assert_eq!(says(&trail), format!("broken at {at}: `u-manager` signed that of another request than this"));

    // And of the request as it was before.
    let mut trail = waiting("one.example");
    let vote = |trail: &Trail| Command::Vote(lives::ballot(&trail.changes[ID], Choice::Approve));
    let mut other = trail.changes[ID].clone();
    other.digest.bytes[0] ^= 1;
    let command = vote(&trail);
    let stale = trail.act_on("u-manager", &other, &command);
    forged(&mut trail, ID, command, person("u-manager"), |draft| draft.statements = vec![stale]);
    assert!(says(&trail).ends_with("signed that of another request than this"), "{}", says(&trail));
}

/// An unauthorized deployment is recorded as the change that its statement is about.
#[test]
fn a_statement_begins_the_change_that_it_is_about() {
    let mut trail = Trail::named("one.example");
    let roles = vec![tollgate::trail::Role::Pipeline];
    let enrolled = tollgate::trail::Enrolled {
        spki: support::spki("pipeline"),
        roles,
        person: None,
        machine: Some("ci".to_owned()),
    };
    trail.administer(&tollgate::api::trail::Administer::Enrol(enrolled)).unwrap();
    let record = lives::parse(
        r#"{ "command": { "record_unauthorized": { "id": "CHG-1", "deployment": { "id": "D-1" }, "reason": "Nobody asked" } } }"#,
    );
    let stated = |subject: &str| {
        let digest = tollgate::value::Digest::of(b"{}");
        let act = support::stated(&trail.act("u-asha", subject, digest, record.clone()));
        let act = Act { person: None, machine: Some("ci".to_owned()), ..act };
        let payload = act.payload().unwrap();
        GivenBy::Signed(Envelope { signatures: vec![sign(&payload, "pipeline")], payload })
    };
    assert_eq!(code(trail.call(None, stated("REC-9"))), "STATEMENT");
    let answer = trail.call(None, stated(ID)).unwrap();
    assert!(answer.ok, "{:?}", answer.reasons);
}

/// The policy of before, by whoever holds the log's key: neither two authors nor root have said that it is in force again.
#[test]
fn a_change_is_judged_by_the_policy_in_force_or_its_own() {
    let mut trail = waiting("one.example");
    let shipped = lives::shipped();
    let files: Vec<File> = shipped
        .sources
        .iter()
        .map(|(_, file)| File {
            name: file.name().to_owned(),
            text: file.text().replace("2026.11", "2026.12"),
        })
        .collect();
    let next = api::compile(&files).0.unwrap();
    trail.adopt(&next, Some(&shipped), ["u-cm", "u-author"]).unwrap();
    // A change that stands under it goes on under it.
    let vote = Command::Vote(lives::ballot(&trail.changes[ID], Choice::Approve));
    assert!(trail.give(ID, vote, person("u-manager")).unwrap().ok);
    assert!(checked(&trail, &[]).0.ok, "{}", says(&trail));
    // A new one does not, whoever writes its entry.
    let create = Command::Create { id: Name::from("CHG-2"), request: pool().into() };
    assert_eq!(code(trail.prepare("CHG-2", create.clone(), person("u-asha"))), "OTHER_POLICY");
    let mut before = waiting("one.example");
    let answer = before.prepare("CHG-2", create, person("u-asha")).unwrap();
    before.adopt(&next, Some(&shipped), ["u-cm", "u-author"]).unwrap();
    let Entry { kind, id, actor, policy, request, change, engine, body, blobs, .. } =
        Entry::read(&answer.prepared.as_ref().unwrap().payload).unwrap();
    let time = tollgate::trail::Millis(before.now);
    let draft = Draft {
        kind,
        id,
        time,
        actor,
        policy,
        request,
        change,
        engine,
        body: body.json(),
        blobs,
        statements: vec![],
    };
    let log = Log::open(&before.head).unwrap();
    let payload = log.draft(draft).unwrap().payload().unwrap();
    let signatures = vec![sign(&payload, "log")];
    before.head = log.seal(payload, signatures).unwrap().head;
    before.entries.push(before.head.last.clone());
    before.blobs.extend(answer.prepared.unwrap().blobs.into_iter().map(|blob| (blob.digest, blob.text)));
    assert!(says(&before).contains("which is not in force"), "{}", says(&before));
}

/// A bundle counts once: after the change went back, its old one takes nothing over.
#[test]
fn a_bundle_that_was_taken_over_once_is_not_taken_over_again() {
    let (mut one, mut two) = (waiting("one.example"), Trail::named("two.example"));
    let (here, there) = (home(&one), home(&two));
    let first = handed(&mut one, ID, &there).unwrap();
    take(&mut two, &first, &here).unwrap();
    let back = handed(&mut two, ID, &here).unwrap();
    assert_eq!(code(take(&mut two, &first, &here)), "OLD_BUNDLE");
    take(&mut one, &back, &there).unwrap();
    let withdraw = Command::Withdraw { reason: "Not needed".to_owned() };
    assert!(one.give(ID, withdraw, person("u-asha")).unwrap().ok);
    assert_eq!(code(take(&mut two, &first, &here)), "OLD_BUNDLE");

    // Whoever writes it in all the same is found out.
    let mut rogue = two;
    moving::take_unasked(&mut rogue, &first, &here);
    let wanted =
        format!("its bundle is of before entry {} handed change `{ID}` over", rogue.entries.len() - 2);
    assert!(says(&rogue).ends_with(&wanted), "{}", says(&rogue));
}

/// So often a change changes its home, and no more.
#[test]
fn a_change_has_had_seven_homes_at_most() {
    let mut last = waiting("log-0.example");
    for home_of in 1..=7 {
        let mut next = Trail::named(&format!("log-{home_of}.example"));
        let from = home(&last);
        let file = handed(&mut last, ID, &home(&next));
        if home_of == 7 {
            // It stays where it is: another log could take its bundle in, and not be followed afterwards.
            let refused = file.map(drop).unwrap_err();
            assert_eq!(refused.code, "BAD_BUNDLE");
            assert!(
                refused.message.ends_with("it is one home more than the 7 that a change has at most"),
                "{}",
                refused.message
            );
            return;
        }
        take(&mut next, &file.unwrap(), &from).unwrap();
        assert!(checked(&next, &[]).0.ok, "{}", says(&next));
        last = next;
    }
}

/// Who watches a change is personal, and edited like anything else: what was decided of it is decided again, also once it is erased.
#[test]
fn an_edit_of_what_is_personal_is_decided_again_without_it() {
    let with = |names: &[&str]| {
        let mut request = pool();
        let Json::Object(members) = &mut request else { unreachable!() };
        let names = names.iter().map(|name| Json::String((*name).to_owned())).collect();
        members.push(("watchers".to_owned(), Json::Array(names)));
        request
    };
    for (before, after) in
        [(pool(), with(&["u-w1"])), (with(&["u-w1"]), pool()), (with(&["u-w1"]), with(&["u-w2"]))]
    {
        let mut trail = Trail::named("one.example");
        asked_for(&mut trail, ID, before);
        let answer = trail.give(ID, Command::Edit { request: after.into() }, person("u-asha")).unwrap();
        assert!(answer.ok, "{:?}", answer.reasons);
        let events = from_serialize(&answer.events).unwrap();
        assert!(tollgate::json::canonical(&events).contains(r#""changed":["watchers"]"#));
        assert!(checked(&trail, &[]).0.ok, "{}", says(&trail));
        // As it is once it was erased.
        trail.disclosures.clear();
        assert!(checked(&trail, &[]).0.ok, "{}", says(&trail));
        let mut two = Trail::named("two.example");
        let from = home(&trail);
        let file = handed(&mut trail, ID, &home(&two)).unwrap();
        take(&mut two, &file, &from).unwrap();
    }
}
