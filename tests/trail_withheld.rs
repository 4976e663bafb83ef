//! Which personal fields a request was given is on record, beside what they said: what was never given is not taken for what was erased,
//! and nobody says otherwise of it, neither a host that asks nor whoever holds the log's key.

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
use tollgate::api::trail::{AdoptCall, GateAsked, GateCall, GivenBy, adopt, ask_gate};
use tollgate::change::{Actor, Change, Command, Withheld};
use tollgate::ir::Name;
use tollgate::json::{Json, from_serialize};
use tollgate::trail::{Draft, Entry, Log, Millis};

#[path = "support/lives.rs"]
mod lives;
#[path = "support/moving.rs"]
mod moving;
#[path = "support/log.rs"]
mod support;
#[path = "support/adopting.rs"]
mod versions;

use moving::{checked, forged};
use support::{Trail, sign, signers_of};
use versions::{adopting, policy, shared};

const ID: &str = "CHG-1";

fn code<T>(answer: Result<T, Refusal>) -> String {
    answer.map(drop).unwrap_err().code
}

fn asha() -> Actor {
    Actor::Person(Name::from("u-asha"))
}

/// A request with these personal fields and no others.
fn pool(personal: &[&str]) -> Json {
    let Json::Object(mut members) = shared("pool") else { panic!("an object") };
    members.retain(|(name, _)| name != "requester" && name != "watchers");
    for field in personal {
        let person = Json::String("u-asha".to_owned());
        let value = if *field == "watchers" { Json::Array(vec![person]) } else { person };
        members.push(((*field).to_owned(), value));
    }
    Json::Object(members)
}

fn create(personal: &[&str]) -> Command {
    Command::Create { id: Name::from(ID), request: pool(personal).into() }
}

/// A draft, in a log that goes on.
fn drafted(personal: &[&str]) -> Trail {
    let mut trail = Trail::named("one.example");
    assert!(trail.give(ID, create(personal), asha()).unwrap().ok);
    trail
}

/// Everything personal is gone, and whoever opens the log next has what is left.
fn erased(trail: &mut Trail) {
    trail.disclosures.clear();
    let (answer, log) = checked(trail, &[]);
    let log = log.unwrap_or_else(|| panic!("{}", answer.says));
    for change in log.changes {
        trail.changes.insert(change.id.to_string(), change);
    }
}

fn withheld(fields: &[&str], erased: &[&str]) -> Option<Withheld> {
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    Some(Withheld { fields: owned(fields), unknown: owned(erased) })
}

#[test]
fn what_was_never_given_is_not_taken_for_what_was_erased() {
    // Only what must be given counts, and only what was given.
    for (given, missing) in [
        (&["requester", "watchers"][..], &[][..]),
        (&["requester"], &[]),
        (&["watchers"], &["requester"]),
        (&[], &["requester"]),
    ] {
        let mut trail = drafted(given);
        assert_eq!(trail.changes[ID].withheld, withheld(given, &[]), "{given:?}");
        erased(&mut trail);
        assert_eq!(trail.changes[ID].withheld, withheld(&[], given), "{given:?}");
        let answer = trail.give(ID, Command::Submit, asha()).unwrap();
        let found: Vec<String> =
            answer.reasons.iter().flat_map(|reason| &reason.missing).map(Name::to_string).collect();
        assert_eq!(
            (answer.ok, found),
            (missing.is_empty(), missing.iter().map(|it| (*it).to_owned()).collect())
        );
        let (answer, _) = checked(&trail, &[]);
        assert!(answer.ok && answer.differences.is_empty(), "{given:?}: {}", answer.says);
    }
}

#[test]
fn a_host_says_nothing_else_of_what_was_given() {
    let mut trail = drafted(&["watchers"]);
    erased(&mut trail);
    let honest = trail.changes[ID].clone();
    let lied = [
        None,
        withheld(&[], &[]),
        withheld(&[], &["requester"]),
        withheld(&[], &["requester", "watchers"]),
        withheld(&["requester"], &["watchers"]),
    ];
    let told = |change: &Change| -> [Result<(), Refusal>; 2] {
        let act = GivenBy::Host { command: Command::Submit, actor: asha() };
        let asked = GateCall {
            head: trail.head.clone(),
            roster: trail.roster.clone(),
            register: Json::Object(Vec::new()),
            id: ID.to_owned(),
            change: Some(change.clone()),
            signed: signers_of(&trail, ID),
            asked: GateAsked::Host { facts: Json::Object(Vec::new()), actor: asha() },
            now: trail.now,
        };
        [trail.call(Some(change.clone()), act).map(drop), ask_gate(&trail.world.policy, &asked).map(drop)]
    };
    for said in lied {
        let change = Change { withheld: said.clone(), ..honest.clone() };
        assert_eq!(told(&change).map(code), ["STALE_CHANGE", "STALE_CHANGE"], "{said:?}");
        let next = policy(&[]);
        let call = AdoptCall { open: vec![change], ..adopting(&trail, &next) };
        assert_eq!(code(adopt(&call)), "OPEN_CHANGES", "{said:?}");
    }
    // It does not have what it says it has.
    let bare = Change { withheld: withheld(&["watchers"], &[]), ..honest.clone() };
    assert_eq!(told(&bare).map(code), ["STALE_CHANGE", "STALE_CHANGE"]);
    let next = policy(&[]);
    assert_eq!(code(adopt(&AdoptCall { open: vec![bare], ..adopting(&trail, &next) })), "OPEN_CHANGES");
    // What is known of it and what is not is the host's to say: it has it, or has it not.
    assert!(told(&honest).iter().all(Result::is_ok));
    let known = Change {
        request: Arc::new(pool(&["watchers"])),
        withheld: withheld(&["watchers"], &[]),
        ..honest.clone()
    };
    assert!(told(&known).iter().all(Result::is_ok));
    // Nor is it told twice, out of order, or as an entry has it.
    let twice = Change { withheld: withheld(&["watchers"], &["watchers"]), ..known.clone() };
    let Json::Object(mut members) = pool(&[]) else { panic!("an object") };
    members.push(("_sd".to_owned(), Json::Array(vec![])));
    let digests = Change { request: Arc::new(Json::Object(members)), ..honest.clone() };
    for change in [twice, digests] {
        assert_eq!(told(&change).map(code), ["STALE_CHANGE", "STALE_CHANGE"]);
    }
    // What it says that the data is makes no difference to a gate.
    let Json::Object(mut members) = pool(&[]) else { panic!("an object") };
    members.push(("watchers".to_owned(), Json::Bool(true)));
    let garbled = Change { request: Arc::new(Json::Object(members)), ..known };
    let asked = |change: &Change| {
        let mut trail = drafted(&["watchers"]);
        trail.changes.insert(ID.to_owned(), change.clone());
        moving::ask(&mut trail, ID)
    };
    assert_eq!(asked(&garbled), asked(&honest));
    // A value that nobody gave is not slipped in.
    let slipped = Change { request: Arc::new(pool(&["requester"])), ..honest };
    assert_eq!(told(&slipped).map(code), ["STALE_CHANGE", "STALE_CHANGE"]);
}

/// Whoever holds the log's key writes of a request what is not so.
#[test]
fn an_entry_names_what_it_withholds() {
    let list =
        |names: &[&str]| Json::Array(names.iter().map(|name| Json::String((*name).to_owned())).collect());
    let unlike = "broken at 17: what is withheld from its request is not what it says";
    for (said, given, wanted) in [
        (
            None,
            &["requester", "watchers"][..],
            "broken at 17: it does not say what was withheld from its request",
        ),
        (
            Some(list(&["watchers", "requester"])),
            &["requester", "watchers"],
            "broken at 17: the fields withheld from its request do not stand in their order",
        ),
        (
            Some(list(&["requester", "requester"])),
            &["requester", "watchers"],
            "broken at 17: the fields withheld from its request do not stand in their order",
        ),
        (Some(list(&["requester"])), &["requester", "watchers"], unlike),
        (Some(list(&["requester", "watchers"])), &["watchers"], unlike),
        (Some(list(&[])), &["watchers"], unlike),
        (Some(list(&["impact.watchers"])), &["watchers"], unlike),
        (Some(list(&["title"])), &["watchers"], unlike),
        // Another field than was given: that its policy does not call that personal, or that it was another one.
        (
            Some(list(&["owner"])),
            &["watchers"],
            "re-decided differently at 17: what is withheld from its request is not what its policy calls personal; 1 in all",
        ),
    ] {
        let mut trail = Trail::named("one.example");
        let at = trail.entries.len();
        trail.disclosures = disclosed(&trail, given);
        forged(&mut trail, ID, create(given), asha(), |draft| {
            let Json::Object(members) = &mut draft.body else { panic!("an object") };
            members.retain(|(name, _)| name != "withheld");
            members.extend(said.clone().map(|said| ("withheld".to_owned(), said)));
            let withheld = Withheld { fields: vec![], unknown: names(said.as_ref()) };
            renamed(draft, &withheld);
        });
        let wanted = wanted.replace("17", &at.to_string());
        assert_eq!(checked(&trail, &[]).0.says, wanted, "{said:?}");
        // Also where nobody has the data any more.
        trail.disclosures.clear();
        assert_eq!(checked(&trail, &[]).0.says, wanted, "{said:?}");
    }

    // With the data at hand it shows that it was another field: the one that must be given was not.
    let mut trail = Trail::named("one.example");
    trail.disclosures = disclosed(&trail, &["watchers"]);
    forged(&mut trail, ID, create(&["watchers"]), asha(), |draft| {
        let Json::Object(members) = &mut draft.body else { panic!("an object") };
        members.retain(|(name, _)| name != "withheld");
        members.push(("withheld".to_owned(), list(&["requester"])));
        renamed(draft, &Withheld { fields: vec![], unknown: vec!["requester".to_owned()] });
    });
    assert!(
        checked(&trail, &[]).0.says.ends_with("is not what its policy calls personal; 1 in all"),
        "{}",
        checked(&trail, &[]).0.says
    );

    // What the entry does not say was given is not put back into a request.
    let mut check = tollgate::api::trail::Check::new(&[], &[], None).unwrap();
    for stored in &trail.entries {
        check.take(stored.as_bytes(), &support::Kept(&trail));
    }
    let log = check.take_up(&support::Kept(&trail)).1.unwrap();
    assert_eq!(log.changes[0].withheld, withheld(&[], &["requester"]));
    assert_eq!(log.changes[0].request.get("watchers"), None);

    // What gives no request withholds nothing.
    let mut trail = drafted(&["requester"]);
    forged(&mut trail, ID, Command::Submit, asha(), |draft| {
        let Json::Object(members) = &mut draft.body else { panic!("an object") };
        members.push(("withheld".to_owned(), list(&[])));
    });
    let (answer, _) = checked(&trail, &[]);
    assert!(
        answer.says.ends_with("it says what was withheld from a request, and gives none"),
        "{}",
        answer.says
    );
}

/// What lies beside the entry that is made of this.
fn disclosed(trail: &Trail, personal: &[&str]) -> Vec<tollgate::trail::Disclosure> {
    trail.prepare(ID, create(personal), asha()).unwrap().prepared.unwrap().disclosures
}

fn names(list: Option<&Json>) -> Vec<String> {
    let Some(Json::Array(items)) = list else { return Vec::new() };
    items
        .iter()
        .map(|item| if let Json::String(name) = item { name.clone() } else { panic!("a text") })
        .collect()
}

/// The entry says consistently what the change is after it.
fn renamed(draft: &mut Draft, withheld: &Withheld) {
    let events: Vec<tollgate::change::Event> =
        tollgate::json::to_typed(draft.body.get("events").unwrap()).unwrap();
    let mut change = tollgate::change::fold(&events).unwrap().unwrap();
    let mut request = Json::clone(&change.request);
    tollgate::trail::conceal(&mut request);
    change = Change { request: Arc::new(request), withheld: Some(withheld.clone()), ..change };
    let canonical = tollgate::json::canonical(&from_serialize(&change).unwrap());
    draft.change.as_mut().unwrap().after = tollgate::value::Digest::of(canonical.as_bytes());
}

/// A policy that keeps in the open what another withheld decides nothing by it, whether it is known still or was erased.
#[test]
fn nobody_decides_by_what_was_withheld() {
    let outgoing = lives::shipped();
    let reading =
        policy(&[("list of person optional editorial personal", "list of person optional editorial")]);
    let opened = |given: &[&str]| {
        let mut trail = drafted(given);
        trail.adopt(&reading, Some(&outgoing), ["u-cm", "u-author"]).unwrap();
        trail.world.policy =
            policy(&[("list of person optional editorial personal", "list of person optional editorial")]);
        trail
    };
    for is_erased in [false, true] {
        let mut trail = opened(&["requester", "watchers"]);
        if is_erased {
            erased(&mut trail);
        }
        let refused = trail.give(ID, Command::Submit, asha()).unwrap_err();
        assert_eq!(refused.code, "NEEDS_PERSONAL_DATA");
        let said = "`watchers` was withheld from the trail as personal when the request was written, and policy `GCC-CHANGE` 2026.12 no longer keeps it apart";
        assert!(refused.message.starts_with(said), "{}", refused.message);
        let change = trail.changes[ID].clone();
        let asked = GateCall {
            head: trail.head.clone(),
            roster: trail.roster.clone(),
            register: Json::Object(Vec::new()),
            id: ID.to_owned(),
            change: Some(change),
            signed: signers_of(&trail, ID),
            asked: GateAsked::Host { facts: Json::Object(Vec::new()), actor: asha() },
            now: trail.now,
        };
        assert_eq!(code(ask_gate(&trail.world.policy, &asked)), "NEEDS_PERSONAL_DATA");

        // An edit ends that, also with what the request says already.
        let edit = Command::Edit { request: pool(&["requester", "watchers"]).into() };
        let answer = trail.give(ID, edit, asha()).unwrap();
        assert!(answer.ok, "{:?}", answer.reasons);
        assert_eq!(trail.changes[ID].withheld, withheld(&["requester"], &[]));
        assert!(trail.give(ID, Command::Submit, asha()).unwrap().ok);
        for _ in 0..2 {
            let (answer, _) = checked(&trail, &[]);
            assert!(answer.ok && answer.differences.is_empty(), "{}", answer.says);
            trail.disclosures.clear();
        }
    }
    // Whoever holds the log's key has it decided nevertheless: that is found.
    let honest = opened(&["requester"]);
    let submitted = honest.prepare(ID, Command::Submit, asha()).unwrap();
    assert!(submitted.ok);
    let mut trail = opened(&["requester", "watchers"]);
    let (digest_before, at) = (trail.head.state.open.get(ID).unwrap().digest, trail.entries.len());
    let prepared = submitted.prepared.unwrap();
    let Entry { kind, id, actor, policy, request, change, engine, body, blobs, .. } =
        Entry::read(&prepared.payload).unwrap();
    let mut after = trail.changes[ID].clone();
    for event in &submitted.events {
        after = tollgate::change::apply(Some(after), event).unwrap();
    }
    let mut concealed = Json::clone(&after.request);
    let Json::Object(members) = &mut concealed else { panic!("an object") };
    members.retain(|(name, _)| name != "requester" && name != "watchers");
    let after =
        Change { request: Arc::new(concealed), withheld: withheld(&[], &["requester", "watchers"]), ..after };
    let canonical = tollgate::json::canonical(&from_serialize(&after).unwrap());
    let change = change.map(|change| tollgate::trail::ChangeRef {
        before: Some(digest_before),
        after: tollgate::value::Digest::of(canonical.as_bytes()),
        ..change
    });
    trail.blobs.extend(prepared.blobs.into_iter().map(|blob| (blob.digest, blob.text)));
    let (time, body) = (Millis(trail.now), body.json());
    let draft =
        Draft { kind, id, time, actor, policy, request, change, engine, body, blobs, statements: vec![] };
    let log = Log::open(&trail.head).unwrap();
    let payload = log.draft(draft).unwrap().payload().unwrap();
    trail.head = log.seal(payload.clone(), vec![sign(&payload, "log")]).unwrap().head;
    trail.entries.push(trail.head.last.clone());
    let wanted = format!(
        "re-decided differently at {at}: its policy keeps in the open what was withheld when the request was given; 1 in all"
    );
    assert_eq!(checked(&trail, &[]).0.says, wanted);
}
