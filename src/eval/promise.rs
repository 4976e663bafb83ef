//! Whether a change keeps the policy's promises.

use super::condition::Evaluation;
use super::observer::Unobserved;
use super::outcome::Outcome;
use super::verdict::Verdict;
use crate::check::typed::Builtin;
use crate::ir::{Ir, Node, NodeId, Promise, PromiseKind, Record, all_nodes};

/// Returns the promises that this change breaks, as positions in `Ir::promises`.
///
/// A condition that reads `assessed`, `catalogued`, `class`, `risk` or `route` does not hold out of scope, where
/// there are none. `independent` is about the text of the policy, so no change breaks it. With unanswered slots a
/// promise that may be broken is not returned.
pub fn broken_promises(ir: &Ir, record: &Record, outcome: &Outcome) -> Vec<usize> {
    let broken = |(_, promise): &(usize, &Promise)| breaks(ir, record, outcome, promise) == Verdict::Yes;
    ir.promises.iter().enumerate().filter(broken).map(|(index, _)| index).collect()
}

/// Returns whether this change breaks a promise; unknown while something that bears on it is unanswered.
pub fn breaks(ir: &Ir, record: &Record, outcome: &Outcome, promise: &Promise) -> Verdict {
    let mut unobserved = Unobserved;
    let mut evaluation = Evaluation::new(ir, record, outcome.now, &mut unobserved);
    evaluation.resume(outcome);
    let in_scope = outcome.scope.in_scope();
    // Out of scope such a condition is no; while the scope is open it is at most unknown.
    let mut holds = |condition: NodeId| match (in_scope, reads_later_words(ir, condition)) {
        (Verdict::Yes, _) | (_, false) => evaluation.test(condition),
        (Verdict::No, true) => Verdict::No,
        (Verdict::Unknown, true) => evaluation.test(condition).and(Verdict::Unknown),
    };
    match &promise.kind {
        PromiseKind::Never(never, when) => when.map_or(Verdict::Yes, &mut holds).and(holds(*never)),
        PromiseKind::Always(always, when) => {
            when.map_or(Verdict::Yes, &mut holds).and(holds(*always).negated())
        }
        PromiseKind::Independent(_) => Verdict::No,
    }
}

/// Whether a condition reads a word of the engine that exists only in scope.
fn reads_later_words(ir: &Ir, condition: NodeId) -> bool {
    all_nodes(ir, condition).into_iter().any(|id| {
        matches!(
            ir.node(id),
            Node::Builtin(
                Builtin::Assessed | Builtin::Catalogued | Builtin::Class | Builtin::Risk | Builtin::Route
            )
        )
    })
}
