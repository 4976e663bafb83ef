//! Checking a log from its first entry to its last, in one pass and without keeping it.
//!
//! A log alone proves that it is consistent, never that it is complete: that its end was cut off shows only against a head that
//! was kept elsewhere, a *pin*.

use std::collections::BTreeMap;

use super::body::Purged;
use super::checkpoint::Checkpoint;
use super::entry::{ChangeRef, Kind, Millis};
use super::fault::{Fault, Why};
use super::keyring::Role;
use super::log::{Followed, Log};
use super::note::{Note, VerifierKey};
use super::state::{State, body};
use super::tombstone::Tombstone;
use super::tree::{Frontier, TreeHead};

/// A head that the log must have had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pin {
    /// The log's name.
    pub origin: String,
    /// How many entries it had, and their root.
    pub head: TreeHead,
    /// Whether it was kept elsewhere. One that lies with the log shows as much of what is wrong, and vouches for nothing.
    pub kept_elsewhere: bool,
    /// What says so: nothing in it is believed that the log's key has not signed. `None` where the head is known otherwise.
    pub note: Option<Note>,
}

/// A check under way.
#[derive(Debug, Clone, Default)]
pub struct Verifier {
    log: Option<Log>,
    /// By size, each with its place among those given.
    pins: Vec<(usize, Pin)>,
    met: usize,
    /// The first head that the log's key has not signed: it says nothing of the log, which is followed all the same.
    unsigned: Option<Fault>,
    courses: BTreeMap<String, Course>,
    purged: u64,
    /// Whether the entries before the first that was taken are not known here.
    goes_on: bool,
    /// Whether more entries follow that are not taken.
    is_part: bool,
}

/// What the entries of a change come to for whoever purges it.
#[derive(Debug, Clone, Default)]
struct Course {
    entries: u64,
    ended: Option<Millis>,
    /// How many of its entries are not there, and the first of them.
    skipped: Option<(u64, u64)>,
}

/// What an entry turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Checked {
    /// An entry.
    Entry(Box<Followed>),
    /// One that was purged.
    Purged(Tombstone),
}

/// What a whole log turned out to be.
#[derive(Debug, Clone)]
pub struct Whole {
    /// The log.
    pub log: Log,
    /// How many entries were purged, by the authority of others.
    pub purged: u64,
    /// The largest head that was kept elsewhere and holds.
    pub pinned: Option<u64>,
    /// The smallest head that lies beyond the end: the log is older, or its end is cut off.
    pub beyond: Option<u64>,
}

/// Whose signature a note has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SignedBy {
    /// The log's.
    Log,
    /// A key's of its name that it has not had so far: a later one's, or a forger's.
    Unknown,
    /// None that counts.
    Nobody,
}

impl Pin {
    /// What is wrong with one that names another log than this.
    fn of_other(&self, place: usize, here: &str) -> Why {
        let (origin, here) = (self.origin.clone(), here.to_owned());
        if self.kept_elsewhere {
            Why::OtherPin { place, origin, here }
        } else {
            Why::OtherCheckpoint { place, origin, here }
        }
    }

    /// What is wrong with one that the log's key has not signed.
    fn of_nobody(&self, place: usize, here: &str) -> Why {
        if self.kept_elsewhere {
            Why::UnsignedPin { place, origin: here.to_owned(), size: self.head.size }
        } else {
            Why::UnsignedCheckpoint { place, size: self.head.size }
        }
    }

    /// Who signed it, by the keys of the log. What a key signed stays signed when that is revoked later from before then.
    fn signed_by(&self, state: &State) -> SignedBy {
        let Some(note) = &self.note else { return SignedBy::Log };
        if is_signed(state, note) {
            return SignedBy::Log;
        }
        let named = |key: &VerifierKey| {
            note.signatures().iter().any(|line| (line.name(), line.key_id()) == (key.name(), key.key_id()))
        };
        let own = state.keys.keys().iter().filter(|key| key.has(Role::Log));
        let mut own = own.filter_map(|key| VerifierKey::new(&state.origin, key.spki.key().ok()?).ok());
        let of_its_name = note.signatures().iter().any(|line| line.name() == self.origin);
        if of_its_name && !own.any(|key| named(&key)) { SignedBy::Unknown } else { SignedBy::Nobody }
    }
}

/// Says whether the key that a log had at the size of a checkpoint has signed it.
pub fn is_signed(state: &State, note: &Note) -> bool {
    let size = Checkpoint::read(note.text()).map_or(0, |checkpoint| checkpoint.head().size);
    let had = state.keys.log_key_of(size);
    let key = had.and_then(|key| VerifierKey::new(&state.origin, key.spki.key().ok()?).ok());
    key.is_some_and(|key| Checkpoint::open(note, &[key]).is_ok())
}

impl Verifier {
    /// Begins a check against heads that were kept elsewhere.
    pub fn new(pins: Vec<Pin>) -> Self {
        let mut pins: Vec<(usize, Pin)> = pins.into_iter().enumerate().collect();
        pins.sort_by_key(|(_, pin)| pin.head.size);
        Self { pins, ..Self::default() }
    }

    /// Goes on from a log that was checked before.
    pub fn from(log: Log, pins: Vec<Pin>) -> Self {
        let mut verifier = Self::new(pins);
        verifier.met =
            verifier.pins.iter().take_while(|(_, pin)| pin.head.size < log.frontier().size()).count();
        verifier.log = Some(log);
        verifier.goes_on = true;
        verifier
    }

    /// Says that more entries follow which are not taken: one of them may say why something was purged.
    pub fn part(&mut self) {
        self.is_part = true;
    }

    /// Returns how many entries were taken in.
    pub fn size(&self) -> u64 {
        self.log.as_ref().map_or(0, |log| log.frontier().size())
    }

    /// Returns the tree of the entries so far; `None` before the first.
    pub fn frontier(&self) -> Option<&Frontier> {
        self.log.as_ref().map(Log::frontier)
    }

    /// Returns the state after the entries so far; `None` before the first.
    pub fn state(&self) -> Option<&State> {
        self.log.as_ref().map(Log::state)
    }

    /// Takes the next entry, as stored. After a fault nothing is to be taken any more.
    ///
    /// # Errors
    /// [`Fault`], the first one.
    pub fn take(&mut self, stored: &[u8]) -> Result<Checked, Fault> {
        let tombstone = Tombstone::read(stored);
        let checked = match (&mut self.log, tombstone) {
            (None, _) => {
                let (log, followed) = Log::begin(stored)?;
                self.log = Some(log);
                Checked::Entry(Box::new(followed))
            }
            (Some(log), Some(tombstone)) => {
                log.skip(&tombstone)?;
                Checked::Purged(tombstone)
            }
            (Some(log), None) => Checked::Entry(Box::new(log.follow(stored)?)),
        };
        match &checked {
            Checked::Purged(tombstone) => {
                let course = self.go_on(&tombstone.change, tombstone.time_ms);
                let (skipped, first) = course.skipped.unwrap_or((0, tombstone.index.0));
                course.skipped = Some((skipped.saturating_add(1), first));
            }
            Checked::Entry(followed) => {
                let entry = &followed.entry;
                if let Some(change) = &entry.change {
                    let course = self.go_on(change, entry.time_ms);
                    // What goes on elsewhere has not ended, and what comes back goes on here.
                    if matches!(entry.kind, Kind::HandedOver | Kind::TakenOver) {
                        course.ended = None;
                    }
                }
                if entry.kind == Kind::Purged {
                    let fault = |why| Fault { index: entry.index.0, why };
                    self.purge(&body(entry).map_err(fault)?).map_err(fault)?;
                }
            }
        }
        self.hold_pins()?;
        Ok(checked)
    }

    fn go_on(&mut self, change: &ChangeRef, at: Millis) -> &mut Course {
        let course = self.courses.entry(change.id.clone()).or_default();
        course.entries = course.entries.saturating_add(1);
        course.ended = course.ended.or(change.ended.then_some(at));
        course
    }

    /// A purge is of a whole change, and says of it what its entries do.
    fn purge(&mut self, purged: &Purged) -> Result<(), Why> {
        let course = self.courses.remove(&purged.change);
        let fits = match &course {
            Some(course) => (course.entries, course.ended) == (purged.entries.0, Some(purged.ended_ms)),
            None => false,
        };
        if !fits && !self.goes_on {
            return Err(Why::PurgesOtherwise { change: purged.change.clone() });
        }
        let skipped = course.and_then(|course| course.skipped).map_or(0, |(skipped, _)| skipped);
        self.purged = self.purged.saturating_add(skipped);
        Ok(())
    }

    /// Compares the head with those that were kept elsewhere. Their signatures come first: what somebody else wrote, or a disk
    /// damaged, is no sign of anything in the log.
    fn hold_pins(&mut self) -> Result<(), Fault> {
        let Some(log) = &self.log else { return Ok(()) };
        let (state, size) = (log.state(), log.frontier().size());
        while let Some((place, pin)) = self.pins.get(self.met).filter(|(_, pin)| pin.head.size <= size) {
            let index = size.saturating_sub(1);
            match pin.signed_by(state) {
                // The key of another log is not known here. One of this log's own under another name was altered.
                SignedBy::Log | SignedBy::Unknown if pin.origin != state.origin => {
                    return Err(Fault { index, why: pin.of_other(*place, &state.origin) });
                }
                SignedBy::Log if pin.head != log.frontier().head() => {
                    return Err(Fault { index, why: Why::Pinned { place: *place, size: pin.head.size } });
                }
                SignedBy::Log => {}
                SignedBy::Unknown | SignedBy::Nobody => {
                    let index = pin.head.size.saturating_sub(1);
                    let unsigned = Fault { index, why: pin.of_nobody(*place, &state.origin) };
                    self.unsigned.get_or_insert(unsigned);
                }
            }
            self.met = self.met.saturating_add(1);
        }
        Ok(())
    }

    /// What is wrong with the heads beyond the end: of another log, or not signed. One whose key is not known here is of later than
    /// that key, if it is the log's: that one lies with the trail shows as much, and a pin is to be believed.
    fn hold_beyond(&self, log: &Log) -> Result<(), Fault> {
        let (state, index) = (log.state(), log.frontier().size().saturating_sub(1));
        let fault = |why| Err(Fault { index, why });
        for (place, pin) in self.pins.get(self.met..).unwrap_or_default() {
            match pin.signed_by(state) {
                SignedBy::Log | SignedBy::Unknown if pin.origin != state.origin => {
                    return fault(pin.of_other(*place, &state.origin));
                }
                SignedBy::Unknown if pin.kept_elsewhere => {
                    let (place, size) = (*place, pin.head.size);
                    return fault(Why::LaterPin { place, origin: state.origin.clone(), size });
                }
                SignedBy::Nobody => return fault(pin.of_nobody(*place, &state.origin)),
                SignedBy::Log | SignedBy::Unknown => {}
            }
        }
        Ok(())
    }

    /// Returns what the log turned out to be; `None` where there is no entry.
    ///
    /// # Errors
    /// [`Fault`]: an entry was purged and none authorises it; a head that it was held against is not this log's.
    pub fn finish(self) -> Result<Option<Whole>, Fault> {
        let skipped = self.courses.values().filter_map(|course| course.skipped.map(|(_, first)| first));
        if let Some(index) = skipped.min().filter(|_| !self.is_part) {
            return Err(Fault { index, why: Why::Purged });
        }
        if let Some(log) = &self.log {
            self.unsigned.clone().map_or(Ok(()), Err)?;
            self.hold_beyond(log)?;
        }
        let Some(log) = self.log else { return Ok(None) };
        let met = self.pins.get(..self.met).unwrap_or_default().iter();
        Ok(Some(Whole {
            purged: self.purged,
            pinned: met.rev().find(|(_, pin)| pin.kept_elsewhere).map(|(_, pin)| pin.head.size),
            beyond: self.pins.get(self.met).map(|(_, pin)| pin.head.size),
            log,
        }))
    }
}
