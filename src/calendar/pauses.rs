//! When a clock stands still.

use super::periods::merged;
use crate::value::{Instant, Period};
use serde::Serialize;

/// The pauses of one service level, such as the time for which a change waits for information (P-04).
///
/// They may overlap, lie outside what counts, and stand in any order: no instant is taken off twice.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Pauses {
    /// The pauses that are over.
    pub closed: Vec<Period>,
    /// The start of the pause that lasts, where there is one. Nothing counts from then on.
    pub since: Option<Instant>,
}

impl Pauses {
    /// Returns all pauses in order and without overlap; one that lasts ends with the last instant.
    pub(super) fn merged(&self) -> Vec<Period> {
        let lasting = self.since.and_then(|since| Period::new(since, Instant::MAX).ok());
        merged(&Vec::from_iter(self.closed.iter().copied().chain(lasting)))
    }
}
