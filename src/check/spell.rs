//! Expressions as an author would write them, for messages and edits.

use super::typed::Constant;
use crate::syntax::ast::{Comparison, Expr, ExprKind, Has, Literal, LiteralKind, PathExpr, State};

/// Longer spellings help nobody.
const LONGEST: usize = 160;

/// Returns the text of the expression if it is short and has no `and` or `or` inside.
pub(super) fn expression(ast: &Expr) -> Option<String> {
    let mut text = String::new();
    write(ast, 4, &mut text)?;
    (text.len() <= LONGEST).then_some(text)
}

/// Returns the dotted path.
pub(super) fn path(path: &PathExpr) -> String {
    let names: Vec<&str> = path.names.iter().map(|name| name.text.as_str()).collect();
    names.join(".")
}

/// Returns the literal as written, but for white space.
pub(super) fn literal(literal: &Literal) -> String {
    match literal.kind {
        LiteralKind::Percent => format!("{}%", literal.text),
        LiteralKind::Duration(unit) if literal.text == "1" => {
            format!("1 {}", unit.strip_suffix('s').unwrap_or(unit))
        }
        LiteralKind::Duration(unit) => format!("{} {unit}", literal.text),
        LiteralKind::String => string(&literal.text),
        _ => literal.text.clone(),
    }
}

/// Returns a string with its quotes and escapes.
pub(super) fn string(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    format!("\"{escaped}\"")
}

/// Returns the constant as it would be written.
pub(super) fn constant(value: &Constant) -> String {
    match value {
        Constant::YesNo(true) => "yes".to_owned(),
        Constant::YesNo(false) => "no".to_owned(),
        Constant::Int(number) => number.to_string(),
        Constant::Decimal(number) => number.to_string(),
        Constant::Percent(number) => format!("{number}%"),
        Constant::Duration(duration) => duration.to_string(),
        Constant::Instant(instant) => instant.to_string(),
        Constant::Date(date) => date.to_string(),
        Constant::Enum { value, .. } => value.clone(),
        Constant::Set { values, .. } => format!("[{}]", values.join(", ")),
        Constant::Text(text) => string(text),
    }
}

pub(super) fn comparison(op: Comparison) -> &'static str {
    match op {
        Comparison::Less => "<",
        Comparison::LessOrEqual => "<=",
        Comparison::Greater => ">",
        Comparison::GreaterOrEqual => ">=",
    }
}

fn write(ast: &Expr, depth: u8, out: &mut String) -> Option<()> {
    let depth = depth.checked_sub(1)?;
    match &ast.kind {
        ExprKind::Literal(written) => out.push_str(&literal(written)),
        ExprKind::Path(written) => out.push_str(&path(written)),
        ExprKind::Else { value, fallback } => {
            out.push('(');
            write(value, depth, out)?;
            out.push_str(" else ");
            write(fallback, depth, out)?;
            out.push(')');
        }
        ExprKind::Compare { op, left, right } => infix(left, comparison(*op), right, depth, out)?,
        ExprKind::Is { left, negated, right } => {
            infix(left, if *negated { "is not" } else { "is" }, right, depth, out)?;
        }
        ExprKind::Sum { left, minus, right } => {
            infix(left, if *minus { "-" } else { "+" }, right, depth, out)?;
        }
        ExprKind::During { left, period } => infix(left, "during", period, depth, out)?,
        ExprKind::IsOneOf { left, negated, list } => {
            write(left, depth, out)?;
            out.push_str(if *negated { " is not one of " } else { " is one of " });
            items(list, depth, out)?;
        }
        ExprKind::State { left, negated, state } => {
            write(left, depth, out)?;
            out.push_str(if *negated { " is not " } else { " is " });
            out.push_str(match state {
                State::Given => "given",
                State::Missing => "missing",
                State::Complete => "complete",
                State::Empty => "empty",
            });
        }
        ExprKind::Has { left, how, set } => {
            let how = match how {
                Has::One => "has",
                Has::Any => "has any of",
                Has::All => "has all of",
                Has::Only => "has only",
            };
            infix(left, how, set, depth, out)?;
        }
        ExprKind::List(list) => items(list, depth, out)?,
        ExprKind::Matches { left, all, globs } => {
            write(left, depth, out)?;
            out.push_str(if *all { " all match " } else { " any match " });
            items(globs, depth, out)?;
        }
        _ => return None,
    }
    Some(())
}

fn infix(left: &Expr, word: &str, right: &Expr, depth: u8, out: &mut String) -> Option<()> {
    write(left, depth, out)?;
    out.push(' ');
    out.push_str(word);
    out.push(' ');
    write(right, depth, out)
}

fn items(list: &[Expr], depth: u8, out: &mut String) -> Option<()> {
    out.push('[');
    for (index, item) in list.iter().enumerate() {
        if index > 0 {
            out.push_str(", ");
        }
        write(item, depth, out)?;
        if out.len() > LONGEST {
            return None;
        }
    }
    out.push(']');
    Some(())
}

/// The path that a typed expression reads, if it is nothing but a reading.
pub(super) fn path_of(expr: &super::typed::Expr) -> Option<&str> {
    match &expr.kind {
        super::typed::ExprKind::Field(path) => Some(path),
        _ => None,
    }
}
