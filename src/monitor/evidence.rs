//! What was measured for a rule that fires.

use super::judge::{Came, Scene, TRILLIONTHS_IN_ONE};
use super::sample::Measured;
use super::verdict::Evidence;
use crate::eval::Verdict as Truth;
use crate::ir::{Ir, Metric, MetricId, Name, Part, PartId, Shape, Trigger, Type};
use crate::value::{Instant, Measurement};
use serde::{Deserialize, Serialize};

/// A value that a bad evaluation has read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Sampled {
    pub metric: MetricId,
    pub at: Instant,
    pub value: Measured,
}

impl Evidence {
    pub(super) fn missing(metric: Name) -> Self {
        Self {
            metric,
            sampled_at: None,
            measured: missing(),
            baseline: None,
            threshold: None,
            rise_percent: None,
        }
    }
}

impl Scene<'_> {
    /// The values that the rule reads now.
    pub(super) fn sampled(&self, rule: &Trigger) -> Vec<Sampled> {
        let sampled = |metric: &MetricId| {
            let (at, value) = self.newest(*metric)?;
            Some(Sampled { metric: *metric, at, value })
        };
        rule.reads.iter().filter_map(sampled).collect()
    }

    /// When what the rule finds bad began: the earliest sample, event, last beat or hole that it reads.
    pub(super) fn began(&self, rule: &Trigger, sampled: &[Sampled]) -> Instant {
        let parts = rule.when.iter().filter_map(|part| match part {
            Part::Count(window) => self.count(*window).oldest,
            Part::Silent { metric, .. } => Some(self.silent_since(*metric)),
            Part::Skips { metric } => self.beats(*metric).2.map(|hole| hole.at),
            _ => None,
        });
        sampled.iter().map(|sampled| sampled.at).chain(parts).min().unwrap_or(self.now).max(self.started)
    }

    /// What a rule has measured, for each relation that reads a metric.
    pub(super) fn evidence(&self, rule: &Trigger, sampled: &[Sampled]) -> Vec<Evidence> {
        let newest = |metric: MetricId| {
            let found = sampled.iter().find(|sampled| sampled.metric == metric)?;
            Some((found.at, found.value))
        };
        let mut came = Vec::new();
        self.parts(rule, 0, &newest, &mut came);
        let mut found = Vec::new();
        for part in &rule.when {
            match part {
                Part::Rises { metric, by } | Part::Falls { metric, by } => {
                    let mut evidence = self.measured(*metric, newest(*metric));
                    let baseline = self.baseline(*metric);
                    evidence.baseline = baseline.and_then(|base| {
                        let metric = self.watched.ir.metric(*metric)?;
                        Some(text(self.watched.ir, metric, Measured::Number(base)))
                    });
                    evidence.threshold = Some(format!("{by}%"));
                    if let (Some((_, Measured::Number(value))), Some(baseline)) = (newest(*metric), baseline)
                    {
                        evidence.rise_percent = value.rise_percent(baseline, 2);
                    }
                    found.push(evidence);
                }
                Part::Compare { left, right, .. } | Part::Same { left, right } => {
                    for (side, other) in [(left, right), (right, left)] {
                        let threshold = self.threshold(rule, *side, *other, &came);
                        self.side(rule, *side, &newest, threshold.as_deref(), &mut found);
                    }
                }
                Part::OneOf { left, items } => {
                    let metric = self.a_metric_in(rule, *left);
                    let items: Vec<String> =
                        items.iter().map(|item| self.written(metric, Came::of(Some(item)))).collect();
                    self.side(rule, *left, &newest, Some(&items.join(", ")), &mut found);
                }
                Part::Silent { metric, longer_than } => {
                    let since = self.silent_since(*metric);
                    found.push(Evidence {
                        sampled_at: self.beats(*metric).0.map(|beat| beat.at),
                        measured: self.now.since(since).to_string(),
                        threshold: Some(longer_than.to_string()),
                        ..self.measured(*metric, None)
                    });
                }
                Part::Skips { metric } => {
                    let hole = self.beats(*metric).2;
                    found.push(Evidence {
                        sampled_at: hole.map(|hole| hole.at),
                        measured: hole.map_or_else(missing, |hole| hole.found.to_string()),
                        threshold: hole.map(|hole| hole.before.saturating_add(1).to_string()),
                        ..self.measured(*metric, None)
                    });
                }
                _ => {}
            }
        }
        // A yes/no metric that stands by itself.
        for (index, part) in rule.when.iter().enumerate() {
            if let Part::Newest(metric) = part
                && !rule.when.iter().any(|other| {
                    !matches!(other, Part::All(_) | Part::Any(_) | Part::Not(_))
                        && other.operands().iter().any(|operand| operand.index() == index)
                })
            {
                found.push(self.measured(*metric, newest(*metric)));
            }
        }
        found
    }

    /// Adds what was measured of each metric that stands on one side of a relation.
    fn side(
        &self,
        rule: &Trigger,
        side: PartId,
        newest: &dyn Fn(MetricId) -> Option<(Instant, Measured)>,
        threshold: Option<&str>,
        found: &mut Vec<Evidence>,
    ) {
        let mut todo = vec![side];
        while let Some(id) = todo.pop() {
            let Some(part) = rule.when.get(id.index()) else { continue };
            let threshold = threshold.map(str::to_owned);
            match part {
                Part::Newest(metric) => {
                    found.push(Evidence { threshold, ..self.measured(*metric, newest(*metric)) });
                }
                Part::Count(window) => {
                    let metric = self.rollback.windows.get(window.index()).map(|window| window.metric);
                    let measured = self.count(*window).to_string();
                    found.extend(metric.map(|metric| Evidence {
                        measured,
                        threshold,
                        ..self.measured(metric, None)
                    }));
                }
                Part::Add(left, right) | Part::Subtract(left, right) => todo.extend([*right, *left]),
                _ => {}
            }
        }
    }

    /// What one side of a relation is held against: the other side, if that reads no metric.
    fn threshold(&self, rule: &Trigger, side: PartId, other: PartId, came: &[Came]) -> Option<String> {
        let metric = self.a_metric_in(rule, side)?;
        if self.a_metric_in(rule, other).is_some() {
            return None;
        }
        Some(self.written(Some(metric), came.get(other.index()).copied()?))
    }

    /// A metric that is read on one side of a relation.
    fn a_metric_in(&self, rule: &Trigger, side: PartId) -> Option<MetricId> {
        let mut todo = vec![side];
        while let Some(id) = todo.pop() {
            match rule.when.get(id.index())? {
                Part::Newest(metric) => return Some(*metric),
                Part::Count(window) => {
                    return self.rollback.windows.get(window.index()).map(|window| window.metric);
                }
                part => todo.extend(part.operands()),
            }
        }
        None
    }

    fn measured(&self, id: MetricId, newest: Option<(Instant, Measured)>) -> Evidence {
        let Some(metric) = self.watched.ir.metric(id) else { return Evidence::missing(Name::from("")) };
        let none = Evidence::missing(metric.name.clone());
        match newest {
            Some((at, value)) => {
                Evidence { sampled_at: Some(at), measured: text(self.watched.ir, metric, value), ..none }
            }
            None => none,
        }
    }

    /// A value as the metric's own would be written.
    fn written(&self, metric: Option<MetricId>, came: Came) -> String {
        let Some(metric) = metric.and_then(|id| self.watched.ir.metric(id)) else { return String::new() };
        let value = match came {
            Came::Number(trillionths) => match Measurement::from_trillionths(trillionths) {
                Some(number) => Measured::Number(number),
                // Beyond every measurement: a whole number of the language.
                None => return trillionths.checked_div(TRILLIONTHS_IN_ONE).unwrap_or_default().to_string(),
            },
            Came::Word(word) => Measured::Word(word),
            Came::Truth(truth) => Measured::YesNo(truth == Truth::Yes),
            Came::Unmeasured | Came::Absent => return missing(),
        };
        text(self.watched.ir, metric, value)
    }
}

fn missing() -> String {
    "missing".to_owned()
}

/// A value as rules write it.
fn text(ir: &Ir, metric: &Metric, value: Measured) -> String {
    let ty = match &metric.shape {
        Shape::Gauge { ty, .. } | Shape::Result { ty } | Shape::Probe { ty, .. } => Some(ty),
        Shape::Events { .. } | Shape::Heartbeat { .. } => None,
    };
    match (ty, value) {
        (Some(Type::Percent { .. }), Measured::Number(number)) => format!("{number}%"),
        (_, Measured::Number(number)) => number.to_string(),
        (Some(Type::Enum(of)), Measured::Word(word)) => ir.value_name(*of, word).to_string(),
        (_, Measured::Word(word)) => word.to_string(),
        (_, Measured::YesNo(true)) => "yes".to_owned(),
        (_, Measured::YesNo(false)) => "no".to_owned(),
    }
}
