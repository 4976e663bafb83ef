//! Gives the written policy its meaning: names, types, units and guards.
//!
//! In: the trees of all files. Out: the typed policy of [`typed`], and every finding about names (`G02`), types (`G03`),
//! guards (`G04`) and declarations (`G05`). What comes out without an error can be evaluated without one: no sum leaves
//! its type, no value is read that may be missing, no word is read before it is known (language.md, meaning 1 and 3).

pub mod typed;

pub(crate) mod always;
pub(crate) mod constants;
pub(crate) mod expr;
pub(crate) mod guards;
pub(crate) mod lets;
mod metrics;
mod names;
mod operators;
mod ranges;
pub(crate) mod sets;
pub(crate) mod symbols;
pub(crate) mod types;
