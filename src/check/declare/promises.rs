//! Promises: what must hold for every request.

use super::pass::Pass;
use crate::check::expr::Phase;
use crate::check::typed::{Policy, Promise, PromiseKind};
use crate::check::visit;
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::ast::{Declaration, Head, PhraseKind, Row, Word};

impl<'a> Pass<'a> {
    pub(super) fn promise(&mut self, declaration: &'a Declaration) -> Option<Promise> {
        let Head::Promise { name, title } = &declaration.head else { return None };
        let title = self.title(title);
        let mut kinds = declaration.rows.iter();
        let first = kinds.next();
        for row in kinds {
            self.report(
                Diagnostic::error(
                    Code::DUPLICATE_ROW,
                    row.lead.span,
                    format!("promise `{}` says two things", name.text),
                )
                .help("make two promises of it, so that each is kept or broken by its own name"),
            );
        }
        if first.is_none() && !declaration.damaged {
            self.report(
                Diagnostic::error(
                    Code::MISSING_ROW,
                    name.span,
                    format!("promise `{}` promises nothing", name.text),
                )
                .help("write `never`, `always` or `independent`"),
            );
        }
        let kind = self.promised(first?)?;
        Some(Promise { span: declaration.span, name: name.text.clone(), title, kind })
    }

    fn promised(&mut self, row: &'a Row) -> Option<PromiseKind> {
        let when = row.clauses.iter().find_map(|clause| match &clause.kind {
            PhraseKind::When(expr) => Some(expr),
            _ => None,
        });
        match &row.lead.kind {
            PhraseKind::Never(expr) => {
                let (when, never) = self.guarded(when, expr, Phase::Promise);
                Some(PromiseKind::Never { never, when })
            }
            PhraseKind::Always(expr) => {
                let (when, always) = self.guarded(when, expr, Phase::Promise);
                Some(PromiseKind::Always { always, when })
            }
            PhraseKind::Independent(words) => {
                self.distinct(words);
                if words.is_empty() {
                    self.error(Code::OUT_OF_RANGE, row.span, "no field is named");
                }
                let fields = words.iter().flat_map(|word| self.fields_named(word)).collect();
                Some(PromiseKind::Independent(fields))
            }
            _ => None,
        }
    }

    /// `independent` is kept if no condition reads the fields, itself or through a `let`.
    pub(super) fn independence(&mut self, policy: &Policy, declarations: &[&'a Declaration]) {
        let lets = visit::let_reads(policy);
        let conditions = visit::conditions(policy);
        for declaration in declarations {
            let Head::Promise { name, .. } = &declaration.head else { continue };
            for row in &declaration.rows {
                let PhraseKind::Independent(words) = &row.lead.kind else { continue };
                for word in words {
                    let reader = conditions.iter().find(|condition| {
                        visit::reads(condition.expr, &lets).iter().any(|path| covers(word, path))
                    });
                    let Some(reader) = reader else { continue };
                    self.report(
                        Diagnostic::error(
                            Code::BROKEN_PROMISE,
                            word.span,
                            format!(
                                "promise `{}` is broken: {} `{}` reads `{}`",
                                name.text, reader.kind, reader.id, word.text
                            ),
                        )
                        .related(reader.expr.span, "read here")
                        .help("delete the field from the promise, or the condition that reads it"),
                    );
                }
            }
        }
    }
}

/// Whether reading `path` reads what `word` names: the field, a field inside the group, or the group around it.
fn covers(word: &Word, path: &str) -> bool {
    let inside =
        |inner: &str, outer: &str| inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with('.'));
    path == word.text || inside(path, &word.text) || inside(&word.text, path)
}
