//! Distinct events in a trailing window.

use crate::ir::Name;
use crate::value::{Duration, Instant};
use serde::de::{Deserialize, Deserializer, Error};
use serde::ser::{Serialize, Serializer};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// Most distinct ids that a window keeps. A count of so many stands for that and more.
pub const MOST_COUNTED: usize = 10_000;

/// The distinct ids that were seen in the last while, each at the latest time it was seen.
///
/// A sighting costs O(log n). When there are more than [`MOST_COUNTED`], the oldest go: they would leave the window before
/// any that is kept, so a count below the most is exact at every later instant.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Seen {
    latest: BTreeMap<Name, i64>,
    // INVARIANT: the same pairs as in `latest`.
    by_time: BTreeSet<(i64, Name)>,
    /// The latest time of an id that had to go.
    dropped: Option<i64>,
}

/// How many there were, as far as they are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Count {
    pub ids: usize,
    /// There were more.
    pub or_more: bool,
    /// The earliest time among them.
    pub oldest: Option<Instant>,
}

impl Seen {
    /// Takes note of an id; says whether it is new or seen later than before.
    pub(super) fn note(&mut self, id: &Name, at: Instant) -> bool {
        let at = at.epoch_ms();
        match self.latest.get(id) {
            Some(known) if *known >= at => return false,
            Some(known) => {
                self.by_time.remove(&(*known, id.clone()));
            }
            None => {}
        }
        self.latest.insert(id.clone(), at);
        self.by_time.insert((at, id.clone()));
        if self.latest.len() > MOST_COUNTED
            && let Some((at, id)) = self.by_time.pop_first()
        {
            self.latest.remove(&id);
            self.dropped = self.dropped.max(Some(at));
        }
        true
    }

    /// Forgets what lies outside the window `(now - length, now]`.
    pub(super) fn pass(&mut self, now: Instant, length: Duration) {
        let outside = now.epoch_ms().saturating_sub(length.ms());
        while self.by_time.first().is_some_and(|(at, _)| *at <= outside) {
            if let Some((_, id)) = self.by_time.pop_first() {
                self.latest.remove(&id);
            }
        }
        self.dropped = self.dropped.filter(|at| *at > outside);
    }

    /// The latest time of any of them.
    pub(super) fn latest(&self) -> Option<Instant> {
        self.by_time.last().and_then(|(at, _)| Instant::from_epoch_ms(*at).ok())
    }

    pub(super) fn count(&self) -> Count {
        let oldest = self.by_time.first().and_then(|(at, _)| Instant::from_epoch_ms(*at).ok());
        Count { ids: self.latest.len(), or_more: self.dropped.is_some(), oldest }
    }
}

impl fmt::Display for Count {
    /// Writes the number, or `10,000+` where there were more than are kept.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.or_more {
            true => f.write_str("10,000+"),
            false => write!(f, "{}", self.ids),
        }
    }
}

impl Serialize for Seen {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (&self.by_time, self.dropped).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Seen {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (pairs, dropped): (Vec<(i64, Name)>, Option<i64>) = Deserialize::deserialize(deserializer)?;
        let mut seen = Self { dropped, ..Self::default() };
        for (at, id) in pairs {
            let at = Instant::from_epoch_ms(at).map_err(D::Error::custom)?;
            seen.note(&id, at);
        }
        Ok(seen)
    }
}
