//! Sets and lists: `is one of`, `has`, `is empty`, `all match`.

use super::expr::{Context, any, damaged, truth};
use super::guards::Guards;
use super::operators::fitted;
use super::typed::{Constant, Expr, ExprKind, Has, ListOf, Type};
use super::{constants, names, ranges, spell, types};
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::ast::{self, LiteralKind};
use crate::text::Span;
use crate::value::Glob;
use std::collections::BTreeSet;

/// Types `a is one of [b, c]` and `a is not one of [b, c]`.
pub(super) fn one_of(
    cx: &mut Context,
    ast: &ast::Expr,
    left_ast: &ast::Expr,
    negated: bool,
    list: &[ast::Expr],
    guards: &Guards,
) -> Expr {
    let span = ast.span;
    let left = any(cx, left_ast, guards);
    if refuse_empty(cx, span, list) || left.ty == Type::Damaged {
        return damaged(span);
    }
    if let Type::Set(_) | Type::List(_) | Type::Period | Type::Instant = left.ty {
        let what = ranges::named(left_ast, "this");
        let message = format!("{what} is {}, and `is one of` compares single values", types::words(&left.ty));
        let finding = Diagnostic::error(Code::WRONG_TYPE, left.span, message);
        cx.report(match left.ty {
            Type::Set(_) => finding.help("write `has any of` or `has all of`"),
            _ => finding,
        });
        return damaged(span);
    }
    let mut items: Vec<Constant> = Vec::new();
    let mut seen = BTreeSet::new();
    let mut whole = true;
    for item in list {
        let typed = fitted(cx, item, &left.ty, guards);
        match typed.kind {
            ExprKind::Constant(value) => {
                if !constants::fits(&value, &left.ty) {
                    let message = format!(
                        "`{}` never equals {}",
                        spell::constant(&value),
                        ranges::named(left_ast, "this")
                    );
                    cx.report(Diagnostic::warning(Code::ALWAYS_FALSE, item.span, message));
                }
                if seen.insert(value.clone()) {
                    items.push(value);
                } else {
                    constants::twice(cx, item.span, &spell::constant(&value));
                }
            }
            ExprKind::Damaged => whole = false,
            _ => {
                let message = "the values in a list are written out";
                cx.report(
                    Diagnostic::error(Code::WRONG_KIND, item.span, message).help("compare fields with `is`"),
                );
                whole = false;
            }
        }
    }
    if !whole {
        return damaged(span);
    }
    if let Type::Enum(name) = &left.ty {
        let place = cx.symbols.enums.get(name);
        if place.is_some_and(|place| !place.damaged && place.ty.variants.len() == items.len()) {
            let (code, word) =
                if negated { (Code::ALWAYS_FALSE, "false") } else { (Code::ALWAYS_TRUE, "true") };
            let message = format!("this is always {word}: the list names every value of `{name}`");
            cx.report(Diagnostic::warning(code, span, message));
        }
    }
    let one_of = truth(span, ExprKind::OneOf { left: Box::new(left), items });
    if negated { truth(span, ExprKind::Not(Box::new(one_of))) } else { one_of }
}

/// Reports a list without items.
fn refuse_empty(cx: &mut Context, span: Span, list: &[ast::Expr]) -> bool {
    if list.is_empty() {
        let message = "the list is empty";
        cx.report(Diagnostic::error(Code::EMPTY_LIST, span, message).help("name at least one value"));
    }
    list.is_empty()
}

/// Types the four forms of `has`.
pub(super) fn has(
    cx: &mut Context,
    ast: &ast::Expr,
    left_ast: &ast::Expr,
    how: ast::Has,
    right_ast: &ast::Expr,
    guards: &Guards,
) -> Expr {
    let span = ast.span;
    let left = any(cx, left_ast, guards);
    let of = match &left.ty {
        Type::Set(of) => of.clone(),
        Type::Damaged => return damaged(span),
        other => {
            let what = ranges::named(left_ast, "this");
            let message = format!("`has` asks a set, and {what} is {}", types::words(other));
            let finding = Diagnostic::error(Code::WRONG_TYPE, left.span, message);
            cx.report(match other {
                Type::List(ListOf::Path) => finding.help("paths are asked with `any match` and `all match`"),
                Type::Enum(_) => finding.help("write `is` or `is one of`"),
                _ => finding,
            });
            return damaged(span);
        }
    };
    let kind = match how {
        ast::Has::One => return has_one(cx, ast, left, &of, right_ast),
        ast::Has::Any => Has::Any,
        ast::Has::All => Has::All,
        ast::Has::Only => Has::Only,
    };
    let right = match &right_ast.kind {
        ast::ExprKind::List(items) => {
            if items.is_empty() {
                let finding = Diagnostic::error(Code::EMPTY_LIST, right_ast.span, "the list is empty");
                cx.report(match how {
                    ast::Has::Only => finding.help("write `is empty`"),
                    _ => finding.help("name at least one value"),
                });
                return damaged(span);
            }
            match constants::set(cx, items, &of) {
                Some(values) => super::expr::constant(right_ast.span, values),
                None => damaged(right_ast.span),
            }
        }
        _ => set_beside(cx, right_ast, &of, guards),
    };
    if right.ty == Type::Damaged {
        return damaged(span);
    }
    truth(span, ExprKind::Has { how: kind, left: Box::new(left), right: Box::new(right) })
}

/// Types `set has value`.
fn has_one(cx: &mut Context, ast: &ast::Expr, left: Expr, of: &str, right: &ast::Expr) -> Expr {
    let span = ast.span;
    if let ast::ExprKind::Path(path) = &right.kind {
        let text = spell::path(path);
        let known = cx.symbols.enums.get(of).is_some_and(|place| place.index(&text).is_some());
        if names::is_value(cx, &text) && !known {
            let is_set = matches!(names::peek(cx, path), Some(Type::Set(_)));
            let message = format!("`has` needs a value of `{of}`, and `{text}` is something to be read");
            let finding = Diagnostic::error(Code::WRONG_KIND, right.span, message);
            cx.report(match (is_set, spell::path_of(&left)) {
                (true, Some(left)) => {
                    let whole = format!("{left} has all of {text}");
                    finding.help_edit(format!("write `{whole}`, or `has any of`"), span, whole)
                }
                _ => finding,
            });
            return damaged(span);
        }
    }
    let item = fitted(cx, right, &Type::Enum(of.to_owned()), &Guards::none());
    let ExprKind::Constant(Constant::Enum { value, .. }) = item.kind else { return damaged(span) };
    let values = Constant::Set { ty: of.to_owned(), values: vec![value] };
    let right = Box::new(super::expr::constant(right.span, values));
    truth(span, ExprKind::Has { how: Has::All, left: Box::new(left), right })
}

/// Types the set on the right side of `has any of` and the like.
fn set_beside(cx: &mut Context, ast: &ast::Expr, of: &str, guards: &Guards) -> Expr {
    if let ast::ExprKind::Path(path) = &ast.kind {
        let text = spell::path(path);
        let known = cx.symbols.enums.get(of).is_some_and(|place| place.index(&text).is_some());
        if known && !names::is_value(cx, &text) {
            let message = format!("`{text}` is one value, and a list is needed here");
            let list = format!("[{text}]");
            cx.report(Diagnostic::error(Code::WRONG_TYPE, ast.span, message).help_edit(
                format!("write `{list}`"),
                ast.span,
                list,
            ));
            return damaged(ast.span);
        }
    }
    let right = any(cx, ast, guards);
    match &right.ty {
        Type::Set(other) if other == of => right,
        Type::Damaged => right,
        other => {
            let message = format!("a set of `{of}` is needed here, and this is {}", types::words(other));
            cx.report(Diagnostic::error(Code::DIFFERENT_TYPES, ast.span, message));
            damaged(ast.span)
        }
    }
}

/// Types `x is empty`.
pub(super) fn empty(cx: &mut Context, span: Span, left_ast: &ast::Expr, guards: &Guards) -> Expr {
    let left = any(cx, left_ast, guards);
    match &left.ty {
        Type::Set(_) | Type::List(_) => truth(span, ExprKind::Empty(Box::new(left))),
        Type::Damaged => damaged(span),
        other => {
            let what = ranges::named(left_ast, "this");
            let message = format!("only a set or a list can be empty, and {what} is {}", types::words(other));
            let finding = Diagnostic::error(Code::WRONG_TYPE, left.span, message);
            cx.report(match left.kind {
                ExprKind::Field(_) => finding.help("a field that was left out `is missing`"),
                _ => finding,
            });
            damaged(span)
        }
    }
}

/// Types `paths all match [..]` and `paths any match [..]`.
pub(super) fn matches(
    cx: &mut Context,
    span: Span,
    left_ast: &ast::Expr,
    all: bool,
    globs: &[ast::Expr],
    guards: &Guards,
) -> Expr {
    let left = any(cx, left_ast, guards);
    let mut whole = !refuse_empty(cx, span, globs);
    let mut texts: Vec<String> = Vec::new();
    let mut seen = BTreeSet::new();
    for glob in globs {
        let ast::ExprKind::Literal(literal) = &glob.kind else {
            whole = false;
            if !matches!(glob.kind, ast::ExprKind::Damaged) {
                not_a_pattern(cx, glob);
            }
            continue;
        };
        if literal.kind != LiteralKind::String {
            whole = false;
            not_a_pattern(cx, glob);
            continue;
        }
        match literal.text.parse::<Glob>() {
            Ok(_) if !seen.insert(literal.text.as_str()) => {
                constants::twice(cx, glob.span, &spell::string(&literal.text));
            }
            Ok(_) => texts.push(literal.text.clone()),
            Err(error) => {
                whole = false;
                cx.report(Diagnostic::error(Code::BAD_PATTERN, glob.span, error.to_string()));
            }
        }
    }
    match &left.ty {
        Type::List(ListOf::Path) if whole => {
            truth(span, ExprKind::Matches { all, left: Box::new(left), globs: texts })
        }
        Type::List(ListOf::Path) | Type::Damaged => damaged(span),
        other => {
            let what = ranges::named(left_ast, "this");
            let message = format!("patterns match a list of paths, and {what} is {}", types::words(other));
            cx.report(Diagnostic::error(Code::WRONG_TYPE, left.span, message));
            damaged(span)
        }
    }
}

fn not_a_pattern(cx: &mut Context, glob: &ast::Expr) {
    let message = "a pattern is a text in quotes";
    cx.report(
        Diagnostic::error(Code::WRONG_TYPE, glob.span, message)
            .help("write it as in `[\"docs/**\", \"*.md\"]`"),
    );
}
