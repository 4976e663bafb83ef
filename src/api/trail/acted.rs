//! What must hold of whoever acted, whatever the policy says and whoever holds the log's key.

use crate::change::{Change, Command, Event, What};
use crate::trail::Entry;
use crate::value::Digest;

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

/// What is judged is judged by the policy in force, or by the one that the change stands under.
pub(super) fn judged(entry: &Entry, change: Option<&Change>, in_force: Option<Digest>) -> Result<(), String> {
    let Some(policy) = entry.policy.as_ref().map(|policy| policy.digest) else {
        return Err("it names no policy".to_owned());
    };
    let under = change.and_then(Change::policy).map(|policy| policy.digest);
    if [in_force, under].contains(&Some(policy)) {
        return Ok(());
    }
    Err(format!(
        "it is judged by policy {policy}, which is not in force, and which its change does not stand under"
    ))
}

/// A decision of a person carries their own signature, over this very command.
pub(super) fn signed(entry: &Entry, command: &Command, before: Option<&Change>) -> Result<(), String> {
    match entry.statements.as_slice() {
        [] if needs_own_signature(command) && entry.actor.key.is_none() => {
            Err(format!("`{}` does not carry the signature of `{}`", command.kind().word(), entry.actor))
        }
        [] => Ok(()),
        [statement] => {
            let envelope = crate::trail::Envelope::of_json(statement).map_err(|error| error.to_string())?;
            let act = crate::trail::Act::read(&envelope).map_err(|error| error.to_string())?;
            let theirs = act.person == entry.actor.person && act.machine == entry.actor.machine;
            // What was signed of another change, or of another request, is no word on this one.
            let about = entry.change.as_ref().is_none_or(|change| change.id == act.subject)
                && before.is_none_or(|before| before.digest == act.digest);
            if !about {
                return Err(format!("`{}` signed that of another request than this", act.by()));
            }
            match super::act_of(&act) {
                Ok(signed) if theirs && signed == *command => Ok(()),
                _ => Err(format!("`{}` signed something else than this command", act.by())),
            }
        }
        _ => Err("more than one statement".to_owned()),
    }
}
