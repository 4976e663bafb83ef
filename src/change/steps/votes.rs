//! Phase 3: votes, questions, and escalations.

use super::assess;
use crate::change::approval::{Seats, Tally, asked, seat_for};
use crate::change::command::{Ballot, Choice};
use crate::change::deciding::{Question, decide};
use crate::change::event::{ApprovedBy, Cause, StandIn, Vote, What};
use crate::change::refusal::Refusal;
use crate::change::roster::Capacity;
use crate::change::sla;
use crate::change::step::Step;
use crate::ir::{Exception, Name};

/// The reason of a rejection that sends a change back to its assessment at once (SC-01).
const INSUFFICIENT_IMPACT: &str = "insufficient_impact";

/// The person who acts.
fn voter(step: &Step<'_>) -> Result<Name, Refusal> {
    step.actor.person().cloned().ok_or_else(|| step.not_authorized("a person"))
}

/// The seats that decide on the change.
fn seats(step: &Step<'_>) -> Result<Seats, Refusal> {
    let seats = step.change.decision.as_deref().and_then(Seats::of);
    seats.ok_or_else(|| Refusal::new("NOT_AN_APPROVER", "nobody has to approve this change"))
}

fn standing_in(capacity: Capacity) -> Option<StandIn> {
    match capacity {
        Capacity::Holder => None,
        Capacity::StandIn(standing_in) => Some(standing_in),
    }
}

pub(super) fn vote(step: &mut Step<'_>, ballot: &Ballot) -> Result<(), Refusal> {
    let person = voter(step)?;
    let seats = seats(step)?;
    bound_to_now(step, ballot)?;
    let (seat, capacity) =
        seat_for(&step.context, &step.change, &seats, &person, ballot.seat.as_ref(), step.now)?;
    if let (Some(decision), Some(complete)) = (&step.change.decision, step.change.milestones.completed) {
        sla::in_session(step.context.ir, decision, complete, step.now)?;
    }
    if ballot.decision == Choice::Reject {
        let code = step.context.ir.approvals.as_ref().map(|approvals| approvals.comment_code.clone());
        let code = code.unwrap_or_else(|| Name::from("COMMENT_REQUIRED"));
        step.said(&code, &ballot.comment, "the comment of a rejection")?;
        let reason = ballot.reason.as_deref().unwrap_or_default();
        step.said("REASON_REQUIRED", reason, "the reason code of a rejection")
            .map_err(|refusal| refusal.help("give a code such as `insufficient_impact` as `reason`"))?;
    }
    step.emit(What::VoteCast(Vote {
        by: person,
        seat: seat.id.clone(),
        decision: ballot.decision,
        reason: ballot.reason.clone(),
        comment: ballot.comment.clone(),
        standing_in: standing_in(capacity),
        at: step.now,
        request: ballot.request,
        revision: ballot.revision,
        policy: ballot.policy,
    }));
    match seats.tally(&step.change.votes) {
        Tally::Open => {}
        Tally::Approved { approvals, not_required } => {
            assess::approve(step, ApprovedBy::Votes { approvals }, not_required);
        }
        Tally::Rejected(code) => reject(step, code, ballot, seat.id),
    }
    Ok(())
}

fn reject(step: &mut Step<'_>, code: &str, ballot: &Ballot, seat: Name) {
    let notify = step.told(&[Name::from("requester")]);
    let rejected = What::Rejected {
        code: Name::from(code),
        reason: ballot.reason.clone(),
        comment: ballot.comment.clone(),
        seat,
    };
    step.emit_and_tell(rejected, notify);
    if ballot.reason.as_deref() == Some(INSUFFICIENT_IMPACT) {
        step.end_service_level();
        let revision = step.change.revision.saturating_add(1);
        step.emit(What::AssessmentOpened { revision });
    }
}

/// A vote counts for what the voter saw, and for nothing else (D-03).
fn bound_to_now(step: &Step<'_>, ballot: &Ballot) -> Result<(), Refusal> {
    let policy = step.change.policy().map(|policy| policy.digest);
    let same = ballot.request == step.change.digest
        && ballot.revision == step.change.revision
        && Some(ballot.policy) == policy;
    if same {
        return Ok(());
    }
    let what = if ballot.revision == step.change.revision {
        "another request or policy"
    } else {
        "another revision"
    };
    Err(Refusal::new("STALE_VOTE", format!("the vote is for {what} than what is to be decided now"))
        .help(format!("look at revision {} and vote again", step.change.revision)))
}

/// Refuses whoever may not decide on the change.
fn decides(step: &Step<'_>, person: &Name) -> Result<(), Refusal> {
    let seats = seats(step)?;
    let question = asked(&step.context, &step.change, seats.board, step.now);
    let may =
        seats.seats.iter().any(|seat| step.context.roster.capacity(&question, person, &seat.role).is_some());
    if *person != step.change.requester && may {
        return Ok(());
    }
    Err(Refusal::new("NOT_AN_APPROVER", format!("`{person}` does not decide on this change")))
}

pub(super) fn ask(step: &mut Step<'_>, comment: &str) -> Result<(), Refusal> {
    let person = voter(step)?;
    decides(step, &person)?;
    step.said("COMMENT_REQUIRED", comment, "the question")?;
    let pauses = step.change.decision.as_ref().and_then(|decision| decision.pauses_while.as_deref());
    let pauses = pauses == Some("needs_info");
    let notify = step.told(&[Name::from("requester")]);
    step.emit_and_tell(What::InfoAsked { comment: comment.to_owned(), pauses }, notify);
    Ok(())
}

pub(super) fn answer(step: &mut Step<'_>, comment: &str) -> Result<(), Refusal> {
    step.by_requester()?;
    step.said("COMMENT_REQUIRED", comment, "the answer")?;
    let resumed = sla::pauses_over(&step.change, step.now);
    let level = step.change.decision.as_ref().and_then(|decision| sla::Level::of(step.context.ir, decision));
    let due = level.and_then(|level| level.due(level.start(&step.change)?, &resumed));
    let notify = step.told(&[Name::from("approvers")]);
    step.emit_and_tell(What::InfoAnswered { comment: comment.to_owned(), due }, notify);
    Ok(())
}

/// Returns an exception of the policy that is open for the change.
///
/// # Errors
/// `EXCEPTION_UNKNOWN`, `EXCEPTION_NOT_ALLOWED`.
pub(super) fn open_exception<'a>(step: &Step<'a>, name: &Name) -> Result<&'a Exception, Refusal> {
    let ir = step.context.ir;
    let Some(exception) = ir.exceptions.iter().find(|exception| exception.name == *name) else {
        let known: Vec<&str> = ir.exceptions.iter().map(|exception| &*exception.name).collect();
        return Err(Refusal::new("EXCEPTION_UNKNOWN", format!("the policy knows no exception `{name}`"))
            .help(format!("it knows {}", known.join(", "))));
    };
    let open = decide(&step.context, &step.question())?.decision.exceptions;
    if open.contains(name) {
        return Ok(exception);
    }
    let code = exception.accept.as_ref().map_or("EXCEPTION_NOT_ALLOWED", |(_, code)| code);
    Err(Refusal::new(code, format!("`{name}` is not allowed for this change: {}", exception.title)))
}

pub(super) fn escalate(step: &mut Step<'_>, name: &Name, reason: &str) -> Result<(), Refusal> {
    step.by_requester_or_manager()?;
    step.said("REASON_REQUIRED", reason, "the reason")?;
    let exception = open_exception(step, name)?;
    let (Some((approver, code)), Some(_)) = (&exception.accept, exception.becomes) else {
        return Err(Refusal::new("EXCEPTION_UNKNOWN", format!("`{name}` gives a change no other class")));
    };
    if step.change.escalation.is_some() {
        return Err(Refusal::new("NOTHING_CHANGES", "an escalation is asked for already"));
    }
    let missing: Vec<Name> =
        Seats::of_approver(step.context.ir, approver).seats.into_iter().map(|seat| seat.role).collect();
    let notify = step.told(&missing);
    let requested = What::EscalationRequested {
        exception: name.clone(),
        reason: reason.to_owned(),
        missing,
        code: code.clone(),
    };
    step.emit_and_tell(requested, notify);
    Ok(())
}

pub(super) fn accept(
    step: &mut Step<'_>,
    accept: bool,
    seat: Option<&Name>,
    comment: &str,
) -> Result<(), Refusal> {
    let person = voter(step)?;
    let Some(escalation) = step.change.escalation.clone() else {
        return Err(Refusal::new("NOTHING_TO_ACCEPT", "no escalation is asked for"));
    };
    let ir = step.context.ir;
    let Some(exception) = ir.exceptions.iter().find(|exception| exception.name == escalation.exception)
    else {
        return Err(Refusal::new("EXCEPTION_UNKNOWN", "the policy knows the exception no more"));
    };
    let Some((approver, code)) = &exception.accept else {
        return Err(Refusal::new("NOTHING_TO_ACCEPT", "nobody has to accept this exception"));
    };
    // Whoever holds two of the roles takes it on for one of them: two people must.
    if escalation.accepted.contains(&person) {
        return Err(Refusal::new("SOD_ONE_PERSON_ONE_SEAT", format!("`{person}` has accepted already")));
    }
    let mut seats = Seats::of_approver(ir, approver);
    seats.seats.retain(|seat| escalation.missing.contains(&seat.id));
    // Those who voted on the change may take the escalation on themselves: it is another question.
    let unvoted = crate::change::Change { votes: Vec::new(), ..step.change.clone().into_owned() };
    let (seat, capacity) = seat_for(&step.context, &unvoted, &seats, &person, seat, step.now)?;
    step.said("COMMENT_REQUIRED", comment, "the reason")?;
    let (role, comment) = (seat.role, comment.to_owned());
    if !accept {
        let notify = step.told(&[Name::from("requester")]);
        step.emit_and_tell(What::EscalationDeclined { role, code: code.clone(), comment }, notify);
        return Ok(());
    }
    let all = Seats::of_approver(ir, approver);
    step.emit(What::EscalationAccepted { role, standing_in: standing_in(capacity), comment });
    let accepted = step.change.escalation.as_ref().map_or(0, |escalation| escalation.accepted.len());
    if u32::try_from(accepted).unwrap_or(u32::MAX) < all.at_least {
        return Ok(());
    }
    let question = Question { class: exception.becomes, ..step.question() };
    let decision = decide(&step.context, &question)?.put_on_record(step.context.ir, &step.change.request);
    let mut reviews = assess::class_reviews(ir, &decision);
    reviews.push(sla::duty(&exception.review, &exception.name));
    assess::classified_with(
        step,
        assess::Classified {
            cause: Cause::Escalated,
            decision,
            reason: exception.title.to_string(),
            reviews,
            flag: Some(exception.flag.clone()),
            revises: true,
        },
    );
    // Another service level has begun, so that what the gates say is another question.
    let gates = step.decide()?.decision.gates;
    assess::ask_again(step, &gates)
}
