//! With which keys each change was signed, and which of those are not to be trusted any more.
//!
//! A vote stays in its change when its key is revoked from before it: the log has acted on it. No deployment begins by it.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use crate::change::{GateAnswer, Reason};
use crate::json::Json;
use crate::trail::key::KeyId;
use crate::trail::{Began, Count, Entry, Kind, Revoked, Rotated, Signed, State};

/// That an entry which moved a change is signed by a key: by whoever gave the command, or by the log's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedBy {
    /// The key.
    pub key: KeyId,
    /// The entry.
    pub index: Count,
}

/// Who signed what of the changes that have not ended here: one that was handed over may come back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Signers {
    of_change: BTreeMap<String, Vec<SignedBy>>,
    /// From which entry on a key is not to be trusted.
    revoked: BTreeMap<KeyId, Count>,
    /// The key of the log.
    log_key: Option<KeyId>,
}

impl Signers {
    /// Takes an entry that holds, with its whole body. What was refused moved nothing, and a gate's answer is asked for anew.
    pub(super) fn take(&mut self, entry: &Entry, body: &Json) {
        let index = entry.index;
        match entry.kind {
            Kind::Began => {
                let began = entry.body.typed::<Began>().ok();
                self.log_key = began.and_then(|began| Some(began.log_key.spki.key().ok()?.id()));
            }
            Kind::KeyRotated => {
                if let Ok(Rotated { old, new }) = entry.body.typed()
                    && self.log_key == Some(old)
                {
                    self.log_key = new.key().ok().map(|key| key.id());
                }
            }
            Kind::KeyRevoked => {
                if let Ok(Revoked { key, from, .. }) = entry.body.typed() {
                    let from = from.min(Count(index.0.saturating_add(1)));
                    let known = self.revoked.entry(key).or_insert(from);
                    *known = from.min(*known);
                }
            }
            _ => {}
        }
        let Some(change) = &entry.change else { return };
        let moved = entry.kind == Kind::ChangeCommand && body.get("ok") == Some(&Json::Bool(true));
        if change.ended && entry.kind != Kind::HandedOver {
            self.of_change.remove(&change.id);
        } else if moved {
            let keys = self.log_key.into_iter().chain(entry.actor.key);
            let signed = keys.map(|key| SignedBy { key, index });
            self.of_change.entry(change.id.clone()).or_default().extend(signed);
        }
    }

    /// Returns who signed what of each change.
    pub(super) fn of_changes(&self) -> &BTreeMap<String, Vec<SignedBy>> {
        &self.of_change
    }

    /// Returns why no deployment begins by a change of which a key that signed it was revoked from before then.
    pub(super) fn withdrawn(&self, id: &str) -> Option<Reason> {
        let signed = self.of_change.get(id)?;
        withdrawn(signed, |key| Some((*self.revoked.get(key)?, None)))
    }
}

/// The same by the state of the log, of what its host says who signed a change.
pub(super) fn withdrawn_by(state: &State, signed: &[SignedBy]) -> Option<Reason> {
    withdrawn(signed, |key| {
        let key = state.keys.get(key)?;
        Some((key.until?, key.person.clone().or_else(|| key.machine.clone())))
    })
}

/// What a gate answers where there is such a reason.
pub(super) fn denied(mut answer: GateAnswer, reason: Option<Reason>) -> GateAnswer {
    if let Some(reason) = reason {
        answer.allow = false;
        answer.reasons.insert(0, reason);
    }
    answer
}

fn withdrawn(
    signed: &[SignedBy],
    until: impl Fn(&KeyId) -> Option<(Count, Option<String>)>,
) -> Option<Reason> {
    signed.iter().find_map(|SignedBy { key, index }| {
        let (until, owner) = until(key).filter(|(until, _)| until <= index)?;
        let signed = Signed { index: Some(index.0), key: *key, owner };
        let message =
            format!("{signed}, which is revoked from entry {until} on: withdraw it, and begin it anew");
        Some(Reason::new("KEY_REVOKED", message))
    })
}
