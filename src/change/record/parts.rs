//! What a change keeps beside its request and its votes.

use crate::change::event::{ApprovedBy, Due, Forecast, Rollback};
use crate::ir::Name;
use crate::value::{Fixed, Instant, Period};
use serde::{Deserialize, Serialize};

/// When a change reached what limits count from and to. Each is set once, but for `completed`, `decided` and `approved`,
/// which begin anew whenever those who decide are asked again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names are the milestones of the language")]
pub struct Milestones {
    pub submitted: Option<Instant>,
    pub completed: Option<Instant>,
    pub decided: Option<Instant>,
    pub approved: Option<Instant>,
    pub implementing: Option<Instant>,
    pub deployed: Option<Instant>,
    pub implemented: Option<Instant>,
    pub closed: Option<Instant>,
}

impl Milestones {
    /// Returns when a milestone of the language was reached.
    pub fn at(&self, name: &str) -> Option<Instant> {
        match name {
            "submitted" => self.submitted,
            "completed" => self.completed,
            "decided" => self.decided,
            "approved" => self.approved,
            "implementing" => self.implementing,
            "deployed" => self.deployed,
            "implemented" => self.implemented,
            "closed" => self.closed,
            _ => None,
        }
    }
}

/// The service level of the class, as it runs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    /// When it is due; `None` while that is not known.
    pub due: Option<Due>,
    /// What the board's meetings make of it.
    pub forecast: Option<Forecast>,
    /// Closed stretches in which it stood still.
    pub pauses: Vec<Period>,
    /// Since when it stands still.
    pub paused_since: Option<Instant>,
    /// The shares, in percent, whose alert was raised.
    pub alerted: Vec<Fixed>,
    /// From when it is broken.
    pub breached: Option<Instant>,
    /// Whether it was kept, once it has ended.
    pub met: Option<bool>,
    /// The instant that stands for the submission, where an accepted escalation began another service level.
    pub counts_from: Option<Instant>,
}

/// An approval.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// When it was complete.
    pub at: Instant,
    /// Who gave it.
    pub by: ApprovedBy,
    /// The first instant at which it counts no more.
    pub valid_until: Option<Instant>,
    /// Seats and roles whose vote was not needed.
    pub not_required: Vec<Name>,
}

/// An escalation that is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Escalation {
    /// The policy's exception.
    pub exception: Name,
    /// The roles that must accept.
    pub missing: Vec<Name>,
    /// Who accepted.
    pub accepted: Vec<Name>,
}

/// Where a gradual rollout is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CanaryStep {
    /// The position of the step, from 0.
    pub step: u32,
    /// Its share of the traffic, in percent.
    pub share: Fixed,
    /// When it began.
    pub since: Instant,
}

/// A rollback.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RollbackState {
    /// What fired.
    pub trigger: Rollback,
    /// When what was there before was there again.
    pub restored: Option<Instant>,
    /// Whether that was too late.
    pub late: bool,
    /// Whether it failed, also if it was restored later.
    pub failed: bool,
}

/// The review after the change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reviewed {
    /// By whom.
    pub by: String,
    /// When.
    pub at: Instant,
    /// Whether the documentation is up to date.
    pub docs_updated: bool,
}
