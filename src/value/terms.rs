//! Small words that conditions and obligations are made of, from rule text to the running form.

#![expect(missing_docs, reason = "the names are the keywords of the language; docs/language.md tells them")]

use super::Duration;
use serde::{Deserialize, Serialize};

/// `<`, `<=`, `>`, `>=`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// How two sets are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Has {
    Any,
    All,
    Only,
}

/// The words that the engine itself gives a value, each readable only in phases after it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Builtin {
    /// The instant of the decision.
    Now,
    /// The instant of submission (`facts.submission.at`; `now` where it is not given).
    SubmittedAt,
    /// Whether an entry of the catalogue covers the request.
    Catalogued,
    /// Whether a freeze of the policy or of the trail covers `now`.
    Frozen,
    Scope,
    Assessed,
    Class,
    Risk,
    Route,
}

/// What a list holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ListOf {
    Text,
    Person,
    /// `/`-separated, relative, without `..`.
    Path,
}

/// `under` (strict) or `within` (inclusive).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Limit {
    pub strict: bool,
    pub time: SpanOfTime,
}

/// A length of time; business units and years get their length from a calendar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SpanOfTime {
    Fixed(Duration),
    BusinessDays(u32),
    /// Milliseconds of open time.
    BusinessTime(Duration),
    Years(u32),
}
