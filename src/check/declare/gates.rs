//! Gates: what must be shown before a change takes its next step.

use super::names::Kind;
use super::pass::{Pass, pick};
use crate::check::expr::Phase;
use crate::check::typed::{Gate, Require};
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::ast::{Declaration, Head, PhraseKind, Row, Word};

/// The gates, in the order in which a change comes to them.
pub(super) const GATES: [&str; 8] =
    ["submit", "approval", "schedule", "start", "continue", "promote", "review", "close"];

impl<'a> Pass<'a> {
    pub(super) fn gate(&mut self, declaration: &'a Declaration) -> Option<Gate> {
        let Head::Gate { name } = &declaration.head else { return None };
        let known = self.fixed("gate", &GATES, name);
        let mut requires = Vec::new();
        let mut any = false;
        for row in &declaration.rows {
            let PhraseKind::Require { name, title } = &row.lead.kind else { continue };
            any = true;
            requires.extend(self.require(row, name, title));
        }
        if !any && !declaration.damaged {
            self.report(
                Diagnostic::warning(
                    Code::MISSING_ROW,
                    name.span,
                    format!("gate `{}` requires nothing, so it lets every change pass", name.text),
                )
                .help("write a `require`, or delete the gate"),
            );
        }
        Some(Gate { span: declaration.span, requires, name: known? })
    }

    fn require(&mut self, row: &'a Row, name: &Word, title: &Word) -> Option<Require> {
        let title = self.title(title);
        let owner = self.clause(row, pick!(Owner(word)));
        let owner = owner.and_then(|word| self.name(Kind::Role, word));
        let when = self.clause(row, pick!(When(expr)));
        let that = self.clause(row, pick!(That(expr)));
        let code = self.clause(row, pick!(Deny(word)));
        let serves = self.clause(row, pick!(Serves(words)));
        let serves = self.serves(serves.map(Vec::as_slice));
        let (when, that) = self.guarded(when, that?, Phase::Gate);
        Some(Require {
            span: row.span,
            id: name.text.clone(),
            title,
            owner,
            when,
            that,
            serves,
            code: code?.text.clone(),
        })
    }
}

/// Returns the place of a gate in the life of a change.
pub(super) fn order(gate: &Gate) -> usize {
    GATES.iter().position(|known| *known == gate.name).unwrap_or(GATES.len())
}
