//! How much one evaluation may cost, told before it begins.

use crate::ir::{Ir, Node, Record, State};
use crate::value::Value;

/// The most steps that a call may take: seconds on a slow machine. Policies and requests of people take some thousands.
pub const MOST_WORK: u64 = 1_000_000_000;

/// Returns the most steps that evaluating this record can take.
///
/// Each node is looked at once. Only patterns make one look long: each byte of a path may meet each byte of a pattern.
pub fn work(ir: &Ir, record: &Record) -> u64 {
    let pattern_bytes = ir.nodes.iter().map(|node| match node {
        Node::Matches { globs, .. } => {
            globs.iter().map(|glob| glob.as_str().len()).fold(0, usize::saturating_add)
        }
        _ => 0,
    });
    let list_bytes = record.slots.iter().map(|slot| match slot {
        State::Given(Value::List(items)) => {
            items.iter().map(|item| item.len()).fold(items.len(), usize::saturating_add)
        }
        _ => 0,
    });
    let [patterns, lists] =
        [pattern_bytes.fold(0, usize::saturating_add), list_bytes.fold(0, usize::saturating_add)];
    let matching = (patterns as u64).saturating_mul(lists as u64);
    matching.saturating_add(ir.nodes.len() as u64)
}
