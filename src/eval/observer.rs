//! Watching an evaluation. Explanation and coverage are watchers; neither evaluates anything itself.

use super::verdict::Verdict;
use crate::ir::NodeId;
use std::collections::BTreeMap;

/// A declaration that holds or not. The numbers are positions in the lists of [`crate::ir::Ir`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// A rule of the scope table.
    Scope(usize),
    /// A factor of the score.
    Factor(usize),
    /// The `for` of an entry.
    Entry(usize),
    /// A guard of an entry.
    Guard(usize, usize),
    /// A rule of the class table.
    Class(usize),
    /// A rule of the route table.
    Route(usize),
    /// A seat of a board.
    Seat(usize, usize),
    /// A regime.
    Regime(usize),
    /// An exception.
    Exception(usize),
    /// A canary.
    Canary(usize),
    /// A demand of a gate: met or not.
    Require(usize, usize),
}

/// Sees each step of an evaluation as it happens.
pub trait Observer {
    /// A condition was looked at. A node inside a `let` is seen the first time the `let` is read.
    fn node(&mut self, node: NodeId, verdict: Verdict);
    /// A declaration was decided. A rule without a condition is seen when it is its turn.
    fn subject(&mut self, subject: Subject, verdict: Verdict);
}

/// Two watchers side by side.
impl<A: Observer, B: Observer> Observer for (&mut A, &mut B) {
    fn node(&mut self, node: NodeId, verdict: Verdict) {
        self.0.node(node, verdict);
        self.1.node(node, verdict);
    }

    fn subject(&mut self, subject: Subject, verdict: Verdict) {
        self.0.subject(subject, verdict);
        self.1.subject(subject, verdict);
    }
}

/// Watches nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unobserved;

impl Observer for Unobserved {
    fn node(&mut self, _: NodeId, _: Verdict) {}
    fn subject(&mut self, _: Subject, _: Verdict) {}
}

/// Keeps what was seen, for the explanation.
///
/// Something may be looked at more than once: the routes are, for each class and risk that is still possible. It is known
/// where it came out the same each time.
#[derive(Debug, Clone, Default)]
pub struct Recorder {
    nodes: Vec<Option<Verdict>>,
    subjects: BTreeMap<Subject, Verdict>,
}

impl Recorder {
    /// Returns the verdict on a node; `None` if it was not looked at.
    pub fn verdict(&self, node: NodeId) -> Option<Verdict> {
        self.nodes.get(node.index()).copied().flatten()
    }

    /// Returns the declarations that were decided.
    pub fn subjects(&self) -> &BTreeMap<Subject, Verdict> {
        &self.subjects
    }
}

impl Observer for Recorder {
    fn node(&mut self, node: NodeId, verdict: Verdict) {
        if self.nodes.len() <= node.index() {
            self.nodes.resize(node.index().saturating_add(1), None);
        }
        if let Some(place) = self.nodes.get_mut(node.index()) {
            *place = Some(place.map_or(verdict, |before| agreed(before, verdict)));
        }
    }

    fn subject(&mut self, subject: Subject, verdict: Verdict) {
        self.subjects
            .entry(subject)
            .and_modify(|before| *before = agreed(*before, verdict))
            .or_insert(verdict);
    }
}

fn agreed(one: Verdict, other: Verdict) -> Verdict {
    if one == other { one } else { Verdict::Unknown }
}
