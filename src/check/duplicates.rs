//! Rules that say the same: in one table, two rules with the same condition.

use super::typed::{Expr, Policy};
use crate::diagnostic::{Code, Diagnostic};
use crate::text::Span;
use std::collections::BTreeMap;

/// What is compared: its kind, its id, its place and its conditions.
struct Said<'p> {
    id: &'p str,
    span: Span,
    conditions: Vec<Option<&'p Expr>>,
}

/// Returns a warning for each rule, factor, guard or requirement that says what an earlier one of its block says.
pub(super) fn duplicates(policy: &Policy) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for table in [&policy.scope, &policy.classify, &policy.route].into_iter().flatten() {
        let rules = table.rules.iter();
        let said =
            rules.map(|rule| Said { id: &rule.id, span: rule.span, conditions: vec![rule.when.as_ref()] });
        compare("rule", said, &mut findings);
    }
    let factors = policy.score.iter().flat_map(|score| &score.factors);
    let said = factors.map(|factor| Said {
        id: &factor.id,
        span: factor.span,
        conditions: vec![Some(&factor.when)],
    });
    compare("factor", said, &mut findings);
    for entry in &policy.entries {
        let said = entry.guards.iter().map(|guard| Said {
            id: &guard.id,
            span: guard.span,
            conditions: vec![guard.when.as_ref(), Some(&guard.that)],
        });
        compare("guard", said, &mut findings);
    }
    for gate in &policy.gates {
        let said = gate.requires.iter().map(|require| Said {
            id: &require.id,
            span: require.span,
            conditions: vec![require.when.as_ref(), Some(&require.that)],
        });
        compare("requirement", said, &mut findings);
    }
    let rules = policy.rollback.iter().flat_map(|rollback| &rollback.rules);
    let said = rules.map(|rule| Said { id: &rule.id, span: rule.span, conditions: vec![Some(&rule.when)] });
    compare("rollback rule", said, &mut findings);
    findings
}

fn compare<'p>(kind: &str, said: impl Iterator<Item = Said<'p>>, findings: &mut Vec<Diagnostic>) {
    let mut seen: BTreeMap<Vec<Option<&'p Expr>>, (&'p str, Span)> = BTreeMap::new();
    for said in said {
        match seen.get(&said.conditions) {
            None => {
                seen.insert(said.conditions, (said.id, said.span));
            }
            Some((first, span)) => findings.push(
                Diagnostic::warning(
                    Code::DUPLICATE_RULE,
                    said.span,
                    format!("{kind} `{}` has the same condition as `{first}`", said.id),
                )
                .related(*span, "the other one")
                .help("delete one of them, or change its condition"),
            ),
        }
    }
}
