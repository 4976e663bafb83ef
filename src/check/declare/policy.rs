//! The policy itself, its switches, and the regimes it serves.

use super::names::Kind;
use super::pass::{Pass, pick};
use super::zone;
use crate::check::expr::Phase;
use crate::check::typed::{CalendarChoice, Regime, Retain, Switch, Type};
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::ast::{Declaration, Head, PathExpr, Phrase, PhraseKind, Row, Word};

/// The edition of the language that this version knows.
const EDITION: u32 = 2026;

/// What `policy CODE "Title" { .. }` says.
pub(super) struct Identity {
    pub edition: u32,
    pub code: String,
    pub title: String,
    pub version: Option<String>,
    pub owner: Option<String>,
    pub zone: Option<String>,
    pub calendar_choices: Vec<CalendarChoice>,
    pub retains: Vec<Retain>,
    pub placeholders: Vec<String>,
    pub touches: Option<String>,
}

impl<'a> Pass<'a> {
    pub(super) fn policy(&mut self, declaration: &'a Declaration) -> Option<Identity> {
        let Head::Policy { code, title } = &declaration.head else { return None };
        let title = self.title(title);
        let version = self.row(&declaration.rows, pick!(Version(word)));
        if let Some((_, word)) = version
            && word.text.trim().is_empty()
        {
            self.error(Code::MISSING_ROW, word.span, "the version is empty");
        }
        let edition = self.row(&declaration.rows, pick!(Edition(word)));
        let owner = self.row(&declaration.rows, pick!(Owner(word)));
        let written_zone = self.row(&declaration.rows, pick!(Zone(word)));
        let placeholders = self.row(&declaration.rows, pick!(Placeholders(words)));
        let touches = self.one_row(&declaration.rows, "touches", pick!(Touches(path)));
        Some(Identity {
            edition: edition.map_or(EDITION, |(_, word)| self.edition(word)),
            code: code.text.clone(),
            title,
            version: version.map(|(_, word)| word.text.clone()),
            owner: owner.and_then(|(_, word)| self.name(Kind::Role, word)),
            zone: written_zone.and_then(|(_, word)| zone::known(self, word)),
            calendar_choices: self.calendar_choices(declaration),
            retains: declaration.rows.iter().filter_map(|row| self.retain(row)).collect(),
            placeholders: placeholders.map_or_else(Vec::new, |(_, words)| self.placeholders(words)),
            touches: touches.and_then(|(_, path)| self.touches(path)),
        })
    }

    fn edition(&mut self, word: &Word) -> u32 {
        if word.text != EDITION.to_string() {
            let message = format!("edition `{}` is not known", word.text);
            self.report(Diagnostic::error(Code::UNKNOWN_EDITION, word.span, message).help_edit(
                format!("write `{EDITION}`"),
                word.span,
                EDITION.to_string(),
            ));
        }
        EDITION
    }

    /// The first choice whose condition holds counts, so the last must hold always.
    fn calendar_choices(&mut self, declaration: &'a Declaration) -> Vec<CalendarChoice> {
        let rows: Vec<(&'a Row, &'a Word)> = declaration
            .rows
            .iter()
            .filter_map(|row| match &row.lead.kind {
                PhraseKind::Calendar(code) => Some((row, code)),
                _ => None,
            })
            .collect();
        let mut choices = Vec::new();
        let last = rows.len();
        for (number, (row, code)) in (1..).zip(&rows) {
            let when = self.clause(row, pick!(When(expr)));
            let otherwise = self.clause(row, pick!(Otherwise)).is_some();
            if number == last && !otherwise && !row.damaged {
                self.report(
                    Diagnostic::error(Code::MISSING_OTHERWISE, row.span, "some request may have no calendar")
                        .help(format!("end with `calendar {} otherwise`", code.text)),
                );
            } else if number < last && otherwise {
                self.report(
                    Diagnostic::error(
                        Code::MISPLACED_ROW,
                        row.span,
                        "`otherwise` hides the calendars after it",
                    )
                    .help("move it behind them"),
                );
            } else if number < last && when.is_none() && !row.damaged {
                self.report(
                    Diagnostic::error(
                        Code::MISSING_CLAUSE,
                        row.span,
                        format!("calendar `{}` does not say when it counts", code.text),
                    )
                    .help("write `when` and a condition, or `otherwise`"),
                );
            }
            let when = when.map(|expr| self.condition(expr, Phase::Obligations));
            if let Some(calendar) = self.name(Kind::Calendar, code) {
                choices.push(CalendarChoice { calendar, when });
            }
        }
        choices
    }

    fn retain(&mut self, row: &'a Row) -> Option<Retain> {
        let PhraseKind::Retain { span, after } = &row.lead.kind else { return None };
        let time = self.span_of_time(span);
        let after = self.milestone(after);
        let when = self.clause(row, pick!(When(expr)));
        let when = when.map(|expr| self.condition(expr, Phase::Obligations));
        Some(Retain { span: row.span, time: time?, after: after?, when })
    }

    fn placeholders(&mut self, words: &[Word]) -> Vec<String> {
        for word in words {
            if word.text.trim().is_empty() {
                self.report(
                    Diagnostic::error(
                        Code::OUT_OF_RANGE,
                        word.span,
                        "a placeholder has at least one character",
                    )
                    .help("an empty text is never accepted anyway"),
                );
            }
        }
        self.distinct(words);
        words.iter().map(|word| word.text.clone()).collect()
    }

    fn touches(&mut self, path: &PathExpr) -> Option<String> {
        let field = self.field(path)?;
        if !matches!(field.ty, Type::Set(_) | Type::Damaged) || field.facts.is_some() {
            self.report(
                Diagnostic::error(
                    Code::WRONG_TYPE,
                    path.span,
                    format!("`touches` names a set of the request, and `{}` is none", field.path),
                )
                .help("name a field such as `field controls \"Controls\" : set of Control`"),
            );
            return None;
        }
        Some(field.path.clone())
    }

    pub(super) fn switch(&mut self, declaration: &Declaration) -> Option<Switch> {
        let Head::Switch { name, title, on } = &declaration.head else { return None };
        Some(Switch { span: declaration.span, name: name.text.clone(), title: self.title(title), on: *on })
    }

    pub(super) fn regime(&mut self, declaration: &'a Declaration) -> Option<Regime> {
        let Head::Regime { code, title } = &declaration.head else { return None };
        let title = self.title(title);
        let mut clauses = Vec::new();
        for row in &declaration.rows {
            if let Phrase { kind: PhraseKind::Clause { code, title }, .. } = &row.lead {
                clauses.push((code.text.clone(), self.title(title)));
            }
        }
        if clauses.is_empty() && !declaration.damaged {
            self.report(
                Diagnostic::error(
                    Code::MISSING_ROW,
                    code.span,
                    format!("regime `{}` has no `clause`", code.text),
                )
                .help("name the clauses of it that rules serve, such as `clause SOX-404 \"Section 404\"`"),
            );
        }
        let applies = self.row(&declaration.rows, pick!(Applies(expr)));
        let applies = applies.map(|(_, expr)| self.condition(expr, Phase::Obligations));
        Some(Regime { span: declaration.span, code: code.text.clone(), title, clauses, applies: applies? })
    }
}
