//! What one side of a comparison of numbers comes to.

use super::super::{Builtin, Ir, Node, NodeId, SlotId, Type};
use crate::value::{Instant, Value};
use std::collections::BTreeMap;

/// Something that holds a number and can be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    /// The present, where it is not given.
    Now,
    /// A slot, or one end of a period.
    Slot(SlotId, Part),
}

/// What of a slot is a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    Whole,
    Start,
    End,
}

impl Place {
    pub(super) const fn whole(slot: SlotId) -> Self {
        Self::Slot(slot, Part::Whole)
    }

    pub(super) const fn slot(self) -> Option<SlotId> {
        match self {
            Self::Slot(slot, _) => Some(slot),
            Self::Now => None,
        }
    }
}

/// Places, each so many times, and a constant.
#[derive(Debug, Clone, Default)]
pub(super) struct Sum {
    pub(super) terms: BTreeMap<Place, i64>,
    pub(super) constant: i64,
}

impl Sum {
    pub(super) fn of(constant: i64) -> Self {
        Self { terms: BTreeMap::new(), constant }
    }

    pub(super) fn place(place: Place) -> Self {
        Self { terms: BTreeMap::from([(place, 1)]), constant: 0 }
    }

    pub(super) fn minus(mut self, other: &Self) -> Self {
        self.add(other, -1);
        self
    }

    fn plus(mut self, other: &Self) -> Self {
        self.add(other, 1);
        self
    }

    fn add(&mut self, other: &Self, times: i64) {
        for (place, count) in &other.terms {
            let term = self.terms.entry(*place).or_default();
            *term = term.saturating_add(count.saturating_mul(times));
        }
        self.terms.retain(|_, count| *count != 0);
        self.constant = self.constant.saturating_add(other.constant.saturating_mul(times));
    }
}

/// More ways than this for what may be missing are not followed.
const MOST_WAYS: usize = 8;

/// Returns what a value comes to, once for each way in which what is missing is replaced; `None` if it is no number or
/// not a sum.
pub(super) fn sums(ir: &Ir, id: NodeId, now: Option<Instant>, depth: u8) -> Option<Vec<Sum>> {
    let depth = depth.checked_add(1).filter(|depth| *depth < 64)?;
    match ir.node(id) {
        Node::Constant(value, _) => Some(vec![Sum::of(value.as_number()?)]),
        Node::Builtin(Builtin::Now | Builtin::SubmittedAt) => {
            let sum = now.map_or_else(|| Sum::place(Place::Now), |now| Sum::of(now.epoch_ms()));
            Some(vec![sum])
        }
        Node::Slot(slot) => is_number(ir, *slot).then(|| vec![Sum::place(Place::whole(*slot))]),
        Node::Edge { slot, end } => {
            let part = if *end { Part::End } else { Part::Start };
            Some(vec![Sum::place(Place::Slot(*slot, part))])
        }
        Node::Else { value, fallback } => {
            let mut ways = sums(ir, *value, now, depth)?;
            ways.extend(sums(ir, *fallback, now, depth)?);
            (ways.len() <= MOST_WAYS).then_some(ways)
        }
        Node::Let(declared) => sums(ir, ir.lets.get(declared.index())?.value, now, depth),
        Node::Add(left, right) => combine(ir, (*left, *right), now, depth, Sum::plus),
        Node::Subtract(left, right) => combine(ir, (*left, *right), now, depth, Sum::minus),
        _ => None,
    }
}

fn combine(
    ir: &Ir,
    (left, right): (NodeId, NodeId),
    now: Option<Instant>,
    depth: u8,
    how: fn(Sum, &Sum) -> Sum,
) -> Option<Vec<Sum>> {
    let (left, right) = (sums(ir, left, now, depth)?, sums(ir, right, now, depth)?);
    let ways = left.iter().flat_map(|left| right.iter().map(|right| how(left.clone(), right)));
    let ways: Vec<Sum> = ways.take(MOST_WAYS.saturating_add(1)).collect();
    (ways.len() <= MOST_WAYS).then_some(ways)
}

/// The two ends of a period: a field's own, or those of a constant.
pub(super) fn ends(ir: &Ir, id: NodeId) -> Option<Vec<(Sum, Sum)>> {
    if let Some(Value::Period(period)) = super::constant(ir, id, 0) {
        return Some(vec![(Sum::of(period.start().epoch_ms()), Sum::of(period.end().epoch_ms()))]);
    }
    let (slot, others) = super::field(ir, id, 0)?;
    let edge = |part| Sum::place(Place::Slot(slot, part));
    let mut found = vec![(edge(Part::Start), edge(Part::End))];
    for other in others {
        let Value::Period(period) = other else { return None };
        found.push((Sum::of(period.start().epoch_ms()), Sum::of(period.end().epoch_ms())));
    }
    Some(found)
}

fn is_number(ir: &Ir, slot: SlotId) -> bool {
    let ty = ir.slots.get(slot.index()).map(|slot| slot.ty);
    matches!(
        ty,
        Some(
            Type::Int { .. }
                | Type::Decimal { .. }
                | Type::Percent { .. }
                | Type::Duration { .. }
                | Type::Instant
        )
    )
}
