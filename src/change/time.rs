//! What falls due by itself: alerts, breaches, lapses, deadlines. It comes before every command.

use super::event::What;
use super::register;
use super::sla::{self, Level};
use super::state::State;
use super::step::Step;
use crate::ir::Name;
use crate::value::{Duration, Fixed, Instant, Period};

/// Records everything that fell due up to now, in the order in which it did.
pub(super) fn pass(step: &mut Step<'_>) {
    let mut due: Vec<(Instant, What)> = Vec::new();
    service_level(step, &mut due);
    if let Some(lapsed) = lapse(step) {
        // The service level ends with the approval, whenever somebody looks.
        due.retain(|(at, _)| *at <= lapsed);
        due.push((lapsed, What::Expired { at: lapsed }));
    }
    rollback(step, &mut due);
    reviews(step, &mut due);
    due.sort_by_key(|(at, _)| *at);
    for (_, what) in due {
        let notify = match &what {
            What::SlaAlert { share, .. } => {
                let words = recipients(step, *share);
                step.told(&words)
            }
            What::SlaBreached { .. }
            | What::Expired { .. }
            | What::RollbackFailed { .. }
            | What::RetroOverdue { .. } => step.told_of_trouble(),
            _ => Vec::new(),
        };
        step.emit_of_time(what, notify);
    }
}

/// Whom the class tells when a share of the time is used.
fn recipients(step: &Step<'_>, share: Fixed) -> Vec<Name> {
    let alerts = step.change.decision.iter().flat_map(|decision| &decision.alerts);
    alerts.filter(|alert| alert.at.contains(&share)).flat_map(|alert| alert.to.iter().cloned()).collect()
}

fn service_level(step: &Step<'_>, due: &mut Vec<(Instant, What)>) {
    let change = &step.change;
    let runs = !matches!(
        change.state,
        State::Draft
            | State::OutOfScope
            | State::Rejected
            | State::Expired
            | State::Closed
            | State::Withdrawn
    );
    let Some(decision) = change.decision.as_ref().filter(|_| runs && change.service.met.is_none()) else {
        return;
    };
    let Some(level) = Level::of(step.context.ir, decision) else { return };
    let Some(start) = level.start(change) else { return };
    let pauses = sla::pauses(change);
    let mut shares: Vec<Fixed> = decision.alerts.iter().flat_map(|alert| alert.at.iter().copied()).collect();
    shares.sort_unstable();
    shares.dedup();
    for share in shares.into_iter().filter(|share| !change.service.alerted.contains(share)) {
        if let Some(at) = level.at_share(start, &pauses, share).filter(|at| *at <= step.now) {
            due.push((at, What::SlaAlert { share, at }));
        }
    }
    if let Some(limit) = change.service.due.filter(|limit| !limit.met_at(step.now))
        && change.service.breached.is_none()
    {
        // What is in time at the limit itself is late a millisecond after it.
        let past = if limit.strict { Some(limit.at) } else { limit.at.checked_add(Duration::from_ms(1)) };
        let at = past.unwrap_or(limit.at);
        due.push((at, What::SlaBreached { at }));
    }
}

/// An approval counts until its time is over, or the window for which it was given.
fn lapse(step: &Step<'_>) -> Option<Instant> {
    let approved = matches!(step.change.state, State::Approved | State::Scheduled | State::OnHold);
    valid_until(step).filter(|at| approved && *at <= step.now)
}

/// Returns the first instant at which the approval counts no more (P-21).
pub(super) fn valid_until(step: &Step<'_>) -> Option<Instant> {
    let approval = step.change.approval.as_ref()?;
    [approval.valid_until, lapses_with(step)].into_iter().flatten().min()
}

/// The instant of the request that the policy lets approvals lapse at.
fn lapses_with(step: &Step<'_>) -> Option<Instant> {
    let ir = step.context.ir;
    let (slot, edge) = ir.approvals.as_ref()?.valid_until;
    let value = register::member(&step.change.request, &ir.slots.get(slot.index())?.path)?;
    match edge {
        None => crate::json::to_typed(value).ok(),
        Some(edge) => {
            let window: Period = crate::json::to_typed(value).ok()?;
            Some(match edge {
                crate::ir::Edge::Start => window.start(),
                crate::ir::Edge::End => window.end(),
            })
        }
    }
}

fn rollback(step: &Step<'_>, due: &mut Vec<(Instant, What)>) {
    let Some(rollback) = step.change.rollback.as_ref().filter(|_| step.change.state == State::RollingBack)
    else {
        return;
    };
    if let Some(deadline) = rollback.trigger.deadline.filter(|deadline| !deadline.met_at(step.now)) {
        let code = step.context.ir.rollback.as_ref().map(|rollback| rollback.restore_code.clone());
        let code = code.unwrap_or_else(|| Name::from("ROLLBACK_FAILED"));
        due.push((deadline.at, What::RollbackFailed { code, reason: "deadline".to_owned() }));
    }
}

fn reviews(step: &Step<'_>, due: &mut Vec<(Instant, What)>) {
    if matches!(step.change.state, State::Closed | State::Withdrawn) {
        return;
    }
    let open = step.change.reviews.iter().filter(|duty| duty.justified.is_none() && !duty.overdue);
    for duty in open {
        if let Some(limit) = duty.due.filter(|limit| !limit.met_at(step.now)) {
            due.push((limit.at, What::RetroOverdue { code: duty.code.clone(), due: limit.at }));
        }
    }
}
