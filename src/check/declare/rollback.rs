//! What takes a change back.

use super::pass::{Pass, described, pick};
use crate::check::expr::Phase;
use crate::check::typed::{
    Expr, ExprKind, Limit, Metric, NoData, Rollback, RollbackRule, Shape, SpanOfTime, Type,
};
use crate::check::visit;
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::ast::{self, Declaration, Head, Phrase, PhraseKind, Row, Word};
use crate::text::Span;
use crate::value::Duration;
use std::collections::BTreeSet;

impl<'a> Pass<'a> {
    pub(super) fn rollback(&mut self, declaration: &'a Declaration, metrics: &[Metric]) -> Option<Rollback> {
        if !matches!(declaration.head, Head::Rollback) {
            return None;
        }
        let restore = self.need_row(
            declaration,
            "restore",
            "restore under 15 minutes deny ROLLBACK_FAILED",
            pick!(Restore { limit, deny }),
        );
        let restore = restore.map(|(_, (limit, deny))| (self.restore(limit), deny));
        let deadline = restore.as_ref().and_then(|(limit, _)| limit.as_ref()).and_then(fixed);
        let watch = self.row(&declaration.rows, pick!(Watch { from, until }));
        let watch = watch.and_then(|(_, (from, until))| {
            let (from, until) = (self.milestone(from), self.milestone(until));
            from.zip(until)
        });
        let mut rules = Vec::new();
        let mut any = false;
        for row in &declaration.rows {
            let PhraseKind::Rule { name, title } = &row.lead.kind else { continue };
            any = true;
            rules.extend(self.trigger(row, name, title, metrics, deadline));
        }
        if !any && !declaration.damaged {
            let (what, place) = described(declaration);
            self.report(
                Diagnostic::error(Code::MISSING_ROW, place, format!("{what} has no rule"))
                    .help("write a `rule` that says when a change is taken back"),
            );
        }
        let (limit, code) = restore?;
        Some(Rollback {
            span: declaration.span,
            restore: limit?,
            restore_code: code.text.clone(),
            watch,
            rules,
        })
    }

    fn restore(&mut self, limit: &ast::Limit) -> Option<Limit> {
        let read = self.limit(limit)?;
        if fixed(&read).is_none() {
            self.report(
                Diagnostic::error(
                    Code::DIFFERENT_UNITS,
                    limit.span,
                    "a change is taken back in minutes or hours, at any time of day",
                )
                .help("write a fixed time such as `under 15 minutes`"),
            );
            return None;
        }
        Some(read)
    }

    fn trigger(
        &mut self,
        row: &'a Row,
        name: &'a Word,
        title: &Word,
        metrics: &[Metric],
        deadline: Option<Duration>,
    ) -> Option<RollbackRule> {
        let title = self.title(title);
        if let Some(flag) = row.clauses.iter().find(|clause| matches!(clause.kind, PhraseKind::Flag(_))) {
            self.report(
                Diagnostic::error(Code::MISPLACED_CLAUSE, flag.span, "a rollback rule raises no flag")
                    .help("delete it: `fires` says the code"),
            );
        }
        let fires = self.clause(row, pick!(Fires(word)));
        let when = self.clause(row, pick!(When(expr)));
        let when = when.map(|expr| self.condition(expr, Phase::Monitor));
        let read: Vec<&Metric> = when.iter().flat_map(|when| metrics_of(when, metrics)).collect();
        if let Some(when) = &when {
            self.reads_a_metric(when, &name.text);
        }
        let holding = row.clauses.iter().find(|clause| matches!(clause.kind, PhraseKind::Holding(_)));
        let holding = holding.map_or(Some(1), |clause| self.holding(clause, &name.text, &read, deadline));
        let armed = self.clause(row, pick!(Armed(path)));
        let armed = armed.map(|path| self.period_field(path));
        let no_data = row.clauses.iter().find(|clause| matches!(clause.kind, PhraseKind::NoData(_)));
        let no_data = no_data.and_then(|clause| {
            let no_data = self.no_data(clause)?;
            self.no_data_fits(clause.span, &no_data, when.as_ref(), &read);
            self.no_data_in_time(clause.span, &name.text, &no_data, deadline);
            Some(no_data)
        });
        let owner = self.clause(row, pick!(Owner(word)));
        let notify = self.clause(row, pick!(Notify(words)));
        let serves = self.clause(row, pick!(Serves(words)));
        Some(RollbackRule {
            span: row.span,
            id: name.text.clone(),
            title,
            owner: self.owner(owner),
            notify: self.notify(notify.map(Vec::as_slice)),
            serves: self.serves(serves.map(Vec::as_slice)),
            fires: fires?.text.clone(),
            when: when?,
            holding: holding?,
            armed_during: match armed {
                Some(period) => Some(period?),
                None => None,
            },
            no_data: no_data?,
        })
    }

    /// What no metric can change is no sign that a deployment goes wrong, and has no data that could be missing.
    fn reads_a_metric(&mut self, when: &Expr, rule: &str) {
        let mut reads = false;
        visit::each(when, &mut |part| reads |= metric_of(part).is_some() || part.ty == Type::Damaged);
        if !reads {
            self.report(
                Diagnostic::error(
                    Code::METRIC_SHAPE,
                    when.span,
                    format!("rule `{rule}` reads no metric, so nothing that is measured makes it fire"),
                )
                .help("ask a metric, such as `latency rises by more than 20%`; what must hold before the start is asked by a gate"),
            );
        }
    }

    fn holding(
        &mut self,
        clause: &'a Phrase,
        rule: &str,
        read: &[&Metric],
        deadline: Option<Duration>,
    ) -> Option<u32> {
        let PhraseKind::Holding(literal) = &clause.kind else { return None };
        let count = self.positive("the number of evaluations", &literal.text, literal.span)?;
        if let Some(metric) = read.iter().find(|metric| metric.shape != Shape::Gauge) {
            self.report(
                Diagnostic::error(
                    Code::METRIC_SHAPE,
                    clause.span,
                    format!("`holding` counts evaluations of gauges, and `{}` is none", metric.name),
                )
                .related(metric.span, "declared here")
                .help("delete `holding`"),
            );
            return None;
        }
        let every = read.iter().filter_map(|metric| metric.every).max();
        let window = every.and_then(|every| every.ms().checked_mul(i64::from(count))).map(Duration::from_ms);
        if let (Some(window), Some(deadline)) = (window, deadline)
            && window > deadline
        {
            self.report(
                Diagnostic::warning(
                    Code::ROLLBACK_TOO_SLOW,
                    clause.span,
                    format!("rule `{rule}` fires after {window} of bad values at the earliest"),
                )
                .label(format!("the change must be restored within {deadline}"))
                .help("ask for fewer evaluations, or measure more often"),
            );
        }
        Some(count)
    }

    fn no_data(&mut self, clause: &Phrase) -> Option<NoData> {
        let PhraseKind::NoData(written) = &clause.kind else { return None };
        Some(match written {
            ast::NoData::Zero => NoData::Zero,
            ast::NoData::Fires(code) => NoData::Fires(code.text.clone()),
            ast::NoData::Late { after, fires } => {
                NoData::Late { after: self.duration(after)?, fires: fires.text.clone() }
            }
            ast::NoData::Twice { evaluations, after, fires } => {
                let count = self.positive("the number of evaluations", &evaluations.text, evaluations.span);
                let after = self.duration(after);
                NoData::Inconclusive { evaluations: count?, after: after?, fires: fires.text.clone() }
            }
        })
    }

    /// No data means something else for each shape: for a gauge it is never zero, for events it is always.
    fn no_data_fits(&mut self, span: Span, no_data: &NoData, when: Option<&Expr>, read: &[&Metric]) {
        let silent = when.map(silences).unwrap_or_default();
        for metric in read {
            let (fits, why) = match (metric.shape, no_data) {
                (Shape::Gauge, NoData::Zero) | (Shape::Result | Shape::Probe, NoData::Zero) => {
                    (false, "a measurement that is not there is not zero")
                }
                (Shape::Result | Shape::Probe, NoData::Fires(_)) => {
                    (false, "at the start there is no result yet, so it says until when to wait for one")
                }
                (Shape::Result | Shape::Probe, NoData::Inconclusive { .. }) => {
                    (false, "only gauges are evaluated at intervals")
                }
                (Shape::Events, NoData::Zero) => (true, ""),
                (Shape::Events, _) => (false, "no events is what events look like on a good day"),
                (Shape::Heartbeat, NoData::Zero) if silent.contains(metric.name.as_str()) => {
                    (false, "a heartbeat that stops is what the rule waits for")
                }
                (Shape::Heartbeat, NoData::Inconclusive { .. }) => {
                    (false, "only gauges are evaluated at intervals")
                }
                _ => (true, ""),
            };
            if fits {
                continue;
            }
            let help = match metric.shape {
                Shape::Gauge => {
                    "write `no data after 3 evaluations inconclusive, after 15 minutes fires CODE`"
                }
                Shape::Result | Shape::Probe => "write `no data after 10 minutes fires CODE`",
                Shape::Events => "write `no data means zero`",
                Shape::Heartbeat => "write `no data fires CODE`",
            };
            self.report(
                Diagnostic::error(
                    Code::METRIC_SHAPE,
                    span,
                    format!("`{}` cannot have this answer to missing data: {why}", metric.name),
                )
                .related(metric.span, "declared here")
                .help(help),
            );
            return;
        }
    }

    fn no_data_in_time(&mut self, span: Span, rule: &str, no_data: &NoData, deadline: Option<Duration>) {
        let (NoData::Late { after, .. } | NoData::Inconclusive { after, .. }) = no_data else { return };
        if let Some(deadline) = deadline
            && *after > deadline
        {
            self.report(
                Diagnostic::warning(
                    Code::ROLLBACK_TOO_SLOW,
                    span,
                    format!("rule `{rule}` waits {after} for data"),
                )
                .label(format!("the change must be restored within {deadline}"))
                .help("wait no longer than the deadline"),
            );
        }
    }
}

fn fixed(limit: &Limit) -> Option<Duration> {
    match limit.time {
        SpanOfTime::Fixed(duration) => Some(duration),
        _ => None,
    }
}

fn metrics_of<'m>(expr: &Expr, metrics: &'m [Metric]) -> impl Iterator<Item = &'m Metric> {
    let mut names: BTreeSet<String> = BTreeSet::new();
    visit::each(expr, &mut |part| names.extend(metric_of(part).map(str::to_owned)));
    metrics.iter().filter(move |metric| names.contains(&metric.name))
}

/// The metric that an expression asks itself.
fn metric_of(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::Metric(metric)
        | ExprKind::Rises { metric, .. }
        | ExprKind::Silent { metric, .. }
        | ExprKind::Skips { metric }
        | ExprKind::Count { metric, .. } => Some(metric),
        _ => None,
    }
}

fn silences(expr: &Expr) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    visit::each(expr, &mut |part| {
        if let ExprKind::Silent { metric, .. } = &part.kind {
            names.insert(metric.clone());
        }
    });
    names
}
