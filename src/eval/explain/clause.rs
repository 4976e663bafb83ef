//! Clauses in words, with what they read and where they stand.

use crate::eval::explanation::{Clause, Place};
use crate::eval::observer::Recorder;
use crate::ir::{Ir, LetId, Name, Node, NodeId, Record, SlotId, State, print_value};
use crate::text::{Sources, Span};
use std::collections::{BTreeMap, BTreeSet};

/// What clauses are told with.
pub(super) struct Words<'a> {
    ir: &'a Ir,
    record: &'a Record,
    recorder: &'a Recorder,
    sources: &'a Sources,
    /// The names of the files, shared by all places.
    files: Vec<Name>,
}

impl<'a> Words<'a> {
    pub(super) fn new(ir: &'a Ir, record: &'a Record, recorder: &'a Recorder, sources: &'a Sources) -> Self {
        let files = sources.names().map(Name::from).collect();
        Self { ir, record, recorder, sources, files }
    }

    pub(super) fn place(&self, span: Span) -> Place {
        let position = self.sources.get(span.source).map(|source| source.position(span.start));
        let file = self.files.get(span.source.0 as usize).cloned();
        Place {
            file: file.unwrap_or_else(|| Name::from("")),
            start: span.start,
            end: span.end,
            line: position.map_or(0, |position| position.line),
            column: position.map_or(0, |position| position.column),
        }
    }

    /// The clauses of a rule: the parts of an `and` stand side by side.
    pub(super) fn clauses(&self, conditions: &[Option<NodeId>]) -> Vec<Clause> {
        let mut told = BTreeSet::new();
        let mut clauses = Vec::new();
        for condition in conditions.iter().flatten() {
            match self.ir.node(*condition) {
                Node::And(parts) => clauses.extend(parts.iter().map(|part| self.clause(*part, &mut told))),
                _ => clauses.push(self.clause(*condition, &mut told)),
            }
        }
        clauses
    }

    /// One clause. What a `let` stands for is told the first time that a rule names it.
    fn clause(&self, id: NodeId, told: &mut BTreeSet<LetId>) -> Clause {
        let ir = self.ir;
        let inside: &[NodeId] = match ir.node(id) {
            Node::And(parts) | Node::Or(parts) => parts,
            Node::Not(inner) => std::slice::from_ref(inner),
            Node::Let(declared) if told.insert(*declared) => {
                ir.lets.get(declared.index()).map_or(&[], |declared| std::slice::from_ref(&declared.value))
            }
            _ => &[],
        };
        // `not x` and the one clause inside it say the same: go on with what stands inside that.
        let inside = match inside {
            [only] => match ir.node(*only) {
                Node::And(parts) | Node::Or(parts) => parts,
                Node::Let(_) | Node::Not(_) => inside,
                _ if matches!(ir.node(id), Node::Not(_)) => &[],
                _ => inside,
            },
            _ => inside,
        };
        let clauses = inside.iter().map(|inside| self.clause(*inside, told)).collect();
        let wording = ir.wording(id);
        let tells = wording.map_or(&[][..], |wording| &wording.tells);
        Clause {
            text: wording.map_or_else(|| Name::from(""), |wording| wording.text.clone()),
            held: self.recorder.verdict(id).and_then(|verdict| verdict.known()),
            span: self.place(ir.span(id)),
            values: if inside.is_empty() { self.values(tells) } else { BTreeMap::new() },
            clauses,
        }
    }

    /// What a clause reads itself.
    fn values(&self, slots: &[SlotId]) -> BTreeMap<Name, String> {
        let ir = self.ir;
        let mut values = BTreeMap::new();
        for slot_id in slots {
            let Some(slot) = ir.slots.get(slot_id.index()) else { continue };
            let value = match self.record.slot(*slot_id) {
                State::Given(_) if slot.personal => "given".to_owned(),
                State::Given(value) => print_value(ir, slot.ty, value),
                State::Absent => "missing".to_owned(),
                State::Unanswered => "not answered".to_owned(),
            };
            values.insert(slot.path.clone(), value);
        }
        values
    }
}
