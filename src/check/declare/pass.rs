//! What all concerns share: the names, the findings, and how rows, clauses and words are taken out of a declaration.

use super::names::{Kind, Names};
use crate::check::expr::{self, Context, Phase};
use crate::check::guards::Guards;
use crate::check::symbols::{FieldPlace, Place, Symbols};
use crate::check::typed::Expr;
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::ast::{self, Declaration, PathExpr, PhraseKind, Row, Word};
use crate::text::Span;
use std::collections::BTreeSet;

/// The roles that the workflow itself fills: whoever asked, decides, deploys, or stands in.
pub(super) const PSEUDO_ROLES: [&str; 5] = ["requester", "approver", "approvers", "implementer", "deputies"];

/// The moments of a change that limits are measured between, in the order in which a change reaches them.
pub(super) const MILESTONES: [&str; 8] =
    ["submitted", "completed", "decided", "approved", "implementing", "deployed", "implemented", "closed"];

/// One walk over the declarations.
pub(super) struct Pass<'a> {
    pub symbols: &'a Symbols,
    pub names: &'a Names<'a>,
    /// Expressions, their findings, and what they read.
    pub exprs: Context<'a>,
    /// The paths of all fields, for suggestions.
    pub fields: Vec<String>,
    /// Whether part of a declaration could not be read.
    pub damaged: bool,
    pub findings: Vec<Diagnostic>,
    /// What was named, for `usage`.
    pub used: BTreeSet<(Kind, &'a str)>,
}

impl<'a> Pass<'a> {
    pub(super) fn report(&mut self, finding: Diagnostic) {
        self.findings.push(finding);
    }

    pub(super) fn error(&mut self, code: Code, span: Span, message: impl Into<String>) {
        self.report(Diagnostic::error(code, span, message));
    }

    // ---- rows and clauses: how often each may stand is judged by `syntax`, where its table says so

    /// Returns the first row that `pick` takes.
    pub(super) fn row<T>(
        &self,
        rows: &'a [Row],
        pick: impl Fn(&'a PhraseKind) -> Option<T>,
    ) -> Option<(&'a Row, T)> {
        rows.iter().find_map(|row| Some((row, pick(&row.lead.kind)?)))
    }

    /// Returns the row that `pick` takes, and reports a second one. `word` is the keyword it starts with.
    pub(super) fn one_row<T>(
        &mut self,
        rows: &'a [Row],
        word: &str,
        pick: impl Fn(&'a PhraseKind) -> Option<T>,
    ) -> Option<(&'a Row, T)> {
        let mut found = rows.iter().filter_map(|row| Some((row, pick(&row.lead.kind)?)));
        let first = found.next()?;
        for (row, _) in found {
            self.report(
                Diagnostic::error(Code::DUPLICATE_ROW, row.lead.span, format!("`{word}` is written twice"))
                    .related(first.0.lead.span, "first written here")
                    .help("delete one of them"),
            );
        }
        Some(first)
    }

    /// Returns the row that `pick` takes; reports it missing, with `example` as what could be written, unless part of the
    /// declaration could not be read.
    pub(super) fn need_row<T>(
        &mut self,
        declaration: &'a Declaration,
        word: &str,
        example: &str,
        pick: impl Fn(&'a PhraseKind) -> Option<T>,
    ) -> Option<(&'a Row, T)> {
        let found = self.row(&declaration.rows, pick);
        if found.is_none() && !declaration.damaged {
            let (what, place) = described(declaration);
            self.report(
                Diagnostic::error(Code::MISSING_ROW, place, format!("{what} has no `{word}`"))
                    .help(format!("write `{example}`")),
            );
        }
        found
    }

    /// Returns what `pick` takes of the clauses of a row.
    pub(super) fn clause<T>(&self, row: &'a Row, pick: impl Fn(&'a PhraseKind) -> Option<T>) -> Option<T> {
        row.clauses.iter().find_map(|phrase| pick(&phrase.kind))
    }

    /// Returns the flag of a row, and reports a second one.
    pub(super) fn flag(&mut self, row: &'a Row) -> Option<String> {
        let mut flags = row.clauses.iter().filter_map(|phrase| match &phrase.kind {
            PhraseKind::Flag(word) => Some((phrase.span, word)),
            _ => None,
        });
        let (first, word) = flags.next()?;
        for (span, _) in flags {
            self.report(
                Diagnostic::error(Code::DUPLICATE_CLAUSE, span, "a rule raises one flag")
                    .related(first, "first written here")
                    .help("delete one of them"),
            );
        }
        Some(word.text.clone())
    }

    // ---- expressions

    /// Checks a yes/no.
    pub(super) fn condition(&mut self, written: &ast::Expr, phase: Phase) -> Expr {
        expr::condition(&mut self.exprs, written, phase, &Guards::none()).expr
    }

    /// Checks `when A that B`, where what A guards may be read in B.
    pub(super) fn guarded(
        &mut self,
        when: Option<&ast::Expr>,
        that: &ast::Expr,
        phase: Phase,
    ) -> (Option<Expr>, Expr) {
        let Some(when) = when else { return (None, self.condition(that, phase)) };
        let when = expr::condition(&mut self.exprs, when, phase, &Guards::none());
        let that = expr::condition(&mut self.exprs, that, phase, &when.when_true);
        (Some(when.expr), that.expr)
    }

    /// Returns the field that a path names, or reports that there is none.
    pub(super) fn field(&mut self, path: &PathExpr) -> Option<&'a FieldPlace> {
        let name = dotted(path);
        match self.symbols.place(&name) {
            Some(Place::Field(field)) => Some(field),
            Some(Place::Damaged) => None,
            Some(_) => {
                let message = format!("`{name}` is no field; a field is needed here");
                self.error(Code::WRONG_KIND, path.span, message);
                None
            }
            None if self.symbols.open => None,
            None => {
                let finding =
                    Diagnostic::error(Code::UNKNOWN_FIELD, path.span, format!("unknown field `{name}`"))
                        .help_nearest(&name, self.fields.iter().map(String::as_str));
                self.report(finding);
                None
            }
        }
    }

    // ---- words

    /// Returns the title, which must say something.
    pub(super) fn title(&mut self, title: &Word) -> String {
        if title.text.trim().is_empty() {
            self.report(
                Diagnostic::error(Code::EMPTY_TITLE, title.span, "the title is empty")
                    .help("say in a few words what people shall read here"),
            );
        }
        title.text.clone()
    }

    /// Returns the name of a thing of this kind, or reports that there is none.
    pub(super) fn name(&mut self, kind: Kind, word: &'a Word) -> Option<String> {
        self.name_of(&[kind], &[], word)
    }

    /// Returns the name of a thing of one of these kinds, or one of the words `also` to which the language gives a meaning.
    pub(super) fn name_of(&mut self, kinds: &[Kind], also: &[&str], word: &'a Word) -> Option<String> {
        if also.contains(&word.text.as_str()) {
            return Some(word.text.clone());
        }
        for kind in kinds {
            if self.names.has(*kind, &word.text) {
                self.used.insert((*kind, &word.text));
                return Some(word.text.clone());
            }
        }
        let finding = self.names.unknown(kinds, also, word);
        self.report(finding);
        None
    }

    /// Returns the names of a list, reporting unknown ones and those listed twice.
    pub(super) fn list(&mut self, kinds: &[Kind], also: &[&str], words: &'a [Word]) -> Vec<String> {
        self.distinct(words);
        words.iter().filter_map(|word| self.name_of(kinds, also, word)).collect()
    }

    /// Reports words that a list has twice.
    pub(super) fn distinct(&mut self, words: &[Word]) {
        for (at, word) in words.iter().enumerate() {
            if let Some(first) = words.iter().take(at).find(|earlier| earlier.text == word.text) {
                self.report(
                    Diagnostic::error(
                        Code::LISTED_TWICE,
                        word.span,
                        format!("`{}` is listed twice", word.text),
                    )
                    .related(first.span, "first listed here")
                    .help("delete one of them"),
                );
            }
        }
    }

    /// Returns a word of a closed list that the language fixes.
    pub(super) fn fixed(&mut self, what: &str, known: &[&str], word: &Word) -> Option<String> {
        if known.contains(&word.text.as_str()) {
            return Some(word.text.clone());
        }
        self.report(
            Diagnostic::error(Code::UNKNOWN_NAME, word.span, format!("unknown {what} `{}`", word.text))
                .help_nearest(&word.text, known.iter().copied())
                .help(format!("the {what}s are {}", known.join(", "))),
        );
        None
    }

    /// Returns a milestone of the life of a change.
    pub(super) fn milestone(&mut self, word: &Word) -> Option<String> {
        self.fixed("milestone", &MILESTONES, word)
    }

    /// Returns the clauses of law that a rule serves.
    pub(super) fn serves(&mut self, words: Option<&'a [Word]>) -> Vec<String> {
        self.list(&[Kind::Clause], &[], words.unwrap_or_default())
    }

    /// Returns the roles that are told.
    pub(super) fn notify(&mut self, words: Option<&'a [Word]>) -> Vec<String> {
        self.list(&[Kind::Role], &PSEUDO_ROLES, words.unwrap_or_default())
    }
}

/// Returns a path as text.
pub(crate) fn dotted(path: &PathExpr) -> String {
    path.names.iter().map(|name| name.text.as_str()).collect::<Vec<_>>().join(".")
}

/// Returns how a declaration is called in a message, and the place that the message points at.
pub(super) fn described(declaration: &Declaration) -> (String, Span) {
    let (keyword, word) = super::head_words(&declaration.head);
    match word {
        Some(word) => (format!("{keyword} `{}`", word.text), word.span),
        None => {
            let start = declaration.span.start;
            let end = start.saturating_add(u32::try_from(keyword.len()).unwrap_or(0));
            (format!("`{keyword}`"), Span::new(declaration.span.source, start, end.min(declaration.span.end)))
        }
    }
}

/// Writes `pick` for one phrase: `pick!(Version(word))` takes the word of `PhraseKind::Version`.
macro_rules! pick {
    ($kind:ident($value:ident)) => {
        |phrase: &'a $crate::syntax::ast::PhraseKind| match phrase {
            $crate::syntax::ast::PhraseKind::$kind($value) => Some($value),
            _ => None,
        }
    };
    ($kind:ident { $($value:ident),+ }) => {
        |phrase: &'a $crate::syntax::ast::PhraseKind| match phrase {
            $crate::syntax::ast::PhraseKind::$kind { $($value),+ } => Some(($($value),+)),
            _ => None,
        }
    };
    ($kind:ident) => {
        |phrase: &'a $crate::syntax::ast::PhraseKind| match phrase {
            $crate::syntax::ast::PhraseKind::$kind => Some(()),
            _ => None,
        }
    };
}
pub(super) use pick;
