//! The calls that read rule text.

use serde::Serialize;

use crate::api::{
    self, CheckCall, Compiled, DEFAULT_SEARCH_BUDGET, File, Policies, PolicyIdentity, Refusal, TestCall,
};
use crate::diagnostic::{self, JsonDiagnostic};

use super::run;

/// `{ files, search_budget? }`: see [`api::check()`].
pub fn check(call: &str) -> String {
    run(call, &["files", "search_budget"], |call| {
        let search_budget = call.count("search_budget")?.unwrap_or(DEFAULT_SEARCH_BUDGET);
        Ok(api::check(&CheckCall { files: call.files("files")?, search_budget }))
    })
}

/// `{ name, text }`: see [`api::format()`].
pub fn format(call: &str) -> String {
    run(call, &["name", "text"], |call| Ok(api::format(&call.file()?)))
}

/// `{ files, only? }`: see [`api::test()`].
pub fn test(call: &str) -> String {
    run(call, &["files", "only"], |call| {
        let only = call.get("only").map(|_| call.text("only")).transpose()?.map(str::to_owned);
        Ok(api::test(&TestCall { files: call.files("files")?, only }))
    })
}

/// `{ files }`: compiles a policy and keeps it under the `handle` of the answer, until [`release`](super::release()).
pub fn compile(call: &str, policies: &mut Policies) -> String {
    run(call, &["files"], |call| {
        let (compiled, found) = api::compile(&call.files("files")?);
        let answer = match compiled {
            Ok(compiled) => CompileAnswer {
                ok: true,
                diagnostics: diagnostic::to_json(&found, &compiled.sources),
                policy: Some(compiled.identity.clone()),
                handle: Some(policies.keep(compiled)),
            },
            Err(sources) => CompileAnswer {
                ok: false,
                diagnostics: diagnostic::to_json(&found, &sources),
                policy: None,
                handle: None,
            },
        };
        Ok(answer)
    })
}

/// Compiles rule files for one call.
pub(super) fn compiled(files: &[File]) -> Result<Compiled, Vec<Refusal>> {
    match api::compile(files) {
        (Ok(policy), _) => Ok(policy),
        (Err(sources), found) => Err(vec![broken(&found, &sources)]),
    }
}

fn broken(found: &[diagnostic::Diagnostic], sources: &crate::text::Sources) -> Refusal {
    let errors: Vec<&diagnostic::Diagnostic> = found.iter().filter(|finding| finding.is_error()).collect();
    let first = errors.first().map(|finding| diagnostic::one_line(finding, sources)).unwrap_or_default();
    Refusal::new("BROKEN_POLICY", format!("the policy has {} errors; the first: {first}", errors.len()))
        .at("policy.files")
        .help("`check` lists them all")
}

#[derive(Serialize)]
struct CompileAnswer {
    ok: bool,
    policy: Option<PolicyIdentity>,
    handle: Option<u32>,
    diagnostics: Vec<JsonDiagnostic>,
}
