//! The reference meaning of every operator, and what a policy says of a change.
//!
//! ```text
//! request + facts ─ read ─► Record ─┬─ decide ──► Outcome ─┬─ decision ─► what the trail holds
//!                                   │      │               └─ explain ──► why, and what would have to differ
//!                                   │   Observer (none, recorder, coverage)
//!                                   └─ partial ─► what is still possible, and what to ask next
//! ```
//!
//! Always holds: an evaluation gives an answer for every record; it reads no clock; with no unanswered slot nothing
//! in an outcome is unknown; filling in an unanswered slot never adds a possibility; explaining is watching the same
//! evaluation.

mod after;
mod blocked;
mod condition;
mod coverage;
mod decision;
mod explain;
mod explanation;
mod input;
mod observer;
mod outcome;
mod partial;
mod phases;
mod promise;
mod settle;
mod standing;
mod verdict;
mod work;

pub use coverage::{ClauseCoverage, Coverage, CoverageReport, RuleCoverage};
pub use decision::*;
pub use explain::explain;
pub use explanation::{Blocker, Clause, Explanation, Nearest, Phase, Place, RuleSeen};
pub use input::{
    InputCode, InputError, digests, digests_of, read_complete, read_event, read_partial, read_undigested,
};
pub use observer::{Observer, Recorder, Subject, Unobserved};
pub use outcome::{
    BoardOutcome, Combination, EntryOutcome, Fault, GateOutcome, Obligations, Outcome, RequireOutcome,
    ScoreOutcome, TableOutcome,
};
pub use partial::{Partial, Question, partial};
pub use phases::{IN_SCOPE, Phase as LastPhase};
pub use promise::{breaks, broken_promises, in_each_way};
pub use settle::decision;
pub use standing::{test_at, value_at};
pub use verdict::{Possible, Verdict};
pub use work::{MOST_WORK, work};

use crate::ir::{Ir, NodeId, Record};
use crate::value::Instant;
use condition::Evaluation;

/// Evaluates everything: what a change is, who decides, what applies, and what each gate says at `now`.
///
/// ```text
/// scope ─► score ─► catalogue ─► class ─► risk ─► route ─► obligations ─► gates
/// ```
pub fn decide(ir: &Ir, record: &Record, now: Instant, observer: &mut impl Observer) -> Outcome {
    Evaluation::new(ir, record, now, observer).everything()
}

/// Evaluates as far as the route: what is possible with what has been answered so far.
pub fn possible(ir: &Ir, record: &Record, now: Instant, observer: &mut impl Observer) -> Outcome {
    Evaluation::new(ir, record, now, observer).request_side()
}

/// Evaluates as far as one phase, for questions that read nothing of the later ones; those are left empty.
pub fn possible_as_far_as(
    ir: &Ir,
    record: &Record,
    now: Instant,
    last: LastPhase,
    observer: &mut impl Observer,
) -> Outcome {
    Evaluation::new(ir, record, now, observer).as_far_as(last)
}

/// Returns whether a condition holds for a change with this outcome.
pub fn test(ir: &Ir, record: &Record, outcome: &Outcome, condition: NodeId) -> Verdict {
    let mut unobserved = Unobserved;
    let mut evaluation = Evaluation::new(ir, record, outcome.now, &mut unobserved);
    evaluation.resume(outcome);
    evaluation.test(condition)
}
