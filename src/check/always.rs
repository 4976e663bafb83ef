//! Cheap warnings about what a condition says twice, or says whatever the request is.
//!
//! Ranges are looked at where operands are typed (`ranges`); which rules can never hold is asked in `analyze`.

use super::typed::{Constant, Expr, ExprKind};
use super::visit::each;
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
    let mut seen: BTreeMap<&Expr, Span> = BTreeMap::new();
    for item in items {
        repeated(item, findings);
        if let ExprKind::Constant(Constant::YesNo(yes)) = item.kind {
            let (code, what) = if yes { (Code::ALWAYS_TRUE, "true") } else { (Code::ALWAYS_FALSE, "false") };
            let message = format!("this side of `{word}` is always {what}");
            findings.push(Diagnostic::warning(code, item.span, message));
            continue;
        }
        match seen.get(item) {
            None if is_damaged(item) => {}
            None => {
                seen.insert(item, item.span);
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
    if matches!(left.kind, ExprKind::Constant(_)) || left != right || is_damaged(left) {
        return;
    }
    let (code, what) = if says { (Code::ALWAYS_TRUE, "true") } else { (Code::ALWAYS_FALSE, "false") };
    let message = format!("a value compared with itself is always {what}");
    findings.push(Diagnostic::warning(code, span, message));
}

/// Whether something in it could not be typed, so that it equals nothing.
fn is_damaged(expr: &Expr) -> bool {
    let mut damaged = false;
    each(expr, &mut |part| damaged |= matches!(part.kind, ExprKind::Damaged));
    damaged
}
