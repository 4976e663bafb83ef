//! What always holds of partial answers, tried with random records over the policy of `tests/data/eval/changes.txt`.
//!
//! Values are taken from the boundaries of each field, so that conditions come out both ways.
#![expect(clippy::disallowed_methods, reason = "the policy is a file")]

mod support;

use proptest::prelude::*;
use std::collections::BTreeSet;
use std::sync::OnceLock;
use support::compile;
use tollgate::eval::{Outcome, Recorder, Unobserved, Verdict, decide, possible};
use tollgate::ir::{Boundaries, FactsId, Ir, Origin, Presence, Record, SlotId, State, boundaries};
use tollgate::value::Instant;

struct Policy {
    ir: Ir,
    boundaries: Boundaries,
    now: Instant,
}

fn policy() -> &'static Policy {
    static POLICY: OnceLock<Policy> = OnceLock::new();
    POLICY.get_or_init(|| {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/eval/changes.txt");
        let text = std::fs::read_to_string(path).unwrap();
        let (rules, _) = text.split_once("=== base ===").unwrap();
        let (ir, _) = compile(&[("changes.gate", rules)]);
        let now = "2026-02-03T05:30:00Z".parse().unwrap();
        Policy { boundaries: boundaries(&ir, now), ir, now }
    })
}

/// A record in which every slot is given or absent, as the numbers choose.
fn complete(choices: &[u16]) -> Record {
    let Policy { ir, boundaries, .. } = policy();
    let mut record = Record::absent(ir);
    let mut choices = choices.iter().map(|choice| usize::from(*choice));
    let groups: Vec<bool> = ir.facts.iter().map(|_| choices.next().unwrap() % 2 == 0).collect();
    for (id, slot) in (0..).map(SlotId).zip(&ir.slots) {
        let choice = choices.next().unwrap();
        let values: Vec<&State> = boundaries
            .of(id)
            .iter()
            .filter(|s| slot.optional || slot.later || **s != State::Absent)
            .collect();
        let reported = match slot.origin {
            Origin::Request => true,
            Origin::Facts(group) => groups[group.index()],
        };
        if reported {
            record.set(ir, id, values[choice % values.len()].clone());
        }
    }
    record
}

/// The record with some slots and facts groups taken back.
fn taken_back(record: &Record, open: &[bool]) -> Record {
    let ir = &policy().ir;
    let mut partial = record.clone();
    let mut open = open.iter().copied();
    for group in (0..).map(FactsId).take(ir.facts.len()) {
        if open.next().unwrap() {
            partial.facts[group.index()] = Presence::Unanswered;
            for slot in &ir.facts[group.index()].slots {
                partial.slots[slot.index()] = State::Unanswered;
            }
        }
    }
    for (slot, state) in ir.slots.iter().zip(&mut partial.slots) {
        if slot.origin == Origin::Request && open.next().unwrap_or(false) {
            *state = State::Unanswered;
        }
    }
    partial
}

/// Everything that an outcome says is possible, as one set.
fn possibilities(outcome: &Outcome) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    let named = [
        ("scope", &outcome.scope.value),
        ("class", &outcome.class.value),
        ("risk", &outcome.risk),
        ("route", &outcome.route.value),
    ];
    for (name, possible) in named {
        all.extend(possible.values.iter().map(|value| format!("{name} {value}")));
        all.extend(possible.absent.then(|| format!("{name} absent")));
    }
    all.extend(outcome.combinations.iter().map(|combination| format!("{combination:?}")));
    for board in &outcome.seats {
        let seats = board.seated.iter().enumerate().filter(|(_, verdict)| **verdict != Verdict::No);
        all.extend(seats.map(|(seat, _)| format!("seat {} {seat}", board.board)));
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn nothing_is_unknown_when_all_is_answered(choices in prop::collection::vec(any::<u16>(), 64)) {
        let Policy { ir, now, .. } = policy();
        let mut recorder = Recorder::default();
        let outcome = decide(ir, &complete(&choices), *now, &mut recorder);
        prop_assert!(recorder.subjects().iter().all(|(_, verdict)| *verdict != Verdict::Unknown));
        prop_assert!(outcome.scope.value.known().is_some());
        let in_scope = outcome.scope.value.known() == Some(0);
        for possible in [&outcome.class.value, &outcome.risk, &outcome.route.value] {
            prop_assert!(possible.is_decided());
            prop_assert_eq!(possible.known().is_some(), in_scope);
        }
    }

    #[test]
    fn answering_never_adds_a_possibility(
        choices in prop::collection::vec(any::<u16>(), 64),
        open in prop::collection::vec(any::<bool>(), 64),
        fewer in prop::collection::vec(any::<bool>(), 64),
    ) {
        let Policy { ir, now, .. } = policy();
        let record = complete(&choices);
        let open_too: Vec<bool> = open.iter().zip(&fewer).map(|(open, fewer)| *open && *fewer).collect();
        let look = |record: &Record| possibilities(&possible(ir, record, *now, &mut Unobserved));
        let most = look(&taken_back(&record, &open));
        let less = look(&taken_back(&record, &open_too));
        let least = look(&record);
        prop_assert!(less.is_subset(&most), "{:?}", less.difference(&most));
        prop_assert!(least.is_subset(&less), "{:?}", least.difference(&less));
        let unknown = look(&Record::unanswered(ir));
        prop_assert!(least.is_subset(&unknown), "{:?}", least.difference(&unknown));
    }
}
