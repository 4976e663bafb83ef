//! Holds `src/check` to the cases under `tests/data/check`.
//!
//! A case stands beside `base.gate`, a small policy that checks: its declarations take the places of those of the same keyword
//! and name there, `# without class normal` takes one out, and `# in a file of its own` keeps the
//! case apart from the base. Expectations are the comments on top of a case, in the form
//! that [`described`] writes. `UPDATE_EXPECT=1 cargo test --test check` writes them anew: read the difference before it is committed.
#![expect(clippy::disallowed_methods, reason = "the cases are files")]
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

#[allow(dead_code, reason = "each suite takes what it needs")]
#[path = "support/beside.rs"]
mod beside;

use beside::beside;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};
use tollgate::check::check;
use tollgate::diagnostic::{Diagnostic, Severity, sort};
use tollgate::syntax::ast::Ast;
use tollgate::syntax::parse;
use tollgate::text::{SourceId, Sources};

#[test]
fn good() {
    run("good", |findings, whole| match findings.is_empty() && whole {
        true => Ok(()),
        false => Err("a good policy has no findings"),
    });
}

#[test]
fn bad() {
    run("bad", |findings, whole| match (findings.is_empty(), findings.iter().any(Diagnostic::is_error)) {
        (true, _) => Err("a bad policy has findings"),
        (_, refused) if refused == whole => Err("a policy is returned unless there is an error"),
        _ => Ok(()),
    });
}

fn run(folder: &str, judge: impl Fn(&[Diagnostic], bool) -> Result<(), &'static str>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/check").join(folder);
    let base = fs::read_to_string(folder.with_file_name("base.gate")).unwrap();
    let update = env::var("UPDATE_EXPECT").is_ok();
    let mut wrong = String::new();
    for file in fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()) {
        let text = fs::read_to_string(&file).unwrap();
        let (intro, cases) =
            text.split_once("--- ").unwrap_or_else(|| panic!("{} has no case", file.display()));
        let mut written = intro.to_owned();
        let mut names = BTreeSet::new();
        for case in cases.split("\n--- ") {
            let (name, body) = case.split_once(" ---\n").expect("a name between dashes");
            assert!(names.insert(name), "two cases are called {name}");
            let is_expected = |line: &&str| {
                ["# error", "# warning", "# note", "#   "].iter().any(|start| line.starts_with(start))
            };
            let policy: String = body.lines().skip_while(is_expected).flat_map(|line| [line, "\n"]).collect();
            let (actual, findings, whole) = checked(&base, policy.trim_end());
            if let Err(why) = judge(&findings, whole) {
                let _ = writeln!(wrong, "{name}: {why}\n{actual}");
            }
            let expected: String =
                body.lines().take_while(is_expected).flat_map(|line| [line, "\n"]).collect();
            if actual != expected && !update {
                let _ = writeln!(wrong, "{name}\nexpected:\n{expected}found:\n{actual}");
            }
            let _ = write!(written, "--- {name} ---\n{actual}{}\n\n", policy.trim_end());
        }
        if update {
            fs::write(&file, format!("{}\n", written.trim_end())).unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Checks a case beside the base; returns what is found, in words, and whether a policy came out.
fn checked(base: &str, case: &str) -> (String, Vec<Diagnostic>, bool) {
    let texts = beside(base, case);
    let sources: Sources = texts.iter().map(|text| ("case.gate", text)).collect();
    let mut asts: Vec<Ast> = Vec::new();
    let mut findings: Vec<Diagnostic> = Vec::new();
    for (id, source) in sources.iter() {
        let (ast, found) = parse(id, source.text());
        asts.push(ast);
        findings.extend(found);
    }
    let files: Vec<(SourceId, &Ast)> = sources.iter().map(|(id, _)| id).zip(&asts).collect();
    let (policy, found) = check(&files);
    findings.extend(found);
    sort(&mut findings);
    let words = findings.iter().map(|finding| described(&sources, finding)).collect();
    (words, findings, policy.is_some())
}

/// ``# error[G0201] `cba`: unknown board `cba` ``, with a line for each label and each help.
fn described(sources: &Sources, finding: &Diagnostic) -> String {
    let place = |span| sources.slice(span).lines().next().unwrap_or_default().to_owned();
    let severity = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    let mut text =
        format!("# {severity}[{}] `{}`: {}\n", finding.code, place(finding.primary), finding.message);
    if let Some(label) = &finding.label {
        let _ = writeln!(text, "#   here: {label}");
    }
    for label in &finding.related {
        let _ = writeln!(text, "#   at `{}`: {}", place(label.span), label.message);
    }
    for help in &finding.help {
        let edit =
            help.edit.as_ref().map(|edit| format!(" (`{}` for `{}`)", edit.replacement, place(edit.span)));
        let _ = writeln!(text, "#   help: {}{}", help.message, edit.unwrap_or_default());
    }
    text
}
