//! Cheap warnings about what a condition says twice, or says whatever the request is.
//!
//! Ranges are looked at where operands are typed (`ranges`); which rules can never hold is asked in `analyze`.

use super::typed::{Constant, Expr, ExprKind};
use crate::diagnostic::{Code, Diagnostic};
use crate::text::Span;
use std::collections::BTreeMap;

/// Warns of items that `and` or `or` repeats, of `yes` and `no` among them, and of values compared with themselves.
pub(crate) fn repeated(expr: &Expr, findings: &mut Vec<Diagnostic>) {
    match &expr.kind {
        ExprKind::And(items) => joined(items, "and", findings),
        ExprKind::Or(items) => joined(items, "or", findings),
        ExprKind::Not(inner) => repeated(inner, findings),
        ExprKind::Equal { left, right } => with_itself(expr.span, left, right, true, findings),
        ExprKind::Compare { op, left, right } => {
            use super::typed::Comparison::{GreaterOrEqual, LessOrEqual};
            let says = matches!(op, LessOrEqual | GreaterOrEqual);
            with_itself(expr.span, left, right, says, findings);
        }
        _ => {}
    }
}

fn joined(items: &[Expr], word: &str, findings: &mut Vec<Diagnostic>) {
    let mut seen: BTreeMap<String, Span> = BTreeMap::new();
    for item in items {
        repeated(item, findings);
        if let ExprKind::Constant(Constant::YesNo(yes)) = item.kind {
            let (code, what) = if yes { (Code::ALWAYS_TRUE, "true") } else { (Code::ALWAYS_FALSE, "false") };
            let message = format!("this side of `{word}` is always {what}");
            findings.push(Diagnostic::warning(code, item.span, message));
            continue;
        }
        let key = key(item);
        match seen.get(&key) {
            None if key.is_empty() => {}
            None => {
                seen.insert(key, item.span);
            }
            Some(&first) => findings.push(
                Diagnostic::warning(
                    Code::NEEDLESS_WORDS,
                    item.span,
                    format!("this `{word}` says the same twice"),
                )
                .related(first, "first said here")
                .help("delete one of them"),
            ),
        }
    }
}

fn with_itself(span: Span, left: &Expr, right: &Expr, says: bool, findings: &mut Vec<Diagnostic>) {
    // Two constants have been compared by their values already.
    let same = key(left);
    if matches!(left.kind, ExprKind::Constant(_)) || same.is_empty() || same != key(right) {
        return;
    }
    let (code, what) = if says { (Code::ALWAYS_TRUE, "true") } else { (Code::ALWAYS_FALSE, "false") };
    let message = format!("a value compared with itself is always {what}");
    findings.push(Diagnostic::warning(code, span, message));
}

/// The meaning of an expression, as text: spans are no part of it. Empty for what could not be typed, which equals nothing.
fn key(expr: &Expr) -> String {
    let text = serde_json::to_string(expr).unwrap_or_default();
    if text.contains("\"damaged\"") { String::new() } else { text }
}
