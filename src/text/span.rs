//! A range of bytes in one source.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::SourceId;

/// A half-open range of bytes, counted from 0, in one source.
///
/// Spans order by source, then start, then end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    /// The source that the bytes are in.
    pub source: SourceId,
    /// The first byte.
    pub start: u32,
    /// The byte after the last one.
    pub end: u32,
}

impl Span {
    /// Returns the span of the bytes `start..end`. An `end` before `start` gives the empty span at `start`.
    pub fn new(source: SourceId, start: u32, end: u32) -> Self {
        Self { source, start, end: end.max(start) }
    }

    /// Returns the empty span at byte `at`: a place between two characters, where text could be inserted.
    pub fn empty_at(source: SourceId, at: u32) -> Self {
        Self { source, start: at, end: at }
    }

    /// Returns the smallest span that covers both, or `self` if `other` is in another source.
    #[must_use]
    pub fn to(self, other: Span) -> Self {
        if self.source != other.source {
            return self;
        }
        Self { source: self.source, start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// Returns the empty span just before this one.
    #[must_use]
    pub fn before(self) -> Self {
        Self::empty_at(self.source, self.start)
    }

    /// Returns the empty span just after this one.
    #[must_use]
    pub fn after(self) -> Self {
        Self::empty_at(self.source, self.end)
    }

    /// Returns the number of bytes.
    pub fn len(self) -> u32 {
        self.end.saturating_sub(self.start)
    }

    /// Whether the span covers no byte.
    pub fn is_empty(self) -> bool {
        self.end <= self.start
    }

    /// Whether `other` lies within this span, in the same source; a span contains itself.
    pub fn contains(self, other: Span) -> bool {
        self.source == other.source && self.start <= other.start && other.end <= self.end
    }

    /// Returns the bytes as a range for slicing.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}
