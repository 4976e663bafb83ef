//! The text as words and signs: a coarse look that never fails, for recovery, comments and messages.
//!
//! The grammar reads characters, so these tokens decide nothing about what is right; they say where to go on.

use crate::text::{SourceId, Span};

use super::Comment;

/// What a token looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A name, type, code or keyword.
    Word,
    /// What begins with a digit: a number, date, instant, time or percent.
    Number,
    /// Text in quotes; whether its closing quote is there.
    Text {
        closed: bool,
    },
    Open,
    Close,
    Sign,
}

/// A token and where it stands, in bytes of the file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token<'t> {
    pub kind: Kind,
    pub text: &'t str,
    pub start: usize,
    pub end: usize,
    /// Whether it is the first of its line, comments aside.
    pub first: bool,
    /// Whether it stands in the first column.
    pub margin: bool,
}

impl Token<'_> {
    pub(super) fn is(&self, text: &str) -> bool {
        self.text == text && !matches!(self.kind, Kind::Text { .. })
    }
}

/// Returns the tokens of `text`, in order.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    scan(text).0
}

/// Returns the comments of `text`, in order.
pub(super) fn comments(source: SourceId, text: &str) -> Vec<Comment> {
    let ranges = scan(text).1;
    let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    let comment = |(start, end): (usize, usize)| Comment {
        span: Span::new(source, offset(start), offset(end)),
        text: text.get(start..end).unwrap_or_default().to_owned(),
    };
    ranges.into_iter().map(comment).collect()
}

fn scan(text: &str) -> (Vec<Token<'_>>, Vec<(usize, usize)>) {
    let mut found = Vec::new();
    let mut comments = Vec::new();
    let (mut at, mut first, mut line) = (0_usize, true, 0_usize);
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let c = rest.chars().next().unwrap_or(' ');
        if c == '\n' {
            at = at.saturating_add(1);
            (first, line) = (true, at);
        } else if c.is_whitespace() {
            at = at.saturating_add(c.len_utf8());
        } else if c == '#' {
            let end = at.saturating_add(rest.find('\n').unwrap_or(rest.len()));
            let written = text.get(at..end).unwrap_or_default().trim_end_matches('\r').len();
            comments.push((at, at.saturating_add(written)));
            at = end;
        } else {
            let (kind, length) = token(c, rest);
            let end = at.saturating_add(length.max(c.len_utf8()));
            let margin = at == line;
            found.push(Token {
                kind,
                text: text.get(at..end).unwrap_or_default(),
                start: at,
                end,
                first,
                margin,
            });
            first = false;
            at = end;
        }
    }
    (found, comments)
}

/// Returns the kind and length of the token that `rest`, which begins with `c`, begins with.
fn token(c: char, rest: &str) -> (Kind, usize) {
    match c {
        '"' => string(rest),
        '{' | '[' | '(' => (Kind::Open, 1),
        '}' | ']' | ')' => (Kind::Close, 1),
        _ if c.is_ascii_digit() => {
            let inner = |c: char, next: char| {
                c.is_ascii_alphanumeric()
                    || c == '%'
                    || matches!(c, '.' | ':' | '-' | '+') && next.is_ascii_digit()
            };
            (Kind::Number, run(rest, inner))
        }
        _ if c.is_alphanumeric() || c == '_' => {
            let code = c.is_ascii_uppercase();
            let inner = |c: char, next: char| {
                c.is_alphanumeric()
                    || c == '_'
                    || code && c == '-' && (next.is_ascii_uppercase() || next.is_ascii_digit())
            };
            (Kind::Word, run(rest, inner))
        }
        _ => {
            const PAIRS: [&str; 10] = ["..", "<=", ">=", "==", "!=", "<>", "=<", "=>", "&&", "||"];
            let pair = PAIRS.iter().any(|pair| rest.starts_with(pair));
            (Kind::Sign, if pair { 2 } else { c.len_utf8() })
        }
    }
}

fn run(rest: &str, inner: impl Fn(char, char) -> bool) -> usize {
    let mut chars = rest.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map_or(' ', |&(_, next)| next);
        if at > 0 && !inner(c, next) {
            return at;
        }
    }
    rest.len()
}

fn string(rest: &str) -> (Kind, usize) {
    let mut escaped = true;
    for (at, c) in rest.char_indices() {
        match c {
            '\n' => return unclosed(rest.get(..at).unwrap_or_default()),
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return (Kind::Text { closed: true }, at.saturating_add(1)),
            _ => {}
        }
    }
    unclosed(rest)
}

/// A string without its end ends with its line, but a brace at the end of the line was surely meant as one.
fn unclosed(line: &str) -> (Kind, usize) {
    let written = line.trim_end();
    let text = written.strip_suffix('{').unwrap_or(written).trim_end();
    (Kind::Text { closed: false }, text.len())
}
