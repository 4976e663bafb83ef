use std::collections::BTreeMap;

use super::Compiled;

/// Compiled policies by number: a cache for hosts that call with text. Losing it loses nothing but time.
#[derive(Debug, Default)]
pub struct Policies {
    kept: BTreeMap<u32, Compiled>,
    last: u32,
    #[cfg(feature = "life")]
    recent: super::recent::Recent,
}

impl Policies {
    /// Keeps a policy and returns its handle. Handles are not used again.
    pub fn keep(&mut self, policy: Compiled) -> u32 {
        self.last = self.last.wrapping_add(1);
        self.kept.insert(self.last, policy);
        self.last
    }

    /// Returns the policy kept under a handle.
    pub fn get(&self, handle: u32) -> Option<&Compiled> {
        self.kept.get(&handle)
    }

    /// Returns the changes that calls were about of late.
    #[cfg(feature = "life")]
    pub(super) fn recent(&self) -> &super::recent::Recent {
        &self.recent
    }

    /// Forgets a policy; one that is not there is no mistake.
    pub fn release(&mut self, handle: u32) {
        self.kept.remove(&handle);
    }
}
