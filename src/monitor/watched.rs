//! The deployment that is watched: the policy, and what is known and decided of the change.

use crate::eval::{self, LastPhase, Outcome, Unobserved};
use crate::ir::{Ir, Record};
use crate::value::Instant;

/// A change under a policy, as conditions of metrics and rollback rules read it.
///
/// It is no part of the monitor's state: the same one is given with each call.
#[derive(Debug)]
pub struct Watched<'a> {
    pub(super) ir: &'a Ir,
    pub(super) record: &'a Record,
    pub(super) outcome: Outcome,
}

impl<'a> Watched<'a> {
    /// Returns the change with its class, risk and route as they are at `at`, the start of the deployment.
    pub fn new(ir: &'a Ir, record: &'a Record, at: Instant) -> Self {
        let outcome = eval::possible_as_far_as(ir, record, at, LastPhase::Route, &mut Unobserved);
        Self { ir, record, outcome }
    }
}
