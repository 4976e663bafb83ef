//! What a data protection officer asks of a log: personal data erased, changes purged. Every proof and every decision holds afterwards,
//! and what nobody authorised shows.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::panic,
    reason = "a test stops where it cannot go on"
)]

use tollgate::api::trail::{Administer, Check, CheckAnswer, Officers, PurgeOf, TakenUp, ToHold};
use tollgate::api::{self, File, Refusal};
use tollgate::change::Command;
use tollgate::ir::Name;
use tollgate::json::{self, Json};
use tollgate::trail::{Enrolled, Erased, Hold, Kind, Log, Role, Tombstone};
use tollgate::value::Instant;

#[path = "support/lives.rs"]
mod lives;
#[path = "support/log.rs"]
mod support;

use support::{Kept, Trail, entry, seed, spki, to_hold, verdict};

const REASON: &str = "Asked for by the person";

/// A trail of so many entries, with a key for an officer.
fn grown(entries: usize) -> Trail {
    let mut trail = Trail::new();
    let roles = vec![Role::DataProtectionOfficer];
    let enrolled = Enrolled { spki: spki("u-dpo"), roles, person: Some("u-dpo".to_owned()), machine: None };
    trail.administer(&Administer::Enrol(enrolled)).unwrap();
    trail.grow(entries, 9);
    trail
}

/// What an officer asks for, signed by somebody.
fn signed(trail: &Trail, officers: &Officers, by: &str) -> Result<Administer, Refusal> {
    let asked = officers.to_state(&Log::open(&trail.head).unwrap(), trail.now)?;
    Ok(Administer::Officers(officers.clone(), trail.act(by, &asked.subject, asked.digest, asked.act)))
}

fn asked(trail: &mut Trail, officers: &Officers) -> Result<(), Refusal> {
    let what = signed(trail, officers, "u-dpo")?;
    trail.administer(&what)
}

fn checked(trail: &Trail) -> (CheckAnswer, Option<TakenUp>) {
    let mut check = Check::new(&[], &[], Some(|files: &[File]| api::compile(files).0.ok())).unwrap();
    for stored in &trail.entries {
        check.take(stored.as_bytes(), &Kept(trail));
    }
    check.take_up(&Kept(trail))
}

#[test]
fn what_is_erased_is_gone_and_everything_else_holds() {
    let mut trail = grown(80);
    let theirs = |trail: &Trail| -> Vec<String> {
        let of = trail.disclosures.iter().filter(|it| it.persons.iter().any(|person| person == "u-asha"));
        of.map(|it| it.digest.clone()).collect()
    };
    let digests = theirs(&trail);
    assert!(digests.len() > 3, "{digests:?}");
    let erased = Erased { person: "u-asha".to_owned(), digests: digests.clone(), reason: REASON.to_owned() };
    let erase = Officers::Erase(erased.clone());
    let code = |answer: Result<(), Refusal>| answer.unwrap_err().code;

    // Nobody but an officer, and only over what the entry says.
    for by in ["u-manager", "u-cm"] {
        let what = signed(&trail, &erase, by).unwrap();
        assert_eq!(code(trail.administer(&what)), "UNSIGNED", "{by}");
    }
    let Administer::Officers(_, statement) = signed(&trail, &erase, "u-dpo").unwrap() else { unreachable!() };
    let fewer = Erased { digests: digests[1..].to_vec(), ..erased.clone() };
    let other = Erased { person: "u-cm".to_owned(), ..erased.clone() };
    let reasoned = Erased { reason: "Another".to_owned(), ..erased.clone() };
    for what in [fewer, other, reasoned] {
        let what = Administer::Officers(Officers::Erase(what), statement.clone());
        assert_eq!(code(trail.administer(&what)), "UNSIGNED");
    }
    let empty = Erased { digests: vec![], ..erased.clone() };
    assert_eq!(code(asked(&mut trail, &Officers::Erase(empty))), "NOTHING_TO_ERASE");
    let silent = Erased { reason: " ".to_owned(), ..erased };
    assert_eq!(code(asked(&mut trail, &Officers::Erase(silent))), "REASON_REQUIRED");

    asked(&mut trail, &erase).unwrap();
    let made = entry(trail.entries.last().unwrap());
    assert_eq!((made.kind, made.actor.person.as_deref()), (Kind::Erased, Some("u-dpo")));
    assert_eq!(made.actor.role.as_deref(), Some("data_protection_officer"));
    trail.disclosures.retain(|it| !digests.contains(&it.digest));
    let (answer, log) = checked(&trail);
    assert_eq!((answer.verdict, answer.erased), ("self-consistent", digests.len()), "{}", answer.says);
    assert!(answer.differences.is_empty() && answer.decided_again > Some(30), "{:?}", answer.decided_again);
    let log = log.unwrap();
    assert_eq!(log.erasures[0].digests, digests);
    assert!(log.erased.iter().all(|it| it.digests.iter().all(|digest| digests.contains(digest))));
    assert_eq!(log.erased.len(), log.changes.len(), "each was asked for by somebody who is erased");

    // The list of an erasure may be long: it stands beside the trail then, and the statement names it.
    let digests: Vec<String> =
        (0..900).map(|at| tollgate::trail::disclosure_digest(&at.to_string())).collect();
    let long = Erased { person: "u-many".to_owned(), digests, reason: REASON.to_owned() };
    asked(&mut trail, &Officers::Erase(long)).unwrap();
    assert_eq!(entry(trail.entries.last().unwrap()).blobs[0].at, "/digests");
    assert_eq!(checked(&trail).0.erased, log.erasures[0].digests.len() + 900);
}

/// A change that was withdrawn at an instant, as its entries say.
fn withdrawn(trail: &mut Trail, id: &str, request: &str, at: &str) -> PurgeOf {
    let shared = lives::parse(include_str!("../rules/change-management/scenarios/shared.json"));
    let request = shared.get(request).unwrap().clone();
    let requester = request.get("requester").unwrap().clone();
    let asha = || json::to_typed(&Json::Object(vec![("person".to_owned(), requester.clone())])).unwrap();
    trail.give(id, Command::Create { id: Name::from(id), request: request.into() }, asha()).unwrap();
    assert!(trail.give(id, Command::Submit, asha()).unwrap().ok);
    trail.now = trail.world.at(at);
    assert!(trail.give(id, Command::Withdraw { reason: "Not needed".to_owned() }, asha()).unwrap().ok);
    of(trail, id, trail.now)
}

fn of(trail: &Trail, id: &str, ended: Instant) -> PurgeOf {
    let entries = trail.entries.iter().filter(|stored| {
        !stored.starts_with("{\"tombstone") && entry(stored).change.is_some_and(|change| change.id == id)
    });
    PurgeOf { change: trail.changes[id].clone(), ended, entries: entries.count() as u64 }
}

fn purge(of: &PurgeOf) -> Officers {
    Officers::Purge(Box::new(of.clone()))
}

#[test]
fn a_change_is_purged_when_its_time_is_over_and_not_before() {
    let mut trail = grown(40);
    let pool = withdrawn(&mut trail, "CHG-P", "renewal", "2028-02-29T10:00:00+05:30");
    let code = |answer: Result<(), Refusal>| answer.unwrap_err().code;
    let open = trail.changes.values().find(|change| !change.state.has_ended()).unwrap().id.to_string();
    let open = of(&trail, &open, trail.now);

    // Seven years of the calendar: from a 29 February to 1 March.
    trail.now = trail.world.at("2035-03-01T09:59:59.999+05:30");
    let early = asked(&mut trail, &purge(&pool)).unwrap_err();
    assert_eq!(early.code, "RETENTION_NOT_OVER");
    assert!(early.message.contains("2035-03-01T04:30:00Z"), "{}", early.message);
    assert!(early.help.unwrap().contains("2035-03-01T04:30:00Z"));
    assert_eq!(code(asked(&mut trail, &purge(&open))), "NOT_CLOSED");
    trail.now = trail.world.at("2035-03-01T10:00+05:30");
    let hold = || Hold { change: "CHG-P".to_owned(), reason: "A lawsuit".to_owned() };
    trail.administer(&to_hold(hold())).unwrap();
    assert_eq!(code(asked(&mut trail, &purge(&pool))), "LEGAL_HOLD");
    trail.administer(&Administer::LiftHold(hold())).unwrap();
    for by in ["u-cm", "u-manager"] {
        let what = signed(&trail, &purge(&pool), by).unwrap();
        assert_eq!(code(trail.administer(&what)), "UNSIGNED", "{by}");
    }
    asked(&mut trail, &purge(&pool)).unwrap();
    let decided = checked(&trail).0.decided_again.unwrap();

    let before = verdict(&trail.entries, &[]).unwrap();
    let mut gone = Vec::new();
    for stored in &mut trail.entries {
        let tombstone = Tombstone::of_stored(stored.as_bytes());
        if let Some(tombstone) = tombstone.filter(|it| it.change.id == "CHG-P") {
            gone.push(std::mem::replace(stored, tombstone.text()));
        }
    }
    let whole = verdict(&trail.entries, &[]).unwrap();
    assert_eq!((whole.purged, gone.len()), (3, 3));
    assert_eq!(whole.log.frontier().head(), before.log.frontier().head(), "every proof holds");
    let (answer, log) = checked(&trail);
    assert_eq!((answer.verdict, answer.purged), ("self-consistent", 3), "{}", answer.says);
    assert_eq!((answer.decided_again, answer.differences.len()), (Some(decided - 3), 0));
    let log = log.unwrap();
    assert_eq!(log.purged, ["CHG-P"]);
    assert!(log.changes.iter().all(|change| &*change.id != "CHG-P"));
    assert_eq!(log.head, trail.head);

    // Half of it, as a crash leaves it.
    let at = trail.entries.iter().rposition(|stored| stored.starts_with("{\"tombstone")).unwrap();
    let tombstone = std::mem::replace(&mut trail.entries[at], gone.pop().unwrap());
    assert_eq!(checked(&trail).0.purged, 2);
    trail.entries[at] = tombstone;
    // Nothing goes on with it, and nobody begins another of its name.
    trail.changes.remove("CHG-P");
    withdrawn(&mut trail, "CHG-P", "renewal", "2035-03-02T10:00+05:30");
    assert!(checked(&trail).0.says.contains("which was purged"), "{}", checked(&trail).0.says);
}

#[test]
fn financial_data_is_kept_for_ten_years() {
    let mut trail = grown(30);
    let payroll = withdrawn(&mut trail, "CHG-F", "pool", "2026-03-01T10:00Z");
    trail.now = trail.world.at("2036-03-01T09:59:59Z");
    let early = asked(&mut trail, &purge(&payroll)).unwrap_err();
    assert!(early.message.ends_with("is kept until 2036-03-01T10:00:00Z"), "{}", early.message);
    trail.now = trail.world.at("2036-03-01T10:00Z");
    asked(&mut trail, &purge(&payroll)).unwrap();
    assert!(checked(&trail).0.ok);
}

/// An officer and a log that agree to purge too early, or something else, are found out by whoever checks.
#[test]
fn a_purge_that_says_something_else_is_broken() {
    let made = |change: fn(&mut PurgeOf)| {
        let mut trail = grown(30);
        let mut of = withdrawn(&mut trail, "CHG-F", "pool", "2026-03-01T10:00Z");
        change(&mut of);
        trail.now = trail.world.at("2036-03-02T10:00Z");
        asked(&mut trail, &purge(&of)).unwrap();
        checked(&trail).0.fault.map(|fault| fault.code)
    };
    assert_eq!(made(|_| {}), None);
    assert_eq!(made(|of| of.ended = "2026-02-28T10:00Z".parse().unwrap()), Some("PURGES_OTHERWISE"));
    assert_eq!(made(|of| of.entries = 2), Some("PURGES_OTHERWISE"));
    // As if it touched no financial data: seven years.
    let mut trail = grown(30);
    let mut of = withdrawn(&mut trail, "CHG-F", "pool", "2026-03-01T10:00Z");
    std::sync::Arc::make_mut(of.change.decision.as_mut().unwrap()).retain =
        Some(tollgate::eval::Retain { time: tollgate::eval::Time::Years(1), after: Name::from("closed") });
    trail.now = trail.world.at("2032-03-01T10:00Z");
    assert!(asked(&mut trail, &purge(&of)).unwrap_err().message.contains("2033-03-01"), "seven at the least");
    trail.now = trail.world.at("2033-03-01T10:00Z");
    asked(&mut trail, &purge(&of)).unwrap();
    let says = checked(&trail).0.says;
    assert!(says.contains("kept until 2036-03-01"), "{says}");
}

#[test]
fn keys_policies_and_rosters_stay() {
    let trail = grown(30);
    for stored in &trail.entries[..18] {
        assert_eq!(Tombstone::of_stored(stored.as_bytes()), None);
    }
    assert_eq!(Tombstone::of_stored(b"{}"), None);
    let key = seed("u-dpo").public_key().id();
    assert!(trail.head.state.keys.get(&key).unwrap().has(Role::DataProtectionOfficer));
}

/// A hold keeps a change that is here, once: what would keep nothing is a mistake that nobody may rest on.
#[test]
fn a_hold_is_on_a_change_that_the_log_has() {
    let mut trail = Trail::new();
    let hold = |change: &str, known: &[&str]| {
        let changes = known.iter().map(|id| (*id).to_owned()).collect();
        let hold = Hold { change: change.to_owned(), reason: "Asked for by counsel".to_owned() };
        Administer::Hold(ToHold { hold, changes })
    };
    let refused = |trail: &mut Trail, what: &Administer| {
        let size = trail.entries.len();
        let refusal = trail.administer(what).unwrap_err();
        assert_eq!((trail.entries.len(), refusal.path.as_deref()), (size, Some("change")));
        (refusal.code, refusal.message, refusal.help.unwrap())
    };
    let (code, message, help) = refused(&mut trail, &hold("CHG-1O01", &["CHG-1001", "CHG-2"]));
    assert_eq!((&*code, &*help), ("NO_CHANGE", "did you mean `CHG-1001`?"));
    assert_eq!(message, "the log has never seen a change `CHG-1O01`: a hold on it would keep nothing");
    let (code, _, help) = refused(&mut trail, &hold("CHG-9", &[]));
    assert_eq!(code, "NO_CHANGE");
    assert!(help.contains("tollgate trail show"), "{help}");

    trail.administer(&hold("CHG-2", &["CHG-2"])).unwrap();
    let (code, message, help) = refused(&mut trail, &hold("CHG-2", &["CHG-2"]));
    assert_eq!((&*code, &*message), ("HELD_ALREADY", "change `CHG-2` is held already: one hold keeps it"));
    assert!(help.contains("lift that hold"), "{help}");
    let lift = Hold { change: "CHG-2".to_owned(), reason: "Over".to_owned() };
    trail.administer(&Administer::LiftHold(lift)).unwrap();
    trail.administer(&hold("CHG-2", &["CHG-2"])).unwrap();
    assert!(verdict(&trail.entries, &[]).is_ok());
}
