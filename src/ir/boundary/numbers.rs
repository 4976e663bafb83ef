//! Boundary values of numbers, instants and the ends of periods.
//!
//! A comparison says of a sum of places that it lies below, at or above a constant. The comparisons of a policy cut
//! the space of all values into cells in which no answer changes. Where each comparison has one place, or the difference
//! of two, every cell has a corner at which some comparisons hold only just, one for each place; so each coordinate of it is a
//! constant of the policy, carried over from place to place along differences. Those are the values found here.

use super::super::{Comparison, Ir, Node, NodeId, SlotId, Type};
use super::sum::{Part, Place, Sum, ends, sums};
use crate::value::Instant;
use std::collections::{BTreeMap, BTreeSet};

/// An hour: how long a period is that nothing else is said of.
pub(super) const HOUR_MS: i64 = 3_600_000;
/// More values than this of one place are not tried.
const MOST_VALUES: usize = 160;
/// Fewer values than this are all tried where boundaries do not say enough.
const FEW_VALUES: i64 = 64;
/// More ways from constant to place than this are not followed.
const MOST_STEPS: u32 = 20_000;
/// More values than this of the other places of a longer sum are not combined.
const MOST_COMBINED: usize = 64;

/// The comparisons of numbers in a policy, each of a sum with zero.
pub(super) struct Numbers {
    /// The present; none where it is a place like others.
    now: Option<Instant>,
    /// An instant for those that nothing is said of.
    usual: Instant,
    turns: Vec<Turn>,
    beyond: BTreeSet<Place>,
}

/// A sum that must come to one of some values where a comparison holds, or fails, only just.
struct Turn {
    terms: Vec<(Place, i64)>,
    at: Vec<i64>,
}

/// The values found.
pub(super) struct Solved {
    values: BTreeMap<Place, BTreeSet<i64>>,
    pub(super) beyond: BTreeSet<Place>,
}

impl Solved {
    pub(super) fn of(&self, place: Place) -> impl Iterator<Item = i64> {
        self.values.get(&place).into_iter().flatten().copied()
    }
}

impl Numbers {
    /// No comparison yet, at this instant.
    pub(super) fn at(now: Instant) -> Self {
        Self { now: Some(now), usual: now, turns: Vec::new(), beyond: BTreeSet::new() }
    }

    /// No comparison yet, with the present to be found.
    pub(super) fn with_now(usual: Instant) -> Self {
        Self { now: None, usual, turns: Vec::new(), beyond: BTreeSet::new() }
    }

    /// Takes in that something changes when the present comes to `instant`.
    pub(super) fn changes_at(&mut self, instant: Instant) {
        self.turn(Sum::place(Place::Now).minus(&Sum::of(instant.epoch_ms())), &[-1, 0]);
    }

    /// Takes in a relation; returns whether it is one of numbers.
    pub(super) fn relation(&mut self, ir: &Ir, id: NodeId) -> bool {
        match ir.node(id) {
            Node::Compare { op, left, right } => {
                let just = match op {
                    Comparison::Less | Comparison::GreaterOrEqual => &[-1, 0],
                    Comparison::LessOrEqual | Comparison::Greater => &[0, 1],
                };
                self.compared(ir, *left, *right, just)
            }
            Node::Equal { left, right } => self.compared(ir, *left, *right, &[-1, 0, 1]),
            Node::OneOf { left, items } => {
                let Some(ways) = sums(ir, *left, self.now, 0) else { return self.not_a_sum(ir, &[*left]) };
                for (way, item) in ways.iter().flat_map(|way| items.iter().map(move |item| (way, item))) {
                    if let Some(item) = item.as_number() {
                        self.turn(way.clone().minus(&Sum::of(item)), &[-1, 0, 1]);
                    }
                }
                true
            }
            Node::During { instant, period } => {
                let (Some(instants), Some(periods)) = (sums(ir, *instant, self.now, 0), ends(ir, *period))
                else {
                    return self.not_a_sum(ir, &[*instant, *period]);
                };
                for (start, end) in &periods {
                    for instant in &instants {
                        self.turn(instant.clone().minus(start), &[-1, 0]);
                        self.turn(instant.clone().minus(end), &[-1, 0]);
                    }
                }
                true
            }
            _ => false,
        }
    }

    fn compared(&mut self, ir: &Ir, left: NodeId, right: NodeId, just: &[i64]) -> bool {
        let (Some(lefts), Some(rights)) = (sums(ir, left, self.now, 0), sums(ir, right, self.now, 0)) else {
            return self.not_a_sum(ir, &[left, right]);
        };
        for (left, right) in lefts.iter().flat_map(|left| rights.iter().map(move |right| (left, right))) {
            self.turn(left.clone().minus(right), just);
        }
        true
    }

    /// Numbers in something that is no sum, as one deeper than is followed, are given up; the rest are no numbers.
    fn not_a_sum(&mut self, ir: &Ir, operands: &[NodeId]) -> bool {
        let read = operands.iter().flat_map(|operand| super::super::reads(ir, *operand));
        let ty = |slot: &SlotId| ir.slots.get(slot.index()).map(|slot| slot.ty);
        let numbers = read.filter(|slot| ty(slot).is_some_and(|ty| range(ty).is_some()));
        let before = self.beyond.len();
        self.beyond.extend(numbers.map(Place::whole));
        self.beyond.len() > before
    }

    fn turn(&mut self, sum: Sum, just: &[i64]) {
        let at = just.iter().map(|near| near.saturating_sub(sum.constant)).collect();
        self.turns.push(Turn { terms: sum.terms.into_iter().collect(), at });
    }

    /// Finds the values of some slots and of every place that a comparison reads.
    pub(super) fn solve(mut self, ir: &Ir, slots: &[SlotId]) -> Solved {
        let mut values: BTreeMap<Place, BTreeSet<i64>> = BTreeMap::new();
        for id in slots {
            let Some((min, max)) = ir.slots.get(id.index()).and_then(|slot| range(slot.ty)) else { continue };
            let ty = ir.slots.get(id.index()).map(|slot| slot.ty);
            let now = self.usual.epoch_ms();
            match ty {
                Some(Type::Period) => {
                    let (start, end) = (Place::Slot(*id, Part::Start), Place::Slot(*id, Part::End));
                    values.entry(start).or_default().insert(now);
                    self.turns.push(Turn { terms: vec![(start, -1), (end, 1)], at: vec![1, HOUR_MS] });
                }
                Some(Type::Instant) => {
                    values.entry(Place::whole(*id)).or_default().insert(now);
                }
                _ => values.entry(Place::whole(*id)).or_default().extend([min, max]),
            }
        }
        for turn in &self.turns {
            if let [(place, count)] = turn.terms.as_slice() {
                let quotients = turn.at.iter().filter_map(|at| at.checked_div_euclid(*count));
                let near = quotients.flat_map(|number| match count {
                    1 | -1 => vec![number],
                    _ => vec![number, number.saturating_add(1)],
                });
                values.entry(*place).or_default().extend(near);
            }
        }
        let unbalanced = self.carry(&mut values);
        self.combine(&mut values);
        let mut beyond = self.beyond;
        beyond.extend(unbalanced);
        for (place, values) in &mut values {
            let Place::Slot(slot, _) = place else { continue };
            let Some(ty) = ir.slots.get(slot.index()).map(|slot| slot.ty) else { continue };
            let Some((min, max)) = range(ty) else { continue };
            values.retain(|value| (min..=max).contains(value));
            if max.saturating_sub(min) < FEW_VALUES && beyond.remove(place) {
                values.extend(min..=max);
            }
        }
        Solved { values, beyond }
    }

    /// Carries each place's own values to the places that it is compared with, and on from there; returns the places for
    /// which that does not find everything.
    fn carry(&self, values: &mut BTreeMap<Place, BTreeSet<i64>>) -> BTreeSet<Place> {
        let mut links: BTreeMap<Place, Vec<(Place, i64, i64)>> = BTreeMap::new();
        let mut beyond = BTreeSet::new();
        for turn in &self.turns {
            match turn.terms.as_slice() {
                [] | [_] => {}
                [(a, 1 | -1), (b, 1 | -1)] => {
                    let sign = |place: &Place| {
                        turn.terms.iter().find(|(term, _)| term == place).map_or(1, |(_, s)| *s)
                    };
                    for (from, to) in [(a, b), (b, a)] {
                        for at in &turn.at {
                            // sign(to) * to + sign(from) * from = at
                            let offset = at.saturating_mul(sign(to));
                            let factor = sign(to).saturating_mul(sign(from)).saturating_neg();
                            links.entry(*from).or_default().push((*to, factor, offset));
                        }
                    }
                }
                longer => beyond.extend(longer.iter().map(|(place, _)| *place)),
            }
        }
        beyond.extend(unbalanced(&links));
        let own = values.clone();
        let mut steps = 0_u32;
        for (place, numbers) in &own {
            for number in numbers {
                let mut walk = Walk { links: &links, values, path: vec![*place], steps: &mut steps };
                walk.on(*number);
            }
        }
        if steps >= MOST_STEPS {
            beyond.extend(links.keys().copied());
        }
        for (place, numbers) in values {
            if numbers.len() > MOST_VALUES {
                *numbers = thinned(numbers, own.get(place));
                beyond.insert(*place);
            }
        }
        beyond
    }

    /// Longer sums: each place takes what the values of the others leave it.
    fn combine(&self, values: &mut BTreeMap<Place, BTreeSet<i64>>) {
        let own = values.clone();
        for turn in self.turns.iter().filter(|turn| turn.terms.len() > 2) {
            for (place, count) in turn.terms.iter().filter(|(_, count)| count.abs() == 1) {
                let mut rest: BTreeSet<i64> = turn.at.iter().copied().collect();
                for (other, count) in turn.terms.iter().filter(|(other, _)| other != place) {
                    let others = own.get(other).into_iter().flatten();
                    let all = others.flat_map(|number| {
                        let part = number.saturating_mul(*count);
                        rest.iter().map(move |rest| rest.saturating_sub(part)).collect::<Vec<_>>()
                    });
                    rest = all.take(MOST_COMBINED).collect();
                }
                let found = rest.into_iter().map(|rest| rest.saturating_mul(*count));
                values.entry(*place).or_default().extend(found);
            }
        }
    }
}

/// A walk from place to place that comes to none twice.
struct Walk<'a> {
    links: &'a BTreeMap<Place, Vec<(Place, i64, i64)>>,
    values: &'a mut BTreeMap<Place, BTreeSet<i64>>,
    path: Vec<Place>,
    steps: &'a mut u32,
}

impl Walk<'_> {
    fn on(&mut self, number: i64) {
        let Some(links) = self.path.last().and_then(|last| self.links.get(last)) else { return };
        for (to, factor, offset) in links {
            if self.path.contains(to) || *self.steps >= MOST_STEPS {
                continue;
            }
            *self.steps = self.steps.saturating_add(1);
            let carried = number.saturating_mul(*factor).saturating_add(*offset);
            self.values.entry(*to).or_default().insert(carried);
            self.path.push(*to);
            self.on(carried);
            self.path.pop();
        }
    }
}

/// The places in comparisons of two that are neither all differences nor become so by turning signs round: `a + b` and
/// `a - b` cross between whole numbers.
fn unbalanced(links: &BTreeMap<Place, Vec<(Place, i64, i64)>>) -> BTreeSet<Place> {
    let mut signs: BTreeMap<Place, i64> = BTreeMap::new();
    let mut found = BTreeSet::new();
    for first in links.keys() {
        if signs.contains_key(first) {
            continue;
        }
        signs.insert(*first, 1);
        let (mut todo, mut component, mut crossed) = (vec![*first], vec![*first], false);
        while let Some(place) = todo.pop() {
            let sign = signs.get(&place).copied().unwrap_or(1);
            for (to, factor, _) in links.get(&place).into_iter().flatten() {
                let wanted = sign.saturating_mul(*factor);
                match signs.insert(*to, wanted) {
                    None => {
                        todo.push(*to);
                        component.push(*to);
                    }
                    Some(before) => crossed |= before != wanted,
                }
            }
        }
        if crossed {
            found.extend(component);
        }
    }
    found
}

/// A place's own values, and as many others as there is room for.
fn thinned(all: &BTreeSet<i64>, own: Option<&BTreeSet<i64>>) -> BTreeSet<i64> {
    let own = own.into_iter().flatten();
    let mut kept: BTreeSet<i64> = own.copied().take(MOST_VALUES).collect();
    let room = MOST_VALUES.saturating_sub(kept.len());
    let others: Vec<i64> = all.difference(&kept).copied().take(room).collect();
    kept.extend(others);
    kept
}

/// The numbers that a type allows; `None` if its values are none.
fn range(ty: Type) -> Option<(i64, i64)> {
    match ty {
        Type::Int { min, max } => Some((min, max)),
        Type::Decimal { min, max } | Type::Percent { min, max } => Some((min.millionths(), max.millionths())),
        Type::Duration { min, max } => Some((min.ms(), max.ms())),
        Type::Instant | Type::Period => Some((Instant::MIN.epoch_ms(), Instant::MAX.epoch_ms())),
        _ => None,
    }
}
