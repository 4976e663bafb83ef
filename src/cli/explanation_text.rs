//! An explanation for people: first the sentences, then what would have to differ, what is missing, and only then the rules that
//! decided, with the clauses that made them. Everything that was looked at is in the JSON.

use crate::api::answer::{Clause, Decision, Explanation, Failure, Name, Phase, RuleSeen};

use super::decision_text::{Lines, names};

/// Writes an explanation below the summary of its decision.
pub(super) fn write(lines: &mut Lines, decision: &Decision, explanation: &Explanation) {
    lines.line(format_args!("Why"));
    for sentence in &explanation.sentences {
        lines.wrapped("  ", sentence);
    }
    if !explanation.nearest.is_empty() {
        lines.line(format_args!("\nWhat would have to differ"));
    }
    for nearest in &explanation.nearest {
        lines.wrapped("  ", &nearest.sentence);
    }
    missing(lines, decision, explanation);
    lines.line(format_args!("\nThe rules that decided (+ held, - did not)"));
    for phase in explanation.phases.iter().filter(|phase| !phase.phase.starts_with("gate:")) {
        rules(lines, phase);
    }
    lines.line(format_args!("\nEverything that was looked at, clause by clause: --explain --format json"));
}

/// What each gate still asks for, in the words of its requirements.
fn missing(lines: &mut Lines, decision: &Decision, explanation: &Explanation) {
    for gate in decision.gates.iter().filter(|gate| !gate.allows) {
        lines.line(format_args!("\nWhat gate {} still needs", gate.gate));
        let name = format!("gate:{}", gate.gate);
        let seen = explanation.phases.iter().find(|phase| *phase.phase == *name);
        for failure in &gate.failures {
            let rule = seen.and_then(|phase| phase.rules.iter().find(|rule| rule.id == failure.id));
            requirement(lines, failure, rule);
        }
    }
}

fn requirement(lines: &mut Lines, failure: &Failure, rule: Option<&RuleSeen>) {
    match rule {
        Some(rule) => lines.line(format_args!("  {:<24} {}   {}", failure.code, rule.title, place(rule))),
        None => lines.line(format_args!("  {:<24} {}", failure.code, failure.id)),
    }
    let mut asked: Vec<String> = failure.missing.iter().map(ToString::to_string).collect();
    asked.extend(failure.placeholders.iter().map(|path| format!("{path} (only a placeholder)")));
    if !asked.is_empty() {
        lines.wrapped("      missing ", &asked.join(", "));
        return;
    }
    for clause in rule.map_or(&[][..], |rule| &rule.clauses) {
        clause_lines(lines, clause, false, 3);
    }
}

/// The rules of a phase that held, with what made them hold; those that did not, by name.
fn rules(lines: &mut Lines, phase: &Phase) {
    if phase.rules.is_empty() {
        return;
    }
    lines.line(format_args!("  {}", phase.phase));
    for rule in phase.rules.iter().filter(|rule| rule.held == Some(true)) {
        lines.line(format_args!("    + {}   {}   {}", gives(rule), rule.title, place(rule)));
        for clause in &rule.clauses {
            clause_lines(lines, clause, true, 4);
        }
    }
    let others = phase.rules.iter().filter(|rule| rule.held == Some(false));
    // A guard that fails, or an entry for something else, is why a change is not covered: that is worth its clauses.
    if &*phase.phase == "catalogue" {
        for rule in others {
            lines.line(format_args!("    - {}   {}   {}", gives(rule), rule.title, place(rule)));
            for clause in &rule.clauses {
                clause_lines(lines, clause, false, 4);
            }
        }
        return;
    }
    let others: Vec<&Name> = others.map(|rule| &rule.id).collect();
    if !others.is_empty() {
        lines.wrapped("    - ", &names(others));
    }
}

fn gives(rule: &RuleSeen) -> String {
    if rule.id == rule.gives { rule.id.to_string() } else { format!("{} -> {}", rule.id, rule.gives) }
}

fn place(rule: &RuleSeen) -> String {
    format!("{}:{}", rule.span.file, rule.span.line)
}

/// A clause with this verdict and, below it, its parts with the verdict; the others bear on nothing.
fn clause_lines(lines: &mut Lines, clause: &Clause, verdict: bool, depth: usize) {
    if clause.held != Some(verdict) {
        return;
    }
    let values: Vec<String> = clause.values.iter().map(|(path, value)| format!("{path} = {value}")).collect();
    let values = if values.is_empty() { String::new() } else { format!("   [{}]", values.join(", ")) };
    let (width, mark) = (depth.saturating_mul(2), if verdict { '+' } else { '-' });
    lines.line(format_args!("{:width$}{mark} {}{values}", "", clause.text));
    // What stands below `not` has the other verdict.
    let below = if clause.text.starts_with("not ") { !verdict } else { verdict };
    for inner in &clause.clauses {
        clause_lines(lines, inner, below, depth.saturating_add(1));
    }
}
