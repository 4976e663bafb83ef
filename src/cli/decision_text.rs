use std::fmt::Write;

use crate::api::DecideAnswer;
use crate::api::answer::{Approve, Clause, Decision, Explanation, Gate, Name, Reason, Route, RuleSeen, Time};

use super::words::count;

/// Writes a decision for people.
pub(super) fn render(answer: &DecideAnswer) -> String {
    let mut lines = Lines(String::new());
    summary(&mut lines, &answer.decision);
    if let Some(explanation) = &answer.explanation {
        why(&mut lines, explanation);
    }
    lines.0
}

struct Lines(String);

impl Lines {
    /// One line of the summary; nothing where there is nothing to say.
    fn row(&mut self, label: &str, text: impl AsRef<str>) {
        if !text.as_ref().is_empty() {
            self.line(format_args!("{label:<11} {}", text.as_ref()));
        }
    }

    fn line(&mut self, text: std::fmt::Arguments<'_>) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.0, "{text}");
    }
}

fn summary(lines: &mut Lines, decision: &Decision) {
    let scope = decision.scope.value.replace('_', " ");
    match (&decision.class, &decision.risk) {
        (Some(class), Some(risk)) => lines.row("class", format!("{}, risk {risk}", class.value)),
        (Some(class), None) => lines.row("class", &*class.value),
        _ => lines.row("scope", &scope),
    }
    lines.row("rule", rule(decision));
    if let Some(score) = &decision.score {
        let factors: Vec<String> =
            score.factors.iter().map(|factor| format!("{} +{}", factor.id, factor.adds)).collect();
        let points = count(usize::try_from(score.points).unwrap_or(usize::MAX), "point");
        let assessed = score.assessed.as_deref().unwrap_or("unknown");
        let parts = if factors.is_empty() { String::new() } else { format!(" ({})", factors.join(", ")) };
        lines.row("score", format!("{points}, assessed {assessed}{parts}"));
    }
    if let Some(entry) = &decision.catalogue {
        let verdict = if entry.covered { "covers it".to_owned() } else { reasons(&entry.reasons) };
        lines.row("catalogue", format!("{} version {}: {verdict}", entry.entry, entry.version));
    }
    lines.row("approval", decision.route.as_ref().map(approval).unwrap_or_default());
    if let Some(due) = &decision.due {
        let side = if due.strict { "under" } else { "within" };
        let calendar = due.calendar.as_ref().map(|it| format!(", calendar {it}")).unwrap_or_default();
        let at = due.at.map(|at| format!(", by {at}")).unwrap_or_default();
        lines.row("due", format!("{side} {} from {} to {}{calendar}{at}", time(&due.time), due.from, due.to));
    }
    for review in &decision.reviews {
        lines.row("review", format!("by {}, {} after {}", review.by, time(&review.time), review.after));
    }
    lines.row("rollout", names(decision.canary.iter().map(|canary| &canary.name)));
    lines.row("regimes", names(&decision.regimes));
    lines.row("touches", names(&decision.touched));
    for gate in &decision.gates {
        lines.row("gate", gate_text(gate));
    }
    lines.row("flags", names(&decision.flags));
    lines.row("codes", names(&decision.codes));
    lines.row("serves", names(&decision.serves));
    let policy = &decision.policy;
    lines.row("policy", format!("{} {}, {}", policy.id, policy.version, policy.digest));
    lines.row("decided for", decision.now.to_string());
}

fn rule(decision: &Decision) -> String {
    match (&decision.class, &decision.scope.rule) {
        (Some(class), _) if class.held.len() > 1 => format!("{} held at once", names(&class.held)),
        (Some(class), _) => class.rule.as_deref().unwrap_or("no rule held").to_owned(),
        (None, Some(rule)) => rule.to_string(),
        (None, None) => String::new(),
    }
}

fn approval(route: &Route) -> String {
    let who = match &route.approve {
        Approve::Automatically => "automatic: the policy is the approval".to_owned(),
        Approve::Roles { count: 1, roles } => format!("one of {}", names(roles)),
        Approve::Roles { count, roles } if usize::try_from(*count) == Ok(roles.len()) => {
            format!("all of {}", names(roles))
        }
        Approve::Roles { count, roles } => format!("{count} of {}", names(roles)),
        Approve::Board { board, seats, at_least, of, .. } => {
            let mandatory = seats.iter().filter(|seat| seat.mandatory).map(|seat| &seat.id);
            let others = seats.iter().filter(|seat| !seat.mandatory).map(|seat| &seat.id);
            format!("board {board}, {at_least} of {of}: {} must approve; {}", names(mandatory), names(others))
        }
    };
    format!("{who} ({})", route.rule)
}

fn reasons(reasons: &[Reason]) -> String {
    let reason = |reason: &Reason| match reason {
        Reason::For => "is for other changes".to_owned(),
        Reason::Expired { code } => format!("expired ({code})"),
        Reason::NotYetValid => "not approved yet on that day".to_owned(),
        Reason::Suspended { code: Some(code) } => format!("suspended ({code})"),
        Reason::Suspended { code: None } => "suspended".to_owned(),
        Reason::Guard { id } => format!("guard {id} fails"),
    };
    reasons.iter().map(reason).collect::<Vec<_>>().join(", ")
}

fn gate_text(gate: &Gate) -> String {
    if gate.allows {
        return format!("{}: allows", gate.gate);
    }
    let failures = gate.failures.iter().map(|failure| {
        let mut missing: Vec<String> = failure.missing.iter().map(ToString::to_string).collect();
        missing.extend(failure.placeholders.iter().map(|path| format!("{path} (placeholder)")));
        let missing = if missing.is_empty() { String::new() } else { format!(": {}", missing.join(", ")) };
        format!("\n              {} by {}{missing}", failure.code, failure.id)
    });
    format!("{}: denies{}", gate.gate, failures.collect::<String>())
}

fn time(time: &Time) -> String {
    match time {
        Time::Ms(length) => length.to_string(),
        Time::BusinessDays(1) => "1 business day".to_owned(),
        Time::BusinessDays(days) => format!("{days} business days"),
        Time::BusinessMs(length) => format!("{length} of working time"),
        Time::Years(years) => format!("{years} years"),
    }
}

fn names<'a>(names: impl IntoIterator<Item = &'a Name>) -> String {
    names.into_iter().map(|name| &**name).collect::<Vec<_>>().join(", ")
}

fn why(lines: &mut Lines, explanation: &Explanation) {
    lines.line(format_args!(""));
    for sentence in &explanation.sentences {
        lines.line(format_args!("{sentence}"));
    }
    for nearest in &explanation.nearest {
        lines.line(format_args!("{}", nearest.sentence));
    }
    for phase in &explanation.phases {
        lines.line(format_args!("\n{}", phase.phase));
        for rule in &phase.rules {
            rule_lines(lines, rule);
        }
    }
}

fn rule_lines(lines: &mut Lines, rule: &RuleSeen) {
    let mark = mark(rule.held);
    let place = format!("{}:{}", rule.span.file, rule.span.line);
    lines.line(format_args!("  {mark} {} -> {}   {}   {place}", rule.id, rule.gives, rule.title));
    // What did not hold and was not needed tells nothing; what was looked at tells why.
    if rule.held.is_some() {
        for clause in &rule.clauses {
            clause_lines(lines, clause, 3);
        }
    }
}

fn clause_lines(lines: &mut Lines, clause: &Clause, depth: usize) {
    let values: Vec<String> = clause.values.iter().map(|(path, value)| format!("{path} = {value}")).collect();
    let values = if values.is_empty() { String::new() } else { format!("   [{}]", values.join(", ")) };
    let width = depth.saturating_mul(2);
    lines.line(format_args!("{:width$}{} {}{values}", "", mark(clause.held), clause.text));
    for inner in &clause.clauses {
        clause_lines(lines, inner, depth.saturating_add(1));
    }
}

fn mark(held: Option<bool>) -> char {
    match held {
        Some(true) => '+',
        Some(false) => '-',
        None => '.',
    }
}
