//! The catalogue: changes that a board has approved in advance.

use super::names::Kind;
use super::pass::{Pass, pick};
use crate::check::expr::Phase;
use crate::check::typed::{Entry, Guard, Suspend};
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::ast::{Declaration, Head, PhraseKind, Row, Word};

/// The longest history of runs that a request for facts may carry.
const LONGEST_HISTORY: u32 = 10_000;

impl<'a> Pass<'a> {
    pub(super) fn entry(&mut self, declaration: &'a Declaration) -> Option<Entry> {
        let Head::Entry { code, title } = &declaration.head else { return None };
        let title = self.title(title);
        let version = self.row(&declaration.rows, pick!(Version(word)));
        let owner = self.row(&declaration.rows, pick!(Owner(word)));
        let owner = owner.and_then(|(_, word)| self.name(Kind::Role, word));
        let approved = self.row(&declaration.rows, pick!(Approved { by, on }));
        let approved = approved
            .map(|(_, (by, on))| (self.name_of(&[Kind::Board, Kind::Role], &[], by), self.date(on), on.span));
        let valid = self.row(&declaration.rows, pick!(ValidEntry { until, deny }));
        let valid = valid.map(|(_, (until, deny))| (self.date(until), deny.text.clone(), until.span));
        if let (Some((_, Some(on), on_span)), Some((Some(until), _, until_span))) = (&approved, &valid)
            && until <= on
        {
            self.report(
                Diagnostic::error(
                    Code::EMPTY_RANGE,
                    *until_span,
                    format!("entry `{}` ends on {until}, and is approved only on {on}", code.text),
                )
                .related(*on_span, "approved here"),
            );
        }
        let suspend = self.row(&declaration.rows, pick!(Suspend { below, last, deny }));
        let suspend = suspend.and_then(|(_, (below, last, deny))| {
            let below = self.share(below, 100);
            let last = self.positive("the number of runs", &last.text, last.span);
            let last = last.map(|last| last.min(LONGEST_HISTORY));
            Some(Suspend { below: below?, last: last?, code: deny.text.clone() })
        });
        let runbook = self.row(&declaration.rows, pick!(Runbook(word)));
        let affects = self.need_row(declaration, "affects", "affects none", pick!(Affects(words)));
        let applies = self.row(&declaration.rows, pick!(For(expr)));
        let applies = applies.map(|(_, expr)| self.condition(expr, Phase::Catalogue));
        let guards = self.guards(declaration, code);
        let ((approved_by, approved_on, _), (valid_until, expired_code, _)) = (approved?, valid?);
        Some(Entry {
            span: declaration.span,
            code: code.text.clone(),
            title,
            owner,
            suspend,
            runbook: runbook.map(|(_, word)| word.text.clone()),
            affects: self.list(&[Kind::Regime], &[], affects.map_or(&[], |(_, words)| words.as_slice())),
            guards,
            version: version?.1.text.clone(),
            approved_by: approved_by?,
            approved_on: approved_on?,
            valid_until: valid_until?,
            expired_code,
            applies: applies?,
        })
    }

    fn guards(&mut self, declaration: &'a Declaration, code: &Word) -> Vec<Guard> {
        let mut guards = Vec::new();
        let mut seen: Vec<&'a Word> = Vec::new();
        for row in &declaration.rows {
            let PhraseKind::Guard { name, title } = &row.lead.kind else { continue };
            if let Some(first) = seen.iter().find(|earlier| earlier.text == name.text) {
                self.report(
                    Diagnostic::error(
                        Code::DUPLICATE_NAME,
                        name.span,
                        format!("guard `{}` is declared twice", name.text),
                    )
                    .related(first.span, "first declared here")
                    .help("give one of them another name"),
                );
            }
            seen.push(name);
            guards.extend(self.guard(row, name, title));
        }
        if seen.is_empty() && !declaration.damaged {
            self.report(
                Diagnostic::warning(
                    Code::ENTRY_WITHOUT_GUARDS,
                    code.span,
                    format!("entry `{}` has no `guard`", code.text),
                )
                .help("say what must hold for the approval to cover a change, beyond what `for` says"),
            );
        }
        guards
    }

    fn guard(&mut self, row: &'a Row, name: &Word, title: &Word) -> Option<Guard> {
        let title = self.title(title);
        let when = self.clause(row, pick!(When(expr)));
        let that = self.clause(row, pick!(That(expr)))?;
        let (when, that) = self.guarded(when, that, Phase::Catalogue);
        Some(Guard { span: row.span, id: name.text.clone(), title, when, that })
    }

    /// An entry covers a request that names it: so some field must be there to name it.
    pub(super) fn entries_can_be_named(&mut self, first: &'a Declaration) {
        let Head::Entry { code, .. } = &first.head else { return };
        if self.symbols.template_field().is_none() && !self.symbols.open {
            self.report(
                Diagnostic::error(
                    Code::MISSING_ROW,
                    code.span,
                    format!(
                        "no request can name entry `{}`: `request` has no field of type `Template`",
                        code.text
                    ),
                )
                .help("write `field template \"Catalogue entry\" : Template optional` in `request`"),
            );
        }
    }
}
