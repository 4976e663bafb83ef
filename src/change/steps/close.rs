//! Phase 6: reviews, and the end. Deployments without a change are reviewed and closed here, too.

use super::request::checked_id;
use crate::change::approval::{asked, roles_of, separates};
use crate::change::command::{Choice, CloseCode, Command};
use crate::change::deciding::{Closing, Context, Question, decide};
use crate::change::event::{Notice, Reason, ReviewDuty, What};
use crate::change::refusal::Refusal;
use crate::change::sla;
use crate::change::state::{Actor, Machine, State};
use crate::change::step::Step;
use crate::change::unmet::unmet;
use crate::ir::Name;
use crate::value::Instant;

pub(super) fn review(step: &mut Step<'_>, notes: &str, docs_updated: bool) -> Result<(), Refusal> {
    let Some(person) = step.actor.person().cloned() else { return Err(step.not_authorized("a person")) };
    if step.change.implementer.as_ref() == Some(&person)
        && separates(step.context.ir, "approver", "implementer")
    {
        return Err(Refusal::new("SOD_IMPLEMENTER", "whoever deployed a change does not review it"));
    }
    step.said("COMMENT_REQUIRED", notes, "what was found")?;
    step.emit(What::Reviewed { notes: notes.to_owned(), docs_updated });
    Ok(())
}

pub(super) fn retro(step: &mut Step<'_>, justified: bool, comment: &str) -> Result<(), Refusal> {
    let Some(person) = step.actor.person().cloned() else { return Err(step.not_authorized("a person")) };
    let open: Vec<ReviewDuty> =
        step.change.reviews.iter().filter(|duty| duty.justified.is_none()).cloned().collect();
    if open.is_empty() {
        return Err(Refusal::new("NOTHING_CHANGES", "no later review is open"));
    }
    let (ir, change) = (step.context.ir, &step.change);
    if person == change.requester && separates(ir, "requester", "approver") {
        return Err(Refusal::new("SOD_REQUESTER", "whoever asked for a change does not judge it"));
    }
    if change.implementer.as_ref() == Some(&person) && separates(ir, "approver", "implementer") {
        return Err(Refusal::new("SOD_IMPLEMENTER", "whoever deployed a change does not judge it"));
    }
    let question = asked(&step.context, change, true, step.now);
    let may = |duty: &&ReviewDuty| {
        let mut roles = roles_of(ir, &duty.by).into_iter();
        roles.any(|role| step.context.roster.capacity(&question, &person, &role).is_some())
    };
    let mut codes: Vec<Name> = Vec::new();
    for duty in open.iter().filter(may) {
        if !codes.contains(&duty.code) {
            independent(step, &person, duty)?;
            codes.push(duty.code.clone());
        }
    }
    if codes.is_empty() {
        let by: Vec<&str> = open.iter().map(|duty| &*duty.by).collect();
        return Err(Refusal::new("NOT_AUTHORIZED", format!("the later review belongs to {}", by.join(", "))));
    }
    step.said("COMMENT_REQUIRED", comment, "the judgement in words")?;
    for code in codes {
        step.emit(What::RetroDecided { code, justified, comment: comment.to_owned() });
    }
    Ok(())
}

/// Refuses whoever let the change pass, by a vote or by taking its escalation on themselves, as long as somebody else
/// can judge it: nobody looks at their own decision again (EU 2024/1774 Art 17(1)(b) and (g)). Where nobody else can they
/// may, since a review that nobody could decide would keep the change open for ever.
fn independent(step: &Step<'_>, person: &Name, duty: &ReviewDuty) -> Result<(), Refusal> {
    let (context, change) = (&step.context, &step.change);
    let voted_for = change.votes.iter().filter(|vote| vote.decision == Choice::Approve).map(|vote| &vote.by);
    let passed: Vec<&Name> = voted_for.chain(&change.escalated_by).collect();
    if !passed.contains(&person) {
        return Ok(());
    }
    let question = asked(context, change, true, step.now);
    let takes_part = |other: &Name| {
        passed.contains(&other) || *other == change.requester || change.implementer.as_ref() == Some(other)
    };
    let roles = roles_of(context.ir, &duty.by).into_iter();
    let others = roles.flat_map(|role| context.roster.entitled(&question, &role));
    let others: Vec<Name> = others.filter(|other| !takes_part(other)).collect();
    if others.is_empty() {
        return Ok(());
    }
    let mut names: Vec<&str> = others.iter().map(|other| &**other).collect();
    names.dedup();
    let message = format!("`{person}` let this change pass and does not judge it while others can");
    Err(Refusal::new("SOD_APPROVER", message)
        .help(format!("the review can be decided by {}", names.join(", "))))
}

pub(super) fn close(step: &mut Step<'_>, code: CloseCode, trail_whole: bool) -> Result<(), Refusal> {
    if !step.actor.is(Machine::Workflow) {
        step.by_requester_or_manager()?;
    }
    let mut reasons = if step.change.state == State::Unauthorized {
        unreviewed(step, trail_whole)
    } else {
        let question = Question { closing: Closing { trail_whole }, ..step.question() };
        unmet(step.context.ir, &decide(&step.context, &question)?, "close")
    };
    let open: Vec<&ReviewDuty> = step.change.reviews.iter().filter(|duty| duty.justified.is_none()).collect();
    for duty in open {
        if !reasons.iter().any(|reason: &Reason| reason.code == duty.code) {
            let due = duty.due.map_or_else(String::new, |due| format!(", due {}", due.at));
            let message = format!("the later review by {} is open{due}", duty.by);
            reasons.push(Reason::new(&duty.code, message).missing(vec![duty.why.clone()]));
        }
    }
    let legal = close_codes(step);
    if !legal.contains(&code) {
        let message = "this close code does not agree with what happened";
        reasons.push(Reason::new("CLOSE_CODE_INCONSISTENT", message));
    }
    if !reasons.is_empty() {
        return Err(Refusal::of(reasons));
    }
    let notify = step.told(&[Name::from("requester"), Name::from("implementer")]);
    step.emit_and_tell(What::Closed { code }, notify);
    Ok(())
}

/// What a deployment without a change misses: no request, so no gate of the policy can be asked.
fn unreviewed(step: &Step<'_>, trail_whole: bool) -> Vec<Reason> {
    let review = Reason::new("REVIEW_REQUIRED", "the deployment was not reviewed");
    let trail = Reason::new("TRAIL_REQUIRED", "the trail was not verified");
    let missing = [(step.change.reviewed.is_none(), review), (!trail_whole, trail)];
    missing.into_iter().filter(|(missing, _)| *missing).map(|(_, reason)| reason).collect()
}

/// The close codes that agree with the history: what was taken back is never a success (S-72).
fn close_codes(step: &Step<'_>) -> &'static [CloseCode] {
    let late = step.change.rollback.as_ref().is_some_and(|rollback| rollback.failed || rollback.late);
    match step.change.state {
        State::InReview => &[CloseCode::Successful, CloseCode::WithIssues],
        State::RolledBack if late => &[CloseCode::RollbackFailed],
        State::RolledBack => &[CloseCode::RolledBack],
        State::RollbackFailed => &[CloseCode::RollbackFailed],
        State::Failed => &[CloseCode::Failed],
        State::Unauthorized => &[CloseCode::Unauthorized],
        _ => &[],
    }
}

/// Returns whom a deployment without a change concerns: whoever owns the policy, and those who are to judge it. A draft
/// concerns nobody yet.
pub(in crate::change) fn concerned(step: &Step<'_>) -> Vec<Notice> {
    if step.change.state != State::Unauthorized {
        return Vec::new();
    }
    let judges = step.change.reviews.iter().map(|duty| duty.by.clone());
    step.told(&step.context.ir.owner.iter().cloned().chain(judges).collect::<Vec<_>>())
}

/// Puts a deployment without a change on record (D-06, Annex B).
///
/// # Errors
/// `NOT_AUTHORIZED`, `BAD_ID`, `REASON_REQUIRED`.
pub(in crate::change) fn unauthorized(
    context: &Context<'_>,
    command: &Command,
    now: Instant,
    actor: &Actor,
) -> Result<What, Refusal> {
    let Command::RecordUnauthorized { id, deployment, reason } = command else {
        return Err(Refusal::new("NO_CHANGE", "there is no such change"));
    };
    checked_id(id)?;
    let owner = context.ir.owner.as_ref();
    let manages = |person: &Name| owner.is_some_and(|owner| context.roster.holds(person, owner, ""));
    let may = actor.is(Machine::Ci) || actor.is(Machine::Workflow) || actor.person().is_some_and(manages);
    if !may {
        let message = format!("only a change manager or a machine may do this, and `{actor}` is not");
        return Err(Refusal::new("NOT_AUTHORIZED", message));
    }
    if reason.trim().is_empty() {
        return Err(Refusal::new("REASON_REQUIRED", "how it was found is missing"));
    }
    // Nothing allowed it, so it is looked at like what breaks the glass.
    let exception = context.ir.exceptions.iter().find(|exception| exception.becomes.is_none());
    let review = exception.map(|exception| {
        let mut duty = sla::duty(&exception.review, &exception.name);
        duty.due = sla::review_due(context.ir, None, &duty, now);
        duty
    });
    Ok(What::UnauthorizedRecorded { deployment: deployment.clone(), reason: reason.clone(), review })
}
