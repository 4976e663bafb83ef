//! What a path names, and the reading of it: guards, phases, personal fields.

use super::expr::{Context, Missed, Relation, any, damaged, truth};
use super::guards::{Checked, Guards, groups_of};
use super::symbols::{FieldPlace, GroupPlace, Place, Symbols};
use super::typed::{Builtin, Expr, ExprKind, Type};
use super::{constants, sets, spell, types};
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::ast::{self, PathExpr, State};
use crate::text::Span;

/// What a path names.
#[derive(Debug, Clone, Copy)]
pub(super) enum Found<'a> {
    Field(&'a FieldPlace),
    /// `.start` or `.end` of a period.
    Edge(&'a FieldPlace, bool),
    Group(&'a GroupPlace),
    Facts(&'a GroupPlace),
    Let,
    Switch,
    Builtin(Builtin),
    Metric,
    /// Something that could not be read, or may be among what could not be read.
    Damaged,
    Unknown,
}

/// Looks the path up, and reports nothing.
pub(super) fn find<'a>(symbols: &'a Symbols, path: &str) -> Found<'a> {
    match symbols.place(path) {
        Some(Place::Field(field)) => return Found::Field(field),
        Some(Place::Group(group)) => return Found::Group(group),
        Some(Place::Facts(group)) => return Found::Facts(group),
        Some(Place::Let { .. }) => return Found::Let,
        Some(Place::Switch { .. }) => return Found::Switch,
        Some(Place::Damaged) => return Found::Damaged,
        None => {}
    }
    let Some((around, last)) = path.rsplit_once('.') else {
        if let Some(builtin) = symbols.builtin(path) {
            return Found::Builtin(builtin);
        }
        let metric = symbols.metrics.contains_key(path);
        return if metric { Found::Metric } else { open(symbols) };
    };
    if let (Some(Place::Field(field)), "start" | "end") = (symbols.place(around), last)
        && field.ty == Type::Period
    {
        return Found::Edge(field, last == "end");
    }
    match groups_of(path).find_map(|group| symbols.place(group)) {
        Some(Place::Damaged) => Found::Damaged,
        Some(Place::Group(group) | Place::Facts(group)) if group.damaged => Found::Damaged,
        Some(Place::Field(field)) if field.ty == Type::Damaged => Found::Damaged,
        Some(_) => Found::Unknown,
        None => open(symbols),
    }
}

fn open<'a>(symbols: &Symbols) -> Found<'a> {
    if symbols.open { Found::Damaged } else { Found::Unknown }
}

/// Whether the path names a value that an expression can read. Groups and metrics are none: a value of an enumeration
/// may share their names.
pub(super) fn is_value(cx: &Context, path: &str) -> bool {
    matches!(
        find(cx.symbols, path),
        Found::Field(_) | Found::Edge(..) | Found::Let | Found::Switch | Found::Builtin(_)
    )
}

/// The type of what the path names, if it can be read at all; for help in messages only.
pub(super) fn peek(cx: &Context, path: &PathExpr) -> Option<Type> {
    let text = spell::path(path);
    match find(cx.symbols, &text) {
        Found::Field(field) => Some(field.ty.clone()),
        Found::Edge(..) => Some(Type::Instant),
        Found::Let => cx.symbols.lets.get(&text).map(|place| place.ty.clone()),
        Found::Switch => Some(Type::YesNo),
        Found::Builtin(builtin) => builtin_type(cx.symbols, builtin),
        Found::Metric => cx.symbols.metrics.get(&text).and_then(|metric| metric.ty.clone()),
        _ => None,
    }
}

fn builtin_type(symbols: &Symbols, builtin: Builtin) -> Option<Type> {
    Some(match builtin {
        Builtin::Now | Builtin::SubmittedAt => Type::Instant,
        Builtin::Catalogued | Builtin::Frozen => Type::YesNo,
        Builtin::Scope => Type::Enum("Scope".to_owned()),
        Builtin::Class => Type::Enum("Class".to_owned()),
        Builtin::Route => Type::Enum("Route".to_owned()),
        Builtin::Assessed | Builtin::Risk => {
            let (_, scale) = symbols.score.as_ref()?;
            if symbols.enums.contains_key(scale) { Type::Enum(scale.clone()) } else { Type::Damaged }
        }
    })
}

/// Types the reading of a path.
pub(super) fn read(cx: &mut Context, path: &PathExpr, guards: &Guards) -> Expr {
    let text = spell::path(path);
    let span = path.span;
    match find(cx.symbols, &text) {
        Found::Field(field) => {
            guarded(cx, field, span, guards);
            cx.reads.places.insert(text.clone());
            Expr { span, ty: field.ty.clone(), kind: ExprKind::Field(text) }
        }
        Found::Edge(field, end) => {
            guarded(cx, field, span, guards);
            cx.reads.places.insert(field.path.clone());
            Expr { span, ty: Type::Instant, kind: ExprKind::Edge { field: field.path.clone(), end } }
        }
        Found::Let => {
            cx.reads.places.insert(text.clone());
            let Some(place) = cx.symbols.lets.get(&text) else { return damaged(span) };
            for need in &place.needs {
                early(cx, *need, span, Some(&text));
            }
            Expr { span, ty: place.ty.clone(), kind: ExprKind::Let(text) }
        }
        Found::Switch => {
            cx.reads.places.insert(text.clone());
            truth(span, ExprKind::Switch(text))
        }
        Found::Builtin(builtin) => {
            early(cx, builtin, span, None);
            cx.reads.builtins.insert(builtin);
            let Some(ty) = builtin_type(cx.symbols, builtin) else {
                if !cx.symbols.open {
                    let message = format!("`{text}` is known only to a policy with a `score`");
                    cx.report(Diagnostic::error(Code::MISSING_DECLARATION, span, message));
                }
                return damaged(span);
            };
            Expr { span, ty, kind: ExprKind::Builtin(builtin) }
        }
        Found::Metric => super::metrics::newest(cx, &text, span),
        Found::Group(group) | Found::Facts(group) => {
            cx.report(
                Diagnostic::error(
                    Code::WRONG_KIND,
                    span,
                    format!("`{text}` is a group, and has no value of its own"),
                )
                .related(group.span, "declared here")
                .help("ask whether it `is given` or `is complete`, or read one of its fields"),
            );
            damaged(span)
        }
        Found::Damaged => damaged(span),
        Found::Unknown => {
            unknown(cx, path);
            damaged(span)
        }
    }
}

/// Checks that what may be missing is guarded, and that nobody's person is read.
fn guarded(cx: &mut Context, field: &FieldPlace, span: Span, guards: &Guards) {
    if field.personal {
        personal(cx, field, span);
    } else if !guards.cover(field) {
        unguarded(cx, field, span, guards);
    }
}

fn personal(cx: &mut Context, field: &FieldPlace, span: Span) {
    cx.report(
        Diagnostic::error(
            Code::PERSONAL_FIELD,
            span,
            format!("`{}` is personal, and rules do not read people", field.path),
        )
        .related(field.span, "declared `personal` here")
        .help("a rule may ask only whether it is given"),
    );
}

fn unguarded(cx: &mut Context, field: &FieldPlace, span: Span, guards: &Guards) {
    let path = &field.path;
    let missed = cx.missed.iter().rev().find(|missed| {
        missed.path == *path
            || (!field.needs_own_guard() && groups_of(path).any(|group| group == missed.path))
    });
    let missed = missed.cloned();
    let group = field.facts.as_ref().filter(|facts| !guards.has(facts));
    let (code, message) = match (&missed, group) {
        (Some(missed), _) if missed.late => {
            (Code::GUARD_TOO_LATE, format!("`{path}` is read before its guard"))
        }
        (Some(_), _) => {
            let message = format!("`{path}` is read on the other side of `or` than its guard");
            (Code::GUARD_LOST, message)
        }
        (None, Some(facts)) => {
            let message = format!("`{path}` is read without a guard, and the facts `{facts}` may be missing");
            (Code::UNGUARDED_GROUP, message)
        }
        (None, None) => {
            (Code::UNGUARDED_OPTIONAL, format!("`{path}` is read without a guard, and may be missing"))
        }
    };
    let why = if field.optional {
        "it is `optional`"
    } else if field.asked {
        "it is asked only under a condition"
    } else if field.later {
        "its group is `later`"
    } else {
        "a group of facts may be missing as a whole"
    };
    let finding = Diagnostic::error(code, span, message).related(field.span, why);
    let finding = match missed {
        Some(Missed { path: guard, span, late: true }) => {
            finding.related(span, format!("move `{guard} is given` in front of the reading"))
        }
        Some(Missed { span, .. }) => finding.related(span, "this guard holds on its own side only"),
        None => finding,
    };
    let needed = match &field.facts {
        Some(facts) if !field.needs_own_guard() => facts,
        _ => path,
    };
    let finding = match (&cx.relation, code) {
        (_, Code::GUARD_TOO_LATE) | (None, _) => {
            finding.help(format!("ask first whether `{needed} is given`"))
        }
        (Some(Relation { span, wrapped: None }), _) => {
            let guard = format!("{needed} is given and ");
            finding.help_edit(format!("write `{guard}...`"), span.before(), guard)
        }
        (Some(Relation { span, wrapped: Some(Some(text)) }), _) => {
            let whole = format!("({needed} is given and {text})");
            finding.help_edit(format!("write `{whole}`"), *span, whole)
        }
        (Some(Relation { wrapped: Some(None), .. }), _) => {
            finding.help(format!("write `({needed} is given and ...)`"))
        }
    };
    let finding = match constants::example(cx.symbols, &field.ty) {
        // `.start` of a period is an instant, for which no default makes sense.
        Some(literal) => {
            let whole = format!("({path} else {literal})");
            finding.help_edit(format!("or give a default: `{whole}`"), span, whole)
        }
        None => finding,
    };
    cx.report(finding);
}

/// Notes that the expression needs the word, and reports it where it is not known yet.
fn early(cx: &mut Context, builtin: Builtin, span: Span, through: Option<&str>) {
    cx.needs.insert(builtin);
    if cx.phase.knows(builtin) {
        return;
    }
    let word = cx.symbols.word(builtin);
    let place = cx.phase.words();
    let message = match through {
        None => format!("`{word}` is not known yet in {place}"),
        Some(name) => format!("`{name}` reads `{word}`, which is not known yet in {place}"),
    };
    let when = match builtin {
        Builtin::Now => {
            "`now` is read in gates, freezes, metrics and `rollback` only, so that no class or route depends on the clock"
        }
        Builtin::Frozen => {
            "`frozen` is read in gates, metrics and `rollback` only, so that no class or route depends on the clock"
        }
        Builtin::SubmittedAt => "a form is filled in before it is submitted",
        Builtin::Scope => "it is known after `scope`",
        Builtin::Assessed => "it is known after `score`",
        Builtin::Catalogued => "it is known after the catalogue: from `classify` on",
        Builtin::Class | Builtin::Risk => "it is known after `classify`",
        Builtin::Route => "it is known after `route`",
    };
    let finding = Diagnostic::error(Code::READ_TOO_EARLY, span, message).help(when);
    let finding = match through.and_then(|name| cx.symbols.place(name)) {
        Some(Place::Let { span }) => finding.related(*span, "defined here"),
        _ => finding,
    };
    cx.report(finding);
}

/// Reports a path that names nothing.
pub(super) fn unknown(cx: &mut Context, path: &PathExpr) {
    let text = spell::path(path);
    let symbols = cx.symbols;
    let known = groups_of(&text).find(|group| symbols.place(group).is_some());
    // The first name that is unknown: the one behind the longest part that is known.
    let depth = known.map_or(0, |known| known.split('.').count());
    let Some(word) = path.names.get(depth).or(path.names.last()) else { return };
    let finding = match known.and_then(|known| Some((known, symbols.place(known)?))) {
        Some((known, Place::Field(field))) => {
            let finding = Diagnostic::error(
                Code::UNKNOWN_FIELD,
                word.span,
                format!("`{known}` is {}, and has no `{}`", types::words(&field.ty), word.text),
            );
            if field.ty == Type::Period { finding.help("a period has `.start` and `.end`") } else { finding }
        }
        Some((known, Place::Group(_) | Place::Facts(_))) => {
            let prefix = format!("{known}.");
            let inside = symbols.paths().filter_map(|(path, _)| path.strip_prefix(prefix.as_str()));
            let members = inside.filter(|rest| !rest.contains('.'));
            Diagnostic::error(
                Code::UNKNOWN_FIELD,
                word.span,
                format!("unknown field `{known}.{}`", word.text),
            )
            .help_nearest(&word.text, members)
        }
        Some((known, _)) => {
            let message = format!("`{known}` has no fields, so it has no `{}`", word.text);
            Diagnostic::error(Code::UNKNOWN_FIELD, word.span, message)
        }
        None => {
            let paths = symbols.paths().filter(|_| cx.suggests());
            let named = paths.map(|(path, _)| path).filter(|path| !path.contains('.'));
            let builtins = super::symbols::BUILTINS.iter().map(|(word, builtin)| match builtin {
                Builtin::Assessed => symbols.word(Builtin::Assessed),
                _ => word,
            });
            let metrics = symbols.metrics.keys().map(String::as_str);
            let code = if path.names.len() > 1 { Code::UNKNOWN_FIELD } else { Code::UNKNOWN_NAME };
            let finding = Diagnostic::error(code, word.span, format!("unknown name `{}`", word.text))
                .help_nearest(&word.text, named.chain(builtins).chain(metrics));
            value_of(symbols, &text).into_iter().fold(finding, |finding, ty| {
                finding.help(format!(
                    "`{text}` is a value of `{ty}`: compare something with it, as in `x is {text}`"
                ))
            })
        }
    };
    cx.report(finding);
}

/// The first enumeration that has a value of this name.
fn value_of<'a>(symbols: &'a Symbols, value: &str) -> Option<&'a str> {
    let mut enums = symbols.enums.iter();
    enums.find(|(_, place)| place.index(value).is_some()).map(|(name, _)| name.as_str())
}

/// Types `x is given`, `group is complete`, `text is complete`, `set is empty` and their opposites.
pub(super) fn state(
    cx: &mut Context,
    span: Span,
    left: &ast::Expr,
    negated: bool,
    state: State,
    guards: &Guards,
) -> Checked {
    if state == State::Empty {
        let expr = sets::empty(cx, span, left, guards);
        return Checked::plain(if negated { not(span, expr) } else { expr });
    }
    let ast::ExprKind::Path(path) = &left.kind else {
        if !matches!(any(cx, left, guards).kind, ExprKind::Damaged) {
            let message = "only a field or a group can be given or missing";
            cx.report(Diagnostic::error(Code::WRONG_KIND, left.span, message));
        }
        return Checked::plain(damaged(span));
    };
    let text = spell::path(path);
    let found = find(cx.symbols, &text);
    let (needless, facts) = match found {
        Found::Field(field) if state != State::Complete => (!field.may_be_missing(), field.facts.clone()),
        Found::Field(field) if matches!(field.ty, Type::Text { .. }) => (false, field.facts.clone()),
        Found::Group(group) => (!group.later, None),
        Found::Facts(_) => (false, None),
        Found::Unknown => {
            unknown(cx, path);
            return Checked::plain(damaged(span));
        }
        Found::Damaged => return Checked::plain(damaged(span)),
        _ => {
            cx.report(misasked(&text, path.span, found, state));
            return Checked::plain(damaged(span));
        }
    };
    cx.reads.places.insert(text.clone());
    if needless && state != State::Complete {
        let message = format!("`{text}` is always given");
        cx.report(Diagnostic::warning(Code::NEEDLESS_GUARD, span, message).help("delete this condition"));
    }
    let mut shown = Guards::of(text.clone());
    if let Some(facts) = facts {
        shown.add(&Guards::of(facts));
    }
    let kind = if state == State::Complete { ExprKind::Complete(text) } else { ExprKind::Given(text) };
    let expr = truth(span, kind);
    if (state == State::Missing) == negated {
        Checked { expr, when_true: shown, when_false: Guards::none() }
    } else {
        Checked { expr: not(span, expr), when_true: Guards::none(), when_false: shown }
    }
}

fn misasked(text: &str, span: Span, found: Found, state: State) -> Diagnostic {
    let error = |message: String| Diagnostic::error(Code::WRONG_KIND, span, message);
    match found {
        Found::Field(_) if state == State::Complete => {
            error(format!("`{text}` is no text, and only a text or a group can be complete"))
                .help(format!("write `{text} is given`"))
        }
        Found::Edge(field, _) => error(format!("`{text}` is given whenever `{}` is", field.path))
            .help(format!("write `{} is given`", field.path)),
        Found::Metric => error(format!("`{text}` is a metric, and cannot be asked whether it is given"))
            .help("`no data` says what missing data means"),
        _ => error(format!("`{text}` always has a value, so it cannot be asked whether it is given")),
    }
}

fn not(span: Span, expr: Expr) -> Expr {
    truth(span, ExprKind::Not(Box::new(expr)))
}

/// Types `(value else fallback)`.
pub(super) fn default(
    cx: &mut Context,
    span: Span,
    value: &ast::Expr,
    fallback: &ast::Expr,
    guards: &Guards,
) -> Expr {
    let ast::ExprKind::Path(path) = &value.kind else {
        if !matches!(value.kind, ast::ExprKind::Damaged) {
            let message = "only a field can have a default";
            cx.report(
                Diagnostic::error(Code::WRONG_KIND, value.span, message)
                    .help("put the default beside the field that may be missing: `(field else 0)`"),
            );
        }
        return damaged(span);
    };
    let text = spell::path(path);
    let (field, ty, kind) = match find(cx.symbols, &text) {
        Found::Field(field) => (field, field.ty.clone(), ExprKind::Field(text.clone())),
        Found::Edge(field, end) => (field, Type::Instant, ExprKind::Edge { field: field.path.clone(), end }),
        Found::Let | Found::Switch | Found::Builtin(_) => {
            needless_default(cx, span, &text);
            return read(cx, path, guards);
        }
        _ => return read(cx, path, guards),
    };
    cx.reads.places.insert(field.path.clone());
    if field.personal {
        personal(cx, field, value.span);
        return damaged(span);
    }
    if guards.cover(field) {
        needless_default(cx, span, &text);
    }
    if ty == Type::Damaged {
        return damaged(span);
    }
    let Some(constant) = constants::constant(cx, fallback, &ty) else {
        return Expr { span, ty, kind: ExprKind::Damaged };
    };
    let value = Box::new(Expr { span: value.span, ty: ty.clone(), kind });
    let fallback = Box::new(super::expr::constant(fallback.span, constant));
    Expr { span, ty, kind: ExprKind::Else { value, fallback } }
}

fn needless_default(cx: &mut Context, span: Span, text: &str) {
    let message = format!("`{text}` is always given here, so its default is never used");
    cx.report(Diagnostic::warning(Code::NEEDLESS_DEFAULT, span, message).help_edit(
        format!("write `{text}`"),
        span,
        text,
    ));
}

/// Notes the guards among the items of `and` or `or`, so that a reading which they do not reach can say so.
pub(super) fn notice_guards(cx: &mut Context, item: &ast::Expr, and: bool) {
    match &item.kind {
        ast::ExprKind::State { left, negated: false, state: State::Given } => {
            if let ast::ExprKind::Path(path) = &left.kind {
                cx.missed.push(Missed { path: spell::path(path), span: item.span, late: and });
            }
        }
        ast::ExprKind::And(items) if !and => items.iter().for_each(|item| notice_guards(cx, item, and)),
        _ => {}
    }
}
