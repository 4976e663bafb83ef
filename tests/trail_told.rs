//! What people read of a trail, and by which ids they stand in it.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::panic,
    reason = "a test stops where it cannot go on"
)]

use std::collections::BTreeSet;
use tollgate::api::trail::{self as api_trail, Administer, Check, CommandCall, GivenBy, told_check};
use tollgate::change::{Actor, Command};
use tollgate::ir::Name;
use tollgate::json::{self, Json, Limits, from_serialize};
use tollgate::text::hostile::is_unseen;
use tollgate::trail::{Author, Draft, Engine, Enrolled, Entry, Envelope, Kind, Log, Millis, Role, Rotated};

#[path = "support/lives.rs"]
mod lives;
#[path = "support/log.rs"]
mod support;

use support::{Kept, Trail, seed, sign, spki};

/// The last entry of a trail as `tollgate trail show` tells it.
fn last_line(trail: &Trail) -> String {
    let (index, stored) = (trail.entries.len() as u64 - 1, trail.entries.last().unwrap());
    api_trail::line(index, stored.as_bytes(), &Kept(trail), &BTreeSet::new()).unwrap().text
}

#[test]
fn a_key_that_root_put_in_the_place_of_a_lost_one_is_no_rotation() {
    let (mut rotated, mut recovered) = (Trail::new(), Trail::new());
    let old = seed("log").public_key().id();
    rotated.administer(&Administer::Rotate(Rotated { old, new: spki("log-2") })).unwrap();
    recovered.administer(&Administer::Recover(spki("log-2"))).unwrap();
    let (rotation, recovery) = (last_line(&rotated), last_line(&recovered));
    assert!(rotation.contains("  log, 1 key   ") && !rotation.contains("lost"), "{rotation}");
    assert!(recovery.contains("  log, 2 root keys   "), "{recovery}");
    assert!(recovery.ends_with(", which is lost: root keys put it there"), "{recovery}");
}

#[test]
fn what_turns_a_line_round_is_not_told() {
    let mut trail = Trail::new();
    let reason = "Asked \u{202e}rof\u{1b}[31m".to_owned();
    let hold = tollgate::trail::Hold { change: "CHG-1".to_owned(), reason };
    trail.administer(&support::to_hold(hold)).unwrap();
    assert!(last_line(&trail).ends_with("CHG-1: “Asked \\u{202e}rof\\u{1b}[31m”"), "{}", last_line(&trail));
}

/// A kind has one spelling: its word.
#[test]
fn a_kind_in_an_object_is_no_kind() {
    let trail = Trail::new();
    for stored in &trail.entries {
        let payload = Envelope::read(stored.as_bytes()).unwrap().payload;
        let word = Entry::read(&payload).unwrap().kind.word();
        let other = payload.replace(&format!(r#""type":"{word}""#), &format!(r#""type":{{"{word}":null}}"#));
        assert_ne!(payload, other);
        assert!(Entry::read(&other).is_err(), "{word}");
    }
}

fn enrolled(person: &str) -> Enrolled {
    Enrolled {
        spki: spki("u-manager-2"),
        roles: vec![Role::Approver],
        person: Some(person.to_owned()),
        machine: None,
    }
}

/// An entry is for ever: who stands in it does so by an opaque id.
#[test]
fn nobody_comes_into_a_trail_by_name() {
    let mut trail = Trail::new();
    let size = trail.entries.len();
    for (id, what) in [
        ("Asha Rao", "has white space, as a name has"),
        ("Asha\u{a0}Rao", "has white space, as a name has"),
        ("asha.rao@example.com", "is a mail address"),
        ("äsha@bänk", "is a mail address"),
        ("john.@corp.com", "is a mail address"),
        ("@john@corp.com", "is a mail address"),
        ("john\u{ff20}corp.com", "is a mail address"),
        ("john\u{fe6b}corp.com", "is a mail address"),
        ("u-\u{200b}4711", "has a character that is not seen"),
        ("u-4711\u{e0041}", "has a character that is not seen"),
        ("\u{feff}u-4711", "has a character that is not seen"),
    ] {
        let refused = trail.administer(&Administer::Enrol(enrolled(id))).unwrap_err();
        assert_eq!((&*refused.code, refused.path.as_deref()), ("PERSONAL_ID", Some("person")));
        assert!(refused.message.contains(&format!("`, at `person`, {what}")), "{}", refused.message);
        assert!(!refused.message.contains(is_unseen), "{}", refused.message);
        assert!(refused.help.unwrap().contains("opaque id, as HR or the directory has one"));
        let mut roster = trail.roster.clone();
        let Json::Object(members) = &mut roster else { unreachable!() };
        let people = Json::Object(vec![("ciso".to_owned(), Json::Array(vec![Json::String(id.to_owned())]))]);
        for (_, value) in members.iter_mut().filter(|(name, _)| name == "managers") {
            *value = Json::Object(vec![("u-asha".to_owned(), Json::String(id.to_owned()))]);
        }
        let refused = trail.administer(&Administer::SetRoster(roster)).unwrap_err();
        assert_eq!(refused.path.as_deref(), Some("roster.managers.u-asha"), "{}", refused.message);
        // Without a policy in force nothing else looks at a roster.
        let roles = Administer::SetRoster(Json::Object(vec![("roles".to_owned(), people)]));
        let refused = api_trail::administer(&trail.head, None, &roles, Author::person("u-cm"), trail.now);
        assert_eq!(refused.unwrap_err().path.as_deref(), Some("roster.roles.ciso[0]"));
    }
    for id in ["u-4711", "@u-asha", "asha@", "a.b+c"] {
        let prepared = api_trail::administer(
            &trail.head,
            None,
            &Administer::Enrol(enrolled(id)),
            Author::person("u-cm"),
            trail.now,
        );
        assert!(prepared.is_ok(), "{id}");
    }
    assert_eq!(trail.entries.len(), size);
}

/// Nor by what a command or a register says of whoever deploys.
#[test]
fn nobody_deploys_by_name() {
    let mut trail = Trail::new();
    trail.grow(40, 5);
    let change = trail.changes.values().next().cloned().unwrap();
    let by_name = || Name::from("asha.rao@example.com");
    let host = || Actor::Person(Name::from("u-cm"));
    for (place, command) in [
        ("schedule", Command::Schedule { window: None, implementer: by_name() }),
        ("start", Command::Start { implementer: Some(by_name()) }),
        (
            "break_glass",
            Command::BreakGlass {
                exception: Name::from("x"),
                reason: "Now".to_owned(),
                implementer: Some(by_name()),
            },
        ),
    ] {
        let given = match place {
            "break_glass" => GivenBy::Signed(trail.act_on("u-cm", &change, &command)),
            _ => GivenBy::Host { command, actor: host() },
        };
        let refused = trail.call(Some(change.clone()), given).unwrap_err();
        let place = format!("command.{place}.implementer");
        assert_eq!((&*refused.code, refused.path.as_deref()), ("PERSONAL_ID", Some(&*place)));
    }
    let register = r#"{"changes":[{"id":"CHG-9","component":"api","window":{"start":"2026-02-03T05:00:00Z","end":"2026-02-03T06:00:00Z"},"implementer":"Asha Rao"}]}"#;
    let call = CommandCall {
        head: trail.head.clone(),
        roster: trail.roster.clone(),
        register: json::read(register, Limits::default()).unwrap(),
        signed: Vec::new(),
        change: Some(change),
        act: GivenBy::Host { command: Command::Tick, actor: host() },
        now: trail.now,
        random: vec![7; 64],
    };
    let refused = api_trail::command(&trail.world.policy, &call).unwrap_err();
    let place = Some("register.changes[0].implementer");
    assert_eq!((&*refused.code, refused.path.as_deref()), ("PERSONAL_ID", place), "{}", refused.message);
}

/// What is not shown stands in a line as its escape: nobody hides words in what an auditor reads.
#[test]
fn what_is_not_seen_is_told() {
    let mut trail = Trail::new();
    let all = [
        '\u{2028}',
        '\u{2029}',
        '\u{feff}',
        '\u{e0041}',
        '\u{e007f}',
        '\u{200b}',
        '\u{200d}',
        '\u{200f}',
        '\u{2060}',
        '\u{2064}',
        '\u{ad}',
        '\u{2800}',
        '\u{7f}',
    ];
    for (at, unseen) in all.into_iter().enumerate() {
        let change = format!("CHG-{at}");
        let hold = tollgate::trail::Hold { change: change.clone(), reason: format!("a{unseen}b") };
        trail.administer(&support::to_hold(hold)).unwrap();
        let told = last_line(&trail);
        assert!(told.ends_with(&format!("{change}: “a{}b”", unseen.escape_unicode())), "{told}");
        let stored = trail.entries.last().unwrap();
        let whole = api_trail::entire(0, stored.as_bytes(), api_trail::Form::LaidOut).unwrap();
        assert!(!whole.contains(unseen), "{whole}");
    }
}

/// A trail that was written before holds as it did.
#[test]
fn an_entry_with_a_name_in_it_is_verified_as_all_others() {
    let mut trail = Trail::new();
    let draft = Draft {
        kind: Kind::KeyEnrolled,
        id: format!("log/{}", trail.entries.len()),
        time: Millis(trail.now),
        actor: Author::person("Maria Cm"),
        policy: None,
        request: None,
        change: None,
        engine: Engine { version: "0.1.0".to_owned(), tzdata: "2025b".to_owned() },
        body: from_serialize(&enrolled("asha.rao@example.com")).unwrap(),
        blobs: Vec::new(),
        statements: Vec::new(),
    };
    let payload = Log::open(&trail.head).unwrap().draft(draft).unwrap().payload().unwrap();
    let signatures = ["log", "root-1", "root-2"].map(|of| sign(&payload, of)).to_vec();
    let sealed = api_trail::seal(Some(&trail.head), payload, signatures).unwrap();
    trail.entries.push(sealed.head.last.clone());
    trail.head = sealed.head;
    let mut check = Check::new(&[], &[], None).unwrap();
    for stored in &trail.entries {
        assert!(check.take(stored.as_bytes(), &Kept(&trail)));
    }
    let answer = check.finish();
    assert!(answer.ok, "{}", answer.says);
    assert!(told_check(&answer).contains("\n  changes  0, 0 of them open"), "{}", told_check(&answer));
}
