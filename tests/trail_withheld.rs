//! Which personal fields a request was given is on record, beside what they said: what was never given is not taken for what was erased,
//! and nobody says otherwise of it, neither a host that asks nor whoever holds the log's key (A-17).

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::panic,
    reason = "a test stops where it cannot go on"
)]

use std::sync::Arc;

use tollgate::api::trail::{AdoptCall, GateAsked, GateCall, GivenBy, adopt, ask_gate};
use tollgate::api::{self, Compiled, File, Refusal};
use tollgate::change::{Actor, Change, Command, Withheld};
use tollgate::ir::Name;
use tollgate::json::{Json, from_serialize};
use tollgate::trail::{Author, Draft, Entry, Envelope, Log, Millis};

#[path = "support/lives.rs"]
mod lives;
#[path = "support/moving.rs"]
mod moving;
#[path = "support/log.rs"]
mod support;

use moving::{checked, forged};
use support::{Trail, sign, signers_of};

const ID: &str = "CHG-1";

fn code<T>(answer: Result<T, Refusal>) -> String {
    answer.map(drop).unwrap_err().code
}

fn asha() -> Actor {
    Actor::Person(Name::from("u-asha"))
}

fn shared(name: &str) -> Json {
    let shared = lives::parse(include_str!("../rules/change-management/scenarios/shared.json"));
    shared.get(name).unwrap().clone()
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

/// The shipped policy, in the next version and with edits.
fn policy(edits: &[(&str, &str)]) -> Compiled {
    let edited = |text: &str| {
        let next = text.replace("2026.11", "2026.12");
        edits.iter().fold(next, |text, (from, to)| text.replace(from, to))
    };
    let shipped = lives::shipped();
    let files = shipped.sources.iter();
    let files: Vec<File> =
        files.map(|(_, file)| File { name: file.name().to_owned(), text: edited(file.text()) }).collect();
    api::compile(&files).0.unwrap()
}

/// Judges less to weigh much.
fn easier() -> Compiled {
    policy(&[("band medium 2..3", "band medium 2..12"), ("band high   4..", "band high   13..")])
}

fn adopting<'a>(trail: &'a Trail, policy: &'a Compiled) -> AdoptCall<'a> {
    let digest = policy.ir.identity.digest;
    let act = Json::Object(vec![("adopt".to_owned(), Json::String(digest.to_string()))]);
    let statements =
        ["u-cm", "u-author"].map(|author| trail.act(author, &policy.ir.identity.id, digest, act.clone()));
    AdoptCall {
        head: trail.head.clone(),
        policy,
        outgoing: Some(&trail.world.policy),
        roster: Some(trail.roster.clone()),
        open: trail.changes.values().cloned().collect(),
        statements: statements.to_vec(),
        actor: Author::person("u-cm"),
        now: trail.now,
    }
}

/// Puts what [`adopt`] answered into a log, after whoever holds its key had their way with it.
fn adopted_by_hand(trail: &mut Trail, payload: &str, forge: impl FnOnce(&mut Json)) {
    let Entry { kind, id, actor, policy, request, change, engine, body, blobs, statements, .. } =
        Entry::read(payload).unwrap();
    let mut body = tollgate::trail::restore(&body, &blobs, |digest| trail.blob(digest)).unwrap();
    forge(&mut body);
    let statements = statements.iter().map(|it| Envelope::of_json(it).unwrap()).collect();
    let time = Millis(trail.now);
    let (blobs, kept) = tollgate::trail::extract(&mut body);
    trail.blobs.extend(kept.into_iter().map(|blob| (blob.digest, blob.text)));
    let draft = Draft { kind, id, time, actor, policy, request, change, engine, body, blobs, statements };
    let log = Log::open(&trail.head).unwrap();
    let payload = log.draft(draft).unwrap().payload().unwrap();
    trail.head = log.seal(payload.clone(), vec![sign(&payload, "log")]).unwrap().head;
    trail.entries.push(trail.head.last.clone());
}

/// Whom a policy would serve is decided again, whatever its entry says.
#[test]
fn whom_a_policy_serves_is_decided_again() {
    let easier = easier();
    let eases =
        |ids: &[&str]| -> Json { Json::Array(ids.iter().map(|id| Json::String((*id).to_owned())).collect()) };
    for (requester, said, wanted) in [
        ("u-asha", Some(&[ID][..]), None),
        (
            "u-asha",
            None,
            Some("re-decided differently at AT: the policy judges other open changes more lightly; 1 in all"),
        ),
        (
            "u-asha",
            Some(&["CHG-7"]),
            Some("re-decided differently at AT: the policy judges other open changes more lightly; 1 in all"),
        ),
        (
            "u-cm",
            None,
            Some(
                "re-decided differently at AT: `u-cm` signed it, and asks for change `CHG-1`, which it judges more lightly; 1 in all",
            ),
        ),
        (
            "u-cm",
            Some(&[ID]),
            Some("broken at AT: `u-cm` signed it, and asks for change `CHG-1`, which it judges more lightly"),
        ),
    ] {
        let mut trail = Trail::named("one.example");
        // Signed and made while nothing was open that it would have served.
        let prepared = adopt(&adopting(&trail, &easier)).unwrap();
        trail.blobs.extend(prepared.blobs.iter().map(|blob| (blob.digest, blob.text.clone())));
        let Json::Object(mut request) = shared("embedding") else { panic!("an object") };
        request.retain(|(name, _)| name != "requester");
        request.push(("requester".to_owned(), Json::String(requester.to_owned())));
        let create = Command::Create { id: Name::from(ID), request: Json::Object(request).into() };
        for command in [create, Command::Submit] {
            let answer = trail.give(ID, command, Actor::Person(Name::from(requester))).unwrap();
            assert!(answer.ok, "{:?}", answer.reasons);
        }
        let at = trail.entries.len();
        adopted_by_hand(&mut trail, &prepared.payload, |body| {
            let Json::Object(members) = body else { panic!("an object") };
            members.retain(|(name, _)| name != "eases");
            members.extend(said.map(|ids| ("eases".to_owned(), eases(ids))));
        });
        for _ in 0..2 {
            let says = checked(&trail, &[]).0.says;
            match wanted {
                Some(wanted) => assert_eq!(says, wanted.replace("AT", &at.to_string())),
                None => assert!(says.starts_with("self-consistent"), "{says}"),
            }
            // Without any personal data it comes to the same.
            trail.disclosures.clear();
        }
    }
    // A host leaves the roster out, and every role with it.
    let trail = Trail::named("one.example");
    assert_eq!(code(adopt(&AdoptCall { roster: None, ..adopting(&trail, &easier) })), "OTHER_ROSTER");

    // A policy that reads whose change it is, which another withheld: whoever has the data and whoever has not find the same.
    let mut trail = Trail::named("one.example");
    let create = Command::Create { id: Name::from(ID), request: shared("embedding").into() };
    for command in [create, Command::Submit] {
        assert!(trail.give(ID, command, asha()).unwrap().ok);
    }
    let reading = policy(&[(
        r#""Requester"                 : person         personal"#,
        r#""Requester"                 : person"#,
    )]);
    assert!(!reading.ir.slots.iter().any(|slot| &*slot.path == "requester" && slot.personal));
    let outgoing = lives::shipped();
    trail.adopt(&reading, Some(&outgoing), ["u-cm", "u-author"]).unwrap();
    for _ in 0..2 {
        let (answer, _) = checked(&trail, &[]);
        assert!(answer.ok && answer.differences.is_empty(), "{}", answer.says);
        trail.disclosures.clear();
    }
}

/// Whoever is given a part of a log knows no other changes: of those that a policy eased there nothing is said.
#[test]
fn a_part_of_a_log_does_not_say_whom_a_policy_served() {
    let (mut trail, easier, outgoing) = (Trail::named("one.example"), easier(), lives::shipped());
    let other = || Name::from("CHG-2");
    let create = |id: Name, name: &str| Command::Create { id, request: shared(name).into() };
    assert!(trail.give(ID, create(Name::from(ID), "embedding"), asha()).unwrap().ok);
    assert!(trail.give(ID, Command::Submit, asha()).unwrap().ok);
    assert!(trail.give(&other(), create(other(), "pool"), asha()).unwrap().ok);
    trail.adopt(&easier, Some(&outgoing), ["u-cm", "u-author"]).unwrap();
    let adopted = support::entry(trail.entries.last().unwrap());
    assert_eq!(names(adopted.body.get("eases").as_ref()), [ID]);
    trail.world.policy = easier;
    assert!(trail.give(&other(), Command::Submit, asha()).unwrap().ok);
    let two = Trail::named("two.example");
    let file = moving::handed(&mut trail, &other(), &moving::home(&two)).unwrap();
    assert!(!file.bundle.blobs.is_empty(), "the rule files are in it");
}
