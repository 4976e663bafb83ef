//! How large an entry may be, and what is said in it: long words are kept, and what no entry has room for is refused before anybody signs.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::panic,
    reason = "a test stops where it cannot go on"
)]

use tollgate::api::Refusal;
use tollgate::api::trail::{self as api_trail, Administer, Officers};
use tollgate::change::{Actor, Change, Choice, Command};
use tollgate::ir::Name;
use tollgate::json::{Json, from_serialize};
use tollgate::trail::{
    Author, Count, Enrolled, Envelope, Erased, Hold, Log, MOST_ACT_BYTES, MOST_BYTES, Revoked, Role,
    stored_bytes,
};

#[path = "support/lives.rs"]
mod lives;
#[path = "support/log.rs"]
mod support;

use support::{Trail, again, entry, seed, sign, spki, to_hold, verdict};

const ID: &str = "CHG-1";

/// From what fits easily over both sides of what is kept beside an entry to far more.
const LENGTHS: [usize; 6] = [10, 8_100, 8_150, 8_192, 8_193, 30_000];

fn hold(reason: usize) -> Hold {
    Hold { change: ID.to_owned(), reason: "x".repeat(reason) }
}

/// Nothing is stored, and nobody was asked to sign.
fn refused(trail: &Trail, what: &Administer) -> Refusal {
    api_trail::administer(&trail.head, None, what, Author::person("u-cm"), trail.now).unwrap_err()
}

#[test]
fn a_reason_of_a_hold_or_a_revocation_may_be_long() {
    let mut trail = Trail::new();
    for (at, length) in LENGTHS.into_iter().enumerate() {
        trail.administer(&to_hold(hold(length))).unwrap();
        trail.administer(&Administer::LiftHold(hold(length))).unwrap();
        let key =
            seed(["u-nobody", "u-dep", "u-business", "u-devops", "u-vp", "u-finance"][at]).public_key().id();
        let from = Count(trail.entries.len() as u64 + 1);
        trail.administer(&Administer::Revoke(Revoked { key, from, reason: "x".repeat(length) })).unwrap();
    }
    assert!(trail.entries.iter().rev().take(18).all(|stored| entry(stored).blobs.is_empty()));
    assert!(verdict(&trail.entries, &[]).is_ok());
    assert_eq!(again(&trail, &trail.entries).1, []);
}

#[test]
fn what_no_entry_has_room_for_is_refused_before_it_is_signed() {
    let trail = Trail::new();
    let key = seed("u-nobody").public_key().id();
    let revoked = Revoked { key, from: Count(17), reason: "x".repeat(60_000) };
    for what in [to_hold(hold(60_000)), Administer::Revoke(revoked)] {
        let Refusal { code, path, help, message, .. } = refused(&trail, &what);
        assert_eq!((code.as_str(), path.as_deref()), ("ENTRY_TOO_LARGE", Some("reason")), "{message}");
        assert!(
            message.contains("at most 65535 are stored") && help.unwrap().contains("SHA-256"),
            "{message}"
        );
    }
    // To the byte: the longest reason that is taken is stored, and one byte more is refused.
    let fits = |length: usize| {
        api_trail::administer(&trail.head, None, &to_hold(hold(length)), Author::person("u-cm"), trail.now)
    };
    let (mut longest, mut refused) = (40_000, 60_000);
    while refused - longest > 1 {
        let length = usize::midpoint(longest, refused);
        if fits(length).is_ok() { longest = length } else { refused = length }
    }
    let mut stored = Trail::new();
    stored.administer(&to_hold(hold(longest))).unwrap();
    assert!((MOST_BYTES - 4..=MOST_BYTES).contains(&stored.entries.last().unwrap().len()));
}

#[test]
fn the_size_of_what_is_stored_is_known_before_it_is_signed() {
    for length in 0..9 {
        for signatures in 1..5 {
            let payload = "x".repeat(length);
            let signatures = vec![sign(&payload, "log"); signatures];
            let envelope = Envelope { payload, signatures: signatures.clone() };
            assert_eq!(envelope.text().len(), stored_bytes(length, signatures.len()));
        }
    }
}

#[test]
fn an_erasure_says_its_reason_beside_a_list_of_any_length() {
    let mut trail = Trail::new();
    let roles = vec![Role::DataProtectionOfficer];
    let enrolled = Enrolled { spki: spki("u-dpo"), roles, person: Some("u-dpo".to_owned()), machine: None };
    trail.administer(&Administer::Enrol(enrolled)).unwrap();
    let erased = |digests: usize, reason: usize| Erased {
        person: format!("u-{digests}"),
        digests: (0..digests).map(|at| tollgate::trail::disclosure_digest(&at.to_string())).collect(),
        reason: "x".repeat(reason),
    };
    // Neither the list nor the reason is large by itself, and both together are.
    for digests in [1, 130, 140, 160, 177, 178, 179, 400] {
        let erase = Officers::Erase(erased(digests, 2_000));
        let asked = erase.to_state(&Log::open(&trail.head).unwrap(), trail.now).unwrap();
        let statement = trail.act("u-dpo", &asked.subject, asked.digest, asked.act);
        trail.administer(&Administer::Officers(erase, statement)).unwrap();
    }
    assert!(verdict(&trail.entries, &[]).is_ok());
    assert_eq!(again(&trail, &trail.entries).1, []);
    let long = Officers::Erase(erased(1, 2_001)).to_state(&Log::open(&trail.head).unwrap(), trail.now);
    let Refusal { code, path, .. } = long.unwrap_err();
    assert_eq!((code.as_str(), path.as_deref()), ("REASON_TOO_LONG", Some("reason")));
}

/// A trail with a change that waits for a vote, and the vote with a comment of so many characters, as it is signed.
fn waiting() -> Trail {
    let mut trail = Trail::new();
    let shared = lives::parse(include_str!("../rules/change-management/scenarios/shared.json"));
    let request = shared.get("pool").unwrap().clone();
    let asha = || Actor::Person(Name::from("u-asha"));
    for command in
        [Command::Create { id: Name::from(ID), request: request.into() }, Command::Submit, Command::Complete]
    {
        assert!(trail.give(ID, command, asha()).unwrap().ok);
    }
    trail
}

fn vote(change: &Change, comment: usize) -> Command {
    let mut ballot = lives::ballot(change, Choice::Approve);
    ballot.comment = "x".repeat(comment);
    Command::Vote(ballot)
}

fn to_sign(trail: &Trail, comment: usize) -> Result<String, Refusal> {
    let change = &trail.changes[ID];
    let command = from_serialize(&vote(change, comment)).unwrap();
    let act = Json::Object(vec![("command".to_owned(), command)]);
    let envelope = trail.act("u-manager", ID, change.digest, act);
    api_trail::to_sign(&support::stated(&envelope))
}

#[test]
fn a_comment_that_may_be_signed_has_room_in_the_entry() {
    let mut trail = waiting();
    // What is signed around the comment is not known here, but does not hang on it.
    let around = MOST_ACT_BYTES
        - (1..MOST_ACT_BYTES).rev().step_by(8).find(|comment| to_sign(&trail, *comment).is_ok()).unwrap();
    let longest =
        (MOST_ACT_BYTES - around..).take_while(|comment| to_sign(&trail, *comment).is_ok()).last().unwrap();
    let Refusal { code, path, help, .. } = to_sign(&trail, longest + 1).unwrap_err();
    assert_eq!((code.as_str(), path.as_deref()), ("STATEMENT_TOO_LARGE", Some("act")));
    assert!(help.unwrap().starts_with("say it shorter"));
    let vote = vote(&trail.changes[ID], longest);
    assert!(trail.give(ID, vote, Actor::Person(Name::from("u-manager"))).unwrap().ok);
    assert!(verdict(&trail.entries, &[]).is_ok());
    assert_eq!(again(&trail, &trail.entries).1, []);
}

/// One that was signed without asking is refused before the log signs.
#[test]
fn a_comment_that_is_longer_is_refused_before_the_log_signs() {
    let trail = waiting();
    let vote = vote(&trail.changes[ID], 40_000);
    let Refusal { code, path, message, .. } =
        trail.prepare(ID, vote, Actor::Person(Name::from("u-manager"))).unwrap_err();
    assert_eq!((code.as_str(), path.as_deref()), ("STATEMENT", Some("statement")));
    assert!(message.ends_with("and at most 24000 are taken in: say it shorter"), "{message}");
}
