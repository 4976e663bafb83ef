//! What events are made of.

use crate::change::command::Choice;
use crate::ir::Name;
use crate::json::Json;
use crate::value::{Digest, Duration, Instant, Period};
use serde::{Deserialize, Serialize};

/// Why a change was classified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// It was submitted.
    Submitted,
    /// It was edited.
    Edited,
    /// Machines reported something that makes it graver.
    Reported,
    /// A change manager had it decided anew.
    Reclassified,
    /// An exception gives it another class.
    Escalated,
}

/// A vote that counts, with all that it is bound to (D-03, D-04).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vote {
    /// Who voted.
    pub by: Name,
    /// The seat or role.
    pub seat: Name,
    /// Yes or no.
    pub decision: Choice,
    /// The code of a rejection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Name>,
    /// Words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub comment: String,
    /// For whom, if not for oneself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standing_in: Option<StandIn>,
    /// When.
    pub at: Instant,
    /// The digest of the request.
    pub request: Digest,
    /// Its revision.
    pub revision: u32,
    /// The digest of the policy.
    pub policy: Digest,
}

/// For whom somebody stands in, and by what right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StandIn {
    /// The holder.
    pub holder: Name,
    /// By what right.
    pub right: Right,
    /// The first instant at which it ends.
    pub until: Instant,
}

/// Why somebody may stand in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Right {
    /// The holder said so.
    Delegation,
    /// The rotation says so.
    OnCall,
}

/// Who approved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename = "tagged:kind", rename_all = "snake_case")]
pub enum ApprovedBy {
    /// The policy itself, by an entry of the catalogue.
    Policy {
        /// The entry.
        entry: Option<Name>,
        /// Its version.
        version: Option<Name>,
        /// The board that approved it.
        approved_by: Option<Name>,
        /// When.
        approved_on: Option<String>,
    },
    /// People.
    Votes {
        /// So many said yes.
        approvals: u32,
    },
}

/// A reason why something is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// The code, which lasts.
    pub code: Name,
    /// The rule of the policy, if one said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<Name>,
    /// What is missing: paths, seats, roles.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<Name>,
    /// Fields that hold a placeholder.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub placeholders: Vec<Name>,
    /// Words for people.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub message: String,
}

/// When something is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// The limit.
    pub at: Instant,
    /// Whether the limit itself is too late.
    pub strict: bool,
}

/// What a board that meets weekly makes of a due time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forecast {
    /// When the board takes the change up.
    pub meeting: Period,
    /// `kept`, `at_risk` or `breached`.
    pub verdict: Name,
    /// By how much, in the time that the limit counts.
    pub by_ms: Duration,
}

/// A later review that is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewDuty {
    /// The board or role.
    pub by: Name,
    /// The code while it is missing.
    pub code: Name,
    /// The class or exception that asks for it.
    pub why: Name,
    /// The milestone that its time counts from.
    pub after: Name,
    /// When it is due, once that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Due>,
    /// Whether it was justified, once decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub justified: Option<bool>,
    /// Whether it is overdue.
    #[serde(default, skip_serializing_if = "is_no")]
    pub overdue: bool,
}

/// A rollback that runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rollback {
    /// What fired.
    pub code: Name,
    /// The rule.
    pub rule: Name,
    /// T0.
    pub at: Instant,
    /// The first bad sample.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_bad: Option<Instant>,
    /// Until when it has to be done, where the policy says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline: Option<Due>,
    /// What to go back to.
    pub target: Option<Digest>,
    /// What was measured.
    #[serde(default, skip_serializing_if = "is_null")]
    pub evidence: Json,
}

fn is_no(flag: &bool) -> bool {
    !*flag
}

fn is_null(json: &Json) -> bool {
    *json == Json::Null
}
