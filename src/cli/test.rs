use std::fmt::Write;

use crate::api::{self, Covered, TestAnswer, TestCall, TestResult};

use super::args::{Format, TestArgs, TestFormat};
use super::failure::Failure;
use super::tell;
use super::words::count;
use super::{Found, folder, report};

pub(super) fn run(args: &TestArgs) -> Result<Found, Failure> {
    let files = folder::policy(&args.folder)?;
    let answer = api::test(&TestCall { files, only: args.only.clone() });
    if answer.found.iter().any(crate::diagnostic::Diagnostic::is_error) {
        report::findings(Format::Text, &answer.found, &answer.sources)?;
        tell!("tollgate: the policy has errors, so no test was run");
        return Ok(Found::Something);
    }
    match args.format {
        TestFormat::Text => report::print(&text(&answer, args))?,
        TestFormat::Json => report::print(&api::json_call::answer_text(&answer))?,
        TestFormat::Github => report::print(&github(&answer))?,
        TestFormat::Junit => report::print(&junit(&answer))?,
    }
    if answer.tests.is_empty() {
        return Ok(nothing_ran(args));
    }
    Ok(if answer.ok { Found::Nothing } else { Found::Something })
}

/// A name that no test has is likely misspelt, and what was to be tested was not.
fn nothing_ran(args: &TestArgs) -> Found {
    match &args.only {
        Some(only) => {
            tell!("tollgate: no test was run: no name contains `{only}`");
            Found::Something
        }
        None => {
            tell!("tollgate: no test was run: the policy has none");
            Found::Nothing
        }
    }
}

/// The tests in the order of their files, those that failed last, where a reader looks.
fn text(answer: &TestAnswer, args: &TestArgs) -> String {
    let mut out = String::new();
    let width = answer.tests.iter().map(|test| test.name.chars().count()).max().unwrap_or_default();
    let (passed, failed): (Vec<_>, Vec<_>) = answer.tests.iter().partition(|test| test.passed);
    for test in passed.iter().chain(&failed) {
        let word = if test.passed { "ok" } else { "FAILED" };
        let _ = writeln!(out, "{word:<6}  {:<width$}  {}", test.name, test.title);
        for failure in &test.failures {
            let place = format!("{}:{}", failure.place.file, failure.place.start.line);
            let _ = writeln!(out, "        {place}: {}", failure.message);
        }
    }
    let _ = writeln!(out, "\n{} passed, {} failed", passed.len(), failed.len());
    // Of some tests alone it would say only what the others are for.
    if args.only.is_none() || args.coverage {
        coverage(&mut out, "rule", &answer.coverage.rules, args.coverage);
        coverage(&mut out, "clause", &answer.coverage.clauses, args.coverage);
    }
    out
}

/// How many were seen both ways; the others by name, since they are what a test is missing for.
fn coverage(out: &mut String, noun: &str, all: &[Covered], everything: bool) {
    let both = all.iter().filter(|it| it.held && it.failed).count();
    let _ = writeln!(out, "{both} of {} seen to hold and to fail", count(all.len(), noun));
    for it in all.iter().filter(|it| everything || !(it.held && it.failed)) {
        let seen = match (it.held, it.failed) {
            (true, true) => "held, failed",
            (true, false) => "never failed",
            (false, true) => "never held",
            (false, false) => "never read",
        };
        let _ = writeln!(out, "  {seen:<12}  {}   {}:{}", it.name, it.place.file, it.place.start.line);
    }
}

fn github(answer: &TestAnswer) -> String {
    let mut out = String::new();
    for (test, failure) in failures(&answer.tests) {
        let message = failure.message.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
        let file = failure.place.file.replace('%', "%25").replace(':', "%3A").replace(',', "%2C");
        let line = failure.place.start.line;
        let _ = writeln!(out, "::error file={file},line={line},title=test {}::{message}", test.name);
    }
    out
}

fn failures(tests: &[TestResult]) -> impl Iterator<Item = (&TestResult, &api::Remark)> {
    tests.iter().flat_map(|test| test.failures.iter().map(move |failure| (test, failure)))
}

fn junit(answer: &TestAnswer) -> String {
    let failed = answer.tests.iter().filter(|test| !test.passed).count();
    let total = answer.tests.len();
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(
        out,
        "<testsuite name=\"tollgate test\" tests=\"{total}\" failures=\"{failed}\" skipped=\"0\">"
    );
    for test in &answer.tests {
        let (name, file) = (xml(&test.name), xml(&test.place.file));
        let _ = writeln!(out, "  <testcase name=\"{name}\" classname=\"{file}\">");
        for failure in &test.failures {
            let place = format!("{}:{}", failure.place.file, failure.place.start.line);
            let (message, place) = (xml(&failure.message), xml(&place));
            let _ = writeln!(out, "    <failure message=\"{message}\">{place}</failure>");
        }
        out.push_str("  </testcase>\n");
    }
    out.push_str("</testsuite>\n");
    out
}

fn xml(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
