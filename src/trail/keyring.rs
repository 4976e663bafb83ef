//! Which keys count, for what, and from when.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use std::sync::OnceLock;

use super::entry::Count;
use super::key::{KeyError, KeyId, PublicKey};
use crate::json::canonical_of;
use crate::value::Digest;

/// What a key may sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Who may sign: enrolments and revocations.
    Root,
    /// Entries and checkpoints of the log.
    Log,
    /// Statements of a person: requests, votes, reviews.
    Approver,
    /// The adoption of policies.
    PolicyAuthor,
    /// Statements of a program: what a deployment job found out.
    Pipeline,
    /// Erasures, holds and purges.
    DataProtectionOfficer,
    /// Checkpoints that somebody else has seen.
    Witness,
}

/// A key of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Key {
    /// Its name: the SHA-256 of its SPKI.
    pub id: KeyId,
    /// The key: base64 of its SPKI.
    pub spki: Spki,
    /// What it may sign.
    pub roles: Vec<Role>,
    /// Whose it is, by an opaque id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// Which program's it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub machine: Option<String>,
    /// The entry that enrolled it: it counts for those after.
    pub since: Count,
    /// The entry from which it counts no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Count>,
}

/// A public key as text: base64 of its DER form (RFC 8410 §4).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Spki {
    text: String,
    // INVARIANT: the key that the text says, once somebody asked for it.
    key: OnceLock<PublicKey>,
}

/// The keys of a log, in the order of their enrolment; those that count no more among them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<Key>", into = "Vec<Key>")]
pub struct Keyring {
    keys: Vec<Key>,
    // INVARIANT: of the canonical form of `keys`.
    digest: Digest,
}

impl Role {
    /// Returns the name in data, such as `policy_author`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Root => "root",
            Self::Log => "log",
            Self::Approver => "approver",
            Self::PolicyAuthor => "policy_author",
            Self::Pipeline => "pipeline",
            Self::DataProtectionOfficer => "data_protection_officer",
            Self::Witness => "witness",
        }
    }
}

impl Spki {
    /// Returns the text of a key.
    pub fn of(key: &PublicKey) -> Self {
        Self { text: STANDARD.encode(key.to_spki()), key: OnceLock::from(*key) }
    }

    /// Reads the key.
    ///
    /// # Errors
    /// [`KeyError`]: no base64, no Ed25519 key, or a weak one.
    pub fn key(&self) -> Result<PublicKey, KeyError> {
        if let Some(key) = self.key.get() {
            return Ok(*key);
        }
        let der = STANDARD.decode(&self.text).map_err(|_| KeyError::NotSpki { given: self.text.len() })?;
        PublicKey::from_spki(&der).map(|key| *self.key.get_or_init(|| key))
    }
}

impl PartialEq for Spki {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Spki {}

impl From<String> for Spki {
    fn from(text: String) -> Self {
        Self { text, key: OnceLock::new() }
    }
}

impl From<Spki> for String {
    fn from(spki: Spki) -> Self {
        spki.text
    }
}

impl Key {
    /// Says whether the key counts for the entry at an index.
    pub fn counts_at(&self, index: u64) -> bool {
        self.since.0 < index && self.until.is_none_or(|until| index < until.0)
    }

    /// Says whether the key may sign as this.
    pub fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }
}

impl Default for Keyring {
    fn default() -> Self {
        Self::from(Vec::new())
    }
}

impl From<Vec<Key>> for Keyring {
    fn from(keys: Vec<Key>) -> Self {
        // Names, digests and base64 only: nothing here is a float, and no key of an object stands twice.
        Self { digest: Digest::of(canonical_of(&keys).unwrap_or_default().as_bytes()), keys }
    }
}

impl From<Keyring> for Vec<Key> {
    fn from(keyring: Keyring) -> Self {
        keyring.keys
    }
}

impl Keyring {
    /// Returns the digest of the canonical form of the keys.
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// Returns every key.
    pub fn keys(&self) -> &[Key] {
        &self.keys
    }

    /// Returns the key with a name.
    pub fn get(&self, id: &KeyId) -> Option<&Key> {
        self.keys.iter().find(|key| key.id == *id)
    }

    /// Returns the keys that may sign as this at an index.
    pub fn of_role(&self, role: Role, index: u64) -> impl Iterator<Item = &Key> {
        self.keys.iter().filter(move |key| key.has(role) && key.counts_at(index))
    }

    /// Returns the key that the log had when it had so many entries, whatever became of it.
    pub fn log_key_of(&self, size: u64) -> Option<&Key> {
        let before = |key: &&Key| key.has(Role::Log) && (key.since.0 < size || key.since.0 == 0);
        self.keys.iter().filter(before).max_by_key(|key| key.since)
    }

    /// Adds a key; `false` if its bytes are there already, under whatever role.
    pub(super) fn enrol(&mut self, key: Key) -> bool {
        if self.get(&key.id).is_some() {
            return false;
        }
        let mut keys = std::mem::take(self).keys;
        keys.push(key);
        *self = Self::from(keys);
        true
    }

    /// Says from which entry on a key counts no more; `false` if it is unknown or counts no more from there anyway.
    pub(super) fn end(&mut self, id: &KeyId, from: Count) -> bool {
        let mut keys = std::mem::take(self).keys;
        let later = |key: &Key| key.until.is_none_or(|until| from < until);
        let key = keys.iter_mut().find(|key| key.id == *id && later(key));
        let known = key.map(|key| key.until = Some(from)).is_some();
        *self = Self::from(keys);
        known
    }
}
