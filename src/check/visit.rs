//! Walks over typed expressions, and over all conditions of a policy.

use super::typed::{Expr, ExprKind, Policy};
use std::collections::{BTreeMap, BTreeSet};

/// Calls `see` with an expression and every part of it, from the outside in.
pub(crate) fn each<'e>(expr: &'e Expr, see: &mut dyn FnMut(&'e Expr)) {
    see(expr);
    match &expr.kind {
        ExprKind::Not(inner) | ExprKind::Empty(inner) => each(inner, see),
        ExprKind::And(items) | ExprKind::Or(items) => {
            for item in items {
                each(item, see);
            }
        }
        ExprKind::Else { value: left, fallback: right }
        | ExprKind::Compare { left, right, .. }
        | ExprKind::Equal { left, right }
        | ExprKind::Has { left, right, .. }
        | ExprKind::During { instant: left, period: right }
        | ExprKind::Add(left, right)
        | ExprKind::Subtract(left, right) => {
            each(left, see);
            each(right, see);
        }
        ExprKind::OneOf { left, .. } | ExprKind::Matches { left, .. } => each(left, see),
        ExprKind::Constant(_)
        | ExprKind::Field(_)
        | ExprKind::Edge { .. }
        | ExprKind::Let(_)
        | ExprKind::Switch(_)
        | ExprKind::Builtin(_)
        | ExprKind::Given(_)
        | ExprKind::Complete(_)
        | ExprKind::Metric(_)
        | ExprKind::Rises { .. }
        | ExprKind::Silent { .. }
        | ExprKind::Skips { .. }
        | ExprKind::Count { .. }
        | ExprKind::Damaged => {}
    }
}

/// A condition of the policy and whose it is.
pub(crate) struct Condition<'p> {
    /// `rule`, `factor`, `requirement`.
    pub kind: &'static str,
    pub id: &'p str,
    pub expr: &'p Expr,
}

/// Returns every condition that a decision reads, with its owner. Promises, metrics and the form are none.
pub(crate) fn conditions<'p>(policy: &'p Policy) -> Vec<Condition<'p>> {
    let mut all = Vec::new();
    let mut add = |kind, id: &'p str, expr: Option<&'p Expr>| {
        all.extend(expr.map(|expr| Condition { kind, id, expr }));
    };
    for table in [&policy.scope, &policy.classify, &policy.route].into_iter().flatten() {
        for rule in &table.rules {
            add("rule", rule.id.as_str(), rule.when.as_ref());
        }
    }
    for factor in policy.score.iter().flat_map(|score| &score.factors) {
        add("factor", &factor.id, Some(&factor.when));
    }
    for entry in &policy.entries {
        add("entry", &entry.code, Some(&entry.applies));
        for guard in &entry.guards {
            add("guard", &guard.id, guard.when.as_ref());
            add("guard", &guard.id, Some(&guard.that));
        }
    }
    for require in policy.gates.iter().flat_map(|gate| &gate.requires) {
        add("requirement", &require.id, require.when.as_ref());
        add("requirement", &require.id, Some(&require.that));
    }
    for regime in &policy.regimes {
        add("regime", &regime.code, Some(&regime.applies));
    }
    for exception in &policy.exceptions {
        add("exception", &exception.name, Some(&exception.allowed));
    }
    for board in &policy.boards {
        for seat in &board.seats {
            add("seat", &seat.id, seat.seated_when.as_ref());
        }
        add("board", &board.name, board.votes_between.as_ref());
    }
    for canary in &policy.canaries {
        add("canary", &canary.name, Some(&canary.when));
    }
    for freeze in &policy.freezes {
        add("freeze", &freeze.code, freeze.when.as_ref());
    }
    for retain in &policy.retains {
        add("retain of", &policy.code, retain.when.as_ref());
    }
    for choice in &policy.calendar_choices {
        add("calendar", &choice.calendar, choice.when.as_ref());
    }
    for rule in policy.rollback.iter().flat_map(|rollback| &rollback.rules) {
        add("rollback rule", &rule.id, Some(&rule.when));
    }
    all
}

/// For each `let`, the fields and groups that it reads, itself or through other lets.
pub(crate) fn let_reads(policy: &Policy) -> BTreeMap<&str, BTreeSet<&str>> {
    let bodies: BTreeMap<&str, &Expr> =
        policy.lets.iter().map(|item| (item.name.as_str(), &item.value)).collect();
    let mut done: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for name in bodies.keys() {
        let mut read = BTreeSet::new();
        let mut open = vec![*name];
        let mut seen = BTreeSet::new();
        while let Some(next) = open.pop() {
            if !seen.insert(next) {
                continue;
            }
            if let Some(known) = done.get(next) {
                read.extend(known);
                continue;
            }
            let Some(body) = bodies.get(next) else { continue };
            each(body, &mut |part| match place(part) {
                Some(place) => {
                    read.insert(place);
                }
                None => {
                    if let ExprKind::Let(other) = &part.kind {
                        open.push(other);
                    }
                }
            });
        }
        done.insert(name, read);
    }
    done
}

/// Returns the fields and groups that an expression reads, through lets too.
pub(crate) fn reads<'p>(expr: &'p Expr, lets: &BTreeMap<&'p str, BTreeSet<&'p str>>) -> BTreeSet<&'p str> {
    let mut read = BTreeSet::new();
    each(expr, &mut |part| match &part.kind {
        ExprKind::Let(name) => read.extend(lets.get(name.as_str()).into_iter().flatten().copied()),
        _ => read.extend(place(part)),
    });
    read
}

fn place(part: &Expr) -> Option<&str> {
    match &part.kind {
        ExprKind::Field(path) | ExprKind::Given(path) | ExprKind::Complete(path) => Some(path),
        ExprKind::Edge { field, .. } => Some(field),
        _ => None,
    }
}
