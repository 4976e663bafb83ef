//! The files of one policy, by number.

use serde::{Deserialize, Serialize};

use super::lines::{LineIndex, Position};
use super::span::Span;

/// The number of a source in its [`Sources`], counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SourceId(pub u32);

/// One file: its name as people know it, its text, and where its lines begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    name: String,
    text: String,
    lines: LineIndex,
}

impl Source {
    /// Takes a text and finds its lines.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        let text = text.into();
        Self { name: name.into(), lines: LineIndex::new(&text), text }
    }

    /// Returns the name: a path relative to the policy's folder, with `/` between its parts.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the text of a span of this source. Ends inside a character snap down; ends past the text
    /// clamp.
    pub fn slice(&self, span: Span) -> &str {
        let range = span.range();
        let (start, end) = (floor(&self.text, range.start), floor(&self.text, range.end));
        self.text.get(start..end).unwrap_or_default()
    }

    /// Returns the line and column of a byte.
    ///
    /// An offset inside a character, or between the `\r` and `\n` of a line end, snaps down to its start; one
    /// past the end is the end.
    pub fn position(&self, offset: u32) -> Position {
        self.lines.position(&self.text, offset)
    }

    /// Returns the byte at a line and a column in characters, both counted from 1.
    ///
    /// A column past the end of its line is the end of that line, without its line end; a line past the last
    /// is the end of the text.
    pub fn offset_at_column(&self, line: u32, column: u32) -> u32 {
        self.lines.offset_at_column(&self.text, line, column)
    }

    /// Returns the byte at a line counted from 1 and a column in UTF-16 units counted from 0.
    ///
    /// Clamps like [`Source::offset_at_column`]; the middle of a surrogate pair snaps down.
    pub fn offset_at_utf16(&self, line: u32, utf16_column: u32) -> u32 {
        self.lines.offset_at_utf16(&self.text, line, utf16_column)
    }

    /// Returns the number of lines: one more than there are line ends.
    pub fn line_count(&self) -> u32 {
        self.lines.count()
    }
}

/// Returns the largest character boundary that is not after `offset`.
fn floor(text: &str, offset: usize) -> usize {
    text.floor_char_boundary(offset)
}

/// All files that are compiled together. A [`SourceId`] of one list means nothing in another.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sources(Vec<Source>);

impl Sources {
    /// Returns the empty list.
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends a file and returns its number.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> SourceId {
        let id = SourceId(u32::try_from(self.0.len()).unwrap_or(u32::MAX));
        self.0.push(Source::new(name, text));
        id
    }

    /// Returns the file with this number, if the list has one.
    pub fn get(&self, id: SourceId) -> Option<&Source> {
        self.0.get(id.0 as usize)
    }

    /// Returns the text of a span, as [`Source::slice`]; empty if its source is unknown.
    pub fn slice(&self, span: Span) -> &str {
        self.get(span.source).map_or("", |source| source.slice(span))
    }

    /// Returns the files with their numbers, in order.
    pub fn iter(&self) -> impl Iterator<Item = (SourceId, &Source)> {
        (0..).map(SourceId).zip(&self.0)
    }

    /// Returns the names, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(Source::name)
    }

    /// Returns the number of files.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no file.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<N: Into<String>, T: Into<String>> FromIterator<(N, T)> for Sources {
    fn from_iter<I: IntoIterator<Item = (N, T)>>(files: I) -> Self {
        Self(files.into_iter().map(|(name, text)| Source::new(name, text)).collect())
    }
}
