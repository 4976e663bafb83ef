//! What a policy says of itself: findings about all requests at once, and its own examples.
//!
//! ```text
//! Ir ─┬─ unique tables, promises, dead rules ─► findings, each with the request that shows it
//!     └─ examples ────────────────────────────► which tests pass, which rules and clauses they reach
//! ```
//!
//! A witness is a request that the reference evaluator answers as claimed: nothing here has a meaning of its own for any
//! operator. A search that ends by itself has tried every combination of the values at which a condition changes; where
//! that is not every case (`ir::Boundaries::beyond`), or it does not end within its budget, it is reported as `not proved`.

mod disjoint;
mod examples;
mod feed;
mod promises;
mod relevant;
mod search;
mod tables;
mod words;

pub use examples::{ExampleResult, inputs, run as run_examples};

use crate::diagnostic::Diagnostic;
use crate::ir::Ir;

/// Finds what the tables and promises of a policy leave open, with at most `budget` evaluations for each of them.
/// A budget of 0 leaves the search out.
pub fn findings(ir: &Ir, budget: u64) -> Vec<Diagnostic> {
    if budget == 0 {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (name, table) in [("scope", &ir.scope), ("classify", &ir.classify), ("route", &ir.route)] {
        if let Some(table) = table {
            found.extend(tables::unique(ir, name, table, budget));
            found.extend(tables::dead_rules(ir, name, table, budget));
        }
    }
    found.extend(ir.promises.iter().filter_map(|promise| promises::promise(ir, promise, budget)));
    found
}
