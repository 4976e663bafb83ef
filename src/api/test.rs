use serde::Serialize;

use crate::analyze;
use crate::diagnostic::{self, Diagnostic, JsonDiagnostic, Place};
use crate::text::Sources;

use super::File;
use super::compile::compile_with_tree;

/// What [`test`] is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestCall {
    /// The files of one policy.
    pub files: Vec<File>,
    /// Only tests whose name contains this.
    pub only: Option<String>,
}

/// The answer of [`test`].
#[derive(Debug, Clone, Serialize)]
pub struct TestAnswer {
    /// Whether the policy compiles and no test failed.
    pub ok: bool,
    /// The tests, in the order of their names.
    pub tests: Vec<TestResult>,
    /// What they reached.
    pub coverage: Coverage,
    /// What the checker says of the policy.
    pub diagnostics: Vec<JsonDiagnostic>,
    /// The same, for hosts in Rust.
    #[serde(skip)]
    pub found: Vec<Diagnostic>,
    /// The files that places point into.
    #[serde(skip)]
    pub sources: Sources,
}

/// What came of one test.
#[derive(Debug, Clone, Serialize)]
pub struct TestResult {
    /// Its name.
    pub name: String,
    /// Its title.
    pub title: String,
    /// Whether nothing failed.
    pub passed: bool,
    /// What failed.
    pub failures: Vec<Remark>,
    /// Where it stands.
    pub place: Place,
}

/// A remark at a place.
#[derive(Debug, Clone, Serialize)]
pub struct Remark {
    /// One line.
    pub message: String,
    /// Where.
    pub place: Place,
}

/// What the tests reached.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Coverage {
    /// Rules, factors, guards, demands.
    pub rules: Vec<Covered>,
    /// Single conditions.
    pub clauses: Vec<Covered>,
}

/// Whether something was seen to hold, and to fail.
#[derive(Debug, Clone, Serialize)]
pub struct Covered {
    /// `class catalogue_entry`, or a condition in the words of the language.
    pub name: String,
    /// Some test made it hold.
    pub held: bool,
    /// Some test made it fail.
    pub failed: bool,
    /// Where it stands.
    pub place: Place,
}

/// Runs the tests written in a policy.
pub fn test(call: &TestCall) -> TestAnswer {
    let (compiled, found) = compile_with_tree(&call.files);
    let (compiled, policy) = match compiled {
        Ok(compiled) => compiled,
        Err(sources) => {
            let diagnostics = diagnostic::to_json(&found, &sources);
            let coverage = Coverage::default();
            return TestAnswer { ok: false, tests: Vec::new(), coverage, diagnostics, found, sources };
        }
    };
    let only = call.only.as_deref().unwrap_or_default();
    let sources = &compiled.sources;
    let (results, report) = analyze::run_examples(&policy, &compiled.ir, sources, only);
    let remark = |(message, span)| Remark { message, place: Place::of(span, sources) };
    let tests: Vec<TestResult> = results
        .into_iter()
        .map(|result| TestResult {
            passed: result.failures.is_empty(),
            name: result.name,
            title: result.title,
            failures: result.failures.into_iter().map(remark).collect(),
            place: Place::of(result.span, sources),
        })
        .collect();
    let rules = report.rules.into_iter().map(|rule| Covered {
        name: format!("{} {}", rule.kind, rule.id),
        held: rule.held,
        failed: rule.failed,
        place: Place::of(rule.span, sources),
    });
    let clauses = report.clauses.into_iter().map(|clause| Covered {
        name: clause.text.to_string(),
        held: clause.held,
        failed: clause.failed,
        place: Place::of(clause.span, sources),
    });
    let coverage = Coverage { rules: rules.collect(), clauses: clauses.collect() };
    let ok = tests.iter().all(|test| test.passed);
    let diagnostics = diagnostic::to_json(&found, sources);
    TestAnswer { ok, tests, coverage, diagnostics, found, sources: compiled.sources }
}
