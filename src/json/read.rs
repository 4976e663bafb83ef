//! The one strict reader: recursive descent over RFC 8259, refusing whatever two readers could understand differently.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::Limits;
use super::error::{JsonError, JsonErrorKind, excerpt};
use super::number;
use super::plain::plain;
use super::tape::{self, Span, Token};
use super::write::{self, by_code_units};

/// Keys that would change an object's prototype where JavaScript assigns them.
pub const FORBIDDEN_KEYS: [&str; 3] = ["__proto__", "constructor", "prototype"];

/// An error is put aside, so that what is read all the time is small.
type Read<T> = Result<T, Box<JsonError>>;

/// A member of the outermost object that may be known by its text: its key, and what gives the length of a known text that
/// a text begins with.
pub(super) type Known<'k> = (&'k str, &'k dyn Fn(&str) -> Option<usize>);

pub(super) fn document<'a>(
    text: &'a str,
    limits: Limits,
    known: Option<Known<'_>>,
) -> Result<(Vec<Token<'a>>, Option<&'a str>), JsonError> {
    let reader = read(text, limits, known, false).map_err(|error| *error)?;
    Ok((reader.tokens, reader.member))
}

/// Reads a text, and says where its canonical form first has something else.
pub(super) fn canonical(text: &str, limits: Limits) -> Result<(Vec<Token<'_>>, Option<usize>), JsonError> {
    let reader = read(text, limits, None, true).map_err(|error| *error)?;
    Ok((reader.tokens, reader.otherwise))
}

fn read<'a, 'k>(
    text: &'a str,
    limits: Limits,
    known: Option<Known<'k>>,
    canonical: bool,
) -> Read<Reader<'a, 'k>> {
    if text.len() > limits.size_bytes {
        let kind = JsonErrorKind::TooLarge { size_bytes: text.len(), limit_bytes: limits.size_bytes };
        return Err(JsonError::boxed(0, kind));
    }
    if text.starts_with('\u{feff}') {
        return Err(JsonError::boxed(0, JsonErrorKind::ByteOrderMark));
    }
    /// About so many bytes make a token; a text of one long string gets no more than it needs soon.
    const BYTES_A_TOKEN: usize = 12;
    const SOON: usize = 4096;
    let likely = text.len().checked_div(BYTES_A_TOKEN).unwrap_or_default().min(SOON);
    let tokens = Vec::with_capacity(likely);
    let mut reader = Reader {
        text,
        offset: 0,
        limits,
        known,
        member: None,
        tokens,
        key_offsets: Vec::new(),
        canonical,
        otherwise: None,
    };
    reader.skip_space();
    reader.value(0)?;
    reader.skip_space();
    match reader.peek() {
        None => Ok(reader),
        Some(_) => Err(reader.error(JsonErrorKind::TrailingText { found: excerpt(reader.rest()) })),
    }
}

struct Reader<'a, 'k> {
    text: &'a str,
    // INVARIANT: offset <= text.len(), on a character boundary.
    offset: usize,
    limits: Limits,
    known: Option<Known<'k>>,
    /// The text of the member that may be known.
    member: Option<&'a str>,
    tokens: Vec<Token<'a>>,
    /// Where the keys stand of the objects that are open, the outermost first.
    key_offsets: Vec<usize>,
    /// Whether the text is compared with its canonical form.
    canonical: bool,
    /// Where that form first has something else, once it is known.
    otherwise: Option<usize>,
}

impl<'a> Reader<'a, '_> {
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

    /// Notes that the canonical form has something else here.
    fn otherwise(&mut self, offset: usize) {
        self.otherwise = self.otherwise.or(Some(offset));
    }

    fn skip_space(&mut self) {
        if self.peek().is_none_or(|byte| byte > b' ') {
            return;
        }
        if self.canonical {
            self.otherwise(self.offset);
        }
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.advance(1);
        }
    }

    fn error(&self, kind: JsonErrorKind) -> Box<JsonError> {
        JsonError::boxed(self.offset, kind)
    }

    #[cold]
    fn unexpected(&self, expected: &'static str) -> Box<JsonError> {
        self.error(match self.rest().chars().next() {
            None => JsonErrorKind::EndOfText { expected },
            Some(found) => {
                JsonErrorKind::Unexpected { found: excerpt(found.encode_utf8(&mut [0; 4])), expected }
            }
        })
    }

    /// Reads a value that stands in `depth` arrays and objects.
    fn value(&mut self, depth: u8) -> Read<()> {
        let token = match self.peek() {
            Some(b'{') => return self.object(self.deeper(depth)?),
            Some(b'[') => return self.array(self.deeper(depth)?),
            Some(b'"') => Token::Text(self.string()?),
            Some(b'-' | b'+' | b'.' | b'0'..=b'9') => self.number()?,
            Some(byte) if byte.is_ascii_alphabetic() || byte == b'_' => self.word()?,
            _ => return Err(self.unexpected("a value")),
        };
        self.tokens.push(token);
        Ok(())
    }

    /// The depth inside the array or object that starts here: checked before anything recurs.
    fn deeper(&self, depth: u8) -> Read<u8> {
        let limit = self.limits.depth;
        depth
            .checked_add(1)
            .filter(|&inside| inside <= limit)
            .ok_or_else(|| self.error(JsonErrorKind::TooDeep { limit }))
    }

    fn array(&mut self, depth: u8) -> Read<()> {
        let start = self.offset;
        self.advance(1);
        let place = tape::begin(&mut self.tokens);
        self.skip_space();
        if self.peek() == Some(b']') {
            self.advance(1);
        } else {
            let mut index = 0_usize;
            loop {
                self.value(depth).map_err(|error| error.within(&index.to_string()))?;
                if self.is_last(b']', "`,` or `]`")? {
                    break;
                }
                index = index.saturating_add(1);
            }
        }
        let (end, span) = (self.tokens.len(), Span::of(start, self.offset));
        tape::finish(&mut self.tokens, place, Token::Array { end, span });
        Ok(())
    }

    fn object(&mut self, depth: u8) -> Read<()> {
        let begin = self.offset;
        self.advance(1);
        let place = tape::begin(&mut self.tokens);
        self.skip_space();
        if self.peek() == Some(b'}') {
            self.advance(1);
            let (end, span) = (self.tokens.len(), Span::of(begin, self.offset));
            tape::finish(&mut self.tokens, place, Token::Object { end, span });
            return Ok(());
        }
        let before = self.key_offsets.len();
        let (mut marks, mut alike, mut last) = (Marks::default(), false, None);
        loop {
            self.key_offsets.push(self.offset);
            let start = self.offset;
            let key = self.key()?;
            let key_place = self.tokens.len();
            // Keys in their order are all different.
            if !self.canonical {
                alike |= marks.has(&key);
            } else if last.is_some_and(|last| by_code_units(self.text_at(last), &key).is_ge()) {
                alike = true;
                self.otherwise(start);
            }
            last = Some(key_place);
            self.tokens.push(Token::Text(key));
            self.skip_space();
            if self.peek() != Some(b':') {
                return Err(self.unexpected("`:`").within(self.text_at(key_place)));
            }
            self.advance(1);
            self.skip_space();
            if let Err(error) = self.member(depth, key_place) {
                return Err(error.within(self.text_at(key_place)));
            }
            if self.is_last(b'}', "`,` or `}`")? {
                break;
            }
        }
        let (end, span) = (self.tokens.len(), Span::of(begin, self.offset));
        tape::finish(&mut self.tokens, place, Token::Object { end, span });
        if alike {
            self.once_each(place, before)?;
        }
        self.key_offsets.truncate(before);
        Ok(())
    }

    /// Reads the value of the member whose key stands at a place, and notes the text of one that may be known.
    fn member(&mut self, depth: u8, key: usize) -> Read<()> {
        let Some((_, length_of)) = self.known.filter(|(name, _)| depth == 1 && *name == self.text_at(key))
        else {
            return self.value(depth);
        };
        let start = self.offset;
        match length_of(self.rest()) {
            Some(length) => {
                self.advance(length);
                self.tokens.push(Token::Known);
            }
            None => self.value(depth)?,
        }
        self.member = self.text.get(start..self.offset);
        Ok(())
    }

    fn text_at(&self, place: usize) -> &str {
        match self.tokens.get(place) {
            Some(Token::Text(text)) => text,
            _ => "",
        }
    }

    /// Refuses an object with a key that stands twice. Where its keys stand comes after those of the objects around it.
    fn once_each(&self, object: usize, before: usize) -> Read<()> {
        let keys = tape::keys(&self.tokens, object);
        if let Some((at, key)) = twice(keys.clone()).and_then(|at| Some((at, keys.clone().nth(at)?))) {
            let offset = self.key_offsets.get(before.saturating_add(at)).copied().unwrap_or(self.offset);
            let kind = JsonErrorKind::DuplicateKey { key: excerpt(key) };
            return Err(JsonError::boxed(offset, kind).within(key));
        }
        Ok(())
    }

    fn key(&mut self) -> Read<Cow<'a, str>> {
        if self.peek() != Some(b'"') {
            return Err(self.unexpected("a key in double quotes"));
        }
        let start = self.offset;
        let key = self.string()?;
        if FORBIDDEN_KEYS.contains(&&*key) {
            let kind = JsonErrorKind::ForbiddenKey { key: key.clone().into_owned() };
            return Err(JsonError::boxed(start, kind).within(&key));
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
                    Some(byte) if byte == close => Err(JsonError::boxed(comma, JsonErrorKind::TrailingComma)),
                    _ => Ok(false),
                }
            }
            _ => Err(self.unexpected(expected)),
        }
    }

    fn number(&mut self) -> Read<Token<'a>> {
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
        if self.canonical && !number::is_canonical(text, number) {
            self.otherwise(self.offset);
        }
        self.advance(length);
        Ok(Token::Number(number))
    }

    fn word(&mut self) -> Read<Token<'a>> {
        let word = leading_word(self.rest()).unwrap_or_default();
        let value = match word {
            "null" => Token::Null,
            "true" => Token::Bool(true),
            "false" => Token::Bool(false),
            "NaN" | "Infinity" => return Err(self.error(JsonErrorKind::NotANumber { word: word.to_owned() })),
            _ => return Err(self.error(JsonErrorKind::UnknownWord { word: excerpt(word) })),
        };
        self.advance(word.len());
        Ok(value)
    }

    fn string(&mut self) -> Read<Cow<'a, str>> {
        let start = self.offset;
        self.advance(1);
        let plain = self.plain();
        let value = match self.peek() {
            Some(b'"') => Cow::Borrowed(plain),
            _ => Cow::Owned(self.string_with_escapes(start, plain)?),
        };
        self.advance(1);
        let limit_bytes = self.limits.string_bytes;
        if value.len() > limit_bytes {
            return Err(JsonError::boxed(start, JsonErrorKind::StringTooLong { limit_bytes }));
        }
        Ok(value)
    }

    /// Reads a string that goes on after its first characters, up to its closing quote.
    #[cold]
    fn string_with_escapes(&mut self, start: usize, begun: &str) -> Read<String> {
        let mut value = begun.to_owned();
        loop {
            match self.peek() {
                Some(b'"') => {
                    let written = self.text.get(start.saturating_add(1)..self.offset);
                    if self.canonical && !written.is_some_and(|written| is_escaped(&value, written)) {
                        self.otherwise(start);
                    }
                    return Ok(value);
                }
                Some(b'\\') => value.push(self.escape()?),
                Some(code) => return Err(self.error(JsonErrorKind::ControlCharacter { code: code.into() })),
                None => return Err(self.unexpected("the closing `\"` of a string")),
            }
            value.push_str(self.plain());
        }
    }

    /// Steps over characters of a string that stand for themselves.
    fn plain(&mut self) -> &'a str {
        let rest = self.rest();
        let plain = plain(rest.as_bytes());
        self.advance(plain);
        rest.get(..plain).unwrap_or_default()
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
pub(super) fn twice<'k>(keys: impl Iterator<Item = &'k str> + Clone) -> Option<usize> {
    /// Up to so many keys are compared with each other, which is faster than a set.
    const FEW: usize = 64;
    let mut marks = Marks::default();
    for (index, key) in keys.clone().enumerate() {
        if index >= FEW {
            let mut seen = BTreeSet::new();
            return keys.clone().position(|key| !seen.insert(key));
        }
        if marks.has(key) && keys.clone().take(index).any(|before| before == key) {
            return Some(index);
        }
    }
    None
}

/// Which keys there were, each by one of 256 bits: where a key's bit is new, so is the key, and it is compared with none.
#[derive(Default)]
struct Marks([u64; 4]);

impl Marks {
    /// Says whether a key may have been there before, and marks it.
    fn has(&mut self, key: &str) -> bool {
        let byte = |at: usize| u32::from(key.as_bytes().get(at).copied().unwrap_or_default());
        let length = u32::try_from(key.len()).unwrap_or(u32::MAX);
        let last = byte(key.len().saturating_sub(1));
        // Names of fields differ at their ends and in their lengths, most of them.
        let mixed = [byte(0), byte(1), byte(key.len() >> 1), last].into_iter();
        let mixed = mixed.fold(length, |mixed, byte| mixed.wrapping_mul(31).wrapping_add(byte));
        let place = (mixed >> 6 & 3) as usize;
        let mark = 1_u64.rotate_left(mixed & 63);
        let Some(marks) = self.0.get_mut(place) else { return true };
        let was_there = *marks & mark != 0;
        *marks |= mark;
        was_there
    }
}

/// Says whether a text is what the writer makes of a value.
fn is_escaped(value: &str, written: &str) -> bool {
    let mut escaped = String::with_capacity(written.len());
    write::escaped(value, &mut escaped);
    escaped == written
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
