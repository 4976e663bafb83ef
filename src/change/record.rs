//! A change as its events say: the fold, and nothing else. It has no state of its own, so replaying rebuilds it byte
//! for byte (S-16).

mod parts;
mod withheld;

pub use parts::*;
pub use withheld::Withheld;

use super::command::CloseCode;
use super::event::{Event, ReviewDuty, Right, StandIn, Vote, What};
use super::state::State;
use crate::eval::{Decision, PolicyRef};
use crate::ir::Name;
use crate::json::Json;
use crate::value::{Digest, Instant, Period};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Its id.
    pub id: Name,
    /// How many events it is made of.
    pub seq: u64,
    /// Where it stands.
    pub state: State,
    /// Counts from 1; another one needs other votes.
    pub revision: u32,
    /// Who asks for it.
    pub requester: Name,
    /// The request.
    pub request: Arc<Json>,
    /// What of the request a trail keeps beside its entries; `None` where none does, and where that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withheld: Option<Withheld>,
    /// The digest of the request's canonical bytes.
    pub digest: Digest,
    /// What machines reported: an object of groups.
    pub facts: Arc<Json>,
    /// The last decision, without its gates; `None` before submission.
    pub decision: Option<Arc<Decision>>,
    /// Marks that rules and exceptions left, such as `BREAK_GLASS`.
    pub flags: Vec<Name>,
    /// When it reached what limits count from and to.
    pub milestones: Milestones,
    /// When its last event was recorded: time does not go back.
    pub last_at: Instant,
    /// The service level.
    pub service: Service,
    /// The votes that count.
    pub votes: Vec<Vote>,
    /// The approval, while there is one.
    pub approval: Option<Approval>,
    /// An escalation that is asked for.
    pub escalation: Option<Escalation>,
    /// Who took on themselves the escalation that gave it its class.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub escalated_by: Vec<Name>,
    /// Who deploys.
    pub implementer: Option<Name>,
    /// What the monitor cannot judge.
    pub inconclusive: Vec<Name>,
    /// Where a gradual rollout is: the step and when it began.
    pub canary: Option<CanaryStep>,
    /// What to go back to.
    pub snapshot: Option<Digest>,
    /// The rollback, once there is one.
    pub rollback: Option<RollbackState>,
    /// Later reviews.
    pub reviews: Vec<ReviewDuty>,
    /// The review after the change.
    pub reviewed: Option<Reviewed>,
    /// The change that repairs this one.
    pub fix_forward: Option<Name>,
    /// How it ended.
    pub close_code: Option<CloseCode>,
    /// What is known of a deployment without a change.
    pub deployment: Option<Json>,
}

/// Why an event does not follow.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FoldError {
    /// The first event does not begin a change.
    #[error("event {seq} does not begin a change, and there is none")]
    NoBeginning {
        /// Its number.
        seq: u64,
    },
    /// A change begins twice.
    #[error("event {seq} begins a change that has begun")]
    BegunTwice {
        /// Its number.
        seq: u64,
    },
    /// The event is of another change.
    #[error("event {seq} is of change `{found}`, not of `{wanted}`")]
    OtherChange {
        /// Its number.
        seq: u64,
        /// The change it is of.
        found: Name,
        /// The change it is applied to.
        wanted: Name,
    },
    /// An event is missing, or stands twice.
    #[error("event {found} stands where event {wanted} belongs")]
    Gap {
        /// The number it has.
        found: u64,
        /// The number that is next.
        wanted: u64,
    },
}

/// Returns the change after an event.
///
/// # Errors
/// [`FoldError`]: the event does not follow. What it says is not judged: that was done when it was made.
pub fn apply(change: Option<Change>, event: &Event) -> Result<Change, FoldError> {
    let seq = event.seq;
    let change = match (change, &event.what) {
        (None, What::Created { requester, request, digest }) if seq == 1 => {
            Change { requester: requester.clone(), ..begun(event, request, *digest) }
        }
        (None, What::UnauthorizedRecorded { deployment, review, .. }) if seq == 1 => {
            let mut change = begun(event, &Arc::new(Json::Object(Vec::new())), Digest::of(b"{}"));
            change.state = State::Unauthorized;
            change.deployment = Some(deployment.clone());
            change.milestones.implemented = Some(event.at);
            change.reviews.extend(review.clone());
            change.flags.push(Name::from("UNAUTHORIZED"));
            change
        }
        (None, _) => return Err(FoldError::NoBeginning { seq }),
        (Some(mut change), _) => {
            change.follow(event)?;
            change
        }
    };
    Ok(change)
}

/// Returns the change that a history says; `None` for an empty one.
///
/// # Errors
/// [`FoldError`] of the first event that does not follow.
pub fn fold<'a>(events: impl IntoIterator<Item = &'a Event>) -> Result<Option<Change>, FoldError> {
    events.into_iter().try_fold(None, |change, event| apply(change, event).map(Some))
}

fn begun(event: &Event, request: &Arc<Json>, digest: Digest) -> Change {
    Change {
        id: event.change.clone(),
        seq: event.seq,
        state: State::Draft,
        revision: 1,
        requester: Name::from(""),
        request: Arc::clone(request),
        withheld: None,
        digest,
        facts: Arc::new(Json::Object(Vec::new())),
        decision: None,
        flags: Vec::new(),
        milestones: Milestones::default(),
        last_at: event.at,
        service: Service::default(),
        votes: Vec::new(),
        approval: None,
        escalation: None,
        escalated_by: Vec::new(),
        implementer: None,
        inconclusive: Vec::new(),
        canary: None,
        snapshot: None,
        rollback: None,
        reviews: Vec::new(),
        reviewed: None,
        fix_forward: None,
        close_code: None,
        deployment: None,
    }
}

impl Change {
    /// Returns the policy that the change stands under; `None` before submission.
    pub fn policy(&self) -> Option<&PolicyRef> {
        self.decision.as_ref().map(|decision| &decision.policy)
    }

    /// Returns the personal fields that its request was given, and that are not known here, by their paths.
    pub fn unknown(&self) -> &[String] {
        self.withheld.as_ref().map_or(&[], |withheld| &withheld.unknown)
    }

    /// Returns the name of its class; `None` before submission and out of scope.
    pub fn class(&self) -> Option<&Name> {
        self.decision.as_ref()?.class.as_ref().map(|class| &class.value)
    }

    /// Becomes the change after an event.
    ///
    /// # Errors
    /// [`FoldError`]: the event does not follow; the change is as it was.
    pub fn follow(&mut self, event: &Event) -> Result<(), FoldError> {
        let seq = event.seq;
        if matches!(event.what, What::Created { .. } | What::UnauthorizedRecorded { .. }) {
            return Err(FoldError::BegunTwice { seq });
        }
        if self.id != event.change {
            let (found, wanted) = (event.change.clone(), self.id.clone());
            return Err(FoldError::OtherChange { seq, found, wanted });
        }
        let wanted = self.seq.saturating_add(1);
        if seq != wanted {
            return Err(FoldError::Gap { found: seq, wanted });
        }
        self.take(event, &event.what);
        self.seq = seq;
        self.last_at = event.at;
        Ok(())
    }

    fn take(&mut self, event: &Event, what: &What) {
        match what {
            // These begin a change; `apply` has seen to that.
            What::Created { .. } | What::UnauthorizedRecorded { .. } => {}
            What::Edited { request, digest, revision, .. } => self.edit(request, *digest, *revision),
            What::Submitted { at } => self.milestones.submitted = Some(*at),
            What::Classified { decision, revision, due, flag, reviews, .. } => {
                self.revision = *revision;
                self.classify(decision, flag.as_ref(), reviews, event.at);
                self.service.due = *due;
            }
            What::ScopedOut => self.state = State::OutOfScope,
            What::AssessmentOpened { revision } => self.open(*revision),
            What::AssessmentCompleted { due, forecast } => {
                self.state = State::AwaitingApproval;
                self.resume(event.at);
                // What was decided before was something else.
                self.milestones.completed = Some(event.at);
                self.milestones.decided = None;
                self.milestones.approved = None;
                self.service.due = *due;
                self.service.forecast = forecast.clone();
            }
            What::VoteCast(vote) => self.votes.push(vote.clone()),
            What::Approved { by, valid_until, not_required } => {
                self.state = State::Approved;
                // What the policy approves by itself needs no assessment.
                self.milestones.completed.get_or_insert(event.at);
                self.milestones.decided = Some(event.at);
                self.milestones.approved = Some(event.at);
                self.escalation = None;
                self.approval = Some(Approval {
                    at: event.at,
                    by: by.clone(),
                    valid_until: *valid_until,
                    not_required: not_required.clone(),
                });
            }
            What::Rejected { .. } => {
                self.state = State::Rejected;
                self.milestones.decided = Some(event.at);
                self.escalation = None;
            }
            What::Expired { .. } => {
                self.state = State::Expired;
                self.approval = None;
            }
            What::InfoAsked { pauses, .. } => {
                self.state = State::NeedsInfo;
                if *pauses {
                    self.service.paused_since = Some(event.at);
                    self.service.due = None;
                }
            }
            What::InfoAnswered { due, .. } => {
                self.state = State::AwaitingApproval;
                self.resume(event.at);
                self.service.due = *due;
            }
            What::FactsReported { facts } => merge(Arc::make_mut(&mut self.facts), facts),
            What::EscalationRequested { exception, missing, .. } => {
                self.escalation = Some(Escalation {
                    exception: exception.clone(),
                    missing: missing.clone(),
                    accepted: Vec::new(),
                });
            }
            What::EscalationAccepted { role, .. } => {
                if let Some(escalation) = &mut self.escalation {
                    escalation.missing.retain(|missing| missing != role);
                    escalation.accepted.extend(event.by.person().cloned());
                }
            }
            What::EscalationDeclined { .. } => self.escalation = None,
            What::Scheduled { request, digest, implementer, .. } => {
                self.state = State::Scheduled;
                self.request = Arc::clone(request);
                self.digest = *digest;
                self.implementer = Some(implementer.clone());
            }
            What::Held { .. } => self.state = State::OnHold,
            What::Lifted => self.state = State::Scheduled,
            What::GlassBroken { flag, review, .. } => {
                self.mark(flag);
                self.reviews.push(review.clone());
                self.escalation = None;
            }
            What::ImplementationStarted { implementer, snapshot, share } => {
                self.state = State::Implementing;
                self.milestones.implementing = Some(event.at);
                self.implementer = Some(implementer.clone());
                self.snapshot = *snapshot;
                self.canary = share.map(|share| CanaryStep { step: 0, share, since: event.at });
            }
            What::CanaryPromoted { step, share, forgets } => {
                if !forgets.is_empty()
                    && let Json::Object(groups) = Arc::make_mut(&mut self.facts)
                {
                    groups.retain(|(name, _)| !forgets.iter().any(|forgotten| **forgotten == **name));
                }
                self.canary = Some(CanaryStep { step: *step, share: *share, since: event.at });
            }
            What::ImplementationDone => {
                self.state = State::Verifying;
                self.milestones.deployed = Some(event.at);
                self.implemented(event.at);
            }
            What::ImplementationFailed { .. } => {
                self.state = State::Failed;
                self.implemented(event.at);
            }
            What::MonitorInconclusive { rules } => self.inconclusive = rules.clone(),
            What::RollbackTriggered(trigger) => {
                self.state = State::RollingBack;
                self.implemented(event.at);
                self.rollback = Some(RollbackState {
                    trigger: trigger.clone(),
                    restored: None,
                    late: false,
                    failed: false,
                });
            }
            What::RollbackRestored { late, .. } => {
                self.state = State::RolledBack;
                if let Some(rollback) = &mut self.rollback {
                    rollback.restored = Some(event.at);
                    rollback.late = *late;
                }
            }
            What::RollbackFailed { .. } => {
                self.state = State::RollbackFailed;
                if let Some(rollback) = &mut self.rollback {
                    rollback.failed = true;
                }
            }
            What::FixForward { change } => self.fix_forward = Some(change.clone()),
            What::Verified => self.state = State::InReview,
            What::Reviewed { docs_updated, .. } => {
                let (by, docs_updated) = (event.by.to_string(), *docs_updated);
                self.reviewed = Some(Reviewed { by, at: event.at, docs_updated });
            }
            What::RetroDue { why, due, .. } => {
                for duty in self.reviews.iter_mut().filter(|duty| duty.why == *why) {
                    duty.due = Some(*due);
                }
            }
            What::RetroDecided { code, justified, .. } => {
                for duty in self.reviews.iter_mut().filter(|duty| duty.code == *code) {
                    duty.justified = Some(*justified);
                }
            }
            What::RetroOverdue { code, .. } => {
                for duty in self.reviews.iter_mut().filter(|duty| duty.code == *code) {
                    duty.overdue = true;
                }
            }
            What::SlaAlert { share, .. } => self.service.alerted.push(*share),
            What::SlaBreached { at } => self.service.breached = Some(*at),
            What::SlaEnded { met, .. } => self.service.met = Some(*met),
            What::Closed { code } => {
                self.state = State::Closed;
                self.close_code = Some(*code);
                self.milestones.closed = Some(event.at);
            }
            What::Withdrawn { .. } => self.state = State::Withdrawn,
            What::AssessmentIncomplete { .. } | What::TriggerNoted { .. } | What::Refused { .. } => {}
        }
    }

    fn edit(&mut self, request: &Arc<Json>, digest: Digest, revision: u32) {
        self.request = Arc::clone(request);
        self.withheld = None;
        self.digest = digest;
        if revision != self.revision {
            self.revision = revision;
            self.votes.clear();
            self.approval = None;
        }
    }

    fn classify(
        &mut self,
        decision: &Arc<Decision>,
        flag: Option<&Name>,
        reviews: &[ReviewDuty],
        at: Instant,
    ) {
        let begins_anew = flag.is_some();
        for mark in decision.flags.iter().chain(flag) {
            self.mark(mark);
        }
        // Which votes count is another question than before.
        self.votes.clear();
        self.approval = None;
        if begins_anew {
            self.service = Service { counts_from: Some(at), ..Service::default() };
            self.escalated_by = self.escalation.take().map(|it| it.accepted).unwrap_or_default();
        } else {
            let Service { pauses, paused_since, counts_from, .. } = std::mem::take(&mut self.service);
            self.service = Service { pauses, paused_since, counts_from, ..Service::default() };
        }
        for duty in reviews {
            if !self.reviews.iter().any(|known| known.why == duty.why) {
                self.reviews.push(duty.clone());
            }
        }
        self.decision = Some(Arc::clone(decision));
    }

    fn open(&mut self, revision: u32) {
        self.state = State::Assessing;
        self.resume(self.last_at);
        if revision != self.revision {
            self.revision = revision;
            self.votes.clear();
        }
        self.approval = None;
        self.escalation = None;
        self.milestones.completed = None;
        self.milestones.decided = None;
        self.milestones.approved = None;
        self.service.met = None;
        let from = self.decision.as_ref().and_then(|decision| decision.due.as_ref()).map(|due| &*due.from);
        if from != Some("submitted") {
            // It counts from the next completion.
            let Service { counts_from, .. } = std::mem::take(&mut self.service);
            self.service.counts_from = counts_from;
        }
    }

    /// The service level goes on, if it stood still.
    fn resume(&mut self, at: Instant) {
        let since = self.service.paused_since.take();
        self.service.pauses.extend(since.and_then(|since| Period::new(since, at).ok()));
    }

    /// Later reviews count from here, whether the deployment went well or not.
    fn implemented(&mut self, at: Instant) {
        self.milestones.implemented.get_or_insert(at);
    }

    fn mark(&mut self, flag: &Name) {
        if !self.flags.contains(flag) {
            self.flags.push(flag.clone());
        }
    }
}

/// Puts groups over those that are known; `null` takes one away.
fn merge(known: &mut Json, news: &Json) {
    let (Json::Object(known), Json::Object(news)) = (known, news) else { return };
    known.retain(|(name, _)| !news.iter().any(|(other, _)| other == name));
    known.extend(news.iter().filter(|(_, value)| *value != Json::Null).cloned());
    known.sort_by(|(a, _), (b, _)| a.cmp(b));
}

/// Whoever stands in for somebody, in words.
pub fn role_of(role: &str, standing_in: Option<&StandIn>) -> String {
    match standing_in.map(|standing_in| standing_in.right) {
        None => role.to_owned(),
        Some(Right::Delegation | Right::OnCall) => format!("deputy for {role}"),
    }
}
