//! Entries of a log in one file, for whoever does not have the log: each with its inclusion proof under one signed checkpoint, and with
//! what it takes to check who signed it.
//!
//! ```text
//! blobs        what the bodies of the entries need
//! checkpoint   the head of the log, signed, with the last entry at its end
//! entries      the first of the log, every one about its keys and peers, and those that the file is for; each with its inclusion proof
//! state        what the digest of the state in the last entry is made of
//! ```
//!
//! No entry about keys can be left out: the last entry signs the digest of them all. The same holds for the peers of the log.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

use super::base64;
use super::body::{Enrolled, Rotated};
use super::checkpoint::{Checkpoint, CheckpointError};
use super::entry::{ChangeRef, Count, Entry, Kind, PolicyRef};
use super::envelope::Envelope;
use super::fault::{Fault, Why};
use super::handover::Home;
use super::key::KeyId;
use super::log::{Followed, Log};
use super::note::{Note, NoteError, VerifierKey, VerifierKeyError};
use super::state::{State, Summary};
use super::tree::{ProofError, Tree, TreeHead, leaf_hash, verify_inclusion};
use crate::json::Json;
use crate::value::Digest;

/// What is given to whoever does not have the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bundle {
    /// What the bodies of the entries need beside them.
    pub blobs: Vec<String>,
    /// The signed head.
    pub checkpoint: String,
    /// The entries, in their order.
    pub entries: Vec<Bundled>,
    /// The state after the last entry.
    pub state: Summary<'static>,
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

/// What a bundle proves of a log. Whether that log is to be trusted is for others to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    /// The log.
    pub home: Home,
    /// Its head.
    pub head: TreeHead,
    /// The entries after the first, in their order.
    pub entries: Vec<Proved>,
    /// The key that signed the checkpoint.
    pub log_key: KeyId,
    // INVARIANT: the keys are those of the log at its head.
    state: State,
    in_force: (Option<PolicyRef>, Option<Digest>),
}

/// An entry that is in the log and is signed by whoever must.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proved {
    /// What it says.
    pub entry: Entry,
    /// Its leaf hash.
    pub leaf: Digest,
    /// Who signed it, and the statements in it.
    pub signers: Vec<KeyId>,
}

/// What a key signed, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// The entry that it signed, or a statement in; `None` for the checkpoint.
    pub index: Option<u64>,
    /// The key.
    pub key: KeyId,
    /// The person or the machine that it was enrolled for, where the log says so.
    pub owner: Option<String>,
}

impl fmt::Display for Signed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.index {
            Some(index) => write!(f, "entry {index}")?,
            None => f.write_str("its checkpoint")?,
        }
        write!(f, " is signed by key {}", self.key)?;
        self.owner.as_ref().map_or(Ok(()), |owner| write!(f, " of `{owner}`"))
    }
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
    /// It has no entry, or its last one is not the last that the checkpoint signs.
    #[error("its last entry is not the last that its checkpoint signs")]
    NoEnd,
    /// The state is not the one whose digest the last entry holds.
    #[error("its state is not the one that its last entry names")]
    State,
    /// The entries about keys are not all there.
    #[error("its entries about keys are not all that the log has")]
    Keys,
    /// The entries about other logs are not all there.
    #[error("its entries about other logs are not all that the log has")]
    Peers,
    /// An entry is not one of the log that it is said to be of.
    #[error("its entries are not those that the log has")]
    OtherEntries,
    /// A key that signed in it was revoked from before then.
    #[error("{0}, which its log has revoked from before then")]
    Withdrawn(Signed),
    /// Its last entry hands nothing over.
    #[error("its last entry hands no change over")]
    NoHandover,
}

impl Bundle {
    /// Returns what the bundle proves.
    ///
    /// # Errors
    /// [`BundleError`]: the first thing that does not hold.
    pub fn read(&self) -> Result<Excerpt, BundleError> {
        let note = Note::read(self.checkpoint.as_bytes())?;
        let head = Checkpoint::read(note.text())?.head();
        let proved = self.entries.iter().map(|Bundled { index: Count(index), proof, stored }| {
            let leaf = leaf_hash(stored.as_bytes());
            let hashes = proof.iter().map(|hash| base64::read_digest(hash)).collect::<Option<Vec<_>>>();
            let hashes = hashes.ok_or(BundleError::Hash { index: *index })?;
            verify_inclusion(leaf, *index, &hashes, &head)
                .map_err(|error| BundleError::Proof { index: *index, error })?;
            Ok((*index, stored.as_str()))
        });
        let (log, entries) = attended(proved)?;
        let Some(Proved { entry: last, .. }) = entries.last() else { return Err(BundleError::NoEnd) };
        let state = log.state();
        Checkpoint::open(&note, &[VerifierKey::new(&state.origin, *log.log_key())?])?;
        if state.size.0 != head.size {
            return Err(BundleError::NoEnd);
        }
        if self.state.digest() != last.state {
            return Err(BundleError::State);
        }
        if self.state.keys != state.keys.digest() {
            return Err(BundleError::Keys);
        }
        if *self.state.peers != state.peers {
            return Err(BundleError::Peers);
        }
        let home = Home { origin: state.origin.clone(), log: state.log };
        let in_force = (self.state.policy.as_deref().cloned(), self.state.roster);
        Ok(Excerpt { home, head, log_key: log.log_key().id(), state: state.clone(), in_force, entries })
    }
}

/// Checks who signed each of these entries, by the keys that they enrol.
fn attended<'a>(
    entries: impl Iterator<Item = Result<(u64, &'a str), BundleError>>,
) -> Result<(Log, Vec<Proved>), BundleError> {
    let mut known: Option<Log> = None;
    let mut proved = Vec::with_capacity(entries.size_hint().0);
    for one in entries {
        let (index, stored) = one?;
        let Some(log) = &mut known else {
            known = Some(Log::begin(stored.as_bytes())?.0);
            continue;
        };
        let (envelope, Followed { entry, leaf }) =
            log.attend(stored.as_bytes(), index).map_err(|why| Fault { index, why })?;
        let signers = signers(&envelope, &entry);
        proved.push(Proved { entry, leaf, signers });
    }
    Ok((known.ok_or(BundleError::NoEnd)?, proved))
}

impl Excerpt {
    /// Returns what a bundle of these entries would prove if the log ended here, for whoever has the log: `leaves` are the leaf hashes
    /// of all of it.
    ///
    /// # Errors
    /// [`BundleError`]: the first thing that would not hold.
    pub fn of_log(of: &Log, leaves: &[Digest], entries: &[String]) -> Result<Self, BundleError> {
        let head = TreeHead { size: of.state().size.0, root: of.frontier().root() };
        if leaves.iter().copied().collect::<Tree>().head() != head {
            return Err(BundleError::OtherEntries);
        }
        let places: BTreeMap<Digest, u64> = leaves.iter().copied().zip(0..).collect();
        let placed = |stored: &'_ String| places.get(&leaf_hash(stored.as_bytes())).copied();
        let (log, proved) = attended(entries.iter().map(|stored| {
            placed(stored).map(|index| (index, stored.as_str())).ok_or(BundleError::OtherEntries)
        }))?;
        let (state, here) = (log.state(), of.state());
        if here.keys.digest() != state.keys.digest() {
            return Err(BundleError::Keys);
        }
        if here.peers != state.peers {
            return Err(BundleError::Peers);
        }
        let home = Home { origin: state.origin.clone(), log: state.log };
        let in_force = (here.policy.clone(), here.roster);
        Ok(Self { home, head, log_key: log.log_key().id(), state: state.clone(), in_force, entries: proved })
    }

    /// Returns the state of the log at its head, as far as the entries that are here say it: the keys are all there.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Returns what was signed here and by which key; that of the checkpoint comes last.
    pub fn signers(&self) -> impl Iterator<Item = Signed> {
        let signed = |key: KeyId, index: Option<u64>| {
            let known = self.state.keys.get(&key);
            let owner = known.and_then(|key| key.person.clone().or_else(|| key.machine.clone()));
            Signed { index, key, owner }
        };
        let of_entry = move |proved: &Proved| {
            let index = Some(proved.entry.index.0);
            proved.signers.clone().into_iter().map(move |key| signed(key, index))
        };
        self.entries.iter().flat_map(of_entry).chain([signed(self.log_key, None)])
    }

    /// Returns what a key signed that the change rests on, and that its own log has revoked from before then.
    pub fn withdrawn(&self) -> Option<Signed> {
        let until = |key: &KeyId| self.state.keys.get(key).and_then(|key| key.until);
        let late = |it: &Signed| it.index.zip(until(&it.key)).is_some_and(|(index, until)| until.0 <= index);
        let signed = self.signers().filter(late).collect::<Vec<_>>();
        signed.into_iter().find(|it| it.index.is_some_and(|index| self.rests_on(index)))
    }

    /// Says whether the change would be another one without an entry: one that moved it, the last by which its policies and the
    /// rosters are in force, and those about keys that signed any of it.
    fn rests_on(&self, index: u64) -> bool {
        let Some(Proved { entry, .. }) = self.entries.iter().find(|proved| proved.entry.index.0 == index)
        else {
            return false;
        };
        let others = || self.entries.iter().map(|proved| &proved.entry);
        let of_change = |key: KeyId| {
            let moves = |proved: &&Proved| proved.entry.change.is_some();
            self.entries.iter().filter(moves).any(|proved| proved.signers.contains(&key))
        };
        let policy = |entry: &Entry| entry.policy.as_ref().map(|policy| policy.digest);
        match entry.kind {
            Kind::ChangeCommand => entry.body.get("ok") == Some(Json::Bool(true)),
            Kind::HandedOver | Kind::TakenOver | Kind::RosterSet => true,
            Kind::PolicyAdopted => {
                let again = |it: &Entry| it.kind == entry.kind && it.index > entry.index;
                others().any(|it| it.change.is_some() && policy(it) == policy(entry))
                    && !others().any(|it| again(it) && policy(it) == policy(entry))
            }
            Kind::KeyEnrolled => {
                let spki = entry.body.typed::<Enrolled>().ok().and_then(|body| body.spki.key().ok());
                spki.is_some_and(|key| of_change(key.id()))
            }
            Kind::KeyRotated => {
                let spki = entry.body.typed::<Rotated>().ok().and_then(|body| body.new.key().ok());
                spki.is_some_and(|key| of_change(key.id()))
            }
            _ => false,
        }
    }

    /// Returns the policy and the digest of the roster that are in force at its head, whether or not their entries are here.
    pub fn in_force(&self) -> (Option<&PolicyRef>, Option<Digest>) {
        (self.in_force.0.as_ref(), self.in_force.1)
    }

    /// Returns the entries of the change that the last entry is about. None that moved it can be left out: each says from where it
    /// goes on.
    ///
    /// # Errors
    /// [`BundleError`]: one does not go on from the one before, or is of another change.
    pub fn of_change(&self) -> Result<Vec<&Proved>, BundleError> {
        let mut last: Option<&ChangeRef> = None;
        let mut found = Vec::new();
        for proved in &self.entries {
            let Some(change) = &proved.entry.change else { continue };
            let goes_on = last.map_or(change.before.is_none(), |before| {
                // A log that handed a change over has it again once it took it over.
                let taken = proved.entry.kind == Kind::TakenOver && change.before.is_none() && before.ended;
                before.id == change.id && (taken || (change.before == Some(before.after) && !before.ended))
            });
            if !goes_on {
                let why = Why::ChangeForked { change: change.id.clone() };
                return Err(Fault { index: proved.entry.index.0, why }.into());
            }
            last = Some(change);
            found.push(proved);
        }
        Ok(found)
    }
}

/// Who signed an entry, and the statements in it.
fn signers(envelope: &Envelope, entry: &Entry) -> Vec<KeyId> {
    let stated = entry.statements.iter().filter_map(|statement| Envelope::of_json(statement).ok());
    let stated = stated.flat_map(|envelope| envelope.signatures);
    envelope.signatures.iter().cloned().chain(stated).map(|signature| signature.key).collect()
}
