//! Findings for programs.
//!
//! The shape is stable: keys may be added, and none is renamed, removed or given another meaning.
//!
//! ```json
//! {
//!   "code": "G0203", "severity": "error", "message": "unknown field `risk_lvl`",
//!   "file": "risk.gate", "span": { "start": 5, "end": 13 },
//!   "start": { "line": 1, "column": 6, "byte_column": 5, "utf16_column": 5 },
//!   "end":   { "line": 1, "column": 14, "byte_column": 13, "utf16_column": 13 },
//!   "label": null,
//!   "related": [{ "file": "..", "span": {}, "start": {}, "end": {}, "message": ".." }],
//!   "help": [{ "message": "did you mean `risk_level`?",
//!              "edit": { "file": "..", "span": {}, "start": {}, "end": {}, "replacement": "risk_level" } }]
//! }
//! ```
//!
//! `span` counts bytes from 0, half open; `line` and `column` count from 1, columns in characters;
//! `byte_column` and `utf16_column` count from 0. `label` and `edit` are null if there is none.

use serde::Serialize;

use crate::text::Sources;

use super::{Code, Diagnostic, Place, Severity};

/// A [`Diagnostic`] with its places looked up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct JsonDiagnostic {
    /// The stable code.
    pub code: Code,
    /// The weight.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// The text at fault.
    #[serde(flatten)]
    pub place: Place,
    /// What to say right there.
    pub label: Option<String>,
    /// Other places.
    pub related: Vec<JsonLabel>,
    /// Advice.
    pub help: Vec<JsonHelp>,
}

/// A [`super::Label`] with its place looked up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct JsonLabel {
    /// The place.
    #[serde(flatten)]
    pub place: Place,
    /// The remark.
    pub message: String,
}

/// A [`super::Help`] with its place looked up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct JsonHelp {
    /// The advice.
    pub message: String,
    /// The edit that does it.
    pub edit: Option<JsonEdit>,
}

/// A [`super::Edit`] with its place looked up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct JsonEdit {
    /// What to take out.
    #[serde(flatten)]
    pub place: Place,
    /// What to put in its place.
    pub replacement: String,
}

/// Returns the findings in the shape above, in the order given.
pub fn to_json(findings: &[Diagnostic], sources: &Sources) -> Vec<JsonDiagnostic> {
    findings.iter().map(|finding| json_of(finding, sources)).collect()
}

/// Returns `{ "diagnostics": [..] }` in the shape above, indented, with a line end.
pub fn render_json(findings: &[Diagnostic], sources: &Sources) -> String {
    let document = serde_json::json!({ "diagnostics": to_json(findings, sources) });
    format!("{document:#}\n")
}

fn json_of(finding: &Diagnostic, sources: &Sources) -> JsonDiagnostic {
    let related = finding.related.iter().map(|related| JsonLabel {
        place: Place::of(related.span, sources),
        message: related.message.clone(),
    });
    let help = finding.help.iter().map(|help| JsonHelp {
        message: help.message.clone(),
        edit: help.edit.as_ref().map(|edit| JsonEdit {
            place: Place::of(edit.span, sources),
            replacement: edit.replacement.clone(),
        }),
    });
    JsonDiagnostic {
        code: finding.code,
        severity: finding.severity,
        message: finding.message.clone(),
        place: Place::of(finding.primary, sources),
        label: finding.label.clone(),
        related: related.collect(),
        help: help.collect(),
    }
}
