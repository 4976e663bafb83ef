//! The one strict reader: recursive descent over RFC 8259, refusing whatever two readers could understand differently.

use std::collections::BTreeSet;

use super::error::{JsonError, JsonErrorKind, excerpt};
use super::{Json, Limits};

/// Keys that would change an object's prototype where JavaScript assigns them.
const FORBIDDEN_KEYS: [&str; 3] = ["__proto__", "constructor", "prototype"];

type Read<T> = Result<T, JsonError>;

pub(super) fn document(text: &str, limits: Limits) -> Read<Json> {
    if text.len() > limits.size_bytes {
        let kind = JsonErrorKind::TooLarge { size_bytes: text.len(), limit_bytes: limits.size_bytes };
        return Err(JsonError::at(0, kind));
    }
    if text.starts_with('\u{feff}') {
        return Err(JsonError::at(0, JsonErrorKind::ByteOrderMark));
    }
    let mut reader = Reader { text, offset: 0, limits };
    reader.skip_space();
    let value = reader.value(0)?;
    reader.skip_space();
    match reader.peek() {
        None => Ok(value),
        Some(_) => Err(reader.error(JsonErrorKind::TrailingText { found: excerpt(reader.rest()) })),
    }
}

struct Reader<'a> {
    text: &'a str,
    // INVARIANT: offset <= text.len(), on a character boundary.
    offset: usize,
    limits: Limits,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.offset..).unwrap_or_default()
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.offset).copied()
    }

    /// Moves on by bytes that were looked at.
    fn advance(&mut self, bytes: usize) {
        self.offset = self.offset.saturating_add(bytes).min(self.text.len());
    }

    fn skip_space(&mut self) {
        let space = self.rest().bytes().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
        self.advance(space.count());
    }

    fn error(&self, kind: JsonErrorKind) -> JsonError {
        JsonError::at(self.offset, kind)
    }

    fn unexpected(&self, expected: &'static str) -> JsonError {
        self.error(match self.rest().chars().next() {
            None => JsonErrorKind::EndOfText { expected },
            Some(found) => {
                JsonErrorKind::Unexpected { found: excerpt(found.encode_utf8(&mut [0; 4])), expected }
            }
        })
    }

    /// Reads a value that stands in `depth` arrays and objects.
    fn value(&mut self, depth: u8) -> Read<Json> {
        match self.peek() {
            Some(b'{') => self.object(self.deeper(depth)?),
            Some(b'[') => self.array(self.deeper(depth)?),
            Some(b'"') => self.string().map(Json::String),
            Some(b'-' | b'+' | b'.' | b'0'..=b'9') => self.number(),
            Some(byte) if byte.is_ascii_alphabetic() || byte == b'_' => self.word(),
            _ => Err(self.unexpected("a value")),
        }
    }

    /// The depth inside the array or object that starts here: checked before anything recurs.
    fn deeper(&self, depth: u8) -> Read<u8> {
        let limit = self.limits.depth;
        depth
            .checked_add(1)
            .filter(|&inside| inside <= limit)
            .ok_or_else(|| self.error(JsonErrorKind::TooDeep { limit }))
    }

    fn array(&mut self, depth: u8) -> Read<Json> {
        self.advance(1);
        let mut items = Vec::new();
        self.skip_space();
        if self.peek() == Some(b']') {
            self.advance(1);
            return Ok(Json::Array(items));
        }
        loop {
            let item = self.value(depth).map_err(|error| error.within(&items.len().to_string()))?;
            items.push(item);
            if self.is_last(b']', "`,` or `]`")? {
                return Ok(Json::Array(items));
            }
        }
    }

    fn object(&mut self, depth: u8) -> Read<Json> {
        self.advance(1);
        let mut members: Vec<(String, Json)> = Vec::new();
        let mut key_offsets = Vec::new();
        self.skip_space();
        if self.peek() == Some(b'}') {
            self.advance(1);
            return Ok(Json::Object(members));
        }
        loop {
            key_offsets.push(self.offset);
            let key = self.key()?;
            self.skip_space();
            if self.peek() != Some(b':') {
                return Err(self.unexpected("`:`").within(&key));
            }
            self.advance(1);
            self.skip_space();
            let value = self.value(depth).map_err(|error| error.within(&key))?;
            members.push((key, value));
            if self.is_last(b'}', "`,` or `}`")? {
                break;
            }
        }
        match twice(&members).and_then(|at| members.get(at).zip(key_offsets.get(at))) {
            None => Ok(Json::Object(members)),
            Some(((key, _), &offset)) => {
                let kind = JsonErrorKind::DuplicateKey { key: excerpt(key) };
                Err(JsonError::at(offset, kind).within(key))
            }
        }
    }

    fn key(&mut self) -> Read<String> {
        if self.peek() != Some(b'"') {
            return Err(self.unexpected("a key in double quotes"));
        }
        let start = self.offset;
        let key = self.string()?;
        if FORBIDDEN_KEYS.contains(&key.as_str()) {
            return Err(JsonError::at(start, JsonErrorKind::ForbiddenKey { key: key.clone() }).within(&key));
        }
        Ok(key)
    }

    /// Steps over what follows a member: `true` for the closing bracket, `false` for a comma with a member after it.
    fn is_last(&mut self, close: u8, expected: &'static str) -> Read<bool> {
        self.skip_space();
        match self.peek() {
            Some(byte) if byte == close => {
                self.advance(1);
                Ok(true)
            }
            Some(b',') => {
                let comma = self.offset;
                self.advance(1);
                self.skip_space();
                match self.peek() {
                    Some(byte) if byte == close => Err(JsonError::at(comma, JsonErrorKind::TrailingComma)),
                    _ => Ok(false),
                }
            }
            _ => Err(self.unexpected(expected)),
        }
    }

    fn number(&mut self) -> Read<Json> {
        let rest = self.rest();
        if let Some(word) = rest.strip_prefix(['-', '+']).and_then(leading_word) {
            let sign = if rest.starts_with('-') { "-" } else { "+" };
            return Err(self.error(JsonErrorKind::NotANumber { word: excerpt(&format!("{sign}{word}")) }));
        }
        // Taken broadly, so that the message shows the whole of what was meant as a number.
        let in_number = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.' | b'_');
        let length = rest.bytes().take_while(|byte| in_number(byte)).count();
        let text = rest.get(..length).unwrap_or_default();
        let number = text.parse().map_err(|kind| self.error(kind))?;
        self.advance(length);
        Ok(Json::Number(number))
    }

    fn word(&mut self) -> Read<Json> {
        let word = leading_word(self.rest()).unwrap_or_default();
        let value = match word {
            "null" => Json::Null,
            "true" => Json::Bool(true),
            "false" => Json::Bool(false),
            "NaN" | "Infinity" => return Err(self.error(JsonErrorKind::NotANumber { word: word.to_owned() })),
            _ => return Err(self.error(JsonErrorKind::UnknownWord { word: excerpt(word) })),
        };
        self.advance(word.len());
        Ok(value)
    }

    fn string(&mut self) -> Read<String> {
        let start = self.offset;
        self.advance(1);
        let mut value = String::new();
        loop {
            let rest = self.rest();
            let plain =
                rest.bytes().take_while(|&byte| byte != b'"' && byte != b'\\' && byte >= 0x20).count();
            value.push_str(rest.get(..plain).unwrap_or_default());
            self.advance(plain);
            match self.peek() {
                Some(b'"') => {
                    self.advance(1);
                    break;
                }
                Some(b'\\') => value.push(self.escape()?),
                Some(code) => return Err(self.error(JsonErrorKind::ControlCharacter { code: code.into() })),
                None => return Err(self.unexpected("the closing `\"` of a string")),
            }
        }
        let limit_bytes = self.limits.string_bytes;
        if value.len() > limit_bytes {
            return Err(JsonError::at(start, JsonErrorKind::StringTooLong { limit_bytes }));
        }
        Ok(value)
    }

    /// Reads an escape, which starts at its backslash, to the character that it stands for.
    fn escape(&mut self) -> Read<char> {
        let rest = self.rest();
        let plain = match rest.as_bytes().get(1) {
            Some(b'"') => Some('"'),
            Some(b'\\') => Some('\\'),
            Some(b'/') => Some('/'),
            Some(b'b') => Some('\u{8}'),
            Some(b'f') => Some('\u{c}'),
            Some(b'n') => Some('\n'),
            Some(b'r') => Some('\r'),
            Some(b't') => Some('\t'),
            _ => None,
        };
        if let Some(char) = plain {
            self.advance(2);
            return Ok(char);
        }
        let bad = |length| {
            self.error(JsonErrorKind::BadEscape {
                escape: excerpt(&rest.chars().take(length).collect::<String>()),
            })
        };
        if rest.as_bytes().get(1) != Some(&b'u') {
            return Err(bad(2));
        }
        let first = unit_of_escape(rest).ok_or_else(|| bad(6))?;
        let second = rest.get(6..).and_then(unit_of_escape);
        let units: &[u16] = match (is_surrogate(first), second) {
            (true, Some(second)) => &[first, second],
            _ => &[first],
        };
        match char::decode_utf16(units.iter().copied()).next() {
            Some(Ok(char)) => {
                self.advance(units.len().saturating_mul(6));
                Ok(char)
            }
            _ => Err(self
                .error(JsonErrorKind::LoneSurrogate { escape: excerpt(rest.get(..6).unwrap_or_default()) })),
        }
    }
}

/// The position of the first key that stood before.
pub(super) fn twice(members: &[(String, Json)]) -> Option<usize> {
    /// Up to so many keys are compared with each other, which is faster than a set.
    const FEW: usize = 16;
    if members.len() <= FEW {
        let seen = |(index, (key, _)): &(usize, &(String, Json))| {
            members.iter().take(*index).any(|(before, _)| before == key)
        };
        return members.iter().enumerate().find(seen).map(|(index, _)| index);
    }
    let mut seen = BTreeSet::new();
    members.iter().position(|(key, _)| !seen.insert(key.as_str()))
}

fn is_surrogate(unit: u16) -> bool {
    (0xd800..=0xdfff).contains(&unit)
}

/// Reads `\uXXXX` at the beginning of a text as a UTF-16 code unit.
fn unit_of_escape(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    // `from_str_radix` alone would take a sign.
    digits
        .bytes()
        .all(|byte| byte.is_ascii_hexdigit())
        .then(|| u16::from_str_radix(digits, 16).ok())
        .flatten()
}

/// Returns the word that a text begins with, if it begins with a letter or `_`.
fn leading_word(text: &str) -> Option<&str> {
    let starts_word = |byte: u8| byte.is_ascii_alphabetic() || byte == b'_';
    text.bytes().next().filter(|&byte| starts_word(byte))?;
    let end = text.bytes().take_while(|&byte| starts_word(byte) || byte.is_ascii_digit()).count();
    text.get(..end)
}
