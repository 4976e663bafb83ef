//! What somebody signs themselves, and who somebody is.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::panic,
    reason = "a test stops where it cannot go on"
)]

use tollgate::api::trail::{Administer, GivenBy};
use tollgate::api::{self, File};
use tollgate::change::{Actor, Command};
use tollgate::ir::Name;
use tollgate::json::Json;
use tollgate::trail::{Act, Author, Began, Count, Enrolled, Envelope, Hold, LogKey, Revoked, Role, Root};

#[path = "support/lives.rs"]
mod lives;
#[path = "support/log.rs"]
mod support;

use support::{Trail, seed, sign, spki, to_hold, verdict};

/// What a statement is, to the byte: nothing beside its act, something random, no more than an entry has room for.
#[test]
fn a_statement_says_one_thing_and_is_made_once() {
    let mut trail = Trail::new();
    let request = lives::parse(include_str!("../rules/change-management/scenarios/shared.json"));
    let request = request.get("pool").unwrap().clone();
    let create = Command::Create { id: Name::from("CHG-1"), request: request.into() };
    trail.give("CHG-1", create, Actor::Person(Name::from("u-asha"))).unwrap();
    let change = trail.changes["CHG-1"].clone();
    let command = lives::parse(r#"{ "withdraw": { "reason": "Not needed" } }"#);
    let long = "x".repeat(24_000);
    let long = lives::parse(&format!(r#"{{ "withdraw": {{ "reason": "{long}" }} }}"#));
    let act = |members: &[(&str, &Json)]| {
        Json::Object(members.iter().map(|(name, value)| ((*name).to_owned(), (*value).clone())).collect())
    };
    let one = act(&[("command", &command)]);
    for (nonce, what, wanted) in [
        ("1", one.clone(), None),
        ("", one, Some("`predicate.nonce` of its payload: it is empty")),
        (
            "2",
            act(&[("command", &command), ("adopt", &command)]),
            Some("`predicate.act` of its payload: it must hold one act"),
        ),
        ("3", act(&[]), Some("it must hold one act and nothing beside it")),
        ("4", Json::Null, Some("it must hold one act and nothing beside it")),
        ("5", act(&[("command", &long)]), Some("bytes, and at most 24000 are taken in: say it shorter")),
    ] {
        let envelope = trail.act("u-asha", "CHG-1", change.digest, what);
        let stated = Act { nonce: nonce.to_owned(), ..support::stated(&envelope) };
        let payload = stated.payload().unwrap();
        let envelope = Envelope { signatures: vec![sign(&payload, "u-asha")], payload };
        let said = trail.call(Some(change.clone()), GivenBy::Signed(envelope)).map(|answer| answer.ok);
        match wanted {
            None => assert_eq!(said, Ok(true)),
            Some(wanted) => {
                let refused = said.unwrap_err();
                assert_eq!(refused.code, "STATEMENT", "{nonce}");
                assert!(refused.message.contains(wanted), "{}", refused.message);
            }
        }
    }
}

/// Nobody is called nothing: every entry says who did it, and every key whose it is.
#[test]
fn everybody_has_a_name() {
    let mut trail = Trail::new();
    let person = |name: &str| Some(name.to_owned());
    let enrol = |person: Option<String>, machine: Option<String>| {
        let roles = if machine.is_none() { vec![Role::Approver] } else { vec![Role::Pipeline] };
        Administer::Enrol(Enrolled { spki: spki("u-dpo"), roles, person, machine })
    };
    for what in [enrol(person(""), None), enrol(None, person("")), enrol(person(""), person("ci"))] {
        assert!(trail.administer(&what).is_err());
    }
    let hold = to_hold(Hold { change: "CHG-1".to_owned(), reason: "Asked".to_owned() });
    for nobody in [
        Author { person: None, ..Author::person("") },
        Author::person(""),
        Author { machine: person("ci"), ..Author::person("u-cm") },
    ] {
        let made = api::trail::administer(&trail.head, None, &hold, nobody, trail.now);
        assert_eq!(made.map(drop).unwrap_err().code, "BODY");
    }
    trail.administer(&enrol(person("u-dpo"), None)).unwrap();
}

/// A log whose name no checkpoint can have could never sign its head: it does not begin.
#[test]
fn a_log_has_a_name_that_a_checkpoint_can_have() {
    let trail = Trail::new();
    for origin in ["", "three example", "a+b", "x\ny", "x\u{85}y"] {
        let began = Began {
            origin: origin.to_owned(),
            root: Root { keys: vec![spki("root-1")], threshold: 1 },
            log_key: LogKey { spki: spki("log"), person: None },
            nonce: "0123456789abcdef".to_owned(),
        };
        let refused = api::trail::begin(&began, Author::person("u-cm"), trail.now).map(drop).unwrap_err();
        assert_eq!(refused.code, "BAD_ORIGIN", "{origin:?}");
    }
}

/// Personal text is somebody's, and names nobody: under it nothing is kept, and nothing is erased.
#[test]
fn only_what_is_declared_as_a_person_names_one() {
    let mut trail = Trail::new();
    let shipped = lives::shipped();
    let files: Vec<File> = shipped
        .sources
        .iter()
        .map(|(_, file)| {
            let field = "  field watchers           ";
            let more = format!(
                "  field note               \"Note\" : text 1..500 optional editorial personal\n{field}"
            );
            let text = file.text().replacen(field, &more, 1).replace("2026.11", "2026.12");
            File { name: file.name().to_owned(), text }
        })
        .collect();
    let policy = api::compile(&files).0.unwrap();
    trail.adopt(&policy, Some(&shipped), ["u-cm", "u-author"]).unwrap();
    trail.world.policy = policy;
    let request = lives::parse(include_str!("../rules/change-management/scenarios/shared.json"));
    let mut request = request.get("pool").unwrap().clone();
    let Json::Object(members) = &mut request else { unreachable!() };
    members.push(("note".to_owned(), Json::String("I am ill and leave in May".to_owned())));
    members.push(("watchers".to_owned(), Json::Array(vec![Json::String("u-watcher".to_owned())])));
    let create = Command::Create { id: Name::from("CHG-1"), request: request.into() };
    let answer = trail.give("CHG-1", create, Actor::Person(Name::from("u-asha"))).unwrap();
    assert!(answer.ok, "{:?}", answer.reasons);
    let of = |name: &str| {
        let found = trail.disclosures.iter().find(|it| it.told().is_some_and(|(known, _)| known == name));
        found.unwrap().persons.clone()
    };
    assert_eq!((of("note"), of("watchers")), (vec!["u-asha".to_owned()], vec!["u-watcher".to_owned()]));
}

/// It turns out later how long a key has been stolen: what was said of it is said again, from earlier.
#[test]
fn a_revocation_is_moved_to_an_earlier_entry_and_to_no_later_one() {
    let mut trail = Trail::new();
    let key = seed("u-vp").public_key().id();
    let revoke = |from: u64| {
        let reason = "Stolen".to_owned();
        Administer::Revoke(Revoked { key, from: Count(from), reason })
    };
    trail.administer(&revoke(15)).unwrap();
    for (later, code) in [(15, "UNKNOWN_KEY"), (16, "UNKNOWN_KEY"), (99, "BAD_CALL")] {
        assert_eq!(trail.administer(&revoke(later)).unwrap_err().code, code, "{later}");
    }
    let silent = Revoked { key, from: Count(9), reason: " ".to_owned() };
    assert_eq!(trail.administer(&Administer::Revoke(silent)).unwrap_err().code, "REASON_REQUIRED");
    trail.administer(&revoke(9)).unwrap();
    assert_eq!(trail.head.state.keys.get(&key).unwrap().until, Some(Count(9)));
    assert!(verdict(&trail.entries, &[]).is_ok());
}
