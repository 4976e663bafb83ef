//! The words of a text, with what layout asks of them answered in constant time.

use super::lex::{Kind, Token};

/// The words of a text. Words are told by number; the last is the end of the text.
pub(super) struct Words<'t> {
    tokens: Vec<Token<'t>>,
    /// The column in which each word would stand if the whole text were one line.
    columns: Vec<usize>,
    /// For each word, after how many of the words before it a line must end, because of a comment.
    broken: Vec<usize>,
    /// For each opening bracket, its closing one; for each other word, itself.
    mates: Vec<usize>,
}

impl<'t> Words<'t> {
    pub(super) fn new(tokens: Vec<Token<'t>>) -> Self {
        let mut columns = Vec::with_capacity(tokens.len());
        let mut broken = Vec::with_capacity(tokens.len());
        let mut mates: Vec<usize> = (0..tokens.len()).collect();
        let mut open = Vec::new();
        let (mut column, mut breaks): (usize, usize) = (0, 0);
        let mut last: Option<&Token<'t>> = None;
        for (at, token) in tokens.iter().enumerate() {
            if let Some(last) = last {
                column = column.saturating_add(usize::from(apart(last, token)));
                breaks = breaks.saturating_add(usize::from(last.behind.is_some() || !token.above.is_empty()));
            }
            columns.push(column);
            broken.push(breaks);
            column = column.saturating_add(token.text.chars().count());
            last = Some(token);
            match token.text {
                "(" | "[" | "{" => open.push(at),
                ")" | "]" | "}" => {
                    if let Some(mate) = open.pop().and_then(|open: usize| mates.get_mut(open)) {
                        *mate = at;
                    }
                }
                _ => {}
            }
        }
        Self { tokens, columns, broken, mates }
    }

    /// Returns the words in their order.
    pub(super) fn all(&self) -> &[Token<'t>] {
        &self.tokens
    }

    pub(super) fn get(&self, at: usize) -> Option<&Token<'t>> {
        self.tokens.get(at)
    }

    /// Returns the text of a word; nothing past the end.
    pub(super) fn text(&self, at: usize) -> &'t str {
        self.tokens.get(at).map_or("", |token| token.text)
    }

    /// Whether a word is a date with a time.
    pub(super) fn is_instant(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|token| token.kind == Kind::Instant)
    }

    /// Returns the number of the end of the text.
    pub(super) fn end(&self) -> usize {
        self.tokens.len().saturating_sub(1)
    }

    /// Returns the first word that begins at byte `offset` or behind it.
    pub(super) fn at(&self, offset: u32) -> usize {
        self.tokens.partition_point(|token| token.start < offset as usize).min(self.end())
    }

    /// Returns the columns that the words `from..to` take on one line.
    pub(super) fn width(&self, from: usize, to: usize) -> usize {
        let Some(last) = to.checked_sub(1).filter(|&last| last >= from) else { return 0 };
        let column = |at: usize| self.columns.get(at).copied().unwrap_or(0);
        let length = self.text(last).chars().count();
        column(last).saturating_add(length).saturating_sub(column(from))
    }

    /// Whether a comment stands between two of the words `from..to`, so that they cannot share a line.
    pub(super) fn broken_between(&self, from: usize, to: usize) -> bool {
        let count = |at: usize| self.broken.get(at).copied().unwrap_or(0);
        to > from.saturating_add(1) && count(to.saturating_sub(1)) > count(from)
    }

    /// Returns the closing bracket of the opening one at `at`; `at` itself if it is none.
    pub(super) fn mate(&self, at: usize) -> usize {
        self.mates.get(at).copied().unwrap_or(at)
    }

    /// Returns the words `from..to` that stand in no brackets of their own; of a pair of brackets, the opening one.
    pub(super) fn outer(&self, from: usize, to: usize) -> impl Iterator<Item = usize> + '_ {
        let next = move |at: usize| Some(at).filter(|&at| at < to);
        std::iter::successors(next(from), move |&at| next(self.mate(at).saturating_add(1)))
    }

    /// Whether an empty line stands above a word or among the comments above it.
    pub(super) fn blank_above(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|token| token.blank || token.above.iter().any(|above| above.blank))
    }

    /// Whether an empty line stands above a word and all its comments.
    pub(super) fn gap_above(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|token| token.above.first().map_or(token.blank, |above| above.blank))
    }

    /// Whether white space stands between two words that follow one another on a line.
    pub(super) fn apart(&self, left: usize, right: usize) -> bool {
        match (self.tokens.get(left), self.tokens.get(right)) {
            (Some(left), Some(right)) => apart(left, right),
            _ => false,
        }
    }
}

fn apart(left: &Token<'_>, right: &Token<'_>) -> bool {
    match (left.text, right.text) {
        ("(" | "[" | "/", _) | (_, ")" | "]" | "," | "/") | ("{", "}") => false,
        (_, "..") => left.kind == Kind::Instant,
        ("..", _) => !matches!(right.kind, Kind::Number | Kind::Negative),
        _ => left.kind != Kind::Negative,
    }
}
