//! The phases after the route: obligations and gates.

use super::condition::Evaluation;
use super::observer::{Observer, Subject};
use super::outcome::*;
use super::verdict::Verdict;
use crate::ir::{Name, Node, NodeId, SlotId, State};
use crate::value::Value;
use std::collections::BTreeSet;

impl<O: Observer> Evaluation<'_, O> {
    pub(super) fn obligations(&mut self, outcome: &mut Outcome) {
        let ir = self.ir;
        let mut found = Obligations::default();
        for (index, regime) in ir.regimes.iter().enumerate() {
            found.regimes.push(self.subject(Subject::Regime(index), regime.applies));
        }
        for (index, exception) in ir.exceptions.iter().enumerate() {
            found.exceptions.push(self.subject(Subject::Exception(index), exception.allowed));
        }
        for (index, canary) in ir.canaries.iter().enumerate() {
            found.canaries.push(self.subject(Subject::Canary(index), canary.when));
        }
        for retain in &ir.retains {
            found.retains.push(self.test_any(retain.when));
        }
        for (index, choice) in ir.calendar_choices.iter().enumerate() {
            if self.test_any(choice.when) == Verdict::Yes {
                found.calendar = Some(index);
                break;
            }
        }
        found.touched = match ir.touches.map(|slot| self.record.slot(slot)) {
            Some(State::Given(Value::Set(members))) => Some(*members),
            _ => None,
        };
        outcome.obligations = found;
    }

    fn subject(&mut self, subject: Subject, condition: NodeId) -> Verdict {
        let verdict = self.test(condition);
        self.observer.subject(subject, verdict);
        verdict
    }

    pub(super) fn gates(&mut self, outcome: &mut Outcome) {
        let ir = self.ir;
        for (gate_index, gate) in ir.gates.iter().enumerate() {
            let mut requires = Vec::with_capacity(gate.requires.len());
            for (index, require) in gate.requires.iter().enumerate() {
                let met = self.met(require.when, require.that);
                self.observer.subject(Subject::Require(gate_index, index), met);
                let mut outcome = RequireOutcome { met, missing: Vec::new(), placeholders: Vec::new() };
                if met == Verdict::No {
                    self.shortfalls(require.that, &mut outcome);
                }
                requires.push(outcome);
            }
            outcome.gates.push(GateOutcome { requires });
        }
    }

    /// Lists what a demand that is not met misses: what it wants given or complete and what is not.
    fn shortfalls(&mut self, that: NodeId, found: &mut RequireOutcome) {
        let ir = self.ir;
        let mut seen = BTreeSet::new();
        let mut todo = vec![(that, true)];
        while let Some((id, wanted)) = todo.pop() {
            if !seen.insert((id, wanted)) {
                continue;
            }
            match ir.node(id) {
                Node::Not(inner) => todo.push((*inner, !wanted)),
                Node::And(parts) | Node::Or(parts) => {
                    todo.extend(parts.iter().rev().map(|part| (*part, wanted)));
                }
                Node::Let(declared) => {
                    todo.extend(ir.lets.get(declared.index()).map(|declared| (declared.value, wanted)));
                }
                Node::Complete(group) if wanted => {
                    let slots = ir.groups.get(group.index()).into_iter().flat_map(|group| &group.slots);
                    for slot in slots {
                        self.slot_shortfall(*slot, found);
                    }
                }
                Node::FilledIn(slot) if wanted => match self.record.slot(*slot) {
                    State::Given(value) if self.is_placeholder(*slot, value) => {
                        found.placeholders.push(*slot)
                    }
                    State::Absent => found.missing.extend(self.path_of(id)),
                    _ => {}
                },
                Node::Given(_) | Node::GroupGiven(_) | Node::FactsGiven(_)
                    if wanted && self.test(id) == Verdict::No =>
                {
                    found.missing.extend(self.path_of(id));
                }
                _ => {}
            }
        }
        keep_first(&mut found.missing);
        keep_first(&mut found.placeholders);
    }

    fn slot_shortfall(&mut self, slot: SlotId, found: &mut RequireOutcome) {
        if self.filled_in(slot) != Verdict::No {
            return;
        }
        match self.record.slot(slot) {
            State::Given(_) => found.placeholders.push(slot),
            _ => found.missing.extend(self.ir.slots.get(slot.index()).map(|slot| slot.path.clone())),
        }
    }

    fn path_of(&self, id: NodeId) -> Option<Name> {
        let ir = self.ir;
        match ir.node(id) {
            Node::Given(slot) | Node::FilledIn(slot) => {
                ir.slots.get(slot.index()).map(|slot| slot.path.clone())
            }
            Node::GroupGiven(group) => ir.groups.get(group.index()).map(|group| group.path.clone()),
            Node::FactsGiven(group) => ir.facts.get(group.index()).map(|group| group.name.clone()),
            _ => None,
        }
    }
}

fn keep_first<T: PartialEq + Clone>(items: &mut Vec<T>) {
    let mut kept: Vec<T> = Vec::with_capacity(items.len());
    for item in items.drain(..) {
        if !kept.contains(&item) {
            kept.push(item);
        }
    }
    *items = kept;
}
