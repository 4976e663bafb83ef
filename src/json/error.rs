//! Why a text was not accepted, where, and what to do about it.

use std::fmt;

/// A refusal: what is wrong, and where.
///
/// ```
/// use tollgate::json::{Limits, read};
///
/// let error = read(r#"{"impact": {"sox": 1, "sox": 2}}"#, Limits::default()).unwrap_err();
/// assert_eq!(error.path, "/impact/sox");
/// assert_eq!(error.offset_bytes, 22);
/// assert_eq!(error.to_string(), "at byte 22, `/impact/sox`: the key `sox` is given twice: keep one of the two");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonError {
    /// What is wrong.
    pub kind: JsonErrorKind,
    /// Where in the text, in bytes from 0.
    pub offset_bytes: usize,
    /// Which value, as a JSON pointer (RFC 6901); empty for the whole. Very long keys are cut and end in `…`.
    pub path: String,
}

/// What is wrong with a text. Quoted text is cut to 40 characters.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum JsonErrorKind {
    /// The text is larger than the limit.
    #[error("the text has {size_bytes} bytes, at most {limit_bytes} are read: send less, or in parts")]
    TooLarge {
        /// The size of the text.
        size_bytes: usize,
        /// The limit.
        limit_bytes: usize,
    },
    /// The bytes are no UTF-8.
    #[error("these bytes are not UTF-8: save the text as UTF-8")]
    NotUtf8,
    /// The text starts with U+FEFF, which RFC 8259 §8.1 forbids to add.
    #[error("the text starts with a byte order mark: save it without one")]
    ByteOrderMark,
    /// Arrays and objects stand in each other deeper than the limit.
    #[error("values are nested more than {limit} deep: flatten them")]
    TooDeep {
        /// The limit.
        limit: u8,
    },
    /// A string or key is longer than the limit.
    #[error("the string is longer than {limit_bytes} bytes: shorten it, or refer to it by its digest")]
    StringTooLong {
        /// The limit.
        limit_bytes: usize,
    },
    /// Something else stands where the grammar wants `expected`.
    #[error("found `{found}` where {expected} belongs")]
    Unexpected {
        /// What stands there.
        found: String,
        /// What belongs there.
        expected: &'static str,
    },
    /// The text ends too early.
    #[error("the text ends where {expected} belongs: it may have been cut off")]
    EndOfText {
        /// What belongs there.
        expected: &'static str,
    },
    /// A comma stands before a closing bracket.
    #[error("nothing follows this comma: remove it")]
    TrailingComma,
    /// Something follows the value.
    #[error("`{found}` follows the end of the value: send one value only")]
    TrailingText {
        /// What follows.
        found: String,
    },
    /// JavaScript's or Python's words for what is no number.
    #[error("`{word}` is no JSON number: leave the field out, or send what was measured")]
    NotANumber {
        /// `NaN`, `Infinity` or `-Infinity`.
        word: String,
    },
    /// A word other than `true`, `false` and `null`.
    #[error("`{word}` is no value: write `true`, `false`, `null`, or text in double quotes")]
    UnknownWord {
        /// The word.
        word: String,
    },
    /// The text of a number breaks RFC 8259 §6.
    #[error("`{text}` is no JSON number: {reason}")]
    BadNumber {
        /// The number as written.
        text: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A whole number beyond ±(2^53 - 1), which JavaScript would silently change.
    #[error(
        "the integer `{text}` is unsafe, beyond ±9007199254740991, and changes in JavaScript: no field takes it"
    )]
    UnsafeInteger {
        /// The number as written.
        text: String,
    },
    /// More than twelve fraction digits.
    #[error("the number `{text}` has more than 12 fraction digits: round it")]
    TooManyFractionDigits {
        /// The number as written.
        text: String,
    },
    /// A fraction with more significant digits than a double holds.
    #[error("the number `{text}` has more than 15 significant digits and changes in JavaScript: round it")]
    TooManyDigits {
        /// The number as written.
        text: String,
    },
    /// Minus zero, which some readers keep and others turn into zero.
    #[error("`{text}` is minus zero: write `0`")]
    NegativeZero {
        /// The number as written.
        text: String,
    },
    /// An object has a key twice; readers differ in which they take.
    #[error("the key `{key}` is given twice: keep one of the two")]
    DuplicateKey {
        /// The key.
        key: String,
    },
    /// A key that means something else to JavaScript objects.
    #[error("the key `{key}` is not allowed: it changes objects in JavaScript; rename it")]
    ForbiddenKey {
        /// `__proto__`, `constructor` or `prototype`.
        key: String,
    },
    /// Half of a surrogate pair, which is no character.
    #[error("`{escape}` is half of a character: write both halves of the pair, or the character itself")]
    LoneSurrogate {
        /// The escape as written.
        escape: String,
    },
    /// An escape that JSON does not have.
    #[error("`{escape}` is no escape of JSON: write a backslash as `\\\\`")]
    BadEscape {
        /// The escape as written.
        escape: String,
    },
    /// A text that is to be its own canonical form has another here (RFC 8785).
    #[error(
        "RFC 8785 writes this in another way: keys in their order, no spaces, numbers and escapes at their shortest"
    )]
    NotCanonical,
    /// A control character stands unescaped in a string.
    #[error("the control character U+{code:04X} stands in a string: write it as `\\u{code:04x}`")]
    ControlCharacter {
        /// Its code point.
        code: u32,
    },
}

impl JsonError {
    /// A refusal at an offset; the way out to the whole adds the path.
    pub(super) fn at(offset_bytes: usize, kind: JsonErrorKind) -> Self {
        Self { kind, offset_bytes, path: String::new() }
    }

    /// The same, put aside.
    #[cold]
    pub(super) fn boxed(offset_bytes: usize, kind: JsonErrorKind) -> Box<Self> {
        Box::new(Self::at(offset_bytes, kind))
    }

    /// Adds the key or index of the value in which the error came up to the front of its path.
    #[cold]
    pub(super) fn within(mut self: Box<Self>, segment: &str) -> Box<Self> {
        let escaped = excerpt(segment).replace('~', "~0").replace('/', "~1");
        self.path.insert_str(0, &escaped);
        self.path.insert(0, '/');
        self
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at byte {}", self.offset_bytes)?;
        if !self.path.is_empty() {
            write!(f, ", `{}`", self.path)?;
        }
        write!(f, ": {}", self.kind)
    }
}

impl std::error::Error for JsonError {}

/// Returns at most 40 characters of what stands in a text, fit for one line of a message.
pub(super) fn excerpt(text: &str) -> String {
    const LONGEST: usize = 40;
    let mut shown: String =
        text.chars().take(LONGEST).map(|char| if char.is_control() { '\u{fffd}' } else { char }).collect();
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    shown
}
