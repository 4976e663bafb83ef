//! What conditions and values are made of, and their types.

#![expect(missing_docs, reason = "the names are the keywords of the language; docs/language.md tells them")]

use super::Id;
use crate::text::Span;
pub use crate::value::{Builtin, Comparison, Has, ListOf};
use crate::value::{CivilDate, Duration, Fixed, Instant};
use serde::Serialize;
use std::cmp::Ordering;

/// A typed expression. `span` is where it was written; it is no part of its meaning.
#[derive(Debug, Clone, Serialize)]
pub struct Expr {
    #[serde(skip)]
    pub span: Span,
    #[serde(skip)]
    pub ty: Type,
    #[serde(flatten)]
    pub kind: ExprKind,
}

/// Two expressions are the same if they mean the same, wherever they are written; their types follow from what they are.
impl PartialEq for Expr {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
    }
}

impl Eq for Expr {}

impl PartialOrd for Expr {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Expr {
    fn cmp(&self, other: &Self) -> Ordering {
        self.kind.cmp(&other.kind)
    }
}

/// What an expression does. Reading a place that may be missing happens only under a guard, which `check` has seen.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ExprKind {
    Constant(Constant),
    /// A field of the request (`impact.technical.summary`) or of a facts group (`snapshot.digest`).
    Field(Id),
    /// `.start` or `.end` of a period field.
    Edge {
        field: Id,
        end: bool,
    },
    Let(Id),
    Switch(Id),
    Builtin(Builtin),
    Not(Box<Expr>),
    And(Vec<Expr>),
    Or(Vec<Expr>),
    /// The field's value, or the constant where it is missing.
    Else {
        value: Box<Expr>,
        fallback: Box<Expr>,
    },
    Compare {
        op: Comparison,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    /// `is` and (under `Not`) `is not`, between values of one type.
    Equal {
        left: Box<Expr>,
        right: Box<Expr>,
    },
    /// `is one of`: each item a constant of the left side's type.
    OneOf {
        left: Box<Expr>,
        items: Vec<Constant>,
    },
    /// Whether a field, group or facts group is given.
    Given(Id),
    /// Whether every field of a group that is not `optional` is given and no text is a placeholder.
    Complete(Id),
    /// Whether a set or list is empty.
    Empty(Box<Expr>),
    /// `has x`: `any`, `all`, `only` compare two sets; `has x` is `has all of [x]`.
    Has {
        how: Has,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    /// `all match` (false on an empty list) or `any match`.
    Matches {
        all: bool,
        left: Box<Expr>,
        globs: Vec<String>,
    },
    /// Whether an instant lies in a half-open period.
    During {
        instant: Box<Expr>,
        period: Box<Expr>,
    },
    Add(Box<Expr>, Box<Expr>),
    Subtract(Box<Expr>, Box<Expr>),
    // Conditions on metrics: in rules of `rollback` only.
    /// The newest value of a gauge, result or probe.
    Metric(Id),
    Rises {
        metric: Id,
        falls: bool,
        by: Fixed,
    },
    Silent {
        metric: Id,
        longer_than: Duration,
    },
    Skips {
        metric: Id,
    },
    Count {
        metric: Id,
        window: Duration,
    },
    /// What could not be typed; already reported. A policy with errors is never lowered.
    Damaged,
}

/// A value written in the policy.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Constant {
    YesNo(bool),
    Int(i64),
    Decimal(Fixed),
    Percent(Fixed),
    Duration(Duration),
    Instant(Instant),
    Date(CivilDate),
    Enum { ty: Id, value: Id },
    Set { ty: Id, values: Vec<Id> },
    Text(String),
}

/// The type of a value. Ranges are inclusive and always known: that is how sums are shown not to overflow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Type {
    YesNo,
    Int {
        min: i64,
        max: i64,
    },
    Decimal {
        min: Fixed,
        max: Fixed,
    },
    Percent {
        min: Fixed,
        max: Fixed,
    },
    Duration {
        min: Duration,
        max: Duration,
    },
    Instant,
    Period,
    /// An enumeration by its name. `Template` (the codes of the catalogue), `Scope`, `Class` and `Route` are
    /// enumerations too, made from the declarations.
    Enum(Id),
    /// A set of an enumeration of at most 64 values.
    Set(Id),
    /// Length in characters, inclusive.
    Text {
        min: u32,
        max: u32,
    },
    /// `sha256:` and 64 hexadecimal digits.
    Digest,
    /// An opaque person id, 1 to 100 characters.
    Person,
    /// A list of texts; see [`ListOf`].
    List(ListOf),
    /// Unknown because of an error already reported; agrees with every type.
    Damaged,
}
