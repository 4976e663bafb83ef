//! What stands in the place of an entry whose time is over.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use super::act::Act;
use super::entry::{ChangeRef, Count, Entry, Millis};
use super::envelope::Envelope;
use super::state::act_name;
use super::tree::leaf_hash;
use crate::json::{self, Json, Limits, canonical, from_serialize, to_typed};
use crate::value::Digest;

/// A purged entry: its leaf hash, and what it did to its change. Stored as canonical JSON in the entry's place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tombstone {
    /// Its place.
    pub index: Count,
    /// Its leaf hash.
    pub leaf: Digest,
    /// When it was recorded.
    pub time_ms: Millis,
    /// What it did to its change.
    pub change: ChangeRef,
    /// The statements that it took in, as the state remembers them.
    pub acts: BTreeMap<String, Millis>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    tombstone: Tombstone,
}

impl Tombstone {
    /// Returns what stands in the place of an entry; `None` if it belongs to no change, so that it stays.
    pub fn of(entry: &Entry, leaf: Digest) -> Option<Self> {
        let change = entry.change.clone()?;
        let act = |statement: &Json| {
            let envelope = Envelope::of_json(statement).ok()?;
            Some((act_name(&envelope), Act::read(&envelope).ok()?.expires_ms))
        };
        let acts = entry.statements.iter().map(act).collect::<Option<_>>()?;
        Some(Self { index: entry.index, leaf, time_ms: entry.time_ms, change, acts })
    }

    /// Returns what stands in the place of an entry as stored; `None` if it stays, or is none.
    pub fn of_stored(stored: &[u8]) -> Option<Self> {
        let entry = Entry::read(&Envelope::read(stored).ok()?.payload).ok()?;
        Self::of(&entry, leaf_hash(stored))
    }

    /// Returns the bytes to store.
    pub fn text(&self) -> String {
        // Names and digests only: nothing here is a float, and no key stands twice.
        let json = from_serialize(self).unwrap_or(Json::Null);
        canonical(&Json::Object(vec![("tombstone".to_owned(), json)]))
    }

    /// Reads what stands in the place of an entry; `None` if it is no tombstone.
    pub fn read(stored: &[u8]) -> Option<Self> {
        // An envelope begins otherwise: what is large is not read twice.
        let limits = Limits { size_bytes: 4_096, string_bytes: 256, depth: 8 };
        if !stored.starts_with(br#"{"tombstone":"#) {
            return None;
        }
        let Stored { tombstone } = to_typed(&json::read_bytes(stored, limits).ok()?).ok()?;
        (tombstone.text().as_bytes() == stored).then_some(tombstone)
    }
}
