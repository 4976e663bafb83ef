//! The log: what is made is whole, and whatever is changed in it shows, at its place.
//!
//! `TOLLGATE_TRAIL_FULL=1` turns the samples of this run into everything: each bit of each entry.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::panic,
    reason = "a test stops where it cannot go on"
)]

use std::sync::LazyLock;

use tollgate::api::trail::{Administer, Beside, Check, Finding, GivenBy, Redecider};
use tollgate::api::{self, File};
use tollgate::change::{Actor, Change, Choice, Command};
use tollgate::ir::Name;
use tollgate::json::{Json, canonical, from_serialize};
use tollgate::trail::tree::TreeHead;
use tollgate::trail::{
    Act, Checked, Draft, Enrolled, Entry, Envelope, Log, Millis, Pin, Revoked, Role, Rotated, Tombstone,
    Verifier, restore,
};
use tollgate::value::{Digest, Duration};

#[path = "support/lives.rs"]
mod lives;
#[path = "support/log.rs"]
mod support;

use support::{Trail, entry, seed, spki, verdict};

static GROWN: LazyLock<Trail> = LazyLock::new(|| {
    let mut trail = Trail::new();
    trail.grow(64, 7);
    trail
});

fn full() -> bool {
    std::env::var_os("TOLLGATE_TRAIL_FULL").is_some()
}

fn pin(entries: &[String]) -> Pin {
    let head = verdict(entries, &[]).unwrap().log.frontier().head();
    Pin { origin: support::ORIGIN.to_owned(), head, kept_elsewhere: true }
}

/// Decides everything again; the findings by index.
fn again(trail: &Trail, entries: &[String]) -> (u64, Vec<(u64, String)>) {
    let mut again = Redecider::deciding(|files: &[File]| api::compile(files).0.ok());
    let mut found = Vec::new();
    for stored in entries {
        let entry = entry(stored);
        let body = restore(&entry.body, &entry.blobs, |digest| trail.blob(digest)).unwrap();
        match again.take(&entry, &body, &|digest| trail.disclosed(digest)) {
            Ok(()) => {}
            Err(Finding::Otherwise(difference)) => found.push((difference.index, difference.what)),
            Err(Finding::Broken(what)) => found.push((entry.index.0, what)),
        }
    }
    (again.decided(), found)
}

#[test]
fn what_is_made_is_whole_and_is_decided_again_alike() {
    let mut trail = Trail::new();
    trail.grow(if full() { 2_000 } else { 160 }, 11);
    let entries = trail.entries.clone();
    let whole = verdict(&entries, &[pin(&entries[..100])]).unwrap();
    assert_eq!((whole.pinned, whole.beyond, whole.purged), (Some(100), None, 0));
    assert_eq!(whole.log.state(), &trail.head.state);
    let (decided, found) = again(&trail, &entries);
    assert_eq!(found, []);
    assert!(decided > 100, "{decided} commands");
}

#[test]
fn erased_data_leaves_every_proof_and_every_decision() {
    let mut trail = Trail::new();
    trail.grow(90, 5);
    assert!(trail.disclosures.iter().any(|it| it.persons == ["u-asha"]));
    let text = trail.entries.concat();
    trail.disclosures.clear();
    assert!(verdict(&trail.entries, &[]).is_ok());
    assert_eq!(again(&trail, &trail.entries).1, []);
    assert!(!text.contains("requester\":\"u-asha\",\"tenants"), "no request in an entry names its requester");
}

#[test]
fn every_flipped_bit_shows_at_its_entry() {
    let entries = &GROWN.entries;
    let mut log: Option<Log> = None;
    let step = if full() { 1 } else { 97 };
    let mut flips = 0;
    for (index, stored) in entries.iter().enumerate() {
        for bit in (index % step..stored.len() * 8).step_by(step) {
            let mut bytes = stored.clone().into_bytes();
            bytes[bit / 8] ^= 1 << (bit % 8);
            let followed = match &log {
                None => Log::begin(&bytes).map(drop),
                Some(log) => log.clone().follow(&bytes).map(drop),
            };
            let fault = followed.expect_err(&format!("bit {bit} of entry {index}"));
            assert_eq!(fault.index, index as u64, "bit {bit} of entry {index}");
            flips += 1;
        }
        match &mut log {
            None => log = Some(Log::begin(stored.as_bytes()).unwrap().0),
            Some(log) => drop(log.follow(stored.as_bytes()).unwrap()),
        }
    }
    println!("{flips} flipped bits of {} entries, each told at its entry", entries.len());
}

#[test]
fn what_is_dropped_swapped_doubled_or_spliced_shows_at_its_place() {
    let entries = &GROWN.entries;
    let last = entries.len() as u64 - 1;
    let other = {
        let mut other = Trail::new();
        other.grow(64, 8);
        other.entries
    };
    for at in 0..entries.len() {
        let index = at as u64;
        let mut dropped = entries.clone();
        dropped.remove(at);
        let first = if at == 0 { (0, "WRONG_INDEX") } else { (index, "WRONG_INDEX") };
        // Without the last one the rest is whole: only a pin shows that.
        if index < last {
            assert_eq!(verdict(&dropped, &[]).unwrap_err(), first, "without {at}");
        }
        let mut doubled = entries.clone();
        doubled.insert(at, entries[at].clone());
        assert_eq!(verdict(&doubled, &[]).unwrap_err(), (index + 1, "WRONG_INDEX"), "{at} twice");
        if at + 1 < entries.len() {
            let mut swapped = entries.clone();
            swapped.swap(at, at + 1);
            assert_eq!(verdict(&swapped, &[]).unwrap_err(), (index, "WRONG_INDEX"), "{at} swapped");
        }
        if other[at] != entries[at] {
            let mut spliced = entries.clone();
            spliced[at].clone_from(&other[at]);
            assert!(verdict(&spliced, &[]).is_err_and(|(found, _)| found >= index), "{at} of another");
        }
    }
}

#[test]
fn every_cut_shows_against_a_pin() {
    let entries = &GROWN.entries;
    let pin = pin(entries);
    for kept in 1..entries.len() {
        let whole = verdict(&entries[..kept], std::slice::from_ref(&pin)).unwrap();
        assert_eq!((whole.pinned, whole.beyond), (None, Some(pin.head.size)), "{kept} kept");
    }
    let whole = verdict(entries, std::slice::from_ref(&pin)).unwrap();
    assert_eq!((whole.pinned, whole.beyond), (Some(pin.head.size), None));
    // A head that lies with the log shows the same, and vouches for nothing.
    let own = Pin { kept_elsewhere: false, ..pin.clone() };
    let whole = verdict(entries, std::slice::from_ref(&own)).unwrap();
    assert_eq!((whole.pinned, whole.beyond), (None, None));
    assert_eq!(verdict(&entries[..9], std::slice::from_ref(&own)).unwrap().beyond, Some(64));
    let mut altered = pin.clone();
    altered.head = TreeHead { size: 40, root: pin.head.root };
    assert_eq!(verdict(entries, &[altered]).unwrap_err(), (39, "PINNED"));
    let other = Pin { origin: "other.example".to_owned(), ..pin };
    assert_eq!(verdict(entries, &[other]).unwrap_err(), (63, "OTHER_LOG"));
}

#[test]
fn a_check_goes_on_where_it_stopped() {
    let entries = &GROWN.entries;
    let mut verifier = Verifier::new(Vec::new());
    for stored in &entries[..30] {
        verifier.take(stored.as_bytes()).unwrap();
    }
    let log = verifier.finish().unwrap().unwrap().log;
    let mut verifier = Verifier::from(log, vec![pin(entries)]);
    for stored in &entries[30..] {
        verifier.take(stored.as_bytes()).unwrap();
    }
    assert_eq!(verifier.finish().unwrap().unwrap().pinned, Some(64));
}

#[test]
fn a_purged_entry_leaves_its_leaf_and_needs_an_authority() {
    let mut entries = GROWN.entries.clone();
    let at = entries.iter().position(|stored| entry(stored).change.is_some()).unwrap();
    let Checked::Entry(followed) = ({
        let mut verifier = Verifier::new(Vec::new());
        entries[..at].iter().for_each(|stored| drop(verifier.take(stored.as_bytes()).unwrap()));
        verifier.take(entries[at].as_bytes()).unwrap()
    }) else {
        panic!("an entry")
    };
    let tombstone = Tombstone::of(&followed.entry, followed.leaf).unwrap();
    entries[at] = tombstone.text();
    assert_eq!(verdict(&entries, &[pin(&GROWN.entries)]).unwrap_err(), (at as u64, "PURGED"));
    // What it did to its change is held by the entries after it.
    let mut forged = tombstone.clone();
    forged.change.ended = true;
    entries[at] = forged.text();
    assert_eq!(verdict(&entries, &[]).unwrap_err().0, at as u64 + 1);
    let mut moved = tombstone;
    moved.leaf.bytes[0] ^= 1;
    entries[at] = moved.text();
    assert_eq!(verdict(&entries, &[]).unwrap_err(), (at as u64 + 1, "PREV_ROOT"));
}

#[test]
fn hosts_are_held_to_what_the_log_says() {
    let mut trail = Trail::new();
    let asha = || Actor::Person(Name::from("u-asha"));
    let request = lives::parse(include_str!("../rules/change-management/scenarios/shared.json"));
    let request = request.get("pool").unwrap().clone();
    let create = |id: &str| Command::Create { id: Name::from(id), request: request.clone() };
    trail.give("CHG-1", create("CHG-1"), asha()).unwrap();
    let draft = trail.changes["CHG-1"].clone();
    let before = trail.head.clone();
    trail.give("CHG-1", Command::Submit, asha()).unwrap();
    trail.give("CHG-1", Command::Complete, asha()).unwrap();
    let change = trail.changes["CHG-1"].clone();
    let code = |answer: Result<_, api::Refusal>| answer.map(drop).unwrap_err().code;

    let submit = || GivenBy::Host { command: Command::Submit, actor: asha() };
    assert_eq!(code(trail.call(Some(draft), submit())), "STALE_CHANGE");
    let vote = Command::Vote(lives::ballot(&change, Choice::Approve));
    let manager = Actor::Person(Name::from("u-manager"));
    let unsigned = GivenBy::Host { command: vote.clone(), actor: manager };
    assert_eq!(code(trail.call(Some(change.clone()), unsigned)), "SIGNATURE_REQUIRED");

    // Somebody else's key, another request, another log.
    let mut forged = trail.act_on("u-manager", &change, &vote);
    forged.signatures = vec![support::sign(&forged.payload, "u-vp")];
    assert_eq!(code(trail.call(Some(change.clone()), GivenBy::Signed(forged))), "STATEMENT");
    let mut other = change.clone();
    other.digest.bytes[0] ^= 1;
    let stale = trail.act_on("u-manager", &other, &vote);
    assert_eq!(code(trail.call(Some(change.clone()), GivenBy::Signed(stale))), "STALE_STATEMENT");

    // A head that was kept from before: the entry that it leads to does not follow any more.
    let answer = trail.prepare("CHG-1", vote, Actor::Person(Name::from("u-manager"))).unwrap();
    let (prepared, voted) = (answer.prepared.unwrap(), answer.change.unwrap());
    let sealed = api::trail::seal(Some(&before), prepared.payload.clone(), support::signed(&prepared));
    assert_eq!(sealed.unwrap_err().code, "WRONG_INDEX");
    let unsigned = vec![support::sign(&prepared.payload, "u-manager")];
    assert_eq!(
        api::trail::seal(Some(&trail.head), prepared.payload.clone(), unsigned).unwrap_err().code,
        "UNSIGNED"
    );
    let mut head = trail.head.clone();
    head.state.threshold = 1;
    assert_eq!(api::trail::seal(Some(&head), prepared.payload.clone(), vec![]).unwrap_err().code, "BAD_HEAD");
    trail.keep(&prepared).unwrap();
    trail.changes.insert("CHG-1".to_owned(), voted);

    // A statement counts once, and not for ever.
    let report = |trail: &Trail, hours: i64| {
        let (now, change) = (trail.now, &trail.changes["CHG-1"]);
        let command = Command::Review { notes: "Looked at".to_owned(), docs_updated: true };
        let mut act = Act::read(&trail.act_on("u-architect", change, &command)).unwrap();
        act.expires_ms = Millis(now.checked_add(Duration::from_ms(hours * 3_600_000)).unwrap());
        let payload = act.payload().unwrap();
        let signatures = vec![support::sign(&payload, "u-architect")];
        GivenBy::Signed(Envelope { payload, signatures })
    };
    for hours in [-1, 0, 169] {
        let late = trail.call(Some(trail.changes["CHG-1"].clone()), report(&trail, hours));
        assert_eq!(code(late), "STATEMENT", "{hours} hours");
    }
    let signed = report(&trail, 168);
    let once = trail.call(Some(trail.changes["CHG-1"].clone()), signed.clone()).unwrap();
    trail.keep(&once.prepared.unwrap()).unwrap();
    trail.changes.insert("CHG-1".to_owned(), once.change.unwrap());
    let again = trail.call(Some(trail.changes["CHG-1"].clone()), signed);
    assert_eq!(code(again), "STATEMENT");

    // The roster in force, and no other.
    let roster = std::mem::replace(&mut trail.roster, Json::Object(Vec::new()));
    assert_eq!(
        code(trail.call(None, GivenBy::Host { command: create("CHG-2"), actor: asha() })),
        "OTHER_ROSTER"
    );
    trail.roster = roster;
    trail.now = trail.world.at("2026-02-03T04:00:00Z");
    assert_eq!(
        code(trail.call(None, GivenBy::Host { command: create("CHG-2"), actor: asha() })),
        "CLOCK_WENT_BACK"
    );
}

/// A vote as a host that holds the log's key would forge it: what is changed in the entry, and what that comes to. The first
/// word is what the log says of it when it is sealed; `sealed` is only found by following the change.
type Forgery = (&'static str, fn(&mut Draft), &'static str, &'static str);

const FORGERIES: &[Forgery] = &[
    ("as it is", |_| {}, "sealed", "self-consistent"),
    ("without the voter's signature", |entry| entry.statements.clear(), "UNSIGNED", ""),
    (
        "with nobody's signature",
        |entry| {
            entry.statements.clear();
            entry.actor.key = None;
        },
        "sealed",
        "broken at 20: `vote` does not carry the signature of `u-manager`",
    ),
    ("with another's key", |entry| entry.actor.key = Some(seed("u-vp").public_key().id()), "UNSIGNED", ""),
    ("of somebody else", |entry| entry.actor.person = Some("u-vp".to_owned()), "UNSIGNED", ""),
    (
        "another vote than the one that was signed",
        |entry| put(&mut entry.body, &["command", "vote", "comment"], "I have seen it"),
        "sealed",
        "broken at 20: `u-manager` signed something else than this command",
    ),
    (
        "another digest of the change",
        |entry| entry.change.as_mut().unwrap().after.bytes[0] ^= 1,
        "sealed",
        "broken at 20: change `CHG-1` is not what it says it is now",
    ),
    (
        "another revision of the request",
        |entry| entry.request.as_mut().unwrap().revision.0 += 1,
        "sealed",
        "broken at 20: the request of change `CHG-1` is not the one that it names",
    ),
    ("no change at all", |entry| entry.change = None, "sealed", "broken at 20: "),
    ("another outcome", |entry| put(&mut entry.body, &["events"], ""), "sealed", "broken at 20: its body: "),
];

fn put(json: &mut Json, path: &[&str], text: &str) {
    let Some((name, rest)) = path.split_first() else {
        *json = Json::String(text.to_owned());
        return;
    };
    let Json::Object(members) = json else { panic!("an object") };
    if !members.iter().any(|(known, _)| known == name) {
        members.push(((*name).to_owned(), Json::Null));
    }
    put(&mut members.iter_mut().find(|(known, _)| known == name).unwrap().1, rest, text);
}

#[test]
fn whoever_holds_the_log_key_forges_no_vote() {
    let mut trail = Trail::new();
    let request = lives::parse(include_str!("../rules/change-management/scenarios/shared.json"));
    let request = request.get("pool").unwrap().clone();
    let asha = || Actor::Person(Name::from("u-asha"));
    trail.give("CHG-1", Command::Create { id: Name::from("CHG-1"), request }, asha()).unwrap();
    trail.give("CHG-1", Command::Submit, asha()).unwrap();
    trail.give("CHG-1", Command::Complete, asha()).unwrap();
    let vote = Command::Vote(lives::ballot(&trail.changes["CHG-1"], Choice::Approve));
    let answer = trail.prepare("CHG-1", vote, Actor::Person(Name::from("u-manager"))).unwrap();
    let genuine = Entry::read(&answer.prepared.unwrap().payload).unwrap();
    for (name, forge, sealed, says) in FORGERIES {
        let Entry { kind, id, time_ms, actor, policy, request, change, engine, body, blobs, .. } =
            genuine.clone();
        let statements = genuine.statements.iter().map(|it| Envelope::of_json(it).unwrap()).collect();
        let mut draft = Draft {
            kind,
            id,
            time: time_ms,
            actor,
            policy,
            request,
            change,
            engine,
            body,
            blobs,
            statements,
        };
        forge(&mut draft);
        let log = Log::open(&trail.head).unwrap();
        let entry = match log.draft(draft) {
            Ok(entry) => entry,
            Err(fault) => {
                assert_eq!(fault.why.word(), *sealed, "{name}");
                continue;
            }
        };
        let payload = entry.payload().unwrap();
        let signatures = vec![support::sign(&payload, "log")];
        let stored = log.seal(payload, signatures).unwrap().head.last;
        assert_eq!(*sealed, "sealed", "{name}");
        let mut check = Check::new(&[], &[], None).unwrap();
        let all: Vec<_> = trail.entries.iter().chain([&stored]).collect();
        for stored in all {
            check.take(stored.as_bytes(), &Kept(&trail));
        }
        let found = check.finish().says;
        assert!(found.starts_with(says), "{name}: {found}");
    }
}

#[test]
fn keys_come_and_go_by_those_who_may() {
    let mut trail = Trail::new();
    let code = |answer: Result<(), api::Refusal>| answer.unwrap_err().code;
    let person = |of: &str| Some(of.to_owned());
    let enrol = |key: &str, roles: &[Role], of: Option<String>| {
        Administer::Enrol(Enrolled { spki: spki(key), roles: roles.to_vec(), person: of, machine: None })
    };
    // One key has one owner, and no enrolment makes another root or log key.
    assert_eq!(code(trail.administer(&enrol("u-vp", &[Role::Approver], person("u-ciso")))), "KEY_KNOWN");
    assert_eq!(code(trail.administer(&enrol("log-2", &[Role::Log], person("u-cm")))), "ROLES");
    assert_eq!(code(trail.administer(&enrol("log-2", &[Role::Root], person("u-cm")))), "ROLES");
    assert_eq!(code(trail.administer(&enrol("log-2", &[Role::Approver], None))), "ROLES");

    // Another log key takes over: the old one signs that, and nothing after it.
    let rotate = |old: &str, new: &str| {
        Administer::Rotate(Rotated { old: seed(old).public_key().id(), new: spki(new) })
    };
    trail.administer(&rotate("log", "log-2")).unwrap();
    trail.administer(&rotate("u-manager", "u-manager-2")).unwrap();
    let last = trail.head.state.log_key().unwrap().id;
    assert_eq!(last, seed("log-2").public_key().id());
    assert_eq!(code(trail.administer(&rotate("log", "u-manager-2"))), "UNKNOWN_KEY");
    let from = trail.head.state.size;
    let revoke = |of: &str| {
        Administer::Revoke(Revoked { key: seed(of).public_key().id(), from, reason: "lost".to_owned() })
    };
    assert_eq!(code(trail.administer(&revoke("log-2"))), "LAST_KEY");
    trail.administer(&revoke("root-3")).unwrap();
    assert_eq!(code(trail.administer(&revoke("root-2"))), "LAST_KEY");
    assert!(verdict(&trail.entries, &[]).is_ok());
}

#[test]
fn a_policy_is_adopted_by_two_authors_whom_it_does_not_serve() {
    let mut trail = Trail::new();
    let request = lives::parse(include_str!("../rules/change-management/scenarios/shared.json"));
    let request = request.get("embedding").unwrap().clone();
    let asha = || Actor::Person(Name::from("u-asha"));
    trail.give("CHG-1", Command::Create { id: Name::from("CHG-1"), request }, asha()).unwrap();
    let answer = trail.give("CHG-1", Command::Submit, asha()).unwrap();
    assert!(answer.ok, "{:?}", answer.reasons);
    let (outgoing, easier) = (
        lives::shipped(),
        policy_with(&[
            ("2026.11", "2026.12"),
            ("band medium 2..3", "band medium 2..12"),
            ("band high   4..", "band high   13.."),
        ]),
    );
    let code = |answer: Result<(), api::Refusal>| answer.unwrap_err().code;
    assert_eq!(code(trail.adopt(&easier, Some(&outgoing), ["u-asha", "u-cm"])), "SOD_EASES");
    assert_eq!(code(trail.adopt(&easier, Some(&outgoing), ["u-cm", "u-cm"])), "STATEMENT");
    assert_eq!(code(trail.adopt(&easier, Some(&outgoing), ["u-cm", "u-vp"])), "UNSIGNED");
    assert_eq!(code(trail.adopt(&easier, None, ["u-cm", "u-author"])), "OTHER_POLICY");
    trail.adopt(&easier, Some(&outgoing), ["u-cm", "u-author"]).unwrap();
    assert_eq!(entry(trail.entries.last().unwrap()).statements.len(), 2);
    // Back to what was: the root keys sign, too.
    trail.adopt(&outgoing, Some(&easier), ["u-cm", "u-author"]).unwrap();
    let envelope = tollgate::trail::Envelope::read(trail.entries.last().unwrap().as_bytes()).unwrap();
    assert_eq!(envelope.signatures.len(), 3);
    assert_eq!(again(&trail, &trail.entries).1, []);
}

/// The shipped policy, with other words in it.
fn policy_with(words: &[(&str, &str)]) -> api::Compiled {
    let shipped = lives::shipped();
    let files: Vec<File> = shipped
        .sources
        .iter()
        .map(|(_, file)| {
            let text = words.iter().fold(file.text().to_owned(), |text, (from, to)| text.replace(from, to));
            File { name: file.name().to_owned(), text }
        })
        .collect();
    api::compile(&files).0.unwrap()
}

struct Kept<'a>(&'a Trail);

impl Beside for Kept<'_> {
    fn blob(&self, digest: &Digest) -> Option<Vec<u8>> {
        self.0.blob(digest)
    }

    fn disclosure(&self, digest: &str) -> Option<String> {
        self.0.disclosed(digest)
    }
}

#[test]
fn what_a_check_takes_up_is_what_the_host_had() {
    let taken_up = |entries: &[String]| {
        let mut check = Check::new(&[], &[], None).unwrap();
        for stored in entries {
            check.take(stored.as_bytes(), &Kept(&GROWN));
        }
        check.take_up(&Kept(&GROWN))
    };
    let (answer, log) = taken_up(&GROWN.entries);
    assert!(answer.ok, "{}", answer.says);
    let log = log.unwrap();
    assert_eq!(log.head, GROWN.head);
    // An entry has its members in the order of RFC 8785.
    assert_eq!(log.roster.as_ref().map(canonical), Some(canonical(&GROWN.roster)));
    assert_eq!(log.policies.len(), 1);
    assert_eq!(Some(log.policies[0].digest), GROWN.head.state.policy.as_ref().map(|policy| policy.digest));
    let text = |change: &Change| canonical(&from_serialize(change).unwrap());
    let folded: Vec<_> = log.changes.iter().map(text).collect();
    assert_eq!(folded, GROWN.changes.values().map(text).collect::<Vec<_>>());

    let mut broken = GROWN.entries.clone();
    broken.remove(40);
    let (answer, log) = taken_up(&broken);
    assert_eq!((answer.verdict, log), ("broken", None));
}

#[test]
fn a_change_goes_on_when_its_personal_data_was_erased() {
    struct Erased;
    impl Beside for Erased {
        fn blob(&self, _: &Digest) -> Option<Vec<u8>> {
            None
        }
        fn disclosure(&self, _: &str) -> Option<String> {
            None
        }
    }
    let mut trail = Trail::new();
    let asha = Actor::Person(Name::from("u-asha"));
    let create =
        Command::Create { id: Name::from("CHG-1"), request: lives::request(&mut lives::Dice::new(3)) };
    assert!(trail.give("CHG-1", create, asha.clone()).unwrap().ok);

    let mut check = Check::new(&[], &[], None).unwrap();
    for stored in &trail.entries {
        check.take(stored.as_bytes(), &Kept(&trail));
    }
    let change = check.take_up(&Erased).1.unwrap().changes.remove(0);
    assert_eq!(change.request.get("requester"), None);
    trail.changes.insert("CHG-1".to_owned(), change);

    let answer = trail.give("CHG-1", Command::Submit, asha).unwrap();
    assert!(answer.ok, "{:?}", answer.reasons);
    trail.disclosures.clear();
    assert_eq!(again(&trail, &trail.entries).1, []);
}
