//! What an explanation says of a node whatever the request: found once for a policy, not once for a decision.

use super::{Ir, Name, Node, NodeId, SlotId, operands, own_slots, print};
use std::sync::OnceLock;

/// A node in words.
#[derive(Debug, Clone)]
pub struct Wording {
    /// The node as [`print`] has it.
    pub text: Name,
    /// The slots whose values tell why it came out as it did. Those of a group are told by what is missing in it, and
    /// those inside a `let` where the `let` is told, so neither stands here.
    pub tells: Box<[SlotId]>,
}

/// The wordings of all nodes of a policy, each found when it is first asked for.
#[derive(Debug, Clone, Default)]
pub struct Wordings(Vec<OnceLock<Wording>>);

impl Wordings {
    /// Returns the wordings, none found yet, for this many nodes.
    pub fn of(nodes: usize) -> Self {
        Self((0..nodes).map(|_| OnceLock::new()).collect())
    }
}

impl Ir {
    /// Returns a node in words; `None` if there is no such node.
    pub fn wording(&self, id: NodeId) -> Option<&Wording> {
        let place = self.wordings.0.get(id.index())?;
        Some(place.get_or_init(|| Wording { text: Name::from(print(self, id)), tells: tells(self, id) }))
    }
}

fn tells(ir: &Ir, id: NodeId) -> Box<[SlotId]> {
    let mut slots = Vec::new();
    let mut todo = vec![id];
    while let Some(id) = todo.pop() {
        let is_told_otherwise = matches!(
            ir.node(id),
            Node::Complete(_) | Node::GroupGiven(_) | Node::FactsGiven(_) | Node::Let(_)
        );
        if !is_told_otherwise {
            slots.extend(own_slots(ir, id));
            todo.extend(operands(ir, id));
        }
    }
    slots.sort_unstable();
    slots.dedup();
    slots.into()
}
