//! What a host can ask of the engine: one file a call, a plain struct in, a plain struct out.
//!
//! A call never fails in Rust's sense. What is wrong with rule text comes back as diagnostics; what is wrong with the call
//! comes back as [`Refusal`]s that name the place and the remedy. JSON text is one way to carry these structs ([`json_call`]),
//! and the only way that crosses into WebAssembly.
//!
//! [`Compiled`] is a policy ready to decide. It can be made again from its files at any time: nothing of value lives in it.

mod check;
mod compile;
mod decide;
mod form;
mod format;
pub mod json_call;
mod partial;
mod refusal;
mod test;

pub use check::{CheckAnswer, CheckCall, PolicyIdentity, check};
pub use compile::{Compiled, File, compile};
pub use decide::{DecideAnswer, DecideCall, DecideManyAnswer, DecideManyCall, decide, decide_many};
pub use form::{Form, form};
pub use format::{FormatAnswer, FormatCall, format};
pub use partial::{PartialAnswer, PartialCall, partial};
pub use refusal::Refusal;
pub use test::{TestAnswer, TestCall, test};
