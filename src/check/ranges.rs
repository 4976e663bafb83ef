//! Interval arithmetic: what values a sum can have, and what a comparison always says.

use super::expr::Context;
use super::symbols::{MADE, Symbols};
use super::typed::{Comparison, Constant, Expr, ExprKind, Type};
use super::{spell, types};
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::ast;
use crate::value::{Duration, Fixed, Instant};

/// The least and the largest value, in the smallest unit of the type.
pub(super) type Interval = (i64, i64);

/// Returns the interval of a number, a time or a value of an ordered enumeration; `None` for types without an order.
pub(super) fn interval(symbols: &Symbols, expr: &Expr) -> Option<Interval> {
    let point = |value: i64| Some((value, value));
    // Entries, classes and rules come and go: that there is one of them now is no reason to call a question needless.
    if matches!(&expr.ty, Type::Enum(name) if MADE.contains(&name.as_str())) {
        return None;
    }
    match (&expr.kind, &expr.ty) {
        (ExprKind::Constant(Constant::Instant(instant)), _) => point(instant.epoch_ms()),
        (ExprKind::Constant(Constant::Enum { ty, value }), _) => {
            let place = symbols.enums.get(ty)?;
            point(i64::try_from(place.index(value)?).ok()?)
        }
        (_, Type::Int { min, max }) => Some((*min, *max)),
        (_, Type::Decimal { min, max } | Type::Percent { min, max }) => {
            Some((min.millionths(), max.millionths()))
        }
        (_, Type::Duration { min, max }) => Some((min.ms(), max.ms())),
        (_, Type::Instant) => Some((Instant::MIN.epoch_ms(), Instant::MAX.epoch_ms())),
        (_, Type::Enum(name)) => {
            let place = symbols.enums.get(name).filter(|place| !place.damaged)?;
            let last = place.ty.variants.len().checked_sub(1)?;
            Some((0, i64::try_from(last).ok()?))
        }
        // The length stands for the text: two of different lengths are never equal.
        (_, Type::Text { min, max }) => Some((i64::from(*min), i64::from(*max))),
        _ => None,
    }
}

/// What a comparison of two intervals always says, if it always says the same.
pub(super) fn ordered(op: Comparison, left: Interval, right: Interval) -> Option<bool> {
    let decide = |always: bool, never: bool| if always { Some(true) } else { never.then_some(false) };
    match op {
        Comparison::Less => decide(left.1 < right.0, left.0 >= right.1),
        Comparison::LessOrEqual => decide(left.1 <= right.0, left.0 > right.1),
        Comparison::Greater => decide(left.0 > right.1, left.1 <= right.0),
        Comparison::GreaterOrEqual => decide(left.0 >= right.1, left.1 < right.0),
    }
}

/// What `is` always says of two intervals, if it always says the same. Texts are more than their length.
pub(super) fn equal(left: (&Expr, Interval), right: (&Expr, Interval)) -> Option<bool> {
    let ((expr, left), (_, right)) = (left, right);
    if left.1 < right.0 || right.1 < left.0 {
        return Some(false);
    }
    let same = left.0 == left.1 && left == right && !matches!(expr.ty, Type::Text { .. });
    same.then_some(true)
}

/// Warns of a comparison that always says the same because of the range of its operands.
pub(super) fn warn(cx: &mut Context, ast: &ast::Expr, says: bool, operands: [(&ast::Expr, &Expr); 2]) {
    let (code, word) = if says { (Code::ALWAYS_TRUE, "true") } else { (Code::ALWAYS_FALSE, "false") };
    let what = spell::expression(ast).map_or("the comparison".to_owned(), |text| format!("`{text}`"));
    let varying = operands.iter().find(|(_, expr)| !matches!(expr.kind, ExprKind::Constant(_)));
    let message = match varying {
        None => format!("{what} is always {word}"),
        Some((ast, expr)) => {
            format!("{what} is always {word}: {} is {}", named(ast, "this"), with_bounds(&expr.ty))
        }
    };
    cx.report(Diagnostic::warning(code, ast.span, message));
}

/// Names an operand in a message.
pub(super) fn named(ast: &ast::Expr, otherwise: &str) -> String {
    spell::expression(ast).map_or(otherwise.to_owned(), |text| format!("`{text}`"))
}

/// The type in words, with its range.
fn with_bounds(ty: &Type) -> String {
    match ty {
        Type::Text { min, max } => format!("a text of {min} to {max} characters"),
        Type::Duration { min, max } => format!("a duration from {min} to {max}"),
        Type::Instant => "an instant of the years 1900 to 2199".to_owned(),
        other => types::words(other),
    }
}

/// The type of a sum of numbers or durations of one type; `None` if it could leave the type.
pub(super) fn sum(left: &Type, minus: bool, right: &Type) -> Option<Type> {
    let (left_interval, right_interval) = (of(left)?, of(right)?);
    let (min, max) = if minus {
        (left_interval.0.checked_sub(right_interval.1)?, left_interval.1.checked_sub(right_interval.0)?)
    } else {
        (left_interval.0.checked_add(right_interval.0)?, left_interval.1.checked_add(right_interval.1)?)
    };
    match left {
        Type::Int { .. } => Some(Type::Int { min, max }),
        Type::Decimal { .. } => {
            Some(Type::Decimal { min: Fixed::from_millionths(min), max: Fixed::from_millionths(max) })
        }
        Type::Percent { .. } => {
            Some(Type::Percent { min: Fixed::from_millionths(min), max: Fixed::from_millionths(max) })
        }
        Type::Duration { .. } => {
            Some(Type::Duration { min: Duration::from_ms(min), max: Duration::from_ms(max) })
        }
        _ => None,
    }
}

fn of(ty: &Type) -> Option<Interval> {
    match ty {
        Type::Int { min, max } => Some((*min, *max)),
        Type::Decimal { min, max } | Type::Percent { min, max } => Some((min.millionths(), max.millionths())),
        Type::Duration { min, max } => Some((min.ms(), max.ms())),
        _ => None,
    }
}

/// The time between any two instants.
pub(super) fn between_instants() -> Type {
    let longest = Instant::MAX.since(Instant::MIN);
    Type::Duration { min: Duration::from_ms(longest.ms().saturating_neg()), max: longest }
}

/// Says that a sum can leave its type.
pub(super) fn overflow(ast: &ast::Expr, operands: [(&ast::Expr, &Expr); 2]) -> Diagnostic {
    let what = spell::expression(ast).map_or("the sum".to_owned(), |text| format!("`{text}`"));
    let [left, right] =
        operands.map(|(ast, expr)| format!("{} is {}", named(ast, "one side"), with_bounds(&expr.ty)));
    Diagnostic::error(Code::OVERFLOW, ast.span, format!("{what} can leave its type: {left}, {right}"))
        .help("declare narrower ranges, such as `int 0..1000000`")
}
