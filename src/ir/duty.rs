//! What applies beside class and route, as `eval` reads it: regimes, exceptions, rollouts, freezes, gates, promises;
//! and what the life cycle reads: approvals and calendars.

use super::{Approver, Name, NodeId, Review, SlotId};
use crate::text::Span;
use crate::value::{CivilDate, ClockTime, Duration, Fixed, Instant, Period, SpanOfTime, Weekday, Zone};
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
    /// Who takes it on themselves, and the code while they have not; `None` if nobody needs to.
    pub accept: Option<(Approver, Name)>,
    /// The class that the change becomes, as a value of the `Class` enumeration.
    pub becomes: Option<u16>,
    /// The mark that it leaves on the change.
    pub flag: Name,
    /// The roles that are told.
    pub notify: Vec<Name>,
    /// What is looked at afterwards.
    pub review: Review,
    /// The clauses of law that it serves.
    pub serves: Vec<Name>,
}

/// What holds for every approval.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Approvals {
    /// Where it was declared.
    pub span: Span,
    /// The parts that must be played by different people: `requester`, `approver`, `implementer`.
    pub separate: Vec<Name>,
    /// The longest that one person may stand in for another.
    pub delegation_at_most: SpanOfTime,
    /// The part that nobody may delegate to.
    pub delegation_not_to: Name,
    /// The code of a rejection without a reason.
    pub comment_code: Name,
    /// The instant of the request at which an approval lapses: a field, and whether it is the end of a period.
    pub valid_until: (SlotId, Option<Edge>),
    /// The longest that an approval is valid.
    pub valid_at_most: SpanOfTime,
    /// The clauses of law that it serves.
    pub serves: Vec<Name>,
}

/// Which end of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Edge {
    /// Its first instant.
    Start,
    /// The first instant after it.
    End,
}

/// Working time of a place.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Calendar {
    /// Where it was declared.
    pub span: Span,
    /// The code.
    pub code: Name,
    /// The title.
    pub title: Name,
    /// The zone whose clocks it reads.
    pub zone: Zone,
    /// Days, opening and closing, half open.
    pub works: Vec<(Vec<Weekday>, ClockTime, ClockTime)>,
    /// Days on which it is closed.
    pub holidays: Vec<(CivilDate, Name)>,
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
