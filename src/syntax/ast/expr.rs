//! Expressions, as written.

use crate::text::Span;

use super::{Literal, PathExpr, Word};

/// An expression with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expr {
    pub span: Span,
    pub kind: ExprKind,
}

/// The expressions of the language, as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExprKind {
    Literal(Literal),
    Path(PathExpr),
    Not(Box<Expr>),
    /// Two or more, joined by `and`.
    And(Vec<Expr>),
    /// Two or more, joined by `or`.
    Or(Vec<Expr>),
    /// `(value else fallback)`
    Else {
        value: Box<Expr>,
        fallback: Box<Expr>,
    },
    /// `a < b`; `is` has a form of its own.
    Compare {
        op: Comparison,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    /// `a is b`, `a is not b`
    Is {
        left: Box<Expr>,
        negated: bool,
        right: Box<Expr>,
    },
    /// `a is one of [..]`, `a is not one of [..]`
    IsOneOf {
        left: Box<Expr>,
        negated: bool,
        list: Vec<Expr>,
    },
    /// `a is given`, `a is not empty`
    State {
        left: Box<Expr>,
        negated: bool,
        state: State,
    },
    /// `a has b`, `a has any of [..]`, `a has all of b`, `a has only [..]`
    Has {
        left: Box<Expr>,
        how: Has,
        set: Box<Expr>,
    },
    /// `[a, b]`; only to the right of `has any of`, `has all of`, `has only`, `feed .. then`.
    List(Vec<Expr>),
    /// `a all match ["**"]`
    Matches {
        left: Box<Expr>,
        all: bool,
        globs: Vec<Expr>,
    },
    /// `now during planned`
    During {
        left: Box<Expr>,
        period: Box<Expr>,
    },
    /// `a + b`, `a - b`
    Sum {
        left: Box<Expr>,
        minus: bool,
        right: Box<Expr>,
    },
    /// `latency rises by more than 20%`
    Rises {
        left: Box<Expr>,
        falls: bool,
        by: Literal,
    },
    /// `audit_log silent for more than 5 minutes`
    Silent {
        left: Box<Expr>,
        limit: Literal,
    },
    /// `audit_log skips`
    Skips {
        left: Box<Expr>,
    },
    /// `count of complaints in 60 minutes`
    Count {
        metric: Word,
        window: Literal,
    },
    /// What could not be read; already reported.
    Damaged,
}

/// `<`, `<=`, `>`, `>=`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// What `is` may ask of a place instead of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Given,
    Missing,
    Complete,
    Empty,
}

/// The four forms of `has`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Has {
    One,
    Any,
    All,
    Only,
}
