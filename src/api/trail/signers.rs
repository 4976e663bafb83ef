//! With which keys each open change was signed, and which of those are not to be trusted any more.
//!
//! A vote stays in its change when its key is revoked from before it: the log has acted on it. No deployment begins by it.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use crate::change::{GateAnswer, Reason};
use crate::trail::key::KeyId;
use crate::trail::{Count, Entry, Kind, Revoked, Signed, State};

/// That somebody signed what an entry says of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedBy {
    /// Their key.
    pub key: KeyId,
    /// The entry.
    pub index: Count,
}

/// Who signed what of the changes that are open.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Signers {
    of_change: BTreeMap<String, Vec<SignedBy>>,
    /// From which entry on a key is not to be trusted.
    revoked: BTreeMap<KeyId, Count>,
}

impl Signers {
    /// Takes an entry that holds.
    pub(super) fn take(&mut self, entry: &Entry) {
        let index = entry.index;
        if entry.kind == Kind::KeyRevoked
            && let Ok(Revoked { key, from, .. }) = entry.body.typed()
        {
            let from = from.min(Count(index.0.saturating_add(1)));
            let known = self.revoked.entry(key).or_insert(from);
            *known = from.min(*known);
        }
        let Some(change) = &entry.change else { return };
        if change.ended {
            self.of_change.remove(&change.id);
        } else if let Some(key) = entry.actor.key {
            self.of_change.entry(change.id.clone()).or_default().push(SignedBy { key, index });
        }
    }

    /// Returns who signed what of each open change.
    pub(super) fn of_changes(&self) -> &BTreeMap<String, Vec<SignedBy>> {
        &self.of_change
    }

    /// Says of a gate's answer what it lacks where a key that signed the change was revoked from before then.
    pub(super) fn judge(&self, id: &str, answer: GateAnswer) -> GateAnswer {
        let signed = self.of_change.get(id).map(Vec::as_slice).unwrap_or_default();
        judged(answer, signed, |key| Some((*self.revoked.get(key)?, None)))
    }
}

/// The same by the state of the log, for what its host says of a change.
pub(super) fn judged_by(state: &State, signed: &[SignedBy], answer: GateAnswer) -> GateAnswer {
    judged(answer, signed, |key| {
        let key = state.keys.get(key)?;
        Some((key.until?, key.person.clone().or_else(|| key.machine.clone())))
    })
}

fn judged(
    mut answer: GateAnswer,
    signed: &[SignedBy],
    until: impl Fn(&KeyId) -> Option<(Count, Option<String>)>,
) -> GateAnswer {
    let withdrawn = signed.iter().find_map(|SignedBy { key, index }| {
        let (until, owner) = until(key).filter(|(until, _)| until <= index)?;
        Some((Signed { index: Some(index.0), key: *key, owner }, until))
    });
    if let Some((signed, until)) = withdrawn {
        let message =
            format!("{signed}, which is revoked from entry {until} on: withdraw it, and begin it anew");
        answer.allow = false;
        answer.reasons.insert(0, Reason::new("KEY_REVOKED", message));
    }
    answer
}
