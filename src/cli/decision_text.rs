use std::fmt::Write;

use crate::api::DecideAnswer;
use crate::api::answer::{Approve, Decision, Gate, Name, Reason, Route, Time};

use super::explanation_text;
use super::words::count;

/// Writes a decision for people.
pub(super) fn render(answer: &DecideAnswer) -> String {
    let mut lines = Lines(String::new());
    summary(&mut lines, &answer.decision);
    if let Some(explanation) = &answer.explanation {
        lines.line(format_args!(""));
        explanation_text::write(&mut lines, &answer.decision, explanation);
    }
    lines.0
}

/// Columns of a line, where it can be broken.
const WIDTH: usize = 110;

pub(super) struct Lines(String);

impl Lines {
    /// One line of the summary; nothing where there is nothing to say.
    fn row(&mut self, label: &str, text: impl AsRef<str>) {
        if !text.as_ref().is_empty() {
            self.wrapped(&format!("{label:<11} "), text.as_ref());
        }
    }

    /// A text behind `lead`, broken between its words; further lines stand below its first word.
    pub(super) fn wrapped(&mut self, lead: &str, text: &str) {
        let indent = lead.chars().count();
        let mut line = lead.to_owned();
        let mut width = indent;
        for word in text.split(' ') {
            let length = word.chars().count();
            if width > indent && width.saturating_add(length) > WIDTH {
                self.line(format_args!("{}", line.trim_end()));
                line = " ".repeat(indent);
                width = indent;
            }
            line.push_str(word);
            line.push(' ');
            width = width.saturating_add(length).saturating_add(1);
        }
        self.line(format_args!("{}", line.trim_end()));
    }

    pub(super) fn line(&mut self, text: std::fmt::Arguments<'_>) {
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
    lines.row("approval", decision.route.as_ref().map(approval).unwrap_or_default());
    if let Some(due) = &decision.due {
        let side = if due.strict { "under" } else { "within" };
        let calendar = due.calendar.as_ref().map(|it| format!(", calendar {it}")).unwrap_or_default();
        let at = due.at.map(|at| format!(", by {at}")).unwrap_or_default();
        lines.row("due", format!("{side} {} from {} to {}{calendar}{at}", time(&due.time), due.from, due.to));
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
    format!("{}: denies, {}", gate.gate, names(gate.failures.iter().map(|failure| &failure.code)))
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

pub(super) fn names<'a>(names: impl IntoIterator<Item = &'a Name>) -> String {
    names.into_iter().map(|name| &**name).collect::<Vec<_>>().join(", ")
}
