//! The life of a change as a whole: every pair of state and command is in the table or refused, no command leads where
//! the table does not say, and random lives keep the invariants of requirements, Annex B.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    reason = "a test reads files, and stops where it cannot go on"
)]

#[path = "support/lives.rs"]
mod lives;

use lives::{Dice, World, ballot, command, request};
use std::collections::BTreeSet;
use tollgate::change::{
    Actor, Cause, Change, CloseCode, Event, Kind, Machine, State, What, apply, fold, next, table,
};
use tollgate::ir::Name;
use tollgate::json;

#[test]
fn every_state_and_command_is_in_the_table_or_refused() {
    let world = World::new();
    let base = world.approved();
    let now = world.at("2026-02-03T12:00:00Z");
    let actors = ["u-asha", "u-cm", "u-manager", "u-impl"].map(|person| Actor::Person(Name::from(person)));
    let machines = [Machine::Ci, Machine::Monitor, Machine::Workflow].map(Actor::Machine);
    let mut pairs = 0;
    for state in State::ALL {
        for kind in Kind::ALL {
            if matches!(kind, Kind::Create | Kind::RecordUnauthorized) {
                continue;
            }
            pairs += 1;
            let change = Change { state, ..base.clone() };
            let row = table::row(state, *kind);
            for actor in actors.iter().chain(&machines) {
                let command = command(*kind, &change, now);
                match (next(Some(&change), &command, &world.context(), now, actor), row) {
                    (Err(refusal), None) => {
                        assert_eq!(refusal.codes(), [Name::from("WRONG_STATE")], "{state} {}", kind.word());
                    }
                    (Ok(_), None) => panic!("{state} takes `{}`, which is not in the table", kind.word()),
                    (Ok(events), Some(row)) => {
                        let to = after(&change, &events).state;
                        assert!(row.to.contains(&to), "`{}` leads from {state} to {to}", kind.word());
                    }
                    (Err(refusal), Some(_)) => {
                        let codes = refusal.codes();
                        assert!(!codes.contains(&Name::from("WRONG_STATE")), "{state} {}", kind.word());
                        assert!(!codes.is_empty());
                        // What is refused leaves the change where it is, but for what time does to it.
                        let left = after(&change, &refusal.record);
                        let tick = table::row(state, Kind::Tick).map_or(vec![state], |row| row.to.to_vec());
                        assert!(tick.contains(&left.state), "{state} {}", kind.word());
                    }
                }
            }
        }
    }
    assert_eq!(pairs, State::ALL.len() * (Kind::ALL.len() - 2));
    for row in table::TABLE {
        for from in row.from {
            let same = table::TABLE.iter().filter(|it| it.command == row.command && it.from.contains(from));
            assert_eq!(same.count(), 1, "{from} has two rows for `{}`", row.command.word());
        }
    }
    for last in [State::Closed, State::Withdrawn] {
        assert_eq!(table::commands(last).count(), 0, "{last} is an end");
    }
}

fn after(change: &Change, events: &[Event]) -> Change {
    events.iter().fold(change.clone(), |change, event| apply(Some(change), event).unwrap())
}

#[test]
fn random_lives_keep_the_invariants() {
    let world = World::new();
    let (mut states, mut commands) = (BTreeSet::new(), BTreeSet::new());
    for seed in 0..300 {
        live(&world, seed, &mut states, &mut commands);
    }
    let never: Vec<State> = State::ALL
        .into_iter()
        .filter(|state| !states.contains(state) && *state != State::Unauthorized)
        .collect();
    assert!(never.is_empty(), "no random life came to {never:?}");
    let begins = [Kind::Create, Kind::RecordUnauthorized];
    let unused: Vec<&Kind> =
        Kind::ALL.iter().filter(|kind| !commands.contains(*kind) && !begins.contains(kind)).collect();
    assert!(unused.is_empty(), "no random life took {unused:?}");
}

#[test]
fn time_goes_on_and_a_change_stays_on_its_policy() {
    let world = World::new();
    let change = world.awaiting();
    let asha = Actor::Person(Name::from("u-asha"));
    let code = |change: &Change, at: &str| {
        let command = command(Kind::Withdraw, change, world.at(at));
        next(Some(change), &command, &world.context(), world.at(at), &asha).map_err(|refusal| refusal.codes())
    };
    let last = change.last_at.to_string();
    assert!(code(&change, &last).is_ok(), "at the instant of the last event");
    assert_eq!(code(&change, "2026-02-03T04:59:59.999Z"), Err(vec![Name::from("CLOCK_WENT_BACK")]));
    let mut elsewhere = change.clone();
    let decision = std::sync::Arc::make_mut(elsewhere.decision.as_mut().unwrap());
    decision.policy.digest = tollgate::value::Digest::of(b"another");
    assert_eq!(code(&elsewhere, &last), Err(vec![Name::from("OTHER_POLICY")]));
}

#[test]
fn what_a_decision_was_made_on_is_named_without_personal_data() {
    let world = World::new();
    let mut dice = Dice::new(1);
    let plain = request(&mut dice);
    let with = |name: &str, value: &str| {
        let json::Json::Object(mut members) = plain.clone() else { panic!("a request is an object") };
        members.retain(|(known, _)| known != name);
        members.push((name.to_owned(), lives::parse(value)));
        json::Json::Object(members)
    };
    let digest = |request: &json::Json| {
        let nothing = json::Json::Object(Vec::new());
        tollgate::eval::digests(&world.policy.ir, request, &nothing).request
    };
    assert_eq!(digest(&with("watchers", r#"["u-cm"]"#)), digest(&with("watchers", r#"["u-ciso"]"#)));
    assert_ne!(digest(&with("title", r#""One""#)), digest(&with("title", r#""Another""#)));
}

#[test]
fn no_change_has_an_id_that_is_no_key() {
    let world = World::new();
    let begin = |id: &str| {
        let request = request(&mut Dice::new(1)).into();
        let create = tollgate::change::Command::Create { id: Name::from(id), request };
        let asha = Actor::Person(Name::from("u-asha"));
        next(None, &create, &world.context(), world.at("2026-02-03T05:00:00Z"), &asha)
    };
    for id in ["", "a/b", "CHG 1", "__proto__", "constructor", "prototype", &"x".repeat(61)] {
        assert_eq!(begin(id).unwrap_err().codes(), [Name::from("BAD_ID")], "{id}");
    }
    for id in ["CHG-1", "toString", "Constructor", "__proto", &"x".repeat(60)] {
        assert!(begin(id).is_ok(), "{id}");
    }
}

/// One life. What is done and when is thrown with dice, mostly among what the state allows.
fn live(world: &World, seed: u64, states: &mut BTreeSet<State>, commands: &mut BTreeSet<Kind>) {
    let mut dice = Dice::new(seed);
    let mut now = world.at("2026-02-03T05:00:00Z");
    let create =
        tollgate::change::Command::Create { id: Name::from("CHG-1"), request: request(&mut dice).into() };
    let requester = Actor::Person(Name::from("u-asha"));
    let mut history = next(None, &create, &world.context(), now, &requester).unwrap();
    if seed.is_multiple_of(5) {
        // Few lives would come to a rollout in steps by chance.
        history = world.rolled_out_in_steps();
        now = history.last().unwrap().at;
    }
    let mut change = fold(&history).unwrap().unwrap();
    for _ in 0..60 {
        states.insert(change.state);
        now = dice.later(now);
        let legal: Vec<Kind> = table::commands(change.state).collect();
        let kind = match legal.as_slice() {
            legal if legal.contains(&Kind::Vote) && dice.chance(70) => Kind::Vote,
            [] => dice.pick(Kind::ALL),
            legal if dice.chance(95) => dice.pick(legal),
            _ => dice.pick(Kind::ALL),
        };
        // A step of a rollout is watched for a day; few lives would wait that long by chance.
        let waits = change.canary.is_some() && legal.contains(&Kind::Promote) && dice.chance(40);
        let kind = if waits { Kind::Promote } else { kind };
        if waits {
            now = now.checked_add(tollgate::value::Duration::from_ms(86_400_000)).unwrap();
        }
        let (command, actor) = world.try_command(&mut dice, kind, &change, now);
        let done = next(Some(&change), &command, &world.context(), now, &actor);
        let place = format!("seed {seed}, {} in {} by {actor}", kind.word(), change.state);
        let (events, ok) = match done {
            Ok(events) => (events, true),
            Err(refusal) => (refusal.record, false),
        };
        if ok {
            commands.insert(kind);
        }
        for event in &events {
            let before = change.clone();
            change = apply(Some(change), event).unwrap();
            holds(&before, event, &change, &place);
        }
        let ends = [State::Closed, State::Withdrawn];
        assert!(!ends.contains(&change.state) || table::commands(change.state).count() == 0);
        history.extend(events);
    }
    states.insert(change.state);
    let replayed = fold(&history).unwrap().unwrap();
    let text = |change: &Change| json::canonical(&json::from_serialize(change).unwrap());
    assert_eq!(text(&replayed), text(&change), "seed {seed}: a replay differs");
    let read: Change = json::to_typed(&json::from_serialize(&change).unwrap()).unwrap();
    assert_eq!(read, change, "seed {seed}: what is read back differs");
}

/// The invariants, at one event.
fn holds(before: &Change, event: &Event, after: &Change, place: &str) {
    let broken = after.flags.iter().any(|flag| &**flag == "BREAK_GLASS");
    match &event.what {
        What::ImplementationStarted { implementer, .. } => {
            // No path here without valid approvals of this revision.
            let approval = before.approval.as_ref();
            let valid = approval.is_some_and(|it| it.valid_until.is_none_or(|until| event.at < until));
            assert!(valid || broken, "{place}: started without an approval");
            let bound = before.votes.iter().all(|vote| {
                vote.revision == before.revision
                    && vote.request == before.digest
                    && Some(vote.policy) == before.policy().map(|policy| policy.digest)
            });
            assert!(bound, "{place}: a vote for something else counted");
            let apart =
                *implementer != before.requester && before.votes.iter().all(|vote| vote.by != *implementer);
            assert!(apart || broken, "{place}: `{implementer}` plays two parts");
        }
        What::RollbackTriggered(_) => {
            assert!(before.rollback.is_none(), "{place}: a second rollback");
        }
        What::VoteCast(vote) => {
            assert!(vote.by != before.requester, "{place}: the requester voted");
            assert!(before.votes.iter().all(|other| other.by != vote.by), "{place}: a second vote");
            assert!(
                before.votes.iter().all(|other| other.seat != vote.seat),
                "{place}: a seat with two votes"
            );
        }
        What::Classified { cause, decision, .. } => {
            assert!(
                after.votes.is_empty() && after.approval.is_none(),
                "{place}: an approval of another class"
            );
            let rank = |change: &Change| {
                let order = ["standard", "normal", "emergency"];
                change.class().map_or(0, |class| order.iter().position(|it| **it == **class).unwrap() + 1)
            };
            if rank(after) < rank(before) {
                assert_eq!(*cause, Cause::Reclassified, "{place}: the class fell");
                assert!(event.by == Actor::Person(Name::from("u-cm")), "{place}: not by a change manager");
                assert!(before.approval.is_none(), "{place}: the class of an approved change fell");
            }
            assert!(decision.gates.is_empty());
        }
        What::Edited { .. } if after.revision != before.revision => {
            assert!(
                after.votes.is_empty() && after.approval.is_none(),
                "{place}: an approval of another revision"
            );
        }
        What::Closed { code } => {
            let taken_back = before.rollback.is_some();
            let success = matches!(code, CloseCode::Successful | CloseCode::WithIssues);
            assert!(!(taken_back && success), "{place}: a success that was taken back");
            assert!(before.reviews.iter().all(|duty| duty.justified.is_some()), "{place}: a review is open");
        }
        What::Refused { .. } | What::AssessmentIncomplete { .. } => {
            assert_eq!(before.state, after.state, "{place}: a refusal changed the state");
        }
        _ => {}
    }
    let undecided =
        [State::Assessing, State::AwaitingApproval, State::NeedsInfo, State::Rejected, State::Expired];
    assert!(
        !undecided.contains(&after.state) || after.approval.is_none(),
        "{place}: an approval in {}",
        after.state
    );
    let ended = matches!(before.state, State::Closed | State::Withdrawn);
    assert!(!ended || matches!(event.what, What::Refused { .. }), "{place}: after the end");
}

#[test]
fn a_vote_is_bound_to_what_was_seen() {
    let world = World::new();
    let change = world.awaiting();
    let now = world.at("2026-02-03T12:00:00Z");
    let manager = Actor::Person(Name::from("u-manager"));
    let vote = tollgate::change::Command::Vote(ballot(&change, tollgate::change::Choice::Approve));
    let events = next(Some(&change), &vote, &world.context(), now, &manager).unwrap();
    assert_eq!(after(&change, &events).state, State::Approved);
    let later = Change { revision: 2, ..change };
    let refusal = next(Some(&later), &vote, &world.context(), now, &manager).unwrap_err();
    assert_eq!(refusal.codes(), [Name::from("STALE_VOTE")]);
}
