//! What the entries so far mean for those that follow: the log's name, its keys, the policy and roster in force, which
//! changes are open and in what state. Each entry holds the digest of it, so that whoever has one signed entry can be handed
//! the state and need not read the log.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::act::{Act, ActError};
use super::body::{Began, Enrolled, Hold, LogKey, Purged, Revoked, Rotated};
use super::entry::{ChangeRef, Count, Entry, Kind, Millis, PolicyRef, within};
use super::envelope::Envelope;
use super::fault::Why;
use super::handover::{HandedOver, Home, PeerAccepted, PeerDismissed, TakenOver};
use super::key::KeyId;
use super::keyring::{Key, Keyring, Role, Spki};
use super::note::VerifierKey;
use super::officer::{self, LEAST_YEARS};
use super::open::{OpenChanges, Standing};
use super::tombstone::Tombstone;
use crate::json::{Json, write_serialize};
use crate::value::{Digest, Instant};

/// The state of a log after an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct State {
    /// The log's name.
    pub origin: String,
    /// The log: the digest of its first body.
    pub log: Digest,
    /// How many entries there are.
    pub size: Count,
    /// When the last one was recorded.
    pub time_ms: Millis,
    /// How many root keys must sign.
    pub threshold: u32,
    /// The keys.
    pub keys: Keyring,
    /// The policy in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<PolicyRef>,
    /// The digest of the roster in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roster: Option<Digest>,
    /// The changes that have begun and not ended.
    pub open: OpenChanges,
    /// The changes of which nothing may be purged.
    pub holds: BTreeSet<String>,
    /// The logs that changes may be taken over from.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub peers: BTreeSet<Home>,
    /// The statements that were taken in and have not lapsed, by the digest of their payload, with the instant at which
    /// they do: each counts once.
    pub acts: BTreeMap<String, Millis>,
}

/// What the digest of a state is made of: for whoever has one signed entry and not the log. Its fields stand in the order in which
/// they are written: the digest is made at every entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Summary<'a> {
    /// As in [`State`].
    pub acts: Cow<'a, BTreeMap<String, Millis>>,
    /// As in [`State`].
    pub holds: Cow<'a, BTreeSet<String>>,
    /// The digest of the keys.
    pub keys: Digest,
    /// As in [`State`].
    pub log: Digest,
    /// The [root](OpenChanges::root) of the open changes.
    pub open: Digest,
    /// As in [`State`].
    pub origin: Cow<'a, str>,
    /// As in [`State`].
    #[serde(default, skip_serializing_if = "no_peers")]
    pub peers: Cow<'a, BTreeSet<Home>>,
    /// As in [`State`].
    #[serde(default)]
    pub policy: Option<Cow<'a, PolicyRef>>,
    /// As in [`State`].
    #[serde(default)]
    pub roster: Option<Digest>,
    /// As in [`State`].
    pub size: Count,
    /// As in [`State`].
    pub threshold: u32,
    /// As in [`State`].
    pub time_ms: Millis,
}

impl Summary<'_> {
    /// Returns the digest that the entry holds after which this is the state.
    pub fn digest(&self) -> Digest {
        // Names and digests only: nothing here is a float, and no key stands twice. The fields are in the order of RFC 8785.
        Digest::of(write_serialize(self).unwrap_or_default().as_bytes())
    }

    /// Returns the same, with everything that it borrows.
    pub fn into_owned(self) -> Summary<'static> {
        let Self { origin, log, size, time_ms, threshold, keys, policy, roster, open, holds, peers, acts } =
            self;
        Summary {
            origin: Cow::Owned(origin.into_owned()),
            log,
            size,
            time_ms,
            threshold,
            keys,
            policy: policy.map(|policy| Cow::Owned(policy.into_owned())),
            roster,
            open,
            holds: Cow::Owned(holds.into_owned()),
            peers: Cow::Owned(peers.into_owned()),
            acts: Cow::Owned(acts.into_owned()),
        }
    }
}

impl State {
    /// Returns the state after the first entry.
    ///
    /// # Errors
    /// [`Why`] this is no first entry.
    pub fn begin(entry: &Entry) -> Result<Self, Why> {
        let began: Began = body(entry)?;
        let log = Digest::of(entry.body.text().as_bytes());
        if entry.kind != Kind::Began || entry.origin != began.origin || entry.log != log {
            return Err(Why::NoBeginning);
        }
        let log_key = began.log_key.spki.key().map_err(Why::BadKey)?;
        VerifierKey::new(&began.origin, log_key).map_err(Why::BadOrigin)?;
        let mut keys = Keyring::default();
        let threshold = began.root.threshold;
        if threshold == 0 || usize::try_from(threshold).is_ok_and(|least| least > began.root.keys.len()) {
            return Err(Why::Threshold { threshold });
        }
        for spki in &began.root.keys {
            enrol(&mut keys, spki, &[Role::Root], (None, None), Count(0))?;
        }
        let LogKey { spki, person } = &began.log_key;
        if !is_named(entry.actor.person.as_deref(), entry.actor.machine.as_deref()) {
            return Err(Why::Missing { member: "actor" });
        }
        enrol(&mut keys, spki, &[Role::Log], (person.clone(), None), Count(0))?;
        Ok(Self {
            origin: began.origin,
            log,
            size: Count(1),
            time_ms: entry.time_ms,
            threshold,
            keys,
            policy: None,
            roster: None,
            open: OpenChanges::default(),
            holds: BTreeSet::new(),
            peers: BTreeSet::new(),
            acts: BTreeMap::new(),
        })
    }

    /// Takes an entry in. Where that fails, the state is not to be used any more.
    ///
    /// # Errors
    /// [`Why`] the entry does not follow.
    pub fn follow(&mut self, entry: &Entry) -> Result<(), Why> {
        let index = self.size;
        if entry.index != index {
            return Err(Why::Index { found: entry.index.0 });
        }
        if entry.origin != self.origin || entry.log != self.log {
            return Err(Why::OtherLog { origin: entry.origin.clone() });
        }
        if entry.time_ms < self.time_ms {
            return Err(Why::ClockWentBack);
        }
        let acts = self.take_acts(entry)?;
        match entry.kind {
            Kind::PolicyAdopted => check_authors(entry, &acts)?,
            Kind::Erased | Kind::Purged => officer::check(entry, &acts)?,
            Kind::GateAnswered => check_speakers(&acts, &[Role::Pipeline])?,
            _ => check_speakers(&acts, &[Role::Approver, Role::Pipeline])?,
        }
        self.check_actor(entry, &acts)?;
        self.take(entry)?;
        self.size = Count(index.0.saturating_add(1));
        self.time_ms = entry.time_ms;
        Ok(())
    }

    /// Takes in that an entry was purged. Only what belongs to a change ever is.
    ///
    /// # Errors
    /// [`Why`] nothing purged may stand here.
    pub fn skip(&mut self, tombstone: &Tombstone) -> Result<(), Why> {
        let index = self.size;
        if tombstone.index != index {
            return Err(Why::Index { found: tombstone.index.0 });
        }
        if tombstone.time_ms < self.time_ms {
            return Err(Why::ClockWentBack);
        }
        self.lapse(tombstone.time_ms);
        self.acts.extend(tombstone.acts.clone());
        self.take_change(&tombstone.change, index)?;
        self.size = Count(index.0.saturating_add(1));
        self.time_ms = tombstone.time_ms;
        Ok(())
    }

    /// Returns the digest that the entry holds after which this is the state: of its canonical form, with the digest of
    /// the keys' in the place of the keys, and the [root](OpenChanges::root) of the open changes in theirs.
    pub fn digest(&self) -> Digest {
        self.summary().digest()
    }

    /// Returns what that digest is made of.
    pub fn summary(&self) -> Summary<'_> {
        let Self { origin, log, size, time_ms, threshold, keys, policy, roster, open, holds, peers, acts } =
            self;
        Summary {
            origin: Cow::Borrowed(origin),
            log: *log,
            size: *size,
            time_ms: *time_ms,
            threshold: *threshold,
            keys: keys.digest(),
            policy: policy.as_ref().map(Cow::Borrowed),
            roster: *roster,
            open: open.root(),
            holds: Cow::Borrowed(holds),
            peers: Cow::Borrowed(peers),
            acts: Cow::Borrowed(acts),
        }
    }

    /// Returns the key that signs the next entry.
    pub fn log_key(&self) -> Option<&Key> {
        self.keys.of_role(Role::Log, self.size.0).next()
    }

    /// Takes the statements of an entry in, each once, and returns them with the keys that signed them. What an act upon a
    /// change was signed for is checked by whoever knows changes.
    fn take_acts(&mut self, entry: &Entry) -> Result<Vec<(Act, Key)>, Why> {
        self.lapse(entry.time_ms);
        let mut acts = Vec::with_capacity(entry.statements.len());
        for statement in &entry.statements {
            let envelope = Envelope::of_json(statement)?;
            let (act, key) = Act::checked(&envelope, self, entry.time_ms)?;
            let key = key.clone();
            if self.acts.insert(act_name(&envelope), act.expires_ms).is_some() {
                return Err(Why::Act(ActError::Taken { by: act.by().to_owned() }));
            }
            acts.push((act, key));
        }
        Ok(acts)
    }

    /// The key that an entry says its actor signed with did sign for them: in a statement, or as the log's key that is theirs.
    fn check_actor(&self, entry: &Entry, acts: &[(Act, Key)]) -> Result<(), Why> {
        let actor = &entry.actor;
        if !is_named(actor.person.as_deref(), actor.machine.as_deref()) {
            return Err(Why::Missing { member: "actor" });
        }
        let Some(id) = actor.key else { return Ok(()) };
        let stated = acts
            .iter()
            .any(|(act, key)| key.id == id && act.person == actor.person && act.machine == actor.machine);
        let log_key = self
            .log_key()
            .is_some_and(|key| key.id == id && key.person.is_some() && key.person == actor.person);
        if stated || log_key { Ok(()) } else { Err(Why::Unsigned { wanted: "whoever it says acted" }) }
    }

    /// The name of a log is one that its checkpoints can have.
    fn check_name(&self, origin: &str) -> Result<(), Why> {
        let key = self.log_key().ok_or(Why::NoBeginning)?.spki.key().map_err(Why::BadKey)?;
        VerifierKey::new(origin, key).map(drop).map_err(Why::BadOrigin)
    }

    /// Forgets the statements that could not be taken in any more anyway.
    fn lapse(&mut self, now: Millis) {
        self.acts.retain(|_, expires| *expires > now);
    }

    fn take(&mut self, entry: &Entry) -> Result<(), Why> {
        let index = self.size;
        match entry.kind {
            Kind::Began => return Err(Why::BegunTwice),
            Kind::KeyEnrolled => {
                let Enrolled { spki, roles, person, machine } = body(entry)?;
                // Somebody or some program, and one of the two: separation of duties asks whose a key is.
                let owned = is_named(person.as_deref(), machine.as_deref());
                let fits = |role: &Role| match role {
                    Role::Root | Role::Log => false,
                    Role::Pipeline => machine.is_some(),
                    Role::Witness => true,
                    _ => person.is_some(),
                };
                if roles.is_empty() || !roles.iter().all(fits) || !(owned || roles == [Role::Witness]) {
                    return Err(Why::Roles);
                }
                enrol(&mut self.keys, &spki, &roles, (person, machine), index)?;
            }
            Kind::KeyRotated => {
                let Rotated { old, new } = body(entry)?;
                let key = self.keys.get(&old).filter(|key| key.counts_at(index.0)).cloned();
                let Key { roles, person, machine, .. } = key.ok_or(Why::UnknownKey { key: old })?;
                // The old key signs this entry, and none after it.
                self.keys.end(&old, Count(index.0.saturating_add(1)));
                enrol(&mut self.keys, &new, &roles, (person, machine), index)?;
            }
            Kind::KeyRevoked => {
                let Revoked { key, from, .. } = body(entry)?;
                let until = Count(from.0.min(index.0.saturating_add(1)));
                if !self.keys.end(&key, until) {
                    return Err(Why::UnknownKey { key });
                }
                let roots = self.keys.of_role(Role::Root, index.0.saturating_add(1)).count();
                let enough = u32::try_from(roots).is_ok_and(|roots| roots >= self.threshold);
                let lost = Count(index.0.saturating_add(1));
                if !enough || self.keys.of_role(Role::Log, lost.0).next().is_none() {
                    return Err(Why::LastKey { key });
                }
            }
            Kind::PolicyAdopted => {
                self.policy = Some(entry.policy.clone().ok_or(Why::Missing { member: "policy" })?);
            }
            Kind::RosterSet => self.roster = Some(roster_digest(entry)),
            Kind::HoldPlaced => {
                self.holds.insert(body::<Hold>(entry)?.change);
            }
            Kind::HoldLifted => {
                let Hold { change, .. } = body(entry)?;
                if !self.holds.remove(&change) {
                    return Err(Why::NotHeld { change });
                }
            }
            Kind::Purged => self.may_purge(&body(entry)?, entry.time_ms)?,
            Kind::PeerAccepted => {
                let PeerAccepted { peer } = body(entry)?;
                self.check_name(&peer.origin)?;
                if peer.log == self.log || !self.peers.insert(peer.clone()) {
                    return Err(Why::PeerKnown { origin: peer.origin });
                }
            }
            Kind::PeerDismissed => {
                let PeerDismissed { peer, .. } = body(entry)?;
                if !self.peers.remove(&peer) {
                    return Err(Why::NoPeer { origin: peer.origin });
                }
            }
            Kind::HandedOver | Kind::TakenOver if entry.change.is_none() => {
                return Err(Why::Missing { member: "change" });
            }
            Kind::TakenOver => {
                let TakenOver { from, .. } = body(entry)?;
                if !self.peers.contains(&from) {
                    return Err(Why::NoPeer { origin: from.origin });
                }
            }
            Kind::HandedOver => self.check_name(&body::<HandedOver>(entry)?.to.origin)?,
            Kind::ChangeCommand | Kind::GateAnswered | Kind::Erased => {}
        }
        match &entry.change {
            Some(change) => self.take_change(change, index),
            None => Ok(()),
        }
    }

    /// Nothing of a change is purged while it is open or held, or before its time is over.
    fn may_purge(&self, purged: &Purged, now: Millis) -> Result<(), Why> {
        let Purged { change, ended_ms, kept_until_ms, .. } = purged;
        if self.open.get(change).is_some() {
            return Err(Why::StillOpen { change: change.clone() });
        }
        if self.holds.contains(change) {
            return Err(Why::Held { change: change.clone() });
        }
        let least = ended_ms.0.checked_add_years(LEAST_YEARS).unwrap_or(Instant::MAX);
        let until = least.max(kept_until_ms.0);
        let over = kept_until_ms.0 >= least && now.0 >= until;
        if over { Ok(()) } else { Err(Why::Retained { change: change.clone(), until }) }
    }

    /// Goes on with a change: from where the log has it, and nowhere else.
    fn take_change(&mut self, change: &ChangeRef, index: Count) -> Result<(), Why> {
        let standing = self.open.get(&change.id).map(|standing| standing.digest);
        let goes_on = match (standing, change.before) {
            (Some(standing), before) => before == Some(standing),
            (None, None) => true,
            // A change that has ended: only what was refused is said of it.
            (None, Some(_)) => change.ended,
        };
        if !goes_on {
            return Err(Why::ChangeForked { change: change.id.clone() });
        }
        if change.ended {
            self.open.remove(&change.id);
        } else {
            let standing = Standing { index, digest: change.after };
            self.open.insert(&change.id, standing);
        }
        Ok(())
    }
}

/// The digest of the roster that an entry sets: that of its body, or of the blob that is its whole body.
fn roster_digest(entry: &Entry) -> Digest {
    let whole = entry.blobs.iter().find(|blob| blob.at.is_empty()).map(|blob| blob.digest);
    whole.unwrap_or_else(|| Digest::of(entry.body.text().as_bytes()))
}

/// Somebody or some program, and one of the two.
fn is_named(person: Option<&str>, machine: Option<&str>) -> bool {
    matches!((person, machine), (Some(name), None) | (None, Some(name)) if !name.is_empty())
}

fn no_peers(peers: &BTreeSet<Home>) -> bool {
    peers.is_empty()
}

/// By what a statement is remembered: the digest of what was signed.
pub(super) fn act_name(envelope: &Envelope) -> String {
    Digest::of(envelope.payload.as_bytes()).hex()
}

/// What people say of changes is signed by a key for that, and what programs say by a pipeline's.
fn check_speakers(acts: &[(Act, Key)], roles: &[Role]) -> Result<(), Why> {
    let speaks = |(_, key): &(Act, Key)| roles.iter().any(|role| key.has(*role));
    if acts.iter().all(speaks) { Ok(()) } else { Err(Why::Unsigned { wanted: "a key for what it says" }) }
}

/// A policy is adopted by two of its authors, who are two people with two keys.
fn check_authors(entry: &Entry, acts: &[(Act, Key)]) -> Result<(), Why> {
    let policy = entry.policy.as_ref().ok_or(Why::Missing { member: "policy" })?;
    let digest = Json::String(policy.digest.to_string());
    let adopts = |(act, key): &&(Act, Key)| {
        key.has(Role::PolicyAuthor)
            && (&act.subject, act.digest) == (&policy.id, policy.digest)
            && act.act.get("adopt") == Some(&digest)
    };
    let mut authors: Vec<&str> = acts.iter().filter(adopts).map(|(act, _)| act.by()).collect();
    authors.sort_unstable();
    authors.dedup();
    let two = authors.len() >= 2 && authors.len() == acts.len();
    if two { Ok(()) } else { Err(Why::Unsigned { wanted: "two policy authors" }) }
}

fn enrol(
    keys: &mut Keyring,
    spki: &Spki,
    roles: &[Role],
    (person, machine): (Option<String>, Option<String>),
    since: Count,
) -> Result<KeyId, Why> {
    let id = spki.key().map(|key| key.id()).map_err(Why::BadKey)?;
    if [&person, &machine].into_iter().flatten().any(String::is_empty) {
        return Err(Why::Missing { member: "person" });
    }
    let key = Key { id, spki: spki.clone(), roles: roles.to_vec(), person, machine, since, until: None };
    if keys.enrol(key) { Ok(id) } else { Err(Why::KeyKnown { key: id }) }
}

/// Reads the body of a kind that the trail understands.
pub(super) fn body<T: DeserializeOwned>(entry: &Entry) -> Result<T, Why> {
    entry.body.typed().map_err(|error| Why::Body {
        kind: entry.kind.word(),
        path: within("body", &error.path()),
        message: error.message().to_owned(),
    })
}
