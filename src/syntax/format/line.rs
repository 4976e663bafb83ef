//! The text being written, and the place where it stands.

use super::doc::WIDTH;
use super::words::Words;

/// The text so far, and the line at its end.
#[derive(Default)]
pub(super) struct Line {
    out: String,
    /// The column in which the next character would stand, counted from 0 in characters.
    column: usize,
    /// Whether nothing has been written on the line.
    fresh: bool,
    /// Whether the line ends with a comment, so that nothing more may stand on it.
    closed: bool,
    /// Whether the white space before the next word has been written.
    spaced: bool,
    /// The last word written.
    last: Option<usize>,
    /// The word whose comments above it have been written.
    announced: Option<usize>,
}

impl Line {
    pub(super) fn new() -> Self {
        Self { fresh: true, ..Self::default() }
    }

    /// Starts a line at column `indent`, unless one has just been started.
    pub(super) fn start(&mut self, indent: usize) {
        if !self.fresh {
            self.out.truncate(self.out.trim_end_matches(' ').len());
            self.out.push('\n');
        }
        self.column = indent;
        self.fresh = true;
        self.closed = false;
        self.spaced = false;
    }

    /// Leaves a line empty, except at the very start.
    pub(super) fn blank(&mut self) {
        self.start(0);
        if !self.out.is_empty() {
            self.out.push('\n');
        }
    }

    /// Writes white space up to `column`, at least one space; nothing at the start of a line.
    pub(super) fn pad(&mut self, column: usize) {
        if self.fresh || self.closed || self.spaced {
            return;
        }
        let spaces = column.saturating_sub(self.column).max(1);
        self.out.push_str(&" ".repeat(spaces));
        self.column = self.column.saturating_add(spaces);
        self.spaced = true;
    }

    /// Writes the comments above word `at`, each on a line of its own, so that the word itself comes without them.
    pub(super) fn announce(&mut self, words: &Words<'_>, at: usize, indent: usize, blanks: bool) {
        let Some(token) = words.get(at) else { return };
        let mut first = true;
        for comment in &token.above {
            if blanks && comment.blank && !first {
                self.blank();
            }
            first = false;
            self.start(indent);
            self.write(comment.text);
            self.closed = true;
        }
        if !first {
            if blanks && token.blank {
                self.blank();
            }
            self.start(indent);
        }
        self.announced = Some(at);
    }

    /// Writes the comments above a closing brace, at the column of the rows before it.
    pub(super) fn announce_above_close(&mut self, words: &Words<'_>, at: usize, indent: usize) {
        let Some(token) = words.get(at) else { return };
        for (number, comment) in token.above.iter().enumerate() {
            if comment.blank && number > 0 {
                self.blank();
            }
            self.start(indent);
            self.write(comment.text);
            self.closed = true;
        }
        self.announced = Some(at);
    }

    /// Writes the words `from..to` with the white space between them; a comment ends its line.
    pub(super) fn words(&mut self, words: &Words<'_>, from: usize, to: usize, indent: usize) {
        for at in from..to {
            let Some(token) = words.get(at) else { return };
            if self.announced != Some(at) {
                self.announce(words, at, indent, false);
            }
            if self.closed {
                self.start(indent);
            }
            if self.space_before(words, at) {
                self.write(" ");
            }
            self.write(token.text);
            self.last = Some(at);
            if let Some(comment) = token.behind {
                self.write("  ");
                self.write(comment);
                self.closed = true;
            }
        }
    }

    /// Writes a mark that the tokens do not have, with the space behind it.
    pub(super) fn mark(&mut self, mark: &str) {
        self.write(mark);
        self.write(" ");
        self.spaced = true;
    }

    /// Writes the comma between two bindings.
    pub(super) fn comma(&mut self) {
        self.write(",");
    }

    /// Whether the words `from..to` would end on this line, with `more` columns of commas.
    pub(super) fn fits(&self, words: &Words<'_>, from: usize, to: usize, more: usize) -> bool {
        let space = usize::from(self.space_before(words, from));
        let end =
            self.column.saturating_add(space).saturating_add(words.width(from, to)).saturating_add(more);
        !self.closed && end <= WIDTH
    }

    /// Returns the column in which word `at` would stand; `indent` if it would start a line.
    pub(super) fn column_of(&self, words: &Words<'_>, at: usize, indent: usize) -> usize {
        if self.closed {
            return indent;
        }
        self.column.saturating_add(usize::from(self.space_before(words, at)))
    }

    /// Returns the text, with one line end behind it.
    pub(super) fn finish(mut self) -> String {
        if !self.out.is_empty() {
            self.start(0);
        }
        self.out
    }

    fn space_before(&self, words: &Words<'_>, at: usize) -> bool {
        let Some(last) = self.last else { return false };
        !self.fresh && !self.spaced && words.apart(last, at)
    }

    fn write(&mut self, text: &str) {
        if self.fresh {
            self.out.push_str(&" ".repeat(self.column));
            self.fresh = false;
        }
        self.spaced = false;
        self.out.push_str(text);
        self.column = self.column.saturating_add(text.chars().count());
    }
}
