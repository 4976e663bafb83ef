//! Metrics by name and number, the nodes that only they read, and whether all of it can be walked.

use super::{Metric, MetricId, NoData, Pace, Part, Shape, Trigger};
use crate::ir::{Ir, Node, NodeId, operands};
use crate::value::Duration;
use std::collections::BTreeSet;

impl Ir {
    /// Returns the metric with this name, if there is one.
    pub fn metric_by_name(&self, name: &str) -> Option<MetricId> {
        let index = self.metrics.iter().position(|metric| &*metric.name == name)?;
        u32::try_from(index).ok().map(MetricId)
    }

    /// Returns the metric.
    pub fn metric(&self, id: MetricId) -> Option<&Metric> {
        self.metrics.get(id.index())
    }
}

/// Returns the nodes that only metrics and rollback rules read, so that no decision looks at them. What a `let` stands for
/// is not among them.
pub fn telemetry_nodes(ir: &Ir) -> BTreeSet<NodeId> {
    let filters = ir.metrics.iter().filter_map(|metric| match metric.shape {
        Shape::Events { filter, .. } => filter,
        _ => None,
    });
    let parts = ir.rollback.iter().flat_map(|rollback| &rollback.rules).flat_map(|rule| &rule.when);
    let judged = parts.filter_map(|part| match part {
        Part::Holds(node) | Part::Value(node) => Some(*node),
        _ => None,
    });
    let mut todo: Vec<NodeId> = filters.chain(judged).collect();
    let mut found = BTreeSet::new();
    while let Some(id) = todo.pop() {
        if found.insert(id) && !matches!(ir.node(id), Node::Let(_)) {
            todo.extend(operands(ir, id));
        }
    }
    found
}

/// Whether the monitor can walk what was read from bytes: see the top of `telemetry.rs`.
pub(in crate::ir) fn is_sound(ir: &Ir) -> bool {
    let lasts = |time: Duration| time.ms() > 0;
    let of_shape =
        |id: MetricId, fits: fn(&Shape) -> bool| ir.metric(id).is_some_and(|metric| fits(&metric.shape));
    let metrics = ir.metrics.iter().all(|metric| match &metric.shape {
        Shape::Gauge { every, baseline_of, .. } => lasts(*every) && baseline_of.is_none_or(lasts),
        Shape::Heartbeat { every, .. } => lasts(*every),
        Shape::Probe { every, .. } => every.is_none_or(lasts),
        Shape::Events { facts, distinct, .. } => {
            ir.facts.get(facts.index()).is_some_and(|group| group.slots.contains(distinct))
        }
        Shape::Result { .. } => true,
    });
    let Some(rollback) = ir.rollback.as_ref() else { return metrics };
    let windows = rollback.windows.iter().all(|window| {
        lasts(window.length) && of_shape(window.metric, |shape| matches!(shape, Shape::Events { .. }))
    });
    let part = |at: usize, part: &Part| {
        let fits = match part {
            Part::Newest(metric) => of_shape(*metric, |shape| {
                matches!(shape, Shape::Gauge { .. } | Shape::Result { .. } | Shape::Probe { .. })
            }),
            Part::Rises { metric, .. } | Part::Falls { metric, .. } => {
                of_shape(*metric, |shape| matches!(shape, Shape::Gauge { baseline_of: Some(_), .. }))
            }
            Part::Silent { metric, .. } | Part::Skips { metric } => {
                of_shape(*metric, |shape| matches!(shape, Shape::Heartbeat { .. }))
            }
            Part::Count(window) => window.index() < rollback.windows.len(),
            _ => true,
        };
        fits && part.operands().iter().all(|operand| operand.index() < at)
    };
    let rule = |rule: &Trigger| {
        let pace = match rule.pace {
            Pace::Every(every) => lasts(every),
            Pace::WholeMinutes | Pace::Arrivals => true,
        };
        let waits = match &rule.no_data {
            NoData::Zero | NoData::Fires(_) => true,
            NoData::Late { after, .. } => after.ms() >= 0,
            NoData::Inconclusive { evaluations, after, .. } => *evaluations > 0 && after.ms() >= 0,
        };
        let reads = rule.reads.iter().all(|metric| ir.metric(*metric).is_some());
        let parts = !rule.when.is_empty() && rule.when.iter().enumerate().all(|(at, found)| part(at, found));
        pace && waits && reads && parts && rule.holding > 0
    };
    metrics && windows && rollback.restore.ms() >= 0 && rollback.rules.iter().all(rule)
}
