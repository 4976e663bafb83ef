//! Where a span lies, in the units of programs and people.

use serde::Serialize;

use crate::text::{Position, Sources, Span};

use super::Diagnostic;

/// A span with its file and its lines and columns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The name of the file; empty if the span's source is unknown.
    pub file: String,
    /// The bytes.
    pub span: Bytes,
    /// Where the first character stands.
    pub start: Position,
    /// Where the character behind the last one stands.
    pub end: Position,
}

/// A half-open range of bytes, counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Bytes {
    /// The first byte.
    pub start: u32,
    /// The byte after the last one.
    pub end: u32,
}

impl Place {
    /// Looks up where `span` lies.
    pub fn of(span: Span, sources: &Sources) -> Self {
        let source = sources.get(span.source);
        let position = |offset| source.map_or(NOWHERE, |source| source.position(offset));
        Self {
            file: source.map_or_else(String::new, |source| source.name().to_owned()),
            span: Bytes { start: span.start, end: span.end },
            start: position(span.start),
            end: position(span.end),
        }
    }
}

const NOWHERE: Position = Position { line: 1, column: 1, byte_column: 0, utf16_column: 0 };

/// Returns `risk.gate:3:8: error[G0203]: unknown field ..`, without a line end; columns count characters from
/// 1.
pub fn one_line(finding: &Diagnostic, sources: &Sources) -> String {
    let Place { file, start, .. } = Place::of(finding.primary, sources);
    let Diagnostic { code, severity, message, .. } = finding;
    format!("{file}:{}:{}: {}[{code}]: {message}", start.line, start.column, severity.word())
}

/// Returns the `label`, `related` and `help` of a finding in words, one a line, for formats that have no
/// place for them.
pub(super) fn details(finding: &Diagnostic, sources: &Sources) -> Vec<String> {
    let label = finding.label.iter().map(|label| format!("here: {label}"));
    let related = finding.related.iter().map(|related| {
        let Place { file, start, .. } = Place::of(related.span, sources);
        format!("note: {file}:{}:{}: {}", start.line, start.column, related.message)
    });
    let help = finding.help.iter().map(|help| format!("help: {}", help.message));
    label.chain(related).chain(help).collect()
}
