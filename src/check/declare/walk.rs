//! Walks over expressions as written.

use crate::syntax::ast::{Expr, ExprKind};

/// Calls `see` with every name that an expression mentions: paths, and the metric of `count of`.
pub(crate) fn mentions<'a>(expr: &'a Expr, see: &mut impl FnMut(&'a str)) {
    match &expr.kind {
        ExprKind::Path(path) => path.names.first().map_or((), |first| see(&first.text)),
        ExprKind::Count { metric, .. } => see(&metric.text),
        _ => children(expr, &mut |child| mentions(child, see)),
    }
}

/// Whether an expression mentions a name.
pub(crate) fn names(expr: &Expr, name: &str) -> bool {
    let mut found = false;
    mentions(expr, &mut |mentioned| found |= mentioned == name);
    found
}

fn children<'a>(expr: &'a Expr, see: &mut dyn FnMut(&'a Expr)) {
    match &expr.kind {
        ExprKind::Literal(_) | ExprKind::Path(_) | ExprKind::Count { .. } | ExprKind::Damaged => {}
        ExprKind::Not(inner) => see(inner),
        ExprKind::And(items) | ExprKind::Or(items) | ExprKind::List(items) => {
            for item in items {
                see(item);
            }
        }
        ExprKind::Else { value, fallback } => {
            see(value);
            see(fallback);
        }
        ExprKind::Compare { left, right, .. }
        | ExprKind::Is { left, right, .. }
        | ExprKind::Sum { left, right, .. }
        | ExprKind::Has { left, set: right, .. }
        | ExprKind::During { left, period: right } => {
            see(left);
            see(right);
        }
        ExprKind::IsOneOf { left, list, .. } | ExprKind::Matches { left, globs: list, .. } => {
            see(left);
            for item in list {
                see(item);
            }
        }
        ExprKind::State { left, .. }
        | ExprKind::Rises { left, .. }
        | ExprKind::Silent { left, .. }
        | ExprKind::Skips { left } => see(left),
    }
}
