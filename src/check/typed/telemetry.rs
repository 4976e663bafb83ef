//! What is measured, and what takes a change back.

#![expect(missing_docs, reason = "the names are the keywords of the language; docs/language.md tells them")]

use super::{Expr, Id, Limit, Type};
use crate::text::Span;
use crate::value::Duration;
use serde::Serialize;

/// What is measured.
#[derive(Debug, Clone, Serialize)]
pub struct Metric {
    #[serde(skip)]
    pub span: Span,
    pub name: Id,
    pub title: String,
    pub shape: Shape,
    /// The type of a value; absent for events and heartbeats.
    pub ty: Option<Type>,
    pub every: Option<Duration>,
    pub over: Option<Duration>,
    pub baseline_median_of: Option<Duration>,
    pub from: Option<Id>,
    pub distinct_by: Option<Id>,
    pub filter: Option<Expr>,
    pub numbered: bool,
}

/// The shape of a metric decides which condition is legal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    Gauge,
    Result,
    Probe,
    Events,
    Heartbeat,
}

/// What takes a change back.
#[derive(Debug, Clone, Serialize)]
pub struct Rollback {
    #[serde(skip)]
    pub span: Span,
    pub restore: Limit,
    pub restore_code: Id,
    pub watch: Option<(Id, Id)>,
    pub rules: Vec<RollbackRule>,
}

/// One trigger.
#[derive(Debug, Clone, Serialize)]
pub struct RollbackRule {
    #[serde(skip)]
    pub span: Span,
    pub id: Id,
    pub title: String,
    pub owner: Option<Id>,
    pub fires: Id,
    pub when: Expr,
    /// Consecutive evaluations; 1 where the rule does not say.
    pub holding: u32,
    /// Fires only inside this period; outside it only an alert.
    pub armed_during: Option<Id>,
    pub no_data: NoData,
    pub notify: Vec<Id>,
    pub serves: Vec<Id>,
}

/// What no data means (language.md, meaning 11).
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NoData {
    Zero,
    Fires(Id),
    Late { after: Duration, fires: Id },
    Inconclusive { evaluations: u32, after: Duration, fires: Id },
}
