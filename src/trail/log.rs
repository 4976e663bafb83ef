//! A log up to some entry: what it takes to check the next one, and to make it.
//!
//! Making an entry and checking one are the same walk: [`Log::draft`] says what the next entry would be, the host signs it, and
//! [`Log::seal`] follows the finished envelope as a verifier does.

use serde::{Deserialize, Serialize};

use super::blob::BlobRef;
use super::body::Rotated;
use super::entry::{Author, ChangeRef, Count, Engine, Entry, Kind, Millis, PolicyRef, RequestRef};
use super::envelope::{Envelope, Signature};
use super::fault::{Fault, Why};
use super::key::{KeyId, PublicKey};
use super::keyring::{Key, Role};
use super::state::{State, body};
use super::tombstone::Tombstone;
use super::tree::{Frontier, leaf_hash};
use crate::json::{Json, Written};
use crate::value::Digest;

/// A log, with as much of it as the next entry needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    state: State,
    frontier: Frontier,
    // INVARIANT: the key of `state.log_key()`, parsed once.
    log_key: PublicKey,
}

/// A log as the host keeps it between two calls. It is opaque to the host: what is in it is checked against the last entry, which
/// the log's key signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// The last entry, as stored.
    pub last: String,
    /// The tree before it.
    pub before: Frontier,
    /// The state after it.
    pub state: State,
}

/// What an entry is to say; the log adds its place, its past and its state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// What happened.
    pub kind: Kind,
    /// A name that no other entry of the log has.
    pub id: String,
    /// When, by the host's clock.
    pub time: Millis,
    /// Who did it.
    pub actor: Author,
    /// The policy in force for it.
    pub policy: Option<PolicyRef>,
    /// The request that it is about.
    pub request: Option<RequestRef>,
    /// The change that it goes on with.
    pub change: Option<ChangeRef>,
    /// By which program.
    pub engine: Engine,
    /// What is particular to the kind.
    pub body: Json,
    /// What is kept beside the trail.
    pub blobs: Vec<BlobRef>,
    /// What others signed.
    pub statements: Vec<Envelope>,
}

/// An entry that was checked, with what the log keeps of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Followed {
    /// What it says.
    pub entry: Entry,
    /// Its leaf hash.
    pub leaf: Digest,
}

impl Log {
    /// Begins a log with its first entry, as stored.
    ///
    /// # Errors
    /// [`Fault`]: it is no first entry, or is not signed by whoever it names.
    pub fn begin(stored: &[u8]) -> Result<(Self, Followed), Fault> {
        let fault = |why: Why| Fault { index: 0, why };
        let (envelope, entry) = read(stored).map_err(fault)?;
        let state = begun(&entry).map_err(fault)?;
        let key = state.keys.of_role(Role::Log, 1).next().ok_or(Why::NoBeginning).map_err(fault)?;
        let log_key = key.spki.key().map_err(|error| fault(Why::BadKey(error)))?;
        check_signers(&envelope, &entry, &state, &log_key, 1).map_err(fault)?;
        let leaf = leaf_hash(stored);
        let mut frontier = Frontier::default();
        frontier.append(leaf);
        Ok((Self { state, frontier, log_key }, Followed { entry, leaf }))
    }

    /// Takes up a log where a host left it.
    ///
    /// # Errors
    /// [`Fault`]: tree, state and last entry do not belong together, or the entry is not signed by the log's key.
    pub fn open(head: &Head) -> Result<Self, Fault> {
        let index = head.before.size();
        let fault = |why: Why| Fault { index, why };
        let stored = head.last.as_bytes();
        let (envelope, entry) = read(stored).map_err(fault)?;
        if entry.index.0 != index {
            return Err(fault(Why::Index { found: entry.index.0 }));
        }
        if entry.prev_root != head.before.root() {
            return Err(fault(Why::PrevRoot));
        }
        let state = head.state.clone();
        if entry.state != state.digest() || state.size.0 != index.saturating_add(1) {
            return Err(fault(Why::State));
        }
        // The last entry may be the one that another key took over with: the key that signed it still stands in the state.
        let signer = envelope.signatures.first().and_then(|signature| state.keys.get(&signature.key));
        let signer =
            signer.filter(|key| key.has(Role::Log)).ok_or(Why::Unsigned { wanted: LOG }).map_err(fault)?;
        verify(&envelope, signer).map_err(fault)?;
        let mut frontier = head.before.clone();
        frontier.append(leaf_hash(stored));
        let key = state.log_key().ok_or(Why::Unsigned { wanted: LOG }).map_err(fault)?;
        let log_key = key.spki.key().map_err(|error| fault(Why::BadKey(error)))?;
        Ok(Self { state, frontier, log_key })
    }

    /// Returns the state after the last entry.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Returns the tree of the entries so far.
    pub fn frontier(&self) -> &Frontier {
        &self.frontier
    }

    /// Takes in the next entry, as stored. After a fault the log is not to be used any more.
    ///
    /// # Errors
    /// [`Fault`]: it does not follow, or is not signed by whoever must sign it.
    pub fn follow(&mut self, stored: &[u8]) -> Result<Followed, Fault> {
        let index = self.state.size.0;
        self.next(stored).map_err(|why| Fault { index, why })
    }

    fn next(&mut self, stored: &[u8]) -> Result<Followed, Why> {
        let (envelope, entry) = read(stored)?;
        let index = self.state.size.0;
        if entry.index.0 != index {
            return Err(Why::Index { found: entry.index.0 });
        }
        if entry.prev_root != self.frontier.root() {
            return Err(Why::PrevRoot);
        }
        check_signers(&envelope, &entry, &self.state, &self.log_key, index)?;
        self.state.follow(&entry)?;
        if entry.state != self.state.digest() {
            return Err(Why::State);
        }
        self.take_log_key(entry.kind)?;
        let leaf = leaf_hash(stored);
        self.frontier.append(leaf);
        Ok(Followed { entry, leaf })
    }

    /// Takes in an entry that is proved to stand at an index, where those in between are not at hand. Whoever must sign it is asked
    /// for, and their keys with it; neither the tree nor the state after it is known. After a fault the log is not to be used any
    /// more.
    pub(super) fn attend(&mut self, stored: &[u8], index: u64) -> Result<(Envelope, Followed), Why> {
        let (envelope, entry) = read(stored)?;
        if entry.index.0 != index || index < self.state.size.0 {
            return Err(Why::Index { found: entry.index.0 });
        }
        self.state.size = Count(index);
        check_signers(&envelope, &entry, &self.state, &self.log_key, index)?;
        self.state.follow(&entry)?;
        self.take_log_key(entry.kind)?;
        Ok((envelope, Followed { entry, leaf: leaf_hash(stored) }))
    }

    /// Parses the log's key anew where an entry may have changed it.
    fn take_log_key(&mut self, kind: Kind) -> Result<(), Why> {
        if matches!(kind, Kind::KeyRotated | Kind::KeyRevoked) {
            let key = self.state.log_key().ok_or(Why::Unsigned { wanted: LOG })?;
            self.log_key = key.spki.key().map_err(Why::BadKey)?;
        }
        Ok(())
    }

    /// Returns the key that signs the next entry, and checkpoints.
    pub(super) fn log_key(&self) -> &PublicKey {
        &self.log_key
    }

    /// Takes in that an entry was purged: what it did to its change is known from what stands in its place, and holds if the
    /// entries after it do. After a fault the log is not to be used any more.
    ///
    /// # Errors
    /// [`Fault`]: nothing purged may stand here.
    pub fn skip(&mut self, tombstone: &Tombstone) -> Result<(), Fault> {
        let index = self.state.size.0;
        self.state.skip(tombstone).map_err(|why| Fault { index, why })?;
        self.frontier.append(tombstone.leaf);
        Ok(())
    }

    /// Returns the next entry as it is to be signed.
    ///
    /// # Errors
    /// [`Fault`]: it would not follow.
    pub fn draft(&self, draft: Draft) -> Result<Entry, Fault> {
        let index = self.state.size;
        let prev_root = self.frontier.root();
        let mut entry = undated(draft, self.state.origin.clone(), self.state.log, index, prev_root);
        let mut after = self.state.clone();
        after.follow(&entry).map_err(|why| Fault { index: index.0, why })?;
        entry.state = after.digest();
        Ok(entry)
    }

    /// Puts the signatures to a payload, takes it in, and returns the bytes to store with the head to keep.
    ///
    /// The first signature is the log key's.
    ///
    /// # Errors
    /// [`Fault`], as [`follow`](Self::follow).
    pub fn seal(mut self, payload: String, signatures: Vec<Signature>) -> Result<Sealed, Fault> {
        let before = self.frontier.clone();
        let stored = Envelope { payload, signatures }.text();
        let Followed { entry, leaf } = self.follow(stored.as_bytes())?;
        let head = Head { last: stored, before, state: self.state };
        Ok(Sealed { entry, leaf, head })
    }
}

/// An entry that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// What it says.
    pub entry: Entry,
    /// Its leaf hash.
    pub leaf: Digest,
    /// The log with it. `head.last` is what is stored.
    pub head: Head,
}

/// Returns the first entry of a log as it is to be signed: by as many root keys as its body says, and by the log's key.
///
/// # Errors
/// [`Fault`]: the body is no root of trust.
pub fn first(draft: Draft, origin: &str) -> Result<Entry, Fault> {
    let log = Digest::of(crate::json::canonical(&draft.body).as_bytes());
    let mut entry = undated(draft, origin.to_owned(), log, Count(0), Frontier::default().root());
    let state = State::begin(&entry).map_err(|why| Fault { index: 0, why })?;
    entry.state = state.digest();
    Ok(entry)
}

/// Begins a log with signatures over its first payload.
///
/// # Errors
/// [`Fault`], as [`Log::begin`].
pub fn seal_first(payload: String, signatures: Vec<Signature>) -> Result<Sealed, Fault> {
    let stored = Envelope { payload, signatures }.text();
    let (log, Followed { entry, leaf }) = Log::begin(stored.as_bytes())?;
    Ok(Sealed { entry, leaf, head: Head { last: stored, before: Frontier::default(), state: log.state } })
}

const LOG: &str = "the log's key";
const ROOT: &str = "enough root keys";
const BOTH: &str = "the old key and the new one";

fn undated(draft: Draft, origin: String, log: Digest, index: Count, prev_root: Digest) -> Entry {
    let Draft { kind, id, time, actor, policy, request, change, engine, body, blobs, statements } = draft;
    let statements = statements.iter().map(Envelope::json).collect();
    let (time_ms, state) = (time, prev_root);
    Entry {
        origin,
        log,
        index,
        prev_root,
        kind,
        id,
        time_ms,
        actor,
        policy,
        request,
        change,
        engine,
        state,
        body: Written::of(&body),
        blobs,
        statements,
    }
}

fn read(stored: &[u8]) -> Result<(Envelope, Entry), Why> {
    let envelope = Envelope::read(stored)?;
    let entry = Entry::read(&envelope.payload)?;
    Ok((envelope, entry))
}

fn begun(entry: &Entry) -> Result<State, Why> {
    if entry.index.0 != 0 {
        return Err(Why::Index { found: entry.index.0 });
    }
    if entry.prev_root != Frontier::default().root() {
        return Err(Why::PrevRoot);
    }
    let state = State::begin(entry)?;
    if entry.state == state.digest() { Ok(state) } else { Err(Why::State) }
}

/// Checks that an envelope is signed by whoever its kind asks for, and by nobody else: the log's key first, then root keys
/// or the two keys of a rotation. Where the log's key is lost, the one that takes its place signs first, and root keys for it.
fn check_signers(
    envelope: &Envelope,
    entry: &Entry,
    state: &State,
    log_key: &PublicKey,
    index: u64,
) -> Result<(), Why> {
    let Some((first, others)) = envelope.signatures.split_first() else {
        return Err(Why::Unsigned { wanted: LOG });
    };
    let id = log_key.id();
    if first.key != id {
        let new = successor(entry, id)?.filter(|new| new.id() == first.key);
        let new = new.ok_or(Why::Unsigned { wanted: LOG })?;
        if !envelope.is_signed_by(&new) {
            return Err(Why::Signature { key: new.id() });
        }
        return roots(envelope, others, state, index);
    }
    if !envelope.is_signed_by(log_key) {
        return Err(Why::Signature { key: id });
    }
    match entry.kind {
        Kind::Began | Kind::KeyEnrolled | Kind::KeyRevoked | Kind::PeerAccepted | Kind::PeerDismissed => {
            roots(envelope, others, state, index)
        }
        Kind::KeyRotated => rotation(envelope, entry, others, state, index),
        Kind::PolicyAdopted if goes_back(entry, state) => roots(envelope, others, state, index),
        _ if others.is_empty() => Ok(()),
        _ => Err(Why::Unsigned { wanted: "the log's key alone" }),
    }
}

/// The key that an entry puts in the place of the log's; `None` where it does not.
fn successor(entry: &Entry, log_key: KeyId) -> Result<Option<PublicKey>, Why> {
    if entry.kind != Kind::KeyRotated {
        return Ok(None);
    }
    let Rotated { old, new } = body(entry)?;
    if old == log_key { new.key().map(Some).map_err(Why::BadKey) } else { Ok(None) }
}

/// Whether the policy is no later version of the one in force.
fn goes_back(entry: &Entry, state: &State) -> bool {
    let policies = entry.policy.as_ref().zip(state.policy.as_ref());
    policies.is_some_and(|(incoming, in_force)| !incoming.succeeds(in_force))
}

fn roots(envelope: &Envelope, signatures: &[Signature], state: &State, index: u64) -> Result<(), Why> {
    let mut seen: Vec<KeyId> = Vec::with_capacity(signatures.len());
    for signature in signatures {
        let root = state.keys.of_role(Role::Root, index).find(|key| key.id == signature.key);
        let root = root.filter(|key| !seen.contains(&key.id)).ok_or(Why::Unsigned { wanted: ROOT })?;
        verify(envelope, root)?;
        seen.push(root.id);
    }
    let enough = u32::try_from(seen.len()).is_ok_and(|signed| signed >= state.threshold);
    if enough { Ok(()) } else { Err(Why::Unsigned { wanted: ROOT }) }
}

fn rotation(
    envelope: &Envelope,
    entry: &Entry,
    signatures: &[Signature],
    state: &State,
    index: u64,
) -> Result<(), Why> {
    let Rotated { old, new } = body(entry)?;
    let known = state.keys.get(&old).filter(|key| key.counts_at(index));
    let known = known.ok_or(Why::UnknownKey { key: old })?;
    let new = new.key().map_err(Why::BadKey)?;
    // The log's own key has signed in the first place already.
    let wanted: Vec<KeyId> = if known.has(Role::Log) { vec![new.id()] } else { vec![old, new.id()] };
    let signed: Vec<KeyId> = signatures.iter().map(|signature| signature.key).collect();
    if signed != wanted {
        return Err(Why::Unsigned { wanted: BOTH });
    }
    if !known.has(Role::Log) {
        verify(envelope, known)?;
    }
    if envelope.is_signed_by(&new) { Ok(()) } else { Err(Why::Signature { key: new.id() }) }
}

fn verify(envelope: &Envelope, key: &Key) -> Result<(), Why> {
    let public = key.spki.key().map_err(Why::BadKey)?;
    if envelope.is_signed_by(&public) { Ok(()) } else { Err(Why::Signature { key: key.id }) }
}
