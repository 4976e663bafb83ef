//! Gives the written policy its meaning: names, types, units and guards.
//!
//! In: the trees of all files. Out: the typed policy of [`typed`], and every finding about names (`G02`), types (`G03`),
//! guards (`G04`) and declarations (`G05`). What comes out without an error can be evaluated without one: no sum leaves
//! its type, no value is read that may be missing, no word is read before it is known (language.md, meaning 1 and 3).

pub mod typed;

pub(crate) mod always;
pub(crate) mod constants;
mod declare;
mod duplicates;
pub(crate) mod expr;
pub(crate) mod guards;
pub(crate) mod lets;
mod limits;
mod metrics;
mod names;
mod operators;
mod ranges;
mod sets;
mod spell;
pub(crate) mod symbols;
pub(crate) mod types;
mod usage;
pub(crate) mod visit;

use crate::diagnostic::{Diagnostic, any_error, sort};
use crate::syntax::ast::{Ast, Declaration, Head, PhraseKind, Row};
use crate::text::{SourceId, Span};
use declare::Names;
use symbols::Symbols;
use typed::Policy;

/// Checks the files of one policy together, and returns its meaning with all findings, by place.
///
/// Declarations may stand in any file and in any order. The policy is there only if no finding is an error, here or in the
/// trees; warnings may stand beside it. What `syntax` found is not repeated.
pub fn check(files: &[(SourceId, &Ast)]) -> (Option<Policy>, Vec<Diagnostic>) {
    let declarations: Vec<&Declaration> = files.iter().flat_map(|(_, ast)| &ast.declarations).collect();
    let nowhere = Span::empty_at(files.first().map_or(SourceId(0), |(source, _)| *source), 0);
    let (names, mut findings) = Names::collect(&declarations);
    findings.extend(limits::exceeded(&declarations));
    let (mut symbols, found) = Symbols::collect(&declarations);
    findings.extend(found);
    // Without its one request, every field would be called unknown.
    let mut requests = declarations.iter().filter(|declaration| matches!(declaration.head, Head::Request));
    let one = requests.next().is_some_and(|request| !request.rows.is_empty()) && requests.next().is_none();
    symbols.open |= !one;
    let lets = lets::check(&mut symbols, &declarations);
    let mut declared = declare::declare(&declarations, &symbols, &names, lets, nowhere);
    findings.append(&mut declared.findings);
    // What is left out for an error would look unused.
    let damaged = declarations.iter().any(|declaration| is_damaged(declaration));
    if !any_error(&findings) && !damaged {
        let policy = declared.policy.as_ref();
        findings.extend(usage::unused(&declarations, &names, &declared, policy));
        findings.extend(policy.into_iter().flat_map(duplicates::duplicates));
    }
    sort(&mut findings);
    let whole = !any_error(&findings) && !damaged;
    (declared.policy.filter(|_| whole), findings)
}

/// Whether something in the declaration could not be read: in its head, in a row, or in a row of a group.
fn is_damaged(declaration: &Declaration) -> bool {
    fn row_is_damaged(row: &Row) -> bool {
        row.damaged
            || matches!(&row.lead.kind, PhraseKind::Group { rows, .. } if rows.iter().any(row_is_damaged))
    }
    declaration.damaged
        || matches!(declaration.head, Head::Damaged { .. })
        || declaration.rows.iter().any(row_is_damaged)
}
