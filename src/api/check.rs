use serde::Serialize;

use crate::analyze;
use crate::diagnostic::{self, Diagnostic, JsonDiagnostic};
use crate::text::Sources;

use super::compile::compile_with_tree;
use super::{File, PolicyIdentity};

/// How many requests are tried, unless the caller says otherwise, for each `unique` table and each promise.
pub const DEFAULT_SEARCH_BUDGET: u64 = 200_000;

/// What [`check`] is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckCall {
    /// The files of one policy.
    pub files: Vec<File>,
    /// How many requests to try for each `unique` table and each promise; what that does not settle is a warning,
    /// `not proved`. 0 leaves the search out.
    pub search_budget: u64,
}

/// The answer of [`check`].
#[derive(Debug, Clone, Serialize)]
pub struct CheckAnswer {
    /// Whether no finding is an error.
    pub ok: bool,
    /// Who the policy is; absent when it has errors that keep it from being lowered.
    pub policy: Option<PolicyIdentity>,
    /// How many rules, factors, guards and requirements it has; 0 while it does not compile.
    pub rules: usize,
    /// All findings, in the order of the files.
    pub diagnostics: Vec<JsonDiagnostic>,
    /// The same, for hosts in Rust.
    #[serde(skip)]
    pub found: Vec<Diagnostic>,
    /// The files that the findings point into.
    #[serde(skip)]
    pub sources: Sources,
}

/// Finds every mistake in a policy, and what its `unique` tables and promises leave open.
pub fn check(call: &CheckCall) -> CheckAnswer {
    let (compiled, mut found) = compile_with_tree(&call.files);
    let (policy, rules, sources) = match compiled {
        Ok((compiled, policy)) => {
            found.extend(analyze::findings(&compiled.ir, call.search_budget));
            diagnostic::sort(&mut found);
            (Some(compiled.identity), policy.rule_count(), compiled.sources)
        }
        Err(sources) => (None, 0, sources),
    };
    let diagnostics = diagnostic::to_json(&found, &sources);
    CheckAnswer { ok: !diagnostic::any_error(&found), policy, rules, diagnostics, found, sources }
}
