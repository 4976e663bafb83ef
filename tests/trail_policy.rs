//! SC-08e: a change that a faulty version of the policy called Normal, and that a change manager has decided anew under the version that
//! mends it. Both versions are adopted in the trail, so both can be decided by again.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::panic,
    reason = "a test stops where it cannot go on"
)]

use tollgate::api::{self, Compiled, File};
use tollgate::change::{Actor, Choice, Command, Event, Machine, State, What};
use tollgate::ir::Name;
use tollgate::json::{Json, to_typed};
use tollgate::value::Duration;

#[path = "support/lives.rs"]
mod lives;
#[path = "support/log.rs"]
mod support;

use support::{Trail, again, entry, verdict};

const ID: &str = "CHG-1016";
const SUBMITTED: &str = "2026-02-03T11:00:00+05:30";

/// The shipped policy as another version, with other words in it.
fn version(version: &str, words: &[(&str, &str)]) -> Compiled {
    let shipped = lives::shipped();
    let version = format!("\"{version}\"");
    let words = words.iter().copied().chain([("\"2026.11\"", version.as_str())]);
    let files: Vec<File> = shipped
        .sources
        .iter()
        .map(|(_, file)| {
            let text = words.clone().fold(file.text().to_owned(), |text, (from, to)| text.replace(from, to));
            File { name: file.name().to_owned(), text }
        })
        .collect();
    api::compile(&files).0.unwrap()
}

/// Puts a policy in force, as a host does: from then on it decides.
fn adopt(trail: &mut Trail, policy: Compiled) {
    let outgoing = std::mem::replace(&mut trail.world.policy, lives::shipped());
    trail.adopt(&policy, Some(&outgoing), ["u-cm", "u-author"]).unwrap();
    trail.world.policy = policy;
}

fn give(trail: &mut Trail, at: &str, command: Command, actor: Actor) -> Vec<Event> {
    trail.now = trail.world.at(at);
    let answer = trail.give(ID, command, actor).unwrap();
    assert!(answer.ok, "{:?}", answer.reasons);
    answer.events
}

#[test]
fn a_change_that_a_faulty_version_misclassified_is_decided_anew_under_the_one_that_mends_it() {
    let mut trail = Trail::new();
    // The fault: the guard asks for another issuer than before.
    let faulty = version(
        "2026.11.1",
        &[(
            "when certificate is given that certificate.same_issuer",
            "when certificate is given that not certificate.same_issuer",
        )],
    );
    let (v11, v12) = (faulty.ir.identity.digest, version("2026.12", &[]).ir.identity.digest);
    assert_ne!(v11, v12);
    adopt(&mut trail, faulty);

    let person = |id: &str| Actor::Person(Name::from(id));
    let shared = lives::parse(include_str!("../rules/change-management/scenarios/shared.json"));
    let Json::Object(mut request) = shared.get("renewal").unwrap().clone() else { panic!("an object") };
    let Json::Object(pool) = shared.get("pool").unwrap().clone() else { panic!("an object") };
    request.retain(|(name, _)| name != "data" && name != "planned");
    request.extend(pool.into_iter().filter(|(name, _)| name == "impact"));
    request.push(("data".to_owned(), Json::Array(vec![Json::String("financial".to_owned())])));
    let create = Command::Create { id: Name::from(ID), request: Json::Object(request).into() };
    give(&mut trail, SUBMITTED, create, person("u-ravi"));
    let facts = shared.get("same_certificate").unwrap().clone();
    give(&mut trail, SUBMITTED, Command::Report { facts: facts.into() }, Actor::Machine(Machine::Ci));
    give(&mut trail, SUBMITTED, Command::Submit, person("u-ravi"));
    give(&mut trail, SUBMITTED, Command::Complete, person("u-ravi"));
    let normal = trail.changes[ID].clone();
    assert_eq!(
        (normal.class().map(|class| &**class), normal.state),
        (Some("normal"), State::AwaitingApproval)
    );
    let vote = Command::Vote(lives::ballot(&normal, Choice::Approve));
    give(&mut trail, "2026-02-03T11:30:00+05:30", vote, person("u-architect"));
    assert_eq!(trail.changes[ID].state, State::AwaitingApproval, "others are still asked");

    // The version that mends it is adopted while the change is open; until somebody has it decided anew it stands under its own.
    trail.now = trail.world.at("2026-02-03T15:00:00+05:30");
    adopt(&mut trail, version("2026.12", &[]));
    let adopted = entry(trail.entries.last().unwrap());
    assert_eq!(adopted.body.get("eases"), Some(Json::Array(vec![Json::String(ID.to_owned())])));
    assert_eq!(trail.changes[ID].policy().unwrap().digest, v11);

    let reason = "Version 2026.11.1 asked for another issuer; 2026.12 does not";
    let reclassify = Command::Reclassify { reason: reason.to_owned() };
    let events = give(&mut trail, "2026-02-03T15:30:00+05:30", reclassify, person("u-cm"));
    let What::Classified { decision, due, reason: said, from_policy, voided, .. } = &events[0].what else {
        panic!("{events:?}")
    };
    // The entry keeps both digests, and the reason.
    assert_eq!((*from_policy, decision.policy.digest, said.as_str()), (Some(v11), v12, reason));
    assert_eq!(voided.iter().map(|name| &**name).collect::<Vec<_>>(), ["u-architect"]);
    // Due a day after it was submitted, not after it was decided anew.
    let due = due.as_ref().unwrap();
    assert_eq!(due.at, trail.world.at(SUBMITTED).checked_add(Duration::from_ms(86_400_000)).unwrap());
    let standard = &trail.changes[ID];
    assert_eq!((standard.class().map(|class| &**class), standard.state), (Some("standard"), State::Approved));
    assert!(standard.votes.is_empty(), "{:?}", standard.votes);
    let made = entry(trail.entries.last().unwrap());
    assert_eq!((made.policy.unwrap().digest, made.actor.person.as_deref()), (v12, Some("u-cm")));
    let recorded: Vec<Event> = to_typed(&made.body.get("events").unwrap()).unwrap();
    assert_eq!(recorded, events);

    // Everything comes out again as it was, each command by the policy of its time.
    assert!(verdict(&trail.entries, &[]).is_ok());
    let (decided, found) = again(&trail, &trail.entries);
    assert_eq!((decided, found), (6, vec![]));
}
