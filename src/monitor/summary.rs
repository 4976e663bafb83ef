//! Where a deployment stands, for gates and for people.

use super::Monitor;
use super::standing::{Level, Standing};
use super::verdict::RemarkKind;
use crate::ir::{Ir, Name, NoData, Pace, Trigger};
use crate::value::Instant;
use serde::{Deserialize, Serialize};

/// What came of watching, up to an instant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// Up to when everything is judged.
    pub at: Instant,
    /// Over all rules.
    pub outcome: Outcome,
    /// Over the rules that read gauges, all rules where none does: the fact `verification.metrics`.
    pub metrics: Outcome,
    /// Whether any rule ever had a valid measurement. Without one nothing is ever passed (D-15).
    pub measured: bool,
    /// The rules that cannot judge for want of data, which block a promotion (P-09).
    pub inconclusive: Vec<Name>,
    /// The rules, in the policy's order.
    pub rules: Vec<RuleSummary>,
    /// What was wrong with samples since the start, by metric.
    pub remarks: Vec<MetricRemarks>,
}

/// Passed, failed, or not to be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Everything that must be measured was, and nothing fired.
    Passed,
    /// A rule fired.
    Failed,
    /// Something was never measured, or cannot be judged now: not run is not passed.
    Skipped,
}

/// Where one rule stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleSummary {
    /// The rule.
    pub rule: Name,
    /// Its state now.
    pub state: RuleState,
    /// How many evaluations in a row were bad up to now.
    pub bad: u32,
    /// How often it fired.
    pub fired: u32,
    /// Whether it ever had a valid measurement.
    pub measured: bool,
}

/// The state of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleState {
    /// It has not fired, or things have been well again since.
    Passing,
    /// It fired, or alerted, and things have not been well since.
    Breached,
    /// It cannot judge for want of data.
    Inconclusive,
    /// Nothing was ever measured for it, and something must be.
    Unmeasured,
}

/// What was wrong with samples of a metric.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MetricRemarks {
    /// The metric.
    pub metric: Name,
    /// What about them.
    pub kind: RemarkKind,
    /// How many there were.
    pub count: u64,
}

/// Returns where everything stands at the instant up to which it was observed.
pub(super) fn summary(monitor: &Monitor, ir: &Ir) -> Summary {
    let rules = || {
        let declared = ir.rollback.iter().flat_map(|rollback| &rollback.rules);
        declared.zip(&monitor.rules)
    };
    let reads_gauges = |(rule, _): &(&Trigger, &Standing)| matches!(rule.pace, Pace::Every(_));
    let measured = rules().any(|(_, standing)| standing.measured);
    let outcome = outcome(rules(), measured);
    let metrics = if rules().any(|rule| reads_gauges(&rule)) {
        self::outcome(rules().filter(reads_gauges), measured)
    } else {
        outcome
    };
    let inconclusive = rules().filter(|(_, standing)| standing.inconclusive.is_some());
    let remarks = ir.metrics.iter().zip(&monitor.signals).flat_map(|(metric, signal)| {
        let remark = |(kind, count): (&RemarkKind, &u64)| MetricRemarks {
            metric: metric.name.clone(),
            kind: *kind,
            count: *count,
        };
        signal.remarks.iter().map(remark)
    });
    Summary {
        at: monitor.seen,
        outcome,
        metrics,
        measured,
        inconclusive: inconclusive.map(|(rule, _)| rule.id.clone()).collect(),
        rules: rules().map(|(rule, standing)| of_rule(rule, standing)).collect(),
        remarks: remarks.collect(),
    }
}

fn outcome<'a>(rules: impl Iterator<Item = (&'a Trigger, &'a Standing)>, measured: bool) -> Outcome {
    let mut outcome = if measured { Outcome::Passed } else { Outcome::Skipped };
    for (rule, standing) in rules {
        if standing.fired > 0 {
            return Outcome::Failed;
        }
        if standing.inconclusive.is_some() || is_unmeasured(rule, standing) {
            outcome = Outcome::Skipped;
        }
    }
    outcome
}

/// Whether a rule waits for its first measurement. Where no data mean zero there is nothing to wait for.
fn is_unmeasured(rule: &Trigger, standing: &Standing) -> bool {
    rule.no_data != NoData::Zero && !standing.measured
}

fn of_rule(rule: &Trigger, standing: &Standing) -> RuleSummary {
    let state = match (standing.level, standing.inconclusive) {
        (Level::Alerted | Level::Fired, _) => RuleState::Breached,
        (Level::Calm, Some(_)) => RuleState::Inconclusive,
        (Level::Calm, None) if is_unmeasured(rule, standing) => RuleState::Unmeasured,
        (Level::Calm, None) => RuleState::Passing,
    };
    let Standing { bad, fired, measured, .. } = *standing;
    RuleSummary { rule: rule.id.clone(), state, bad, fired, measured }
}
