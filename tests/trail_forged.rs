//! Whoever holds the log's key, or a key of somebody, does no more with it than is theirs: what others must sign they sign.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::panic,
    reason = "a test stops where it cannot go on"
)]

use tollgate::api::trail::{Administer, AdoptCall, Check, Eased, GivenBy};
use tollgate::api::{self, File};
use tollgate::change::{Actor, Choice, Command};
use tollgate::ir::Name;
use tollgate::json::Json;
use tollgate::trail::checkpoint::Checkpoint;
use tollgate::trail::note::VerifierKey;
use tollgate::trail::tree::{Tree, leaf_hash};
use tollgate::trail::{
    Act, Author, Draft, Enrolled, Entry, Envelope, Hold, Log, Millis, Revoked, Role, Rotated, Spki,
};
use tollgate::value::{Digest, Duration};

#[path = "support/lives.rs"]
mod lives;
#[path = "support/log.rs"]
mod support;

use support::{Kept, Trail, again, entry, seed, sign, spki, to_hold, verdict};

#[test]
fn hosts_are_held_to_what_the_log_says() {
    let mut trail = Trail::new();
    let asha = || Actor::Person(Name::from("u-asha"));
    let request = lives::parse(include_str!("../rules/change-management/scenarios/shared.json"));
    let request = request.get("pool").unwrap().clone();
    let create = |id: &str| Command::Create { id: Name::from(id), request: request.clone().into() };
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
    (
        "of somebody else, whose key is not named",
        |entry| {
            entry.actor.person = Some("u-vp".to_owned());
            entry.actor.key = None;
        },
        "sealed",
        "broken at 20: `u-manager` signed something else than this command",
    ),
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
    (
        "a vote of another than the one who signed",
        |entry| {
            let what = |json: &mut Json| put(json, &["what", "by"], "u-vp");
            events(&mut entry.body, what);
        },
        "sealed",
        "broken at 20: `u-manager` decides for `u-vp`",
    ),
    ("no change at all", |entry| entry.change = None, "sealed", "broken at 20: "),
    ("another outcome", |entry| put(&mut entry.body, &["events"], ""), "sealed", "broken at 20: its body: "),
];

/// Changes each event of a vote.
fn events(body: &mut Json, change: impl Fn(&mut Json)) {
    let Json::Object(members) = body else { panic!("an object") };
    let (_, Json::Array(events)) = members.iter_mut().find(|(name, _)| name == "events").unwrap() else {
        panic!("a list")
    };
    let cast = Json::String("vote.cast".to_owned());
    events
        .iter_mut()
        .filter(|event| event.get("what").and_then(|what| what.get("type")) == Some(&cast))
        .for_each(change);
}

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
    trail
        .give("CHG-1", Command::Create { id: Name::from("CHG-1"), request: request.into() }, asha())
        .unwrap();
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
            body: body.json(),
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

/// One person decides once on one request at one stage: a second statement of theirs makes no second vote of it, whoever holds the log's
/// key.
#[test]
fn a_person_votes_once_on_a_request() {
    let mut trail = Trail::new();
    let request = lives::parse(include_str!("../rules/change-management/scenarios/shared.json"));
    let request = request.get("pool").unwrap().clone();
    let asha = || Actor::Person(Name::from("u-asha"));
    trail
        .give("CHG-1", Command::Create { id: Name::from("CHG-1"), request: request.into() }, asha())
        .unwrap();
    trail.give("CHG-1", Command::Submit, asha()).unwrap();
    trail.give("CHG-1", Command::Complete, asha()).unwrap();
    let vote = Command::Vote(lives::ballot(&trail.changes["CHG-1"], Choice::Approve));
    let voted = trail.give("CHG-1", vote.clone(), Actor::Person(Name::from("u-manager"))).unwrap();
    assert!(voted.ok, "{:?}", voted.reasons);

    let genuine = entry(trail.entries.last().unwrap());
    let statement = trail.act_on("u-manager", &trail.changes["CHG-1"], &vote);
    let mut change = genuine.change.unwrap();
    change.before = trail.head.state.open.get("CHG-1").map(|standing| standing.digest);
    let draft = Draft {
        kind: genuine.kind,
        id: "CHG-1/again".to_owned(),
        time: Millis(trail.now),
        actor: genuine.actor,
        policy: genuine.policy,
        request: genuine.request,
        change: Some(change),
        engine: genuine.engine,
        body: genuine.body.json(),
        blobs: genuine.blobs,
        statements: vec![statement],
    };
    let log = Log::open(&trail.head).unwrap();
    let payload = log.draft(draft).unwrap().payload().unwrap();
    let signatures = vec![sign(&payload, "log")];
    trail.entries.push(log.seal(payload, signatures).unwrap().head.last);
    let mut check = Check::new(&[], &[], None).unwrap();
    for stored in &trail.entries {
        check.take(stored.as_bytes(), &Kept(&trail));
    }
    let says = check.finish().says;
    assert_eq!(says, "broken at 21: `u-manager` decides twice on one request");
}

#[test]
fn one_key_has_one_spelling_and_one_owner() {
    let mut trail = Trail::new();
    let enrol = |spki: Spki| {
        let person = Some("u-second".to_owned());
        Administer::Enrol(Enrolled { spki, roles: vec![Role::Approver], person, machine: None })
    };
    let known = String::from(spki("u-manager"));
    let der = tollgate::trail::from_base64(&known).unwrap();
    let longer = [&[0x30, 0x81, 0x2a], &der[2..]].concat();
    for (spelling, code) in [
        (known.clone(), "KEY_KNOWN"),
        (known.trim_end_matches('=').to_owned(), "BAD_KEY"),
        (format!("{known}\n"), "BAD_KEY"),
        (known.replace('=', "=="), "BAD_KEY"),
        (tollgate::trail::to_base64(&longer), "BAD_KEY"),
        (tollgate::trail::to_base64(&der[12..]), "BAD_KEY"),
    ] {
        let answer = trail.administer(&enrol(Spki::from(spelling.clone())));
        // A key of 44 bytes needs no padding at all: the spelling without it is the same.
        if spelling != known || code == "KEY_KNOWN" {
            assert_eq!(answer.unwrap_err().code, code, "{spelling:?}");
        }
    }
    let same = Administer::Rotate(Rotated { old: seed("u-vp").public_key().id(), new: spki("u-manager") });
    assert_eq!(trail.administer(&same).unwrap_err().code, "KEY_KNOWN");

    // A signature says under which key it is: another id for the same bytes is another key.
    let digest = Digest::of(b"policy");
    let adopts = Json::Object(vec![("adopt".to_owned(), Json::String(digest.to_string()))]);
    let mut act = trail.act("u-cm", "P", digest, adopts);
    act.signatures[0].key = seed("u-author").public_key().id();
    let refused = Act::checked(&act, &trail.head.state, Millis(trail.now)).unwrap_err();
    assert!(refused.to_string().contains("which is not theirs"), "{refused}");
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

/// Root replaces a log key that is lost. From that entry on the old one is nobody's: whoever found it signs neither entries nor checkpoints, and does
/// not come back.
#[test]
fn a_log_key_that_root_replaced_speaks_no_more() {
    let mut trail = Trail::new();
    trail.administer(&Administer::Recover(spki("log-2"))).unwrap();
    let hold = |id: &str| to_hold(Hold { change: id.to_owned(), reason: "A court asked".to_owned() });
    let by = |trail: &Trail, what: &Administer, signers: &[&str]| {
        let prepared =
            api::trail::administer(&trail.head, None, what, Author::person("u-cm"), trail.now).unwrap();
        let signatures = signers.iter().map(|of| sign(&prepared.payload, of)).collect();
        api::trail::seal(Some(&trail.head), prepared.payload, signatures).map(drop).map_err(|it| it.code)
    };
    let unsigned = || Err("UNSIGNED".to_owned());
    assert_eq!(by(&trail, &hold("CHG-1"), &["log-2"]), Ok(()));
    // An entry of its own, one beside the new key, and what root signs as well.
    let enrol = Administer::Enrol(Enrolled {
        spki: spki("pipeline"),
        roles: vec![Role::Approver],
        person: Some("u-thief".to_owned()),
        machine: None,
    });
    for (what, signers) in [
        (hold("CHG-1"), &["log"] as &[&str]),
        (hold("CHG-1"), &["log-2", "log"]),
        (hold("CHG-1"), &["root-1", "root-2"]),
        (enrol.clone(), &["log", "root-1", "root-2"]),
        (enrol.clone(), &["log-2", "log", "root-1"]),
        (enrol.clone(), &["log-2", "root-1"]),
        (enrol.clone(), &["root-1", "root-2"]),
        (Administer::Recover(spki("pipeline")), &["pipeline", "log"]),
        (Administer::Recover(spki("pipeline")), &["pipeline", "log", "root-1"]),
        (Administer::Recover(spki("pipeline")), &["pipeline", "root-1", "root-1"]),
        (Administer::Recover(spki("pipeline")), &["log", "root-1", "root-2"]),
    ] {
        assert_eq!(by(&trail, &what, signers), unsigned(), "{what:?} by {signers:?}");
    }
    assert_eq!(by(&trail, &enrol, &["log-2", "root-1", "root-2"]), Ok(()));
    // Not even root brings it back, and nobody else's key takes its place.
    for known in ["log", "u-manager", "root-3"] {
        let refused = trail.administer(&Administer::Recover(spki(known))).unwrap_err();
        assert_eq!(refused.code, "KEY_KNOWN", "{known}");
    }
    trail.administer(&hold("CHG-1")).unwrap();
    let checkpoint = |of: &str, size: usize| {
        let tree: Tree = trail.entries[..size].iter().map(|stored| leaf_hash(stored.as_bytes())).collect();
        let checkpoint = Checkpoint::new(support::ORIGIN, tree.head(), Vec::new()).unwrap();
        let key = VerifierKey::new(support::ORIGIN, seed(of).public_key()).unwrap();
        let signature = seed(of).sign(checkpoint.to_string().as_bytes());
        checkpoint.with_signature(&key, &signature).unwrap().to_string()
    };
    let says = |pin: String| {
        let mut check = Check::new(&[pin], &[], None).unwrap();
        for stored in &trail.entries {
            check.take(stored.as_bytes(), &Kept(&trail));
        }
        check.finish().says
    };
    // Entry 17 replaced it: of 17 entries the old key signs the head, of 18 and more the new one.
    let all = trail.entries.len();
    assert_eq!(all, 19);
    for (of, size, begins) in [
        ("log", 17, "pinned(17)"),
        ("log-2", 18, "pinned(18)"),
        ("log-2", 19, "pinned(19)"),
        ("log", 18, "bad pin: the checkpoint of 18 entries "),
        ("log", 19, "bad pin: the checkpoint of 19 entries "),
        ("log-2", 17, "bad pin: the checkpoint of 17 entries "),
    ] {
        let found = says(checkpoint(of, size));
        assert!(found.starts_with(begins), "{size} by {of}: {found}");
    }
}

/// A policy as the next one, which nobody has signed.
fn proposed<'a>(trail: &Trail, policy: &'a api::Compiled, outgoing: &'a api::Compiled) -> AdoptCall<'a> {
    AdoptCall {
        head: trail.head.clone(),
        policy,
        outgoing: Some(outgoing),
        roster: Some(trail.roster.clone()),
        open: trail.changes.values().cloned().collect(),
        statements: Vec::new(),
        actor: tollgate::trail::Author::person("u-cm"),
        now: trail.now,
    }
}

#[test]
fn a_policy_is_adopted_by_two_authors_whom_it_does_not_serve() {
    let mut trail = Trail::new();
    let request = lives::parse(include_str!("../rules/change-management/scenarios/shared.json"));
    let request = request.get("embedding").unwrap().clone();
    let asha = || Actor::Person(Name::from("u-asha"));
    trail
        .give("CHG-1", Command::Create { id: Name::from("CHG-1"), request: request.into() }, asha())
        .unwrap();
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
    // Two different statements of one author are those of one person; one author beside an approver is one author.
    let digest = easier.ir.identity.digest;
    let adopts = Json::Object(vec![("adopt".to_owned(), Json::String(digest.to_string()))]);
    let stated = |by: &str, nonce: &str| {
        let envelope = trail.act(by, &easier.ir.identity.id, digest, adopts.clone());
        let act = Act { nonce: nonce.to_owned(), ..Act::read(&envelope).unwrap() };
        let payload = act.payload().unwrap();
        Envelope { signatures: vec![sign(&payload, by)], payload }
    };
    let adopt = |statements: Vec<Envelope>| {
        let call = AdoptCall { statements, ..proposed(&trail, &easier, &outgoing) };
        api::trail::adopt(&call).map(drop)
    };
    // Before anybody signs, it is known whom it would serve.
    let adoption = api::trail::adoption(&proposed(&trail, &easier, &outgoing)).unwrap();
    let eased = Eased { change: Name::from("CHG-1"), requester: Name::from("u-asha") };
    assert_eq!((adoption.eases, adoption.needs_root), (vec![eased], false));
    assert_eq!(adoption.replaces.unwrap().digest, outgoing.ir.identity.digest);
    let other = api::trail::adoption(&AdoptCall { outgoing: None, ..proposed(&trail, &easier, &outgoing) });
    assert_eq!(other.unwrap_err().code, "OTHER_POLICY");
    assert_eq!(code(adopt(vec![stated("u-cm", "1"), stated("u-cm", "2")])), "UNSIGNED");
    let three = vec![stated("u-cm", "1"), stated("u-cm", "2"), stated("u-author", "3")];
    assert_eq!(code(adopt(three)), "UNSIGNED");
    assert_eq!(code(adopt(vec![stated("u-cm", "1")])), "UNSIGNED");
    assert_eq!(adopt(vec![stated("u-cm", "1"), stated("u-author", "2")]), Ok(()));
    trail.adopt(&easier, Some(&outgoing), ["u-cm", "u-author"]).unwrap();
    assert_eq!(entry(trail.entries.last().unwrap()).statements.len(), 2);
    // Back to what was: the root keys sign, too.
    let adoption = api::trail::adoption(&proposed(&trail, &outgoing, &easier)).unwrap();
    assert_eq!((adoption.eases, adoption.needs_root), (vec![], true));
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
