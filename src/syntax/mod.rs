//! From rule text to its tree, and back to well-formed text.
//!
//! [`parse`] never fails: it returns a tree and all faults of the text. Only this folder knows pest.

pub mod ast;
mod build;
mod format;
mod grammar;
mod shape;

pub use format::{FormatError, format};

use crate::diagnostic::Diagnostic;
use crate::text::SourceId;

use ast::Ast;
use build::Build;
use grammar::Rule;

/// Parses.
pub fn parse(source: SourceId, text: &str) -> (Ast, Vec<Diagnostic>) {
    let mut build = Build::new(source, text);
    match grammar::run(Rule::file, text) {
        Ok(nodes) => {
            let declarations = build.file(nodes);
            (Ast { declarations }, build.found)
        }
        Err(failure) => {
            let at = build.bytes(failure.at, failure.at);
            let message = format!("expected {:?}", failure.expected);
            build.found.push(Diagnostic::error(crate::diagnostic::Code::UNEXPECTED_TEXT, at, message));
            (Ast::default(), build.found)
        }
    }
}
