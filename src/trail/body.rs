//! The bodies that the trail itself understands: its root of trust, keys, policies, holds and purges. What an entry says
//! of a change is the business of whoever makes and judges changes.

use serde::{Deserialize, Serialize};

use super::entry::{Count, Millis};
use super::key::KeyId;
use super::keyring::{Role, Spki};
use crate::value::Digest;

/// The body of `log.began`. Its digest is the log's identity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Began {
    /// The log's name, that of its checkpoints.
    pub origin: String,
    /// The root keys, and how many of them it takes.
    pub root: Root,
    /// The key that signs entries.
    pub log_key: LogKey,
    /// Random: two logs with the same name and keys are two logs.
    pub nonce: String,
}

/// The root of trust.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Root {
    /// Its keys.
    pub keys: Vec<Spki>,
    /// How many of them must sign an enrolment.
    pub threshold: u32,
}

/// The key that signs entries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogKey {
    /// The key.
    pub spki: Spki,
    /// Who holds it, where a person does: they need no second signature of their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
}

/// The body of `key.enrolled`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Enrolled {
    /// The key.
    pub spki: Spki,
    /// What it may sign. Another log key is made by rotation.
    pub roles: Vec<Role>,
    /// Whose it is, by an opaque id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// Which program's it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub machine: Option<String>,
}

/// The body of `key.rotated`: signed by the old key and by the new one; by root keys in the place of the log's, where that is lost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rotated {
    /// The key that counts no more.
    pub old: KeyId,
    /// The one that takes its place, roles and person.
    pub new: Spki,
}

/// The body of `key.revoked`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Revoked {
    /// The key.
    pub key: KeyId,
    /// The first entry from which its signatures are not to be trusted. It may lie before this one: then those in
    /// between are findings.
    pub from: Count,
    /// Why.
    pub reason: String,
}

/// The body of `policy.adopted`. The rule files stand in it, or beside the trail where they are large.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Adopted {
    /// The rule files, in the order they are compiled in.
    pub files: Vec<RuleFile>,
    /// The policy that was in force until now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<Digest>,
    /// The open changes that it would judge more lightly: their requesters are not among its authors.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub eases: Vec<String>,
}

/// A rule file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleFile {
    /// Its name.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// The body of `hold.placed` and `hold.lifted`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hold {
    /// The change of which nothing may be purged.
    pub change: String,
    /// Why.
    pub reason: String,
}

/// The body of `erasure.performed`: the digests stay, and what they were made of is gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Erased {
    /// Whose data it was, by an opaque id.
    pub person: String,
    /// The digests of the disclosures that were dropped (RFC 9901 §4.2.3).
    pub digests: Vec<String>,
    /// Why.
    pub reason: String,
}

/// The body of `entries.purged`: of each entry of a change the leaf hash stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Purged {
    /// The change whose time is over.
    pub change: String,
    /// How many entries it has. All of them go, or none.
    pub entries: Count,
    /// When it ended.
    pub ended_ms: Millis,
    /// Until when it had to be kept: [`LEAST_YEARS`](super::LEAST_YEARS) longer at the least.
    pub kept_until_ms: Millis,
}
