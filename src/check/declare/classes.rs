//! Classes of change, and the exceptions that lead round a rule.

use super::names::Kind;
use super::pass::{MILESTONES, PSEUDO_ROLES, Pass, pick};
use crate::check::expr::Phase;
use crate::check::typed::{Alert, Class, ClassRisk, Due, Exception, Limit, Review, SpanOfTime};
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::ast::{Declaration, Head, Literal, PhraseKind, Word};
use crate::text::Span;
use crate::value::Fixed;

/// The states in which the clock of a service level may stand still.
const PAUSING_STATES: [&str; 1] = ["needs_info"];

/// Alerts may go on after the deadline, up to ten times its length.
const LATEST_ALERT_PERCENT: i64 = 1_000;

impl<'a> Pass<'a> {
    pub(super) fn class(&mut self, declaration: &'a Declaration) -> Option<Class> {
        let Head::Class { name, title } = &declaration.head else { return None };
        let title = self.title(title);
        let risk = self.row(&declaration.rows, pick!(Risk { level, at_least }));
        let risk = risk.and_then(|(_, (level, at_least))| self.class_risk(level, at_least.as_ref()));
        let due = self.row(&declaration.rows, pick!(Due { limit, from, to }));
        let has_due = due.is_some() || declaration.damaged;
        let due = due.and_then(|(row, (limit, from, to))| self.due(row.span, limit, from, to));
        let pauses = self.one_row(&declaration.rows, "pauses", pick!(Pauses(word)));
        let review = self.one_row(&declaration.rows, "review", pick!(Review { by, limit, after, deny }));
        let mut alerts = Vec::new();
        for row in &declaration.rows {
            if let PhraseKind::Alert { at, to } = &row.lead.kind {
                self.needs_due(has_due, "alert", row.span, &name.text);
                alerts.extend(self.alert(at, to));
            }
        }
        if let Some((row, _)) = pauses {
            self.needs_due(has_due, "pauses", row.span, &name.text);
        }
        Some(Class {
            span: declaration.span,
            name: name.text.clone(),
            title,
            due,
            pauses_while: pauses.and_then(|(_, word)| self.fixed("state", &PAUSING_STATES, word)),
            alerts,
            review: review.and_then(|(_, (by, limit, after, deny))| self.review(by, limit, after, deny)),
            risk: risk?,
        })
    }

    fn class_risk(&mut self, level: &'a Word, at_least: Option<&'a Word>) -> Option<ClassRisk> {
        let assessed = self.symbols.score.as_ref().map_or("assessed", |(name, _)| name);
        if level.text != assessed && level.text != "assessed" {
            if let Some(least) = at_least {
                self.report(
                    Diagnostic::error(
                        Code::IMPOSSIBLE_RISK,
                        level.span.to(least.span),
                        format!("`{}` is one level, so `at least` adds nothing", level.text),
                    )
                    .help(format!("write `risk {}` or `risk assessed at least {}`", level.text, least.text)),
                );
                return None;
            }
            return self.level(level).map(ClassRisk::Fixed);
        }
        if self.symbols.score.is_none() {
            self.report(
                Diagnostic::error(
                    Code::MISSING_DECLARATION,
                    level.span,
                    "the risk is `assessed`, and the policy has no `score` that assesses it",
                )
                .help("declare `score assessed : Level { .. }`, or fix the risk of the class"),
            );
            return None;
        }
        match at_least {
            None => Some(ClassRisk::Assessed),
            Some(least) => self.level(least).map(ClassRisk::AssessedAtLeast),
        }
    }

    fn needs_due(&mut self, has_due: bool, word: &str, span: Span, class: &str) {
        if !has_due {
            self.report(
                Diagnostic::error(
                    Code::MISSING_ROW,
                    span,
                    format!("`{word}` speaks of a deadline, and class `{class}` has no `due`"),
                )
                .help("write `due within 3 days from submitted to decided`"),
            );
        }
    }

    fn due(&mut self, span: Span, limit: &crate::syntax::ast::Limit, from: &Word, to: &Word) -> Option<Due> {
        let limit = self.limit(limit);
        let (start, end) = (self.milestone(from), self.milestone(to));
        let (start, end) = (start?, end?);
        let reached = |milestone: &str| MILESTONES.iter().position(|known| *known == milestone);
        if reached(&start) >= reached(&end) {
            self.report(
                Diagnostic::error(
                    Code::EMPTY_RANGE,
                    span,
                    format!("a change is never `{start}` before it is `{end}`"),
                )
                .help(format!("their order is {}", MILESTONES.join(", "))),
            );
            return None;
        }
        Some(Due { limit: limit?, from: start, to: end })
    }

    fn alert(&mut self, at: &[Literal], to: &'a [Word]) -> Option<Alert> {
        let mut shares: Vec<Fixed> = Vec::new();
        for literal in at {
            let Some(share) = self.share(literal, LATEST_ALERT_PERCENT) else { continue };
            if shares.last().is_some_and(|before| *before >= share) {
                self.report(
                    Diagnostic::error(
                        Code::STEPS_NOT_ASCENDING,
                        literal.span,
                        format!("`{}%` does not come after the alert before it", literal.text),
                    )
                    .help("write the alerts in the order of time"),
                );
            }
            shares.push(share);
        }
        let receivers = self.list(&[Kind::Role], &PSEUDO_ROLES, to);
        (!shares.is_empty()).then_some(Alert { at: shares, to: receivers })
    }

    fn review(
        &mut self,
        by: &'a Word,
        limit: &crate::syntax::ast::Limit,
        after: &Word,
        deny: &Word,
    ) -> Option<Review> {
        let by = self.name_of(&[Kind::Board, Kind::Role], &[], by);
        let limit = self.limit(limit);
        let after = self.milestone(after);
        Some(Review { by: by?, limit: limit?, after: after?, code: deny.text.clone() })
    }

    pub(super) fn exception(&mut self, declaration: &'a Declaration) -> Option<Exception> {
        let Head::Exception { name, title } = &declaration.head else { return None };
        let title = self.title(title);
        let allowed = self.row(&declaration.rows, pick!(Allowed(expr)));
        let allowed = allowed.map(|(_, expr)| self.condition(expr, Phase::Obligations));
        let accept = self.row(&declaration.rows, pick!(Accept { by, deny }));
        let accept =
            accept.and_then(|(row, (by, deny))| Some((self.approver(by, row.span)?, deny.text.clone())));
        let becomes = self.row(&declaration.rows, pick!(Becomes(word)));
        let becomes = becomes.and_then(|(_, word)| self.name(Kind::Class, word));
        let flag = self.need_row(
            declaration,
            "flag",
            &format!("flag {}", name.text.to_ascii_uppercase()),
            pick!(Flag(word)),
        );
        let notify = self.row(&declaration.rows, pick!(Notify(words)));
        let serves = self.row(&declaration.rows, pick!(Serves(words)));
        let review = self.need_row(
            declaration,
            "review",
            "review by cab within 2 days after implemented deny REVIEW_REQUIRED",
            pick!(Review { by, limit, after, deny }),
        );
        let review = review.and_then(|(_, (by, limit, after, deny))| self.review(by, limit, after, deny));
        Some(Exception {
            span: declaration.span,
            name: name.text.clone(),
            title,
            accept,
            becomes,
            notify: self.notify(notify.map(|(_, words)| words.as_slice())),
            serves: self.serves(serves.map(|(_, words)| words.as_slice())),
            flag: flag?.1.text.clone(),
            allowed: allowed?,
            review: review?,
        })
    }

    /// Business time is of the calendar that `policy` chooses for a request.
    pub(super) fn calendars_are_chosen(
        &mut self,
        classes: &[Class],
        exceptions: &[Exception],
        choices: usize,
    ) {
        if choices > 0 {
            return;
        }
        let of_class = classes.iter().find(|class| {
            let due = class.due.iter().map(|due| &due.limit);
            due.chain(class.review.iter().map(|review| &review.limit)).any(in_business_time)
        });
        let of_exception = exceptions.iter().find(|exception| in_business_time(&exception.review.limit));
        let (what, span) = match (of_class, of_exception) {
            (Some(class), _) => (format!("class `{}`", class.name), class.span),
            (None, Some(exception)) => (format!("exception `{}`", exception.name), exception.span),
            (None, None) => return,
        };
        self.report(
            Diagnostic::error(
                Code::MISSING_ROW,
                span,
                format!("{what} counts business time, and `policy` chooses no calendar"),
            )
            .help("write `calendar CODE otherwise` in `policy`"),
        );
    }
}

fn in_business_time(limit: &Limit) -> bool {
    matches!(limit.time, SpanOfTime::BusinessDays(_) | SpanOfTime::BusinessTime(_))
}
