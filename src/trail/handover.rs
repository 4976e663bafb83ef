//! How a change moves to another log: one file that proves, to whoever knows the log that it comes from, what its entries are and that
//! nothing follows them there.
//!
//! ```text
//! blobs        what the bodies of the entries need
//! checkpoint   the head of the log, signed, with the last entry in it
//! entries      the first entry of the log, each change of its key, and the entries of the change; each with its inclusion proof
//! ```
//!
//! No entry that moved the change can be left out: each says from where it goes on. The last one hands the change over.

use serde::{Deserialize, Serialize};

use super::base64;
use super::body::Rotated;
use super::checkpoint::{Checkpoint, CheckpointError};
use super::entry::{ChangeRef, Count, Entry, Kind, RequestRef};
use super::envelope::Envelope;
use super::fault::{Fault, Why};
use super::key::PublicKey;
use super::log::Log;
use super::note::{Note, NoteError, VerifierKey, VerifierKeyError};
use super::state::body;
use super::tree::{ProofError, leaf_hash, verify_inclusion};
use crate::value::Digest;

/// A log, as others name it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Home {
    /// Its name.
    pub origin: String,
    /// Its identity.
    pub log: Digest,
}

/// The body of `change.handed_over`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HandedOver {
    /// The log that goes on with the change.
    pub to: Home,
}

/// What is given to that log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bundle {
    /// What the bodies of the entries need beside them.
    pub blobs: Vec<String>,
    /// The signed head.
    pub checkpoint: String,
    /// The entries, in their order.
    pub entries: Vec<Bundled>,
}

/// An entry with its proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bundled {
    /// Its place.
    pub index: Count,
    /// The inclusion proof, the entry's sibling first: base64 of hashes.
    pub proof: Vec<String>,
    /// The entry, as stored.
    pub stored: String,
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
}

/// Why a bundle proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// An entry of it is not what it must be.
    #[error(transparent)]
    Entry(#[from] Fault),
    /// An entry is not under the checkpoint.
    #[error("entry {index}: {error}")]
    Proof {
        /// Its place.
        index: u64,
        /// What is wrong with its proof.
        error: ProofError,
    },
    /// A hash of a proof is none.
    #[error("entry {index}: a hash of its proof is no base64 of 32 bytes")]
    Hash {
        /// Its place.
        index: u64,
    },
    /// The checkpoint is no signed note.
    #[error("its checkpoint: {0}")]
    Note(#[from] NoteError),
    /// The checkpoint is not accepted.
    #[error("its checkpoint: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// The log's name cannot name a key.
    #[error("its checkpoint: {0}")]
    Name(#[from] VerifierKeyError),
    /// Its last entry hands nothing over.
    #[error("its last entry hands no change over")]
    NoHandover,
}

impl Bundle {
    /// Returns what the bundle proves. Whether the log that it comes from is to be trusted is for others to say: it is
    /// [`Handover::from`].
    ///
    /// # Errors
    /// [`BundleError`]: the first thing that does not hold.
    pub fn verify(&self) -> Result<Handover, BundleError> {
        let note = Note::read(self.checkpoint.as_bytes())?;
        let head = Checkpoint::read(note.text())?.head();
        let fault = |index: u64, why: Why| BundleError::Entry(Fault { index, why });
        let mut known: Option<(Home, PublicKey)> = None;
        let mut last: Option<(ChangeRef, Kind)> = None;
        let (mut entries, mut leaves, mut next) = (Vec::new(), Vec::new(), 0);
        for Bundled { index: Count(index), proof, stored } in &self.entries {
            let leaf = leaf_hash(stored.as_bytes());
            let hashes = proof.iter().map(|hash| base64::read_digest(hash)).collect::<Option<Vec<_>>>();
            let hashes = hashes.ok_or(BundleError::Hash { index: *index })?;
            verify_inclusion(leaf, *index, &hashes, &head)
                .map_err(|error| BundleError::Proof { index: *index, error })?;
            if *index < next {
                return Err(fault(*index, Why::Index { found: *index }));
            }
            next = index.saturating_add(1);
            let Some((home, key)) = &mut known else {
                let (log, _) = Log::begin(stored.as_bytes())?;
                let state = log.state();
                let signer = state.log_key().ok_or_else(|| fault(0, Why::NoBeginning))?;
                let key = signer.spki.key().map_err(|error| fault(0, Why::BadKey(error)))?;
                known = Some((Home { origin: state.origin.clone(), log: state.log }, key));
                continue;
            };
            let entry = signed(stored, *index, home, key).map_err(|why| fault(*index, why))?;
            if entry.kind == Kind::KeyRotated {
                let Rotated { old, new } = body(&entry).map_err(|why| fault(*index, why))?;
                if old == key.id() {
                    *key = new.key().map_err(|error| fault(*index, Why::BadKey(error)))?;
                }
                continue;
            }
            let change =
                entry.change.clone().ok_or_else(|| fault(*index, Why::Missing { member: "change" }))?;
            let goes_on = last.as_ref().map_or(change.before.is_none(), |(before, _)| {
                // A log that handed a change over has it again once it took it over.
                let taken = entry.kind == Kind::TakenOver && change.before.is_none() && before.ended;
                before.id == change.id && (taken || (change.before == Some(before.after) && !before.ended))
            });
            if !goes_on {
                return Err(fault(*index, Why::ChangeForked { change: change.id }));
            }
            last = Some((change, entry.kind));
            entries.push(entry);
            leaves.push(leaf);
        }
        let (from, key) = known.ok_or(BundleError::NoHandover)?;
        Checkpoint::open(&note, &[VerifierKey::new(&from.origin, key)?])?;
        let (Some((change, Kind::HandedOver)), Some(entry)) = (last, entries.last()) else {
            return Err(BundleError::NoHandover);
        };
        let index = entry.index.0;
        let HandedOver { to } = body(entry).map_err(|why| fault(index, why))?;
        let request = entry.request.clone();
        Ok(Handover { from, to, index, change, request, entries, leaves })
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

/// An entry of the log that a bundle comes from, signed by its key at that place.
fn signed(stored: &str, index: u64, home: &Home, key: &PublicKey) -> Result<Entry, Why> {
    let envelope = Envelope::read(stored.as_bytes())?;
    let entry = Entry::read(&envelope.payload)?;
    if entry.index.0 != index {
        return Err(Why::Index { found: entry.index.0 });
    }
    if (&entry.origin, entry.log) != (&home.origin, home.log) {
        return Err(Why::OtherLog { origin: entry.origin });
    }
    if !envelope.is_signed_by(key) {
        return Err(Why::Signature { key: key.id() });
    }
    Ok(entry)
}
