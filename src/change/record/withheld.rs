//! What of a request a trail keeps beside its entries.

use serde::{Deserialize, Serialize};

/// The personal fields that a request was given, as a trail has them: which they are says the entry that wrote the request, by
/// its policy and not by the one that is in force since.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Withheld {
    /// Those that are known, by their paths, sorted.
    pub fields: Vec<String>,
    /// Those that are not known here, as they were erased or never brought along, by their paths, sorted.
    pub unknown: Vec<String>,
}

impl Withheld {
    /// Returns what stands in an entry: the personal fields that were given, by their paths, of which nothing is known yet.
    pub fn concealed(mut paths: Vec<String>) -> Self {
        paths.sort_unstable();
        paths.dedup();
        Self { fields: Vec::new(), unknown: paths }
    }

    /// Returns the paths of all that was given, whether it is known or not, sorted.
    pub fn given(&self) -> Vec<String> {
        Self::concealed(self.fields.iter().chain(&self.unknown).cloned().collect()).unknown
    }

    /// Says whether a field was given.
    pub fn holds(&self, path: &str) -> bool {
        self.fields.iter().chain(&self.unknown).any(|given| given == path)
    }
}
