//! The life of a change: what may be done with it, by whom, and what follows.
//!
//! ```text
//! change + command + policy + roster + register + now + actor ─ next ─► events, or a refusal
//! change + event ─ apply ─► change          history ─ fold ─► change
//! change + facts + now ─ gate ─► allow, or deny with all reasons
//! ```
//!
//! Always holds: a [`Change`] is the fold of its events and nothing else; [`next`] changes nothing and reads no clock;
//! the same arguments give the same events on every host. Where a command may be given, and where it leads, stands in
//! one [`table`]. Time passes before every command: what fell due comes first. A change stays on the policy that it was
//! submitted under until it is classified anew.

mod approval;
mod command;
mod deciding;
mod event;
mod gate;
mod preview;
mod record;
mod refusal;
mod register;
mod roster;
mod sla;
mod stand_in;
mod state;
mod status;
mod step;
mod steps;
pub mod table;
mod time;
mod unmet;

pub use approval::{Seat, Seats};
pub use command::{Ballot, Choice, CloseCode, Command, Kind, Trigger};
pub use deciding::{Context, record_of, would_ease};
pub use event::{
    ApprovedBy, Cause, Due, Event, Forecast, Notice, Reason, ReviewDuty, Right, Rollback, StandIn, Vote, What,
};
pub use gate::{GateAnswer, gate};
pub use preview::{EditPreview, preview_edit};
pub use record::{
    Approval, CanaryStep, Change, Escalation, FoldError, Milestones, Reviewed, RollbackState, Service,
    Withheld, apply, fold,
};
pub use refusal::Refusal;
pub use register::{
    Conflicts, DeclaredFreeze, Frozen, History, Past, Planned, Proposal, Register, history, planned,
    proposals, window_slot,
};
pub use roster::{Delegation, Finding, Roster, Rotation, Swap, findings};
pub use stand_in::with_stand_ins;
pub use state::{Actor, Machine, State};
pub use status::{SeatStatus, ServiceStatus, Status, status};
pub use steps::request::checked_id;

use crate::value::Instant;
use std::borrow::Cow;
use step::Step;

/// Returns what a command does to a change: the events that it becomes, or why it is refused.
///
/// `change` is `None` for the commands that begin one. The events are to be stored together or not at all; a change
/// that they are [applied](apply) to is what a replay will find. What fell due since the last event stands before the
/// command's own events; a refusal carries it in its `record`, with the refusal itself.
///
/// # Errors
/// A [`Refusal`] with every reason. Those that no rule of the policy gives: `NO_CHANGE`, `ALREADY_EXISTS`,
/// `WRONG_STATE`, `CLOCK_WENT_BACK`, `OTHER_POLICY`, `NOT_AUTHORIZED`, and those of the command.
pub fn next(
    change: Option<&Change>,
    command: &Command,
    context: &Context<'_>,
    now: Instant,
    actor: &Actor,
) -> Result<Vec<Event>, Refusal> {
    step(change, command, context, now, actor).map(|Stepped { events, .. }| events)
}

/// What a command does to a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stepped {
    /// The events that it becomes.
    pub events: Vec<Event>,
    /// The change after them: what they [apply](apply) to.
    pub change: Change,
}

/// Returns what a command does to a change, as [`next`] does, and the change after it.
///
/// # Errors
/// As [`next`].
pub fn step(
    change: Option<&Change>,
    command: &Command,
    context: &Context<'_>,
    now: Instant,
    actor: &Actor,
) -> Result<Stepped, Refusal> {
    let Some(change) = change else { return begin(command, context, now, actor) };
    let mut step = Step::new(Cow::Borrowed(change), *context, now, actor);
    let known = clock(&step, change).and_then(|()| match command.kind() {
        Kind::Reclassify => Ok(()),
        _ => policy(context, change),
    });
    known?;
    // Without its policy nothing can be said of what fell due.
    if policy(context, change).is_ok() {
        time::pass(&mut step);
    }
    let passed = step.events.len();
    let done = in_table(step.change.state, command.kind()).and_then(|()| steps::act(&mut step, command));
    match done {
        Ok(()) => {
            step.end_service_level();
            step.set_review_dues();
            Ok(Stepped { events: step.events, change: step.change.into_owned() })
        }
        Err(refusal) => {
            step.events.truncate(passed);
            Err(recorded(refusal, step.events, change, command, context, now, actor))
        }
    }
}

fn begin(command: &Command, context: &Context<'_>, now: Instant, actor: &Actor) -> Result<Stepped, Refusal> {
    let (id, what) = match command {
        Command::Create { id, .. } => {
            steps::request::checked_id(id)?;
            (id, steps::request::created(context.ir, command, now, actor)?)
        }
        Command::RecordUnauthorized { id, .. } => {
            (id, steps::close::unauthorized(context, command, now, actor)?)
        }
        _ => return Err(Refusal::new("NO_CHANGE", "there is no such change").help("begin it with `create`")),
    };
    let mut event =
        Event { change: id.clone(), seq: 1, at: now, by: actor.clone(), what, notify: Vec::new() };
    // The event begins a change.
    let change = apply(None, &event).map_err(|error| Refusal::new("BAD_CHANGE", error.to_string()))?;
    event.notify = steps::close::concerned(&Step::new(Cow::Borrowed(&change), *context, now, actor));
    Ok(Stepped { events: vec![event], change })
}

/// Time does not go back.
fn clock(step: &Step<'_>, change: &Change) -> Result<(), Refusal> {
    if step.now < change.last_at {
        let message = format!("it is {} here, and the last event is of {}", step.now, change.last_at);
        return Err(Refusal::new("CLOCK_WENT_BACK", message).help("set the clock right"));
    }
    Ok(())
}

/// A change stays on the policy that it was submitted under (S-67).
fn policy(context: &Context<'_>, change: &Change) -> Result<(), Refusal> {
    let here = context.ir.identity.digest;
    match change.policy() {
        Some(policy) if policy.digest != here => {
            let message =
                format!("the change stands under policy {} {}, {}", policy.id, policy.version, policy.digest);
            Err(Refusal::new("OTHER_POLICY", message).help(
                "go on with that policy, or have a change manager reclassify the change under this one",
            ))
        }
        _ => Ok(()),
    }
}

fn time_and_policy(step: &Step<'_>, change: &Change) -> Result<(), Refusal> {
    clock(step, change).and_then(|()| policy(&step.context, change))
}

fn in_table(state: State, command: Kind) -> Result<(), Refusal> {
    if table::row(state, command).is_some() || matches!(command, Kind::Create | Kind::RecordUnauthorized) {
        return Ok(());
    }
    let message = format!("`{}` is no command for a change that is `{state}`", command.word());
    let legal: Vec<&str> = table::commands(state).map(Kind::word).collect();
    let refusal = Refusal::new("WRONG_STATE", message);
    Err(if legal.is_empty() { refusal } else { refusal.help(format!("it takes {}", legal.join(", "))) })
}

/// Adds to a refusal what is put on record nevertheless.
fn recorded(
    refusal: Refusal,
    passed: Vec<Event>,
    change: &Change,
    command: &Command,
    context: &Context<'_>,
    now: Instant,
    actor: &Actor,
) -> Refusal {
    let applied = passed.iter().try_fold(change.clone(), |change, event| apply(Some(change), event));
    let mut step = Step::new(Cow::Owned(applied.unwrap_or_else(|_| change.clone())), *context, now, actor);
    let of_the_gate = refusal.reasons.iter().all(|reason| reason.rule.is_some());
    step.emit(match command.kind() {
        Kind::Complete if of_the_gate => What::AssessmentIncomplete { reasons: refusal.reasons.clone() },
        command => What::Refused { command, codes: refusal.codes() },
    });
    Refusal { record: passed.into_iter().chain(step.events).collect(), ..refusal }
}
