//! Tollgate decides change requests by a policy written in its own rule language.
//!
//! ```text
//! rule text ─ syntax ─► Ast ─ check ─► typed policy ─ ir ─► Ir ─┬─ eval ────► decision + explanation
//!                                                                └─ analyze ─► findings, each with its witness
//! ```
//!
//! Hosts use [`api`]; everything else is a stage of the pipeline.
//!
//! ```
//! use tollgate::api::{self, DecideCall, File};
//! use tollgate::json::{Limits, read};
//!
//! let text = include_str!("../rules/starter/policy.gate").to_owned();
//! let (policy, findings) = api::compile(&[File { name: "policy.gate".to_owned(), text }]);
//! let policy = policy.map_err(|_| findings).unwrap();
//!
//! let request = r#"{ "title": "New newsletter", "users": 120, "rehearsed": false }"#;
//! let call = DecideCall {
//!     request: read(request, Limits::default())?,
//!     facts: read("{}", Limits::default())?,
//!     now: "2026-02-03T11:00:00Z".parse().unwrap(),
//!     explain: true,
//! };
//! let answer = api::decide(&policy, &call).unwrap();
//! assert_eq!(answer.decision.risk.as_deref(), Some("high"));
//! # Ok::<(), tollgate::json::JsonError>(())
//! ```

#[cfg(feature = "compiler")]
pub mod analyze;
pub mod api;
pub mod calendar;
#[cfg(feature = "life")]
pub mod change;
#[cfg(feature = "compiler")]
pub mod check;
#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "compiler")]
pub mod diagnostic;
pub mod eval;
pub mod ir;
pub mod json;
#[cfg(any(feature = "compiler", feature = "life"))]
pub mod monitor;
#[cfg(feature = "compiler")]
pub mod syntax;
#[cfg(any(feature = "compiler", feature = "life"))]
pub mod telemetry;
pub mod text;
#[cfg(feature = "trail")]
pub mod trail;
pub mod value;
#[cfg(feature = "wasm")]
pub mod wasm;
