//! What an edit would do, said before it is made (P-22).

use super::Stepped;
use super::command::Command;
use super::deciding::Context;
use super::event::{Event, What};
use super::record::Change;
use super::refusal::Refusal;
use super::state::{Actor, State};
use crate::ir::Name;
use crate::json::Json;
use crate::value::Instant;
use serde::Serialize;
use std::sync::Arc;

/// What an edit would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EditPreview {
    /// The paths of the fields that differ.
    pub changed: Vec<Name>,
    /// Whether one of them needs a new approval.
    pub material: bool,
    /// Whose votes would count no more.
    pub voids: Vec<Name>,
    /// The revision that it would have.
    pub revision: u32,
    /// Where it would stand.
    pub state: State,
    /// The class before and after.
    pub class: (Option<Name>, Option<Name>),
    /// The risk before and after.
    pub risk: (Option<Name>, Option<Name>),
}

/// Returns what the requester's edit would do at `now`; nothing is changed.
///
/// # Errors
/// The refusal that the edit would meet.
pub fn preview_edit(
    change: &Change,
    request: &Json,
    context: &Context<'_>,
    now: Instant,
) -> Result<EditPreview, Refusal> {
    let actor = Actor::Person(change.requester.clone());
    let command = Command::Edit { request: Arc::new(request.clone()) };
    let Stepped { events, change: after } = super::step(Some(change), &command, context, now, &actor)?;
    let edited = events.iter().find_map(|event: &Event| match &event.what {
        What::Edited { changed, material, voided, .. } => Some((changed.clone(), *material, voided.clone())),
        _ => None,
    });
    let (changed, material, voids) = edited.unwrap_or_default();
    let risk = |change: &Change| change.decision.as_ref().and_then(|decision| decision.risk.clone());
    Ok(EditPreview {
        changed,
        material,
        voids,
        revision: after.revision,
        state: after.state,
        class: (change.class().cloned(), after.class().cloned()),
        risk: (risk(change), risk(&after)),
    })
}
