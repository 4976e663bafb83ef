//! What applies beside class and route, as `eval` reads it: regimes, exceptions, rollouts, freezes, gates, promises.

use super::{Name, NodeId, SlotId};
use crate::text::Span;
use crate::value::{Duration, Fixed, Instant, Period, SpanOfTime};
use serde::{Deserialize, Serialize};

/// A law.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Regime {
    /// Where it was declared.
    pub span: Span,
    /// The code.
    pub code: Name,
    /// The title.
    pub title: Name,
    /// When it applies.
    pub applies: NodeId,
}

/// A controlled way round a rule.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Exception {
    /// Where it was declared.
    pub span: Span,
    /// The name.
    pub name: Name,
    /// The title.
    pub title: Name,
    /// When it may be used.
    pub allowed: NodeId,
}

/// A gradual rollout.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Canary {
    /// Where it was declared.
    pub span: Span,
    /// The name.
    pub name: Name,
    /// The title.
    pub title: Name,
    /// When it is demanded.
    pub when: NodeId,
    /// Its steps.
    pub steps: Vec<Step>,
}

/// One step of a rollout.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Step {
    /// In percent of the traffic.
    pub share: Fixed,
    /// How long it is watched, and the code before that time is over.
    pub observed: Option<(Duration, Name)>,
}

/// How long records are kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Retain {
    /// Where it was declared.
    pub span: Span,
    /// How long.
    pub time: SpanOfTime,
    /// After this milestone.
    pub after: Name,
    /// When; `None` for always.
    pub when: Option<NodeId>,
}

/// Which calendar counts.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CalendarChoice {
    /// The calendar.
    pub calendar: Name,
    /// When; `None` for otherwise.
    pub when: Option<NodeId>,
}

/// A time in which nothing is deployed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Freeze {
    /// Where it was declared.
    pub span: Span,
    /// The code.
    pub code: Name,
    /// The title.
    pub title: Name,
    /// Half open.
    pub windows: Vec<Period>,
    /// Which changes; `None` for all.
    pub when: Option<NodeId>,
}

impl Freeze {
    /// Whether one of the windows contains the instant.
    pub fn covers(&self, instant: Instant) -> bool {
        self.windows.iter().any(|window| window.contains(instant))
    }
}

/// What must be shown before a step.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Gate {
    /// Where it was declared.
    pub span: Span,
    /// The name.
    pub name: Name,
    /// Its demands.
    pub requires: Vec<Require>,
}

/// A demand.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Require {
    /// Where it was declared.
    pub span: Span,
    /// The id.
    pub id: Name,
    /// The title.
    pub title: Name,
    /// When it is asked.
    pub when: Option<NodeId>,
    /// What it asks.
    pub that: NodeId,
    /// The code if it fails.
    pub code: Name,
    /// The clauses of law that it serves.
    pub serves: Vec<Name>,
}

/// What must hold for every request.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Promise {
    /// Where it was declared.
    pub span: Span,
    /// The name.
    pub name: Name,
    /// The title.
    pub title: Name,
    /// What is promised.
    pub kind: PromiseKind,
}

/// The forms of a promise.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum PromiseKind {
    /// This never holds when the other does.
    Never(NodeId, Option<NodeId>),
    /// This always holds when the other does.
    Always(NodeId, Option<NodeId>),
    /// No rule reads these fields.
    Independent(Vec<SlotId>),
}
