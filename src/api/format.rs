use serde::Serialize;

use crate::diagnostic::{self, Diagnostic, JsonDiagnostic};
use crate::syntax::{self, FormatError};
use crate::text::Sources;

use super::File;

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
    /// The same, for hosts in Rust.
    #[serde(skip)]
    pub found: Vec<Diagnostic>,
}

/// Lays one rule file out. Text that does not parse is given back untouched, with its faults.
pub fn format(file: &File) -> FormatAnswer {
    let untouched = |found: Vec<Diagnostic>| {
        let sources: Sources = [(file.name.clone(), file.text.clone())].into_iter().collect();
        let diagnostics = diagnostic::to_json(&found, &sources);
        FormatAnswer { ok: false, changed: false, text: file.text.clone(), diagnostics, found }
    };
    match syntax::format(&file.text) {
        Ok(text) => {
            let changed = text != file.text;
            FormatAnswer { ok: true, changed, text, diagnostics: Vec::new(), found: Vec::new() }
        }
        Err(FormatError::DoesNotParse(found)) => untouched(found),
        Err(FormatError::WouldChangeMeaning(found)) => untouched(vec![found]),
    }
}
