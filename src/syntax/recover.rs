//! Reading on behind errors: the text is cut into declarations, and a damaged declaration into phrases.
//!
//! Runs only when the grammar refuses the file as a whole. Each fault gives one finding; what could not be read is marked
//! damaged, so that nothing is reported for its absence.

mod sample;

use crate::diagnostic::{Code, Diagnostic};
use crate::text::nearest;

use super::MOST_ERRORS;
use super::ast::{Declaration, Head, Phrase, PhraseKind, Word};
use super::build::Build;
use super::expected::{Scene, finding, keyword};
use super::grammar::{Failure, Rule, end_of, run};
use super::shape::{self, Item, PHRASE_WORDS, SHAPES, Shape, listed};
use super::tokens::{Kind, Token, tokens};

/// Phrases that are looked for behind an error wherever they stand; others only as the first of their line.
const STRONG: [&str; 9] = ["when", "that", "deny", "serves", "gives", "fires", "adds", "flag", "notify"];

/// Reads the declarations of `text`, which has at least one error.
pub(super) fn declarations<'t>(text: &'t str, build: &mut Build<'t>) -> Vec<Declaration> {
    let tokens = tokens(text);
    let mut recovery = Recovery { text, tokens: &tokens, build, errors: 0 };
    let mut found = Vec::new();
    let mut from = 0;
    while from < tokens.len() && recovery.errors < MOST_ERRORS {
        let to = recovery.declaration_end(from);
        found.push(recovery.declaration(from, to));
        from = to;
    }
    if recovery.errors >= MOST_ERRORS {
        let at = recovery.build.bytes(text.len(), text.len());
        let message =
            format!("{MOST_ERRORS} syntax errors were found, and the rest of the file was not read");
        recovery.build.found.push(Diagnostic::note(Code::UNEXPECTED_TEXT, at, message));
    }
    found
}

/// What may stand behind the type of a field.
const FIELD_MARKS: [&str; 5] = ["optional", "editorial", "personal", "help", "asked"];

/// INVARIANT: `from` and `to` in all functions are indices of `tokens`, half open.
struct Recovery<'b, 't> {
    text: &'t str,
    tokens: &'b [Token<'t>],
    build: &'b mut Build<'t>,
    errors: usize,
}

impl<'b, 't> Recovery<'b, 't> {
    fn token(&self, index: usize) -> Option<Token<'t>> {
        self.tokens.get(index).copied()
    }

    fn is(&self, index: usize, text: &str) -> bool {
        self.token(index).is_some_and(|token| token.is(text))
    }

    /// Returns the byte where the token begins, or the end of the text.
    fn start(&self, index: usize) -> usize {
        self.token(index).map_or(self.text.len(), |token| token.start)
    }

    /// Returns the byte behind the token before `index`.
    fn end_before(&self, index: usize) -> usize {
        self.token(index.saturating_sub(1)).map_or(self.text.len(), |token| token.end)
    }

    /// Returns the index of the token at byte `at`, or the next one.
    fn index_at(&self, at: usize) -> usize {
        self.tokens.partition_point(|token| token.end <= at)
    }

    fn slice(&self, start: usize, end: usize) -> &'t str {
        self.text.get(start..end).unwrap_or_default()
    }

    /// Matches a rule on the bytes `start..end` of the file; a failure counts bytes of the file.
    fn run(&mut self, rule: Rule, start: usize, end: usize) -> Result<super::grammar::Nodes<'t>, Failure> {
        self.build.rebase(start);
        run(rule, self.slice(start, end))
            .map_err(|failure| Failure { at: failure.at.saturating_add(start), ..failure })
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.errors = self.errors.saturating_add(1);
        self.build.found.push(diagnostic);
    }

    /// Reports a failure in what begins with token `from`.
    fn fail(&mut self, failure: &Failure, from: usize) {
        let index = self.index_at(failure.at);
        let scene = Scene {
            before: self.tokens.get(from..index).unwrap_or_default(),
            found: self.token(index),
            boundary: self.boundary(index) || self.begins(index, true),
            at: failure.at,
        };
        let diagnostic = finding(self.build, failure, &scene);
        self.report(diagnostic);
    }

    /// Returns the index behind the declaration that begins at `from`: behind its closing brace, or where the next begins.
    fn declaration_end(&self, from: usize) -> usize {
        let mut depth = 0_usize;
        let bare = self.token(from).and_then(|token| shape::of(token.text)).is_none_or(|shape| !shape.braces);
        for index in from..self.tokens.len() {
            // A brace that closes nothing is left for itself, unless the brace that opens is what is missing.
            let stray = depth == 0 && bare && self.is(index, "}");
            if index > from && (stray || self.begins(index, depth > 0)) {
                return index;
            }
            if self.is(index, "{") {
                depth = depth.saturating_add(1);
            } else if self.is(index, "}") {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return index.saturating_add(1);
                }
            }
        }
        self.tokens.len()
    }

    /// Whether a declaration begins at token `index`, which is within braces or not.
    fn begins(&self, index: usize, within: bool) -> bool {
        let Some(token) = self.token(index).filter(|token| token.first && declares(token.text)) else {
            return false;
        };
        // Names and rows may be called like a declaration, so only its whole look tells.
        if token.margin && !within {
            return true;
        }
        (token.margin || !within) && self.looks_like_head(index, token.text)
    }

    fn looks_like_head(&self, index: usize, keyword: &str) -> bool {
        let second = index.saturating_add(1);
        let third = index.saturating_add(2);
        let title = self.token(third).is_some_and(|token| matches!(token.kind, Kind::Text { .. }));
        match keyword {
            "request" | "approvals" | "rollback" => self.is(second, "{"),
            "scope" | "classify" | "route" => self.is(second, "unique") || self.is(second, "first"),
            "type" | "let" => self.is(third, "="),
            "score" => self.is(third, ":"),
            "gate" => self.is(third, "{"),
            "sample" => self.is(third, "{") || self.is(third, "like"),
            _ => title,
        }
    }

    fn declaration(&mut self, from: usize, to: usize) -> Declaration {
        let (start, end) = (self.start(from), self.start(to));
        if let Ok(nodes) = self.run(Rule::one_declaration, start, end)
            && let Some(declaration) = self.build.file(nodes).pop()
        {
            return declaration;
        }
        let span = self.build.bytes(start, self.end_before(to));
        let first = self.token(from).map_or("", |token| token.text);
        let (head, mut items, keyword, behind) = if declares(first) {
            self.head(from, to)
        } else {
            let keyword = self.unknown_declaration(from);
            (self.damaged_head(from), Vec::new(), keyword, from)
        };
        let damaged = matches!(head, Head::Damaged { .. });
        let open = (behind..to).find(|&index| self.is(index, "{"));
        let Some((open, shape)) = open.zip(shape::of(keyword)) else {
            if !damaged {
                self.no_body(&head, to);
            }
            return Declaration { span, head, rows: Vec::new(), damaged: true };
        };
        let close = self.partner(open, to);
        if close.is_none() {
            self.unclosed(open, to, keyword);
        }
        let inside = open.saturating_add(1);
        let close = close.unwrap_or(to);
        if keyword == "sample" {
            let bindings = self.bindings(inside, close);
            let head = match head {
                Head::Sample { name, like, .. } => Head::Sample { name, like, bindings },
                other => other,
            };
            return Declaration { span, head, rows: Vec::new(), damaged: true };
        }
        self.body(inside, close, shape, &mut items);
        items.push(Item::Broken(None));
        let head_of_shape = match head {
            Head::Damaged { name, .. } => Head::Damaged { keyword: Some(self.word(from, keyword)), name },
            head => head,
        };
        let found = &mut self.build.found;
        let (rows, _) = shape::rows_of_declaration(&head_of_shape, span, items, true, found);
        Declaration { span, head: head_of_shape, rows, damaged: true }
    }

    fn word(&self, index: usize, text: &str) -> Word {
        let end = self.token(index).map_or(self.text.len(), |token| token.end);
        Word { text: text.to_owned(), span: self.build.bytes(self.start(index), end) }
    }

    /// Returns a head that could not be read, with its name where one seems to stand.
    fn damaged_head(&self, from: usize) -> Head {
        let keyword = self.token(from).map(|token| self.word(from, token.text));
        let second = from.saturating_add(1);
        let name = self.token(second).filter(|token| token.kind == Kind::Word && !token.first);
        Head::Damaged { keyword, name: name.map(|token| self.word(second, token.text)) }
    }

    /// Reads a head. Returns it, the phrases that belong to it, its keyword, and where to look for its body.
    fn head(&mut self, from: usize, to: usize) -> (Head, Vec<Item>, &'static str, usize) {
        let keyword =
            self.token(from).and_then(|token| shape::of(token.text)).map_or("", |shape| shape.keyword);
        let (start, end) = (self.start(from), self.start(to));
        let failure = match self.run(Rule::one_head, start, end) {
            Ok(nodes) => {
                if let Some((head, items, end)) = self.build.one_head(nodes) {
                    return (head, items, keyword, self.index_at(end));
                }
                return (self.damaged_head(from), Vec::new(), keyword, from);
            }
            Err(failure) => failure,
        };
        let at = self.index_at(failure.at);
        // A word in the margin that no declaration starts with: the head is complete, and something else begins.
        if at > from
            && self.token(at).is_some_and(|token| token.margin && token.kind == Kind::Word)
            && at < to
            && let Ok(nodes) = self.run(Rule::one_head, start, self.start(at))
            && let Some((head, items, _)) = self.build.one_head(nodes)
        {
            let shape = self.unknown_declaration(at);
            if let Some((open, shape)) = (at..to).find(|&index| self.is(index, "{")).zip(shape::of(shape)) {
                let close = self.partner(open, to).unwrap_or(to);
                self.body(open.saturating_add(1), close, shape, &mut Vec::new());
            }
            return (head, items, keyword, to);
        }
        let mut failure = failure;
        if !shape::of(keyword).is_some_and(|shape| shape.braces) {
            failure.expected.retain(|&rule| rule != Rule::P_open);
        }
        self.fail(&failure, from);
        (self.damaged_head(from), Vec::new(), keyword, at.min(to))
    }

    /// Reports what begins no declaration; returns the keyword that was most likely meant.
    fn unknown_declaration(&mut self, from: usize) -> &'static str {
        let Some(token) = self.token(from) else { return "" };
        let place = self.build.bytes(token.start, token.end);
        if token.kind == Kind::Close {
            let message = format!("`{}` closes nothing", token.text);
            self.report(Diagnostic::error(Code::UNOPENED_BRACKET, place, message).help_edit(
                "delete it",
                place,
                "",
            ));
            return "";
        }
        if (token.kind == Kind::Text { closed: false }) {
            let failure = Failure { at: token.start, expected: Vec::new(), exhausted: false };
            self.fail(&failure, from);
            return "";
        }
        let message = format!("`{}` begins no declaration", short(token.text));
        let finding = Diagnostic::error(Code::UNKNOWN_DECLARATION, place, message);
        if PHRASE_WORDS.iter().any(|&(_, word)| word == token.text) {
            self.report(finding.help("rows stand between the braces of a declaration"));
            return "";
        }
        let finding = finding.help_nearest(token.text, declarations_words());
        let meant =
            nearest(token.text, declarations_words()).and_then(shape::of).map_or("", |shape| shape.keyword);
        self.report(finding);
        meant
    }

    fn no_body(&mut self, head: &Head, to: usize) {
        let keyword = shape::keyword_of(head);
        if !shape::of(keyword).is_some_and(|shape| shape.braces) {
            return;
        }
        let end = self.end_before(to);
        let at = self.build.bytes(end, end);
        let message = format!("this `{keyword}` has no `{{` and no rows");
        self.report(Diagnostic::error(Code::UNEXPECTED_TEXT, at, message));
    }

    fn unclosed(&mut self, open: usize, to: usize, keyword: &str) {
        let place = self.build.bytes(self.start(open), self.start(open).saturating_add(1));
        let end = self.end_before(to);
        let end = self.build.bytes(end, end);
        let message = format!("the `{{` of this `{keyword}` is not closed");
        self.report(Diagnostic::error(Code::UNCLOSED_BRACKET, place, message).help_edit(
            "add `}` here",
            end,
            "\n}",
        ));
    }

    /// Returns the index of the brace that closes the one at `open`.
    fn partner(&self, open: usize, to: usize) -> Option<usize> {
        let mut depth = 0_usize;
        for index in open..to {
            if self.is(index, "{") {
                depth = depth.saturating_add(1);
            } else if self.is(index, "}") {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(index);
                }
            }
        }
        None
    }

    /// Reads the phrases between two braces.
    fn body(&mut self, from: usize, to: usize, shape: &'static Shape, items: &mut Vec<Item>) {
        let mut index = from;
        while index < to && self.errors < MOST_ERRORS {
            let start = self.start(index);
            if self.is(index, "group") {
                index = self.group(index, to, items);
                continue;
            }
            // A phrase that lacks its end may have read the next keyword as part of it: then what stands before that keyword
            // is looked at alone.
            let cut = self.next_phrase(index.saturating_add(1), to);
            let longer = self.run(Rule::one_phrase, start, self.start(to));
            let sound = longer.as_ref().is_ok_and(|nodes| self.goes_on(start, nodes, to));
            let read = match longer {
                Ok(nodes) if sound => Ok(nodes),
                Ok(nodes) => match self.run(Rule::one_phrase, start, self.start(cut)) {
                    Err(shorter) if self.index_at(shorter.at) >= cut => Err(shorter),
                    _ => Ok(nodes),
                },
                Err(failure) => match self.run(Rule::one_phrase, start, self.start(cut)) {
                    Err(shorter) if self.needs_the_cut_word(&shorter, cut) => Err(failure),
                    shorter => shorter,
                },
            };
            let failure = match read {
                Ok(nodes) => {
                    let end = self.build.one_phrase(nodes, items).unwrap_or(self.start(cut));
                    index = self.index_at(end).max(index.saturating_add(1));
                    continue;
                }
                Err(failure) => failure,
            };
            items.push(Item::Broken(self.broken_phrase(&failure, index, shape, !items.is_empty())));
            // A keyword where a name should be is no place to go on.
            let at = self.index_at(failure.at);
            let misnamed =
                failure.expected == [Rule::name] && self.token(at).is_some_and(|token| !token.first);
            let at = at.saturating_add(usize::from(misnamed));
            index = self.next_phrase(at.max(index.saturating_add(1)), to);
        }
    }

    /// Whether a phrase, read from byte `start` on, is followed by another or by the end.
    fn goes_on(&self, start: usize, nodes: &super::grammar::Nodes<'t>, to: usize) -> bool {
        let end =
            nodes.clone().next().map_or(0, |node| node.into_inner().next().map_or(0, |node| end_of(&node)));
        let next = self.index_at(start.saturating_add(end));
        next >= to
            || self.token(next).is_some_and(|token| PHRASE_WORDS.iter().any(|&(_, word)| word == token.text))
    }

    fn needs_the_cut_word(&self, failure: &Failure, cut: usize) -> bool {
        let word = self.token(cut).map(|token| token.text.to_owned());
        self.index_at(failure.at) >= cut && failure.expected.iter().any(|&rule| keyword(rule) == word)
    }

    /// Reports a phrase that could not be read; returns the one that was most likely meant.
    fn broken_phrase(
        &mut self,
        failure: &Failure,
        index: usize,
        shape: &'static Shape,
        row: bool,
    ) -> Option<Rule> {
        let token = self.token(index)?;
        let known = shape.phrase(token.text);
        let at_start = self.index_at(failure.at) <= index;
        if !at_start || failure.exhausted || token.kind != Kind::Word {
            self.fail(failure, index);
            return known;
        }
        let place = self.build.bytes(token.start, token.end);
        let code = if row { Code::UNKNOWN_CLAUSE } else { Code::UNKNOWN_ROW };
        let message = format!("`{}` begins no row or clause of `{}`", short(token.text), shape.keyword);
        let words = shape.words();
        let marks = if shape.row(Rule::field).is_some() { FIELD_MARKS.as_slice() } else { &[] };
        let candidates = || words.iter().chain(marks).copied();
        let meant = nearest(token.text, candidates());
        let finding = Diagnostic::error(code, place, message);
        let finding = match (meant, listed(words.iter().copied())) {
            (None, Some(list)) => finding.help(format!("`{}` has {list}", shape.keyword)),
            _ => finding.help_nearest(token.text, candidates()),
        };
        self.report(finding);
        known.or_else(|| meant.and_then(|word| shape.phrase(word)))
    }

    /// Whether the token begins a phrase at which reading may go on.
    fn boundary(&self, index: usize) -> bool {
        self.token(index).is_some_and(|token| {
            token.kind == Kind::Word
                && (STRONG.contains(&token.text)
                    || token.first && PHRASE_WORDS.iter().any(|&(_, word)| word == token.text))
        })
    }

    /// Returns the next index from `from` on at which reading may go on, at the same depth of braces; or `to`.
    fn next_phrase(&self, from: usize, to: usize) -> usize {
        self.next_where(from, to, |index| self.boundary(index))
    }

    fn next_where(&self, from: usize, to: usize, wanted: impl Fn(usize) -> bool) -> usize {
        let mut index = from;
        while index < to {
            if wanted(index) {
                return index;
            }
            if self.is(index, "{") {
                index = self.partner(index, to).unwrap_or(to);
            }
            index = index.saturating_add(1);
        }
        to
    }

    /// Reads a nested group; returns the index behind it.
    fn group(&mut self, from: usize, to: usize, items: &mut Vec<Item>) -> usize {
        let start = self.start(from);
        let head = match self.run(Rule::one_group, start, self.start(to)) {
            Ok(nodes) => self.build.one_group(nodes),
            Err(failure) => {
                self.fail(&failure, from);
                None
            }
        };
        let behind = from.saturating_add(1);
        let open = (behind..to).find(|&index| self.is(index, "{") || self.boundary(index));
        let Some((open, shape)) = open.filter(|&index| self.is(index, "{")).zip(shape::of("group")) else {
            items.push(Item::Broken(Some(Rule::group)));
            return self.next_phrase(behind, to);
        };
        let close = self.partner(open, to).unwrap_or(to);
        let mut inner = Vec::new();
        self.body(open.saturating_add(1), close, shape, &mut inner);
        let end = close.saturating_add(1).min(to.max(behind));
        let span = self.build.bytes(start, self.end_before(end));
        let (rows, _) = shape::rows_of_group(span, inner, &mut self.build.found);
        match head {
            Some((PhraseKind::Group { name, title, later, .. }, _)) => {
                let kind = PhraseKind::Group { name, title, later, rows };
                items.push(Item::Phrase(Rule::group, Phrase { span, kind }));
            }
            _ => items.push(Item::Broken(Some(Rule::group))),
        }
        end
    }
}

/// Whether a declaration begins with this word.
fn declares(word: &str) -> bool {
    word != "group" && shape::of(word).is_some()
}

fn declarations_words() -> impl Iterator<Item = &'static str> {
    SHAPES.iter().map(|shape| shape.keyword).filter(|&word| word != "group")
}

fn short(word: &str) -> String {
    word.chars().take(40).collect()
}
