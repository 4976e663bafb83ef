//! What holds of a change at an instant after it was decided, for conditions that stand outside a decision.

use super::Unobserved;
use super::condition::{Evaluation, Operand};
use super::outcome::Outcome;
use super::verdict::Verdict;
use crate::ir::{Ir, NodeId, Record};
use crate::value::{Instant, Value};

/// Returns whether a condition holds at `now` for a change with this outcome; the words of the engine are those of the
/// outcome, whenever that was decided.
pub fn test_at(ir: &Ir, record: &Record, outcome: &Outcome, now: Instant, condition: NodeId) -> Verdict {
    let mut unobserved = Unobserved;
    let mut evaluation = Evaluation::new(ir, record, now, &mut unobserved);
    evaluation.resume(outcome);
    evaluation.test(condition)
}

/// Returns what a value comes to at `now`, as [`test_at`]; `None` if it is missing, unanswered or not settled.
pub fn value_at(ir: &Ir, record: &Record, outcome: &Outcome, now: Instant, value: NodeId) -> Option<Value> {
    let mut unobserved = Unobserved;
    let mut evaluation = Evaluation::new(ir, record, now, &mut unobserved);
    evaluation.resume(outcome);
    match evaluation.operand(value) {
        Operand::Value(value) => Some(value.into_owned()),
        Operand::Absent | Operand::Unanswered | Operand::Word(_) => None,
    }
}
