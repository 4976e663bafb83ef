//! Words, literals, paths, times and types.

use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::ast::{Collection, Limit, Literal, LiteralKind, PathExpr, SpanOfTime, TypeExpr, Word};
use crate::syntax::grammar::{Node, Rule};
use crate::text::Span;

use super::{Build, Parts};

impl<'t> Build<'t> {
    /// Returns the word that `node` is: a name, code, type, number, clock, or a string without its quotes.
    pub(super) fn word(&mut self, node: Node<'t>) -> Word {
        let span = self.span(&node);
        let text = self.slice(span);
        match text.strip_prefix('"') {
            Some(_) => Word { text: unquoted(text), span },
            None => {
                if node.as_rule() == Rule::name || node.as_rule() == Rule::word {
                    self.lower_snake(span);
                }
                Word { text: text.to_owned(), span }
            }
        }
    }

    /// Takes the next word of `parts` that is of this rule.
    pub(super) fn take(&mut self, parts: &mut Parts<'t>, rule: Rule) -> Word {
        match parts.take(rule) {
            Some(node) => self.word(node),
            None => Word { text: String::new(), span: self.bytes(self.base, self.base) },
        }
    }

    /// Takes the next `[a, b]` of `parts`.
    pub(super) fn take_words(&mut self, parts: &mut Parts<'t>) -> Vec<Word> {
        let Some(node) = parts.take(Rule::words) else { return Vec::new() };
        Parts::of(node).all(Rule::word).map(|node| self.word(node)).collect()
    }

    /// Reports a name with a capital: the grammar reads it, so that the rest of the rule is looked at.
    fn lower_snake(&mut self, span: Span) {
        let name = self.slice(span);
        let small = name.bytes().next().is_some_and(|first| first.is_ascii_lowercase());
        if small && name.bytes().any(|byte| byte.is_ascii_uppercase()) {
            self.found.push(
                Diagnostic::error(
                    Code::WORD_SHAPE,
                    span,
                    format!("names are lower_snake, and `{name}` is not"),
                )
                .help_edit(format!("write `{}`", snake(name)), span, snake(name)),
            );
        }
    }

    pub(super) fn path(&mut self, node: Node<'t>) -> PathExpr {
        let span = self.span(&node);
        self.path_of(span)
    }

    /// Returns the path that `span` covers.
    pub(in crate::syntax) fn path_of(&mut self, span: Span) -> PathExpr {
        let mut start = span.start;
        let mut names = Vec::new();
        for name in self.slice(span).split('.') {
            let end = start.saturating_add(u32::try_from(name.len()).unwrap_or(0));
            let span = Span { start, end, ..span };
            self.lower_snake(span);
            names.push(Word { text: name.to_owned(), span });
            start = end.saturating_add(1);
        }
        PathExpr { span, names }
    }

    pub(super) fn take_path(&mut self, parts: &mut Parts<'t>) -> PathExpr {
        match parts.take(Rule::path) {
            Some(node) => self.path(node),
            None => PathExpr { span: self.bytes(self.base, self.base), names: Vec::new() },
        }
    }

    /// Takes the next literal of `parts`, whose rule may be `literal` or one of its kinds.
    pub(super) fn take_literal(&mut self, parts: &mut Parts<'t>, rule: Rule) -> Literal {
        match parts.take(rule) {
            Some(node) => self.literal(node),
            None => {
                let span = self.bytes(self.base, self.base);
                Literal { span, kind: LiteralKind::Number, text: String::new() }
            }
        }
    }

    pub(super) fn literal(&mut self, node: Node<'t>) -> Literal {
        let span = self.span(&node);
        let text = self.slice(span);
        let (kind, text) = match node.as_rule() {
            Rule::literal | Rule::yes_no => {
                return match node.clone().into_inner().next() {
                    Some(inner) => self.literal(inner),
                    None => Literal { span, kind: LiteralKind::Number, text: text.to_owned() },
                };
            }
            Rule::instant => (LiteralKind::Instant, text.to_owned()),
            Rule::date => (LiteralKind::Date, text.to_owned()),
            Rule::percent => (LiteralKind::Percent, text.trim_end_matches('%').to_owned()),
            Rule::string => (LiteralKind::String, unquoted(text)),
            Rule::K_yes => (LiteralKind::Yes, text.to_owned()),
            Rule::K_no => (LiteralKind::No, text.to_owned()),
            Rule::code => (LiteralKind::Code, text.to_owned()),
            Rule::duration => {
                let mut parts = Parts::of(node);
                let digits = self.take(&mut parts, Rule::digits).text;
                let unit = self.take(&mut parts, Rule::unit).text;
                (LiteralKind::Duration(plural(&unit)), digits)
            }
            _ => (LiteralKind::Number, text.to_owned()),
        };
        Literal { span, kind, text }
    }

    /// Takes the next `2 hours`, `3 business days` or `10 years` of `parts`.
    pub(super) fn take_time(&mut self, parts: &mut Parts<'t>) -> SpanOfTime {
        let Some(node) = parts.take(Rule::span) else {
            let span = self.bytes(self.base, self.base);
            let count = Word { text: String::new(), span };
            return SpanOfTime { span, count, unit: String::new(), business: false };
        };
        let span = self.span(&node);
        let inner = Parts::of(node).next();
        let business = inner.as_ref().is_some_and(|node| node.as_rule() == Rule::business);
        let years = inner.as_ref().is_some_and(|node| node.as_rule() == Rule::years);
        let mut parts = inner.map_or_else(Parts::none, Parts::of);
        let count = self.take(&mut parts, Rule::digits);
        let unit = if years { "years" } else { plural(&self.take(&mut parts, Rule::unit).text) };
        SpanOfTime { span, count, unit: unit.to_owned(), business }
    }

    /// Takes the next `under ..` or `within ..` of `parts`.
    pub(super) fn take_limit(&mut self, parts: &mut Parts<'t>) -> Limit {
        let inner = parts.take(Rule::limit);
        let span = inner.as_ref().map_or(self.bytes(self.base, self.base), |node| self.span(node));
        let mut parts = inner.map_or_else(Parts::none, Parts::of);
        let strict = parts.has(Rule::K_under);
        Limit { span, strict, time: self.take_time(&mut parts) }
    }

    pub(super) fn type_expr(&mut self, node: Node<'t>) -> TypeExpr {
        let span = self.span(&node);
        let mut parts = Parts::of(node);
        let collection = if parts.has(Rule::K_set) {
            Some(Collection::Set)
        } else if parts.has(Rule::K_list) {
            Some(Collection::List)
        } else {
            None
        };
        let mut parts = parts.take(Rule::simple_ty).map_or_else(Parts::none, Parts::of);
        let name = if parts.has(Rule::typ) {
            self.take(&mut parts, Rule::typ)
        } else {
            self.take(&mut parts, Rule::name)
        };
        let range = parts.take(Rule::range).map(|node| {
            let mut parts = Parts::of(node);
            let from = self.take_literal(&mut parts, Rule::number);
            (from, parts.take(Rule::number).map(|node| self.literal(node)))
        });
        TypeExpr { span, collection, name, range }
    }
}

/// Returns the text of a string between its quotes, with its escapes resolved.
fn unquoted(quoted: &str) -> String {
    let inner = quoted.strip_prefix('"').unwrap_or(quoted);
    let inner = inner.strip_suffix('"').unwrap_or(inner);
    let mut text = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        match if c == '\\' { chars.next() } else { None } {
            Some('n') => text.push('\n'),
            Some(escaped) => text.push(escaped),
            None => text.push(c),
        }
    }
    text
}

fn plural(unit: &str) -> &'static str {
    match unit {
        "millisecond" | "milliseconds" => "milliseconds",
        "second" | "seconds" => "seconds",
        "minute" | "minutes" => "minutes",
        "hour" | "hours" => "hours",
        _ => "days",
    }
}

/// Returns `riskLevel`, `Risk-Level` and `RISK_LEVEL` as `risk_level`.
pub(in crate::syntax) fn snake(word: &str) -> String {
    let mut text = String::new();
    let mut small_before = false;
    for c in word.chars() {
        if c.is_ascii_uppercase() && small_before {
            text.push('_');
        }
        small_before = c.is_ascii_lowercase() || c.is_ascii_digit();
        text.push(if c == '-' { '_' } else { c.to_ascii_lowercase() });
    }
    text
}
