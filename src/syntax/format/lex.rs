//! Rule text as words and comments.
//!
//! The text has been parsed before, so every character belongs to something known; nothing is judged here. Words that
//! only layout needs (a comma behind the last item, a comma between bindings, the `|` before the first variant) are not
//! kept: the layout writes them where it wants them.

use std::collections::BTreeSet;

use crate::syntax::grammar::{self, Rule};

/// What a word is, as far as spacing and layout ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A name, a path, a type or a code.
    Word,
    /// A number, a percentage, a date or a clock time.
    Number,
    /// A date with a time.
    Instant,
    /// A string with its quotes.
    String,
    /// Punctuation.
    Mark,
    /// A minus that belongs to the number behind it.
    Negative,
    /// The end of the text.
    End,
}

/// A comment that has a line of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Comment<'t> {
    /// From the `#` to the last character that is not white space.
    pub text: &'t str,
    /// Whether an empty line stands above it.
    pub blank: bool,
}

/// A word, and the comments around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token<'t> {
    pub kind: Kind,
    pub text: &'t str,
    /// Its first byte.
    pub start: usize,
    /// The comments above it, each on a line of its own.
    pub above: Vec<Comment<'t>>,
    /// The comment behind it on its line.
    pub behind: Option<&'t str>,
    /// Whether an empty line stands directly above it.
    pub blank: bool,
}

/// Reads a text that parses. The last token is the end of the text.
pub(super) fn lex(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Lexer { text, at: 0, tokens: Vec::new(), signs: None }.run();
    drop_optional(&mut tokens);
    tokens
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
    tokens: Vec<Token<'t>>,
    /// Where the minus signs between two operands stand; found when first asked for.
    signs: Option<BTreeSet<usize>>,
}

impl<'t> Lexer<'t> {
    fn run(mut self) -> Vec<Token<'t>> {
        loop {
            let (above, blank) = self.between();
            let start = self.at;
            let (kind, text) = self.word();
            self.at = start.saturating_add(text.len());
            self.tokens.push(Token { kind, text, start, above, behind: None, blank });
            if kind == Kind::End {
                return self.tokens;
            }
        }
    }

    /// Reads white space and comments. A comment on the line of the last word goes to that word.
    fn between(&mut self) -> (Vec<Comment<'t>>, bool) {
        let mut above = Vec::new();
        let mut lines: usize = 0;
        loop {
            let rest = self.text.get(self.at..).unwrap_or_default();
            let space = rest.len().saturating_sub(rest.trim_start_matches([' ', '\t', '\r', '\n']).len());
            let (space, rest) = rest.split_at_checked(space).unwrap_or_default();
            lines = lines.saturating_add(space.matches('\n').count());
            self.at = self.at.saturating_add(space.len());
            if !rest.starts_with('#') {
                return (above, lines >= 2);
            }
            let line = rest.split('\n').next().unwrap_or_default();
            self.at = self.at.saturating_add(line.len());
            match self.tokens.last_mut() {
                Some(last) if lines == 0 && last.behind.is_none() && above.is_empty() => {
                    last.behind = Some(line.trim_end());
                }
                _ => above.push(Comment { text: line.trim_end(), blank: lines >= 2 }),
            }
            lines = 0;
        }
    }

    fn word(&mut self) -> (Kind, &'t str) {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let mut chars = rest.chars();
        let first = chars.next();
        let second = chars.next();
        let take = |length: usize| rest.get(..length).unwrap_or(rest);
        match first {
            None => (Kind::End, ""),
            Some('"') => (Kind::String, take(string_length(rest))),
            Some('0'..='9') => number(rest),
            Some('a'..='z') => (Kind::Word, take(path_length(rest))),
            Some('A'..='Z') => (Kind::Word, take(code_length(rest))),
            Some('-') if second.is_some_and(|c| c.is_ascii_digit()) && !self.is_sign() => {
                (Kind::Negative, take(1))
            }
            Some('.' | '<' | '>') if matches!(second, Some('.' | '=')) => (Kind::Mark, take(2)),
            Some(other) => (Kind::Mark, take(other.len_utf8())),
        }
    }

    /// Whether the minus here stands between two operands. Only the grammar knows: in `baseline -3`, `baseline` may be
    /// a keyword or a field.
    fn is_sign(&mut self) -> bool {
        let whole = self.text;
        let signs = self.signs.get_or_insert_with(|| match grammar::run(Rule::file, whole) {
            Ok(nodes) => {
                let nodes = nodes.flatten().filter(|node| node.as_rule() == Rule::sign);
                nodes.map(|node| node.as_span().start()).collect()
            }
            Err(_) => BTreeSet::new(),
        });
        signs.contains(&self.at)
    }
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at.saturating_add(1),
            _ => {}
        }
    }
    text.len()
}

/// `name` or `name.name`; not the `..` behind a name.
fn path_length(text: &str) -> usize {
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let goes_on =
            is_word(c) || c == '.' && chars.peek().is_some_and(|&(_, next)| next.is_ascii_lowercase());
        if !goes_on {
            return at;
        }
    }
    text.len()
}

/// `Type` or `CODE-1_A`.
fn code_length(text: &str) -> usize {
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let after = chars.peek().map(|&(_, next)| next);
        let goes_on = is_word(c)
            || c == '-' && after.is_some_and(|next| next.is_ascii_uppercase() || next.is_ascii_digit());
        if !goes_on {
            return at;
        }
    }
    text.len()
}

/// Returns how much of `text` looks like `shape`, in which `0` stands for a digit, or nothing if not all of it does.
fn looks_like(text: &str, shape: &str) -> Option<usize> {
    let mut chars = text.chars();
    let fits = shape.chars().all(|wanted| match chars.next() {
        Some(c) => c == wanted || wanted == '0' && c.is_ascii_digit(),
        None => false,
    });
    fits.then_some(shape.len())
}

fn digits_length(text: &str) -> usize {
    text.len().saturating_sub(text.trim_start_matches(|c: char| c.is_ascii_digit()).len())
}

fn number(text: &str) -> (Kind, &str) {
    let from = |at: usize| text.get(at..).unwrap_or_default();
    let mut kind = Kind::Number;
    let length = if let Some(mut at) = looks_like(text, "0000-00-00T00:00") {
        kind = Kind::Instant;
        at = at.saturating_add(looks_like(from(at), ":00").unwrap_or(0));
        if from(at).starts_with('.') {
            at = at.saturating_add(1);
            at = at.saturating_add(digits_length(from(at)));
        }
        let zone =
            [looks_like(from(at), "Z"), looks_like(from(at), "+00:00"), looks_like(from(at), "-00:00")];
        at.saturating_add(zone.into_iter().flatten().next().unwrap_or(0))
    } else if let Some(at) = looks_like(text, "0000-00-00").or_else(|| looks_like(text, "00:00")) {
        at
    } else {
        let mut at = digits_length(text);
        if looks_like(from(at), ".0").is_some() {
            at = at.saturating_add(1);
            at = at.saturating_add(digits_length(from(at)));
        }
        at.saturating_add(usize::from(from(at).starts_with('%')))
    };
    (kind, text.get(..length).unwrap_or(text))
}

/// Takes out the words that are only layout; their comments go to their neighbours.
fn drop_optional(tokens: &mut Vec<Token<'_>>) {
    let drop = optional(tokens);
    let mut kept: Vec<Token<'_>> = Vec::with_capacity(tokens.len());
    let mut moved = Vec::new();
    for (mut token, drop) in std::mem::take(tokens).into_iter().zip(drop) {
        moved.append(&mut token.above);
        if !drop {
            token.above = std::mem::take(&mut moved);
            kept.push(token);
            continue;
        }
        if let Some(text) = token.behind {
            match kept.last_mut() {
                Some(last) if last.behind.is_none() && moved.is_empty() => last.behind = Some(text),
                _ => moved.push(Comment { text, blank: false }),
            }
        }
    }
    *tokens = kept;
}

/// Says of each word whether it is only layout.
fn optional(tokens: &[Token<'_>]) -> Vec<bool> {
    let text = |at: Option<usize>| at.and_then(|at| tokens.get(at)).map_or("", |token| token.text);
    // For each open bracket, whether bindings stand in it.
    let mut open: Vec<bool> = Vec::new();
    let mut found = Vec::with_capacity(tokens.len());
    for (at, token) in tokens.iter().enumerate() {
        let before = text(at.checked_sub(1));
        found.push(match token.text {
            "," => open.last() == Some(&true) || matches!(text(at.checked_add(1)), "]" | "}"),
            "|" => before == "=",
            _ => false,
        });
        match token.text {
            "{" => open.push(before == "=" || open.is_empty() && opens_sample(tokens, at)),
            "[" | "(" => open.push(false),
            "}" | "]" | ")" => {
                open.pop();
            }
            _ => {}
        }
    }
    found
}

/// Whether the brace at `at` stands behind `sample name` or `sample name like name`.
fn opens_sample(tokens: &[Token<'_>], at: usize) -> bool {
    let back = |by: usize| at.checked_sub(by).and_then(|at| tokens.get(at));
    let word = |by: usize, text: &str| back(by).is_some_and(|token| token.text == text);
    let named = back(1).is_some_and(|token| token.kind == Kind::Word);
    named && (word(2, "sample") || word(2, "like") && word(4, "sample"))
}
