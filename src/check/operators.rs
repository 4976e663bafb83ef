//! Comparison, equality, sums, and being inside a period.

use super::expr::{Context, any, constant, damaged, truth};
use super::guards::Guards;
use super::names::{self, Found};
use super::symbols::Place;
use super::typed::{Comparison, Constant, Expr, ExprKind, Type};
use super::{constants, ranges, spell, types};
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::ast::{self, LiteralKind};
use crate::text::Span;
use std::collections::BTreeSet;

/// Whether the expression gets its type from the other side: a literal, or a word that may be a value of a type.
fn adapts(cx: &Context, ast: &ast::Expr) -> bool {
    match &ast.kind {
        ast::ExprKind::Literal(_) => true,
        ast::ExprKind::Path(path) if path.names.len() == 1 => {
            let text = spell::path(path);
            !names::is_value(cx, &text)
                && !matches!(
                    (names::find(cx.symbols, &text), cx.phase),
                    (Found::Metric, super::expr::Phase::Monitor)
                )
        }
        _ => false,
    }
}

/// Types two sides that must be of one type.
fn pair(cx: &mut Context, left: &ast::Expr, right: &ast::Expr, guards: &Guards) -> (Expr, Expr) {
    if adapts(cx, left) && !adapts(cx, right) {
        let right = any(cx, right, guards);
        let left = fitted(cx, left, &right.ty, guards);
        return (left, right);
    }
    let left = any(cx, left, guards);
    let right = fitted(cx, right, &left.ty, guards);
    (left, right)
}

/// Types an expression where the other side has type `ty`.
pub(super) fn fitted(cx: &mut Context, ast: &ast::Expr, ty: &Type, guards: &Guards) -> Expr {
    match &ast.kind {
        // A set is told to be compared in another way, whatever stands beside it; so are lists and periods.
        ast::ExprKind::Literal(_) | ast::ExprKind::Path(_)
            if matches!(ty, Type::Set(_) | Type::List(_) | Type::Period) && adapts(cx, ast) =>
        {
            damaged(ast.span)
        }
        ast::ExprKind::Literal(literal) => match constants::literal(cx, literal, ty) {
            // Digests and people are written as texts.
            Some(value) if matches!(ty, Type::Digest | Type::Person) => {
                Expr { span: ast.span, ty: ty.clone(), kind: ExprKind::Constant(value) }
            }
            Some(value) => constant(ast.span, value),
            None => damaged(ast.span),
        },
        ast::ExprKind::Path(path) => {
            let text = spell::path(path);
            let Some(name) = path.names.first().filter(|_| path.names.len() == 1) else {
                return any(cx, ast, guards);
            };
            let is_of_type = match ty {
                Type::Enum(name) => {
                    cx.symbols.enums.get(name).is_some_and(|place| place.index(&text).is_some())
                }
                _ => false,
            };
            if is_of_type && names::is_value(cx, &text) {
                ambiguous(cx, name.span, &text, ty);
                return damaged(ast.span);
            }
            if *ty == Type::Damaged && adapts(cx, ast) {
                return damaged(ast.span);
            }
            let unknown = matches!(names::find(cx.symbols, &text), Found::Unknown);
            let literal_needed =
                matches!(ty, Type::Enum(_) | Type::Text { .. } | Type::Digest | Type::Person) && unknown;
            if !is_of_type && !literal_needed {
                return any(cx, ast, guards);
            }
            match constants::named(cx, path, ty) {
                Some(value) => constant(ast.span, value),
                None => damaged(ast.span),
            }
        }
        _ => any(cx, ast, guards),
    }
}

fn ambiguous(cx: &mut Context, span: Span, text: &str, ty: &Type) {
    let place = match cx.symbols.place(text) {
        Some(Place::Field(field)) => Some((field.span, "a field")),
        Some(Place::Let { span }) => Some((*span, "a `let`")),
        Some(Place::Switch { span }) => Some((*span, "a switch")),
        _ => None,
    };
    let other = place.map_or("a word of the language", |(_, what)| what);
    let message = format!("`{text}` is both {other} and {}", types::words(ty));
    let finding = Diagnostic::error(Code::AMBIGUOUS_NAME, span, message);
    let finding = match place {
        Some((span, _)) => finding.related(span, "declared here"),
        None => finding,
    };
    cx.report(finding.help("give one of them another name"));
}

/// Types `a is b` and `a is not b`.
pub(super) fn is(
    cx: &mut Context,
    ast: &ast::Expr,
    left_ast: &ast::Expr,
    negated: bool,
    right_ast: &ast::Expr,
    guards: &Guards,
) -> Expr {
    let span = ast.span;
    let (left, right) = pair(cx, left_ast, right_ast, guards);
    for (side, other) in [(&left, right_ast), (&right, left_ast)] {
        if matches!(side.ty, Type::Set(_) | Type::List(_) | Type::Period) {
            let finding = no_equality(side, other, negated, span);
            cx.report(finding);
            return damaged(span);
        }
    }
    if !comparable(cx, ast.span, (left_ast, &left), (right_ast, &right)) {
        return damaged(span);
    }
    let intervals = (ranges::interval(cx.symbols, &left), ranges::interval(cx.symbols, &right));
    if let (Some(a), Some(b)) = intervals
        && let Some(says) = ranges::equal((&left, a), (&right, b))
    {
        ranges::warn(cx, ast, says != negated, [(left_ast, &left), (right_ast, &right)]);
    }
    let equal = truth(span, ExprKind::Equal { left: Box::new(left), right: Box::new(right) });
    if negated { truth(span, ExprKind::Not(Box::new(equal))) } else { equal }
}

fn no_equality(side: &Expr, other: &ast::Expr, negated: bool, span: Span) -> Diagnostic {
    let message = format!("`is` compares single values, and this is {}", types::words(&side.ty));
    let finding = Diagnostic::error(Code::WRONG_TYPE, side.span, message);
    match (&side.ty, &side.kind) {
        (Type::Set(_), ExprKind::Field(path)) => match spell::expression(other) {
            Some(value) if matches!(other.kind, ast::ExprKind::Path(_)) => {
                let has =
                    if negated { format!("not {path} has {value}") } else { format!("{path} has {value}") };
                finding.help_edit(format!("write `{has}`"), span, has)
            }
            _ => finding.help(format!("write `{path} has ...`")),
        },
        (Type::Period, _) => finding.help("compare its `.start` or its `.end`"),
        (Type::List(_), _) => {
            finding.help("ask `is empty`, or `any match` and `all match` of a list of paths")
        }
        _ => finding,
    }
}

/// Whether two sides can be compared; reported if not.
fn comparable(
    cx: &mut Context,
    span: Span,
    (left_ast, left): (&ast::Expr, &Expr),
    (right_ast, right): (&ast::Expr, &Expr),
) -> bool {
    if left.ty == Type::Damaged || right.ty == Type::Damaged {
        return false;
    }
    if types::alike(&left.ty, &right.ty) {
        return true;
    }
    let is_number = |ty: &Type| {
        matches!(ty, Type::Int { .. } | Type::Decimal { .. } | Type::Percent { .. } | Type::Duration { .. })
    };
    let units = is_number(&left.ty) && is_number(&right.ty);
    let code = if units { Code::DIFFERENT_UNITS } else { Code::DIFFERENT_TYPES };
    let message = format!(
        "{} is {}, and {} is {}",
        ranges::named(left_ast, "the left side"),
        types::kind(&left.ty),
        ranges::named(right_ast, "the right side"),
        types::kind(&right.ty)
    );
    let finding = Diagnostic::error(code, span, message);
    cx.report(if units {
        finding.help("values of different units are never converted; declare both as one type")
    } else {
        finding.help("only values of one type can be compared")
    });
    false
}

/// Types `a < b` and the like.
pub(super) fn compare(
    cx: &mut Context,
    ast: &ast::Expr,
    op: ast::Comparison,
    left_ast: &ast::Expr,
    right_ast: &ast::Expr,
    guards: &Guards,
) -> Expr {
    let op = match op {
        ast::Comparison::Less => Comparison::Less,
        ast::Comparison::LessOrEqual => Comparison::LessOrEqual,
        ast::Comparison::Greater => Comparison::Greater,
        ast::Comparison::GreaterOrEqual => Comparison::GreaterOrEqual,
    };
    // Looked at before the other side is fitted to a type that has no order anyway.
    for written in [left_ast, right_ast] {
        let ast::ExprKind::Path(path) = &written.kind else { continue };
        if names::peek(cx, path).is_some_and(|ty| !has_order(cx, &ty)) {
            let side = any(cx, written, guards);
            refuse_unordered(cx, &side, written);
            return damaged(ast.span);
        }
    }
    let (left, right) = pair(cx, left_ast, right_ast, guards);
    for (side, written) in [(&left, left_ast), (&right, right_ast)] {
        if !has_order(cx, &side.ty) {
            refuse_unordered(cx, side, written);
            return damaged(ast.span);
        }
    }
    if !comparable(cx, ast.span, (left_ast, &left), (right_ast, &right)) {
        return damaged(ast.span);
    }
    let intervals = (ranges::interval(cx.symbols, &left), ranges::interval(cx.symbols, &right));
    if let (Some(a), Some(b)) = intervals
        && let Some(says) = ranges::ordered(op, a, b)
    {
        ranges::warn(cx, ast, says, [(left_ast, &left), (right_ast, &right)]);
    }
    truth(ast.span, ExprKind::Compare { op, left: Box::new(left), right: Box::new(right) })
}

fn refuse_unordered(cx: &mut Context, side: &Expr, written: &ast::Expr) {
    if side.ty == Type::Damaged {
        return;
    }
    let what = ranges::named(written, "this");
    let message = format!("{what} is {}, which has no order", types::words(&side.ty));
    let finding = Diagnostic::error(Code::NOT_ORDERED, side.span, message);
    cx.report(match &side.ty {
        Type::Enum(name) if !super::symbols::MADE.contains(&name.as_str()) => {
            let place = cx.symbols.enums.get(name).map(|place| place.ty.span);
            let finding = finding
                .help("a type is ordered when its values are joined by `<`: `low \"Low\" < high \"High\"`");
            place.into_iter().fold(finding, |finding, span| finding.related(span, "declared here"))
        }
        _ => finding.help("only numbers, times and values of ordered types have one"),
    });
}

fn has_order(cx: &Context, ty: &Type) -> bool {
    match ty {
        Type::Int { .. } | Type::Decimal { .. } | Type::Percent { .. } => true,
        Type::Duration { .. } | Type::Instant | Type::Damaged => true,
        Type::Enum(name) => cx.symbols.enums.get(name).is_none_or(|place| place.ty.ordered),
        _ => false,
    }
}

/// Types `a + b` and `a - b`.
pub(super) fn sum(
    cx: &mut Context,
    ast: &ast::Expr,
    left_ast: &ast::Expr,
    minus: bool,
    right_ast: &ast::Expr,
    guards: &Guards,
) -> Expr {
    let span = ast.span;
    if let Some(finding) = code_in_subtraction(cx, ast) {
        cx.report(finding);
        return damaged(span);
    }
    let is_literal = |ast: &ast::Expr| matches!(ast.kind, ast::ExprKind::Literal(_));
    let (left, right) = if is_literal(left_ast) && !is_literal(right_ast) {
        let right = any(cx, right_ast, guards);
        (term(cx, left_ast, &right.ty, guards), right)
    } else {
        let left = any(cx, left_ast, guards);
        let right = term(cx, right_ast, &left.ty, guards);
        (left, right)
    };
    let operands = [(left_ast, &left), (right_ast, &right)];
    let ty = match (&left.ty, &right.ty) {
        (Type::Damaged, _) | (_, Type::Damaged) => return damaged(span),
        (Type::Instant, Type::Instant) if minus => ranges::between_instants(),
        (Type::Instant, Type::Duration { .. }) => return moved(cx, ast, minus, &left, &right),
        (Type::Duration { .. }, Type::Instant) if !minus => return moved(cx, ast, minus, &right, &left),
        (a, b) if types::alike(a, b) && !matches!(a, Type::Instant) && adds_up(a) => {
            match ranges::sum(a, minus, b) {
                Some(ty) => ty,
                None => {
                    cx.report(ranges::overflow(ast, operands));
                    return damaged(span);
                }
            }
        }
        (a, b) => {
            let finding = no_sum(span, minus, operands, adds_up(a) && adds_up(b));
            cx.report(finding);
            return damaged(span);
        }
    };
    let (left, right) = (Box::new(left), Box::new(right));
    let kind = if minus { ExprKind::Subtract(left, right) } else { ExprKind::Add(left, right) };
    Expr { span, ty, kind }
}

fn adds_up(ty: &Type) -> bool {
    matches!(ty, Type::Int { .. } | Type::Decimal { .. } | Type::Percent { .. } | Type::Duration { .. })
}

fn no_sum(span: Span, minus: bool, operands: [(&ast::Expr, &Expr); 2], numbers: bool) -> Diagnostic {
    let verb = if minus { "subtracted" } else { "added" };
    let [left, right] = operands
        .map(|(ast, expr)| format!("{} is {}", ranges::named(ast, "this side"), types::kind(&expr.ty)));
    let code = if numbers { Code::DIFFERENT_UNITS } else { Code::NO_ARITHMETIC };
    let finding = Diagnostic::error(code, span, format!("these cannot be {verb}: {left}, and {right}"));
    match numbers {
        true => finding.help("values of different units are never converted; declare both as one type"),
        false => finding.help("`+` and `-` join numbers or durations of one type; `-` also two instants"),
    }
}

/// Types a term of a sum: a number takes the type of the other side.
fn term(cx: &mut Context, ast: &ast::Expr, other: &Type, guards: &Guards) -> Expr {
    match &ast.kind {
        ast::ExprKind::Literal(literal) if adds_up(other) && literal.kind == LiteralKind::Number => {
            match constants::literal(cx, literal, other) {
                Some(value) => constant(ast.span, value),
                None => damaged(ast.span),
            }
        }
        _ => any(cx, ast, guards),
    }
}

/// Types an instant moved by a duration. Instants reach from 1900 to 2199, so only what is written out is sure to stay.
fn moved(cx: &mut Context, ast: &ast::Expr, minus: bool, instant: &Expr, duration: &Expr) -> Expr {
    if let (ExprKind::Constant(Constant::Instant(at)), ExprKind::Constant(Constant::Duration(by))) =
        (&instant.kind, &duration.kind)
    {
        let result = if minus { at.checked_sub(*by) } else { at.checked_add(*by) };
        if let Some(result) = result {
            return constant(ast.span, Constant::Instant(result));
        }
    }
    let what = spell::expression(ast).map_or("the sum".to_owned(), |text| format!("`{text}`"));
    let message = format!("{what} can leave the years 1900 to 2199");
    cx.report(
        Diagnostic::error(Code::OVERFLOW, ast.span, message)
            .help("compare the time between two instants instead, as in `a - b <= 24 hours`"),
    );
    damaged(ast.span)
}

/// Finds a code that a hyphen and a small letter have cut short.
fn code_in_subtraction(cx: &Context, ast: &ast::Expr) -> Option<Diagnostic> {
    let mut inner = ast;
    while let ast::ExprKind::Sum { left, right, .. } = &inner.kind {
        if let ast::ExprKind::Literal(code) = &left.kind {
            if code.kind != LiteralKind::Code {
                return None;
            }
            let sign = Span::new(ast.span.source, code.span.end, right.span.start);
            let message = format!("the code ends here: `{}` minus something is read", code.text);
            let finding = Diagnostic::error(Code::CODE_IN_SUBTRACTION, sign, message)
                .help("a code has capital letters and digits only, in every part");
            let whole = spell::expression(ast).map(|text| text.replace(' ', "").to_ascii_uppercase());
            let entries = cx.symbols.enums.get("Template");
            let meant = whole.filter(|whole| entries.is_some_and(|place| place.index(whole).is_some()));
            return Some(match meant {
                Some(meant) => finding.help_edit(format!("write `{meant}`"), ast.span, meant),
                None => finding,
            });
        }
        inner = left;
    }
    None
}

/// Types `instant during period`.
pub(super) fn during(
    cx: &mut Context,
    span: Span,
    left: &ast::Expr,
    period: &ast::Expr,
    guards: &Guards,
) -> Expr {
    let instant = any(cx, left, guards);
    let typed = if matches!(&period.kind, ast::ExprKind::Literal(_)) {
        let message = "a period is needed behind `during`";
        cx.report(
            Diagnostic::error(Code::WRONG_TYPE, period.span, message)
                .help("name a field of type `period`; freezes are asked with `frozen`"),
        );
        damaged(period.span)
    } else {
        any(cx, period, guards)
    };
    for (side, wanted, word) in [
        (&instant, Type::Instant, "an instant is needed"),
        (&typed, Type::Period, "a period is needed behind `during`"),
    ] {
        if side.ty != Type::Damaged && side.ty != wanted {
            let message = format!("{word}, and this is {}", types::words(&side.ty));
            cx.report(Diagnostic::error(Code::WRONG_TYPE, side.span, message));
            return damaged(span);
        }
    }
    if instant.ty == Type::Damaged || typed.ty == Type::Damaged {
        return damaged(span);
    }
    truth(span, ExprKind::During { instant: Box::new(instant), period: Box::new(typed) })
}

/// Reports items such as `z` in `x is y or z`, and returns which they are.
pub(super) fn bare_alternatives(cx: &mut Context, items: &[ast::Expr], and: bool) -> BTreeSet<usize> {
    let mut skipped = BTreeSet::new();
    let mut head: Option<(&ast::Expr, Vec<&ast::Expr>)> = None;
    let mut findings = Vec::new();
    for (index, item) in items.iter().enumerate() {
        if let Some((relation, found)) = &mut head {
            if belongs(cx, relation, item) {
                found.push(item);
                skipped.insert(index);
                continue;
            }
            findings.extend(bare_alternative(relation, found, and));
        }
        head = Some((item, Vec::new()));
    }
    if let Some((relation, found)) = head {
        findings.extend(bare_alternative(relation, &found, and));
    }
    findings.into_iter().for_each(|finding| cx.report(finding));
    skipped
}

/// Whether a bare item continues the list of values that the relation began.
fn belongs(cx: &Context, relation: &ast::Expr, item: &ast::Expr) -> bool {
    let left = match &relation.kind {
        ast::ExprKind::Is { left, .. } | ast::ExprKind::IsOneOf { left, .. } => left,
        ast::ExprKind::Has { left, how: ast::Has::One, .. } => left,
        _ => return false,
    };
    let ast::ExprKind::Path(path) = &left.kind else { return false };
    let ty = names::peek(cx, path);
    match (&item.kind, ty) {
        (ast::ExprKind::Literal(literal), Some(ty)) => {
            !matches!(literal.kind, LiteralKind::Yes | LiteralKind::No) && ty != Type::YesNo
        }
        (ast::ExprKind::Path(value), Some(Type::Enum(name) | Type::Set(name))) => {
            let text = spell::path(value);
            let place = cx.symbols.enums.get(&name);
            !names::is_value(cx, &text) && place.is_some_and(|place| place.index(&text).is_some())
        }
        _ => false,
    }
}

fn bare_alternative(relation: &ast::Expr, found: &[&ast::Expr], and: bool) -> Option<Diagnostic> {
    let (first, last) = (found.first()?, found.last()?);
    let message = format!("{} is no yes/no", ranges::named(first, "this"));
    let finding = Diagnostic::error(Code::BARE_ALTERNATIVE, first.span, message)
        .related(relation.span, "the comparison ends here");
    let (left, how, mut values) = match &relation.kind {
        ast::ExprKind::Is { left, negated, right } => {
            (left, if *negated { "is not one of" } else { "is one of" }, vec![spell::expression(right)])
        }
        ast::ExprKind::IsOneOf { left, negated, list } => {
            let values = list.iter().map(spell::expression).collect();
            (left, if *negated { "is not one of" } else { "is one of" }, values)
        }
        ast::ExprKind::Has { left, set, .. } => {
            (left, if and { "has all of" } else { "has any of" }, vec![spell::expression(set)])
        }
        _ => return None,
    };
    values.extend(found.iter().map(|item| spell::expression(item)));
    let values: Option<Vec<String>> = values.into_iter().collect();
    Some(match (spell::expression(left), values) {
        (Some(left), Some(values)) => {
            let whole = format!("{left} {how} [{}]", values.join(", "));
            finding.help_edit(format!("write `{whole}`"), relation.span.to(last.span), whole)
        }
        _ => finding.help(format!("write `{how}` and a list")),
    })
}
