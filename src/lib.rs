//! Tollgate decides change requests by a policy written in its own rule language.
//!
//! ```text
//! rule text ─ syntax ─► Ast ─ check ─► typed policy ─ lower ─► Ir ─┬─ eval ────► decision + explanation
//!                                                                   └─ analyze ─► findings, witnesses
//! ```

pub mod analyze;
pub mod api;
pub mod check;
#[cfg(feature = "cli")]
pub mod cli;
pub mod diagnostic;
pub mod eval;
pub mod ir;
pub mod json;
pub mod syntax;
pub mod text;
pub mod value;
#[cfg(feature = "wasm")]
pub mod wasm;
