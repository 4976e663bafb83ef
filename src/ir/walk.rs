//! Ways over the nodes of a condition.

use super::{Ir, Node, NodeId, SlotId};
use std::collections::BTreeSet;

/// Returns the nodes that a node reads directly, from left to right. What a `let` stands for is one of them.
pub fn operands(ir: &Ir, id: NodeId) -> Vec<NodeId> {
    match ir.node(id) {
        Node::Constant(..)
        | Node::Slot(_)
        | Node::Edge { .. }
        | Node::Switch(_)
        | Node::Builtin(_)
        | Node::Given(_)
        | Node::GroupGiven(_)
        | Node::FactsGiven(_)
        | Node::Complete(_)
        | Node::FilledIn(_) => Vec::new(),
        Node::Let(id) => ir.lets.get(id.index()).map(|declared| declared.value).into_iter().collect(),
        Node::Not(inner) | Node::Empty(inner) => vec![*inner],
        Node::And(parts) | Node::Or(parts) => parts.to_vec(),
        Node::Else { value, fallback } => vec![*value, *fallback],
        Node::Compare { left, right, .. }
        | Node::Equal { left, right }
        | Node::Has { left, right, .. }
        | Node::Add(left, right)
        | Node::Subtract(left, right) => vec![*left, *right],
        Node::OneOf { left, .. } | Node::Matches { left, .. } => vec![*left],
        Node::During { instant, period } => vec![*instant, *period],
    }
}

/// Returns all nodes of a condition, itself first, each once; lets are looked into.
pub fn all_nodes(ir: &Ir, root: NodeId) -> Vec<NodeId> {
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    let mut todo = vec![root];
    while let Some(id) = todo.pop() {
        if seen.insert(id) {
            found.push(id);
            todo.extend(operands(ir, id).into_iter().rev());
        }
    }
    found
}

/// Returns the slots that a condition reads, also through lets, groups and facts groups, in their order.
pub fn reads(ir: &Ir, root: NodeId) -> BTreeSet<SlotId> {
    let mut slots = BTreeSet::new();
    for id in all_nodes(ir, root) {
        slots.extend(own_slots(ir, id));
    }
    slots
}

/// Returns the slots that a node reads itself.
pub fn own_slots(ir: &Ir, id: NodeId) -> Vec<SlotId> {
    match ir.node(id) {
        Node::Slot(slot) | Node::Given(slot) | Node::FilledIn(slot) | Node::Edge { slot, .. } => vec![*slot],
        Node::GroupGiven(group) | Node::Complete(group) => {
            ir.groups.get(group.index()).map(|group| group.slots.clone()).unwrap_or_default()
        }
        Node::FactsGiven(group) => {
            ir.facts.get(group.index()).map(|group| group.slots.clone()).unwrap_or_default()
        }
        _ => Vec::new(),
    }
}
