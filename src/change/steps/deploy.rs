//! Phases 4 and 5: schedule, start, the steps of a rollout, and verification.

use super::request::with_window;
use super::rollback;
use super::votes::open_exception;
use crate::change::command::Trigger;
use crate::change::deciding::{Question, came_to, decide, digest};
use crate::change::event::{Reason, What};
use crate::change::gate;
use crate::change::refusal::Refusal;
use crate::change::register;
use crate::change::sla;
use crate::change::state::{Machine, State};
use crate::change::step::Step;
use crate::change::unmet::unmet;
use crate::ir::Name;
use crate::json::Json;
use crate::value::{Digest, Period};
use std::sync::Arc;

pub(super) fn schedule(
    step: &mut Step<'_>,
    window: Option<Period>,
    implementer: &Name,
) -> Result<(), Refusal> {
    if step.actor.person() != Some(implementer) {
        step.by_requester_or_manager()?;
    }
    let reasons = crate::change::approval::bars_to_implement(step.context.ir, &step.change, implementer);
    if !reasons.is_empty() {
        return Err(Refusal::of(reasons));
    }
    let request = match window {
        Some(window) => with_window(step.context.ir, &step.change.request, window)?,
        None => Arc::clone(&step.change.request),
    };
    let question = Question { request: &request, implementer: Some(implementer), ..step.question() };
    let decided = decide(&step.context, &question)?;
    let mut reasons = unmet(step.context.ir, &decided, "schedule");
    let window = register::window(step.context.ir, &decided.record);
    reasons.extend(gate::freezes(&step.context, &decided, window));
    if !reasons.is_empty() {
        return Err(Refusal::of(reasons));
    }
    let notify = step.told(&[Name::from("requester"), implementer.clone()]);
    let scheduled = What::Scheduled {
        digest: digest(step.context.ir, &request),
        request,
        window,
        implementer: implementer.clone(),
    };
    step.emit_and_tell(scheduled, notify);
    Ok(())
}

fn by_manager_or_workflow(step: &Step<'_>) -> Result<(), Refusal> {
    if step.actor.is(Machine::Workflow) { Ok(()) } else { step.by_manager() }
}

pub(super) fn hold(step: &mut Step<'_>, reason: &str) -> Result<(), Refusal> {
    by_manager_or_workflow(step)?;
    step.said("REASON_REQUIRED", reason, "the reason")?;
    let notify = step.told(&[Name::from("requester"), Name::from("implementer")]);
    step.emit_and_tell(What::Held { reason: reason.to_owned() }, notify);
    Ok(())
}

pub(super) fn lift(step: &mut Step<'_>) -> Result<(), Refusal> {
    by_manager_or_workflow(step)?;
    let decided = step.decide()?;
    let window = register::window(step.context.ir, &decided.record);
    let reasons = gate::freezes(&step.context, &decided, window);
    if !reasons.is_empty() {
        return Err(Refusal::of(reasons).help("plan another window: that needs another approval"));
    }
    let notify = step.told(&[Name::from("requester"), Name::from("implementer")]);
    step.emit_and_tell(What::Lifted, notify);
    Ok(())
}

/// Finds whoever deploys: the person who acts, or whom the pipeline names, and nobody but who was scheduled.
fn implementer(step: &Step<'_>, named: Option<&Name>) -> Result<Name, Refusal> {
    let scheduled = step.change.implementer.as_ref();
    let acting = match step.actor.person() {
        Some(person) => match named {
            Some(named) if named != person => {
                return Err(Refusal::new("NOT_AUTHORIZED", format!("`{person}` cannot start for `{named}`")));
            }
            _ => Some(person),
        },
        None if step.actor.is(Machine::Ci) => named.or(scheduled),
        None => return Err(step.not_authorized("a person or the machine `ci`")),
    };
    match (acting, scheduled) {
        (Some(person), Some(scheduled)) if person != scheduled => {
            Err(Refusal::new("NOT_AUTHORIZED", format!("`{scheduled}` deploys this change, not `{person}`"))
                .help("schedule it with another implementer"))
        }
        (Some(person), _) => Ok(person.clone()),
        (None, _) => Err(Refusal::new("IMPLEMENTER_UNKNOWN", "nobody is named who deploys this change")
            .help("name the person as `implementer`")),
    }
}

pub(super) fn start(step: &mut Step<'_>, named: Option<&Name>) -> Result<(), Refusal> {
    let implementer = implementer(step, named)?;
    let reasons = gate::reasons_to_wait(step, None, Some(&implementer))?;
    if !reasons.is_empty() {
        return Err(Refusal::of(reasons));
    }
    if step.change.state == State::Approved {
        step.emit(What::Scheduled {
            request: step.change.request.clone(),
            digest: step.change.digest,
            window: register::requested_window(step.context.ir, &step.change.request),
            implementer: implementer.clone(),
        });
    }
    started(step, implementer);
    Ok(())
}

fn started(step: &mut Step<'_>, implementer: Name) {
    let snapshot = match register::member(&step.change.facts, "snapshot.digest") {
        Some(Json::String(text)) => text.parse::<Digest>().ok(),
        _ => None,
    };
    let steps = step.change.decision.iter().flat_map(|decision| &decision.canary).next();
    let share = steps.and_then(|canary| canary.steps.first()).map(|step| step.share);
    let notify = step.told(&[Name::from("requester")]);
    step.emit_and_tell(What::ImplementationStarted { implementer, snapshot, share }, notify);
}

pub(super) fn break_glass(
    step: &mut Step<'_>,
    name: &Name,
    reason: &str,
    named: Option<&Name>,
) -> Result<(), Refusal> {
    let Some(person) = step.actor.person().cloned() else { return Err(step.not_authorized("a person")) };
    let on_call = step.context.roster.on_call.values().filter_map(|rotation| rotation.at(step.now));
    let on_call: Vec<Name> = on_call.map(|(person, _)| person).collect();
    if !on_call.contains(&person) {
        step.by_requester_or_manager()?;
    }
    step.said("REASON_REQUIRED", reason, "the reason")?;
    let exception = open_exception(step, name)?;
    if exception.becomes.is_some() {
        return Err(Refusal::new("EXCEPTION_UNKNOWN", format!("`{name}` does not begin a deployment"))
            .help("use the command `escalate`"));
    }
    let implementer = named.cloned().unwrap_or(person);
    // Nothing of what is missing is hidden: whoever reviews it later sees what was not there.
    let unmet = gate::reasons_to_wait(step, None, Some(&implementer))?;
    let broken = What::GlassBroken {
        exception: name.clone(),
        reason: reason.to_owned(),
        flag: exception.flag.clone(),
        unmet,
        review: sla::duty(&exception.review, &exception.name),
    };
    let notify = step.told(&exception.notify);
    step.emit_and_tell(broken, notify);
    started(step, implementer);
    Ok(())
}

pub(super) fn promote(step: &mut Step<'_>) -> Result<(), Refusal> {
    step.by_implementer()?;
    let canary = step.change.decision.iter().flat_map(|decision| &decision.canary).next().cloned();
    let (Some(canary), Some(at)) = (canary, step.change.canary.clone()) else {
        return Err(Refusal::new("NO_CANARY", "this change goes out in one step"));
    };
    let next = at.step.saturating_add(1);
    let (Some(here), Some(then)) = (canary.steps.get(at.step as usize), canary.steps.get(next as usize))
    else {
        return Err(Refusal::new("NO_CANARY", "the last step of the rollout is reached"));
    };
    let mut reasons: Vec<Reason> = still_watched(step, here, &at).into_iter().collect();
    reasons.extend(unmet(step.context.ir, &step.decide()?, "promote"));
    reasons.extend(inconclusive(step));
    if !reasons.is_empty() {
        return Err(Refusal::of(reasons));
    }
    let forgets = came_to(step.context.ir, &step.change.facts);
    step.emit(What::CanaryPromoted { step: next, share: then.share, forgets });
    Ok(())
}

/// Why a step of a rollout is not over.
fn still_watched(
    step: &Step<'_>,
    here: &crate::eval::Step,
    at: &crate::change::record::CanaryStep,
) -> Option<Reason> {
    let observed = here.observed_ms?;
    let over = at.since.checked_add(observed).unwrap_or(crate::value::Instant::MAX);
    let code = here.code.as_deref().unwrap_or("CANARY_WINDOW");
    let message = format!("the step of {} % is watched until {over}", at.share);
    (step.now < over).then(|| Reason::new(code, message))
}

/// Why the monitor's silence is no approval (P-09, D-15).
fn inconclusive(step: &Step<'_>) -> Option<Reason> {
    let rules = &step.change.inconclusive;
    let message = "the monitor cannot judge for want of data";
    (!rules.is_empty()).then(|| Reason::new("MONITOR_INCONCLUSIVE", message).missing(rules.clone()))
}

pub(super) fn done(step: &mut Step<'_>) -> Result<(), Refusal> {
    step.by_implementer()?;
    let notify = step.told(&[Name::from("requester")]);
    step.emit_and_tell(What::ImplementationDone, notify);
    Ok(())
}

pub(super) fn abort(step: &mut Step<'_>, reason: &str, deployed: bool) -> Result<(), Refusal> {
    step.by_implementer()?;
    step.said("REASON_REQUIRED", reason, "the reason")?;
    if !deployed {
        let notify = step.told_of_trouble();
        step.emit_and_tell(What::ImplementationFailed { reason: reason.to_owned() }, notify);
        return Ok(());
    }
    let trigger = Trigger {
        code: Name::from("ABORTED"),
        rule: Name::from("abort"),
        at: step.now,
        first_bad: None,
        evidence: Json::String(reason.to_owned()),
    };
    rollback::begin(step, &trigger);
    Ok(())
}

pub(super) fn verify(step: &mut Step<'_>) -> Result<(), Refusal> {
    if !step.actor.is(Machine::Ci) && !step.actor.is(Machine::Monitor) {
        let implements =
            step.actor.person().is_some() && step.actor.person() == step.change.implementer.as_ref();
        if !implements {
            step.by_requester_or_manager()?;
        }
    }
    let decided = step.decide()?;
    let mut reasons = unmet(step.context.ir, &decided, "review");
    let canary = step.change.decision.iter().flat_map(|decision| &decision.canary).next();
    if let (Some(canary), Some(at)) = (canary, &step.change.canary) {
        let last = canary.steps.len().saturating_sub(1);
        if (at.step as usize) < last {
            let here = canary.steps.get(at.step as usize);
            let code = here.and_then(|here| here.code.as_deref()).unwrap_or("CANARY_WINDOW");
            let message = format!("the rollout is at {} %", at.share);
            reasons.push(Reason::new(code, message));
        }
        let watched = canary.steps.get(at.step as usize).and_then(|here| still_watched(step, here, at));
        reasons.extend(watched.filter(|_| (at.step as usize) >= last));
    }
    reasons.extend(inconclusive(step));
    if !reasons.is_empty() {
        return Err(Refusal::of(reasons));
    }
    step.emit(What::Verified);
    Ok(())
}
