//! Whether a change keeps the policy's promises.

use super::condition::Evaluation;
use super::observer::Unobserved;
use super::outcome::{Combination, Outcome};
use super::verdict::Verdict;
use crate::ir::Builtin;
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
    let in_scope = outcome.scope.in_scope();
    let mut verdicts: Vec<Verdict> = Vec::new();
    if in_scope != Verdict::No {
        verdicts.push(in_each_way(ir, record, outcome, |test| broken(promise, test)));
    }
    if in_scope != Verdict::Yes {
        // Out of scope there is no class, no risk and no route, and what reads one is no.
        let out = Outcome {
            combinations: vec![Combination { class: None, risk: None, route: None }],
            ..outcome.clone()
        };
        verdicts.push(in_each_way(ir, record, &out, |test| {
            broken(promise, &mut |condition| match reads_later_words(ir, condition) {
                true => Verdict::No,
                false => test(condition),
            })
        }));
    }
    together(&verdicts)
}

fn broken(promise: &Promise, test: &mut dyn FnMut(NodeId) -> Verdict) -> Verdict {
    match &promise.kind {
        PromiseKind::Never(never, when) => when.map_or(Verdict::Yes, &mut *test).and(test(*never)),
        PromiseKind::Always(always, when) => {
            when.map_or(Verdict::Yes, &mut *test).and(test(*always).negated())
        }
        PromiseKind::Independent(_) => Verdict::No,
    }
}

/// Returns a verdict on conditions looked at once for each combination of class, risk and route that is left: these three
/// hang together, and a condition that reads two of them must not see them apart.
pub fn in_each_way(
    ir: &Ir,
    record: &Record,
    outcome: &Outcome,
    mut judge: impl FnMut(&mut dyn FnMut(NodeId) -> Verdict) -> Verdict,
) -> Verdict {
    let mut unobserved = Unobserved;
    let mut evaluation = Evaluation::new(ir, record, outcome.now, &mut unobserved);
    evaluation.resume(outcome);
    if outcome.combinations.is_empty() {
        return judge(&mut |condition| evaluation.test(condition));
    }
    let mut verdicts = Vec::with_capacity(outcome.combinations.len());
    for combination in &outcome.combinations {
        evaluation.suppose(*combination);
        verdicts.push(judge(&mut |condition| evaluation.test(condition)));
    }
    together(&verdicts)
}

/// What holds if any of the ways can come about: no if none, yes if all.
fn together(verdicts: &[Verdict]) -> Verdict {
    let some = verdicts.iter().any(|verdict| *verdict != Verdict::No);
    let all = verdicts.iter().all(|verdict| *verdict == Verdict::Yes);
    match (some, all) {
        (false, _) => Verdict::No,
        (true, true) => Verdict::Yes,
        (true, false) => Verdict::Unknown,
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
