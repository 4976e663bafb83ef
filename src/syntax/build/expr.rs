//! Expressions, and what the grammar reads only to say that it is wrong.

use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::ast::{Comparison, Expr, ExprKind as K, Has, Literal, LiteralKind, State};
use crate::syntax::grammar::{Node, Rule};
use crate::text::Span;

use super::{Build, Parts};

/// The most `not` in a row, and the most terms of a sum: later passes walk expressions by recursion.
const MAX_CHAIN: usize = 64;

impl<'t> Build<'t> {
    /// Takes the next expression of `parts`.
    pub(super) fn take_expr(&mut self, parts: &mut Parts<'t>) -> Expr {
        match parts.take(Rule::expr) {
            Some(node) => self.expr(node),
            None => Expr { span: self.bytes(self.base, self.base), kind: K::Damaged },
        }
    }

    fn expr(&mut self, node: Node<'t>) -> Expr {
        let span = self.span(&node);
        let mut parts = Parts::of(node);
        let mut operands = Vec::new();
        let mut joiners = Vec::new();
        while let Some(node) = parts.next() {
            match node.as_rule() {
                Rule::joiner => joiners.push(self.joiner(node)),
                _ => operands.push(self.unary(node)),
            }
        }
        let first = joiners.first().map(|&(or, _)| or);
        match first {
            None => operands.pop().unwrap_or(Expr { span, kind: K::Damaged }),
            Some(or) if joiners.iter().all(|&(other, _)| other == or) => {
                Expr { span, kind: if or { K::Or(operands) } else { K::And(operands) } }
            }
            Some(_) => self.mixed(span, operands, &joiners),
        }
    }

    /// Returns whether the joiner is `or`, and its place.
    fn joiner(&mut self, node: Node<'t>) -> (bool, Span) {
        let span = self.span(&node);
        let text = self.slice(span);
        let or = matches!(text, "or" | "||");
        if matches!(text, "&&" | "||") {
            self.foreign(span, if or { "or" } else { "and" });
        }
        (or, span)
    }

    /// Reports `a and b or c` with its two readings, and reads it as most languages would.
    fn mixed(&mut self, span: Span, operands: Vec<Expr>, joiners: &[(bool, Span)]) -> Expr {
        let first = joiners.first().map(|&(or, _)| or);
        let second = joiners.iter().find(|&&(or, _)| Some(or) != first).map_or(span, |&(_, place)| place);
        let tight_and = self.with_parentheses(span, &operands, joiners, false);
        let tight_or = self.with_parentheses(span, &operands, joiners, true);
        self.found.push(
            Diagnostic::error(Code::MIXED_AND_OR, second, "`and` and `or` are mixed without parentheses")
                .help_edit(format!("write `{}`", brief(&tight_and)), span, tight_and)
                .help_edit(format!("or write `{}`", brief(&tight_or)), span, tight_or),
        );
        let mut alternatives: Vec<Vec<Expr>> = Vec::new();
        let mut before = Some(true);
        for (place, operand) in operands.into_iter().enumerate() {
            match alternatives.last_mut() {
                Some(last) if before == Some(false) => last.push(operand),
                _ => alternatives.push(vec![operand]),
            }
            before = joiners.get(place).map(|&(or, _)| or);
        }
        let alternatives = alternatives.into_iter().map(joined_by_and).collect();
        Expr { span, kind: K::Or(alternatives) }
    }

    /// Returns the text of `span` with parentheses round each run of operands that the tight joiner (`or`, or else `and`)
    /// joins.
    fn with_parentheses(
        &self,
        span: Span,
        operands: &[Expr],
        joiners: &[(bool, Span)],
        tight: bool,
    ) -> String {
        let mut text = String::new();
        let mut end = span.start;
        let mut open = false;
        for (place, operand) in operands.iter().enumerate() {
            let tied = joiners.get(place).is_some_and(|&(or, _)| or == tight);
            text.push_str(self.slice(Span { start: end, end: operand.span.start, ..span }));
            if tied && !open {
                text.push('(');
            }
            text.push_str(self.slice(operand.span));
            if open && !tied {
                text.push(')');
            }
            open = tied;
            end = operand.span.end;
        }
        text
    }

    fn unary(&mut self, node: Node<'t>) -> Expr {
        let span = self.span(&node);
        let mut nots = Vec::new();
        let mut inner = None;
        let mut parts = Parts::of(node);
        while let Some(node) = parts.next() {
            match node.as_rule() {
                Rule::K_not => nots.push(self.span(&node)),
                Rule::bang => {
                    let place = self.span(&node);
                    let finding = Diagnostic::error(
                        Code::FOREIGN_OPERATOR,
                        place,
                        "`!` is not an operator of the language",
                    );
                    // Two of them take each other back.
                    let (help, replacement) = match node.as_str().len() % 2 {
                        1 => ("write `not`", "not "),
                        _ => ("leave them out: two take each other back", ""),
                    };
                    self.found.push(finding.help_edit(help, place, replacement));
                    nots.push(place);
                }
                // The ones outside count as well: parentheses between them change nothing about the recursion.
                _ if self.nots.saturating_add(nots.len()) > MAX_CHAIN => {
                    let message = format!("more than {MAX_CHAIN} `not` stand in a row or inside each other");
                    self.found.push(
                        Diagnostic::error(Code::NESTED_TOO_DEEPLY, span, message)
                            .help("two of them cancel each other out"),
                    );
                    return Expr { span, kind: K::Damaged };
                }
                _ => {
                    let outside = self.nots;
                    self.nots = outside.saturating_add(nots.len());
                    inner = Some(self.relation(node));
                    self.nots = outside;
                }
            }
        }
        let inner = inner.unwrap_or(Expr { span, kind: K::Damaged });
        nots.into_iter()
            .rev()
            .fold(inner, |inner, not| Expr { span: not.to(inner.span), kind: K::Not(Box::new(inner)) })
    }

    fn relation(&mut self, node: Node<'t>) -> Expr {
        let span = self.span(&node);
        let mut parts = Parts::of(node);
        let left = match parts.take(Rule::operand) {
            Some(node) => self.operand(node),
            None => Expr { span, kind: K::Damaged },
        };
        let mut tails = parts.all(Rule::tail).filter_map(|node| node.into_inner().next());
        let Some(first) = tails.next() else { return left };
        let Some(second) = tails.next() else {
            if first.as_rule() == Rule::bare_else {
                self.bare_else(&left, first, None);
                return Expr { span, kind: K::Damaged };
            }
            return self.tail(span, left, first);
        };
        match (first.as_rule(), second.as_rule()) {
            (Rule::bare_else, _) => self.bare_else(&left, first, Some(self.span(&second))),
            (_, Rule::bare_else) => self.bare_else(&left, second, None),
            (Rule::compare, Rule::compare) => self.chained(span, first, second),
            _ => {
                let place = self.span(&second);
                let message =
                    format!("`{}` stands behind a comparison that is complete", self.first_word(place));
                self.found.push(
                    Diagnostic::error(Code::CHAINED_COMPARISON, place, message)
                        .related(self.span(&first), "the comparison is complete here")
                        .help("join two conditions with `and`"),
                );
            }
        }
        Expr { span, kind: K::Damaged }
    }

    /// Reports `1 < a < 3`.
    fn chained(&mut self, span: Span, first: Node<'t>, second: Node<'t>) {
        let place = self.span(&second);
        let middle = Parts::of(first).take(Rule::operand).map_or(place, |node| self.span(&node));
        let insert = format!(" and {}", self.slice(middle));
        let end = middle.end;
        let text = format!(
            "{}{insert}{}",
            self.slice(Span { end, ..span }),
            self.slice(Span { start: end, ..span })
        );
        self.found.push(
            Diagnostic::error(
                Code::CHAINED_COMPARISON,
                place,
                "a comparison has two sides, and this is a third",
            )
            .help_edit(format!("write `{}`", brief(&text)), middle.after(), insert),
        );
    }

    /// Reports `cvss else 0 >= 9`.
    fn bare_else(&mut self, left: &Expr, node: Node<'t>, next: Option<Span>) {
        let place = self.span(&node);
        let whole = left.span.to(place);
        let text = format!("({})", self.slice(whole));
        let rest = next.map(|next| format!(" {}", self.slice(next))).unwrap_or_default();
        self.found.push(
            Diagnostic::error(Code::ELSE_WITHOUT_PARENTHESES, place, "`else` needs parentheses round it")
                .help_edit(format!("write `{}`", brief(&format!("{text}{rest}"))), whole, text),
        );
    }

    fn first_word(&self, span: Span) -> &'t str {
        self.slice(span).split_whitespace().next().unwrap_or_default()
    }

    fn tail(&mut self, span: Span, left: Expr, node: Node<'t>) -> Expr {
        let rule = node.as_rule();
        let left = Box::new(left);
        let mut parts = Parts::of(node);
        let p = &mut parts;
        let kind = match rule {
            Rule::is => match p.next().and_then(|_| p.next()) {
                Some(node) => self.is(left, node),
                None => K::Damaged,
            },
            Rule::has => match p.next().and_then(|_| p.next()) {
                Some(node) => self.has(left, node),
                None => K::Damaged,
            },
            Rule::matches => {
                let all = p.has(Rule::K_all);
                let globs = p.take(Rule::list).map(|node| self.list(node)).unwrap_or_default();
                K::Matches { left, all, globs }
            }
            Rule::during => match p.next().and_then(|_| p.next()) {
                Some(node) => K::During { left, period: Box::new(self.atom(node)) },
                None => K::Damaged,
            },
            Rule::compare => self.compare(left, parts),
            Rule::rises => {
                let falls = p.has(Rule::K_falls);
                K::Rises { left, falls, by: self.take_literal(p, Rule::literal) }
            }
            Rule::silent => K::Silent { left, limit: self.take_literal(p, Rule::duration) },
            _ => K::Skips { left },
        };
        Expr { span, kind }
    }

    fn is(&mut self, left: Box<Expr>, node: Node<'t>) -> K {
        let rule = node.as_rule();
        let mut parts = Parts::of(node);
        let negated = parts.has(Rule::K_not);
        match rule {
            Rule::is_state => {
                let state = if parts.has(Rule::K_given) {
                    State::Given
                } else if parts.has(Rule::K_missing) {
                    State::Missing
                } else if parts.has(Rule::K_complete) {
                    State::Complete
                } else {
                    State::Empty
                };
                K::State { left, negated, state }
            }
            Rule::is_one => {
                let list = parts.take(Rule::list).map(|node| self.list(node)).unwrap_or_default();
                K::IsOneOf { left, negated, list }
            }
            _ => match parts.take(Rule::operand) {
                Some(node) => K::Is { left, negated, right: Box::new(self.operand(node)) },
                None => K::Damaged,
            },
        }
    }

    fn has(&mut self, left: Box<Expr>, node: Node<'t>) -> K {
        let how = match node.as_rule() {
            Rule::has_any => Has::Any,
            Rule::has_all => Has::All,
            Rule::has_only => Has::Only,
            _ => return K::Has { left, how: Has::One, set: Box::new(self.operand(node)) },
        };
        match Parts::of(node).inside(Rule::set).next() {
            Some(node) => K::Has { left, how, set: Box::new(self.atom(node)) },
            None => K::Damaged,
        }
    }

    fn compare(&mut self, left: Box<Expr>, mut parts: Parts<'t>) -> K {
        let cmp = parts.take(Rule::cmp).map_or(left.span, |node| self.span(&node));
        let Some(right) = parts.take(Rule::operand) else { return K::Damaged };
        let right = Box::new(self.operand(right));
        let op = match self.slice(cmp) {
            "<" => Comparison::Less,
            "<=" => Comparison::LessOrEqual,
            ">" => Comparison::Greater,
            ">=" => Comparison::GreaterOrEqual,
            "=<" => {
                self.foreign(cmp, "<=");
                Comparison::LessOrEqual
            }
            "=>" => {
                self.foreign(cmp, ">=");
                Comparison::GreaterOrEqual
            }
            other => {
                let negated = matches!(other, "!=" | "<>");
                self.foreign(cmp, if negated { "is not" } else { "is" });
                return K::Is { left, negated, right };
            }
        };
        K::Compare { op, left, right }
    }

    /// Reports an operator of other languages.
    fn foreign(&mut self, span: Span, ours: &str) {
        let message = format!("`{}` is not an operator of the language", self.slice(span));
        let tight =
            |at: u32| self.text.as_bytes().get(at as usize).is_some_and(|byte| !byte.is_ascii_whitespace());
        let words = ours.starts_with(|c: char| c.is_ascii_alphabetic());
        let before = if words && tight(span.start.saturating_sub(1)) { " " } else { "" };
        let after = if words && tight(span.end) { " " } else { "" };
        self.found.push(Diagnostic::error(Code::FOREIGN_OPERATOR, span, message).help_edit(
            format!("write `{ours}`"),
            span,
            format!("{before}{ours}{after}"),
        ));
    }

    fn operand(&mut self, node: Node<'t>) -> Expr {
        let span = self.span(&node);
        let mut parts = Parts::of(node);
        let mut sum: Option<Expr> = None;
        let mut sign = None;
        let mut terms = 0_usize;
        let mut refused = false;
        while let Some(node) = parts.next() {
            if node.as_rule() == Rule::sign {
                let place = self.span(&node);
                let text = self.slice(place);
                if matches!(text, "*" | "/") && !refused {
                    refused = true;
                    self.no_multiplication(place, text);
                }
                sign = Some(text == "-");
                continue;
            }
            terms = terms.saturating_add(1);
            let term = self.atom(node);
            sum = Some(match (sum.take(), sign) {
                (Some(left), Some(minus)) => {
                    let span = left.span.to(term.span);
                    let (left, right) = (Box::new(left), Box::new(term));
                    Expr { span, kind: K::Sum { left, minus, right } }
                }
                _ => term,
            });
            if terms > MAX_CHAIN {
                let message = format!("a sum has more than {MAX_CHAIN} terms");
                self.found.push(
                    Diagnostic::error(Code::TOO_COMPLEX, span, message)
                        .help("name a part of it with `let` and use the name"),
                );
                refused = true;
                break;
            }
        }
        match sum {
            Some(sum) if !refused => sum,
            _ => Expr { span, kind: K::Damaged },
        }
    }

    fn no_multiplication(&mut self, place: Span, sign: &str) {
        let (message, help) = if sign == "*" {
            (
                "there is no multiplication",
                "a product can overflow, and a rule must always have an answer: have the value computed before it is given",
            )
        } else {
            (
                "there is no division",
                "a division can be by zero, and a rule must always have an answer: `rises by more than 20%` compares a share",
            )
        };
        self.found.push(Diagnostic::error(Code::NO_MULTIPLICATION, place, message).help(help));
    }

    /// Builds a term, literal, path, list, or what is in parentheses.
    fn atom(&mut self, node: Node<'t>) -> Expr {
        let span = self.span(&node);
        let kind = match node.as_rule() {
            Rule::path => K::Path(self.path(node)),
            Rule::list => K::List(self.list(node)),
            Rule::code => {
                K::Literal(Literal { span, kind: LiteralKind::Code, text: self.slice(span).to_owned() })
            }
            Rule::literal => K::Literal(self.literal(node)),
            Rule::count => {
                let mut parts = Parts::of(node);
                let metric = self.take(&mut parts, Rule::name);
                K::Count { metric, window: self.take_literal(&mut parts, Rule::duration) }
            }
            Rule::paren => return self.paren(span, node),
            _ => match node.into_inner().next() {
                Some(inner) => return self.atom(inner),
                None => K::Damaged,
            },
        };
        Expr { span, kind }
    }

    /// The parentheses belong to the span, so that messages quote them; the tree needs no form for them.
    fn paren(&mut self, span: Span, node: Node<'t>) -> Expr {
        let mut parts = Parts::of(node);
        let inner = self.take_expr(&mut parts);
        match parts.inside(Rule::fallback).next() {
            Some(node) => {
                let fallback = Box::new(self.atom(node));
                Expr { span, kind: K::Else { value: Box::new(inner), fallback } }
            }
            None => Expr { span, ..inner },
        }
    }

    pub(super) fn mark_twice(&mut self, span: Span, field: &str) {
        let word = self.first_word(span);
        let message = format!("field `{field}` says `{word}` twice");
        self.found.push(Diagnostic::error(Code::DUPLICATE_CLAUSE, span, message).help_edit(
            "delete one of them",
            span,
            "",
        ));
    }
}

fn joined_by_and(mut operands: Vec<Expr>) -> Expr {
    let span = match (operands.first(), operands.last()) {
        (Some(first), Some(last)) => first.span.to(last.span),
        _ => Span::empty_at(crate::text::SourceId(0), 0),
    };
    match operands.pop() {
        Some(only) if operands.is_empty() => only,
        Some(last) => {
            operands.push(last);
            Expr { span, kind: K::And(operands) }
        }
        None => Expr { span, kind: K::Damaged },
    }
}

/// Returns `text` on one line, cut where it gets too long to read.
fn brief(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(90) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line,
    }
}
