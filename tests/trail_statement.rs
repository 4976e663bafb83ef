//! What somebody signs themselves, and who somebody is.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::panic,
    reason = "a test stops where it cannot go on"
)]

use tollgate::api;
use tollgate::api::trail::{Administer, GivenBy};
use tollgate::change::{Actor, Command};
use tollgate::ir::Name;
use tollgate::json::Json;
use tollgate::trail::{Act, Author, Enrolled, Envelope, Hold, Role};

#[path = "support/lives.rs"]
mod lives;
#[path = "support/log.rs"]
mod support;

use support::{Trail, sign, spki};

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
    let hold = Administer::Hold(Hold { change: "CHG-1".to_owned(), reason: "Asked".to_owned() });
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
