//! From rule text to its tree, and back to well-formed text.
//!
//! [`parse`] never fails: it returns a tree and all faults of the text. A text is looked at three times at most: for what no
//! parser should see ([`crate::text::hostile`]), by the grammar as a whole, and, only if that fails, piece by piece
//! (`recover`). The grammar is broad: what it reads and the language does not have is reported while the tree is built
//! (`build`), and which row and clause may stand where is one table (`shape`). Only this folder knows pest.
//!
//! ```
//! use tollgate::{syntax, text::SourceId};
//!
//! let (ast, found) = syntax::parse(SourceId(0), "let risky = tenants >= 10 and audited or urgent");
//! assert_eq!(ast.declarations.len(), 1);
//! assert_eq!(found[0].message, "`and` and `or` are mixed without parentheses");
//! ```

pub mod ast;
mod build;
mod expected;
mod format;
mod grammar;
mod recover;
mod shape;
mod tokens;

pub use format::{FormatError, format};

use crate::diagnostic::{self, Code, Diagnostic};
use crate::text::hostile::{self, HostileKind};
use crate::text::{SourceId, Span};

use ast::Ast;
use build::Build;
use grammar::Rule;

/// A comment: from its `#` to the end of its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// Where it stands, without the line end.
    pub span: Span,
    /// As written, `#` included.
    pub text: String,
}

/// A word of the language, and what it may do.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Keyword {
    /// As written.
    pub word: String,
    /// Whether a declaration begins with it.
    pub declares: bool,
    /// Whether a row or clause begins with it.
    pub leads: bool,
    /// Whether it stands behind a value, inside an expression.
    pub infix: bool,
    /// Whether no name may be called so.
    pub reserved: bool,
}

/// So many syntax errors of one file are told.
const MOST_ERRORS: usize = 100;

/// Returns the tree of `text` and its faults, in order of place.
///
/// Behind a fault reading goes on, so that each fault of a file is told at once. A tree with faults has its damaged parts
/// marked. Text that is nested too deeply or too large is read up to the declaration where that begins.
pub fn parse(source: SourceId, text: &str) -> (Ast, Vec<Diagnostic>) {
    let hostile = hostile::scan(source, text);
    let limit =
        hostile.iter().find(|found| matches!(found.kind, HostileKind::TooDeep | HostileKind::TooLarge));
    let end = limit.map_or(text.len(), |found| safe_end(text, found.span.start as usize));
    let text = text.get(..end).unwrap_or_default();
    let mut build = Build::new(source, text);
    let declarations = match grammar::run(Rule::file, text) {
        Ok(nodes) => build.file(nodes),
        Err(_) => recover::declarations(text, &mut build),
    };
    let mut found = build.found;
    // An invisible character in a strange place is also unexpected text: once is enough.
    found.retain(|finding| hostile.iter().all(|hostile| hostile.span.start != finding.primary.start));
    found.extend(hostile.into_iter().map(Diagnostic::from));
    diagnostic::sort(&mut found);
    if let Some(first) = found.get(MOST_ERRORS).filter(|_| found.len() > MOST_ERRORS.saturating_add(1)) {
        let message = format!("{MOST_ERRORS} syntax errors were found, and there are more");
        let note = Diagnostic::note(Code::UNEXPECTED_TEXT, first.primary, message);
        found.truncate(MOST_ERRORS);
        found.push(note);
    }
    (Ast { declarations }, found)
}

/// Returns the byte at which the last line before `at` begins whose first column has a letter: what stands before it is
/// whole declarations.
fn safe_end(text: &str, at: usize) -> usize {
    let mut end = at.min(text.len());
    loop {
        let before = text.get(..end).unwrap_or_default();
        let line = before.rfind('\n').map_or(0, |newline| newline.saturating_add(1));
        let first = text.as_bytes().get(line).copied().unwrap_or(b' ');
        if line == 0 || first.is_ascii_alphabetic() {
            return line;
        }
        end = line.saturating_sub(1);
    }
}

/// Returns the comments of `text`, in order. The tree has none: whoever writes text back puts them in again.
pub fn comments(source: SourceId, text: &str) -> Vec<Comment> {
    tokens::comments(source, text)
}

/// Returns the words of the language, sorted. All may be names but the reserved ones.
pub fn keywords() -> Vec<Keyword> {
    const INFIX: [&str; 10] =
        ["is", "has", "all", "any", "during", "rises", "falls", "silent", "skips", "else"];
    let mut words: Vec<Keyword> = Rule::all_rules()
        .iter()
        .filter_map(|&rule| expected::keyword(rule))
        .map(|word| Keyword {
            declares: word != "group" && shape::of(&word).is_some(),
            leads: shape::PHRASE_WORDS.iter().any(|&(_, lead)| lead == word),
            infix: INFIX.contains(&word.as_str()),
            reserved: expected::RESERVED.contains(&word.as_str()),
            word,
        })
        .collect();
    words.sort();
    words
}
