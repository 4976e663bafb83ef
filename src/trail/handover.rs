//! How a change moves to another log: one [file](Bundle) that proves, to whoever knows the log that it comes from, what its entries are
//! and that nothing follows them there. The last one hands the change over.

use serde::{Deserialize, Serialize};

use super::bundle::{Bundle, BundleError};
use super::entry::{ChangeRef, Entry, Kind, RequestRef};
use super::fault::Fault;
use super::state::body;
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

impl Bundle {
    /// Returns the handover that the bundle proves. Whether the log that it comes from is to be trusted is for others to say: it is
    /// [`Handover::from`].
    ///
    /// # Errors
    /// [`BundleError`]: the first thing that does not hold.
    pub fn verify(&self) -> Result<Handover, BundleError> {
        let excerpt = self.read()?;
        let proved = excerpt.of_change()?;
        let Some((last, change)) =
            proved.last().and_then(|last| Some((&last.entry, last.entry.change.clone()?)))
        else {
            return Err(BundleError::NoHandover);
        };
        if last.kind != Kind::HandedOver {
            return Err(BundleError::NoHandover);
        }
        let index = last.index.0;
        let HandedOver { to } = body(last).map_err(|why| Fault { index, why })?;
        let request = last.request.clone();
        let entries = proved.iter().map(|proved| proved.entry.clone()).collect();
        let leaves = proved.iter().map(|proved| proved.leaf).collect();
        Ok(Handover { from: excerpt.home, to, index, change, request, entries, leaves })
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
