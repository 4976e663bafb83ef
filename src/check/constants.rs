//! Literals and value names become constants of the type that is needed.

use super::expr::{Context, constant as constant_expr, damaged};
use super::symbols::Symbols;
use super::typed::{Constant, Expr, Type};
use super::{names, spell, types};
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::ast::{self, Literal, LiteralKind, PathExpr};
use crate::text::Span;
use crate::value::{CivilDate, Digest, Duration, Fixed, Instant};
use std::collections::BTreeSet;

/// Types a literal by its looks alone.
pub(super) fn natural(cx: &mut Context, literal: &Literal) -> Expr {
    let any = match literal.kind {
        LiteralKind::Number if literal.text.contains('.') => {
            Type::Decimal { min: Fixed::MIN, max: Fixed::MAX }
        }
        LiteralKind::Number => Type::Int { min: i64::MIN, max: i64::MAX },
        LiteralKind::Percent => Type::Percent { min: Fixed::MIN, max: Fixed::MAX },
        LiteralKind::Duration(_) => Type::Duration { min: Duration::ZERO, max: Duration::from_ms(i64::MAX) },
        LiteralKind::Instant => Type::Instant,
        LiteralKind::Date => {
            cx.report(date_for_instant(literal));
            return damaged(literal.span);
        }
        LiteralKind::String => Type::Text { min: 0, max: u32::MAX },
        LiteralKind::Yes | LiteralKind::No => Type::YesNo,
        LiteralKind::Code => Type::Enum("Template".to_owned()),
    };
    match self::literal(cx, literal, &any) {
        Some(value) => constant_expr(literal.span, value),
        None => damaged(literal.span),
    }
}

/// The narrowest type of a constant.
pub(super) fn type_of(value: &Constant) -> Type {
    match value {
        Constant::YesNo(_) => Type::YesNo,
        Constant::Int(number) => Type::Int { min: *number, max: *number },
        Constant::Decimal(number) => Type::Decimal { min: *number, max: *number },
        Constant::Percent(number) => Type::Percent { min: *number, max: *number },
        Constant::Duration(time) => Type::Duration { min: *time, max: *time },
        Constant::Instant(_) => Type::Instant,
        Constant::Date(_) => Type::Damaged,
        Constant::Enum { ty, .. } => Type::Enum(ty.clone()),
        Constant::Set { ty, .. } => Type::Set(ty.clone()),
        Constant::Text(text) => {
            let length = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
            Type::Text { min: length, max: length }
        }
    }
}

/// Returns the literal or value name as a constant of this type, within its range; reports what is wrong with it.
pub(crate) fn constant(cx: &mut Context, ast: &ast::Expr, ty: &Type) -> Option<Constant> {
    let value = match &ast.kind {
        ast::ExprKind::Literal(written) => literal(cx, written, ty)?,
        ast::ExprKind::Path(path) => named(cx, path, ty)?,
        ast::ExprKind::Damaged => return None,
        _ => {
            let message = format!("{} is needed here, written out", types::words(ty));
            cx.report(Diagnostic::error(Code::WRONG_TYPE, ast.span, message));
            return None;
        }
    };
    if fits(&value, ty) {
        return Some(value);
    }
    let message = format!("`{}` is out of range: {} is needed here", spell::constant(&value), bounds(ty));
    cx.report(Diagnostic::error(Code::OUT_OF_RANGE, ast.span, message));
    None
}

/// Returns the value names as one set of this enumeration; reports what is wrong with them. None is a set too.
pub(crate) fn set(cx: &mut Context, items: &[ast::Expr], of: &str) -> Option<Constant> {
    let ty = Type::Enum(of.to_owned());
    let mut found = BTreeSet::new();
    let mut whole = true;
    for item in items {
        match constant(cx, item, &ty) {
            Some(Constant::Enum { value, .. }) => {
                if !found.insert(value.clone()) {
                    twice(cx, item.span, &value);
                }
            }
            _ => whole = false,
        }
    }
    // In the order of the type, so that the order of writing is no part of the meaning.
    let place = cx.symbols.enums.get(of)?;
    let values = place.values().filter(|value| found.contains(*value)).map(str::to_owned).collect();
    whole.then_some(Constant::Set { ty: of.to_owned(), values })
}

/// Warns of an item that a list names twice.
pub(super) fn twice(cx: &mut Context, span: Span, value: &str) {
    let message = format!("`{value}` stands in the list twice");
    cx.report(Diagnostic::warning(Code::NEEDLESS_WORDS, span, message).help("delete one of them"));
}

fn bounds(ty: &Type) -> String {
    match ty {
        Type::Text { min, max } => format!("a text of {min} to {max} characters"),
        Type::Duration { min, max } => format!("a duration of {min} to {max}"),
        other => types::words(other),
    }
}

/// Whether the constant lies in the range of the type.
pub(super) fn fits(value: &Constant, ty: &Type) -> bool {
    match (type_of(value), ty) {
        (Type::Int { min, .. }, Type::Int { min: least, max: most }) => (*least..=*most).contains(&min),
        (Type::Decimal { min, .. }, Type::Decimal { min: least, max: most })
        | (Type::Percent { min, .. }, Type::Percent { min: least, max: most }) => {
            (*least..=*most).contains(&min)
        }
        (Type::Duration { min, .. }, Type::Duration { min: least, max: most }) => {
            (*least..=*most).contains(&min)
        }
        (Type::Text { min, .. }, Type::Text { min: least, max: most }) => (*least..=*most).contains(&min),
        (Type::Text { min, .. }, Type::Person) => (1..=100).contains(&min),
        _ => true,
    }
}

/// Returns a constant of the type as an author would write it, to show a default. For some types none makes sense.
pub(super) fn example(symbols: &Symbols, ty: &Type) -> Option<String> {
    let near_zero = |min: Fixed, max: Fixed| Fixed::ZERO.clamp(min, max.max(min));
    match ty {
        Type::YesNo => Some("no".to_owned()),
        Type::Int { min, max } => Some(0.clamp(*min, (*max).max(*min)).to_string()),
        Type::Decimal { min, max } => Some(near_zero(*min, *max).to_string()),
        Type::Percent { min, max } => Some(format!("{}%", near_zero(*min, *max))),
        Type::Duration { .. } => Some("0 seconds".to_owned()),
        Type::Enum(name) => {
            let place = symbols.enums.get(name)?;
            place.values().find(|value| symbols.place(value).is_none()).map(str::to_owned)
        }
        Type::Text { min: 0, .. } => Some("\"\"".to_owned()),
        Type::Text { min: 1, .. } => Some("\"-\"".to_owned()),
        _ => None,
    }
}

/// Returns the literal as a constant of this type, whatever its range; reports what is wrong with it.
pub(crate) fn literal(cx: &mut Context, literal: &Literal, ty: &Type) -> Option<Constant> {
    let span = literal.span;
    let read = match (literal.kind, ty) {
        (_, Type::Damaged) => return None,
        (LiteralKind::Yes, Type::YesNo) => Ok(Constant::YesNo(true)),
        (LiteralKind::No, Type::YesNo) => Ok(Constant::YesNo(false)),
        (LiteralKind::Number, Type::Int { .. }) => whole(literal).map(Constant::Int),
        (LiteralKind::Number, Type::Decimal { .. }) => types::fixed(literal).map(Constant::Decimal),
        (LiteralKind::Percent, Type::Percent { .. }) => types::fixed(literal).map(Constant::Percent),
        (LiteralKind::Duration(unit), Type::Duration { .. }) => {
            duration(literal, unit).map(Constant::Duration)
        }
        (LiteralKind::Instant, Type::Instant) => literal
            .text
            .parse::<Instant>()
            .map(Constant::Instant)
            .map_err(|error| Box::new(Diagnostic::error(Code::BAD_DATE, span, error.to_string()))),
        (LiteralKind::Date, Type::Instant) => Err(Box::new(date_for_instant(literal))),
        (LiteralKind::String, Type::Text { .. } | Type::Person) => Ok(Constant::Text(literal.text.clone())),
        (LiteralKind::String, Type::Digest) => match literal.text.parse::<Digest>() {
            Ok(_) => Ok(Constant::Text(literal.text.clone())),
            Err(error) => {
                let finding = Diagnostic::error(Code::WRONG_TYPE, span, error.to_string());
                Err(Box::new(finding.help("a digest is `sha256:` and 64 hexadecimal digits")))
            }
        },
        (LiteralKind::Code, Type::Enum(name)) if name == "Template" => entry(cx.symbols, literal),
        _ => Err(Box::new(misfit(cx.symbols, literal, ty))),
    };
    match read {
        Ok(value) => {
            if let Constant::Enum { ty, value } = &value {
                cx.reads.values.insert((ty.clone(), value.clone()));
            }
            Some(value)
        }
        Err(finding) => {
            cx.report(*finding);
            None
        }
    }
}

/// Returns the value that the path names in this type; reports what is wrong with it.
pub(super) fn named(cx: &mut Context, path: &PathExpr, ty: &Type) -> Option<Constant> {
    let text = spell::path(path);
    let span = path.span;
    let Type::Enum(name) = ty else {
        if *ty == Type::Damaged {
            return None;
        }
        let finding = Diagnostic::error(
            Code::WRONG_TYPE,
            span,
            format!("`{text}` is a name, and {} is needed here", types::words(ty)),
        );
        cx.report(match ty {
            Type::Text { .. } | Type::Person | Type::Digest if !names::is_value(cx, &text) => {
                let quoted = spell::string(&text);
                finding.help_edit(format!("a text stands in quotes: `{quoted}`"), span, quoted)
            }
            Type::YesNo => finding.help("write `yes` or `no`"),
            _ => finding,
        });
        return None;
    };
    let place = cx.symbols.enums.get(name)?;
    if place.index(&text).is_some() {
        cx.reads.values.insert((name.clone(), text.clone()));
        return Some(Constant::Enum { ty: name.clone(), value: text });
    }
    if place.damaged {
        return None;
    }
    cx.report(unknown_value(cx.symbols, span, &text, name));
    None
}

/// Says that the type has no such value. The span covers just the value.
pub(super) fn unknown_value(symbols: &Symbols, span: Span, text: &str, name: &str) -> Diagnostic {
    let place = symbols.enums.get(name);
    let values: Vec<&str> = place.into_iter().flat_map(|place| place.values()).collect();
    let (code, message) = match name {
        "Template" => (Code::UNKNOWN_CODE, format!("no entry of the catalogue has the code `{text}`")),
        "Class" => (Code::UNKNOWN_VALUE, format!("no class is called `{text}`")),
        "Route" => (Code::UNKNOWN_RULE, format!("no rule of `route` is called `{text}`")),
        _ => (Code::UNKNOWN_VALUE, format!("`{name}` has no value `{text}`")),
    };
    let finding = Diagnostic::error(code, span, message).help_nearest(text, values.iter().copied());
    if !finding.help.is_empty() || values.is_empty() || values.len() > 12 {
        return finding;
    }
    let list = values.iter().map(|value| format!("`{value}`")).collect::<Vec<_>>().join(", ");
    finding.help(format!("the values are {list}"))
}

type Read<T> = Result<T, Box<Diagnostic>>;

fn whole(literal: &Literal) -> Read<i64> {
    let text = &literal.text;
    if text.contains('.') {
        let message = format!("`{text}` is no whole number");
        return Err(Box::new(Diagnostic::error(Code::WRONG_TYPE, literal.span, message)));
    }
    text.parse().map_err(|_| {
        let message = format!("`{text}` is out of range");
        Box::new(Diagnostic::error(Code::OUT_OF_RANGE, literal.span, message).help("an `int` has 64 bits"))
    })
}

/// Reads a duration; its unit is in the plural.
pub(super) fn duration(literal: &Literal, unit: &str) -> Read<Duration> {
    let unit_ms: i64 = match unit {
        "milliseconds" => 1,
        "seconds" => 1_000,
        "minutes" => 60_000,
        "hours" => 3_600_000,
        _ => 86_400_000,
    };
    let ms = literal.text.parse::<i64>().ok().and_then(|count| count.checked_mul(unit_ms));
    ms.map(Duration::from_ms).ok_or_else(|| {
        let message = format!("`{}` is out of range", spell::literal(literal));
        Box::new(Diagnostic::error(Code::OUT_OF_RANGE, literal.span, message))
    })
}

fn entry(symbols: &Symbols, literal: &Literal) -> Read<Constant> {
    let place = symbols.enums.get("Template");
    if place.is_some_and(|place| place.damaged || place.index(&literal.text).is_some()) {
        return Ok(Constant::Enum { ty: "Template".to_owned(), value: literal.text.clone() });
    }
    Err(Box::new(unknown_value(symbols, literal.span, &literal.text, "Template")))
}

fn date_for_instant(literal: &Literal) -> Diagnostic {
    let span = literal.span;
    match literal.text.parse::<CivilDate>() {
        Err(error) => Diagnostic::error(Code::BAD_DATE, span, error.to_string()),
        Ok(_) => {
            let message = format!("`{}` is a date, and an instant is needed here", literal.text);
            let help = format!("say when on that day, and where: `{}T00:00Z`", literal.text);
            Diagnostic::error(Code::WRONG_TYPE, span, message).help(help)
        }
    }
}

/// Says that the literal is of another type than is needed, and how it could be written instead.
fn misfit(symbols: &Symbols, literal: &Literal, ty: &Type) -> Diagnostic {
    let span = literal.span;
    let text = spell::literal(literal);
    let what = match literal.kind {
        LiteralKind::Instant => "an instant",
        LiteralKind::Date => "a date",
        LiteralKind::Percent => "a percentage",
        LiteralKind::Duration(_) => "a duration",
        LiteralKind::Number => "a number",
        LiteralKind::String => "a text",
        LiteralKind::Yes | LiteralKind::No => "a yes/no",
        LiteralKind::Code => "a code",
    };
    let message = format!("`{text}` is {what}, and {} is needed here", types::kind(ty));
    let finding = |code: Code| Diagnostic::error(code, span, &*message);
    match (literal.kind, ty) {
        (LiteralKind::Number, Type::Percent { .. }) => {
            let with = format!("{}%", literal.text);
            finding(Code::DIFFERENT_UNITS).help_edit(format!("write `{with}`"), span, with)
        }
        (LiteralKind::Number, Type::Duration { .. }) => {
            let help = format!("give it a unit, such as `{} minutes`", literal.text);
            finding(Code::DIFFERENT_UNITS).help(help)
        }
        (LiteralKind::Percent | LiteralKind::Duration(_), Type::Int { .. } | Type::Decimal { .. })
        | (LiteralKind::Percent, Type::Duration { .. })
        | (LiteralKind::Duration(_), Type::Percent { .. }) => {
            finding(Code::DIFFERENT_UNITS).help("values of different units are never converted")
        }
        (LiteralKind::String, Type::Enum(name)) => {
            let known = symbols.enums.get(name).is_some_and(|place| place.index(&literal.text).is_some());
            let finding = finding(Code::WRONG_TYPE);
            if known {
                let word = literal.text.as_str();
                return finding.help_edit(format!("write `{word}`, without quotes"), span, word);
            }
            finding.help("values stand without quotes")
        }
        (LiteralKind::Code, Type::Text { .. } | Type::Person) => {
            let quoted = spell::string(&literal.text);
            finding(Code::WRONG_TYPE).help_edit(format!("a text stands in quotes: `{quoted}`"), span, quoted)
        }
        _ => finding(Code::WRONG_TYPE),
    }
}
