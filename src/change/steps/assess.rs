//! Phase 2 and the way into phase 3: classification, assessment, what machines report, and deciding anew.

use super::request::voters;
use crate::change::approval::{Seats, separates};
use crate::change::deciding::{Decided, Question, check_reported, decide, gravity};
use crate::change::event::{ApprovedBy, Cause, Reason, ReviewDuty, What};
use crate::change::refusal::Refusal;
use crate::change::roster::unfillable;
use crate::change::sla::{self, Level};
use crate::change::state::{Actor, State};
use crate::change::step::{Step, kept};
use crate::change::unmet::unmet;
use crate::eval::{Approve, Decision, Gate};
use crate::ir::{Ir, Name};
use crate::json::Json;
use std::sync::Arc;

pub(super) fn is_out_of_scope(decision: &Decision) -> bool {
    &*decision.scope.value != "in_scope"
}

/// Whether the policy itself is the approval.
pub(super) fn is_automatic(decision: &Decision) -> bool {
    matches!(decision.route.as_ref().map(|route| &route.approve), Some(Approve::Automatically))
}

/// Returns what a gate misses.
pub(in crate::change) fn denials(gates: &[Gate], name: &str) -> Vec<Reason> {
    let failures = gates.iter().filter(|gate| &*gate.gate == name).flat_map(|gate| &gate.failures);
    let reason = |failure: &crate::eval::Failure| Reason {
        code: failure.code.clone(),
        rule: Some(failure.id.clone()),
        missing: failure.missing.clone(),
        placeholders: failure.placeholders.clone(),
        message: String::new(),
    };
    failures.map(reason).collect()
}

/// Refuses what a gate denies.
pub(super) fn gate_allows(ir: &Ir, decided: &Decided, gate: &str) -> Result<(), Refusal> {
    let reasons = unmet(ir, decided, gate);
    if reasons.is_empty() { Ok(()) } else { Err(Refusal::of(reasons)) }
}

/// Refuses a change on which nobody could decide (S-120): it would wait for ever.
pub(super) fn seats_can_be_filled(step: &Step<'_>, decision: &Decision) -> Result<(), Refusal> {
    let Some(seats) = Seats::of(decision) else { return Ok(()) };
    let class = decision.class.as_ref().map(|class| &*class.value);
    let short = unfillable(&step.context, &seats, &step.change.requester, class, step.now);
    if short.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = short.iter().map(|name| &**name).collect();
    let message = format!("nobody can vote for {}", names.join(", "));
    let reason = Reason::new("SEAT_UNFILLABLE", message).missing(short);
    Err(Refusal::of(vec![reason]).help("name somebody for the role in the roster, other than the requester"))
}

/// Returns the later reviews that the class of a decision asks for.
pub(super) fn class_reviews(ir: &Ir, decision: &Decision) -> Vec<ReviewDuty> {
    let class = decision.class.as_ref().map(|class| &class.value);
    let declared = ir.classes.iter().find(|declared| Some(&declared.name) == class);
    declared.and_then(|class| Some(sla::duty(class.review.as_ref()?, &class.name))).into_iter().collect()
}

/// Records a classification, with the votes that count no more.
pub(super) fn classified(
    step: &mut Step<'_>,
    cause: Cause,
    decision: Decision,
    reason: String,
    reviews: Vec<ReviewDuty>,
) {
    let revises = matches!(cause, Cause::Reported | Cause::Reclassified);
    classified_with(step, Classified { cause, decision, reason, reviews, flag: None, revises });
}

pub(super) struct Classified {
    pub cause: Cause,
    pub decision: Decision,
    pub reason: String,
    pub reviews: Vec<ReviewDuty>,
    /// The mark of an exception that gives the class.
    pub flag: Option<Name>,
    /// Whether votes on the revision so far count no more.
    pub revises: bool,
}

pub(super) fn classified_with(step: &mut Step<'_>, classified: Classified) {
    let Classified { cause, decision, reason, mut reviews, flag, revises } = classified;
    if reviews.is_empty() {
        reviews = class_reviews(step.context.ir, &decision);
    }
    let before = step.change.policy().map(|policy| policy.digest);
    let from_policy = before.filter(|before| *before != decision.policy.digest);
    let beginning = if flag.is_some() { Some(step.now) } else { None };
    let level = Level::of(step.context.ir, &decision);
    let counts_from = beginning.or(step.change.service.counts_from);
    let start = level.as_ref().and_then(|level| match level.from() {
        "submitted" => counts_from.or(step.change.milestones.submitted),
        _ => None,
    });
    let due = level.zip(start).and_then(|(level, start)| level.due(start, &sla::pauses(&step.change)));
    let what = What::Classified {
        cause,
        decision: kept(decision),
        revision: step.change.revision.saturating_add(u32::from(revises)),
        due,
        reason,
        from_policy,
        voided: voters(&step.change),
        flag,
        reviews,
    };
    step.emit(what);
}

pub(super) fn complete(step: &mut Step<'_>) -> Result<(), Refusal> {
    step.by_requester()?;
    let decided = step.decide()?;
    let mut reasons = denials(&decided.decision.gates, "approval");
    if !reasons.is_empty() {
        name_the_fields(&mut reasons);
        return Err(Refusal { record: vec![], ..Refusal::of(reasons) });
    }
    seats_can_be_filled(step, &decided.decision)?;
    refresh(step, decided);
    ask(step);
    Ok(())
}

/// A placeholder is missing as much as an empty field is: both are named.
fn name_the_fields(reasons: &mut [Reason]) {
    for reason in reasons {
        let placeholders = reason.placeholders.clone();
        reason.missing.extend(placeholders);
    }
}

/// Takes in a decision that is graver than the one the change stands under.
fn refresh(step: &mut Step<'_>, fresh: Decided) {
    if is_graver(step, &fresh.decision) {
        let fresh = fresh.put_on_record(step.context.ir, &step.change.request);
        classified(step, Cause::Reported, fresh, String::new(), Vec::new());
    }
}

/// Whether a decision is graver than the one the change stands under: another class or risk that weighs more, or
/// others who decide on the same one.
pub(in crate::change) fn is_graver(step: &Step<'_>, fresh: &Decision) -> bool {
    let ir = step.context.ir;
    let Some(before) = &step.change.decision else { return true };
    let (was, is) = (gravity(ir, before), gravity(ir, fresh));
    let approve = |decision: &Decision| decision.route.as_ref().map(|route| route.approve.clone());
    is > was || is == was && approve(before) != approve(fresh)
}

/// Sends a change to whoever decides, or has the policy itself approve it.
fn ask(step: &mut Step<'_>) {
    let Some(decision) = &step.change.decision else { return };
    if is_automatic(decision) {
        approve_by_policy(step);
        return;
    }
    let level = Level::of(step.context.ir, decision);
    let start = level.as_ref().and_then(|level| level.start_if_complete(&step.change, step.now));
    let timed = level.zip(start);
    let due = timed
        .as_ref()
        .and_then(|(level, start)| level.due(*start, &sla::pauses_over(&step.change, step.now)));
    let forecast = timed.and_then(|(level, start)| level.forecast(step.context.ir, decision, start));
    step.emit(What::AssessmentCompleted { due, forecast });
    let notify = step.told(&[Name::from("approvers")]);
    if let Some(event) = step.events.last_mut() {
        event.notify = notify;
    }
}

/// Asks those who decide once more, or goes back to the assessment where the gates of the decision that the change stands
/// under miss something now.
///
/// # Errors
/// `SEAT_UNFILLABLE`.
pub(super) fn ask_again(step: &mut Step<'_>, gates: &[Gate]) -> Result<(), Refusal> {
    let mut reasons = denials(gates, "approval");
    if reasons.is_empty() {
        if let Some(decision) = &step.change.decision {
            seats_can_be_filled(step, decision)?;
        }
        ask(step);
        return Ok(());
    }
    name_the_fields(&mut reasons);
    let revision = step.change.revision;
    step.emit(What::AssessmentOpened { revision });
    step.emit(What::AssessmentIncomplete { reasons });
    Ok(())
}

/// The entry of the catalogue is the approval (S-12).
pub(super) fn approve_by_policy(step: &mut Step<'_>) {
    let catalogue = step.change.decision.as_ref().and_then(|decision| decision.catalogue.as_ref());
    let entry = catalogue.filter(|entry| entry.covered);
    let by = ApprovedBy::Policy {
        entry: entry.map(|entry| entry.entry.clone()),
        version: entry.map(|entry| entry.version.clone()),
        approved_by: entry.map(|entry| entry.approved_by.clone()),
        approved_on: entry.map(|entry| entry.approved_on.clone()),
    };
    approve(step, by, Vec::new());
}

/// Records that the approvals are complete, and until when they count (P-21).
pub(super) fn approve(step: &mut Step<'_>, by: ApprovedBy, not_required: Vec<Name>) {
    let ir = step.context.ir;
    let calendar = step.change.decision.as_ref().and_then(|decision| decision.due.as_ref()?.calendar.clone());
    let valid_until = ir
        .approvals
        .as_ref()
        .and_then(|approvals| sla::after(ir, calendar.as_deref(), step.now, &approvals.valid_at_most));
    let notify = step.told(&[Name::from("requester"), Name::from("implementer")]);
    step.emit_and_tell(What::Approved { by, valid_until, not_required }, notify);
}

pub(super) fn report(step: &mut Step<'_>, facts: &Arc<Json>) -> Result<(), Refusal> {
    let Actor::Machine(machine) = step.actor else {
        return Err(step.not_authorized("a machine"));
    };
    check_reported(step.context.ir, &step.change, facts, machine.word())?;
    // Half a group is no group: it is refused now, not when a gate needs it.
    let question = Question { news: Some(facts), ..step.question() };
    let decided = match step.change.state {
        State::Draft | State::Unauthorized => {
            check_facts(step, facts)?;
            None
        }
        _ => Some(decide(&step.context, &question)?),
    };
    step.emit(What::FactsReported { facts: Arc::clone(facts) });
    let Some(fresh) = decided else { return Ok(()) };
    match step.change.state {
        State::OutOfScope if !is_out_of_scope(&fresh.decision) => {
            let fresh = fresh.put_on_record(step.context.ir, &step.change.request);
            classified(step, Cause::Reported, fresh, String::new(), Vec::new());
            let revision = step.change.revision;
            let notify = step.told_of_trouble();
            step.emit_and_tell(What::AssessmentOpened { revision }, notify);
            Ok(())
        }
        State::Assessing => {
            refresh(step, fresh);
            Ok(())
        }
        State::AwaitingApproval | State::NeedsInfo | State::Approved | State::Scheduled | State::OnHold
            if is_graver(step, &fresh.decision) =>
        {
            let gates = fresh.decision.gates.clone();
            refresh(step, fresh);
            reopen_or_ask(step, &gates)
        }
        _ => Ok(()),
    }
}

/// What a machine reported takes effect even where nobody can decide on what the change has become.
fn reopen_or_ask(step: &mut Step<'_>, gates: &[Gate]) -> Result<(), Refusal> {
    let fillable = match &step.change.decision {
        Some(decision) => seats_can_be_filled(step, decision).is_ok(),
        None => false,
    };
    if fillable {
        return ask_again(step, gates);
    }
    let revision = step.change.revision;
    step.emit(What::AssessmentOpened { revision });
    Ok(())
}

/// Reads facts for a request that is not filled in yet.
fn check_facts(step: &Step<'_>, facts: &Json) -> Result<(), Refusal> {
    let nothing = Json::Object(Vec::new());
    let (_, errors) = crate::eval::read_partial(step.context.ir, &nothing, facts, step.now);
    let reason = |error: crate::eval::InputError| {
        Reason::new(error.code.word(), error.message).missing(vec![Name::from(error.path.as_str())])
    };
    if errors.is_empty() { Ok(()) } else { Err(Refusal::of(errors.into_iter().map(reason).collect())) }
}

pub(super) fn revise(step: &mut Step<'_>) -> Result<(), Refusal> {
    step.by_requester()?;
    let revision = step.change.revision.saturating_add(1);
    step.emit(What::AssessmentOpened { revision });
    Ok(())
}

pub(super) fn reclassify(step: &mut Step<'_>, reason: &str) -> Result<(), Refusal> {
    step.by_manager()?;
    step.said("REASON_REQUIRED", reason, "the reason")?;
    let ir = step.context.ir;
    let question = Question { class: None, ..step.question() };
    let decided = decide(&step.context, &question)?;
    let gates = decided.decision.gates.clone();
    let fresh = decided.put_on_record(step.context.ir, &step.change.request);
    let approved = matches!(step.change.state, State::Approved | State::Scheduled | State::OnHold);
    let same = |before: &Decision| {
        let outcome =
            |decision: &Decision| (decision.class.clone(), decision.risk.clone(), decision.route.clone());
        before.policy.digest == fresh.policy.digest && outcome(before) == outcome(&fresh)
    };
    if let Some(before) = &step.change.decision {
        if same(before) {
            return Err(Refusal::new(
                "NOTHING_CHANGES",
                "the policy in force gives it the class that it has",
            ));
        }
        let lower = gravity(ir, &fresh).0 < gravity(ir, before).0 || is_out_of_scope(&fresh);
        if lower && step.is_requester() && separates(ir, "requester", "approver") {
            let message =
                format!("`{}` asks for this change and cannot make it lighter", step.change.requester);
            return Err(
                Refusal::new("SOD_REQUESTER", message).help("another change manager has it decided anew")
            );
        }
        if approved && lower {
            return Err(Refusal::new("CLASS_WOULD_FALL", "the class of an approved change does not fall")
                .help("withdraw it and ask for another, or deploy it as it is"));
        }
    }
    let stays = approved
        && step.change.decision.as_ref().is_some_and(|before| {
            let approve = |decision: &Decision| decision.route.as_ref().map(|route| route.approve.clone());
            gravity(ir, before) == gravity(ir, &fresh) && approve(before) == approve(&fresh)
        });
    let out = is_out_of_scope(&fresh);
    if stays {
        return Err(Refusal::new(
            "NOTHING_CHANGES",
            "what was approved stays approved under the policy of its time",
        ));
    }
    let assessing = step.change.state == State::Assessing;
    let automatic = is_automatic(&fresh);
    classified(step, Cause::Reclassified, fresh, reason.to_owned(), Vec::new());
    if out {
        step.emit(What::ScopedOut);
        return Ok(());
    }
    if assessing && !automatic { Ok(()) } else { ask_again(step, &gates) }
}
