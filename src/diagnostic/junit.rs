//! Findings as a JUnit report, which build services show as test results: one test case a file, which fails
//! if the file has an error. Warnings and notes of a file that passes are its output.

use crate::text::{SourceId, Sources};

use super::place::{details, one_line};
use super::{Diagnostic, any_error};

/// Returns the report, an XML document with a line end.
pub fn render_junit(findings: &[Diagnostic], sources: &Sources) -> String {
    let cases: Vec<(bool, String)> =
        sources.iter().map(|(id, source)| case(id, source.name(), findings, sources)).collect();
    let failures = cases.iter().filter(|(failed, _)| *failed).count();
    let body: String = cases.iter().map(|(_, text)| text.as_str()).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <testsuites>\n\
         <testsuite name=\"tollgate check\" tests=\"{}\" failures=\"{failures}\" errors=\"0\" skipped=\"0\">\n\
         {body}</testsuite>\n\
         </testsuites>\n",
        cases.len()
    )
}

/// Returns whether the file failed, and its element.
fn case(id: SourceId, name: &str, findings: &[Diagnostic], sources: &Sources) -> (bool, String) {
    let own: Vec<Diagnostic> =
        findings.iter().filter(|finding| finding.primary.source == id).cloned().collect();
    let head = format!("<testcase classname=\"tollgate.check\" name=\"{}\"", attribute(name));
    let Some(first) = own.iter().find(|finding| finding.is_error()).or(own.first()) else {
        return (false, format!("{head}/>\n"));
    };
    let lines: Vec<String> = own.iter().map(|finding| paragraph(finding, sources)).collect();
    let lines = escape(&lines.join("\n"));
    if any_error(&own) {
        let (code, message) = (first.code, attribute(&first.message));
        let failure = format!("<failure type=\"{code}\" message=\"{message}\">{lines}</failure>");
        (true, format!("{head}>\n{failure}\n</testcase>\n"))
    } else {
        (false, format!("{head}>\n<system-out>{lines}</system-out>\n</testcase>\n"))
    }
}

fn paragraph(finding: &Diagnostic, sources: &Sources) -> String {
    let mut lines = vec![one_line(finding, sources)];
    lines.extend(details(finding, sources).into_iter().map(|line| format!("  {line}")));
    lines.join("\n")
}

/// Escapes for an attribute, where a bare line end or tab would become a space (XML 1.0 §3.3.3).
fn attribute(text: &str) -> String {
    escape(text).replace('\n', "&#10;").replace('\t', "&#9;")
}

/// Escapes for text. A character that XML 1.0 cannot hold (§2.2) becomes U+FFFD.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\t' | '\n' | ' '..='\u{7E}' | '\u{A0}'..='\u{FFFD}' | '\u{10000}'.. => escaped.push(c),
            _ => escaped.push('\u{FFFD}'),
        }
    }
    escaped
}
