//! A form half filled in: what is still possible, and which question decides most.

use super::input::InputError;
use super::observer::{Recorder, Subject, Unobserved};
use super::outcome::{Combination, Outcome};
use super::verdict::{Possible, Verdict};
use super::{possible, test, work};
use crate::ir::{
    Approver, Boundaries, EnumId, Gives, Ir, Name, NodeId, Origin, Record, SlotId, State, boundaries,
    own_slots,
};
use crate::value::Instant;
use serde::Serialize;
use std::collections::BTreeSet;

/// At most so many values of one question are tried.
const MOST_VALUES: usize = 64;

/// The steps that may be spent on finding the question that decides most: about a second for the largest forms, and nothing for those of people.
const MOST_TRIED: u64 = 20_000_000;

/// What a form half filled in says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Partial {
    /// The scopes that are possible.
    pub scope: Vec<Name>,
    /// The classes that are possible; out of scope there is none.
    pub classes: Vec<Name>,
    /// The final risks that are possible.
    pub risks: Vec<Name>,
    /// The route rules that are possible.
    pub routes: Vec<Name>,
    /// The boards and roles that may have to decide.
    pub approvers: Vec<Name>,
    /// The seats of those boards that may be asked.
    pub seats: Vec<Name>,
    /// Whether scope, class, risk, route and seats are settled.
    pub decided: bool,
    /// The unanswered fields that can still change something, the one that decides most first.
    pub questions: Vec<Question>,
    /// The first of them that the form asks.
    pub next: Option<Name>,
    /// The fields that must be answered and are not, in the order of the form.
    pub missing: Vec<Name>,
    /// The fields that the form asks or may come to ask, in its order.
    pub asked: Vec<Name>,
    /// The faults of what was answered.
    pub errors: Vec<InputError>,
}

/// An unanswered field that can still change something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Question {
    /// The field.
    pub path: Name,
    /// Its title.
    pub title: Name,
    /// How many ways are left on average over its boundary values, rounded up.
    pub outcomes_left: u32,
    /// Whether the form certainly asks it.
    pub asked: bool,
}

/// Says what is possible with what has been answered, and what to ask next.
///
/// The work is bounded: each unanswered field that something undecided reads is tried at 64 boundary values at most, and
/// fewer where a single evaluation is long.
///
/// `recorder` has watched the evaluation of `record` that gave the outcome.
pub fn partial(
    ir: &Ir,
    record: &Record,
    outcome: &Outcome,
    recorder: &Recorder,
    errors: Vec<InputError>,
) -> Partial {
    let decided = is_decided(outcome);
    let questions = if decided { Vec::new() } else { questions(ir, record, outcome, recorder) };
    let next = questions.iter().find(|question| question.asked).or(questions.first());
    Partial {
        scope: names(ir, Some(ir.scope_enum), &outcome.scope.value),
        classes: names(ir, Some(ir.class_enum), &outcome.class.value),
        risks: names(ir, ir.risk_enum, &outcome.risk),
        routes: names(ir, Some(ir.route_enum), &outcome.route.value),
        approvers: approvers(ir, outcome),
        seats: seats(ir, outcome),
        decided,
        next: next.map(|question| question.path.clone()),
        questions,
        missing: missing(ir, record, outcome),
        asked: asked(ir, record, outcome),
        errors,
    }
}

fn names(ir: &Ir, of: Option<EnumId>, possible: &Possible) -> Vec<Name> {
    of.map_or_else(Vec::new, |of| possible.values.iter().map(|value| ir.value_name(of, *value)).collect())
}

fn is_decided(outcome: &Outcome) -> bool {
    ways(outcome) <= 1
}

/// In how many ways a change can come out: combinations of class, risk and route, one more if it may be out of scope,
/// and one more for each seat in doubt.
fn ways(outcome: &Outcome) -> u32 {
    let combinations: BTreeSet<&Combination> = outcome.combinations.iter().collect();
    let may_be_out = outcome.scope.value.values.iter().any(|value| *value != super::phases::IN_SCOPE);
    let in_doubt = outcome.seats.iter().flat_map(|board| &board.seated);
    let in_doubt = in_doubt.filter(|verdict| **verdict == Verdict::Unknown).count();
    let all = combinations.len().saturating_add(usize::from(may_be_out)).saturating_add(in_doubt);
    u32::try_from(all).unwrap_or(u32::MAX)
}

fn approvers(ir: &Ir, outcome: &Outcome) -> Vec<Name> {
    let mut found: Vec<Name> = Vec::new();
    for route in &outcome.route.value.values {
        let rule = ir.route.as_ref().and_then(|table| table.rules.get(usize::from(*route)));
        let named: Vec<Name> = match rule.map(|rule| &rule.gives) {
            Some(Gives::Approve(Approver::Roles { roles, .. })) => roles.clone(),
            Some(Gives::Approve(Approver::Board(board))) => {
                ir.boards.get(*board as usize).map(|board| board.name.clone()).into_iter().collect()
            }
            _ => Vec::new(),
        };
        for name in named {
            if !found.contains(&name) {
                found.push(name);
            }
        }
    }
    found
}

fn seats(ir: &Ir, outcome: &Outcome) -> Vec<Name> {
    let mut found = Vec::new();
    for board in &outcome.seats {
        let seats = ir.boards.get(board.board as usize).map_or(&[] as &[_], |board| board.seats.as_slice());
        let possible = seats.iter().zip(&board.seated).filter(|(_, verdict)| **verdict != Verdict::No);
        found.extend(possible.map(|(seat, _)| seat.id.clone()));
    }
    found
}

fn missing(ir: &Ir, record: &Record, outcome: &Outcome) -> Vec<Name> {
    let demanded = |(id, slot): &(SlotId, &crate::ir::Slot)| {
        let is_asked = || slot.asked.is_none_or(|asked| test(ir, record, outcome, asked) != Verdict::No);
        slot.origin == Origin::Request
            && !slot.optional
            && !slot.later
            && !matches!(record.slot(*id), State::Given(_))
            && is_asked()
    };
    let slots = (0..).map(SlotId).zip(&ir.slots).filter(demanded);
    slots.map(|(_, slot)| slot.path.clone()).collect()
}

/// The fields that the form asks or may come to ask: all but those whose `asked when` certainly does not hold.
fn asked(ir: &Ir, record: &Record, outcome: &Outcome) -> Vec<Name> {
    let is_asked = |slot: &&crate::ir::Slot| {
        slot.origin == Origin::Request
            && slot.asked.is_none_or(|asked| test(ir, record, outcome, asked) != Verdict::No)
    };
    ir.slots.iter().filter(is_asked).map(|slot| slot.path.clone()).collect()
}

fn questions(ir: &Ir, record: &Record, outcome: &Outcome, recorder: &Recorder) -> Vec<Question> {
    let now = outcome.now;
    let open = open_slots(ir, outcome, recorder);
    let boundaries = boundaries(ir, now);
    let mut trials = MOST_TRIED.checked_div(work(ir, record)).unwrap_or(MOST_TRIED);
    // The sum and the number of outcomes left, so that averages are compared without dividing.
    let mut found: Vec<(u64, u64, Question)> = Vec::new();
    for (id, slot) in (0..).map(SlotId).zip(&ir.slots) {
        let unanswered = slot.origin == Origin::Request && *record.slot(id) == State::Unanswered;
        if !unanswered || !open.contains(&id) {
            continue;
        }
        let asked = slot.asked.map_or(Verdict::Yes, |asked| test(ir, record, outcome, asked));
        if asked == Verdict::No {
            continue;
        }
        let (sum, count) = outcomes_left(ir, record, now, id, &boundaries, &mut trials);
        // What was not tried may leave everything open.
        let (sum, count) = if count == 0 { (u64::from(ways(outcome)), 1) } else { (sum, count) };
        let question = Question {
            path: slot.path.clone(),
            title: slot.title.clone(),
            outcomes_left: u32::try_from(sum.div_ceil(count)).unwrap_or(u32::MAX),
            asked: asked == Verdict::Yes,
        };
        found.push((sum, count, question));
    }
    // A stable sort: of equals the first in the form.
    found.sort_by(|(a, a_count, _), (b, b_count, _)| {
        let (left, right) = (u128::from(*a), u128::from(*b));
        left.saturating_mul(u128::from(*b_count)).cmp(&right.saturating_mul(u128::from(*a_count)))
    });
    found.into_iter().map(|(.., question)| question).collect()
}

/// Tries the boundary values of a field, as long as there are trials left, and adds up how many outcomes each leaves.
fn outcomes_left(
    ir: &Ir,
    record: &Record,
    now: Instant,
    slot: SlotId,
    boundaries: &Boundaries,
    trials: &mut u64,
) -> (u64, u64) {
    let mut tried = record.clone();
    let (mut sum, mut count) = (0_u64, 0_u64);
    for state in boundaries.of(slot).iter().take(MOST_VALUES) {
        let Some(left) = trials.checked_sub(1) else { break };
        *trials = left;
        tried.set(ir, slot, state.clone());
        let outcome = possible(ir, &tried, now, &mut Unobserved);
        sum = sum.saturating_add(u64::from(ways(&outcome)));
        count = count.saturating_add(1);
    }
    (sum, count)
}

/// The slots read by clauses that are unknown, in phases that are not settled.
fn open_slots(ir: &Ir, outcome: &Outcome, recorder: &Recorder) -> BTreeSet<SlotId> {
    let scope_open = outcome.scope.value.values.len() > 1;
    let class_open = outcome.class.value.values.len() > 1;
    let risk_open = outcome.risk.values.len() > 1;
    let route_open = outcome.route.value.values.len() > 1;
    let mut slots = BTreeSet::new();
    for (subject, verdict) in recorder.subjects() {
        if *verdict != Verdict::Unknown {
            continue;
        }
        let roots: Vec<NodeId> = match subject {
            Subject::Scope(index) if scope_open => rule_roots(&ir.scope, *index),
            Subject::Factor(index) if risk_open || class_open || route_open => {
                let factor = ir.score.as_ref().and_then(|score| score.factors.get(*index));
                factor.map(|factor| factor.when).into_iter().collect()
            }
            Subject::Entry(index) if class_open || route_open => {
                ir.entries.get(*index).map(|entry| entry.applies).into_iter().collect()
            }
            Subject::Guard(entry, guard) if class_open || route_open => {
                let guard = ir.entries.get(*entry).and_then(|entry| entry.guards.get(*guard));
                guard.into_iter().flat_map(|guard| guard.when.into_iter().chain([guard.that])).collect()
            }
            Subject::Class(index) if class_open => rule_roots(&ir.classify, *index),
            Subject::Route(index) if route_open => rule_roots(&ir.route, *index),
            Subject::Seat(board, seat) => {
                let seat = ir.boards.get(*board).and_then(|board| board.seats.get(*seat));
                seat.and_then(|seat| seat.seated_when).into_iter().collect()
            }
            _ => Vec::new(),
        };
        for root in roots {
            unknown_slots(ir, root, recorder, &mut slots);
        }
    }
    // Which entry is named decides as much as what the entries ask.
    if (class_open || route_open) && outcome.catalogued == Verdict::Unknown {
        slots.extend(ir.template);
    }
    slots
}

fn rule_roots(table: &Option<crate::ir::Table>, index: usize) -> Vec<NodeId> {
    let rule = table.as_ref().and_then(|table| table.rules.get(index));
    rule.and_then(|rule| rule.when).into_iter().collect()
}

/// Goes down where the verdict is unknown.
fn unknown_slots(ir: &Ir, root: NodeId, recorder: &Recorder, slots: &mut BTreeSet<SlotId>) {
    let mut seen = BTreeSet::new();
    let mut todo = vec![root];
    while let Some(id) = todo.pop() {
        // A value has no verdict of its own: it is read by the clause above it.
        let settled = recorder.verdict(id).is_some_and(|verdict| verdict != Verdict::Unknown);
        if settled || !seen.insert(id) {
            continue;
        }
        slots.extend(own_slots(ir, id));
        todo.extend(crate::ir::operands(ir, id));
    }
}
