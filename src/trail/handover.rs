//! How a change moves to another log: one [file](Bundle) that proves, to whoever knows the log that it comes from, what its entries are
//! and that nothing follows them there. The last one hands the change over.

use serde::ser::{SerializeStruct as _, Serializer};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

use super::bundle::{Bundle, BundleError, Excerpt};
use super::entry::{ChangeRef, Entry, Kind, RequestRef};
use super::fault::Fault;
use super::key::KeyId;
use super::state::body;
use crate::json::Json;
use crate::value::Digest;

/// A log, as others name it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Home {
    /// Its name.
    pub origin: String,
    /// Its identity.
    pub log: Digest,
}

/// Ordered by their names, and written in the order of RFC 8785, as a [`Summary`](super::Summary) must be.
impl Serialize for Home {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members = serializer.serialize_struct("Home", 2)?;
        members.serialize_field("log", &self.log)?;
        members.serialize_field("origin", &self.origin)?;
        members.end()
    }
}

/// The body of `change.handed_over`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HandedOver {
    /// The log that goes on with the change.
    pub to: Home,
}

/// The body of `change.taken_over`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TakenOver {
    /// The log that the change comes from: one that is [accepted](PeerAccepted).
    pub from: Home,
    /// The [bundle](Bundle) that proves it; `null` where it is kept beside the entry.
    pub bundle: Json,
    /// The digests of the personal data in what it proves (RFC 9901 §4.2.4.1), so that whoever erases or purges finds it here, too.
    #[serde(default, rename = "_sd", skip_serializing_if = "BTreeSet::is_empty")]
    pub personal: BTreeSet<String>,
}

/// The body of `peer.accepted`: root says that changes may be taken over from another log, with the votes that its own root answers for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeerAccepted {
    /// The log.
    pub peer: Home,
}

/// The body of `peer.dismissed`: nothing is taken over from that log any more. What was stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeerDismissed {
    /// The log.
    pub peer: Home,
    /// Why.
    pub reason: String,
}

/// A handover that was proved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handover {
    /// The log that the change comes from.
    pub from: Home,
    /// The log that it goes to.
    pub to: Home,
    /// The place of the entry that hands it over.
    pub index: u64,
    /// What the last entry says of the change.
    pub change: ChangeRef,
    /// And of its request.
    pub request: Option<RequestRef>,
    /// The entries of the change.
    pub entries: Vec<Entry>,
    /// Their leaf hashes.
    pub leaves: Vec<Digest>,
    /// Every key that signed something that it rests on, its checkpoint included, with whom it was enrolled for.
    pub signers: BTreeMap<KeyId, Option<String>>,
}

impl Bundle {
    /// Returns the handover that the bundle proves, as [`Excerpt::handover`].
    ///
    /// # Errors
    /// [`BundleError`]: the first thing that does not hold.
    pub fn verify(&self) -> Result<Handover, BundleError> {
        self.read()?.handover()
    }
}

impl Excerpt {
    /// Returns the handover that this proves. Whether the log that it comes from is to be trusted is for others to say: it is
    /// [`Handover::from`].
    ///
    /// # Errors
    /// [`BundleError`]: its last entry hands nothing over, or what it rests on was signed by a key that its log has revoked.
    pub fn handover(&self) -> Result<Handover, BundleError> {
        let proved = self.of_change()?;
        let Some((last, change)) =
            proved.last().and_then(|last| Some((&last.entry, last.entry.change.clone()?)))
        else {
            return Err(BundleError::NoHandover);
        };
        if last.kind != Kind::HandedOver {
            return Err(BundleError::NoHandover);
        }
        if let Some(signed) = self.withdrawn() {
            return Err(BundleError::Withdrawn(signed));
        }
        let index = last.index.0;
        let HandedOver { to } = body(last).map_err(|why| Fault { index, why })?;
        let request = last.request.clone();
        let entries = proved.iter().map(|proved| proved.entry.clone()).collect();
        let leaves = proved.iter().map(|proved| proved.leaf).collect();
        let signers = self.signers().map(|signed| (signed.key, signed.owner)).collect();
        Ok(Handover { from: self.home.clone(), to, index, change, request, entries, leaves, signers })
    }
}

impl Handover {
    /// Says whether two handovers cannot both be of one log: each was made as if the other had not been.
    pub fn forks(&self, other: &Self) -> bool {
        let knows =
            |one: &Self, other: &Self| other.leaves.last().is_some_and(|leaf| one.leaves.contains(leaf));
        self.from == other.from
            && self.change.id == other.change.id
            && !knows(self, other)
            && !knows(other, self)
    }
}
