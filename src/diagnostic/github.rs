//! Findings as workflow commands, which GitHub Actions shows beside the lines of a pull request.
//!
//! Format: "Workflow commands for GitHub Actions", Setting an error message. Escaping follows `command.ts` of
//! actions/toolkit: `%`, `\r`, `\n` in the message, and `:` and `,` too in properties.

use std::fmt::Write;

use crate::text::Sources;

use super::place::{Place, details};
use super::{Diagnostic, Severity};

/// Returns one command a line, in the order given.
pub fn render_github(findings: &[Diagnostic], sources: &Sources) -> String {
    findings.iter().map(|finding| command(finding, sources)).collect()
}

fn command(finding: &Diagnostic, sources: &Sources) -> String {
    let name = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let Place { file, start, end, .. } = Place::of(finding.primary, sources);
    let mut line = format!(
        "::{name} file={},line={},endLine={},col={}",
        property(&file),
        start.line,
        end.line,
        start.column
    );
    // GitHub takes an end column only within one line.
    if start.line == end.line {
        // Writing to a string cannot fail.
        let _ = write!(line, ",endColumn={}", end.column);
    }
    let title = format!("{} {}", finding.code, finding.code.title());
    let mut text = vec![finding.message.clone()];
    text.extend(details(finding, sources));
    let _ = writeln!(line, ",title={}::{}", property(&title), data(&text.join("\n")));
    line
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
