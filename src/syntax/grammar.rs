//! The one door to pest: running a rule of `grammar/gate.pest`, bounded.

use std::num::NonZeroUsize;
use std::sync::{Mutex, PoisonError};

use pest::Parser;
use pest::error::{ErrorVariant, InputLocation};
use pest::iterators::{Pair, Pairs};

#[derive(pest_derive::Parser)]
#[grammar = "../grammar/gate.pest"]
struct Gate;

/// A node of the text, as pest gives it.
pub(super) type Node<'t> = Pair<'t, Rule>;

/// The nodes inside a node.
pub(super) type Nodes<'t> = Pairs<'t, Rule>;

/// Why a rule did not match.
pub(super) struct Failure {
    /// The furthest byte of the text that pest came to.
    pub at: usize,
    /// What the grammar allows there; empty if the parser's calls ran out.
    pub expected: Vec<Rule>,
    /// Whether the parser's calls ran out.
    pub exhausted: bool,
}

/// pest keeps its call limit in a global, so whoever sets it holds this until its own parse is over.
static CALL_LIMIT: Mutex<()> = Mutex::new(());

/// Calls of the parser that any text may take.
const CALLS: usize = 200_000;

/// Calls that each byte may take besides: far more than any text of the shipped policies was seen to need.
const CALLS_PER_BYTE: usize = 200;

/// Matches `rule` at the start of `text`, with a bound on the parser's calls that grows with the text.
pub(super) fn run(rule: Rule, text: &str) -> Result<Nodes<'_>, Failure> {
    let calls = text.len().saturating_mul(CALLS_PER_BYTE).saturating_add(CALLS);
    let _held = CALL_LIMIT.lock().unwrap_or_else(PoisonError::into_inner);
    pest::set_call_limit(NonZeroUsize::new(calls));
    Gate::parse(rule, text).map_err(|error| {
        let at = match error.location {
            InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
        };
        match error.variant {
            ErrorVariant::ParsingError { positives, .. } => {
                Failure { at, expected: positives, exhausted: false }
            }
            ErrorVariant::CustomError { .. } => Failure { at, expected: Vec::new(), exhausted: true },
        }
    })
}

/// Returns the byte behind the last thing that `node` says. pest counts the white space behind it too.
pub(super) fn end_of(node: &Node<'_>) -> usize {
    let mut end = node.as_span().end();
    let mut inner = node.clone().into_inner();
    while let Some(last) = inner.next_back() {
        end = last.as_span().end();
        inner = last.into_inner();
    }
    end
}
