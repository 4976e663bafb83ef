//! Types as written become types: ranges, and their defaults where none is written.

use super::symbols::EnumPlace;
use super::typed::{ListOf, Type};
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::ast::{Collection, Literal, TypeExpr};
use crate::text::Span;
use crate::value::{Duration, Fixed, FixedError};
use std::collections::BTreeMap;

/// The whole numbers that every host holds exactly, and the range of an `int` that names none.
const SAFE_INT: i64 = 9_007_199_254_740_991;
/// The range of a `decimal` that names none: eight of them can still be added.
const WIDE: Fixed = Fixed::from_millionths(1_000_000_000_000_000_000);
/// 100, as a number of per cent.
const HUNDRED: Fixed = Fixed::from_millionths(100_000_000);
/// A hundred years of days: the range of a `duration`.
const LONGEST: Duration = Duration::from_ms(3_153_600_000_000);
/// The longest text that a field can ask for, and the range of a `text` that names none.
const LONGEST_TEXT: u32 = 100_000;
/// A set is held as one bit for each value.
pub(crate) const MOST_SET_VALUES: usize = 64;

/// What types are called in other languages, and here.
const ELSEWHERE: [(&str, &str); 14] = [
    ("bool", "yesno"),
    ("boolean", "yesno"),
    ("string", "text"),
    ("str", "text"),
    ("integer", "int"),
    ("number", "int"),
    ("long", "int"),
    ("float", "decimal"),
    ("double", "decimal"),
    ("date", "instant"),
    ("datetime", "instant"),
    ("timestamp", "instant"),
    ("interval", "period"),
    ("user", "person"),
];

/// The types of the language that a field can have.
const BASIC: [&str; 10] =
    ["yesno", "int", "decimal", "percent", "text", "duration", "instant", "period", "digest", "person"];

/// More events than these are not told apart: a count of so many stands for that and more.
const MOST_EVENTS: i64 = 10_000;

/// Returns the type of a count of events.
pub(crate) fn count() -> Type {
    Type::Int { min: 0, max: MOST_EVENTS }
}

/// Returns the type that is written; `Damaged` for one that is none, which is then reported.
pub(crate) fn resolve(
    written: &TypeExpr,
    enums: &BTreeMap<String, EnumPlace>,
    findings: &mut Vec<Diagnostic>,
) -> Type {
    let mut resolver = Resolver { enums, findings };
    match written.collection {
        None => resolver.plain(written),
        Some(Collection::Set) => resolver.set(written),
        Some(Collection::List) => resolver.list(written),
    }
}

struct Resolver<'a> {
    enums: &'a BTreeMap<String, EnumPlace>,
    findings: &'a mut Vec<Diagnostic>,
}

impl Resolver<'_> {
    fn plain(&mut self, written: &TypeExpr) -> Type {
        let name = written.name.text.as_str();
        if name == "int" {
            return self.int(written);
        }
        if name == "decimal" {
            let range = self.fixed(written, Fixed::from_millionths(WIDE.millionths().saturating_neg()), WIDE);
            return range.map_or(Type::Damaged, |(min, max)| Type::Decimal { min, max });
        }
        if name == "percent" {
            let range = self.fixed(written, Fixed::ZERO, HUNDRED);
            return range.map_or(Type::Damaged, |(min, max)| Type::Percent { min, max });
        }
        if name == "text" {
            return self.text(written);
        }
        let found = match name {
            "yesno" => Type::YesNo,
            "duration" => Type::Duration { min: Duration::ZERO, max: LONGEST },
            "instant" => Type::Instant,
            "period" => Type::Period,
            "digest" => Type::Digest,
            "person" => Type::Person,
            "path" => return self.lone_path(written),
            _ => return self.enumeration(written),
        };
        self.no_range(written);
        found
    }

    fn int(&mut self, written: &TypeExpr) -> Type {
        let Some((from, to)) = &written.range else {
            return Type::Int { min: SAFE_INT.saturating_neg(), max: SAFE_INT };
        };
        let (min, max) = (self.whole(from), to.as_ref().map_or(Some(SAFE_INT), |to| self.whole(to)));
        match (min, max) {
            (Some(min), Some(max)) if self.ascends(written.span, min <= max) => Type::Int { min, max },
            _ => Type::Damaged,
        }
    }

    /// Reads an end of a range of whole numbers.
    fn whole(&mut self, end: &Literal) -> Option<i64> {
        if end.text.contains('.') {
            self.findings.push(
                Diagnostic::error(Code::WRONG_TYPE, end.span, format!("`{}` is no whole number", end.text))
                    .help("an `int` has a range of whole numbers; `decimal` has fractions"),
            );
            return None;
        }
        match end.text.parse() {
            Ok(whole) if (SAFE_INT.saturating_neg()..=SAFE_INT).contains(&whole) => Some(whole),
            _ => {
                self.findings.push(
                    Diagnostic::error(
                        Code::OUT_OF_RANGE,
                        end.span,
                        format!("`{}` is out of range", end.text),
                    )
                    .help(format!(
                        "an `int` lies between -{SAFE_INT} and {SAFE_INT}, which every host holds exactly"
                    )),
                );
                None
            }
        }
    }

    fn fixed(&mut self, written: &TypeExpr, least: Fixed, most: Fixed) -> Option<(Fixed, Fixed)> {
        let Some((from, to)) = &written.range else { return Some((least, most)) };
        let min = self.end(from);
        // An open end reaches as far as a decimal does, also for percent: a growth may be a thousand per cent.
        let max = to.as_ref().map_or(Some(WIDE), |to| self.end(to));
        match (min, max) {
            (Some(min), Some(max)) if self.ascends(written.span, min <= max) => Some((min, max)),
            _ => None,
        }
    }

    /// Reads an end of a range of fixed-point numbers.
    fn end(&mut self, end: &Literal) -> Option<Fixed> {
        match fixed(end) {
            Ok(number) if number.millionths().unsigned_abs() <= WIDE.millionths().unsigned_abs() => {
                Some(number)
            }
            Ok(_) => {
                let message = format!("`{}` is out of range", end.text);
                self.findings.push(
                    Diagnostic::error(Code::OUT_OF_RANGE, end.span, message)
                        .help("a range lies between -1000000000000 and 1000000000000"),
                );
                None
            }
            Err(finding) => {
                self.findings.push(*finding);
                None
            }
        }
    }

    fn text(&mut self, written: &TypeExpr) -> Type {
        let Some((from, to)) = &written.range else { return Type::Text { min: 0, max: LONGEST_TEXT } };
        let min = self.length(from);
        let max = to.as_ref().map_or(Some(LONGEST_TEXT), |to| self.length(to));
        match (min, max) {
            (Some(min), Some(max)) if self.ascends(written.span, min <= max) => Type::Text { min, max },
            _ => Type::Damaged,
        }
    }

    fn length(&mut self, end: &Literal) -> Option<u32> {
        match end.text.parse() {
            Ok(length) if length <= LONGEST_TEXT => Some(length),
            _ => {
                let message = format!("`{}` is no length of a text", end.text);
                self.findings.push(
                    Diagnostic::error(Code::OUT_OF_RANGE, end.span, message)
                        .help(format!("a text has 0 to {LONGEST_TEXT} characters")),
                );
                None
            }
        }
    }

    fn ascends(&mut self, span: Span, ascends: bool) -> bool {
        if !ascends {
            self.findings.push(
                Diagnostic::error(Code::EMPTY_RANGE, span, "the range ends before it starts")
                    .help("write the smaller number first"),
            );
        }
        ascends
    }

    fn lone_path(&mut self, written: &TypeExpr) -> Type {
        self.findings.push(
            Diagnostic::error(Code::UNKNOWN_TYPE, written.name.span, "paths come in lists only").help_edit(
                "write `list of path`",
                written.span,
                "list of path",
            ),
        );
        Type::Damaged
    }

    fn enumeration(&mut self, written: &TypeExpr) -> Type {
        if !self.known(written) {
            return Type::Damaged;
        }
        self.no_range(written);
        Type::Enum(written.name.text.clone())
    }

    fn set(&mut self, written: &TypeExpr) -> Type {
        let name = written.name.text.as_str();
        if BASIC.contains(&name) || name == "path" {
            let message = format!("a set holds values of an enumeration, and `{name}` is none");
            self.findings.push(
                Diagnostic::error(Code::WRONG_TYPE, written.span, message)
                    .help("declare the values with `type Name = a \"A\" | b \"B\"`"),
            );
            return Type::Damaged;
        }
        if !self.known(written) {
            return Type::Damaged;
        }
        self.no_range(written);
        let place = self.enums.get(name);
        if let Some(place) = place.filter(|place| place.ty.variants.len() > MOST_SET_VALUES) {
            self.findings.push(
                Diagnostic::error(
                    Code::TOO_MANY_VALUES,
                    written.span,
                    format!(
                        "`{name}` has {} values, and a set holds values of a type with at most {MOST_SET_VALUES}",
                        place.ty.variants.len()
                    ),
                )
                .related(place.ty.span, "declared here"),
            );
            return Type::Damaged;
        }
        Type::Set(name.to_owned())
    }

    fn list(&mut self, written: &TypeExpr) -> Type {
        let of = match written.name.text.as_str() {
            "text" => ListOf::Text,
            "person" => ListOf::Person,
            "path" => ListOf::Path,
            name => {
                let message = format!("a list holds `text`, `person` or `path`, not `{name}`");
                let finding = Diagnostic::error(Code::WRONG_TYPE, written.span, message);
                self.findings.push(match self.enums.contains_key(name) {
                    true => finding.help_edit(
                        format!("write `set of {name}`"),
                        written.span,
                        format!("set of {name}"),
                    ),
                    false => finding,
                });
                return Type::Damaged;
            }
        };
        self.no_range(written);
        Type::List(of)
    }

    fn no_range(&mut self, written: &TypeExpr) {
        let Some((from, to)) = &written.range else { return };
        let range = to.as_ref().map_or(from.span, |to| from.span.to(to.span));
        self.findings.push(
            Diagnostic::error(Code::WRONG_TYPE, range, format!("`{}` has no range here", written.name.text))
                .help("delete the range; `int`, `decimal`, `percent` and `text` have one"),
        );
    }

    /// Whether the name is that of an enumeration; reported if not.
    fn known(&mut self, written: &TypeExpr) -> bool {
        let name = &written.name;
        if self.enums.contains_key(&name.text) {
            return true;
        }
        let candidates = BASIC.iter().copied().chain(self.enums.keys().map(String::as_str));
        let finding =
            Diagnostic::error(Code::UNKNOWN_TYPE, name.span, format!("unknown type `{}`", name.text));
        let word = name.text.to_ascii_lowercase();
        self.findings.push(match ELSEWHERE.iter().find(|(other, _)| *other == word) {
            Some((_, here)) => finding.help_edit(format!("write `{here}`"), name.span, *here),
            None => finding.help_nearest(&name.text, candidates),
        });
        false
    }
}

/// Reads the number of a literal, or says why it is none.
pub(crate) fn fixed(literal: &Literal) -> Result<Fixed, Box<Diagnostic>> {
    literal.text.parse::<Fixed>().map_err(|error| {
        let code = match error {
            FixedError::TooManyFractionDigits { .. } => Code::TOO_PRECISE,
            FixedError::OutOfRange { .. } => Code::OUT_OF_RANGE,
            FixedError::NotANumber { .. } => Code::BAD_NUMBER,
        };
        Box::new(Diagnostic::error(code, literal.span, error.to_string()))
    })
}

/// Returns the type in an author's words: `a whole number 0..100`, `` a value of `Kind` ``.
pub(crate) fn words(ty: &Type) -> String {
    match ty {
        Type::YesNo => "yes or no".to_owned(),
        Type::Int { min, max } => format!("a whole number {min}..{max}"),
        Type::Decimal { min, max } => format!("a decimal {min}..{max}"),
        Type::Percent { min, max } => format!("a percentage {min}%..{max}%"),
        Type::Duration { .. } => "a duration".to_owned(),
        Type::Instant => "an instant".to_owned(),
        Type::Period => "a period".to_owned(),
        Type::Enum(name) if name == "Template" => "the code of a catalogue entry".to_owned(),
        Type::Enum(name) => format!("a value of `{name}`"),
        Type::Set(name) => format!("a set of `{name}`"),
        Type::Text { .. } => "a text".to_owned(),
        Type::Digest => "a digest".to_owned(),
        Type::Person => "a person".to_owned(),
        Type::List(ListOf::Text) => "a list of texts".to_owned(),
        Type::List(ListOf::Person) => "a list of people".to_owned(),
        Type::List(ListOf::Path) => "a list of paths".to_owned(),
        Type::Damaged => "something".to_owned(),
    }
}

/// Returns the type in an author's words without its range.
pub(crate) fn kind(ty: &Type) -> String {
    match ty {
        Type::Int { .. } => "a whole number".to_owned(),
        Type::Decimal { .. } => "a decimal".to_owned(),
        Type::Percent { .. } => "a percentage".to_owned(),
        other => words(other),
    }
}

/// Whether values of both are compared without conversion: ranges may differ.
pub(crate) fn alike(a: &Type, b: &Type) -> bool {
    match (a, b) {
        (Type::Damaged, _) | (_, Type::Damaged) => true,
        (Type::Enum(a), Type::Enum(b)) | (Type::Set(a), Type::Set(b)) => a == b,
        (Type::List(a), Type::List(b)) => a == b,
        _ => std::mem::discriminant(a) == std::mem::discriminant(b),
    }
}
