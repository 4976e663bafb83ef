//! The decision tables `scope`, `classify` and `route`.

use super::names::Kind;
use super::pass::{Pass, pick};
use crate::check::expr::Phase;
use crate::check::typed::{Outcome, Rule, Table};
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::ast::{Declaration, Head, HitPolicy, PhraseKind, Row, Word};

/// Which table a rule stands in; it decides what rules give.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Gives {
    Scope,
    Class,
    Route,
}

impl Gives {
    fn example(self) -> &'static str {
        match self {
            Gives::Scope => "gives in_scope",
            Gives::Class => "gives normal",
            Gives::Route => "approve by board cab",
        }
    }
}

impl<'a> Pass<'a> {
    /// Returns a table; `None` if the declaration is of another kind.
    pub(super) fn table(&mut self, declaration: &'a Declaration) -> Option<Table> {
        let (hit, gives, phase) = match &declaration.head {
            Head::Scope { hit } => (hit, Gives::Scope, Phase::Scope),
            Head::Classify { hit } => (hit, Gives::Class, Phase::Classify),
            Head::Route { hit } => (hit, Gives::Route, Phase::Route),
            _ => return None,
        };
        let mut rules = Vec::new();
        let mut otherwise: Option<(&'a Row, Option<Rule>)> = None;
        let mut any = false;
        for row in &declaration.rows {
            match &row.lead.kind {
                PhraseKind::Rule { name, title } => {
                    any = true;
                    if let Some((first, _)) = &otherwise {
                        self.after_otherwise(*hit, row, first);
                    }
                    rules.extend(self.rule(row, name, title, gives, phase));
                }
                PhraseKind::OtherwiseRule { name, title } => {
                    any = true;
                    if otherwise.is_none() {
                        otherwise = Some((row, self.outcome_rule(row, name, title, gives)));
                    }
                }
                _ => {}
            }
        }
        let (what, place) = super::pass::described(declaration);
        if !any && !declaration.damaged {
            self.report(
                Diagnostic::error(Code::MISSING_ROW, place, format!("{what} has no rule"))
                    .help(format!("write `otherwise usual \"..\" {}`", gives.example())),
            );
        } else if otherwise.is_none() && *hit == HitPolicy::First && !declaration.damaged {
            self.report(
                Diagnostic::error(
                    Code::MISSING_OTHERWISE,
                    place,
                    format!("no rule of {what} holds for some requests"),
                )
                .help(format!("end it with `otherwise usual \"..\" {}`", gives.example())),
            );
        }
        Some(Table {
            span: declaration.span,
            unique: *hit == HitPolicy::Unique,
            rules,
            otherwise: otherwise.and_then(|(_, rule)| rule),
        })
    }

    /// In a `first` table a rule after `otherwise` reads as if it could never hold.
    fn after_otherwise(&mut self, hit: HitPolicy, row: &Row, otherwise: &Row) {
        if hit == HitPolicy::First {
            self.report(
                Diagnostic::error(Code::MISPLACED_ROW, row.lead.span, "a rule stands behind `otherwise`")
                    .related(otherwise.lead.span, "`otherwise` holds when nothing else does")
                    .help("move it before `otherwise`"),
            );
        }
    }

    fn rule(
        &mut self,
        row: &'a Row,
        name: &'a Word,
        title: &Word,
        gives: Gives,
        phase: Phase,
    ) -> Option<Rule> {
        let when = self.clause(row, pick!(When(expr)));
        let when = when.map(|expr| self.condition(expr, phase));
        let rule = self.outcome_rule(row, name, title, gives);
        Some(Rule { when: Some(when?), ..rule? })
    }

    fn outcome_rule(&mut self, row: &'a Row, name: &'a Word, title: &Word, gives: Gives) -> Option<Rule> {
        let title = self.title(title);
        let outcome = match gives {
            Gives::Route => {
                let by = self.clause(row, pick!(Approve(approver)));
                by.and_then(|by| self.approver(by, row.lead.span)).map(Outcome::Approve)
            }
            _ => {
                let word = self.clause(row, pick!(Gives(word)));
                word.and_then(|word| self.gives(word, gives))
            }
        };
        let flag = self.flag(row);
        let owner = self.clause(row, pick!(Owner(word)));
        let serves = self.clause(row, pick!(Serves(words)));
        let notify = self.clause(row, pick!(Notify(words)));
        Some(Rule {
            span: row.span,
            id: name.text.clone(),
            title,
            owner: owner.and_then(|word| self.name(Kind::Role, word)),
            when: None,
            flag,
            serves: self.serves(serves.map(Vec::as_slice)),
            notify: self.notify(notify.map(Vec::as_slice)),
            gives: outcome?,
        })
    }

    fn gives(&mut self, word: &'a Word, gives: Gives) -> Option<Outcome> {
        if gives == Gives::Class {
            return self.name(Kind::Class, word).map(Outcome::Class);
        }
        match self.fixed("outcome", &["in_scope", "out_of_scope"], word)?.as_str() {
            "in_scope" => Some(Outcome::InScope),
            _ => Some(Outcome::OutOfScope),
        }
    }
}
