//! From the tree to the typed policy.

pub mod typed;
