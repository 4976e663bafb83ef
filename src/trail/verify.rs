//! Checking a log from its first entry to its last, in one pass and without keeping it.
//!
//! A log alone proves that it is consistent, never that it is complete: that its end was cut off shows only against a head that
//! was kept elsewhere, a *pin*.

use std::collections::BTreeMap;

use super::body::Purged;
use super::entry::{ChangeRef, Kind, Millis};
use super::fault::{Fault, Why};
use super::log::{Followed, Log};
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
}

/// A check under way.
#[derive(Debug, Clone, Default)]
pub struct Verifier {
    log: Option<Log>,
    pins: Vec<Pin>,
    met: usize,
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

impl Pin {
    /// What is wrong with one that names another log than this.
    fn of_other(&self, here: &str) -> Why {
        let (origin, here) = (self.origin.clone(), here.to_owned());
        if self.kept_elsewhere {
            Why::OtherPin { origin, here }
        } else {
            Why::OtherCheckpoint { origin, here }
        }
    }
}

impl Verifier {
    /// Begins a check against heads that were kept elsewhere.
    pub fn new(mut pins: Vec<Pin>) -> Self {
        pins.sort_by_key(|pin| pin.head.size);
        Self { pins, ..Self::default() }
    }

    /// Goes on from a log that was checked before.
    pub fn from(log: Log, pins: Vec<Pin>) -> Self {
        let mut verifier = Self::new(pins);
        verifier.met = verifier.pins.iter().take_while(|pin| pin.head.size < log.frontier().size()).count();
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

    /// Compares the head with those that were kept elsewhere.
    fn hold_pins(&mut self) -> Result<(), Fault> {
        let Some(log) = &self.log else { return Ok(()) };
        let size = log.frontier().size();
        while let Some(pin) = self.pins.get(self.met).filter(|pin| pin.head.size <= size) {
            let index = size.saturating_sub(1);
            if pin.origin != log.state().origin {
                return Err(Fault { index, why: pin.of_other(&log.state().origin) });
            }
            if pin.head != log.frontier().head() {
                return Err(Fault { index, why: Why::Pinned { size: pin.head.size } });
            }
            self.met = self.met.saturating_add(1);
        }
        Ok(())
    }

    /// Returns what the log turned out to be; `None` where there is no entry.
    ///
    /// # Errors
    /// [`Fault`]: an entry was purged and none authorises it.
    pub fn finish(self) -> Result<Option<Whole>, Fault> {
        let skipped = self.courses.values().filter_map(|course| course.skipped.map(|(_, first)| first));
        if let Some(index) = skipped.min().filter(|_| !self.is_part) {
            return Err(Fault { index, why: Why::Purged });
        }
        let Some(log) = self.log else { return Ok(None) };
        if let Some(other) = self.pins.iter().find(|pin| pin.origin != log.state().origin) {
            let index = log.frontier().size().saturating_sub(1);
            return Err(Fault { index, why: other.of_other(&log.state().origin) });
        }
        let met = self.pins.get(..self.met).unwrap_or_default().iter();
        Ok(Some(Whole {
            purged: self.purged,
            pinned: met.rev().find(|pin| pin.kept_elsewhere).map(|pin| pin.head.size),
            beyond: self.pins.get(self.met).map(|pin| pin.head.size),
            log,
        }))
    }
}
