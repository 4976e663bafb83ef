//! Conditions on metrics: each shape has its own (notes on the language, section 3), and only rules of `rollback` have any.

use super::expr::{Context, Phase, Relation, damaged, truth};
use super::symbols::MetricPlace;
use super::typed::{Expr, ExprKind, Shape, Type};
use super::{constants, names, spell, types};
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::ast::{self, Comparison, Literal, LiteralKind, PathExpr, Word};
use crate::text::Span;
use crate::value::Fixed;

/// Returns the shape in the author's word.
fn word(shape: Shape) -> &'static str {
    match shape {
        Shape::Gauge => "gauge",
        Shape::Result => "result",
        Shape::Probe => "probe",
        Shape::Events => "events",
        Shape::Heartbeat => "heartbeat",
    }
}

/// Returns what the conditions of a shape look like.
fn conditions(shape: Shape, name: &str) -> String {
    match shape {
        Shape::Gauge => {
            format!("`{name} > ...`, `{name} rises by more than 20%` or `{name} falls by more than 20%`")
        }
        Shape::Result | Shape::Probe => format!("`{name} is ...` or `{name} < ...`"),
        Shape::Events => format!("`count of {name} in 60 minutes > ...`"),
        Shape::Heartbeat => format!("`{name} silent for more than 5 minutes` or `{name} skips`"),
    }
}

/// Types the newest value of a metric.
pub(super) fn newest(cx: &mut Context, name: &str, span: Span) -> Expr {
    let Some(metric) = readable(cx, name, span, &[Shape::Gauge, Shape::Result, Shape::Probe]) else {
        return damaged(span);
    };
    match metric.ty.clone() {
        Some(ty) => Expr { span, ty, kind: ExprKind::Metric(name.to_owned()) },
        None => damaged(span),
    }
}

/// Types `m rises by more than p%` and `m falls by more than p%`.
pub(super) fn rises(cx: &mut Context, span: Span, left: &ast::Expr, falls: bool, by: &Literal) -> Expr {
    let name = metric_name(cx, left);
    let by_ast = ast::Expr { span: by.span, kind: ast::ExprKind::Literal(by.clone()) };
    let share = Type::Percent { min: Fixed::ZERO, max: Fixed::MAX };
    let by = if by.kind == LiteralKind::Percent {
        constants::constant(cx, &by_ast, &share)
    } else {
        constants::literal(cx, by, &share)
    };
    let Some((name, metric)) =
        name.and_then(|name| Some((name.clone(), readable(cx, &name, left.span, &[Shape::Gauge])?)))
    else {
        return damaged(span);
    };
    if !metric.baseline && !metric.damaged {
        let verb = if falls { "falls" } else { "rises" };
        let message = format!("`{name}` has no `baseline`, so nothing says what it {verb} from");
        cx.report(
            Diagnostic::error(Code::MISSING_CLAUSE, span, message)
                .related(metric.span, "declared here")
                .help("add a clause such as `baseline median of 24 hours` to the metric"),
        );
        return damaged(span);
    }
    if let Some(ty) = &metric.ty {
        let numeric = matches!(
            ty,
            Type::Int { .. } | Type::Decimal { .. } | Type::Percent { .. } | Type::Duration { .. }
        );
        if !numeric {
            if *ty != Type::Damaged {
                let message = format!("only a number rises or falls, and `{name}` is {}", types::words(ty));
                cx.report(Diagnostic::error(Code::METRIC_SHAPE, span, message));
            }
            return damaged(span);
        }
        if !falls && !excludes_zero(ty) && !cx.floors.contains(&name) {
            hidden_division(cx, span, &name, metric);
            return damaged(span);
        }
    }
    let Some(super::typed::Constant::Percent(by)) = by else { return damaged(span) };
    truth(span, ExprKind::Rises { metric: name, falls, by })
}

/// Whether no value of the type is zero.
fn excludes_zero(ty: &Type) -> bool {
    match ty {
        Type::Int { min, max } => *min > 0 || *max < 0,
        Type::Decimal { min, max } | Type::Percent { min, max } => *min > Fixed::ZERO || *max < Fixed::ZERO,
        Type::Duration { min, .. } => min.ms() > 0,
        _ => true,
    }
}

fn hidden_division(cx: &mut Context, span: Span, name: &str, metric: &MetricPlace) {
    let floor = if matches!(metric.ty, Some(Type::Percent { .. })) { "1%" } else { "1" };
    let message = format!("the baseline of `{name}` can be 0, and a rise from nothing has no size");
    let finding =
        Diagnostic::error(Code::HIDDEN_DIVISION, span, message).related(metric.span, "its range has 0 in it");
    let finding = match &cx.relation {
        Some(Relation { span, wrapped: None }) => finding.help_edit(
            format!("say from which value on a rise counts, such as `and {name} > {floor}`"),
            span.after(),
            format!(" and {name} > {floor}"),
        ),
        _ => finding
            .help(format!("say from which value on a rise counts, such as `(... and {name} > {floor})`")),
    };
    cx.report(finding.help("or declare a range without 0 for the metric"));
}

/// Types `m silent for more than t`.
pub(super) fn silent(cx: &mut Context, span: Span, left: &ast::Expr, limit: &Literal) -> Expr {
    let longer_than = span_of(cx, limit);
    let Some(name) = metric_name(cx, left) else { return damaged(span) };
    if readable(cx, &name, left.span, &[Shape::Heartbeat]).is_none() {
        return damaged(span);
    }
    match longer_than {
        Some(longer_than) => truth(span, ExprKind::Silent { metric: name, longer_than }),
        None => damaged(span),
    }
}

/// Types `m skips`.
pub(super) fn skips(cx: &mut Context, span: Span, left: &ast::Expr) -> Expr {
    let Some(name) = metric_name(cx, left) else { return damaged(span) };
    let Some(metric) = readable(cx, &name, left.span, &[Shape::Heartbeat]) else { return damaged(span) };
    if !metric.numbered && !metric.damaged {
        let message = format!("`{name}` is not `numbered`, so nothing shows what it skips");
        cx.report(
            Diagnostic::error(Code::MISSING_CLAUSE, span, message)
                .related(metric.span, "declared here")
                .help("add `numbered` to the metric if its beats carry numbers"),
        );
        return damaged(span);
    }
    truth(span, ExprKind::Skips { metric: name })
}

/// Types `count of m in t`.
pub(super) fn count(cx: &mut Context, span: Span, metric: &Word, window: &Literal) -> Expr {
    let window = span_of(cx, window);
    if readable(cx, &metric.text, metric.span, &[Shape::Events]).is_none() {
        return damaged(span);
    }
    match window {
        Some(window) => {
            let kind = ExprKind::Count { metric: metric.text.clone(), window };
            Expr { span, ty: types::count(), kind }
        }
        None => damaged(span),
    }
}

/// Reads a duration that must be longer than nothing.
fn span_of(cx: &mut Context, literal: &Literal) -> Option<crate::value::Duration> {
    let LiteralKind::Duration(unit) = literal.kind else {
        let message = format!("`{}` is no duration", spell::literal(literal));
        cx.report(Diagnostic::error(Code::WRONG_TYPE, literal.span, message));
        return None;
    };
    match constants::duration(literal, unit) {
        Ok(time) if time.ms() > 0 => Some(time),
        Ok(_) => {
            cx.report(Diagnostic::error(Code::OUT_OF_RANGE, literal.span, "this is no time at all"));
            None
        }
        Err(finding) => {
            cx.report(*finding);
            None
        }
    }
}

/// Returns the name in front of a condition that only metrics have; reported if it is none.
fn metric_name(cx: &mut Context, left: &ast::Expr) -> Option<String> {
    let ast::ExprKind::Path(path) = &left.kind else {
        if !matches!(left.kind, ast::ExprKind::Damaged) {
            let message = "a metric is needed here";
            cx.report(Diagnostic::error(Code::WRONG_KIND, left.span, message));
        }
        return None;
    };
    known(cx, path)
}

fn known(cx: &mut Context, path: &PathExpr) -> Option<String> {
    let text = spell::path(path);
    if cx.symbols.metrics.contains_key(&text) {
        return Some(text);
    }
    match names::find(cx.symbols, &text) {
        names::Found::Damaged => {}
        names::Found::Unknown => unknown_metric(cx, &text, path.span),
        _ => {
            let message = format!("`{text}` is no metric, and only a metric can be asked this");
            cx.report(Diagnostic::error(Code::WRONG_KIND, path.span, message));
        }
    }
    None
}

fn unknown_metric(cx: &mut Context, name: &str, span: Span) {
    let symbols = cx.symbols;
    let finding = Diagnostic::error(Code::UNKNOWN_NAME, span, format!("unknown metric `{name}`"));
    cx.report(finding.help_nearest(name, symbols.metrics.keys().map(String::as_str)));
}

/// Returns the metric if it may be read here and has one of these shapes; reports why not.
fn readable<'a>(cx: &mut Context<'a>, name: &str, span: Span, shapes: &[Shape]) -> Option<&'a MetricPlace> {
    let symbols = cx.symbols;
    let Some(metric) = symbols.metrics.get(name) else {
        if !symbols.open {
            unknown_metric(cx, name, span);
        }
        return None;
    };
    cx.reads.metrics.insert(name.to_owned());
    if cx.phase != Phase::Monitor {
        let message = format!("`{name}` is a metric, and cannot be read in {}", cx.phase.words());
        cx.report(
            Diagnostic::error(Code::READ_TOO_EARLY, span, message)
                .related(metric.span, "declared here")
                .help("metrics are read in rules of `rollback` only"),
        );
        return None;
    }
    let shape = metric.shape?;
    if shapes.contains(&shape) {
        return Some(metric);
    }
    let message = format!("`{name}` is of shape `{}`, which has no such condition", word(shape));
    cx.report(
        Diagnostic::error(Code::METRIC_SHAPE, span, message)
            .related(metric.span, "declared here")
            .help(format!("write {}", conditions(shape, name))),
    );
    None
}

/// Notes the metrics for which an item of a conjunction sets a floor above zero.
pub(super) fn floors(cx: &mut Context, items: &[ast::Expr]) {
    for item in items {
        let ast::ExprKind::Compare { op, left, right } = &item.kind else { continue };
        let (metric, floor) = match op {
            Comparison::Greater | Comparison::GreaterOrEqual => (left, right),
            Comparison::Less | Comparison::LessOrEqual => (right, left),
        };
        let (ast::ExprKind::Path(path), ast::ExprKind::Literal(literal)) = (&metric.kind, &floor.kind) else {
            continue;
        };
        if literal.text.parse::<Fixed>().is_ok_and(|floor| floor > Fixed::ZERO)
            || matches!(op, Comparison::Greater | Comparison::Less) && is_zero(literal)
        {
            cx.floors.push(spell::path(path));
        }
    }
}

/// `m > 0` is a floor too: what is more than nothing has a size.
fn is_zero(literal: &Literal) -> bool {
    literal.text.parse::<Fixed>().is_ok_and(|floor| floor == Fixed::ZERO)
}
