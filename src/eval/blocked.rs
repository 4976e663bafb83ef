//! What would have to differ for a condition to come out the other way: the fewest single clauses.
//!
//! ```text
//! a and b   to hold: what a misses and what b misses     to fail: the cheaper of the two
//! a or b    to hold: the cheaper of the two              to fail: what each needs to fail
//! ```

use super::condition::Evaluation;
use super::observer::{Observer, Recorder};
use super::outcome::{EntryOutcome, Outcome};
use super::verdict::Verdict;
use crate::ir::Builtin;
use crate::ir::{Ir, Node, NodeId, SlotId};
use crate::value::Value;
use std::collections::BTreeMap;

/// One thing that would have to differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Miss {
    /// A clause would have to hold, or to stop holding.
    Clause { node: NodeId, needs: bool },
    /// A guard would have to be met.
    Guard { entry: usize, guard: usize },
    /// The request would have to name an entry.
    NoEntry,
    /// The entry would have to be in force on the day of submission.
    NotInForce { entry: usize },
    /// The entry would have to be free of its history.
    Suspended { entry: usize },
}

/// Looks for misses in an evaluation that has come to its end.
pub(super) struct Search<'e, 'a, O> {
    pub(super) evaluation: &'e mut Evaluation<'a, O>,
    pub(super) recorder: &'e Recorder,
    pub(super) outcome: &'e Outcome,
    pub(super) found: BTreeMap<(NodeId, bool), Vec<Miss>>,
}

impl<O: Observer> Search<'_, '_, O> {
    /// Returns the fewest things that would have to differ for the condition to come out as wanted; nothing if it
    /// does so already. Of equally many, what stands first.
    pub(super) fn misses(&mut self, id: NodeId, want: bool) -> Vec<Miss> {
        if let Some(found) = self.found.get(&(id, want)) {
            return found.clone();
        }
        let misses = self.look(id, want);
        self.found.insert((id, want), misses.clone());
        misses
    }

    /// What the decision did not need to look at is asked of the same evaluation now.
    fn verdict(&mut self, id: NodeId) -> Verdict {
        match self.recorder.verdict(id) {
            Some(verdict) => verdict,
            None => self.evaluation.test(id),
        }
    }

    fn look(&mut self, id: NodeId, want: bool) -> Vec<Miss> {
        if self.verdict(id) == Verdict::of(want) {
            return Vec::new();
        }
        let ir = self.evaluation.ir;
        match ir.node(id) {
            Node::Not(inner) => self.misses(*inner, !want),
            Node::And(parts) if want => self.each(parts, want),
            Node::Or(parts) if !want => self.each(parts, want),
            Node::And(parts) | Node::Or(parts) => self.cheapest(parts, want),
            Node::Let(declared) => match ir.lets.get(declared.index()) {
                Some(declared) => self.misses(declared.value, want),
                None => Vec::new(),
            },
            Node::Builtin(Builtin::Catalogued) if want => match &self.outcome.entry {
                Some(entry) => self.entry(entry),
                None => vec![Miss::NoEntry],
            },
            _ => vec![Miss::Clause { node: id, needs: want }],
        }
    }

    pub(super) fn each(&mut self, parts: &[NodeId], want: bool) -> Vec<Miss> {
        let mut all = Vec::new();
        for part in parts {
            join(&mut all, self.misses(*part, want));
        }
        all
    }

    fn cheapest(&mut self, parts: &[NodeId], want: bool) -> Vec<Miss> {
        let mut best: Option<Vec<Miss>> = None;
        for part in parts {
            let misses = self.misses(*part, want);
            let cost = |misses: &[Miss]| (misses.len(), self.takings(misses));
            if best.as_ref().is_none_or(|best| cost(&misses) < cost(best)) {
                best = Some(misses);
            }
        }
        best.unwrap_or_default()
    }

    /// How many of the misses ask for an answer to be taken back: of equally many, other advice is better.
    fn takings(&self, misses: &[Miss]) -> usize {
        let taking = |miss: &&Miss| match miss {
            Miss::Clause { node, needs: false } => matches!(
                self.evaluation.ir.node(*node),
                Node::Given(_) | Node::GroupGiven(_) | Node::FactsGiven(_)
            ),
            _ => false,
        };
        misses.iter().filter(taking).count()
    }

    fn entry(&mut self, found: &EntryOutcome) -> Vec<Miss> {
        let ir = self.evaluation.ir;
        let entry = found.entry;
        let mut all = Vec::new();
        if let Some(declared) = ir.entries.get(entry) {
            join(&mut all, self.misses(declared.applies, true));
        }
        if found.expired || found.not_yet_valid {
            all.push(Miss::NotInForce { entry });
        }
        if found.suspended {
            all.push(Miss::Suspended { entry });
        }
        for (guard, verdict) in found.guards.iter().enumerate() {
            if *verdict == Verdict::No {
                all.push(Miss::Guard { entry, guard });
            }
        }
        all
    }
}

/// Leaves out what the rest implies (who says `kind is patch` need not say `kind is not outage`); `None` if one field
/// would have to be two things at once.
pub(super) fn consistent(ir: &Ir, misses: Vec<Miss>) -> Option<Vec<Miss>> {
    let equality = |miss: &Miss, wanted: bool| match miss {
        Miss::Clause { node, needs } if *needs == wanted => match ir.node(*node) {
            Node::Equal { left, right } => match (ir.node(*left), ir.node(*right)) {
                (Node::Slot(slot), Node::Constant(value, _)) => Some((*slot, value.clone())),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    };
    let mut fixed: BTreeMap<SlotId, Value> = BTreeMap::new();
    for (slot, value) in misses.iter().filter_map(|miss| equality(miss, true)) {
        if fixed.insert(slot, value.clone()).is_some_and(|other| other != value) {
            return None;
        }
    }
    let implied = |miss: &Miss| {
        equality(miss, false).is_some_and(|(slot, value)| fixed.get(&slot).is_some_and(|is| *is != value))
    };
    Some(misses.into_iter().filter(|miss| !implied(miss)).collect())
}

/// Appends what is not there yet.
pub(super) fn join(all: &mut Vec<Miss>, more: Vec<Miss>) {
    for miss in more {
        if !all.contains(&miss) {
            all.push(miss);
        }
    }
}
