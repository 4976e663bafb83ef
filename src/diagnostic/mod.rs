//! What is wrong with a rule text, told to its author.
//!
//! A pass returns its form and a list of [`Diagnostic`]s, and goes on after each. All [`Code`]s are declared
//! in one table. How a finding looks is decided here only: in the terminal, as JSON for programs, and in the
//! formats of build services.
//!
//! ```
//! use tollgate::diagnostic::{Code, Diagnostic};
//! use tollgate::text::{Sources, Span};
//!
//! let mut sources = Sources::new();
//! let file = sources.add("risk.gate", "when risk_lvl > 3");
//! let word = Span::new(file, 5, 13);
//! let finding = Diagnostic::error(Code::UNKNOWN_FIELD, word, "unknown field `risk_lvl`")
//!     .label("not a field of `request`")
//!     .help_nearest("risk_lvl", ["risk_level", "tenants"]);
//! assert_eq!(finding.help[0].message, "did you mean `risk_level`?");
//! ```

mod codes;
mod github;
mod hostile;
mod json;
mod junit;
mod place;
mod sarif;
#[cfg(feature = "cli")]
mod terminal;

pub use codes::{Code, Family};
pub use github::render_github;
pub use json::{JsonDiagnostic, JsonEdit, JsonHelp, JsonLabel, render_json, to_json};
pub use junit::render_junit;
pub use place::{Bytes, Place, one_line};
pub use sarif::render_sarif;
#[cfg(feature = "cli")]
pub use terminal::{Colour, render_text};

use serde::Serialize;

use crate::text::{Span, nearest};

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The stable code.
    pub code: Code,
    /// Whether the policy is refused for it.
    pub severity: Severity,
    /// What is wrong: one line, lower case, no full stop, the author's words in backticks.
    pub message: String,
    /// The text at fault.
    pub primary: Span,
    /// What to say right at [`Diagnostic::primary`], if the message does not say it all.
    pub label: Option<String>,
    /// Other places that bear on it, in the order of telling.
    pub related: Vec<Label>,
    /// What the author could do, the likeliest first.
    pub help: Vec<Help>,
}

/// How much a finding weighs. Errors come first in the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The policy does not compile.
    Error,
    /// The policy compiles, and likely does not say what was meant.
    Warning,
    /// Worth knowing.
    Note,
}

impl Severity {
    /// Returns `error`, `warning` or `note`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// A remark at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// The remark, worded like a [`Diagnostic::message`].
    pub message: String,
}

/// Advice, and the edit that follows it if there is exactly one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Help {
    /// The advice, worded like a [`Diagnostic::message`]; a question may end with its mark.
    pub message: String,
    /// The edit that does it.
    pub edit: Option<Edit>,
}

/// A change of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// What to take out: an empty span to insert only.
    pub span: Span,
    /// What to put in its place: empty to delete only.
    pub replacement: String,
}

impl Diagnostic {
    /// Returns a finding for which the policy is refused.
    pub fn error(code: Code, primary: Span, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, primary, message)
    }

    /// Returns a finding that lets the policy compile.
    pub fn warning(code: Code, primary: Span, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, primary, message)
    }

    /// Returns a remark.
    pub fn note(code: Code, primary: Span, message: impl Into<String>) -> Self {
        Self::new(Severity::Note, code, primary, message)
    }

    fn new(severity: Severity, code: Code, primary: Span, message: impl Into<String>) -> Self {
        let message = short(message.into());
        Self { code, severity, message, primary, label: None, related: Vec::new(), help: Vec::new() }
    }

    /// Says something right at the text at fault.
    #[must_use]
    pub fn label(mut self, message: impl Into<String>) -> Self {
        self.label = Some(short(message.into()));
        self
    }

    /// Points at another place.
    #[must_use]
    pub fn related(mut self, span: Span, message: impl Into<String>) -> Self {
        self.related.push(Label { span, message: short(message.into()) });
        self
    }

    /// Gives advice that no single edit follows.
    #[must_use]
    pub fn help(mut self, message: impl Into<String>) -> Self {
        self.help.push(Help { message: short(message.into()), edit: None });
        self
    }

    /// Gives advice with the edit that follows it.
    #[must_use]
    pub fn help_edit(
        mut self,
        message: impl Into<String>,
        span: Span,
        replacement: impl Into<String>,
    ) -> Self {
        let edit = Some(Edit { span, replacement: replacement.into() });
        self.help.push(Help { message: short(message.into()), edit });
        self
    }

    /// Asks ``did you mean `x`?`` with the candidate nearest to `word`, and the edit that puts it in place of
    /// the text at fault; adds nothing if none is near. The primary span must cover just `word`.
    #[must_use]
    pub fn help_nearest<'a>(self, word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Self {
        match nearest(word, candidates) {
            None => self,
            Some(meant) => {
                let span = self.primary;
                self.help_edit(format!("did you mean `{meant}`?"), span, meant)
            }
        }
    }

    /// Whether the policy is refused for it.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// The most characters of a text that a message quotes.
const LONGEST_QUOTE: usize = 200;

/// Cuts what a message quotes between backquotes, so that no input can flood a report.
fn short(message: String) -> String {
    if message.len() <= LONGEST_QUOTE {
        return message;
    }
    let parts = message.split('`').enumerate().map(|(index, part)| {
        match part.char_indices().nth(LONGEST_QUOTE).filter(|_| index % 2 == 1) {
            Some((end, _)) => format!("{}…", part.get(..end).unwrap_or_default()),
            None => part.to_owned(),
        }
    });
    parts.collect::<Vec<_>>().join("`")
}

/// Puts findings in the order in which they are shown: by source, start, then code. Equal ones keep their
/// order.
pub fn sort(findings: &mut [Diagnostic]) {
    findings.sort_by_key(|finding| (finding.primary.source, finding.primary.start, finding.code));
}

/// Whether one of the findings is an error.
pub fn any_error(findings: &[Diagnostic]) -> bool {
    findings.iter().any(Diagnostic::is_error)
}
