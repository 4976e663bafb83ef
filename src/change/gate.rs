//! The gate: may this change be deployed now? It is what a deployment job asks, and what the command `start` goes by.

use super::approval::{Seats, bars_to_implement};
use super::deciding::{Context, Decided, Question, decide, of_others};
use super::event::Reason;
use super::record::Change;
use super::refusal::Refusal;
use super::register::Frozen;
use super::state::{Actor, Machine, State};
use super::step::Step;
use super::steps::assess::is_graver;
use super::time;
use super::unmet::unmet;
use crate::eval::{self, LastPhase, Unobserved, Verdict};
use crate::ir::{FactsId, Ir, Name, Presence};
use crate::json::Json;
use crate::value::{Duration, Instant, Period};
use serde::Serialize;
use std::borrow::Cow;
use std::sync::Arc;

/// What the gate says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GateAnswer {
    /// Whether the deployment may begin, or go on.
    pub allow: bool,
    /// Every reason why not; none if it may.
    pub reasons: Vec<Reason>,
    /// Where the change stands now; absent if there is none.
    pub state: Option<State>,
    /// Marks that the change carries, such as `BREAK_GLASS`.
    pub flags: Vec<Name>,
}

/// Says whether a deployment may begin at `now`, with every reason why not.
///
/// `facts` is what the deployment job knows now; it counts over what was reported before and is not kept. Time passes
/// for the answer as it does for a command: an approval that lapsed is none. A deployment that has begun may go on, unless the
/// policy's gate `continue` says what it lacks.
///
/// The reasons: those of the policy's gates `schedule` (for a change that has no schedule yet) and `start`, both asked of the
/// register as it is now, or `continue`, and `NO_CHANGE`, `NOT_APPROVED`, `MISSING_APPROVAL`, `APPROVAL_EXPIRED`, `ON_HOLD`, `FREEZE`, `CLASS_ROSE`,
/// `SOD_REQUESTER`, `SOD_IMPLEMENTER`, `OTHER_POLICY`, and the codes of faulty facts.
pub fn gate(change: Option<&Change>, facts: &Json, context: &Context<'_>, now: Instant) -> GateAnswer {
    let Some(change) = change else {
        let reason = Reason::new("NO_CHANGE", "no change request allows this deployment");
        return GateAnswer { allow: false, reasons: vec![reason], state: None, flags: Vec::new() };
    };
    let mut step = Step::new(Cow::Borrowed(change), *context, now, &Actor::Machine(Machine::Ci));
    let reasons = match super::time_and_policy(&step, change) {
        Err(refusal) => with_help(refusal),
        Ok(()) => {
            time::pass(&mut step);
            let implementer = step.change.implementer.clone();
            match reasons_to_wait(&step, Some(facts), implementer.as_ref()) {
                Ok(reasons) => reasons,
                Err(refusal) => with_help(refusal),
            }
        }
    };
    // The job that deploys may take the baseline itself; what others tell it denies, beside every other reason.
    let tellers = [Machine::Ci.word(), Machine::Monitor.word()];
    let mut every = of_others(context.ir, facts, &tellers);
    every.extend(reasons);
    GateAnswer {
        allow: every.is_empty(),
        reasons: every,
        state: Some(step.change.state),
        flags: step.change.flags.clone(),
    }
}

/// The reasons of a refusal. An answer has no help beside them: it is the first one's.
fn with_help(refusal: Refusal) -> Vec<Reason> {
    let Refusal { mut reasons, help, .. } = refusal;
    if let (Some(first), Some(help)) = (reasons.first_mut(), help) {
        first.message = format!("{} ({help})", first.message);
    }
    reasons
}

/// Returns every reason why a deployment cannot begin, or go on, now.
///
/// # Errors
/// Faults of the facts.
pub(super) fn reasons_to_wait(
    step: &Step<'_>,
    news: Option<&Json>,
    implementer: Option<&Name>,
) -> Result<Vec<Reason>, Refusal> {
    let change = &step.change;
    // Nothing is deployed before a change is submitted, nor once its deployment is said to be done.
    if matches!(change.state, State::Draft | State::Unauthorized | State::Verifying | State::InReview) {
        return Ok(state_reasons(change));
    }
    let has_begun = change.state == State::Implementing;
    if has_begun && !step.context.ir.gates.iter().any(|gate| &*gate.name == "continue") {
        return Ok(Vec::new());
    }
    let news = news.map(|news| Arc::new(news.clone()));
    let question = Question { news: news.as_ref(), implementer, ..step.question() };
    let fresh = decide(&step.context, &question)?;
    if has_begun {
        return Ok(unmet(step.context.ir, &fresh, "continue"));
    }
    if change.state == State::OutOfScope {
        return Ok(refuted(step.context.ir, &fresh));
    }
    let mut reasons = state_reasons(change);
    if change.state != State::Scheduled {
        reasons.extend(unmet(step.context.ir, &fresh, "schedule"));
    }
    // A freeze may have been declared since the change was scheduled.
    let window = super::register::window(step.context.ir, &fresh.record);
    // Where no window is planned, it is this moment that counts.
    let moment =
        || Period::new(step.now, step.now.checked_add(Duration::from_ms(1)).unwrap_or(step.now)).ok();
    let window = window.or_else(moment);
    reasons.extend(freezes(&step.context, &fresh, window));
    reasons.extend(unmet(step.context.ir, &fresh, "start"));
    if is_graver(step, &fresh.decision) {
        reasons.push(class_rose(&fresh));
    }
    if let Some(person) = implementer {
        reasons.extend(bars_to_implement(step.context.ir, change, person));
    }
    Ok(once(reasons))
}

/// One reason for each code and rule, the first one.
fn once(reasons: Vec<Reason>) -> Vec<Reason> {
    let mut kept: Vec<Reason> = Vec::with_capacity(reasons.len());
    for reason in reasons {
        if !kept.iter().any(|known| known.code == reason.code && known.rule == reason.rule) {
            kept.push(reason);
        }
    }
    kept
}

/// Why a deployment is not let through by the claim that it is not governed here: what machines found out refutes it,
/// or the job has not told what would show it.
fn refuted(ir: &Ir, fresh: &Decided) -> Vec<Reason> {
    if &*fresh.decision.scope.value == "in_scope" {
        let code = fresh.decision.flags.first().map_or("NOT_APPROVED", |flag| flag);
        return vec![Reason::new(code, "the change was taken to be out of scope, and is not")];
    }
    let untold = untold(ir, fresh);
    if untold.is_empty() {
        return Vec::new();
    }
    let message =
        format!("nothing shows yet that it is out of scope: the job has not told `{}`", untold.join("`, `"));
    vec![Reason::new("SCOPE_UNCONFIRMED", message).missing(untold)]
}

/// Returns the groups that a deployment job reports, has not, and that could take the change in.
fn untold(ir: &Ir, fresh: &Decided) -> Vec<Name> {
    let groups = (0..).map(FactsId).zip(&ir.facts);
    let absent = groups.filter(|(id, group)| {
        &*group.from == Machine::Ci.word() && fresh.record.group(*id) == Presence::Absent
    });
    let absent: Vec<(FactsId, &Name)> = absent.map(|(id, group)| (id, &group.name)).collect();
    let may_be_in = |untold: &[(FactsId, &Name)]| {
        let mut record = fresh.record.clone();
        for (id, _) in untold {
            record.take_back_facts(ir, *id);
        }
        let scope =
            eval::possible_as_far_as(ir, &record, fresh.decision.now, LastPhase::Scope, &mut Unobserved)
                .scope;
        scope.value.values.contains(&eval::IN_SCOPE)
    };
    if !may_be_in(&absent) {
        return Vec::new();
    }
    let alone = absent.iter().filter(|one| may_be_in(std::slice::from_ref(*one)));
    let alone: Vec<Name> = alone.map(|(_, name)| (*name).clone()).collect();
    if alone.is_empty() { absent.into_iter().map(|(_, name)| name.clone()).collect() } else { alone }
}

fn class_rose(fresh: &Decided) -> Reason {
    let class = fresh.decision.class.as_ref().map_or("another class", |class| &class.value);
    let message =
        format!("the policy takes the change for `{class}` now, and it was approved as something else");
    let codes = fresh.decision.codes.clone();
    Reason::new("CLASS_ROSE", message).missing(codes)
}

/// Why the state of a change allows no deployment.
fn state_reasons(change: &Change) -> Vec<Reason> {
    let reason = match change.state {
        State::Approved | State::Scheduled | State::OutOfScope => return Vec::new(),
        State::AwaitingApproval | State::NeedsInfo => {
            let seats = change.decision.as_deref().and_then(Seats::of);
            let missing = seats.map(|seats| seats.missing(&change.votes)).unwrap_or_default();
            Reason::new("MISSING_APPROVAL", "the approvals are not complete").missing(missing)
        }
        State::Expired => {
            Reason::new("APPROVAL_EXPIRED", "the approval has lapsed: have the change approved anew")
        }
        State::OnHold => Reason::new("ON_HOLD", "the change is held: a change manager lifts that"),
        state => Reason::new(
            "NOT_APPROVED",
            format!("the change is `{state}`: only one that is approved is deployed"),
        ),
    };
    vec![reason]
}

/// Returns a reason if what is left of the window lies in part in a freeze (S-32): one that is over holds nothing back.
pub(super) fn freezes(context: &Context<'_>, decided: &Decided, window: Option<Period>) -> Vec<Reason> {
    let now = decided.decision.now;
    let left = window.and_then(|window| Period::new(window.start().max(now), window.end()).ok());
    let Some(window) = left else { return Vec::new() };
    let (ir, Decided { record, outcome, .. }) = (context.ir, decided);
    let holds = |freeze: &crate::ir::Freeze| {
        freeze.when.is_none_or(|when| eval::test(ir, record, outcome, when) != Verdict::No)
    };
    let found = context.register.freezes_in(ir, window, holds);
    if found.is_empty() {
        return Vec::new();
    }
    let named = |Frozen { code, until }: &Frozen| match until {
        Some(until) => format!("{code} (until {until})"),
        None => format!("{code} (without an end)"),
    };
    let names: Vec<String> = found.iter().map(named).collect();
    let codes = found.into_iter().map(|frozen| frozen.code).collect();
    vec![Reason::new("FREEZE", format!("the window lies in {}", names.join(", "))).missing(codes)]
}
