//! What an entry says: the predicate of its statement.

use serde::de::value::StrDeserializer;
use serde::de::{Deserializer, Error as _, IntoDeserializer as _};
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

use super::blob::BlobRef;
use super::decimal;
use super::key::KeyId;
use super::statement::{Stated, Statement, StatementError};
use crate::json::{Json, SerializeError, Written, from_serialize};
use crate::value::{Digest, Instant, from_text};

/// The predicate type of entries.
pub const ENTRY_TYPE: &str = "urn:tollgate:trail:entry:v1";

/// An entry. Whatever counts is a decimal string: no reader turns it into a float.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The log's name, that of its checkpoints.
    pub origin: String,
    /// The log: the digest of what its first entry holds.
    pub log: Digest,
    /// Its place, from 0.
    pub index: Count,
    /// The root of the tree before it, so that two entries at one place prove a fork.
    pub prev_root: Digest,
    /// What happened.
    #[serde(rename = "type", deserialize_with = "kind")]
    pub kind: Kind,
    /// A name that no other entry of the log has.
    pub id: String,
    /// When it was recorded, by the host's clock.
    pub time_ms: Millis,
    /// Who did it.
    pub actor: Author,
    /// The policy in force for it.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub policy: Option<PolicyRef>,
    /// The request that it is about, as it is afterwards.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub request: Option<RequestRef>,
    /// The change that it goes on with.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub change: Option<ChangeRef>,
    /// By which program.
    pub engine: Engine,
    /// The digest of the log's [state](super::State) after it.
    pub state: Digest,
    /// What is particular to the kind.
    pub body: Written,
    /// What is kept beside the trail, and where it belongs in the body.
    #[serde(default, deserialize_with = "some", skip_serializing_if = "Vec::is_empty")]
    pub blobs: Vec<BlobRef>,
    /// What others signed, each an envelope of its own.
    #[serde(default, deserialize_with = "some", skip_serializing_if = "Vec::is_empty")]
    pub statements: Vec<Json>,
}

/// What kind of entry it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Kind {
    /// The log begins: its root of trust.
    #[serde(rename = "log.began")]
    Began,
    /// A key was enrolled.
    #[serde(rename = "key.enrolled")]
    KeyEnrolled,
    /// Another key took the place of one.
    #[serde(rename = "key.rotated")]
    KeyRotated,
    /// A key counts no more.
    #[serde(rename = "key.revoked")]
    KeyRevoked,
    /// Another policy is in force.
    #[serde(rename = "policy.adopted")]
    PolicyAdopted,
    /// Another roster is in force.
    #[serde(rename = "roster.set")]
    RosterSet,
    /// A command was given to a change: done, or refused.
    #[serde(rename = "change.command")]
    ChangeCommand,
    /// A gate was asked whether a deployment may begin.
    #[serde(rename = "gate.answered")]
    GateAnswered,
    /// Changes may be taken over from another log.
    #[serde(rename = "peer.accepted")]
    PeerAccepted,
    /// They may no more.
    #[serde(rename = "peer.dismissed")]
    PeerDismissed,
    /// A change goes on in another log.
    #[serde(rename = "change.handed_over")]
    HandedOver,
    /// A change comes from another log.
    #[serde(rename = "change.taken_over")]
    TakenOver,
    /// Nothing of a change may be purged.
    #[serde(rename = "hold.placed")]
    HoldPlaced,
    /// It may again.
    #[serde(rename = "hold.lifted")]
    HoldLifted,
    /// Personal data of somebody was erased beside the trail.
    #[serde(rename = "erasure.performed")]
    Erased,
    /// Entries whose time is over were purged: their leaf hashes stay.
    #[serde(rename = "entries.purged")]
    Purged,
}

/// Who did something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Author {
    /// A person, by an opaque id.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// A program, by what it does.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub machine: Option<String>,
    /// The role they acted in, where the kind has one.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// The key of their own signature: that of a statement, or the log's where they hold it.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub key: Option<KeyId>,
}

/// A policy, as entries name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyRef {
    /// Who it is: the digest of its canonical form.
    pub digest: Digest,
    /// Its id.
    pub id: String,
    /// Its version, as its authors say it.
    pub version: String,
}

/// A request, as entries name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequestRef {
    /// The change's id.
    pub id: String,
    /// Its revision.
    pub revision: Count,
    /// The digest that votes are bound to.
    pub digest: Digest,
}

/// What an entry does to a change: the digests of its canonical form before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeRef {
    /// Its id.
    pub id: String,
    /// Before; absent where it begins here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Digest>,
    /// After.
    pub after: Digest,
    /// Whether nothing follows: it is closed, withdrawn or handed over.
    pub ended: bool,
}

/// The program that made an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Engine {
    /// The engine's version.
    pub version: String,
    /// The version of its time zones.
    pub tzdata: String,
}

/// A whole number, in JSON a decimal string without leading zeros.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Count(pub u64);

/// An instant, in JSON a decimal string of milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Millis(pub Instant);

/// Why a payload is no entry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    /// It is no statement.
    #[error(transparent)]
    Statement(#[from] StatementError),
    /// The subject is not what the entry is about.
    #[error("its subject is `{found}`, and it is about `{wanted}`")]
    Subject {
        /// The subject that it names.
        found: String,
        /// The subject that belongs there.
        wanted: String,
    },
}

/// The way to a place inside a member, whose own way is `path`.
pub(super) fn within(member: &str, path: &str) -> String {
    match path {
        "" => member.to_owned(),
        path if path.starts_with('[') => format!("{member}{path}"),
        path => format!("{member}.{path}"),
    }
}

impl Entry {
    /// Returns the payload that is signed for the entry.
    ///
    /// # Errors
    /// [`SerializeError`] if the body holds a key twice.
    pub fn payload(&self) -> Result<String, SerializeError> {
        let (subject, digest) = self.subject();
        let (subject, predicate) = (subject.to_owned(), from_serialize(self)?);
        Ok(Statement { subject, digest, predicate_type: ENTRY_TYPE.to_owned(), predicate }.text())
    }

    /// Reads the payload of an envelope.
    ///
    /// # Errors
    /// [`EntryError`]: it says something else than an entry, or in another spelling.
    pub fn read(payload: &str) -> Result<Self, EntryError> {
        let Stated { subject, digest, predicate: entry } = Statement::read::<Self>(payload, ENTRY_TYPE)?;
        let (wanted, of) = entry.subject();
        if (subject.as_str(), digest) != (wanted, of) {
            return Err(EntryError::Subject { wanted: wanted.to_owned(), found: subject });
        }
        Ok(entry)
    }

    /// What the entry is about: a request by its digest, a policy by its, and otherwise the body itself.
    fn subject(&self) -> (&str, Digest) {
        match (&self.request, &self.kind, &self.policy) {
            (Some(request), ..) => (&request.id, request.digest),
            (None, Kind::PolicyAdopted, Some(policy)) => (&policy.id, policy.digest),
            _ => (&self.id, Digest::of(self.body.text().as_bytes())),
        }
    }
}

impl Kind {
    /// Returns the name in data, such as `key.enrolled`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Began => "log.began",
            Self::KeyEnrolled => "key.enrolled",
            Self::KeyRotated => "key.rotated",
            Self::KeyRevoked => "key.revoked",
            Self::PolicyAdopted => "policy.adopted",
            Self::RosterSet => "roster.set",
            Self::ChangeCommand => "change.command",
            Self::GateAnswered => "gate.answered",
            Self::PeerAccepted => "peer.accepted",
            Self::PeerDismissed => "peer.dismissed",
            Self::HandedOver => "change.handed_over",
            Self::TakenOver => "change.taken_over",
            Self::HoldPlaced => "hold.placed",
            Self::HoldLifted => "hold.lifted",
            Self::Erased => "erasure.performed",
            Self::Purged => "entries.purged",
        }
    }
}

impl PolicyRef {
    /// Says whether this policy may take the place of another without the root keys: it is a later version of the same.
    pub fn succeeds(&self, other: &Self) -> bool {
        self.id == other.id && is_higher_version(&self.version, &other.version)
    }
}

/// Says whether one version comes after another: by their parts between points, as numbers where both are.
fn is_higher_version(version: &str, than: &str) -> bool {
    let mut parts = version.split('.');
    for before in than.split('.') {
        let Some(part) = parts.next() else { return false };
        let order = match (part.parse::<u64>(), before.parse::<u64>()) {
            (Ok(part), Ok(before)) => part.cmp(&before),
            _ => part.cmp(before),
        };
        if order.is_ne() {
            return order.is_gt();
        }
    }
    parts.next().is_some()
}

impl Author {
    /// Returns a person.
    pub fn person(id: impl Into<String>) -> Self {
        Self { person: Some(id.into()), machine: None, role: None, key: None }
    }

    /// Returns a program.
    pub fn machine(word: impl Into<String>) -> Self {
        Self { person: None, machine: Some(word.into()), role: None, key: None }
    }
}

impl fmt::Display for Author {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.person.as_deref().or(self.machine.as_deref()).unwrap_or("?"))
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Count {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl Serialize for Millis {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0.epoch_ms())
    }
}

/// A text that is no whole number in its one spelling: neither a sign before zero, nor leading zeros.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no whole number as a decimal string")]
pub struct NoCount;

impl FromStr for Count {
    type Err = NoCount;

    fn from_str(text: &str) -> Result<Self, NoCount> {
        decimal::read(text).map(Self).ok_or(NoCount)
    }
}

impl FromStr for Millis {
    type Err = NoCount;

    fn from_str(text: &str) -> Result<Self, NoCount> {
        let (negative, digits) = text.strip_prefix('-').map_or((false, text), |digits| (true, digits));
        let ms = decimal::read(digits).filter(|ms| *ms > 0 || !negative).ok_or(NoCount)?;
        let ms = i64::try_from(ms).map_err(|_| NoCount)?;
        let ms = if negative { ms.saturating_neg() } else { ms };
        Instant::from_epoch_ms(ms).map(Self).map_err(|_| NoCount)
    }
}

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        from_text(deserializer)
    }
}

impl<'de> Deserialize<'de> for Millis {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        from_text(deserializer)
    }
}

/// Reads a kind by its word alone: an object with the word as its one member would be another spelling of it.
fn kind<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Kind, D::Error> {
    let word = String::deserialize(deserializer)?;
    let word: StrDeserializer<'_, D::Error> = word.as_str().into_deserializer();
    Kind::deserialize(word)
}

/// Reads what is left out where there is none: `null` would be another spelling of that.
fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// Reads a list that is left out where it is empty.
fn some<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    let items = Vec::deserialize(deserializer)?;
    if items.is_empty() { Err(D::Error::custom("an empty list is left out")) } else { Ok(items) }
}
