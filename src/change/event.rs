//! What happened to a change. Its state is the fold of these and nothing else (S-16, S-20).

mod parts;

pub use parts::*;

use super::command::{CloseCode, Kind};
use super::state::Actor;
use crate::eval::Decision;
use crate::ir::Name;
use crate::json::Json;
use crate::value::{Digest, Duration, Fixed, Instant, Period};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// The change.
    pub change: Name,
    /// Its place among the events of the change, from 1.
    pub seq: u64,
    /// When it was recorded.
    pub at: Instant,
    /// Who gave the command.
    pub by: Actor,
    /// What happened.
    pub what: What,
    /// Who is to be told; the host delivers (D-09).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notify: Vec<Notice>,
}

impl Event {
    /// Returns the request that it writes: for the first time, anew, or with another window.
    pub fn request(&self) -> Option<&Arc<Json>> {
        match &self.what {
            What::Created { request, .. }
            | What::Edited { request, .. }
            | What::Scheduled { request, .. } => Some(request),
            _ => None,
        }
    }

    /// Says whether somebody gave the request that it writes.
    pub fn gives_request(&self) -> bool {
        matches!(self.what, What::Created { .. } | What::Edited { .. })
    }
}

/// A record of the outbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// The person.
    pub to: Name,
    /// As what: a role, `requester`, `implementer`, `deputy for ciso`.
    pub role: String,
}

/// What happened, by its `type` in data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename = "tagged:type")]
pub enum What {
    /// A draft was begun.
    #[serde(rename = "created")]
    Created {
        /// Who asks for the change.
        requester: Name,
        /// The request.
        request: Arc<Json>,
        /// The digest of its canonical bytes.
        digest: Digest,
    },
    /// A deployment without a change is on record.
    #[serde(rename = "unauthorized.recorded")]
    UnauthorizedRecorded {
        /// What is known of it.
        deployment: Json,
        /// How it was found.
        reason: String,
        /// The later review that it is due.
        review: Option<ReviewDuty>,
    },
    /// The request was replaced.
    #[serde(rename = "edited")]
    Edited {
        /// The new request.
        request: Arc<Json>,
        /// Its digest.
        digest: Digest,
        /// The paths that changed.
        changed: Vec<Name>,
        /// Whether one of them needs a new approval (P-22).
        material: bool,
        /// The revision from here on.
        revision: u32,
        /// Who had voted, and whose vote counts no more.
        voided: Vec<Name>,
    },
    /// The request was submitted.
    #[serde(rename = "submitted")]
    Submitted {
        /// The instant that service levels count from.
        at: Instant,
    },
    /// It was classified, or classified anew.
    #[serde(rename = "classified")]
    Classified {
        /// Why now.
        cause: Cause,
        /// What the policy says; without its gates, which are asked again at each step.
        decision: Arc<Decision>,
        /// The revision from here on.
        revision: u32,
        /// When it is due, if that is known already.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        due: Option<Due>,
        /// The decision's reason in the words of whoever asked for it.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        reason: String,
        /// The digest of the policy until now, where another takes its place.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from_policy: Option<Digest>,
        /// Whose votes count no more.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        voided: Vec<Name>,
        /// What the exception that was accepted leaves on the change.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        flag: Option<Name>,
        /// The later reviews that are due.
        reviews: Vec<ReviewDuty>,
    },
    /// It is not governed here.
    #[serde(rename = "scoped.out")]
    ScopedOut,
    /// It is being assessed, for the first time or again.
    #[serde(rename = "assessment.opened")]
    AssessmentOpened {
        /// The revision.
        revision: u32,
    },
    /// It was to go to approval, and something is missing.
    #[serde(rename = "assessment.incomplete")]
    AssessmentIncomplete {
        /// Every reason.
        reasons: Vec<Reason>,
    },
    /// Those who decide were asked.
    #[serde(rename = "assessment.completed")]
    AssessmentCompleted {
        /// When the decision is due, if the class says so.
        due: Option<Due>,
        /// What a board that meets weekly makes of that (S-73).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        forecast: Option<Forecast>,
    },
    /// Someone voted.
    #[serde(rename = "vote.cast")]
    VoteCast(Vote),
    /// The approvals are complete.
    #[serde(rename = "approved")]
    Approved {
        /// By whom.
        by: ApprovedBy,
        /// The first instant at which the approval counts no more; `None` for never.
        valid_until: Option<Instant>,
        /// Seats and roles whose vote is not needed any more.
        not_required: Vec<Name>,
    },
    /// The approvals cannot be had.
    #[serde(rename = "rejected")]
    Rejected {
        /// `MANDATORY_REJECT` or `QUORUM_UNREACHABLE`.
        code: Name,
        /// The voter's reason.
        reason: Option<Name>,
        /// The voter's words.
        comment: String,
        /// Whose vote it was.
        seat: Name,
    },
    /// The approval lapsed.
    #[serde(rename = "expired")]
    Expired {
        /// When.
        at: Instant,
    },
    /// A question was asked.
    #[serde(rename = "info.asked")]
    InfoAsked {
        /// The question.
        comment: String,
        /// Whether the service level stands still until it is answered.
        pauses: bool,
    },
    /// It was answered.
    #[serde(rename = "info.answered")]
    InfoAnswered {
        /// The answer.
        comment: String,
        /// When the decision is due now.
        due: Option<Due>,
    },
    /// Machines reported.
    #[serde(rename = "facts.reported")]
    FactsReported {
        /// The groups; `null` takes one back.
        facts: Arc<Json>,
    },
    /// An escalation awaits those who must take it on themselves.
    #[serde(rename = "escalation.requested")]
    EscalationRequested {
        /// The policy's exception.
        exception: Name,
        /// Why.
        reason: String,
        /// The roles that must accept.
        missing: Vec<Name>,
        /// The code while they have not.
        code: Name,
    },
    /// One of them accepted.
    #[serde(rename = "escalation.accepted")]
    EscalationAccepted {
        /// The role.
        role: Name,
        /// The one for whom the actor stands in, if so.
        standing_in: Option<StandIn>,
        /// Why.
        comment: String,
    },
    /// One of them declined.
    #[serde(rename = "escalation.declined")]
    EscalationDeclined {
        /// The role.
        role: Name,
        /// The code.
        code: Name,
        /// Why.
        comment: String,
    },
    /// It has a window and an implementer.
    #[serde(rename = "scheduled")]
    Scheduled {
        /// The request, with the window in it.
        request: Arc<Json>,
        /// Its digest.
        digest: Digest,
        /// The window.
        window: Option<Period>,
        /// Who deploys.
        implementer: Name,
    },
    /// A freeze holds it.
    #[serde(rename = "held")]
    Held {
        /// Why.
        reason: String,
    },
    /// The freeze is over for it.
    #[serde(rename = "lifted")]
    Lifted,
    /// The approvals were not waited for.
    #[serde(rename = "glass.broken")]
    GlassBroken {
        /// The policy's exception.
        exception: Name,
        /// Why.
        reason: String,
        /// Its mark.
        flag: Name,
        /// What was not there that a start needs; nothing is hidden.
        unmet: Vec<Reason>,
        /// The later review that is due.
        review: ReviewDuty,
    },
    /// The deployment began.
    #[serde(rename = "implementation.started")]
    ImplementationStarted {
        /// Who deploys.
        implementer: Name,
        /// What to go back to (S-89).
        snapshot: Option<Digest>,
        /// The share of the traffic of the first step, where there are steps.
        share: Option<Fixed>,
    },
    /// The next step of the rollout began.
    #[serde(rename = "canary.promoted")]
    CanaryPromoted {
        /// Its position, from 0.
        step: u32,
        /// Its share of the traffic, in percent.
        share: Fixed,
        /// The groups of facts that said what the step before came to: they say nothing of this one (D-15).
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        forgets: Vec<Name>,
    },
    /// The deployment is done.
    #[serde(rename = "implementation.done")]
    ImplementationDone,
    /// The deployment was given up before anything was deployed.
    #[serde(rename = "implementation.failed")]
    ImplementationFailed {
        /// Why.
        reason: String,
    },
    /// Rules of the monitor cannot judge, or all can again.
    #[serde(rename = "monitor.inconclusive")]
    MonitorInconclusive {
        /// The rules; none if all can judge.
        rules: Vec<Name>,
    },
    /// It is being taken back.
    #[serde(rename = "rollback.triggered")]
    RollbackTriggered(Rollback),
    /// Another rule fired; one rollback is enough.
    #[serde(rename = "trigger.noted")]
    TriggerNoted {
        /// The code.
        code: Name,
        /// The rule.
        rule: Name,
        /// When it fired.
        at: Instant,
    },
    /// What was there before is there again.
    #[serde(rename = "rollback.restored")]
    RollbackRestored {
        /// What runs now.
        digest: Digest,
        /// From T0.
        took_ms: Duration,
        /// From the first bad sample.
        exposure_ms: Option<Duration>,
        /// Whether it took longer than the policy allows.
        late: bool,
    },
    /// It was not taken back in time, or not at all.
    #[serde(rename = "rollback.failed")]
    RollbackFailed {
        /// The policy's code.
        code: Name,
        /// `deadline`, or what went wrong.
        reason: String,
    },
    /// Another change repairs it.
    #[serde(rename = "rollback.fix_forward")]
    FixForward {
        /// Its id.
        change: Name,
    },
    /// Everything was verified.
    #[serde(rename = "verified")]
    Verified,
    /// The review after the change.
    #[serde(rename = "reviewed")]
    Reviewed {
        /// What was found.
        notes: String,
        /// Whether the documentation is up to date.
        docs_updated: bool,
    },
    /// A later review is due at an instant that was not known before, or is another now.
    #[serde(rename = "retro.due")]
    RetroDue {
        /// The code of the duty.
        code: Name,
        /// The class or exception that asks for it.
        why: Name,
        /// When.
        due: Due,
    },
    /// A later review was decided.
    #[serde(rename = "retro.decided")]
    RetroDecided {
        /// The code of the duty.
        code: Name,
        /// Whether it was justified.
        justified: bool,
        /// Why.
        comment: String,
    },
    /// A later review is overdue.
    #[serde(rename = "retro.overdue")]
    RetroOverdue {
        /// The code of the duty.
        code: Name,
        /// When it was due.
        due: Instant,
    },
    /// A share of the time is used.
    #[serde(rename = "sla.alert")]
    SlaAlert {
        /// In percent.
        share: Fixed,
        /// When that was.
        at: Instant,
    },
    /// The service level is broken.
    #[serde(rename = "sla.breached")]
    SlaBreached {
        /// The instant from which it is.
        at: Instant,
    },
    /// The service level was kept, or by how much it was not.
    #[serde(rename = "sla.ended")]
    SlaEnded {
        /// Whether it was kept.
        met: bool,
        /// By how much it was missed, in the time that the limit counts.
        late_ms: Option<Duration>,
    },
    /// It ended.
    #[serde(rename = "closed")]
    Closed {
        /// How.
        code: CloseCode,
    },
    /// It was taken back before it began.
    #[serde(rename = "withdrawn")]
    Withdrawn {
        /// Why.
        reason: String,
    },
    /// A command was refused. The change is as it was (D-11).
    #[serde(rename = "refused")]
    Refused {
        /// The command.
        command: Kind,
        /// Every code.
        codes: Vec<Name>,
    },
}

impl What {
    /// Returns the `type` in data, such as `vote.cast`.
    pub fn word(&self) -> String {
        match crate::json::from_written(self).as_ref().map(|json| json.get("type").cloned()) {
            Ok(Some(Json::String(word))) => word,
            _ => String::new(),
        }
    }
}
