//! A document as one row of tokens that borrow its text: what the reader writes, and what typed structs and [`Json`] are
//! made from. A call is read without a text or a list of its own for each value in it.

use std::borrow::Cow;

use super::{Json, JsonError, JsonErrorKind, Limits, Number, read, write};

/// A value of a tape. One that holds others says where it ends: the place of the token after its last.
#[derive(Debug, Clone)]
pub(super) enum Token<'a> {
    Null,
    Bool(bool),
    Number(Number),
    /// Text, or the key of the member that follows.
    Text(Cow<'a, str>),
    Array {
        end: usize,
        span: Span,
    },
    Object {
        end: usize,
        span: Span,
    },
    /// A member that is known by its text and was not read.
    Known,
}

/// Where a value stands in its text, in bytes. Beyond 4 GiB it is not known.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Span {
    from: u32,
    to: u32,
}

impl Span {
    pub(super) fn of(from: usize, to: usize) -> Self {
        match (u32::try_from(from), u32::try_from(to)) {
            (Ok(from), Ok(to)) => Self { from, to },
            _ => Self::default(),
        }
    }

    fn of_text(self, text: &str) -> Option<&str> {
        let (from, to) = (usize::try_from(self.from).ok()?, usize::try_from(self.to).ok()?);
        text.get(from..to).filter(|found| !found.is_empty())
    }
}

/// A document that was read.
#[derive(Debug)]
pub struct Document<'a> {
    // INVARIANT: one whole value; the keys of an object are texts, and stand before their values.
    tokens: Vec<Token<'a>>,
    member: Option<&'a str>,
    // INVARIANT: the canonical form of the whole, which the spans are places in.
    canonical: Option<&'a str>,
}

impl<'a> Document<'a> {
    /// Reads one JSON value, as strictly as [`read`](super::read()) does.
    ///
    /// ```
    /// use tollgate::json::{Document, Json, Limits};
    ///
    /// let call = Document::read(r#"{"now": "2026-02-03T11:00Z", "facts": {}}"#, Limits::default())?;
    /// assert_eq!(call.value().get("now").and_then(|now| now.text()), Some("2026-02-03T11:00Z"));
    /// assert_eq!(call.value().get("facts").map(|facts| facts.to_json()), Some(Json::Object(Vec::new())));
    /// # Ok::<(), tollgate::json::JsonError>(())
    /// ```
    ///
    /// # Errors
    /// The first fault found.
    pub fn read(text: &'a str, limits: Limits) -> Result<Self, JsonError> {
        read::document(text, limits, None).map(|(tokens, member)| Self { tokens, member, canonical: None })
    }

    /// Reads a text that must be its own canonical form (RFC 8785): writing it again would give the same bytes.
    ///
    /// ```
    /// use tollgate::json::{Document, JsonErrorKind, Limits};
    ///
    /// assert!(Document::read_canonical(r#"{"a":[1.5],"b":"\n"}"#, Limits::default()).is_ok());
    /// for other in [r#"{"b":1,"a":2}"#, "[1, 2]", "1.50", r#""\u000a""#] {
    ///     let error = Document::read_canonical(other, Limits::default()).unwrap_err();
    ///     assert_eq!(error.kind, JsonErrorKind::NotCanonical, "{other}");
    /// }
    /// ```
    ///
    /// # Errors
    /// As [`read`](Self::read()), and then [`NotCanonical`](super::JsonErrorKind::NotCanonical).
    pub fn read_canonical(text: &'a str, limits: Limits) -> Result<Self, JsonError> {
        match Self::read_compared(text, limits)? {
            (document, None) => Ok(document),
            (_, Some(offset)) => Err(JsonError::at(offset, JsonErrorKind::NotCanonical)),
        }
    }

    /// Reads as [`read`](Self::read()) does, and says where in the text its canonical form first has something else, in bytes from 0; `None`
    /// if it is its own canonical form.
    ///
    /// # Errors
    /// As [`read`](Self::read()).
    pub fn read_compared(text: &'a str, limits: Limits) -> Result<(Self, Option<usize>), JsonError> {
        let (tokens, otherwise) = read::canonical(text, limits)?;
        Ok((Self { tokens, member: None, canonical: otherwise.is_none().then_some(text) }, otherwise))
    }

    /// Reads as [`read`](Self::read()) does, but for the member `key` of the outermost object where it begins with a known text:
    /// `length_of` gives the length of that text, which is stepped over. It must be the text of one whole value.
    ///
    /// # Errors
    /// As [`read`](Self::read()).
    pub fn read_knowing(
        text: &'a str,
        limits: Limits,
        key: &str,
        length_of: &dyn Fn(&str) -> Option<usize>,
    ) -> Result<Self, JsonError> {
        let (tokens, member) = read::document(text, limits, Some((key, length_of)))?;
        Ok(Self { tokens, member, canonical: None })
    }

    /// Returns the text of the member that may have been known.
    pub fn member(&self) -> Option<&'a str> {
        self.member
    }

    /// Lays out a value, for what is made from documents.
    pub fn of(json: &'a Json) -> Self {
        let mut tokens = Vec::new();
        lay_out(json, &mut tokens);
        Self { tokens, member: None, canonical: None }
    }

    /// Returns the value.
    pub fn value(&self) -> Value<'_> {
        Value { tokens: &self.tokens, at: 0, canonical: self.canonical }
    }
}

fn lay_out<'a>(json: &'a Json, tokens: &mut Vec<Token<'a>>) {
    let text = |text: &'a str| Token::Text(Cow::Borrowed(text));
    match json {
        Json::Null => tokens.push(Token::Null),
        Json::Bool(yes) => tokens.push(Token::Bool(*yes)),
        Json::Number(number) => tokens.push(Token::Number(*number)),
        Json::String(string) => tokens.push(text(string)),
        Json::Array(items) => {
            let place = begin(tokens);
            items.iter().for_each(|item| lay_out(item, tokens));
            let end = tokens.len();
            finish(tokens, place, Token::Array { end, span: Span::default() });
        }
        Json::Object(members) => {
            let place = begin(tokens);
            for (key, value) in members {
                tokens.push(text(key));
                lay_out(value, tokens);
            }
            let end = tokens.len();
            finish(tokens, place, Token::Object { end, span: Span::default() });
        }
    }
}

/// Keeps the place of a value that holds others.
pub(super) fn begin(tokens: &mut Vec<Token<'_>>) -> usize {
    tokens.push(Token::Null);
    tokens.len().saturating_sub(1)
}

/// Puts a value that holds others in its place, once its end is known.
pub(super) fn finish<'a>(tokens: &mut [Token<'a>], place: usize, token: Token<'a>) {
    if let Some(kept) = tokens.get_mut(place) {
        *kept = token;
    }
}

/// The keys of the object at a place.
pub(super) fn keys<'t>(tokens: &'t [Token<'t>], at: usize) -> impl Iterator<Item = &'t str> + Clone {
    Value { tokens, at, canonical: None }.members().into_iter().flatten().map(|(key, _)| key)
}

/// A value of a document.
#[derive(Debug, Clone, Copy)]
pub struct Value<'a> {
    tokens: &'a [Token<'a>],
    // INVARIANT: the place of a value, not of a key.
    at: usize,
    canonical: Option<&'a str>,
}

impl<'a> Value<'a> {
    pub(super) fn token(self) -> &'a Token<'a> {
        self.tokens.get(self.at).unwrap_or(&Token::Null)
    }

    /// The place of the token after the value.
    fn end(self) -> usize {
        match self.token() {
            Token::Array { end, .. } | Token::Object { end, .. } => *end,
            _ => self.at.saturating_add(1),
        }
    }

    /// Whether this is `null`.
    pub fn is_null(self) -> bool {
        matches!(self.token(), Token::Null)
    }

    /// Whether this is known by its text, and was not read.
    pub fn is_known(self) -> bool {
        matches!(self.token(), Token::Known)
    }

    /// Whether this is an object.
    pub fn is_object(self) -> bool {
        matches!(self.token(), Token::Object { .. })
    }

    /// Returns the text that this is.
    pub fn text(self) -> Option<&'a str> {
        match self.token() {
            Token::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the number that this is.
    pub fn number(self) -> Option<Number> {
        match self.token() {
            Token::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// Returns whether this is `true` or `false`; `None` if neither.
    pub fn yes_or_no(self) -> Option<bool> {
        match self.token() {
            Token::Bool(yes) => Some(*yes),
            _ => None,
        }
    }

    /// Returns the items of a list; `None` if this is none.
    pub fn items(self) -> Option<Items<'a>> {
        match self.token() {
            Token::Array { end, .. } => Some(Items(Within { value: self.first(), end: *end })),
            _ => None,
        }
    }

    /// Returns the members of an object, in the order given; `None` if this is none.
    pub fn members(self) -> Option<Members<'a>> {
        match self.token() {
            Token::Object { end, .. } => Some(Members(Within { value: self.first(), end: *end })),
            _ => None,
        }
    }

    /// Returns the member `key` of an object; `None` if there is none, or if this is no object.
    pub fn get(self, key: &str) -> Option<Self> {
        self.members()?.find(|(name, _)| *name == key).map(|(_, value)| value)
    }

    /// Returns the value for itself, without the text that it was read from.
    pub fn to_json(self) -> Json {
        match self.token() {
            Token::Null | Token::Known => Json::Null,
            Token::Bool(yes) => Json::Bool(*yes),
            Token::Number(number) => Json::Number(*number),
            Token::Text(text) => Json::String(text.clone().into_owned()),
            Token::Array { .. } => {
                Json::Array(self.items().into_iter().flatten().map(Self::to_json).collect())
            }
            Token::Object { .. } => {
                let member = |(key, value): (&str, Self)| (key.to_owned(), value.to_json());
                Json::Object(self.members().into_iter().flatten().map(member).collect())
            }
        }
    }

    /// Returns the canonical form of the value: as it stands in the text, where that is canonical.
    pub fn canonical(self) -> Cow<'a, str> {
        let stands = match self.token() {
            Token::Array { span, .. } | Token::Object { span, .. } => {
                self.canonical.and_then(|text| span.of_text(text))
            }
            _ => None,
        };
        stands.map_or_else(
            || {
                let mut out = String::new();
                write::in_canonical_order(self, &[], &mut out);
                Cow::Owned(out)
            },
            Cow::Borrowed,
        )
    }

    fn first(self) -> Self {
        Self { at: self.at.saturating_add(1), ..self }
    }
}

/// What is left of a list or an object.
#[derive(Debug, Clone)]
struct Within<'a> {
    value: Value<'a>,
    end: usize,
}

impl<'a> Within<'a> {
    fn next(&mut self) -> Option<Value<'a>> {
        if self.value.at >= self.end {
            return None;
        }
        let value = self.value;
        self.value.at = value.end();
        Some(value)
    }
}

/// The items of a list.
#[derive(Debug, Clone)]
pub struct Items<'a>(Within<'a>);

impl<'a> Iterator for Items<'a> {
    type Item = Value<'a>;

    fn next(&mut self) -> Option<Value<'a>> {
        self.0.next()
    }
}

/// The members of an object.
#[derive(Debug, Clone)]
pub struct Members<'a>(Within<'a>);

impl<'a> Iterator for Members<'a> {
    type Item = (&'a str, Value<'a>);

    fn next(&mut self) -> Option<(&'a str, Value<'a>)> {
        let key = self.0.next()?.text().unwrap_or_default();
        Some((key, self.0.next()?))
    }
}
