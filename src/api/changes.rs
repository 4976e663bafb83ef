//! The life of changes: commands, gate, status, and what the register needs.

use serde::Serialize;

use crate::calendar::free_windows;
use crate::change::{
    self, Actor, Change, Command, Context, EditPreview, Event, Finding, GateAnswer, History, Past, Planned,
    Proposal, Reason, Register, Roster, Status,
};
use crate::ir::Name;
use crate::json::Json;
use crate::value::{Duration, Instant, Period};
use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Compiled, Refusal};

/// By what changes are judged, beside the policy: the host's data, read once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Workflow {
    /// Who holds which role.
    pub roster: Roster,
    /// The other changes.
    pub register: Register,
}

impl Workflow {
    pub(super) fn context<'a>(&'a self, policy: &'a Compiled) -> Context<'a> {
        Context { ir: &policy.ir, roster: &self.roster, register: &self.register }
    }
}

/// The answer of [`check_roster`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RosterAnswer {
    /// Whether the roster will do.
    pub ok: bool,
    /// Everything that is wrong with it under the policy.
    pub findings: Vec<Finding>,
}

/// Says whether a roster can fill the seats of a policy (S-120).
pub fn check_roster(policy: &Compiled, roster: &Roster) -> RosterAnswer {
    let findings = change::findings(&policy.ir, roster);
    RosterAnswer { ok: findings.is_empty(), findings }
}

/// What [`next`] is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextCall {
    /// The change as its events say; `None` to begin one.
    pub change: Option<Arc<Change>>,
    /// The command.
    pub command: Command,
    /// The host's clock.
    pub now: Instant,
    /// Who gives it.
    pub actor: Actor,
}

/// The answer of [`next`]: what to store, and the change after it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NextAnswer {
    /// Whether the command was done.
    pub ok: bool,
    /// What happened: to be stored together or not at all. Of a refusal what is put on record nevertheless.
    pub events: Vec<Event>,
    /// The change after these events; absent where none was begun.
    pub change: Option<Arc<Change>>,
    /// Why it was refused; none if it was done.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<Reason>,
    /// What to do about that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

/// Does what a command asks of a change, or says why not.
pub fn next(policy: &Compiled, workflow: &Workflow, call: &NextCall) -> NextAnswer {
    let NextCall { change, command, now, actor } = call;
    match change::step(change.as_deref(), command, &workflow.context(policy), *now, actor) {
        Ok(change::Stepped { events, change }) => {
            NextAnswer { ok: true, events, change: Some(Arc::new(change)), reasons: Vec::new(), help: None }
        }
        Err(change::Refusal { reasons, help, record: events }) => {
            let mut change = change.clone();
            for event in &events {
                // It was made for this change, so it follows.
                let before = change.as_deref().cloned();
                change = change::apply(before, event).ok().map(Arc::new).or(change);
            }
            NextAnswer { ok: false, events, change, reasons, help }
        }
    }
}

/// Returns the change that a history says; `None` for an empty one.
///
/// # Errors
/// `BAD_HISTORY`: an event does not follow.
pub fn fold(events: &[Event]) -> Result<Option<Change>, Refusal> {
    change::fold(events).map_err(|error| {
        Refusal::new("BAD_HISTORY", error.to_string())
            .at("events")
            .help("give every event of the change, in order")
    })
}

/// Says whether a deployment may begin: see [`change::gate`].
pub fn gate(
    policy: &Compiled,
    workflow: &Workflow,
    change: Option<&Change>,
    facts: &Json,
    now: Instant,
) -> GateAnswer {
    change::gate(change, facts, &workflow.context(policy), now)
}

/// Says how a change stands: see [`change::status`].
///
/// # Errors
/// The refusal that any command would meet.
pub fn status(
    policy: &Compiled,
    workflow: &Workflow,
    change: &Change,
    now: Instant,
) -> Result<Status, change::Refusal> {
    change::status(change, &workflow.context(policy), now)
}

/// Says what an edit would do: see [`change::preview_edit`].
///
/// # Errors
/// The refusal that the edit would meet.
pub fn preview_edit(
    policy: &Compiled,
    workflow: &Workflow,
    change: &Change,
    request: &Json,
    now: Instant,
) -> Result<EditPreview, change::Refusal> {
    change::preview_edit(change, request, &workflow.context(policy), now)
}

/// Returns the part of the register that changes are: those with a window that are not over.
pub fn planned(policy: &Compiled, changes: &[Change]) -> Vec<Planned> {
    changes.iter().filter_map(|change| change::planned(&policy.ir, change)).collect()
}

/// Returns the changes that a freeze would hold (D-07); `spares` names classes that it does not.
pub fn freeze_preview(register: &Register, freeze: Period, spares: &[Name]) -> Vec<Name> {
    register.freeze_preview(freeze, spares)
}

/// Returns the windows of at least a length in which nothing else is planned on a component, its parents or its parts.
pub fn free(register: &Register, component: &str, within: Period, at_least: Duration) -> Vec<Period> {
    let conflicts = register.conflicts("", component, within, None);
    let in_the_way = |change: &&Planned| {
        conflicts.same_component.contains(&change.id) || conflicts.related.contains(&change.id)
    };
    let mut busy: Vec<Period> =
        register.changes.iter().filter(in_the_way).map(|change| change.window).collect();
    busy.extend(register.freezes.iter().filter_map(|freeze| Period::new(freeze.from, freeze.end()).ok()));
    busy.sort_unstable();
    free_windows(within, &busy, at_least)
}

/// What closed changes say of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CatalogueAnswer {
    /// The history of each entry that was used: the register's `catalogue`.
    pub histories: BTreeMap<Name, History>,
    /// Kinds of change that might get an entry (D-22).
    pub proposals: Vec<Proposal>,
}

/// Returns what closed changes say of the catalogue: its histories, and kinds of which the last `at_least` went well.
pub fn catalogue(policy: &Compiled, past: &[Past], at_least: u32) -> CatalogueAnswer {
    CatalogueAnswer {
        histories: change::history(&policy.ir, past),
        proposals: change::proposals(past, at_least),
    }
}
