//! Whether a state that comes back is one that this policy's monitor can have been in.
//!
//! A host keeps the state between calls. What it gives back may be another policy's, or damaged: nothing in it is believed
//! before it was looked at, so that no walk over it meets what it does not know.

use super::Monitor;
use super::evidence::Sampled;
use super::sample::Measured;
use super::signal::{Kept, Signal};
use super::standing::{MOST_SHOWN, Standing};
use crate::ir::{Ir, Metric, Rollback, Shape, Trigger, Type};
use crate::value::{Duration, Instant};

/// Most of anything that is counted since the start: nobody counts so far, and a sum with the samples of a call stays a
/// whole number in every JSON.
const MOST_COUNTS: u64 = 1_000_000_000_000_000;

/// Why a state cannot be gone on with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// It belongs to another policy.
    #[error("the monitor was armed with another policy")]
    AnotherPolicy,
    /// It is none that a monitor of this policy can be in.
    #[error("`{part}` is none that a monitor of this policy can have")]
    Damaged {
        /// The member that is wrong.
        part: &'static str,
    },
}

/// Returns the policy's rollback, if the state is one of that policy.
pub(super) fn fit<'a>(monitor: &Monitor, ir: &'a Ir) -> Result<&'a Rollback, Unfit> {
    let rollback = ir.rollback.as_ref().filter(|_| monitor.policy == ir.identity.digest);
    let rollback = rollback.ok_or(Unfit::AnotherPolicy)?;
    let seen = monitor.seen;
    // A monitor that has seen nothing has seen everything before its start.
    let from = monitor.started.checked_sub(Duration::from_ms(1)).unwrap_or(monitor.started);
    let signals = monitor.signals.len() == ir.metrics.len()
        && monitor
            .signals
            .iter()
            .zip(ir.metrics.iter())
            .all(|(signal, metric)| known(signal, metric, ir, seen));
    let windows = monitor.windows.len() == rollback.windows.len()
        && monitor.windows.iter().all(|window| window.latest().is_none_or(|at| at <= seen));
    let rules = monitor.rules.len() == rollback.rules.len()
        && monitor
            .rules
            .iter()
            .zip(&rollback.rules)
            .all(|(standing, rule)| possible(standing, rule, ir, seen));
    let parts = [("seen", from <= seen), ("signals", signals), ("windows", windows), ("rules", rules)];
    match parts.into_iter().find(|(_, fits)| !fits) {
        Some((part, _)) => Err(Unfit::Damaged { part }),
        None => Ok(rollback),
    }
}

/// Whether what is kept of a metric is of its shape and type, and of no later time.
fn known(signal: &Signal, metric: &Metric, ir: &Ir, seen: Instant) -> bool {
    let shape = match (&signal.kept, &metric.shape) {
        (Kept::Gauge { newest, .. }, Shape::Gauge { ty, .. }) => {
            newest.is_none_or(|(at, value)| at <= seen && value.is_none_or(|value| is_of(value, ty, ir)))
        }
        (Kept::Newest(newest), Shape::Result { ty } | Shape::Probe { ty, .. }) => {
            newest.is_none_or(|(at, value)| at <= seen && is_of(value, ty, ir))
        }
        (Kept::Events { .. }, Shape::Events { .. }) => true,
        (Kept::Beats { last, holes, last_hole }, Shape::Heartbeat { .. }) => {
            let times = last.map(|beat| beat.at).into_iter().chain(last_hole.map(|hole| hole.at));
            *holes <= MOST_COUNTS && times.into_iter().all(|at| at <= seen)
        }
        _ => false,
    };
    shape && signal.remarks.values().all(|count| *count <= MOST_COUNTS)
}

/// Whether a rule can stand so.
fn possible(standing: &Standing, rule: &Trigger, ir: &Ir, seen: Instant) -> bool {
    let Standing { missing_since, inconclusive, judged, .. } = standing;
    let mut times = [missing_since, inconclusive, judged].into_iter().flatten();
    let has_read = |sampled: &Sampled| {
        let metric = ir.metric(sampled.metric).filter(|_| rule.reads.contains(&sampled.metric));
        sampled.at <= seen && metric.is_some_and(|metric| is_of_metric(sampled.value, metric, ir))
    };
    times.all(|at| *at <= seen)
        && standing.shown.len() <= MOST_SHOWN
        && standing.shown.iter().all(|bad| bad.at <= seen && bad.sampled.iter().all(has_read))
        && standing.shown.iter().all(|bad| bad.sampled.len() <= rule.reads.len())
        && (standing.holes.is_empty() || standing.holes.len() == rule.reads.len())
        && standing.holes.iter().all(|holes| *holes <= MOST_COUNTS)
}

fn is_of_metric(value: Measured, metric: &Metric, ir: &Ir) -> bool {
    match &metric.shape {
        Shape::Gauge { ty, .. } | Shape::Result { ty } | Shape::Probe { ty, .. } => is_of(value, ty, ir),
        Shape::Events { .. } | Shape::Heartbeat { .. } => false,
    }
}

fn is_of(value: Measured, ty: &Type, ir: &Ir) -> bool {
    match (value, ty) {
        (Measured::Number(_), Type::Int { .. } | Type::Decimal { .. } | Type::Percent { .. }) => true,
        (Measured::YesNo(_), Type::YesNo) => true,
        (Measured::Word(word), Type::Enum(of)) => {
            ir.enums.get(of.index()).is_some_and(|declared| usize::from(word) < declared.values.len())
        }
        _ => false,
    }
}
