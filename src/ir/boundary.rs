//! The values of a slot at which a decision can change.
//!
//! Between two neighbouring boundary values no comparison changes its answer, so trying these finds what trying all values
//! would find. That holds for fields compared with constants and with each other by differences, for sets asked about their
//! members, for texts compared with texts. Where it does not, as with a sum of three fields, the slots are
//! [`Boundaries::beyond`] it: what the values show is true all the same, what they do not show may yet be.

mod members;
mod numbers;
mod sum;

use super::{Ir, Node, NodeId, Origin, SlotId, State, Type};
use crate::value::{Duration, Fixed, Instant, Period, Value};
use members::Members;
use numbers::Numbers;
use std::collections::BTreeSet;
use sum::{Part, Place};

/// The boundary values of every slot, each list without doubles, given values before `Absent`.
#[derive(Debug, Clone)]
pub struct Boundaries {
    /// One list for each of `Ir::slots`.
    pub slots: Vec<Vec<State>>,
    /// The slots that are related in a way which their lists do not exhaust.
    pub beyond: BTreeSet<SlotId>,
}

impl Boundaries {
    /// Returns the boundary values of a slot.
    pub fn of(&self, slot: SlotId) -> &[State] {
        self.slots.get(slot.index()).map_or(&[], Vec::as_slice)
    }
}

/// Finds the boundary values of every slot, from its type and from what any condition of the policy but those of telemetry
/// compares it with.
///
/// Instants are compared with `now` too, so it is an argument.
pub fn boundaries(ir: &Ir, now: Instant) -> Boundaries {
    let all = (0..ir.nodes.len()).filter_map(|index| u32::try_from(index).ok()).map(NodeId);
    let all = all.filter(|id| ir.beside.binary_search(id).is_err());
    let every = (0..ir.slots.len()).filter_map(|index| u32::try_from(index).ok()).map(SlotId);
    boundaries_among(ir, all, every, now)
}

/// Finds the boundary values of some slots, as far as some conditions tell; the lists of the others are empty.
pub fn boundaries_among(
    ir: &Ir,
    nodes: impl IntoIterator<Item = NodeId>,
    slots: impl IntoIterator<Item = SlotId>,
    now: Instant,
) -> Boundaries {
    let mut numbers = Numbers::at(now);
    let mut members = Members::default();
    for id in nodes {
        if !numbers.relation(ir, id) {
            members.relation(ir, id);
        }
    }
    let mut found = Boundaries { slots: vec![Vec::new(); ir.slots.len()], beyond: BTreeSet::new() };
    let slots: Vec<SlotId> = slots.into_iter().collect();
    let solved = numbers.solve(ir, &slots);
    found.beyond.extend(solved.beyond.iter().filter_map(|place| place.slot()));
    for id in slots {
        let (Some(slot), Some(states)) = (ir.slots.get(id.index()), found.slots.get_mut(id.index())) else {
            continue;
        };
        let (values, all): (Vec<Value>, bool) = match slot.ty {
            Type::YesNo => (vec![Value::YesNo(false), Value::YesNo(true)], true),
            Type::Enum(of) => (members::values(ir, of).map(Value::Enum).collect(), true),
            Type::Int { .. } | Type::Decimal { .. } | Type::Percent { .. } | Type::Duration { .. } => {
                (solved.of(Place::whole(id)).filter_map(|number| of_type(slot.ty, number)).collect(), true)
            }
            Type::Instant => {
                (solved.of(Place::whole(id)).filter_map(instant).map(Value::Instant).collect(), true)
            }
            Type::Period => periods(&solved, id),
            Type::Set(of) => members.sets(ir, id, of),
            Type::Text { min, max } => members.texts(ir, id, (min, max)),
            Type::Digest => members.digests(id),
            Type::Person => members.persons(id),
            Type::List(of) => members.lists(id, of),
        };
        if !all || (members.is_beyond(id) && !matches!(slot.ty, Type::YesNo | Type::Enum(_))) {
            found.beyond.insert(id);
        }
        for state in values.into_iter().map(State::Given) {
            if !states.contains(&state) {
                states.push(state);
            }
        }
        let may_lack = slot.optional || slot.later || slot.asked.is_some();
        if may_lack || matches!(slot.origin, Origin::Facts(_)) {
            states.push(State::Absent);
        }
    }
    found
}

/// The instants that stand for all, as far as the present is concerned.
#[derive(Debug, Clone)]
pub struct Moments {
    /// In order.
    pub instants: Vec<Instant>,
    /// Whether the present is related in a way that they do not exhaust.
    pub beyond: bool,
}

/// Finds the instants at which conditions change that compare the present with dates of the policy, or with fields that are.
///
/// At each of `turns` something else changes. `usual` is where nothing is compared.
pub fn moments(
    ir: &Ir,
    nodes: impl IntoIterator<Item = NodeId>,
    slots: impl IntoIterator<Item = SlotId>,
    turns: &[Instant],
    usual: Instant,
) -> Moments {
    let mut numbers = Numbers::with_now(usual);
    for id in nodes {
        numbers.relation(ir, id);
    }
    for turn in turns {
        numbers.changes_at(*turn);
    }
    let slots: Vec<SlotId> = slots.into_iter().collect();
    let solved = numbers.solve(ir, &slots);
    let mut instants: Vec<Instant> = solved.of(Place::Now).filter_map(instant).collect();
    if instants.is_empty() {
        instants.push(usual);
    }
    Moments { instants, beyond: solved.beyond.contains(&Place::Now) }
}

fn instant(number: i64) -> Option<Instant> {
    Instant::from_epoch_ms(number).ok()
}

fn of_type(ty: Type, number: i64) -> Option<Value> {
    match ty {
        Type::Int { .. } => Some(Value::Int(number)),
        Type::Decimal { .. } => Some(Value::Decimal(Fixed::from_millionths(number))),
        Type::Percent { .. } => Some(Value::Percent(Fixed::from_millionths(number))),
        Type::Duration { .. } => Some(Value::Duration(Duration::from_ms(number))),
        _ => None,
    }
}

/// More periods than this are not tried.
const MOST_PERIODS: usize = 256;

/// Every pair of a start and a later end; and whether those are all.
fn periods(solved: &numbers::Solved, id: SlotId) -> (Vec<Value>, bool) {
    let place = |part| Place::Slot(id, part);
    let pairs = solved.of(place(Part::Start)).flat_map(|start| {
        solved
            .of(place(Part::End))
            .filter(move |end| start < *end)
            .filter_map(move |end| Period::new(instant(start)?, instant(end)?).ok())
    });
    let mut pairs: Vec<Period> = pairs.take(MOST_PERIODS.saturating_add(1)).collect();
    let all = pairs.len() <= MOST_PERIODS;
    pairs.truncate(MOST_PERIODS);
    // What a person would write comes first.
    pairs.sort_by_key(|period| period.length() < Duration::from_ms(numbers::HOUR_MS));
    (pairs.into_iter().map(Value::Period).collect(), all)
}

/// A field as it stands, with another value where it is missing or under a name: the field, and the constants that stand
/// in for it.
fn field(ir: &Ir, id: NodeId, depth: u8) -> Option<(SlotId, Vec<Value>)> {
    let depth = depth.checked_add(1).filter(|depth| *depth < 64)?;
    match ir.node(id) {
        Node::Slot(slot) => Some((*slot, Vec::new())),
        Node::Let(declared) => field(ir, ir.lets.get(declared.index())?.value, depth),
        Node::Else { value, fallback } => {
            let (slot, mut others) = field(ir, *value, depth)?;
            others.push(constant(ir, *fallback, depth)?);
            Some((slot, others))
        }
        _ => None,
    }
}

fn constant(ir: &Ir, id: NodeId, depth: u8) -> Option<Value> {
    let depth = depth.checked_add(1).filter(|depth| *depth < 64)?;
    match ir.node(id) {
        Node::Constant(value, _) => Some(value.clone()),
        Node::Let(declared) => constant(ir, ir.lets.get(declared.index())?.value, depth),
        _ => None,
    }
}
