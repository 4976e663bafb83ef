//! Boundary values of sets, texts and lists.

use super::super::{EnumId, Ir, Node, NodeId, SlotId, Type, operands, own_slots, reads};
use super::{constant, field};
use crate::value::ListOf;
use crate::value::{Glob, Value, glob_cases};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// More sets than this of one field are not tried.
const MOST_SETS: usize = 64;

/// What the conditions of a policy ask of fields that hold no numbers.
#[derive(Default)]
pub(super) struct Members {
    /// The constants that each field is compared with.
    values: BTreeMap<SlotId, Vec<Value>>,
    /// The patterns that each list is held against, each condition's apart: whether all items must match one, and they.
    patterns: BTreeMap<SlotId, BTreeSet<(bool, Vec<Glob>)>>,
    /// Fields compared with each other.
    pairs: Vec<(SlotId, SlotId)>,
    beyond: BTreeSet<SlotId>,
}

impl Members {
    pub(super) fn relation(&mut self, ir: &Ir, id: NodeId) {
        match ir.node(id) {
            Node::Equal { left, right }
            | Node::Has { left, right, .. }
            | Node::Compare { left, right, .. } => {
                self.compared(ir, *left, *right);
            }
            Node::OneOf { left, items } => match field(ir, *left, 0) {
                Some((slot, _)) => self.values.entry(slot).or_default().extend(items.iter().cloned()),
                None => self.give_up(ir, id),
            },
            Node::Matches { all, left, globs } => match field(ir, *left, 0) {
                Some((slot, _)) => {
                    self.patterns.entry(slot).or_default().insert((*all, globs.to_vec()));
                }
                None => self.give_up(ir, id),
            },
            Node::Empty(inner) if field(ir, *inner, 0).is_none() => self.give_up(ir, id),
            Node::Complete(_) | Node::FilledIn(_) => {
                for slot in own_slots(ir, id) {
                    self.values.entry(slot).or_default().extend(placeholder(ir, slot));
                }
            }
            _ => {}
        }
    }

    fn compared(&mut self, ir: &Ir, left: NodeId, right: NodeId) {
        match (field(ir, left, 0), field(ir, right, 0)) {
            (Some((left, others)), Some((right, more))) => {
                self.values.entry(left).or_default().extend(more);
                self.values.entry(right).or_default().extend(others);
                self.pairs.push((left, right));
            }
            (Some((slot, _)), None) => self.with_constant(ir, slot, right),
            (None, Some((slot, _))) => self.with_constant(ir, slot, left),
            (None, None) => {
                for operand in [left, right] {
                    self.beyond.extend(reads(ir, operand));
                }
            }
        }
    }

    fn with_constant(&mut self, ir: &Ir, slot: SlotId, other: NodeId) {
        match constant(ir, other, 0) {
            Some(value) => self.values.entry(slot).or_default().push(value),
            // A word of the engine is one of an enumeration, all of whose values are tried.
            None if reads(ir, other).is_empty() => {}
            None => {
                self.beyond.insert(slot);
                self.beyond.extend(reads(ir, other));
            }
        }
    }

    fn give_up(&mut self, ir: &Ir, id: NodeId) {
        for operand in operands(ir, id) {
            self.beyond.extend(reads(ir, operand));
        }
    }

    pub(super) fn is_beyond(&self, slot: SlotId) -> bool {
        self.beyond.contains(&slot)
    }

    fn mentioned(&self, slot: SlotId) -> &[Value] {
        self.values.get(&slot).map_or(&[], Vec::as_slice)
    }

    /// The fields that a field is compared with, and those that they are, itself among them.
    fn peers(&self, slot: SlotId) -> Vec<SlotId> {
        let mut found = vec![slot];
        let mut next = 0_usize;
        while let Some(at) = found.get(next).copied() {
            next = next.saturating_add(1);
            for (a, b) in &self.pairs {
                for (from, to) in [(a, b), (b, a)] {
                    if *from == at && !found.contains(to) {
                        found.push(*to);
                    }
                }
            }
        }
        found.sort_unstable();
        found
    }

    /// What a field and its peers are compared with.
    fn shared(&self, slot: SlotId) -> Vec<Value> {
        self.peers(slot).into_iter().flat_map(|peer| self.mentioned(peer)).cloned().collect()
    }

    /// The empty set, each single value, the sets that rules mention, all values; then every set that differs from those in
    /// what a rule asks. Also whether those are all.
    pub(super) fn sets(&self, ir: &Ir, slot: SlotId, of: EnumId) -> (Vec<Value>, bool) {
        let single = |value: u16| 1_u64.checked_shl(u32::from(value)).unwrap_or_default();
        let singles: Vec<u64> = values(ir, of).map(single).collect();
        let full = singles.iter().fold(0, |set, bit| set | bit);
        let shared = self.shared(slot);
        let mentioned: Vec<u64> = shared
            .iter()
            .filter_map(|value| match value {
                Value::Set(members) => Some(*members),
                Value::Enum(value) => Some(single(*value)),
                _ => None,
            })
            .collect();
        let related = self.peers(slot).len() > 1;
        let mut sets: Vec<u64> = [0].into_iter().chain(singles.iter().copied()).collect();
        sets.extend(mentioned.iter().copied());
        sets.push(full);

        // Members that the same rules mention are all alike: none of them, one, or all.
        let mut alike: BTreeMap<Vec<bool>, Vec<u64>> = BTreeMap::new();
        for bit in &singles {
            let asked = mentioned.iter().map(|mentioned| mentioned & bit != 0).collect();
            alike.entry(asked).or_default().push(*bit);
        }
        let mut combined = vec![0_u64];
        for bits in alike.values() {
            let whole = bits.iter().fold(0, |set, bit| set | bit);
            // Of two sets compared with each other one may have one of them and the other another.
            let choices: Vec<u64> = match (bits.as_slice(), related) {
                ([first, _, ..], false) => vec![0, *first, whole],
                (few, _) => [0, whole]
                    .into_iter()
                    .chain(few.iter().copied())
                    .collect::<BTreeSet<u64>>()
                    .into_iter()
                    .collect(),
            };
            let all = choices.iter().flat_map(|choice| combined.iter().map(move |set| set | choice));
            combined = all.take(MOST_SETS.saturating_add(1)).collect();
        }
        let all = combined.len() <= MOST_SETS && (!related || alike.values().all(|bits| bits.len() <= 2));
        sets.extend(combined.into_iter().take(MOST_SETS));
        (sets.into_iter().map(Value::Set).collect(), all)
    }

    /// The texts that rules mention, and one that none does for each field that this is compared with, of a length that all
    /// of them allow; none of these counts as not filled in. Also whether there are so many.
    pub(super) fn texts(&self, ir: &Ir, slot: SlotId, (min, max): (u32, u32)) -> (Vec<Value>, bool) {
        let length = |length: u32| usize::try_from(length).unwrap_or(usize::MAX);
        let fits = |value: &Value| match value {
            Value::Text(text) => (length(min)..=length(max)).contains(&text.chars().count()),
            _ => false,
        };
        let mut found: Vec<Value> = self.shared(slot).into_iter().filter(fits).collect();
        let peers = self.peers(slot);
        let (mut least, mut most) = (length(min.max(1)), length(max));
        for peer in peers.iter().filter_map(|peer| ir.slots.get(peer.index())) {
            if let Type::Text { min, max } = peer.ty {
                (least, most) = (least.max(length(min)), most.min(length(max)));
            }
        }
        // Where a rule mentions every text so short, there is no other.
        let others = [b'x'].into_iter().chain(b'a'..=b'z').flat_map(|letter| {
            (least..=most.min(least.saturating_add(8)))
                .map(move |length| char::from(letter).to_string().repeat(length))
        });
        let filled_in = |text: &String| !ir.placeholders.iter().any(|other| other.eq_ignore_ascii_case(text));
        let mentioned = self.shared(slot);
        let new = others.filter(filled_in).map(|text| Value::Text(Arc::from(text)));
        let new: Vec<Value> = new.filter(|text| !mentioned.contains(text)).take(peers.len()).collect();
        let all = new.len() == peers.len();
        if new.is_empty() {
            // Lengths that have nothing in common: one text of its own.
            found.push(Value::Text(Arc::from("x".repeat(length(min.max(1))))));
        }
        found.extend(new);
        (found, all)
    }

    pub(super) fn digests(&self, slot: SlotId) -> (Vec<Value>, bool) {
        let mut found = self.shared(slot);
        let digit = |digit: char| Value::Text(Arc::from(format!("sha256:{}", digit.to_string().repeat(64))));
        let wanted = self.peers(slot).len();
        let mentioned = found.clone();
        let new: Vec<Value> = "0123456789abcdef"
            .chars()
            .map(digit)
            .filter(|text| !mentioned.contains(text))
            .take(wanted)
            .collect();
        let all = new.len() == wanted;
        found.extend(new);
        (found, all)
    }

    pub(super) fn persons(&self, slot: SlotId) -> (Vec<Value>, bool) {
        let mut found = self.shared(slot);
        let peers = self.peers(slot).len();
        let numbered = |number: usize| match number {
            0 => "someone".to_owned(),
            other => format!("someone-{}", other.saturating_add(1)),
        };
        found.extend((0..peers).map(|number| Value::Text(Arc::from(numbered(number)))));
        (found, true)
    }

    /// Lists that come out in every way that the conditions on them can; the shorter first.
    pub(super) fn lists(&self, slot: SlotId, of: ListOf) -> (Vec<Value>, bool) {
        let list = |items: &[Arc<str>]| Value::List(Arc::from(items));
        let conditions: Vec<&(bool, Vec<Glob>)> = self.patterns.get(&slot).into_iter().flatten().collect();
        let globs: BTreeSet<&Glob> = conditions.iter().flat_map(|(_, globs)| globs).collect();
        let globs: Vec<&Glob> = globs.into_iter().collect();
        let plain: Arc<str> = Arc::from(match of {
            ListOf::Path => "zz/none.zz",
            ListOf::Text | ListOf::Person => "zz",
        });
        let (items, all) = match glob_cases(&globs) {
            Some(cases) if !globs.is_empty() => {
                (cases.into_iter().map(|(_, path)| Arc::from(path)).collect(), true)
            }
            Some(_) => (vec![plain], true),
            None => (globs.iter().map(|glob| example_of(glob.as_str())).chain([plain]).collect(), false),
        };
        let item_matches = |item: &Arc<str>| -> Vec<bool> {
            conditions.iter().map(|(_, globs)| globs.iter().any(|glob| glob.matches(item))).collect()
        };
        let items: Vec<(Arc<str>, Vec<bool>)> =
            items.into_iter().map(|item: Arc<str>| (item.clone(), item_matches(&item))).collect();

        // A list is to the conditions what its items come to; adding one item after another finds all that there are.
        let mut seen = BTreeSet::new();
        let mut found: Vec<(Vec<Arc<str>>, Vec<bool>)> = vec![(Vec::new(), vec![false; conditions.len()])];
        let mut next = 0_usize;
        while let Some((list, holds)) = found.get(next).cloned() {
            next = next.saturating_add(1);
            for (item, matches) in &items {
                let together =
                    conditions.iter().zip(&holds).zip(matches).map(|(((all, _), holds), matches)| {
                        if *all { *matches && (*holds || list.is_empty()) } else { *matches || *holds }
                    });
                let together: Vec<bool> = together.collect();
                if found.len() < MOST_SETS && seen.insert(together.clone()) {
                    let longer = list.iter().chain([item]).cloned().collect();
                    found.push((longer, together));
                }
            }
        }
        let all = all && found.len() < MOST_SETS && self.mentioned(slot).is_empty();
        (found.iter().map(|(items, _)| list(items)).collect(), all)
    }
}

/// A text that counts as not filled in, if one is long and short enough. Space around it does not matter.
fn placeholder(ir: &Ir, slot: SlotId) -> Option<Value> {
    let Type::Text { min, max } = ir.slots.get(slot.index())?.ty else { return None };
    let (min, max) = (usize::try_from(min).ok()?, usize::try_from(max).ok()?);
    let short = ir.placeholders.iter().find(|text| text.chars().count() <= max)?;
    Some(Value::Text(Arc::from(format!("{short:<min$}"))))
}

/// Every value of an enumeration.
pub(super) fn values(ir: &Ir, of: EnumId) -> impl Iterator<Item = u16> + use<> {
    let count = ir.enums.get(of.index()).map_or(0, |declared| declared.values.len());
    (0..count).filter_map(|value| u16::try_from(value).ok())
}

/// A path that a pattern covers: a letter for each `*`.
fn example_of(glob: &str) -> Arc<str> {
    let parts =
        glob.split('/').map(|part| if part == "**" { "a".to_owned() } else { part.replace('*', "a") });
    Arc::from(parts.collect::<Vec<_>>().join("/"))
}
