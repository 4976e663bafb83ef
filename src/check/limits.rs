//! How much a policy may hold.

use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::ast::{Declaration, Head, PhraseKind, Row};

/// The most rules of all kinds (language.md, meaning 13).
const MOST_RULES: usize = 20_000;
/// The most values of a type: each is a choice in a form, and a search tries each.
const MOST_VALUES: usize = 1_000;
/// The most questions and facts.
const MOST_FIELDS: usize = 10_000;

/// Returns a finding for each limit that the declarations exceed, at the first thing too many.
pub(super) fn exceeded(declarations: &[&Declaration]) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    let rules = declarations.iter().flat_map(|declaration| &declaration.rows).filter(|row| is_rule(row));
    if let Some(row) = rules.into_iter().nth(MOST_RULES) {
        findings.push(
            Diagnostic::error(
                Code::TOO_MANY_RULES,
                row.lead.span,
                format!("the policy has more than {MOST_RULES} rules"),
            )
            .help("split it into policies of their own"),
        );
    }
    let mut left = MOST_FIELDS;
    for declaration in declarations {
        if let Some(row) = field_too_many(&declaration.rows, &mut left) {
            findings.push(
                Diagnostic::error(
                    Code::TOO_MANY_RULES,
                    row.lead.span,
                    format!("the policy has more than {MOST_FIELDS} fields"),
                )
                .help("ask less"),
            );
            break;
        }
    }
    for declaration in declarations {
        let Head::Type { variants, .. } = &declaration.head else { continue };
        if let Some(variant) = variants.get(MOST_VALUES) {
            let message = format!("a type has more than {MOST_VALUES} values");
            let finding = Diagnostic::error(Code::TOO_MANY_VALUES, variant.name.span, message);
            findings.push(finding.help("say it with a field of type `text`"));
        }
    }
    findings
}

fn is_rule(row: &Row) -> bool {
    matches!(
        row.lead.kind,
        PhraseKind::Rule { .. }
            | PhraseKind::OtherwiseRule { .. }
            | PhraseKind::Factor { .. }
            | PhraseKind::Guard { .. }
            | PhraseKind::Require { .. }
    )
}

/// Counts fields down from `left`, and returns the first that is too many.
fn field_too_many<'a>(rows: &'a [Row], left: &mut usize) -> Option<&'a Row> {
    for row in rows {
        match &row.lead.kind {
            PhraseKind::Field(_) => match left.checked_sub(1) {
                Some(less) => *left = less,
                None => return Some(row),
            },
            PhraseKind::Group { rows, .. } => {
                if let Some(found) = field_too_many(rows, left) {
                    return Some(found);
                }
            }
            _ => {}
        }
    }
    None
}
