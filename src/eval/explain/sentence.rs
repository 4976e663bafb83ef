//! The decision in plain English, made of titles.

use crate::eval::outcome::Outcome;
use crate::eval::settle::chosen;
use crate::eval::verdict::Verdict;
use crate::ir::{Approver, Gives, Ir, Name, Rule};
use crate::text::Span;

/// A sentence, and where the declaration stands that it speaks of.
pub(super) type Sentence = (String, Option<Span>);

pub(super) fn sentences(ir: &Ir, outcome: &Outcome) -> Vec<Sentence> {
    let mut all = Vec::new();
    all.extend(scope(ir, outcome));
    if outcome.scope.value.known() == Some(crate::eval::phases::IN_SCOPE) {
        all.extend(score(ir, outcome));
        all.extend(catalogue(ir, outcome));
        all.extend(class(ir, outcome));
        all.extend(risk(ir, outcome));
        all.extend(route(ir, outcome));
    }
    all
}

fn scope(ir: &Ir, outcome: &Outcome) -> Option<Sentence> {
    let rule = chosen(ir.scope.as_ref(), &outcome.scope)?;
    let value = ir.value_title(ir.scope_enum, outcome.scope.value.known()?);
    Some((format!("{value}{}", reason(rule)), Some(rule.span)))
}

fn score(ir: &Ir, outcome: &Outcome) -> Option<Sentence> {
    let (score, found) = (ir.score.as_ref()?, outcome.score.as_ref()?);
    let level = ir.value_title(score.scale, found.assessed.known()?);
    let factors = score.factors.iter().zip(&found.factors);
    let held: Vec<_> = factors.filter(|(_, verdict)| **verdict == Verdict::Yes).collect();
    let reasons: Vec<String> =
        held.iter().map(|(factor, _)| format!("{} ({})", factor.title, factor.adds)).collect();
    let points = match found.least {
        1 => "1 point".to_owned(),
        points => format!("{points} points"),
    };
    let text = match reasons.is_empty() {
        true => format!("Assessed as {level}: {points}"),
        false => format!("Assessed as {level}: {points}, for {}", reasons.join(", ")),
    };
    Some((text, held.first().map(|(factor, _)| factor.span)))
}

fn catalogue(ir: &Ir, outcome: &Outcome) -> Option<Sentence> {
    let found = outcome.entry.as_ref()?;
    let entry = ir.entries.get(found.entry)?;
    if found.covered == Verdict::Yes {
        let text = format!("Covered by {} version {}: {}", entry.code, entry.version, entry.title);
        return Some((text, Some(entry.span)));
    }
    let mut reasons: Vec<String> = Vec::new();
    if found.applies == Verdict::No {
        reasons.push(format!("it is for: {}", crate::ir::print(ir, entry.applies)));
    }
    if found.not_yet_valid {
        reasons.push(format!("it was approved on {}, after the submission", entry.approved_on));
    }
    if found.expired {
        reasons.push(format!("it was valid until {}", entry.valid_until));
    }
    if found.suspended {
        reasons.push("it is suspended".to_owned());
    }
    let failed = entry.guards.iter().zip(&found.guards).filter(|(_, verdict)| **verdict == Verdict::No);
    reasons.extend(failed.map(|(guard, _)| format!("it asks for: {}", guard.title)));
    Some((format!("Not covered by {}: {}", entry.code, reasons.join("; ")), Some(entry.span)))
}

fn class(ir: &Ir, outcome: &Outcome) -> Option<Sentence> {
    let class = ir.value_title(ir.class_enum, outcome.class.value.known()?);
    Some(match chosen(ir.classify.as_ref(), &outcome.class) {
        Some(rule) => (format!("{class}{}", reason(rule)), Some(rule.span)),
        None => (format!("{class}, because no rule holds and this class has the highest risk"), None),
    })
}

/// What stands behind a result: the title of the rule that gave it.
fn reason(rule: &Rule) -> String {
    match rule.when {
        Some(_) => format!(": {}", rule.title),
        None => format!(", because no other rule holds: {}", rule.title),
    }
}

fn risk(ir: &Ir, outcome: &Outcome) -> Option<Sentence> {
    Some((format!("Final risk {}", ir.value_title(ir.risk_enum?, outcome.risk.known()?)), None))
}

fn route(ir: &Ir, outcome: &Outcome) -> Option<Sentence> {
    let table = ir.route.as_ref()?;
    let rule = table.rules.get(usize::from(outcome.route.value.known()?))?;
    let who = match &rule.gives {
        Gives::Value(_) | Gives::Approve(Approver::Automatically) => "Approved automatically".to_owned(),
        Gives::Approve(Approver::Roles { count, roles }) => {
            let titles: Vec<Name> = roles.iter().map(|role| role_title(ir, role)).collect();
            match (*count as usize, titles.as_slice()) {
                (_, [only]) => format!("Decided by {only}"),
                (count, all) if count == all.len() => format!("Decided by all of {}", all.join(", ")),
                (1, all) => format!("Decided by any of {}", all.join(", ")),
                (count, all) => format!("Decided by {count} of {}", all.join(", ")),
            }
        }
        Gives::Approve(Approver::Board(board)) => {
            format!("Decided by {}", ir.boards.get(*board as usize).map_or("", |board| &board.title))
        }
    };
    Some((format!("{who}{}", reason(rule)), Some(rule.span)))
}

fn role_title(ir: &Ir, role: &Name) -> Name {
    ir.roles
        .iter()
        .find(|known| known.name == *role)
        .map_or_else(|| role.clone(), |known| known.title.clone())
}
