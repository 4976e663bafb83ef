//! What a policy says of itself: findings about all requests at once, and its own examples.
//!
//! ```text
//! Ir ─┬─ unique, promises ─► findings, each with the request that shows it
//!     └─ examples ─────────► which tests pass, which rules and clauses they reach
//! ```
//!
//! A witness is a request that the reference evaluator answers as claimed; nothing here has a meaning of its own for
//! any operator.

mod examples;

pub use examples::{ExampleResult, inputs, run as run_examples};
