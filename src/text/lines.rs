//! From bytes to lines and columns, and back.

use serde::Serialize;

/// A place in a text, in the units of all who may ask. Only `\n` and `\r\n` end a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Position {
    /// The line, counted from 1.
    pub line: u32,
    /// The column in Unicode characters (code points), counted from 1.
    pub column: u32,
    /// The column in bytes, counted from 0.
    pub byte_column: u32,
    /// The column in UTF-16 units, counted from 0, as the language server protocol has it.
    pub utf16_column: u32,
}

/// How far apart two marks of one line may be, in bytes (or up to three more, for a long character).
const STRIDE_BYTES: u32 = 1024;

/// Known places in a text: the start of each line, and one place about every [`STRIDE_BYTES`] within a long
/// one, so that no question walks further than that.
///
/// INVARIANT: marks ascend in `offset`; the first is at 0, so a search always finds one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LineIndex {
    marks: Vec<Mark>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Mark {
    offset: u32,
    /// All counted from 0.
    line: u32,
    chars: u32,
    bytes: u32,
    utf16: u32,
}

impl Mark {
    const START: Self = Self { offset: 0, line: 0, chars: 0, bytes: 0, utf16: 0 };

    /// Returns the place behind the character `c`, which stands here.
    fn after(self, c: char) -> Self {
        let bytes = u32::try_from(c.len_utf8()).unwrap_or(0);
        let offset = self.offset.saturating_add(bytes);
        if c == '\n' {
            return Self { offset, line: self.line.saturating_add(1), ..Self::START };
        }
        Self {
            offset,
            line: self.line,
            chars: self.chars.saturating_add(1),
            bytes: self.bytes.saturating_add(bytes),
            utf16: self.utf16.saturating_add(u32::try_from(c.len_utf16()).unwrap_or(0)),
        }
    }

    fn position(self) -> Position {
        Position {
            line: self.line.saturating_add(1),
            column: self.chars.saturating_add(1),
            byte_column: self.bytes,
            utf16_column: self.utf16,
        }
    }
}

impl LineIndex {
    pub(super) fn new(text: &str) -> Self {
        let mut marks = vec![Mark::START];
        let (mut here, mut last) = (Mark::START, Mark::START);
        for c in text.chars() {
            here = here.after(c);
            // No mark behind a `\r`: a `\n` may follow, and nothing stands between the two.
            let far = here.offset.saturating_sub(last.offset) >= STRIDE_BYTES && c != '\r';
            if here.line != last.line || far {
                marks.push(here);
                last = here;
            }
        }
        Self { marks }
    }

    pub(super) fn count(&self) -> u32 {
        self.marks.last().map_or(1, |mark| mark.line.saturating_add(1))
    }

    pub(super) fn position(&self, text: &str, offset: u32) -> Position {
        match self.within_ascii(text, offset) {
            Some(mark) => mark.position(),
            None => self.walk(text, |mark| mark.offset <= offset).position(),
        }
    }

    /// Returns the place of a byte without walking, where nothing but ASCII stands between it and the mark before it:
    /// there each byte is one character and one UTF-16 unit.
    fn within_ascii(&self, text: &str, offset: u32) -> Option<Mark> {
        let known = self.marks.partition_point(|mark| mark.offset <= offset);
        let mark = self.marks.get(known.checked_sub(1)?)?;
        let bytes = text.as_bytes();
        let passed = bytes.get(mark.offset as usize..offset as usize)?;
        let inside_line_end = passed.last() == Some(&b'\r') && bytes.get(offset as usize) == Some(&b'\n');
        if inside_line_end || !passed.is_ascii() || !text.is_char_boundary(offset as usize) {
            return None;
        }
        let columns = u32::try_from(passed.len()).ok()?;
        Some(Mark {
            offset,
            line: mark.line,
            chars: mark.chars.saturating_add(columns),
            bytes: mark.bytes.saturating_add(columns),
            utf16: mark.utf16.saturating_add(columns),
        })
    }

    pub(super) fn offset_at_column(&self, text: &str, line: u32, column: u32) -> u32 {
        let wanted = (line.saturating_sub(1), column.saturating_sub(1));
        self.walk(text, |mark| (mark.line, mark.chars) <= wanted).offset
    }

    pub(super) fn offset_at_utf16(&self, text: &str, line: u32, utf16_column: u32) -> u32 {
        let wanted = (line.saturating_sub(1), utf16_column);
        self.walk(text, |mark| (mark.line, mark.utf16) <= wanted).offset
    }

    /// Returns the last place at a character, or before a line end, of which `reached` holds.
    ///
    /// `reached` must hold of all places up to some point and of none behind it.
    fn walk(&self, text: &str, reached: impl Fn(&Mark) -> bool) -> Mark {
        let known = self.marks.partition_point(&reached);
        let mut here = self.marks.get(known.saturating_sub(1)).copied().unwrap_or(Mark::START);
        let rest = text.get(here.offset as usize..).unwrap_or_default();
        let mut chars = rest.chars().peekable();
        while let Some(c) = chars.next() {
            let two = c == '\r' && chars.next_if_eq(&'\n').is_some();
            let next = if two { here.after(c).after('\n') } else { here.after(c) };
            if !reached(&next) {
                break;
            }
            here = next;
        }
        here
    }
}
