//! The one strict reader of JSON, and the RFC 8785 writer.
//!
//! Two programs can read one JSON text differently: which of two equal keys counts, what a large number is, whether
//! half a surrogate pair is text. What is decided here is signed and decided again elsewhere, so such texts are
//! refused, each with the place and the remedy. Nothing else in the core parses JSON.
//!
//! ```
//! use tollgate::json::{Limits, canonical, read};
//!
//! let request = read(r#"{ "title": "Renew", "cvss": 9.10, "affects": [] }"#, Limits::default())?;
//! assert_eq!(canonical(&request), r#"{"affects":[],"cvss":9.1,"title":"Renew"}"#);
//! # Ok::<(), tollgate::json::JsonError>(())
//! ```
//!
//! Always holds for what was read: nesting, size and strings are within the limits; no object has a key twice; every
//! number is exact and the same in every reader ([`Number`]); `canonical` of it reads back as the same value.

mod deserialize;
mod error;
mod fits;
mod number;
mod plain;
mod read;
mod serialize;
mod tagged;
mod tape;
mod text;
mod write;
mod written;

use std::borrow::Cow;

pub use deserialize::{DeserializeError, to_typed};
pub use error::{JsonError, JsonErrorKind};
pub use fits::fits;
pub use number::{MAX_FRACTION_DIGITS, MAX_SAFE_INTEGER, MAX_SIGNIFICANT_DIGITS, Number};
pub use read::FORBIDDEN_KEYS;
pub use serialize::{SerializeError, from_serialize, from_serialize_exactly};
pub use tape::{Document, Items, Members, Value};
pub use text::{from_written, write_serialize};
pub use written::Written;

/// A JSON value, exactly as read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Json {
    /// `null`.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, exact.
    Number(Number),
    /// Text; every character is a Unicode scalar value.
    String(String),
    /// A list.
    Array(Vec<Json>),
    /// Members in the order read. The reader lets no key appear twice; who builds one by hand takes the same care.
    Object(Vec<(String, Json)>),
}

impl Json {
    /// Returns the member `key` of an object; `None` if there is none, or if this is no object.
    ///
    /// ```
    /// use tollgate::json::{Json, Limits, read};
    ///
    /// let request = read(r#"{"sox": null}"#, Limits::default())?;
    /// assert_eq!(request.get("sox"), Some(&Json::Null)); // given as null is not the same as left out
    /// assert_eq!(request.get("gdpr"), None);
    /// # Ok::<(), tollgate::json::JsonError>(())
    /// ```
    pub fn get(&self, key: &str) -> Option<&Json> {
        match self {
            Self::Object(members) => members.iter().find(|(name, _)| name == key).map(|(_, value)| value),
            _ => None,
        }
    }
}

/// What the reader accepts at most. Every combination is legal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Size of the whole text in bytes.
    pub size_bytes: usize,
    /// Size of one string or key in bytes of UTF-8, unescaped.
    pub string_bytes: usize,
    /// Arrays and objects around a value. A `u8`, so that no caller can ask for more than the stack holds.
    pub depth: u8,
}

impl Default for Limits {
    /// The limits of a change request with its facts: 1 MB, strings of 64 KB, depth 64.
    fn default() -> Self {
        Self { size_bytes: 1_000_000, string_bytes: 65_536, depth: 64 }
    }
}

/// Reads one JSON value.
///
/// Refused besides what RFC 8259 forbids: a key given twice; the keys `__proto__`, `constructor` and `prototype`; half
/// a surrogate pair; whole numbers beyond ±(2^53 - 1); more than 12 fraction digits or, with a fraction, 15
/// significant digits; minus zero; a byte order mark; whatever exceeds the limits. An exponent is accepted if the
/// number itself keeps within these bounds, and zeros at the end of a fraction do not count.
///
/// # Errors
/// The first fault found. A key given twice is found at the end of its object.
pub fn read(text: &str, limits: Limits) -> Result<Json, JsonError> {
    Document::read(text, limits).map(|document| document.value().to_json())
}

/// Reads one JSON value from bytes, which must be UTF-8.
///
/// ```
/// use tollgate::json::{JsonErrorKind, Limits, read_bytes};
///
/// let error = read_bytes(b"\"caf\xe9\"", Limits::default()).unwrap_err();
/// assert_eq!((error.kind, error.offset_bytes), (JsonErrorKind::NotUtf8, 4));
/// ```
///
/// # Errors
/// As [`read`], and [`JsonErrorKind::NotUtf8`] at the first byte that is none.
pub fn read_bytes(bytes: &[u8], limits: Limits) -> Result<Json, JsonError> {
    // The size first: there is no use in checking the encoding of what is too large anyway.
    if bytes.len() > limits.size_bytes {
        let kind = JsonErrorKind::TooLarge { size_bytes: bytes.len(), limit_bytes: limits.size_bytes };
        return Err(JsonError::at(0, kind));
    }
    read(utf8(bytes)?, limits)
}

/// Returns bytes as text.
///
/// # Errors
/// [`JsonErrorKind::NotUtf8`] at the first byte that is none.
pub fn utf8(bytes: &[u8]) -> Result<&str, JsonError> {
    str::from_utf8(bytes).map_err(|error| JsonError::at(error.valid_up_to(), JsonErrorKind::NotUtf8))
}

/// What was written here is within the limits of whoever has it written.
const WRITTEN_HERE: Limits = Limits { size_bytes: usize::MAX, string_bytes: usize::MAX, depth: u8::MAX };

/// So many bytes has the canonical form of a small request; a longer one finds more when it needs it.
const SHORT: usize = 1024;

/// Writes compact JSON, the members of objects in the order given.
///
/// ```
/// use tollgate::json::{Limits, read, write};
///
/// let value = read(r#"{"b": [1, 2.50], "a": "\u00e9"}"#, Limits::default())?;
/// assert_eq!(write(&value), r#"{"b":[1,2.5],"a":"é"}"#);
/// # Ok::<(), tollgate::json::JsonError>(())
/// ```
pub fn write(value: &Json) -> String {
    let mut out = String::new();
    write::in_given_order(Document::of(value).value(), &mut out);
    out
}

/// Writes what [`canonical`] does, without the members at some places: paths of keys with dots between them.
///
/// ```
/// use tollgate::json::{Limits, canonical_without, read};
///
/// let request = read(r#"{"title": "x", "contact": {"name": "y", "team": "z"}}"#, Limits::default())?;
/// assert_eq!(canonical_without(&request, &["title", "contact.name"]), r#"{"contact":{"team":"z"}}"#);
/// # Ok::<(), tollgate::json::JsonError>(())
/// ```
pub fn canonical_without(value: &Json, left_out: &[&str]) -> String {
    let mut out = String::with_capacity(SHORT);
    write::in_canonical_order(Document::of(value).value(), left_out, &mut out);
    out
}

/// Writes the canonical form of an object of these members, each key once.
pub fn canonical_members<'a>(members: impl IntoIterator<Item = (&'a str, &'a Json)>) -> String {
    let mut out = String::with_capacity(SHORT);
    write::members_in_canonical_order(members.into_iter().collect(), &mut out, |_, value, out| {
        write::in_canonical_order(Document::of(value).value(), &[], out);
    });
    out
}

/// Writes the canonical form of RFC 8785: the bytes to hash and to sign.
///
/// Keys are ordered by UTF-16 code units, so a character beyond the basic plane comes before U+E000. Text is not
/// normalised: `é` in one character and in two are two texts.
pub fn canonical(value: &Json) -> String {
    canonical_without(value, &[])
}

/// Returns the canonical form of a typed struct, as [`canonical`] of [`from_serialize`] would: without the values in between, and
/// with nothing to order where the fields stand in the order of their names.
///
/// # Errors
/// [`SerializeError`], for floats, unsafe integers, bytes, and keys that are no text or stand twice.
pub fn canonical_of<T: serde::Serialize + ?Sized>(value: &T) -> Result<String, SerializeError> {
    let written = write_serialize(value)?;
    let read = Document::read_compared(&written, WRITTEN_HERE);
    let canonical = match read.map_err(serde::ser::Error::custom)?.0.value().canonical() {
        Cow::Owned(canonical) => Some(canonical),
        Cow::Borrowed(_) => None,
    };
    Ok(canonical.unwrap_or(written))
}
