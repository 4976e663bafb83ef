//! What a gate misses, in words: which demand does not hold, and what stands where it asks for something else.

use super::deciding::Decided;
use super::event::Reason;
use super::steps::assess::denials;
use crate::eval::{self, Verdict};
use crate::ir::{Builtin, FactsId, Ir, Node, NodeId, Origin, Presence, Require, SlotId, State};
use crate::ir::{all_nodes, own_slots, print_value};

/// A value is told with so many characters at most: a digest and more, and no essay.
const MOST_CHARACTERS: usize = 120;

/// Returns what a gate misses, each reason with the demand that does not hold and the values that it was held against.
pub(super) fn unmet(ir: &Ir, decided: &Decided, gate: &str) -> Vec<Reason> {
    let requires = || ir.gates.iter().filter(|declared| &*declared.name == gate).flat_map(|it| &it.requires);
    let worded = |reason: Reason| match requires().find(|require| reason.rule.as_ref() == Some(&require.id)) {
        Some(require) => Reason { message: message(ir, decided, require), ..reason },
        None => reason,
    };
    denials(&decided.decision.gates, gate).into_iter().map(worded).collect()
}

fn message(ir: &Ir, decided: &Decided, require: &Require) -> String {
    let parts = failing(ir, decided, require.that);
    let nodes: Vec<NodeId> = parts.into_iter().flat_map(|part| all_nodes(ir, part)).collect();
    let mut values: Vec<String> = Vec::new();
    for value in nodes.iter().flat_map(|node| read(ir, decided, *node)) {
        if !values.contains(&value) {
            values.push(value);
        }
    }
    if nodes.iter().any(|node| matches!(ir.node(*node), Node::Builtin(Builtin::Now))) {
        values.push(format!("it is {}", decided.decision.now));
    }
    let colon = if values.is_empty() { "" } else { ": " };
    format!("`{}` does not hold{colon}{}", require.title, values.join(", "))
}

/// The parts of a condition that do not hold: of an `and` those alone, else all of it.
fn failing(ir: &Ir, decided: &Decided, condition: NodeId) -> Vec<NodeId> {
    match ir.node(condition) {
        Node::And(parts) => {
            let holds =
                |part: &NodeId| eval::test(ir, &decided.record, &decided.outcome, *part) == Verdict::Yes;
            parts.iter().filter(|part| !holds(part)).flat_map(|part| failing(ir, decided, *part)).collect()
        }
        Node::Let(declared) => match ir.lets.get(declared.index()) {
            Some(declared) => failing(ir, decided, declared.value),
            None => Vec::new(),
        },
        _ => vec![condition],
    }
}

/// What a node reads itself, with its value: of facts that nobody told, that they are missing.
fn read(ir: &Ir, decided: &Decided, node: NodeId) -> Vec<String> {
    let missing = |group: FactsId| {
        let name = ir.facts.get(group.index()).map(|group| group.name.clone());
        name.filter(|_| decided.record.group(group) != Presence::Given).map(|it| format!("`{it}` is missing"))
    };
    if let Node::FactsGiven(group) = ir.node(node) {
        return missing(*group).into_iter().collect();
    }
    let value = |id: SlotId| {
        let slot = ir.slots.get(id.index())?;
        if let Origin::Facts(group) = slot.origin
            && let Some(missing) = missing(group)
        {
            return Some(missing);
        }
        Some(match decided.record.slot(id) {
            State::Given(_) if slot.personal => format!("`{}` is given", slot.path),
            State::Given(value) => format!("`{}` is {}", slot.path, cut(&print_value(ir, slot.ty, value))),
            State::Absent | State::Unanswered => format!("`{}` is missing", slot.path),
        })
    };
    own_slots(ir, node).into_iter().filter_map(value).collect()
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(MOST_CHARACTERS) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}
