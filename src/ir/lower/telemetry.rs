//! Metrics and rollback rules.

use super::*;
use crate::check::typed::{Constant, Expr, ExprKind};
use crate::check::visit;
use crate::value::{Duration, Value};
use std::collections::BTreeSet;

impl<'a> Pass<'a> {
    pub(super) fn telemetry(&mut self, policy: &'a typed::Policy) {
        for metric in &policy.metrics {
            let shape = self.shape(metric);
            self.ir.metrics.push(Metric {
                span: metric.span,
                name: shared(&metric.name),
                title: shared(&metric.title),
                source: metric.from.as_deref().map(shared),
                shape,
            });
        }
        *self.ir.rollback = policy.rollback.as_ref().map(|rollback| self.rollback(rollback));
    }

    fn shape(&mut self, metric: &'a typed::Metric) -> Shape {
        let ty = metric.ty.as_ref().map_or(Type::YesNo, |ty| self.ty(ty));
        // The checker demands an interval of gauges and heartbeats.
        let every = metric.every.unwrap_or(Duration::from_ms(60_000));
        match metric.shape {
            typed::Shape::Gauge => {
                Shape::Gauge { ty, every, over: metric.over, baseline_of: metric.baseline_median_of }
            }
            typed::Shape::Result => Shape::Result { ty },
            typed::Shape::Probe => Shape::Probe { ty, every: metric.every },
            typed::Shape::Events => {
                let facts = match metric.from.as_deref().and_then(|name| self.names.get(name)) {
                    Some(Meaning::Facts(id)) => *id,
                    _ => FactsId(0),
                };
                let distinct = metric.distinct_by.as_deref().and_then(|path| self.slot_named(path));
                let filter = self.maybe(metric.filter.as_ref());
                Shape::Events { facts, distinct: distinct.unwrap_or(SlotId(0)), filter }
            }
            typed::Shape::Heartbeat => Shape::Heartbeat { every, numbered: metric.numbered },
        }
    }

    fn rollback(&mut self, rollback: &'a typed::Rollback) -> Rollback {
        let restore = match rollback.restore.time {
            SpanOfTime::Fixed(time) => time,
            // The checker refuses the others: going back does not wait for working hours.
            _ => Duration::ZERO,
        };
        let mut windows = Vec::new();
        let rules = rollback.rules.iter().map(|rule| self.trigger(rule, &mut windows)).collect();
        Rollback {
            span: rollback.span,
            restore,
            restore_is_strict: rollback.restore.strict,
            restore_code: shared(&rollback.restore_code),
            watch: rollback.watch.as_ref().map(|(from, until)| (shared(from), shared(until))),
            windows,
            rules,
        }
    }

    fn trigger(&mut self, rule: &'a typed::RollbackRule, windows: &mut Vec<Window>) -> Trigger {
        let mut parts = Parts { pass: self, windows, made: Vec::new() };
        parts.condition(&rule.when);
        let when = parts.made;
        let reads = self.metrics_read(&rule.when);
        let no_data = match &rule.no_data {
            typed::NoData::Zero => NoData::Zero,
            typed::NoData::Fires(code) => NoData::Fires(shared(code)),
            typed::NoData::Late { after, fires } => NoData::Late { after: *after, fires: shared(fires) },
            typed::NoData::Inconclusive { evaluations, after, fires } => {
                NoData::Inconclusive { evaluations: *evaluations, after: *after, fires: shared(fires) }
            }
        };
        Trigger {
            span: rule.span,
            id: shared(&rule.id),
            title: shared(&rule.title),
            owner: rule.owner.as_deref().map(shared),
            fires: shared(&rule.fires),
            pace: self.pace(&when, &reads),
            when,
            reads,
            holding: rule.holding,
            armed_during: rule.armed_during.as_deref().and_then(|path| self.slot_named(path)),
            no_data,
            notify: all_shared(&rule.notify),
            serves: all_shared(&rule.serves),
        }
    }

    fn metrics_read(&self, when: &Expr) -> Vec<MetricId> {
        let mut found = BTreeSet::new();
        visit::each(when, &mut |part| {
            found.extend(metric_of(part).and_then(|name| self.ir.metric_by_name(name)))
        });
        found.into_iter().collect()
    }

    /// A rule keeps the pace of the slowest gauge that it reads: a faster one has a value at each of those instants.
    fn pace(&self, when: &[Part], reads: &[MetricId]) -> Pace {
        let shapes = || reads.iter().filter_map(|id| self.ir.metric(*id)).map(|metric| &metric.shape);
        let slowest = shapes().filter_map(|shape| match shape {
            Shape::Gauge { every, .. } => Some(*every),
            _ => None,
        });
        if let Some(every) = slowest.max() {
            return Pace::Every(every);
        }
        let passes = |shape: &Shape| matches!(shape, Shape::Events { .. } | Shape::Heartbeat { .. });
        let asks_the_change = |part: &Part| matches!(part, Part::Holds(_) | Part::Value(_));
        match shapes().any(passes) || when.iter().any(asks_the_change) {
            true => Pace::WholeMinutes,
            false => Pace::Arrivals,
        }
    }
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

fn reads_a_metric(expr: &Expr) -> bool {
    let mut found = false;
    visit::each(expr, &mut |part| found |= metric_of(part).is_some());
    found
}

/// The parts of one rule.
struct Parts<'p, 'a> {
    pass: &'p mut Pass<'a>,
    windows: &'p mut Vec<Window>,
    made: Vec<Part>,
}

impl<'a> Parts<'_, 'a> {
    fn push(&mut self, part: Part) -> PartId {
        let id = PartId(number(self.made.len()));
        self.made.push(part);
        id
    }

    fn metric(&self, name: &str) -> MetricId {
        self.pass.ir.metric_by_name(name).unwrap_or(MetricId(0))
    }

    fn all(&mut self, parts: &'a [Expr]) -> Box<[PartId]> {
        parts.iter().map(|part| self.condition(part)).collect()
    }

    /// Appends what must be yes or no.
    fn condition(&mut self, expr: &'a Expr) -> PartId {
        if !reads_a_metric(expr) {
            let node = self.pass.expr(expr);
            return self.push(Part::Holds(node));
        }
        let part = match &expr.kind {
            ExprKind::And(parts) => Part::All(self.all(parts)),
            ExprKind::Or(parts) => Part::Any(self.all(parts)),
            ExprKind::Not(inner) => Part::Not(self.condition(inner)),
            ExprKind::Compare { op, left, right } => {
                Part::Compare { op: *op, left: self.value(left), right: self.value(right) }
            }
            ExprKind::Equal { left, right } => {
                Part::Same { left: self.value(left), right: self.value(right) }
            }
            ExprKind::OneOf { left, items } => {
                let left = self.value(left);
                Part::OneOf { left, items: items.iter().map(|item| self.constant(item)).collect() }
            }
            ExprKind::Rises { metric, falls: false, by } => {
                Part::Rises { metric: self.metric(metric), by: *by }
            }
            ExprKind::Rises { metric, falls: true, by } => {
                Part::Falls { metric: self.metric(metric), by: *by }
            }
            ExprKind::Silent { metric, longer_than } => {
                Part::Silent { metric: self.metric(metric), longer_than: *longer_than }
            }
            ExprKind::Skips { metric } => Part::Skips { metric: self.metric(metric) },
            // A yes/no metric is a condition by itself.
            ExprKind::Metric(metric) => Part::Newest(self.metric(metric)),
            // Nothing else reads a metric and is a yes or no; `check` refuses it.
            _ => Part::Constant(Value::YesNo(false)),
        };
        self.push(part)
    }

    /// Appends an operand.
    fn value(&mut self, expr: &'a Expr) -> PartId {
        let part = match &expr.kind {
            ExprKind::Constant(constant) => Part::Constant(self.constant(constant)),
            ExprKind::Metric(metric) => Part::Newest(self.metric(metric)),
            ExprKind::Count { metric, window } => {
                let window = Window { metric: self.metric(metric), length: *window };
                let known = self.windows.iter().position(|known| *known == window);
                let index = known.unwrap_or_else(|| {
                    self.windows.push(window);
                    self.windows.len().saturating_sub(1)
                });
                Part::Count(WindowId(number(index)))
            }
            _ if !reads_a_metric(expr) => Part::Value(self.pass.expr(expr)),
            ExprKind::Add(left, right) => Part::Add(self.value(left), self.value(right)),
            ExprKind::Subtract(left, right) => Part::Subtract(self.value(left), self.value(right)),
            // What is left is yes or no: `(a and b) is yes`.
            _ => return self.condition(expr),
        };
        self.push(part)
    }

    fn constant(&self, constant: &Constant) -> Value {
        self.pass.constant(constant).0
    }
}
