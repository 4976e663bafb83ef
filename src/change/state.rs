//! Where a change stands, and who acts on it.

use crate::ir::Name;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Where a change stands (requirements, Annex B).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Being written; nobody is asked anything yet.
    Draft,
    /// Submitted, and not governed here. What a machine reports later can still take it in.
    OutOfScope,
    /// Submitted and classified; its impact is being assessed.
    Assessing,
    /// With those who decide.
    AwaitingApproval,
    /// Someone who decides has asked the requester a question.
    NeedsInfo,
    /// Approved for its current revision.
    Approved,
    /// Refused by those who decide.
    Rejected,
    /// Approved, with a window and an implementer.
    Scheduled,
    /// Scheduled, and held by a freeze.
    OnHold,
    /// The approval lapsed before the change began.
    Expired,
    /// Being deployed.
    Implementing,
    /// Deployed; what it did is being verified.
    Verifying,
    /// Being taken back.
    RollingBack,
    /// Taken back to what was there before.
    RolledBack,
    /// Not taken back in time, or not at all.
    RollbackFailed,
    /// Given up before anything was deployed.
    Failed,
    /// Verified; the review after the change is due.
    InReview,
    /// Done, with a close code. Nothing follows.
    Closed,
    /// Taken back by its requester or a change manager before it began. Nothing follows.
    Withdrawn,
    /// A deployment that no change allowed, on record to be reviewed.
    Unauthorized,
}

impl State {
    /// All states, in the order of a life.
    pub const ALL: [Self; 20] = [
        Self::Draft,
        Self::OutOfScope,
        Self::Assessing,
        Self::AwaitingApproval,
        Self::NeedsInfo,
        Self::Approved,
        Self::Rejected,
        Self::Scheduled,
        Self::OnHold,
        Self::Expired,
        Self::Implementing,
        Self::Verifying,
        Self::RollingBack,
        Self::RolledBack,
        Self::RollbackFailed,
        Self::Failed,
        Self::InReview,
        Self::Closed,
        Self::Withdrawn,
        Self::Unauthorized,
    ];

    /// Says whether nothing follows.
    pub const fn has_ended(self) -> bool {
        matches!(self, Self::Closed | Self::Withdrawn)
    }

    /// Returns the state's name in data, such as `awaiting_approval`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::OutOfScope => "out_of_scope",
            Self::Assessing => "assessing",
            Self::AwaitingApproval => "awaiting_approval",
            Self::NeedsInfo => "needs_info",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Scheduled => "scheduled",
            Self::OnHold => "on_hold",
            Self::Expired => "expired",
            Self::Implementing => "implementing",
            Self::Verifying => "verifying",
            Self::RollingBack => "rolling_back",
            Self::RolledBack => "rolled_back",
            Self::RollbackFailed => "rollback_failed",
            Self::Failed => "failed",
            Self::InReview => "in_review",
            Self::Closed => "closed",
            Self::Withdrawn => "withdrawn",
            Self::Unauthorized => "unauthorized",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// Who gives a command: `{"person": "u-asha"}` or `{"machine": "ci"}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// Somebody, by an opaque id. What they may do, the roster says.
    Person(Name),
    /// A program, by what it does.
    Machine(Machine),
}

/// What a program does: the words that the policy's `facts .. from` use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Machine {
    /// Builds and deploys.
    Ci,
    /// Watches a deployment.
    Monitor,
    /// Keeps the tickets of users.
    Helpdesk,
    /// Runs compliance and security tests.
    Suites,
    /// Keeps changes: tells the time, declares and lifts freezes, verifies the trail.
    Workflow,
}

impl Machine {
    /// Returns the word of the language.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ci => "ci",
            Self::Monitor => "monitor",
            Self::Helpdesk => "helpdesk",
            Self::Suites => "suites",
            Self::Workflow => "workflow",
        }
    }
}

impl Actor {
    /// Returns the person's id; `None` for a machine.
    pub fn person(&self) -> Option<&Name> {
        match self {
            Self::Person(person) => Some(person),
            Self::Machine(_) => None,
        }
    }

    /// Says whether the actor is this program.
    pub fn is(&self, machine: Machine) -> bool {
        *self == Self::Machine(machine)
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(person) => f.pad(person),
            Self::Machine(machine) => f.pad(machine.word()),
        }
    }
}
