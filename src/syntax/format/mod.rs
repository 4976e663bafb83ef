//! Laying out rule text: the one look that all rule files have (docs/formatting.md).
//!
//! The look depends on the words of the text, its comments and its empty lines, never on how the author broke lines. What
//! comes out is read again: it says the same words and comments in the same order and parses, or the text is refused.
//!
//! Text is words ([`lex`]) that are numbered ([`words`]); the tree says which of them lead declarations, rows and clauses
//! ([`block`], [`row`]); like rows are lined up ([`columns`]); conditions and lists are broken where they must be ([`doc`]).

mod block;
mod columns;
mod doc;
mod lex;
mod line;
mod row;
mod words;

use crate::diagnostic::{Diagnostic, Severity};
use crate::text::SourceId;

use lex::{Token, lex};
use words::Words;

/// Why a text was not laid out.
#[derive(Debug, thiserror::Error)]
pub enum FormatError {
    /// The text has errors of syntax: these.
    #[error("the text does not parse ({} faults)", .0.len())]
    DoesNotParse(Vec<Diagnostic>),
    /// A fault of the formatter: what it made of the text says something else.
    #[error("formatting would change what the text means")]
    WouldChangeMeaning,
}

/// Returns the text laid out anew: the same words and comments in the same order, with one line end behind them.
///
/// Empty text stays empty. Words that are only layout come and go: a comma behind the last item of a list, a comma between
/// the bindings of a sample, a bar before the first variant of a type. What is formatted already comes back as it is.
///
/// ```
/// use tollgate::syntax::format;
/// use tollgate::text::SourceId;
///
/// let text = format(SourceId(0), "gate close{require reviewed \"Review\"that no_doubt deny DOUBT}").unwrap();
/// assert_eq!(text, "gate close {\n  require reviewed \"Review\" that no_doubt deny DOUBT\n}\n");
/// ```
///
/// # Errors
/// [`FormatError::DoesNotParse`] if the text has errors of syntax.
pub fn format(source: SourceId, text: &str) -> Result<String, FormatError> {
    let (ast, found) = super::parse(source, text);
    if has_errors(&found) {
        return Err(FormatError::DoesNotParse(found));
    }
    let words = Words::new(lex(text));
    let formatted = block::file(&words, &ast);
    let (_, found) = super::parse(source, &formatted);
    if has_errors(&found) || !says(words.all()).eq(says(&lex(&formatted))) {
        return Err(FormatError::WouldChangeMeaning);
    }
    Ok(formatted)
}

fn has_errors(found: &[Diagnostic]) -> bool {
    found.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
}

/// Returns the words and comments in their order.
fn says<'a>(tokens: &'a [Token<'_>]) -> impl Iterator<Item = &'a str> {
    tokens.iter().flat_map(|token| {
        let above = token.above.iter().map(|comment| comment.text);
        above.chain([token.text]).chain(token.behind)
    })
}
