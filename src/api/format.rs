use serde::Serialize;

use crate::diagnostic::{self, Diagnostic, JsonDiagnostic};
use crate::syntax::{self, FormatError};
use crate::text::{SourceId, Sources};

use super::{File, Refusal};

/// The answer of [`format`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FormatAnswer {
    /// Whether the text could be laid out.
    pub ok: bool,
    /// The text laid out; the text as given where it could not be.
    pub text: String,
    /// Whether the two differ.
    pub changed: bool,
    /// Why it could not be laid out.
    pub diagnostics: Vec<JsonDiagnostic>,
    /// Why it could not be laid out although it parses: a fault of the formatter, which found that its own output says
    /// something else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<Refusal>,
    /// The same as `diagnostics`, for hosts in Rust.
    #[serde(skip)]
    pub found: Vec<Diagnostic>,
}

/// Lays one rule file out. Text that does not parse is given back untouched, with its faults.
pub fn format(file: &File) -> FormatAnswer {
    let untouched = |found: Vec<Diagnostic>| {
        let sources: Sources = [(file.name.clone(), file.text.clone())].into_iter().collect();
        let diagnostics = diagnostic::to_json(&found, &sources);
        FormatAnswer { ok: false, changed: false, text: file.text.clone(), diagnostics, error: None, found }
    };
    match syntax::format(SourceId(0), &file.text) {
        Ok(text) => {
            let changed = text != file.text;
            FormatAnswer { ok: true, changed, text, diagnostics: Vec::new(), error: None, found: Vec::new() }
        }
        Err(FormatError::DoesNotParse(found)) => untouched(found),
        Err(error @ FormatError::WouldChangeMeaning) => {
            let error = Some(Refusal::new("WOULD_CHANGE_MEANING", error.to_string()));
            FormatAnswer { error, ..untouched(Vec::new()) }
        }
    }
}
