//! What a host has of a log that it takes up from its store.

use serde::Serialize;
use std::collections::BTreeMap;

use crate::change::Change;
use crate::json::Json;
use crate::trail::{Erased, Head, RuleFile};
use crate::value::Digest;

use super::handover::HandedOn;
use super::signers::SignedBy;

/// A log as a host takes it up from its store: what it hands over with each call from then on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TakenUp {
    /// The log.
    pub head: Head,
    /// The policies that were adopted: the last is in force, and open changes may stand under those before.
    pub policies: Vec<AdoptedPolicy>,
    /// The roster in force.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub roster: Option<Json>,
    /// The changes, with what is known of the personal data in their requests.
    pub changes: Vec<Change>,
    /// Who signed what of those that are open.
    pub signed: BTreeMap<String, Vec<SignedBy>>,
    /// What of that was erased.
    pub erased: Vec<ErasedOf>,
    /// The erasures, so that a store is rid of what a crash left there.
    pub erasures: Vec<Erased>,
    /// The changes that were purged.
    pub purged: Vec<String>,
    /// The changes that go on in other logs.
    pub handed_over: Vec<HandedOn>,
}

/// Personal data in the request of a change that was erased.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ErasedOf {
    /// The change.
    pub change: String,
    /// The digests that stand in its request.
    pub digests: Vec<String>,
}

/// A policy that was adopted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AdoptedPolicy {
    /// Who it is.
    pub digest: Digest,
    /// Its rule files.
    pub files: Vec<RuleFile>,
}
