//! Whether a table holds what its hit policy says, and whether each of its rules can ever have the say.

use super::disjoint::{Needs, may_meet};
use super::search::{Budget, Found, Witness, search};
use super::words::{NotProved, example};
use crate::diagnostic::{Code, Diagnostic};
use crate::eval::{self, Outcome, Verdict};
use crate::ir::{HitPolicy, Ir, Node, NodeId, Record, Rule, Table, all_nodes};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// More overlaps than this of one table are not looked for: they have a common cause.
const MOST_OVERLAPS: usize = 50;
/// How many evaluations one rule's deadness is worth: it costs nobody a wrong decision.
const DEAD_RULE_BUDGET: u64 = 4_000;

/// Looks for requests for which two rules of a `unique` table hold, or none.
pub fn unique(ir: &Ir, name: &str, table: &Table, budget: u64) -> Vec<Diagnostic> {
    if table.hit != HitPolicy::Unique {
        return Vec::new();
    }
    let mut budget = Budget(budget);
    let mut found = overlaps(ir, name, table, &mut budget);
    found.extend(gap(ir, name, table, &mut budget));
    found
}

fn overlaps(ir: &Ir, name: &str, table: &Table, budget: &mut Budget) -> Vec<Diagnostic> {
    let ruled: Vec<(&Rule, NodeId)> =
        table.rules.iter().filter_map(|rule| Some((rule, rule.when?))).collect();
    let needs: Vec<Needs> = ruled.iter().map(|(_, when)| Needs::of(ir, *when)).collect();
    let mut found = Vec::new();
    let mut open = NotProved::default();
    for (first, second) in may_meet(&needs) {
        let (Some((first, first_when)), Some((second, second_when))) = (ruled.get(first), ruled.get(second))
        else {
            continue;
        };
        let roots = [*first_when, *second_when];
        let both = |record: &Record, outcome: &Outcome| {
            let both = eval::in_each_way(ir, record, outcome, |test| all_hold(test, &roots));
            asked(name, outcome).and(both)
        };
        match search(ir, &roots, &scope(ir, name), &both, budget) {
            Found::Nothing => {}
            Found::Witness(witness) => {
                found.push(overlap(ir, name, first, second, &witness));
                if found.len() >= MOST_OVERLAPS {
                    let message =
                        format!("{MOST_OVERLAPS} overlaps of `{name}` are shown, and there may be more");
                    found.push(Diagnostic::note(Code::OVERLAP, table.span, message));
                    return found;
                }
            }
            Found::NothingTried(related) => open.tried(related),
            Found::OutOfBudget => {
                open.out_of_budget = true;
                break;
            }
        }
    }
    found.extend(open.finding(
        table.span,
        format!("not proved that exactly one rule of `{name}` holds for every request"),
    ));
    found
}

fn gap(ir: &Ir, name: &str, table: &Table, budget: &mut Budget) -> Vec<Diagnostic> {
    if table.rules.iter().any(|rule| rule.when.is_none()) {
        return Vec::new();
    }
    let roots: Vec<NodeId> = table.rules.iter().filter_map(|rule| rule.when).collect();
    let none = |record: &Record, outcome: &Outcome| {
        let none = eval::in_each_way(ir, record, outcome, |test| all_fail(test, &roots));
        asked(name, outcome).and(none)
    };
    let what = || format!("not proved that some rule of `{name}` holds for every request");
    match search(ir, &roots, &scope(ir, name), &none, budget) {
        Found::Nothing => Vec::new(),
        Found::NothingTried(related) => {
            let mut open = NotProved::default();
            open.tried(related);
            open.finding(table.span, what()).into_iter().collect()
        }
        Found::OutOfBudget => {
            let open = NotProved { out_of_budget: true, ..NotProved::default() };
            open.finding(table.span, what()).into_iter().collect()
        }
        Found::Witness(witness) => {
            let message = format!("no rule of `{name}` holds for some requests");
            let finding = Diagnostic::error(Code::GAP, table.span, message)
                .help(example(ir, &witness))
                .help("add an `otherwise` rule, or widen a rule");
            vec![finding]
        }
    }
}

/// Looks for rules that can never have the say.
///
/// Each rule has a small budget of its own, and all of them together have `budget`: what that leaves open is not told.
pub fn dead_rules(ir: &Ir, name: &str, table: &Table, budget: u64) -> Vec<Diagnostic> {
    let mut budget = Budget(budget);
    let mut found = Vec::new();
    let mut earlier: Vec<NodeId> = Vec::new();
    for rule in &table.rules {
        let Some(when) = rule.when else { continue };
        if never(ir, name, &[when], &[], &mut budget) {
            let message = format!("rule `{}` of `{name}` can never hold", rule.id);
            found.push(Diagnostic::warning(Code::DEAD_RULE, rule.span, message));
        } else if table.hit == HitPolicy::First && never(ir, name, &[when], &earlier, &mut budget) {
            let message =
                format!("rule `{}` of `{name}` is hidden: earlier rules always hold before it", rule.id);
            let mut hiding = |other: &&Rule| {
                other.when.is_some_and(|other| {
                    earlier.contains(&other) && never(ir, name, &[when], &[other], &mut budget)
                })
            };
            let finding = Diagnostic::warning(Code::HIDDEN_RULE, rule.span, message);
            let hider = table.rules.iter().find(&mut hiding);
            found.push(match hider {
                Some(hider) => finding.related(hider.span, format!("`{}` holds whenever it does", hider.id)),
                None => finding,
            });
        }
        earlier.push(when);
    }
    found
}

/// Whether no request makes all of `hold` hold and all of `fail` fail, however the switches that they read are turned.
fn never(ir: &Ir, name: &str, hold: &[NodeId], fail: &[NodeId], budget: &mut Budget) -> bool {
    let roots: Vec<NodeId> = hold.iter().chain(fail).copied().collect();
    turned(ir, &roots).iter().all(|ir| {
        let goal = |record: &Record, outcome: &Outcome| {
            let scope = asked(name, outcome);
            let both =
                |test: &mut dyn FnMut(NodeId) -> Verdict| all_hold(test, hold).and(all_fail(test, fail));
            scope.and(eval::in_each_way(ir, record, outcome, both))
        };
        let share = budget.0.min(DEAD_RULE_BUDGET);
        let mut own = Budget(share);
        let found = search(ir, &roots, &scope(ir, name), &goal, &mut own);
        budget.0 = budget.0.saturating_sub(share.saturating_sub(own.0));
        matches!(found, Found::Nothing)
    })
}

/// Up to so many switches, every way of turning them is tried.
const MOST_SWITCHES: usize = 6;

/// The policy with the switches that some conditions read turned in every way; the first is the policy as it is.
fn turned<'a>(ir: &'a Ir, roots: &[NodeId]) -> Vec<Cow<'a, Ir>> {
    let nodes = roots.iter().flat_map(|root| all_nodes(ir, *root));
    let read = |id: NodeId| if let Node::Switch(switch) = ir.node(id) { Some(switch.index()) } else { None };
    let switches: BTreeSet<usize> = nodes.filter_map(read).collect();
    let mut policies = vec![Cow::Borrowed(ir)];
    for switch in switches.into_iter().take(MOST_SWITCHES) {
        let mut also = policies.clone();
        for policy in &mut also {
            if let Some(switch) = policy.to_mut().switches.get_mut(switch) {
                switch.on = !switch.on;
            }
        }
        policies.extend(also);
    }
    policies
}

fn all_hold(test: &mut dyn FnMut(NodeId) -> Verdict, conditions: &[NodeId]) -> Verdict {
    conditions.iter().fold(Verdict::Yes, |verdict, when| verdict.and(test(*when)))
}

fn all_fail(test: &mut dyn FnMut(NodeId) -> Verdict, conditions: &[NodeId]) -> Verdict {
    conditions.iter().fold(Verdict::Yes, |verdict, when| verdict.and(test(*when).negated()))
}

/// Whether the table is asked: the scope always is, the others for what is in it.
fn asked(name: &str, outcome: &Outcome) -> Verdict {
    if name == "scope" { Verdict::Yes } else { outcome.scope.in_scope() }
}

/// The conditions that decide whether a table is asked at all.
fn scope(ir: &Ir, name: &str) -> Vec<NodeId> {
    let scope = ir.scope.iter().filter(|_| name != "scope").flat_map(|table| &table.rules);
    scope.filter_map(|rule| rule.when).collect()
}

fn overlap(ir: &Ir, name: &str, first: &Rule, second: &Rule, witness: &Witness) -> Diagnostic {
    let message = format!("`{}` and `{}` of `{name}` hold for the same request", first.id, second.id);
    Diagnostic::error(Code::OVERLAP, second.span, message)
        .related(first.span, format!("`{}` holds too", first.id))
        .help(example(ir, witness))
        .help("say in one of them when the other counts: `and not ..`")
}
