//! What must hold of whoever acted, whatever the policy says and whoever holds the log's key.

use crate::change::{Change, Command, Event, What};
use crate::trail::Entry;

use super::command::needs_own_signature;

/// A person decides once on a request at a stage, and nobody for another: whatever the policy, and whoever holds the log's key.
pub(super) fn once(change: Option<&Change>, event: &Event, entry: &Entry) -> Result<(), String> {
    let Some(change) = change else { return Ok(()) };
    let (by, twice) = match &event.what {
        What::VoteCast(vote) => (Some(&vote.by), change.votes.iter().any(|known| known.by == vote.by)),
        What::EscalationAccepted { .. } => {
            let by = event.by.person();
            let known = change.escalation.as_ref().map(|escalation| &escalation.accepted);
            (by, by.zip(known).is_some_and(|(by, known)| known.contains(by)))
        }
        What::RetroDecided { code, .. } => {
            let open = change.reviews.iter().any(|duty| duty.code == *code && duty.justified.is_none());
            (event.by.person(), !open)
        }
        _ => return Ok(()),
    };
    let by = by.map(|by| &**by);
    if by.is_none() || by != entry.actor.person.as_deref() {
        return Err(format!("`{}` decides for `{}`", entry.actor, by.unwrap_or("nobody")));
    }
    if twice { Err(format!("`{}` decides twice on one request", entry.actor)) } else { Ok(()) }
}

/// A decision of a person carries their own signature, over this very command.
pub(super) fn signed(entry: &Entry, command: &Command) -> Result<(), String> {
    match entry.statements.as_slice() {
        [] if needs_own_signature(command) && entry.actor.key.is_none() => {
            Err(format!("`{}` does not carry the signature of `{}`", command.kind().word(), entry.actor))
        }
        [] => Ok(()),
        [statement] => {
            let envelope = crate::trail::Envelope::of_json(statement).map_err(|error| error.to_string())?;
            let act = crate::trail::Act::read(&envelope).map_err(|error| error.to_string())?;
            let theirs = act.person == entry.actor.person && act.machine == entry.actor.machine;
            match super::act_of(&act) {
                Ok(signed) if theirs && signed == *command => Ok(()),
                _ => Err(format!("`{}` signed something else than this command", act.by())),
            }
        }
        _ => Err("more than one statement".to_owned()),
    }
}
