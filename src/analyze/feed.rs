//! Feeding a test's series to the rollback monitor: one value for each evaluation.
//!
//! What a test does not feed is taken for healthy. A gauge and a probe have their own interval, everything else has a
//! value each minute. A number fed to an `events` metric is how many events there were that count, no two alike; to a
//! heartbeat it is the number of the beat.

use crate::check::typed::{Constant, Feed};
use crate::ir::{Ir, Metric, Name, Record, Shape};
use crate::monitor::{
    ArmError, Baseline, Firing, MOST_COUNTED, Monitor, Reading, Role, Sample, Verdict, Watched,
};
use crate::value::{Duration, Instant, Measurement};

const MINUTE: Duration = Duration::from_ms(60_000);

/// Why a test's series cannot be fed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum FeedError {
    #[error(transparent)]
    Arm(#[from] ArmError),
    #[error("these series take too long for one test")]
    TooLong,
}

/// Returns what the monitor says of a test's series.
pub(super) fn run(
    ir: &Ir,
    record: &Record,
    started: Instant,
    feeds: &[Feed],
) -> Result<Vec<Verdict>, FeedError> {
    let watched = Watched::new(ir, record, started);
    let mut metrics = Vec::new();
    let mut baselines = Vec::new();
    let mut samples = Vec::new();
    let mut until = started;
    for feed in feeds {
        let Some(id) = ir.metric_by_name(&feed.metric) else { continue };
        let Some(metric) = ir.metric(id) else { continue };
        metrics.push(id);
        baselines.extend(baseline(metric, feed, started));
        let mut at = started;
        for value in &feed.then {
            at = at.checked_add(step(metric)).ok_or(FeedError::TooLong)?;
            if let Some(constant) = value {
                let readings = readings(metric, constant, at);
                samples.extend(readings.map(|reading| Sample { metric: metric.name.clone(), at, reading }));
            }
        }
        until = until.max(at);
    }
    let mut monitor = Monitor::arm_only(&watched, &metrics, &baselines, started)?;
    let observed = monitor.observe(&watched, &samples, until).map_err(|_| FeedError::TooLong)?;
    Ok(observed.verdicts)
}

fn step(metric: &Metric) -> Duration {
    match metric.shape {
        Shape::Gauge { every, .. } | Shape::Probe { every: Some(every), .. } => every,
        Shape::Result { .. } | Shape::Probe { every: None, .. } => MINUTE,
        Shape::Events { .. } | Shape::Heartbeat { .. } => MINUTE,
    }
}

fn baseline(metric: &Metric, feed: &Feed, started: Instant) -> Option<Baseline> {
    let median = Some(number(feed.baseline.as_ref()?)?);
    let metric = metric.name.clone();
    Some(Baseline { metric, median, samples: 1, ignored: 0, from: started, to: started })
}

/// What one value of a series stands for.
fn readings(metric: &Metric, value: &Constant, at: Instant) -> Box<dyn Iterator<Item = Reading>> {
    let one = |reading| Box::new(std::iter::once(reading));
    match (&metric.shape, value) {
        (Shape::Events { .. }, Constant::Int(count)) => {
            // More than these make no difference.
            let count = usize::try_from(*count).unwrap_or(0).min(MOST_COUNTED.saturating_add(1));
            Box::new((0..count).map(move |number| Reading::Counted(Name::from(format!("{at} {number}")))))
        }
        (Shape::Heartbeat { .. }, Constant::Int(number)) => one(Reading::Beat(u64::try_from(*number).ok())),
        (Shape::Heartbeat { .. }, Constant::YesNo(false)) => Box::new(std::iter::empty()),
        (Shape::Heartbeat { .. }, _) => one(Reading::Beat(None)),
        (_, Constant::YesNo(yes)) => one(Reading::YesNo(*yes)),
        (_, Constant::Enum { value, .. }) => one(Reading::Word(Name::from(value.as_str()))),
        _ => Box::new(number(value).map(Reading::Number).into_iter()),
    }
}

fn number(constant: &Constant) -> Option<Measurement> {
    match constant {
        Constant::Int(whole) => {
            Measurement::from_trillionths(i128::from(*whole).checked_mul(1_000_000_000_000)?)
        }
        Constant::Decimal(number) | Constant::Percent(number) => Some(Measurement::from_fixed(*number)),
        _ => None,
    }
}

/// The firing that starts the rollback, if one does.
pub(super) fn rollback(verdicts: &[Verdict]) -> Option<&Firing> {
    verdicts.iter().find_map(|verdict| match verdict {
        Verdict::Fired(firing) if firing.role == Role::StartsRollback => Some(firing),
        _ => None,
    })
}

/// What happened, in words that stand behind `but`.
pub(super) fn told(verdicts: &[Verdict], started: Instant) -> String {
    let after = |at: Instant| at.since(started);
    let said: Vec<String> = verdicts
        .iter()
        .map(|verdict| match verdict {
            Verdict::Fired(Firing { rule, code, at, .. }) => {
                format!("{code} fired by `{rule}` at {}", after(*at))
            }
            Verdict::Alert(Firing { rule, code, at, .. }) => {
                format!("{code} was only an alert of `{rule}` at {}", after(*at))
            }
            Verdict::Inconclusive { rule, at, .. } => {
                format!("`{rule}` was inconclusive at {}", after(*at))
            }
            Verdict::ConclusiveAgain { rule, at } => {
                format!("`{rule}` was conclusive again at {}", after(*at))
            }
            Verdict::RollbackFailed { code, at, .. } => format!("{code} at {}", after(*at)),
        })
        .collect();
    match said.is_empty() {
        true => "nothing fired".to_owned(),
        false => said.join(", "),
    }
}
