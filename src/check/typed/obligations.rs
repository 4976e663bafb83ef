//! What a class means, who decides, and what follows.

#![expect(missing_docs, reason = "the names are the keywords of the language; docs/language.md tells them")]

use super::{Approver, Expr, Id};
use crate::text::Span;
use crate::value::{CivilDate, ClockTime, Duration, Fixed, Period, Ratio, Weekday};
pub use crate::value::{Limit, SpanOfTime};
use serde::Serialize;

/// A class of change: it owns the final risk, the service level, alerts and later review.
#[derive(Debug, Clone, Serialize)]
pub struct Class {
    #[serde(skip)]
    pub span: Span,
    pub name: Id,
    pub title: String,
    pub risk: ClassRisk,
    pub due: Option<Due>,
    /// The clock stands still in this state.
    pub pauses_while: Option<Id>,
    pub alerts: Vec<Alert>,
    pub review: Option<Review>,
}

/// How a class makes the final risk of the assessed one.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ClassRisk {
    Fixed(Id),
    /// The assessed risk, but at least this.
    AssessedAtLeast(Id),
    Assessed,
}

/// A limit in time and between which milestones it is measured.
#[derive(Debug, Clone, Serialize)]
pub struct Due {
    pub limit: Limit,
    pub from: Id,
    pub to: Id,
}

/// Who is told when a share of the time is used.
#[derive(Debug, Clone, Serialize)]
pub struct Alert {
    /// In percent, ascending.
    pub at: Vec<Fixed>,
    pub to: Vec<Id>,
}

/// A review after the fact.
#[derive(Debug, Clone, Serialize)]
pub struct Review {
    pub by: Id,
    pub limit: Limit,
    pub after: Id,
    pub code: Id,
}

/// A controlled way round a rule.
#[derive(Debug, Clone, Serialize)]
pub struct Exception {
    #[serde(skip)]
    pub span: Span,
    pub name: Id,
    pub title: String,
    pub allowed: Expr,
    pub accept: Option<(Approver, Id)>,
    pub becomes: Option<Id>,
    pub flag: Id,
    pub notify: Vec<Id>,
    pub review: Review,
    pub serves: Vec<Id>,
}

/// A law, and the clauses of it that rules serve.
#[derive(Debug, Clone, Serialize)]
pub struct Regime {
    #[serde(skip)]
    pub span: Span,
    pub code: Id,
    pub title: String,
    pub clauses: Vec<(Id, String)>,
    pub applies: Expr,
}

/// `calendar US-NY when region is new_york`; the last has no condition.
#[derive(Debug, Clone, Serialize)]
pub struct CalendarChoice {
    pub calendar: Id,
    pub when: Option<Expr>,
}

/// How long records are kept; of those that hold the longest wins.
#[derive(Debug, Clone, Serialize)]
pub struct Retain {
    #[serde(skip)]
    pub span: Span,
    pub time: SpanOfTime,
    pub after: Id,
    pub when: Option<Expr>,
}

/// Steps of a gradual rollout.
#[derive(Debug, Clone, Serialize)]
pub struct Canary {
    #[serde(skip)]
    pub span: Span,
    pub name: Id,
    pub title: String,
    pub when: Expr,
    pub steps: Vec<Step>,
}

/// A share of the traffic, and how long it is watched before the next.
#[derive(Debug, Clone, Serialize)]
pub struct Step {
    pub share: Fixed,
    pub observed: Option<(Duration, Id)>,
}

/// A role; who holds it is data of the workflow.
#[derive(Debug, Clone, Serialize)]
pub struct Role {
    #[serde(skip)]
    pub span: Span,
    pub name: Id,
    pub title: String,
    pub on_call: bool,
}

/// A board and its seats.
#[derive(Debug, Clone, Serialize)]
pub struct Board {
    #[serde(skip)]
    pub span: Span,
    pub name: Id,
    pub title: String,
    pub seats: Vec<Seat>,
    pub quorum: Quorum,
    pub meets: Option<Meets>,
    /// When the board may vote between its meetings.
    pub votes_between: Option<Expr>,
}

/// A seat and the question it is there to answer.
#[derive(Debug, Clone, Serialize)]
pub struct Seat {
    #[serde(skip)]
    pub span: Span,
    pub id: Id,
    pub question: String,
    pub held_by: Id,
    /// Its approval is needed and its rejection rejects.
    pub mandatory: bool,
    /// The seat exists only when this holds.
    pub seated_when: Option<Expr>,
}

/// How many seated members must approve.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Quorum {
    /// Rounded up, of the seats that exist for the change.
    Share(Ratio),
    Count(u32),
}

/// A weekly meeting and when its agenda closes.
#[derive(Debug, Clone, Serialize)]
pub struct Meets {
    pub day: Weekday,
    pub from: ClockTime,
    pub to: ClockTime,
    pub closes_day: Weekday,
    pub closes_at: ClockTime,
}

/// What holds for every approval; each line must be written.
#[derive(Debug, Clone, Serialize)]
pub struct Approvals {
    #[serde(skip)]
    pub span: Span,
    pub separate: Vec<Id>,
    pub delegation_at_most: SpanOfTime,
    pub delegation_not_to: Id,
    pub comment_code: Id,
    pub valid_until: Id,
    pub valid_at_most: SpanOfTime,
    pub serves: Vec<Id>,
}

/// Working time of a place.
#[derive(Debug, Clone, Serialize)]
pub struct Calendar {
    #[serde(skip)]
    pub span: Span,
    pub code: Id,
    pub title: String,
    pub zone: String,
    /// Days, opening and closing, half open.
    pub works: Vec<(Vec<Weekday>, ClockTime, ClockTime)>,
    pub holidays: Vec<(CivilDate, String)>,
}

/// A time in which nothing is deployed.
#[derive(Debug, Clone, Serialize)]
pub struct Freeze {
    #[serde(skip)]
    pub span: Span,
    pub code: Id,
    pub title: String,
    pub windows: Vec<Period>,
    pub when: Option<Expr>,
}

/// What must be shown before a change takes a step.
#[derive(Debug, Clone, Serialize)]
pub struct Gate {
    #[serde(skip)]
    pub span: Span,
    /// `submit`, `approval`, `schedule`, `start`, `review`, `close`.
    pub name: Id,
    pub requires: Vec<Require>,
}

/// Fails when `when` holds and `that` does not.
#[derive(Debug, Clone, Serialize)]
pub struct Require {
    #[serde(skip)]
    pub span: Span,
    pub id: Id,
    pub title: String,
    pub owner: Option<Id>,
    pub when: Option<Expr>,
    pub that: Expr,
    pub code: Id,
    pub serves: Vec<Id>,
}
