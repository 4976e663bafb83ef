//! Which rules and clauses a set of examples has seen hold and fail.

use super::observer::{Observer, Subject};
use super::verdict::Verdict;
use crate::ir::Builtin;
use crate::ir::{Ir, Name, Node, NodeId, PromiseKind, Table, operands, print};
use crate::text::Span;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// How often something held and failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
struct Seen {
    held: bool,
    failed: bool,
}

impl Seen {
    fn note(&mut self, verdict: Verdict) {
        self.held |= verdict == Verdict::Yes;
        self.failed |= verdict == Verdict::No;
    }
}

/// Watches any number of evaluations of one policy.
#[derive(Debug, Clone, Default)]
pub struct Coverage {
    nodes: BTreeMap<NodeId, Seen>,
    subjects: BTreeMap<Subject, Seen>,
}

impl Observer for Coverage {
    fn node(&mut self, node: NodeId, verdict: Verdict) {
        self.nodes.entry(node).or_default().note(verdict);
    }

    fn subject(&mut self, subject: Subject, verdict: Verdict) {
        self.subjects.entry(subject).or_default().note(verdict);
    }
}

/// What the examples have shown of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoverageReport {
    /// Every rule, factor, guard, demand and so on.
    pub rules: Vec<RuleCoverage>,
    /// Every clause of them that is not made of others.
    pub clauses: Vec<ClauseCoverage>,
}

/// What the examples have shown of one rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleCoverage {
    /// `scope`, `score`, `entry`, `class`, `route`, `board`, `regime`, `exception`, `canary` or `gate`.
    pub kind: &'static str,
    /// The id; of guards, seats and demands after the name they belong to: `start.no_freeze`.
    pub id: String,
    /// Where it stands.
    pub span: Span,
    /// Whether some example made it hold.
    pub held: bool,
    /// Whether some example made it fail.
    pub failed: bool,
}

/// What the examples have shown of one clause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClauseCoverage {
    /// In the words of the language.
    pub text: Name,
    /// Where it stands.
    pub span: Span,
    /// Whether some example made it hold.
    pub held: bool,
    /// Whether some example made it fail.
    pub failed: bool,
}

impl Coverage {
    /// Returns what was seen of every rule and clause, also of those that no example reached.
    pub fn report(&self, ir: &Ir) -> CoverageReport {
        let seen_of = |subject: Subject| self.subjects.get(&subject).copied().unwrap_or_default();
        let rule = |(subject, kind, id, span): (Subject, &'static str, String, Span)| {
            let seen = seen_of(subject);
            // What has no condition cannot fail, so no example is missing that shows it failing.
            let failed = seen.failed || (seen.held && !has_condition(ir, subject));
            RuleCoverage { kind, id, span, held: seen.held, failed }
        };
        let rules = all_subjects(ir).into_iter().map(rule).collect();
        let bare = bare_conditions(ir);
        let elsewhere = not_for_deciding(ir);
        let ids = (0..).map(NodeId).zip(&ir.nodes).filter(|(id, _)| !elsewhere.contains(id));
        let clauses = ids.filter(|(id, node)| is_clause(node) || bare.contains(id)).map(|(id, _)| {
            let seen = self.nodes.get(&id).copied().unwrap_or_default();
            let text = Name::from(print(ir, id));
            ClauseCoverage { text, span: ir.span(id), held: seen.held, failed: seen.failed }
        });
        CoverageReport { rules, clauses: clauses.collect() }
    }
}

/// Whether a rule can fail at all.
fn has_condition(ir: &Ir, subject: Subject) -> bool {
    let rule = |table: &Option<Table>, index: usize| {
        table.as_ref().and_then(|table| table.rules.get(index)).is_none_or(|rule| rule.when.is_some())
    };
    match subject {
        Subject::Scope(index) => rule(&ir.scope, index),
        Subject::Class(index) => rule(&ir.classify, index),
        Subject::Route(index) => rule(&ir.route, index),
        Subject::Seat(board, seat) => {
            let seat = ir.boards.get(board).and_then(|board| board.seats.get(seat));
            seat.is_none_or(|seat| seat.seated_when.is_some())
        }
        _ => true,
    }
}

/// The conditions that no decision looks at: those of promises and of telemetry, and those that say when a form asks a
/// question. What a `let` stands for is counted where it stands.
fn not_for_deciding(ir: &Ir) -> BTreeSet<NodeId> {
    let mut todo: Vec<NodeId> = ir.slots.iter().filter_map(|slot| slot.asked).collect();
    for promise in &ir.promises {
        if let PromiseKind::Never(claim, when) | PromiseKind::Always(claim, when) = &promise.kind {
            todo.extend(when.iter().chain([claim]));
        }
    }
    let mut found: BTreeSet<NodeId> = ir.beside.iter().copied().collect();
    while let Some(id) = todo.pop() {
        if found.insert(id) && !matches!(ir.node(id), Node::Let(_)) {
            todo.extend(operands(ir, id));
        }
    }
    found
}

/// Whether a node is a condition of its own: a relation, not what relations are put together with.
fn is_clause(node: &Node) -> bool {
    matches!(
        node,
        Node::Compare { .. }
            | Node::Equal { .. }
            | Node::OneOf { .. }
            | Node::Given(_)
            | Node::GroupGiven(_)
            | Node::FactsGiven(_)
            | Node::Complete(_)
            | Node::FilledIn(_)
            | Node::Empty(_)
            | Node::Has { .. }
            | Node::Matches { .. }
            | Node::During { .. }
    )
}

/// The yes/no values that stand where a condition does: `when exploited`.
fn bare_conditions(ir: &Ir) -> BTreeSet<NodeId> {
    let is_bare = |id: &NodeId| {
        matches!(
            ir.node(*id),
            Node::Slot(_) | Node::Else { .. } | Node::Builtin(Builtin::Catalogued | Builtin::Frozen)
        )
    };
    let parts = ir.nodes.iter().flat_map(|node| match node {
        Node::And(parts) | Node::Or(parts) => parts.to_vec(),
        Node::Not(inner) => vec![*inner],
        _ => Vec::new(),
    });
    let tables = [&ir.scope, &ir.classify, &ir.route].into_iter().flatten().flat_map(|table| &table.rules);
    let guards = ir.entries.iter().flat_map(|entry| &entry.guards).map(|guard| (guard.when, guard.that));
    let requires = ir.gates.iter().flat_map(|gate| &gate.requires).map(|r| (r.when, r.that));
    let roots = tables.filter_map(|rule| rule.when);
    let roots = roots.chain(ir.score.iter().flat_map(|score| &score.factors).map(|factor| factor.when));
    let roots = roots.chain(guards.chain(requires).flat_map(|(when, that)| when.into_iter().chain([that])));
    parts.chain(roots).filter(is_bare).collect()
}

fn all_subjects(ir: &Ir) -> Vec<(Subject, &'static str, String, Span)> {
    let mut found = Vec::new();
    let mut table = |table: &Option<Table>, kind: &'static str, subject: fn(usize) -> Subject| {
        for (index, rule) in table.iter().flat_map(|table| &table.rules).enumerate() {
            found.push((subject(index), kind, rule.id.to_string(), rule.span));
        }
    };
    table(&ir.scope, "scope", Subject::Scope);
    table(&ir.classify, "class", Subject::Class);
    table(&ir.route, "route", Subject::Route);
    for (index, factor) in ir.score.iter().flat_map(|score| &score.factors).enumerate() {
        found.push((Subject::Factor(index), "score", factor.id.to_string(), factor.span));
    }
    for (index, entry) in ir.entries.iter().enumerate() {
        found.push((Subject::Entry(index), "entry", entry.code.to_string(), entry.span));
        for (position, guard) in entry.guards.iter().enumerate() {
            let id = format!("{}.{}", entry.code, guard.id);
            found.push((Subject::Guard(index, position), "entry", id, guard.span));
        }
    }
    for (index, board) in ir.boards.iter().enumerate() {
        for (position, seat) in board.seats.iter().enumerate() {
            let id = format!("{}.{}", board.name, seat.id);
            found.push((Subject::Seat(index, position), "board", id, seat.span));
        }
    }
    for (index, regime) in ir.regimes.iter().enumerate() {
        found.push((Subject::Regime(index), "regime", regime.code.to_string(), regime.span));
    }
    for (index, exception) in ir.exceptions.iter().enumerate() {
        found.push((Subject::Exception(index), "exception", exception.name.to_string(), exception.span));
    }
    for (index, canary) in ir.canaries.iter().enumerate() {
        found.push((Subject::Canary(index), "canary", canary.name.to_string(), canary.span));
    }
    for (index, gate) in ir.gates.iter().enumerate() {
        for (position, require) in gate.requires.iter().enumerate() {
            let id = format!("{}.{}", gate.name, require.id);
            found.push((Subject::Require(index, position), "gate", id, require.span));
        }
    }
    found
}
