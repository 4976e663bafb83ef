//! What bears on some conditions, directly or through what the engine computes before.

use crate::eval::LastPhase;
use crate::ir::{self, Builtin, FactsId, Ir, Node, NodeId, Origin, SlotId, all_nodes};
use std::collections::BTreeSet;

/// What bears on some conditions.
pub(super) struct Relevant {
    /// The conditions themselves and all behind them.
    pub(super) nodes: BTreeSet<NodeId>,
    /// What the conditions read themselves: settling these settles most.
    pub(super) direct: BTreeSet<SlotId>,
    pub(super) slots: BTreeSet<SlotId>,
    pub(super) facts: BTreeSet<FactsId>,
    pub(super) builtins: BTreeSet<Builtin>,
}

impl Relevant {
    pub(super) fn of(ir: &Ir, roots: &[NodeId], behind: &[NodeId]) -> Self {
        let direct = roots.iter().flat_map(|root| ir::reads(ir, *root)).collect();
        let (slots, facts, builtins) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        let mut relevant = Self { nodes: BTreeSet::new(), direct, slots, facts, builtins };
        let mut todo: Vec<NodeId> = roots.iter().chain(behind).copied().collect();
        while let Some(root) = todo.pop() {
            for id in all_nodes(ir, root) {
                if !relevant.nodes.insert(id) {
                    continue;
                }
                for slot in ir::own_slots(ir, id) {
                    relevant.add(ir, slot, &mut todo);
                }
                match ir.node(id) {
                    Node::FactsGiven(group) => {
                        relevant.facts.insert(*group);
                    }
                    Node::Builtin(builtin) if relevant.builtins.insert(*builtin) => {
                        relevant.behind(ir, *builtin, &mut todo);
                    }
                    _ => {}
                }
            }
        }
        relevant
    }

    /// The fields among these that must be answered where a condition holds, and that condition.
    pub(super) fn asked(&self, ir: &Ir) -> Vec<(SlotId, NodeId)> {
        let declared = self.slots.iter().filter_map(|id| Some((*id, ir.slots.get(id.index())?)));
        let required = declared.filter(|(_, slot)| !slot.optional && !slot.later);
        required.filter_map(|(id, slot)| Some((id, slot.asked?))).collect()
    }

    /// How far an evaluation must go for what the conditions read.
    pub(super) fn last_phase(&self) -> LastPhase {
        let reads = |builtins: &[Builtin]| builtins.iter().any(|builtin| self.builtins.contains(builtin));
        // A freeze may ask for anything.
        if reads(&[Builtin::Route, Builtin::Frozen]) {
            LastPhase::Route
        } else if reads(&[Builtin::Class, Builtin::Risk]) {
            LastPhase::Class
        } else if reads(&[Builtin::Assessed, Builtin::Catalogued]) {
            LastPhase::Catalogue
        } else {
            LastPhase::Scope
        }
    }

    fn add(&mut self, ir: &Ir, slot: SlotId, todo: &mut Vec<NodeId>) {
        self.slots.insert(slot);
        let Some(declared) = ir.slots.get(slot.index()) else { return };
        if let Origin::Facts(group) = declared.origin {
            self.facts.insert(group);
        }
        // What is not asked need not be there.
        todo.extend(declared.asked);
    }

    /// What the engine reads to know a word.
    fn behind(&mut self, ir: &Ir, builtin: Builtin, todo: &mut Vec<NodeId>) {
        let also = |builtins: &[Builtin], relevant: &mut Self, todo: &mut Vec<NodeId>| {
            for builtin in builtins {
                if relevant.builtins.insert(*builtin) {
                    relevant.behind(ir, *builtin, todo);
                }
            }
        };
        let whens = |table: &Option<ir::Table>| -> Vec<NodeId> {
            table.iter().flat_map(|table| &table.rules).filter_map(|rule| rule.when).collect()
        };
        match builtin {
            Builtin::Now | Builtin::SubmittedAt | Builtin::Frozen => {}
            Builtin::Scope => todo.extend(whens(&ir.scope)),
            Builtin::Assessed => {
                todo.extend(ir.score.iter().flat_map(|score| &score.factors).map(|factor| factor.when));
            }
            Builtin::Catalogued => {
                if let Some(template) = ir.template {
                    self.add(ir, template, todo);
                }
                for entry in &ir.entries {
                    todo.push(entry.applies);
                    todo.extend(
                        entry.guards.iter().flat_map(|guard| guard.when.into_iter().chain([guard.that])),
                    );
                }
            }
            Builtin::Class => {
                todo.extend(whens(&ir.classify));
                also(&[Builtin::Scope], self, todo);
            }
            Builtin::Risk => also(&[Builtin::Class, Builtin::Assessed], self, todo),
            Builtin::Route => {
                todo.extend(whens(&ir.route));
                also(&[Builtin::Class, Builtin::Risk], self, todo);
            }
        }
    }
}
