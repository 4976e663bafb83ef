//! Which rules of a table can hold for the same request, as far as their own clauses tell.
//!
//! In a table of a thousand rules nearly all pairs say so of themselves: one wants `users < 10`, the other `users >= 10`.
//! What is left is searched.

use crate::ir::{Builtin, Comparison, Ir, LetId, Node, NodeId, SlotId};
use crate::value::Value;
use std::collections::BTreeMap;

/// What a condition needs of each thing that it reads: more may be needed, but nothing less will do.
pub struct Needs(BTreeMap<Subject, Range>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Subject {
    Slot(SlotId),
    Let(LetId),
    Builtin(Builtin),
}

/// The values that will do.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Range {
    /// Inclusive.
    Numbers(i64, i64),
    OneOf(Vec<Value>),
}

/// Returns the pairs of positions whose conditions may hold together, in order.
pub fn may_meet(conditions: &[Needs]) -> Vec<(usize, usize)> {
    let Some(subject) = commonest(conditions) else { return all_pairs(conditions.len()) };
    // From the lowest on, each is held against those that begin before it ends; what has no range meets everything.
    let range = |needs: &Needs| match needs.0.get(&subject) {
        Some(Range::Numbers(least, most)) => (*least, *most),
        _ => (i64::MIN, i64::MAX),
    };
    let mut ordered: Vec<(i64, i64, usize)> = Vec::with_capacity(conditions.len());
    for (position, needs) in conditions.iter().enumerate() {
        let (least, most) = range(needs);
        if least <= most {
            ordered.push((least, most, position));
        }
    }
    ordered.sort_unstable();
    let mut found = Vec::new();
    let mut open: Vec<(i64, usize)> = Vec::new();
    for (least, most, position) in ordered {
        open.retain(|(end, _)| *end >= least);
        for (_, other) in &open {
            if let (Some(a), Some(b)) = (conditions.get(position), conditions.get(*other))
                && a.may_meet(b)
            {
                found.push((position.min(*other), position.max(*other)));
            }
        }
        open.push((most, position));
    }
    found.sort_unstable();
    found
}

fn all_pairs(count: usize) -> Vec<(usize, usize)> {
    (0..count).flat_map(|first| (first.saturating_add(1)..count).map(move |second| (first, second))).collect()
}

/// The thing of which most conditions need a number.
fn commonest(conditions: &[Needs]) -> Option<Subject> {
    let mut counts: BTreeMap<Subject, usize> = BTreeMap::new();
    for (subject, range) in conditions.iter().flat_map(|needs| &needs.0) {
        if matches!(range, Range::Numbers(..)) {
            let count = counts.entry(*subject).or_default();
            *count = count.saturating_add(1);
        }
    }
    counts.into_iter().max_by_key(|(_, count)| *count).map(|(subject, _)| subject)
}

impl Needs {
    /// Reads off a condition what it needs.
    pub fn of(ir: &Ir, condition: NodeId) -> Self {
        let mut needs = Self(BTreeMap::new());
        needs.add(ir, condition, 0);
        needs
    }

    fn may_meet(&self, other: &Self) -> bool {
        self.0.iter().all(|(subject, range)| other.0.get(subject).is_none_or(|other| range.meets(other)))
    }

    fn add(&mut self, ir: &Ir, condition: NodeId, depth: u8) {
        // What lies deeper is not needed to be known.
        let Some(depth) = depth.checked_add(1).filter(|depth| *depth < 64) else { return };
        match ir.node(condition) {
            Node::And(parts) => {
                for part in parts {
                    self.add(ir, *part, depth);
                }
            }
            Node::Let(declared) => {
                self.need(Subject::Let(*declared), yes(true));
                if let Some(declared) = ir.lets.get(declared.index()) {
                    self.add(ir, declared.value, depth);
                }
            }
            Node::Slot(slot) => self.need(Subject::Slot(*slot), yes(true)),
            Node::Not(inner) => match ir.node(*inner) {
                // A field that is missing is not yes either: `no` stands for both.
                Node::Slot(slot) => self.need(Subject::Slot(*slot), yes(false)),
                Node::Let(declared) => self.need(Subject::Let(*declared), yes(false)),
                _ => {}
            },
            Node::Compare { op, left, right } => {
                if let (Some(subject), Some(number)) = (subject(ir, *left), number(ir, *right)) {
                    self.need(subject, compared(*op, number));
                } else if let (Some(number), Some(subject)) = (number(ir, *left), subject(ir, *right)) {
                    self.need(subject, compared(turned(*op), number));
                }
            }
            Node::Equal { left, right } => {
                for (field, other) in [(left, right), (right, left)] {
                    if let (Some(subject), Node::Constant(value, _)) = (subject(ir, *field), ir.node(*other))
                    {
                        self.need(subject, exactly(std::slice::from_ref(value)));
                    }
                }
            }
            Node::OneOf { left, items } => {
                if let Some(subject) = subject(ir, *left) {
                    self.need(subject, exactly(items));
                }
            }
            _ => {}
        }
    }

    fn need(&mut self, subject: Subject, range: Range) {
        match self.0.entry(subject) {
            std::collections::btree_map::Entry::Vacant(place) => {
                place.insert(range);
            }
            std::collections::btree_map::Entry::Occupied(mut place) => {
                let both = place.get().and(&range);
                place.insert(both);
            }
        }
    }
}

impl Range {
    fn meets(&self, other: &Self) -> bool {
        match self.and(other) {
            Self::Numbers(least, most) => least <= most,
            Self::OneOf(values) => !values.is_empty(),
        }
    }

    fn and(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Numbers(a, b), Self::Numbers(c, d)) => Self::Numbers(*a.max(c), *b.min(d)),
            (Self::OneOf(values), Self::OneOf(others)) => {
                Self::OneOf(values.iter().filter(|value| others.contains(value)).cloned().collect())
            }
            // A comparison and a list of constants: those of the list that it allows.
            (Self::OneOf(values), Self::Numbers(least, most))
            | (Self::Numbers(least, most), Self::OneOf(values)) => {
                let allowed =
                    |value: &&Value| value.as_number().is_none_or(|n| (*least..=*most).contains(&n));
                Self::OneOf(values.iter().filter(allowed).cloned().collect())
            }
        }
    }
}

fn yes(yes: bool) -> Range {
    Range::OneOf(vec![Value::YesNo(yes)])
}

fn exactly(values: &[Value]) -> Range {
    match values {
        [value] => match value.as_number() {
            Some(number) => Range::Numbers(number, number),
            None => Range::OneOf(vec![value.clone()]),
        },
        values => Range::OneOf(values.to_vec()),
    }
}

fn compared(op: Comparison, number: i64) -> Range {
    match op {
        Comparison::Less => Range::Numbers(i64::MIN, number.saturating_sub(1)),
        Comparison::LessOrEqual => Range::Numbers(i64::MIN, number),
        Comparison::Greater => Range::Numbers(number.saturating_add(1), i64::MAX),
        Comparison::GreaterOrEqual => Range::Numbers(number, i64::MAX),
    }
}

/// The comparison with its sides changed.
fn turned(op: Comparison) -> Comparison {
    match op {
        Comparison::Less => Comparison::Greater,
        Comparison::LessOrEqual => Comparison::GreaterOrEqual,
        Comparison::Greater => Comparison::Less,
        Comparison::GreaterOrEqual => Comparison::LessOrEqual,
    }
}

fn subject(ir: &Ir, id: NodeId) -> Option<Subject> {
    match ir.node(id) {
        Node::Slot(slot) => Some(Subject::Slot(*slot)),
        Node::Builtin(word) => Some(Subject::Builtin(*word)),
        _ => None,
    }
}

fn number(ir: &Ir, id: NodeId) -> Option<i64> {
    match ir.node(id) {
        Node::Constant(value, _) => value.as_number(),
        _ => None,
    }
}
