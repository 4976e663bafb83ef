//! What a gauge was before the deployment.

use super::sample::{Measured, Reader, Reading, Sample, What};
use super::watched::Watched;
use crate::ir::{Ir, Metric, Name, Shape};
use crate::value::{Instant, Measurement};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The median of a gauge before the deployment, and what it was made of (P-14).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Baseline {
    /// The gauge.
    pub metric: Name,
    /// The median; of an even number of values the mean of the two in the middle, rounded half to even to a trillionth.
    /// None without a usable sample.
    pub median: Option<Measurement>,
    /// How many samples were used. Whether they are enough is a question for the policy's gate.
    pub samples: u64,
    /// How many were in the time and not used: no number, not of the metric's type, the same instant again, or two values
    /// for one instant.
    pub ignored: u64,
    /// Samples from here on were used.
    pub from: Instant,
    /// Samples before here were used.
    pub to: Instant,
}

/// Why a metric has no baseline.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BaselineError {
    /// The policy has no such metric.
    #[error("the policy has no metric `{metric}`")]
    Unknown {
        /// The name.
        metric: String,
    },
    /// The metric is no gauge with a `baseline`.
    #[error("metric `{metric}` has no `baseline`")]
    NoBaseline {
        /// The name.
        metric: String,
    },
}

/// Returns the baseline of a gauge from the samples in the time that the metric names, up to and without `before`.
///
/// Samples of other metrics and of other times are passed over. The order of the samples makes no difference: an instant
/// with one value several times counts once, an instant with several values not at all.
///
/// # Errors
/// The metric is unknown, or has no baseline.
pub fn baseline(
    watched: &Watched<'_>,
    metric: &str,
    samples: &[Sample],
    before: Instant,
) -> Result<Baseline, BaselineError> {
    let unknown = || BaselineError::Unknown { metric: metric.to_owned() };
    let id = watched.ir.metric_by_name(metric).ok_or_else(unknown)?;
    let declared = watched.ir.metric(id).ok_or_else(unknown)?;
    let Shape::Gauge { baseline_of: Some(length), .. } = declared.shape else {
        return Err(BaselineError::NoBaseline { metric: metric.to_owned() });
    };
    let from = before.checked_sub(length).unwrap_or(Instant::MIN);
    let in_time =
        |sample: &&Sample| *sample.metric == *declared.name && from <= sample.at && sample.at < before;
    let mut reader = Reader::new(watched);
    let mut values: BTreeMap<Instant, Option<Measurement>> = BTreeMap::new();
    let mut all = 0_u64;
    for sample in samples.iter().filter(in_time) {
        all = all.saturating_add(1);
        let Ok(taken) = reader.take(id, sample) else { continue };
        let What::Measured(Measured::Number(number)) = taken.what else { continue };
        values
            .entry(taken.at)
            .and_modify(|known| *known = known.filter(|known| *known == number))
            .or_insert(Some(number));
    }
    let mut numbers: Vec<Measurement> = values.into_values().flatten().collect();
    let samples = u64::try_from(numbers.len()).unwrap_or(u64::MAX);
    let median = median(&mut numbers);
    let ignored = all.saturating_sub(samples);
    Ok(Baseline { metric: declared.name.clone(), median, samples, ignored, from, to: before })
}

/// Returns the fewest samples of any baseline: the fact `baseline.samples`. A metric of the policy that declares a baseline
/// and is not among these has none, so the answer is 0. None where no metric declares one.
pub fn fewest_samples(ir: &Ir, baselines: &[Baseline]) -> Option<u64> {
    let declared =
        ir.metrics.iter().filter(|metric| matches!(metric.shape, Shape::Gauge { baseline_of: Some(_), .. }));
    let samples = |metric: &Metric| {
        let found = baselines.iter().find(|baseline| baseline.metric == metric.name);
        found.map_or(0, |baseline| baseline.samples)
    };
    declared.map(samples).min()
}

/// Refuses what [`baseline`] does not give before a start: two of one metric, of a metric that is none, of time after the start,
/// or a median that the metric cannot have.
pub(super) fn check(
    watched: &Watched<'_>,
    baselines: &[Baseline],
    started: Instant,
) -> Result<(), super::ArmError> {
    let mut reader = Reader::new(watched);
    for (place, Baseline { metric, median, to, .. }) in baselines.iter().enumerate() {
        let bad = |why| super::ArmError::BadBaseline { metric: metric.clone(), why };
        if baselines.iter().take(place).any(|other| other.metric == *metric) {
            return Err(bad("is given twice"));
        }
        let id = watched.ir.metric_by_name(metric).ok_or_else(|| bad("is of no metric of the policy"))?;
        if *to > started {
            return Err(bad("is of time after the start"));
        }
        let Some(median) = *median else { continue };
        let sample = Sample { metric: metric.clone(), at: *to, reading: Reading::Number(median) };
        reader.take(id, &sample).map_err(|_| bad("has a median that the metric cannot have"))?;
    }
    Ok(())
}

fn median(numbers: &mut [Measurement]) -> Option<Measurement> {
    numbers.sort_unstable();
    let middle = numbers.len().checked_div(2)?;
    let upper = numbers.get(middle).copied()?;
    if !numbers.len().is_multiple_of(2) {
        return Some(upper);
    }
    let lower = numbers.get(middle.checked_sub(1)?)?.trillionths();
    // Two numbers below 10^27 fit: see `Measurement`.
    let sum = lower.checked_add(upper.trillionths())?;
    let (half, rest) = (sum.checked_div_euclid(2)?, sum.checked_rem_euclid(2)?);
    let up = rest == 1 && half.checked_rem_euclid(2)? == 1;
    Measurement::from_trillionths(half.checked_add(i128::from(up))?)
}
