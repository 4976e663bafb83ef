//! What is wrong with an input, told to whoever sent it.

use crate::ir::Slot;
use crate::json::{Json, write};
use crate::text::nearest;
use serde::Serialize;

/// The kinds of faults; their names never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum InputCode {
    /// No field has this name.
    UnknownField,
    /// No group has this name.
    UnknownGroup,
    /// A required field is not answered.
    MissingField,
    /// A value of another kind.
    WrongType,
    /// A word that is none of the type's.
    UnknownValue,
    /// Beyond the range or length that the type allows.
    OutOfRange,
    /// More fraction digits than are kept.
    TooPrecise,
    /// A text that is no instant, or one outside the years 1900 to 2199.
    BadInstant,
    /// A period that does not end after it starts.
    BadPeriod,
    /// A text that is no digest.
    BadDigest,
    /// A text that is no path from the top folder.
    BadPath,
    /// A facts group that is there, but not whole.
    IncompleteFacts,
}

impl InputCode {
    /// Returns the code as answers spell it.
    pub fn word(self) -> &'static str {
        match self {
            Self::UnknownField => "UNKNOWN_FIELD",
            Self::UnknownGroup => "UNKNOWN_GROUP",
            Self::MissingField => "MISSING_FIELD",
            Self::WrongType => "WRONG_TYPE",
            Self::UnknownValue => "UNKNOWN_VALUE",
            Self::OutOfRange => "OUT_OF_RANGE",
            Self::TooPrecise => "TOO_PRECISE",
            Self::BadInstant => "BAD_INSTANT",
            Self::BadPeriod => "BAD_PERIOD",
            Self::BadDigest => "BAD_DIGEST",
            Self::BadPath => "BAD_PATH",
            Self::IncompleteFacts => "INCOMPLETE_FACTS",
        }
    }
}

/// One fault of an input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InputError {
    /// The stable code.
    pub code: InputCode,
    /// What is wrong: one line, lower case, no full stop.
    pub message: String,
    /// The field or group.
    pub path: String,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

impl InputError {
    pub(super) fn new(code: InputCode, path: &str, message: String) -> Self {
        Self { code, message, path: path.to_owned(), help: None }
    }

    /// `tenants must be a whole number from 0 to 10000; this is the text "14"`
    pub(super) fn wrong(code: InputCode, path: &str, must_be: &str, json: &Json) -> Self {
        Self::new(code, path, format!("{path} must be {must_be}; this is {}", describe(json)))
    }

    pub(super) fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(super) fn unknown<'a>(
        kind: &str,
        path: &str,
        key: &str,
        names: impl Iterator<Item = &'a str>,
    ) -> Self {
        let code = if kind == "group" { InputCode::UnknownGroup } else { InputCode::UnknownField };
        let error = Self::new(code, path, format!("unknown {kind} `{path}`"));
        match nearest(key, names) {
            Some(name) => error.with_help(format!("did you mean `{name}`?")),
            None => error,
        }
    }

    pub(super) fn not_an_object(what: &str, path: &str, json: &Json) -> Self {
        let message = format!("{what} must be an object; this is {}", describe(json));
        Self::new(InputCode::WrongType, path, message)
    }

    pub(super) fn missing(slot: &Slot) -> Self {
        let message = format!("{} is required: {}", slot.path, slot.title);
        Self::new(InputCode::MissingField, &slot.path, message)
    }

    pub(super) fn incomplete_facts(group: &str, slot: &Slot) -> Self {
        let message = format!("the facts `{group}` are given without `{}`", slot.path);
        Self::new(InputCode::IncompleteFacts, &slot.path, message)
            .with_help("report a facts group as a whole, or leave it out as a whole")
    }
}

/// The longest excerpt of a value in a message, in characters.
const EXCERPT_CHARS: usize = 60;

/// Returns what a value is, in words, with the value itself where it is short.
pub(super) fn describe(json: &Json) -> String {
    let kind = match json {
        Json::Null => return "null".to_owned(),
        Json::Bool(_) => return write(json),
        Json::Number(_) => "the number",
        Json::String(_) => "the text",
        Json::Array(items) if items.is_empty() => return "an empty list".to_owned(),
        Json::Array(_) => "the list",
        Json::Object(_) => return "an object".to_owned(),
    };
    let text = write(json);
    if text.chars().count() <= EXCERPT_CHARS {
        return format!("{kind} {text}");
    }
    format!("{kind} {}…", text.chars().take(EXCERPT_CHARS).collect::<String>())
}
