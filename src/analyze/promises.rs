//! Whether a policy keeps its promises.

use super::search::{Budget, Found, search};
use super::words::{NotProved, example};
use crate::diagnostic::{Code, Diagnostic};
use crate::eval::{self, Outcome};
use crate::ir::{Ir, NodeId, Promise, PromiseKind, Record};

/// Looks for a request that breaks a promise.
pub fn promise(ir: &Ir, promise: &Promise, budget: u64) -> Option<Diagnostic> {
    let roots: Vec<NodeId> = match &promise.kind {
        PromiseKind::Never(claim, when) | PromiseKind::Always(claim, when) => {
            when.iter().copied().chain([*claim]).collect()
        }
        // About the text of the policy: the checker has read it.
        PromiseKind::Independent(_) => return None,
    };
    let broken = |record: &Record, outcome: &Outcome| eval::breaks(ir, record, outcome, promise);
    match search(ir, &roots, &[], &broken, &mut Budget(budget)) {
        Found::Nothing => None,
        Found::Witness(witness) => {
            let message = format!("the promise `{}` is broken: {}", promise.name, promise.title);
            Some(Diagnostic::error(Code::BROKEN_PROMISE, promise.span, message).help(example(ir, &witness)))
        }
        Found::NothingTried(related) => not_proved(promise, &NotProved { related, out_of_budget: false }),
        Found::OutOfBudget => not_proved(promise, &NotProved { related: Vec::new(), out_of_budget: true }),
    }
}

fn not_proved(promise: &Promise, why: &NotProved) -> Option<Diagnostic> {
    why.finding(promise.span, format!("the promise `{}` is not proved", promise.name))
}
