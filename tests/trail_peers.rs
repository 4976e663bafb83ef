//! What another log says counts for as much as root has said of that log, and for no more than its own policy says: a change is taken over
//! from accepted logs, decided again from its beginning, and named with where it came from.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::panic,
    reason = "a test stops where it cannot go on"
)]

use std::sync::Arc;
use tollgate::api::Refusal;
use tollgate::api::trail::{
    Administer, ApprovalAnswer, ApprovalCall, ApprovalFile, BundleFile, ask_approval,
};
use tollgate::change::{Actor, Change, Choice, Command, Event, Machine, What, Withheld, apply};
use tollgate::ir::Name;
use tollgate::json::{Json, canonical, from_serialize};
use tollgate::trail::{
    Author, Disclosure, Home, Kind, Log, PeerAccepted, PeerDismissed, Revoked, conceal, disclosure_digest,
};
use tollgate::value::{Digest, Duration};

#[path = "support/lives.rs"]
mod lives;
#[path = "support/moving.rs"]
mod moving;
#[path = "support/log.rs"]
mod support;

use moving::{
    COMPILE, accept, approval, ask, checked, forged, given_unasked, hand_over, handed, home, take, take_from,
};
use support::{Trail, entry, seed, sign};

const ID: &str = "CHG-1";

fn code<T>(answer: Result<T, Refusal>) -> String {
    answer.map(drop).unwrap_err().code
}

fn asha() -> Actor {
    Actor::Person(Name::from("u-asha"))
}

/// A trail with changes that wait for a vote, and name somebody who watches.
fn waiting(origin: &str, ids: &[&str]) -> Trail {
    let mut trail = Trail::named(origin);
    let shared = lives::parse(include_str!("../rules/change-management/scenarios/shared.json"));
    for id in ids {
        let mut request = shared.get("pool").unwrap().clone();
        let Json::Object(members) = &mut request else { unreachable!() };
        members.push(("watchers".to_owned(), Json::Array(vec![Json::String("u-watcher".to_owned())])));
        trail.give(id, Command::Create { id: Name::from(*id), request: request.into() }, asha()).unwrap();
        for command in [Command::Submit, Command::Complete] {
            let answer = trail.give(id, command, asha()).unwrap();
            assert!(answer.ok, "{:?}", answer.reasons);
        }
    }
    trail
}

fn vote(trail: &Trail) -> Command {
    Command::Vote(lives::ballot(&trail.changes[ID], Choice::Approve))
}

fn manager() -> Actor {
    Actor::Person(Name::from("u-manager"))
}

fn job(trail: &Trail, file: &ApprovalFile) -> ApprovalCall {
    ApprovalCall {
        file: canonical(&from_serialize(file).unwrap()),
        log: home(trail),
        change: Some(ID.to_owned()),
        facts: Json::Object(Vec::new()),
        register: None,
        revoked: Vec::new(),
        max_age: Duration::from_ms(600_000),
        now: trail.now,
    }
}

/// What a job is told by the approval of a change that is here, without what depends on the deployment itself.
fn told(trail: &mut Trail) -> (ApprovalAnswer, ApprovalCall) {
    ask(trail, ID);
    let call = job(trail, &approval(trail, ID).unwrap());
    (ask_approval(&call, COMPILE), call)
}

fn codes(answer: &ApprovalAnswer) -> Vec<String> {
    answer.reasons.iter().map(|reason| reason.code.to_string()).collect()
}

#[test]
fn changes_are_taken_over_from_logs_that_root_accepts() {
    let (mut one, mut two) = (waiting("one.example", &[ID, "CHG-2"]), Trail::named("two.example"));
    let (from, to) = (home(&one), home(&two));
    let file = handed(&mut one, ID, &to).unwrap();
    assert_eq!(code(take_from(&mut two, &file, &from)), "PEER_NOT_ACCEPTED");
    // Whoever holds the log's key does not get round that.
    let prepared = |trail: &Trail, what: &Administer| {
        tollgate::api::trail::administer(&trail.head, None, what, Author::person("u-cm"), trail.now)
    };
    let accepts = Administer::AcceptPeer(PeerAccepted { peer: from.clone() });
    let made = prepared(&two, &accepts).unwrap();
    let alone = vec![sign(&made.payload, "log")];
    assert_eq!(code(tollgate::api::trail::seal(Some(&two.head), made.payload.clone(), alone)), "UNSIGNED");
    let one_root = vec![sign(&made.payload, "log"), sign(&made.payload, "root-1")];
    assert_eq!(code(tollgate::api::trail::seal(Some(&two.head), made.payload, one_root)), "UNSIGNED");
    let fault = Log::open(&two.head).unwrap().draft(moving::taken_by_hand(&two, &file, &from)).unwrap_err();
    assert_eq!(fault.why.word(), "PEER_NOT_ACCEPTED");

    // Nor by naming a log that is accepted for what is another's, or other personal data than comes along.
    let mut rogue = Trail::named("two.example");
    let other = Home { origin: "three.example".to_owned(), ..from.clone() };
    accept(&mut rogue, &other).unwrap();
    take_by_hand(&mut rogue, &file, &other, one_of(&file));
    let (answer, _) = checked(&rogue, &[]);
    assert!(answer.says.contains("its bundle is of log `one.example`"), "{}", answer.says);
    let mut rogue = Trail::named("two.example");
    accept(&mut rogue, &from).unwrap();
    let nameless = BundleFile { disclosures: Vec::new(), ..file.clone() };
    take_by_hand(&mut rogue, &nameless, &from, one_of(&file));
    let (answer, _) = checked(&rogue, &[]);
    assert!(
        answer.says.ends_with("the personal data that it names is not what its bundle holds"),
        "{}",
        answer.says
    );

    // Another log of that name is another log; one is accepted once; this one goes without saying.
    accept(&mut two, &Home { log: Digest::of(b"another"), ..from.clone() }).unwrap();
    assert_eq!(code(take_from(&mut two, &file, &from)), "PEER_NOT_ACCEPTED");
    accept(&mut two, &from).unwrap();
    for known in [&from, &to] {
        assert_eq!(code(accept(&mut two, known)), "PEER_KNOWN");
    }
    take_from(&mut two, &file, &from).unwrap();

    // Nothing comes from there any more, and what came stays.
    let dismissed = || PeerDismissed { peer: from.clone(), reason: "Sold".to_owned() };
    two.administer(&Administer::DismissPeer(dismissed())).unwrap();
    assert_eq!(code(two.administer(&Administer::DismissPeer(dismissed()))), "PEER_NOT_ACCEPTED");
    let next = handed(&mut one, "CHG-2", &to).unwrap();
    assert_eq!(code(take_from(&mut two, &next, &from)), "PEER_NOT_ACCEPTED");
    let (answer, _) = checked(&two, &[]);
    assert_eq!((answer.verdict, answer.open), ("self-consistent", 1), "{}", answer.says);

    // Whoever shows a part of the log cannot leave out what it accepted.
    let mut three = Trail::named("three.example");
    let on = handed(&mut two, ID, &home(&three)).unwrap();
    for kind in [Kind::PeerAccepted, Kind::PeerDismissed] {
        let mut cut = on.clone();
        let at = cut.bundle.entries.iter().rposition(|it| entry(&it.stored).kind == kind).unwrap();
        cut.bundle.entries.remove(at);
        let refused = take(&mut three, &cut, &to).unwrap_err();
        assert_eq!(refused.code, "BAD_BUNDLE", "{}", refused.message);
    }
    take(&mut three, &on, &to).unwrap();
}

/// Some change, for whoever only looks at what the log says.
fn one_of(file: &BundleFile) -> Change {
    let mut two = Trail::named("two.example");
    let from = file.bundle.verify().unwrap().from;
    take(&mut two, file, &from).unwrap();
    two.changes[ID].clone()
}

/// Puts such an entry into the log, with what belongs beside it.
fn take_by_hand(trail: &mut Trail, file: &BundleFile, from: &Home, change: Change) {
    moving::take_unasked(trail, file, from);
    trail.changes.insert(change.id.to_string(), change);
}

/// A log whose keeper writes into a report that the change is approved, and what that comes to.
fn approved_by_nobody(origin: &str) -> (Trail, Change) {
    let mut trail = waiting(origin, &[ID]);
    let before = trail.changes[ID].clone();
    // What the vote that is missing would have led to.
    let follows = trail.prepare(ID, vote(&trail), manager()).unwrap().events;
    let report = lives::parse(r#"{ "report": { "facts": { "staging": { "compliance": "passed" } } } }"#);
    let report: Command = tollgate::json::to_typed(&report).unwrap();
    let mut change = None;
    forged(&mut trail, ID, report, Actor::Machine(Machine::Ci), |draft| {
        let Json::Object(members) = &mut draft.body else { panic!("an object") };
        let (_, events) = members.iter_mut().find(|(name, _)| name == "events").unwrap();
        let mut told: Vec<Event> = tollgate::json::to_typed(events).unwrap();
        let by = told[0].by.clone();
        for event in follows.iter().filter(|event| !matches!(event.what, What::VoteCast(_))) {
            let seq = told.last().unwrap().seq + 1;
            told.push(Event { seq, by: by.clone(), ..event.clone() });
        }
        let after = told.iter().fold(before.clone(), |change, event| apply(Some(change), event).unwrap());
        draft.change.as_mut().unwrap().after = digest(&after);
        *events = from_serialize(&told).unwrap();
        change = Some(after);
    });
    let change = change.unwrap();
    trail.changes.insert(ID.to_owned(), change.clone());
    (trail, change)
}

/// By which digest an entry says what a change is: without what is personal, and with which fields that was.
fn digest(change: &Change) -> Digest {
    let mut request = Json::clone(&change.request);
    conceal(&mut request);
    let Json::Object(members) = &mut request else { panic!("an object") };
    members.retain(|(name, _)| name != "watchers" && name != "requester");
    let withheld =
        change.withheld.as_ref().map(|withheld| Withheld { fields: vec![], unknown: withheld.given() });
    let change = Change { request: Arc::new(request), withheld, ..change.clone() };
    Digest::of(canonical(&from_serialize(&change).unwrap()).as_bytes())
}

#[test]
fn what_another_log_says_was_decided_is_decided_again() {
    let (mut one, change) = approved_by_nobody("one.example");
    assert_eq!(change.state.word(), "approved");
    let mut two = Trail::named("two.example");
    let (from, to) = (home(&one), home(&two));
    let size = one.entries.len();
    let refused = hand_over(&mut one, ID, &to).unwrap_err();
    assert_eq!((&*refused.code, one.entries.len()), ("DECIDED_OTHERWISE", size), "it does not leave its log");
    let file = given_unasked(&mut one, ID, &to);
    let refused = take(&mut two, &file, &from).unwrap_err();
    assert_eq!(refused.code, "DECIDED_OTHERWISE");
    let wanted = "decides otherwise: entry 20, made by version 0.1.0: `report` is decided differently";
    assert!(refused.message.ends_with(wanted), "{}", refused.message);

    // Its keeper puts it into the log nevertheless: nothing is deployed by it, and whoever decides again sees it.
    take_by_hand(&mut two, &file, &from, change);
    let at = two.entries.len() - 1;
    let (answer, _) = told(&mut two);
    assert!(codes(&answer).contains(&"DECIDED_OTHERWISE".to_owned()), "{answer:?}");
    let (check, _) = checked(&two, &[]);
    let wanted = format!(
        "re-decided differently at {at}: in what log `one.example` handed over, entry 20, made by version 0.1.0: `report` is decided differently; 1 in all"
    );
    assert_eq!(check.says, wanted);

    // One home further on it is still seen.
    let mut three = Trail::named("three.example");
    assert_eq!(code(handed(&mut two, ID, &home(&three))), "DECIDED_OTHERWISE");
    let on = given_unasked(&mut two, ID, &home(&three));
    let refused = take(&mut three, &on, &to).unwrap_err();
    assert_eq!(refused.code, "DECIDED_OTHERWISE", "{}", refused.message);
}

#[test]
fn an_approval_names_the_logs_that_its_change_came_through_and_their_keys_can_be_revoked() {
    let (mut one, mut two, mut three) =
        (waiting("one.example", &[ID]), Trail::named("two.example"), Trail::named("three.example"));
    let by_manager = vote(&one);
    assert!(one.give(ID, by_manager, manager()).unwrap().ok);
    let file = handed(&mut one, ID, &home(&two)).unwrap();
    take(&mut two, &file, &home(&one)).unwrap();
    let file = handed(&mut two, ID, &home(&three)).unwrap();
    take(&mut three, &file, &home(&two)).unwrap();
    let (answer, call) = told(&mut three);
    let approved = answer.approval.clone().unwrap();
    assert_eq!(approved.came_through, [home(&one), home(&two)]);
    assert_eq!(approved.decided_again, 5, "four commands in the first log, and the gate in this one");
    assert!(!codes(&answer).contains(&"KEY_REVOKED".to_owned()), "{answer:?}");
    // Of the three logs the manager voted in the first alone.
    let revoked = |of: &str| {
        let call = ApprovalCall { revoked: vec![seed(of).public_key().id()], ..call.clone() };
        ask_approval(&call, COMPILE)
    };
    let found = revoked("u-manager");
    let reason = found.reasons.iter().find(|reason| &*reason.code == "KEY_REVOKED").unwrap();
    assert!(
        reason
            .message
            .starts_with("of what was taken over from log `one.example`, entry 18 is signed by key "),
        "{}",
        reason.message
    );
    assert!(
        reason.message.ends_with(" of `u-manager`, which is revoked: withdraw it, and begin it anew"),
        "{}",
        reason.message
    );
    assert_eq!(codes(&revoked("u-nobody")), codes(&answer));

    // A log that revoked the key from before the vote hands nothing over by it.
    let mut four = waiting("four.example", &[ID]);
    let by_manager = vote(&four);
    let at = four.entries.len() as u64;
    assert!(four.give(ID, by_manager, manager()).unwrap().ok);
    let key = seed("u-manager").public_key().id();
    let lost = Revoked { key, from: tollgate::trail::Count(at), reason: "Stolen".to_owned() };
    four.administer(&Administer::Revoke(lost)).unwrap();
    let size = four.entries.len();
    let refused = handed(&mut four, ID, &home(&three)).unwrap_err();
    let wanted = format!(
        "no log would take change `CHG-1` over: entry {at} is signed by key {key} of `u-manager`, which is revoked from before then"
    );
    assert_eq!((&*refused.code, refused.message, four.entries.len()), ("KEY_REVOKED", wanted, size));
    let (to, from) = (home(&three), home(&four));
    let file = given_unasked(&mut four, ID, &to);
    let refused = take(&mut three, &file, &from).unwrap_err();
    assert_eq!(refused.code, "BAD_BUNDLE");
    let wanted = format!(
        "entry {at} is signed by key {key} of `u-manager`, which its log has revoked from before then"
    );
    assert!(refused.message.ends_with(&wanted), "{}", refused.message);
}

/// Whose personal data is, it says itself: nobody places it beyond what is erased.
#[test]
fn personal_data_that_came_along_is_of_whom_it_names() {
    let (mut one, two) = (waiting("one.example", &[ID]), Trail::named("two.example"));
    let from = home(&one);
    let genuine = handed(&mut one, ID, &home(&two)).unwrap();
    let [requester, told] = genuine.disclosures.as_slice() else { panic!("{:?}", genuine.disclosures) };
    assert_eq!((&*requester.persons[0], &*told.persons[0]), ("u-asha", "u-watcher"));
    let taken = |file: &BundleFile| {
        let mut two = Trail::named("two.example");
        take(&mut two, file, &from).map(|()| two)
    };
    for persons in [vec![], vec![String::new()], vec!["u-other".to_owned()]] {
        let mut file = genuine.clone();
        file.disclosures[1].persons = persons;
        assert_eq!(taken(&file).unwrap().disclosures, genuine.disclosures);
    }
    // Nor is anything kept that belongs to none of the entries, or is not what its digest is of.
    let text = "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0".to_owned();
    for (digest, wanted) in [
        (disclosure_digest(&text), "belongs to none of its entries"),
        (told.digest.clone(), "is not what that is of"),
    ] {
        let mut file = genuine.clone();
        file.disclosures.push(Disclosure { digest, text: text.clone(), persons: vec!["u-asha".to_owned()] });
        let refused = taken(&file).map(drop).unwrap_err();
        assert_eq!(refused.code, "BAD_BUNDLE");
        assert!(refused.message.ends_with(wanted), "{}", refused.message);
    }

    // Whoever looks for personal data in the trail finds it at the entry that brought it.
    let two_of = taken(&genuine).unwrap();
    let brought = entry(two_of.entries.last().unwrap());
    let mut digests: Vec<&str> = genuine.disclosures.iter().map(|it| &*it.digest).collect();
    digests.sort_unstable();
    let digests = digests.into_iter().map(|digest| Json::String(digest.to_owned())).collect();
    assert_eq!(brought.body.get("_sd"), Some(Json::Array(digests)));

    // What came along goes with the change to its next home, too.
    let (mut two, mut three) = (two_of, Trail::named("three.example"));
    let on = handed(&mut two, ID, &home(&three)).unwrap();
    assert_eq!(on.disclosures, genuine.disclosures);
    take(&mut three, &on, &home(&two)).unwrap();
    assert_eq!(three.changes[ID].request.get("watchers"), one.changes[ID].request.get("watchers"));
}
