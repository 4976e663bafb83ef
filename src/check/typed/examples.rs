//! Promises, samples and tests.

#![expect(missing_docs, reason = "the names are the keywords of the language; docs/language.md tells them")]

use super::{Constant, Expr, Id};
use crate::text::Span;
use crate::value::{Duration, Instant, Period};
use serde::Serialize;
use std::collections::BTreeMap;

/// What must hold for every request.
#[derive(Debug, Clone, Serialize)]
pub struct Promise {
    #[serde(skip)]
    pub span: Span,
    pub name: Id,
    pub title: String,
    pub kind: PromiseKind,
}

/// The forms of a promise.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PromiseKind {
    Never {
        never: Expr,
        when: Option<Expr>,
    },
    Always {
        always: Expr,
        when: Option<Expr>,
    },
    /// No rule reads these fields.
    Independent(Vec<Id>),
}

/// A named request with facts, `like` already taken in. Paths of request fields, facts fields and switches, and the
/// built-in facts `submission.at` and `suspended`.
#[derive(Debug, Clone)]
pub struct Sample {
    pub span: Span,
    pub name: Id,
    pub values: BTreeMap<Id, SampleValue>,
}

/// A value in a sample.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SampleValue {
    Constant(Constant),
    Period(Period),
    List(Vec<String>),
}

/// An example that must come out as stated.
#[derive(Debug, Clone)]
pub struct Test {
    pub span: Span,
    pub name: Id,
    pub title: String,
    /// The sample's values with those of `with` over them.
    pub values: BTreeMap<Id, SampleValue>,
    pub now: Instant,
    /// Series for the rollback monitor.
    pub feeds: Vec<Feed>,
    pub expects: Vec<Expect>,
}

/// Values for one metric, one for each evaluation.
#[derive(Debug, Clone)]
pub struct Feed {
    pub span: Span,
    pub metric: Id,
    pub baseline: Option<Constant>,
    /// `None` is a missing evaluation.
    pub then: Vec<Option<Constant>>,
}

/// One expectation, with its place.
#[derive(Debug, Clone)]
pub struct Expect {
    pub span: Span,
    pub kind: ExpectKind,
}

/// What a test may state.
#[derive(Debug, Clone)]
pub enum ExpectKind {
    GateDenies {
        gate: Id,
        codes: Vec<Id>,
        exactly: bool,
    },
    GateAllows {
        gate: Id,
    },
    NoRollback,
    Rollback {
        code: Id,
        rule: Id,
        at: Duration,
    },
    Blocked {
        guard: Id,
    },
    Code(Id),
    Flag(Id),
    /// `seats`, `approvers`, `regimes`, `factors`, `touched`: exactly these, in any order.
    Are {
        what: Id,
        words: Vec<Id>,
    },
    /// `scope`, `class`, `risk`, `route`, `assessed`, `points`; `by` names the rule.
    Is {
        what: Id,
        value: Id,
        by: Option<Id>,
    },
}
