//! Going back: once for each deployment, to what was saved, in the time that the policy allows.

use crate::change::command::Trigger;
use crate::change::event::{Due, Rollback, What};
use crate::change::refusal::Refusal;
use crate::change::state::{Machine, State};
use crate::change::step::Step;
use crate::ir::Name;
use crate::value::Digest;

pub(super) fn trigger(step: &mut Step<'_>, trigger: &Trigger) -> Result<(), Refusal> {
    step.by_machine(Machine::Monitor)?;
    let ir = step.context.ir;
    let rules = ir.rollback.iter().flat_map(|rollback| &rollback.rules);
    let Some(rule) = rules.clone().find(|rule| rule.id == trigger.rule) else {
        let known: Vec<&str> = rules.map(|rule| &*rule.id).collect();
        let refusal =
            Refusal::new("RULE_UNKNOWN", format!("the policy has no rollback rule `{}`", trigger.rule));
        return Err(refusal.help(format!("its rules are {}", known.join(", "))));
    };
    // What is on record names the rule's own code, or reports would count a rollback under the wrong one.
    if !rule.codes().any(|code| *code == trigger.code) {
        let known: Vec<&str> = rule.codes().map(|code| &**code).collect();
        let message = format!("rule `{}` does not fire with the code `{}`", rule.id, trigger.code);
        return Err(Refusal::new("CODE_UNKNOWN", message)
            .help(format!("it fires with {}", known.join(", or for want of data with "))));
    }
    if trigger.at > step.now {
        return Err(Refusal::new(
            "CLOCK_WENT_BACK",
            format!("the rule fired at {}, which is not yet", trigger.at),
        ));
    }
    if step.change.milestones.implementing.is_none_or(|start| trigger.at < start) {
        let message = format!("the rule fired at {}, before this deployment began", trigger.at);
        return Err(Refusal::new("BEFORE_THE_START", message));
    }
    if matches!(step.change.state, State::RollingBack | State::RolledBack | State::RollbackFailed) {
        let Trigger { code, rule, at, .. } = trigger.clone();
        step.emit(What::TriggerNoted { code, rule, at });
        return Ok(());
    }
    begin(step, trigger);
    Ok(())
}

/// Begins the one rollback of a deployment. T0 is the instant at which the rule fired.
pub(super) fn begin(step: &mut Step<'_>, trigger: &Trigger) {
    let ir = step.context.ir;
    let deadline = ir.rollback.as_ref().and_then(|rollback| {
        Some(Due { at: trigger.at.checked_add(rollback.restore)?, strict: rollback.restore_is_strict })
    });
    let rule = ir.rollback.iter().flat_map(|rollback| &rollback.rules).find(|rule| rule.id == trigger.rule);
    let mut notify = step.told_of_trouble();
    let others = rule.map_or_else(Vec::new, |rule| step.told(&rule.notify));
    notify.extend(others);
    let begun = What::RollbackTriggered(Rollback {
        code: trigger.code.clone(),
        rule: trigger.rule.clone(),
        at: trigger.at,
        first_bad: trigger.first_bad,
        deadline,
        target: step.change.snapshot,
        evidence: trigger.evidence.clone(),
    });
    step.emit_and_tell(begun, notify);
}

pub(super) fn inconclusive(step: &mut Step<'_>, rules: &[Name]) -> Result<(), Refusal> {
    step.by_machine(Machine::Monitor)?;
    if *rules == *step.change.inconclusive {
        return Err(Refusal::new("NOTHING_CHANGES", "that is known already"));
    }
    let notify = if rules.is_empty() { Vec::new() } else { step.told_of_trouble() };
    step.emit_and_tell(What::MonitorInconclusive { rules: rules.to_vec() }, notify);
    Ok(())
}

pub(super) fn restored(step: &mut Step<'_>, digest: Digest) -> Result<(), Refusal> {
    step.by_implementer()?;
    let Some(rollback) = step.change.rollback.clone() else {
        return Err(Refusal::new("NOTHING_CHANGES", "there is no rollback"));
    };
    // What runs is shown to be what was there before by the snapshot, and by nothing else (S-89).
    let Some(target) = rollback.trigger.target else {
        return Err(Refusal::new("NO_SNAPSHOT", "nothing was saved before this deployment to compare with")
            .help("say that going back failed, and name the change that repairs it"));
    };
    if target != digest {
        return Err(Refusal::new(
            "ROLLBACK_DIGEST_MISMATCH",
            format!("what runs now is {digest}, and what was saved is {target}"),
        )
        .help("restore the snapshot that was taken before the deployment"));
    }
    let took_ms = step.now.since(rollback.trigger.at);
    let exposure_ms = rollback.trigger.first_bad.map(|first| step.now.since(first));
    let in_time = rollback.trigger.deadline.is_none_or(|deadline| deadline.met_at(step.now));
    let late = rollback.failed || !in_time;
    let notify = step.told_of_trouble();
    step.emit_and_tell(What::RollbackRestored { digest, took_ms, exposure_ms, late }, notify);
    Ok(())
}

pub(super) fn restore_failed(step: &mut Step<'_>, reason: &str) -> Result<(), Refusal> {
    step.by_implementer()?;
    step.said("REASON_REQUIRED", reason, "what went wrong")?;
    let code = step.context.ir.rollback.as_ref().map(|rollback| rollback.restore_code.clone());
    let code = code.unwrap_or_else(|| Name::from("ROLLBACK_FAILED"));
    let notify = step.told_of_trouble();
    step.emit_and_tell(What::RollbackFailed { code, reason: reason.to_owned() }, notify);
    Ok(())
}

pub(super) fn fix_forward(step: &mut Step<'_>, change: &Name) -> Result<(), Refusal> {
    step.by_requester_or_manager()?;
    super::request::checked_id(change)?;
    if *change == step.change.id {
        return Err(Refusal::new("BAD_ID", "a change does not repair itself: ask for another"));
    }
    step.emit(What::FixForward { change: change.clone() });
    Ok(())
}
