//! The values of a slot at which a decision can change.
//!
//! Between two neighbouring boundary values no single comparison with a constant changes its answer, so trying these
//! finds what trying all values would find, as far as one field at a time goes. Fields that are compared with each
//! other share their boundaries.

use super::{EnumId, Ir, Node, NodeId, Origin, SlotId, State, Type};
use crate::check::typed::{Builtin, ListOf};
use crate::value::{Duration, Fixed, Instant, Period, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The boundary values of every slot, each list without doubles, given values before `Absent`.
#[derive(Debug, Clone)]
pub struct Boundaries {
    /// One list for each of `Ir::slots`.
    pub slots: Vec<Vec<State>>,
}

impl Boundaries {
    /// Returns the boundary values of a slot.
    pub fn of(&self, slot: SlotId) -> &[State] {
        self.slots.get(slot.index()).map_or(&[], Vec::as_slice)
    }
}

/// Finds the boundary values of every slot, from its type and from what any condition compares it with.
///
/// Instants are compared with `now` too, so it is an argument. The work is linear in the number of nodes.
pub fn boundaries(ir: &Ir, now: Instant) -> Boundaries {
    let mut found = Found { numbers: BTreeMap::new(), values: BTreeMap::new(), links: Vec::new() };
    for (index, node) in ir.nodes.iter().enumerate() {
        let id = NodeId(u32::try_from(index).unwrap_or(u32::MAX));
        found.relation(ir, id, node, now);
    }
    found.share();
    let slots = (0..).map(SlotId).zip(&ir.slots);
    let of = |(id, slot): (SlotId, &super::Slot)| {
        let values = found.of(ir, id, slot.ty, now);
        let mut states: Vec<State> = Vec::with_capacity(values.len());
        for value in values.into_iter().map(State::Given) {
            if !states.contains(&value) {
                states.push(value);
            }
        }
        let may_lack = slot.optional || slot.later || slot.asked.is_some();
        if may_lack || matches!(slot.origin, Origin::Facts(_)) {
            states.push(State::Absent);
        }
        states
    };
    Boundaries { slots: slots.map(of).collect() }
}

struct Found {
    /// For slots that are numbers inside: the numbers they are compared with.
    numbers: BTreeMap<SlotId, BTreeSet<i64>>,
    /// For the others: the values they are compared with.
    values: BTreeMap<SlotId, Vec<Value>>,
    /// Slots compared with each other: a boundary `b` of the first is one of `b + offset` of the second.
    links: Vec<(SlotId, SlotId, i64)>,
}

/// A sum of slots and a constant: what one side of a comparison comes to.
#[derive(Default)]
struct Linear {
    plus: Vec<SlotId>,
    minus: Vec<SlotId>,
    constant: i64,
}

impl Found {
    fn relation(&mut self, ir: &Ir, id: NodeId, node: &Node, now: Instant) {
        match node {
            Node::Compare { left, right, .. } | Node::Equal { left, right } => {
                match (linear(ir, *left, now, 0), linear(ir, *right, now, 0)) {
                    (Some(left), Some(right)) => self.balance(&left, &right),
                    _ => self.mention(ir, *left, *right),
                }
            }
            Node::Has { left, right, .. } => self.mention(ir, *left, *right),
            Node::OneOf { left, items } => {
                for slot in super::reads(ir, *left) {
                    for item in items {
                        match as_number(item) {
                            Some(number) => {
                                self.numbers.entry(slot).or_default().insert(number);
                            }
                            None => self.values.entry(slot).or_default().push(item.clone()),
                        }
                    }
                }
            }
            Node::Matches { left, globs, .. } => {
                for slot in super::reads(ir, *left) {
                    let examples = globs.iter().map(|glob| Value::Text(example_of(glob.as_str())));
                    self.values.entry(slot).or_default().extend(examples);
                }
            }
            Node::Complete(_) => {
                for slot in super::own_slots(ir, id) {
                    let placeholder = ir.placeholders.first().map(|text| Value::Text(text.clone()));
                    self.values.entry(slot).or_default().extend(placeholder);
                }
            }
            _ => {}
        }
    }

    /// Solves `left = right` for each slot: alone it has a boundary there, with another one they share theirs.
    fn balance(&mut self, left: &Linear, right: &Linear) {
        let plus: Vec<SlotId> = left.plus.iter().chain(&right.minus).copied().collect();
        let minus: Vec<SlotId> = left.minus.iter().chain(&right.plus).copied().collect();
        // plus - minus = constant
        let constant = right.constant.saturating_sub(left.constant);
        match (plus.as_slice(), minus.as_slice()) {
            ([slot], []) => {
                self.numbers.entry(*slot).or_default().insert(constant);
            }
            ([], [slot]) => {
                self.numbers.entry(*slot).or_default().insert(constant.saturating_neg());
            }
            ([a], [b]) => {
                self.links.push((*b, *a, constant));
                self.links.push((*a, *b, constant.saturating_neg()));
            }
            _ => {}
        }
    }

    /// Values that are no numbers: each slot on one side gets the constants of the other.
    fn mention(&mut self, ir: &Ir, left: NodeId, right: NodeId) {
        for (slots, constants) in [(left, right), (right, left)] {
            let nodes = super::all_nodes(ir, constants);
            let constants: Vec<Value> = nodes.into_iter().filter_map(|id| constant(ir, id)).collect();
            for slot in super::reads(ir, slots) {
                self.values.entry(slot).or_default().extend(constants.iter().cloned());
            }
        }
    }

    /// One round of sharing: each linked slot takes the boundaries that the other had by itself.
    fn share(&mut self) {
        let own = self.numbers.clone();
        for (from, to, offset) in &self.links {
            let shared = own.get(from).into_iter().flatten().map(|number| number.saturating_add(*offset));
            self.numbers.entry(*to).or_default().extend(shared);
        }
    }

    /// The differences at which two linked slots change places, as offsets of this slot.
    fn offsets(&self, id: SlotId) -> BTreeSet<i64> {
        self.links.iter().filter(|(_, to, _)| *to == id).map(|(_, _, offset)| *offset).collect()
    }

    fn of(&self, ir: &Ir, id: SlotId, ty: Type, now: Instant) -> Vec<Value> {
        let numbers = self.numbers.get(&id).cloned().unwrap_or_default();
        let mentioned = self.values.get(&id).map_or(&[] as &[Value], Vec::as_slice);
        match ty {
            Type::YesNo => vec![Value::YesNo(false), Value::YesNo(true)],
            Type::Int { min, max } => self.around(id, numbers, min, max, 1).map(Value::Int).collect(),
            Type::Decimal { min, max } => {
                let numbers = self.around(id, numbers, min.millionths(), max.millionths(), 1);
                numbers.map(|n| Value::Decimal(Fixed::from_millionths(n))).collect()
            }
            Type::Percent { min, max } => {
                let numbers = self.around(id, numbers, min.millionths(), max.millionths(), 1);
                numbers.map(|n| Value::Percent(Fixed::from_millionths(n))).collect()
            }
            Type::Duration { min, max } => {
                let numbers = self.around(id, numbers, min.ms(), max.ms(), 1);
                numbers.map(|n| Value::Duration(Duration::from_ms(n))).collect()
            }
            Type::Instant => self.instants(id, numbers, now).map(Value::Instant).collect(),
            Type::Period => self.periods(id, numbers, now),
            Type::Enum(of) => all_values(ir, of).map(Value::Enum).collect(),
            Type::Set(of) => sets(ir, of, mentioned),
            Type::Text { min, max } => texts(mentioned, min, max),
            Type::Digest => {
                let other = Value::Text(Arc::from(format!("sha256:{}", "0".repeat(64))));
                mentioned.iter().cloned().chain([other]).collect()
            }
            Type::Person => vec![Value::Text(Arc::from("someone"))],
            Type::List(of) => lists(mentioned, of),
        }
    }

    /// The ends of the range, and each number in it with its neighbours.
    fn around(
        &self,
        id: SlotId,
        numbers: BTreeSet<i64>,
        min: i64,
        max: i64,
        step: i64,
    ) -> impl Iterator<Item = i64> {
        let offsets = self.offsets(id);
        let linked: Vec<i64> = match offsets.is_empty() {
            true => Vec::new(),
            // Two fields that are only compared with each other: one place in the middle of the range lets each of
            // them be below, at and above the other.
            false => {
                let middle = min.midpoint(max);
                offsets.iter().map(|offset| middle.saturating_add(*offset)).chain([middle]).collect()
            }
        };
        let near = |number: i64| [number.saturating_sub(step), number, number.saturating_add(step)];
        let all: BTreeSet<i64> = numbers.into_iter().chain(linked).flat_map(near).chain([min, max]).collect();
        all.into_iter().filter(move |number| (min..=max).contains(number))
    }

    fn instants(&self, id: SlotId, numbers: BTreeSet<i64>, now: Instant) -> impl Iterator<Item = Instant> {
        let numbers: BTreeSet<i64> = numbers.into_iter().chain([now.epoch_ms()]).collect();
        let offsets = self.offsets(id);
        let linked = offsets.iter().map(|offset| now.epoch_ms().saturating_add(*offset));
        let numbers: BTreeSet<i64> = numbers.iter().copied().chain(linked).collect();
        let near = |n: i64| [n.saturating_sub(1), n, n.saturating_add(1)];
        let all: BTreeSet<i64> = numbers.into_iter().flat_map(near).collect();
        all.into_iter().filter_map(|ms| Instant::from_epoch_ms(ms).ok())
    }

    /// Hours that begin or end at each boundary, and one that contains it.
    fn periods(&self, id: SlotId, numbers: BTreeSet<i64>, now: Instant) -> Vec<Value> {
        const HOUR_MS: i64 = 3_600_000;
        let mut found = Vec::new();
        for instant in self.instants(id, numbers, now) {
            let hour = Duration::from_ms(HOUR_MS);
            let before = instant.checked_sub(hour);
            let after = instant.checked_add(hour);
            for (start, end) in [(Some(instant), after), (before, Some(instant)), (before, after)] {
                if let (Some(start), Some(end)) = (start, end)
                    && let Ok(period) = Period::new(start, end)
                {
                    found.push(Value::Period(period));
                }
            }
        }
        found
    }
}

/// Returns the sum that a value is, if it is one over slots with numbers inside.
fn linear(ir: &Ir, id: NodeId, now: Instant, depth: u8) -> Option<Linear> {
    // Deeper sums are given up: their slots keep the boundaries of their types.
    let depth = depth.checked_add(1).filter(|depth| *depth < 64)?;
    match ir.node(id) {
        Node::Constant(value, _) => Some(Linear { constant: as_number(value)?, ..Linear::default() }),
        Node::Builtin(Builtin::Now | Builtin::SubmittedAt) => {
            Some(Linear { constant: now.epoch_ms(), ..Linear::default() })
        }
        Node::Slot(slot) => is_number(ir, *slot).then(|| Linear { plus: vec![*slot], ..Linear::default() }),
        Node::Edge { slot, .. } => Some(Linear { plus: vec![*slot], ..Linear::default() }),
        Node::Else { value, .. } => linear(ir, *value, now, depth),
        Node::Let(declared) => linear(ir, ir.lets.get(declared.index())?.value, now, depth),
        Node::Add(left, right) => {
            let (left, right) = (linear(ir, *left, now, depth)?, linear(ir, *right, now, depth)?);
            Some(Linear {
                plus: left.plus.into_iter().chain(right.plus).collect(),
                minus: left.minus.into_iter().chain(right.minus).collect(),
                constant: left.constant.saturating_add(right.constant),
            })
        }
        Node::Subtract(left, right) => {
            let (left, right) = (linear(ir, *left, now, depth)?, linear(ir, *right, now, depth)?);
            Some(Linear {
                plus: left.plus.into_iter().chain(right.minus).collect(),
                minus: left.minus.into_iter().chain(right.plus).collect(),
                constant: left.constant.saturating_sub(right.constant),
            })
        }
        _ => None,
    }
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

fn as_number(value: &Value) -> Option<i64> {
    match value {
        Value::Int(number) => Some(*number),
        Value::Decimal(number) | Value::Percent(number) => Some(number.millionths()),
        Value::Duration(time) => Some(time.ms()),
        Value::Instant(instant) => Some(instant.epoch_ms()),
        _ => None,
    }
}

fn constant(ir: &Ir, id: NodeId) -> Option<Value> {
    match ir.node(id) {
        Node::Constant(value, _) => Some(value.clone()),
        _ => None,
    }
}

fn all_values(ir: &Ir, of: EnumId) -> impl Iterator<Item = u16> {
    let count = ir.enums.get(of.index()).map_or(0, |declared| declared.values.len());
    (0..count).filter_map(|value| u16::try_from(value).ok())
}

/// The empty set, each single value, all of them, and the sets that rules mention.
fn sets(ir: &Ir, of: EnumId, mentioned: &[Value]) -> Vec<Value> {
    let single = |value: u16| 1_u64.checked_shl(u32::from(value)).unwrap_or_default();
    let full = all_values(ir, of).map(single).fold(0, |set, bit| set | bit);
    let mentioned = mentioned.iter().filter(|value| matches!(value, Value::Set(_))).cloned();
    let singles = all_values(ir, of).map(|value| Value::Set(single(value)));
    [Value::Set(0)].into_iter().chain(singles).chain(mentioned).chain([Value::Set(full)]).collect()
}

/// The texts that rules mention, and one that none does.
fn texts(mentioned: &[Value], min: u32, max: u32) -> Vec<Value> {
    let length = usize::try_from(min.max(1)).unwrap_or(1);
    let mut other = "x".repeat(length);
    while mentioned.iter().any(|value| matches!(value, Value::Text(text) if **text == *other)) {
        // As long as the type allows; where every such text is mentioned there is no other.
        if other.len() >= usize::try_from(max).unwrap_or(usize::MAX) {
            break;
        }
        other.push('x');
    }
    let texts = mentioned.iter().filter(|value| matches!(value, Value::Text(_))).cloned();
    texts.chain([Value::Text(Arc::from(other))]).collect()
}

/// No item, one that matches each pattern, one that matches none, and one of each together.
fn lists(mentioned: &[Value], of: ListOf) -> Vec<Value> {
    let none: Arc<str> = Arc::from(match of {
        ListOf::Path => "zz/none.zz",
        ListOf::Text | ListOf::Person => "zz",
    });
    let list = |items: &[Arc<str>]| Value::List(Arc::from(items));
    let mut found = vec![list(&[]), list(std::slice::from_ref(&none))];
    for value in mentioned {
        if let Value::Text(text) = value {
            found.push(list(std::slice::from_ref(text)));
            found.push(list(&[text.clone(), none.clone()]));
        }
    }
    found
}

/// A path that a pattern covers: a letter for each `*`.
fn example_of(glob: &str) -> Arc<str> {
    let parts =
        glob.split('/').map(|part| if part == "**" { "a".to_owned() } else { part.replace('*', "a") });
    Arc::from(parts.collect::<Vec<_>>().join("/"))
}
