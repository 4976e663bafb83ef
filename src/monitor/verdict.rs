//! What the monitor says: ids, numbers as exact text, instants. Prose is for whoever shows it.

use crate::ir::Name;
use crate::value::{Duration, Instant};
use serde::{Deserialize, Serialize};

/// One thing that the monitor says, in the order of [`Verdict::at`] and of the rules' ids.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum Verdict {
    /// A rule fired.
    Fired(Firing),
    /// A rule would have fired, but outside the period in which it is armed.
    Alert(Firing),
    /// A rule has had no data for so many evaluations that nothing is known: no promotion, and somebody must look (P-09).
    Inconclusive {
        /// The rule.
        rule: Name,
        /// The evaluation that made it so.
        at: Instant,
        /// The first evaluation without data.
        since: Instant,
        /// The metrics that are missing.
        metrics: Vec<Name>,
        /// The rule's owner and those whom it notifies.
        tell: Vec<Name>,
    },
    /// Data have come again for a rule that was inconclusive.
    ConclusiveAgain {
        /// The rule.
        rule: Name,
        /// The evaluation that had data.
        at: Instant,
    },
    /// The change was not restored by the deadline (S-05, S-72).
    RollbackFailed {
        /// The policy's code.
        code: Name,
        /// The first instant that is too late.
        at: Instant,
        /// T0: when the rule fired that started the rollback.
        fired_at: Instant,
    },
}

impl Verdict {
    /// Returns the instant that the verdict is about.
    pub fn at(&self) -> Instant {
        match self {
            Self::Fired(firing) | Self::Alert(firing) => firing.at,
            Self::Inconclusive { at, .. } | Self::ConclusiveAgain { at, .. } => *at,
            Self::RollbackFailed { at, .. } => *at,
        }
    }

    /// Returns the rule that says it; none for the deadline.
    pub fn rule(&self) -> Option<&Name> {
        match self {
            Self::Fired(firing) | Self::Alert(firing) => Some(&firing.rule),
            Self::Inconclusive { rule, .. } | Self::ConclusiveAgain { rule, .. } => Some(rule),
            Self::RollbackFailed { .. } => None,
        }
    }
}

/// A rule that fired, with everything that made it fire (S-47).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Firing {
    /// The rule.
    pub rule: Name,
    /// The code: the rule's own, or that of its missing data.
    pub code: Name,
    /// T0.
    pub at: Instant,
    /// Whether it starts the one rollback of the deployment.
    pub role: Role,
    /// Why it fired.
    pub cause: Cause,
    /// When things were bad first: the time of the first bad sample, or where data are missing the first evaluation
    /// without any. Exposure counts from here.
    pub first_bad: Instant,
    /// How many evaluations in a row were bad.
    pub evaluations: u32,
    /// Those evaluations, the first sixteen of them.
    pub bad: Vec<BadEvaluation>,
    /// The rule's owner and those whom it notifies.
    pub tell: Vec<Name>,
}

/// What a firing means for the deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// It is the earliest: the change is taken back because of it.
    StartsRollback,
    /// Another rule was earlier, or a rollback was started before: this one is recorded, no more.
    Informs,
}

/// Why a rule fired.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// Its condition held.
    Breach,
    /// There were no data.
    NoData,
}

/// One evaluation in which a rule's condition held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BadEvaluation {
    /// The instant of the evaluation.
    pub at: Instant,
    /// What was measured, for each relation of the rule that reads a metric.
    pub evidence: Vec<Evidence>,
}

/// What was measured, and what it was held against. Numbers are exact, a percentage ends in `%`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// The metric.
    pub metric: Name,
    /// The time of the sample; absent for counts.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sampled_at: Option<Instant>,
    /// What was measured; `missing` if nothing was.
    pub measured: String,
    /// The baseline, where the rule asks for a rise or a fall.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub baseline: Option<String>,
    /// What it was held against.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub threshold: Option<String>,
    /// By how many per cent of the baseline it lies above it, to two digits; absent for a baseline of 0.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub rise_percent: Option<String>,
}

/// What came of a call of [`observe`](super::observe).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Observed {
    /// What the monitor says, by instant and rule.
    pub verdicts: Vec<Verdict>,
    /// What was wrong with samples, by metric and kind.
    pub remarks: Vec<Remark>,
}

/// Samples that were not taken as they came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remark {
    /// The metric as the samples name it.
    pub metric: Name,
    /// What about them.
    pub kind: RemarkKind,
    /// How many there were.
    pub count: u64,
    /// The time of the earliest.
    pub first: Instant,
}

/// What can be said of a sample. None of these fires or clears anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RemarkKind {
    /// The policy has no such metric.
    UnknownMetric,
    /// The metric has another shape, or a value of another kind. Ignored.
    WrongKind,
    /// The value is none of the metric's type: out of its range, finer than it, no word of it. Counts as missing.
    OutOfRange,
    /// Not a number, or infinite. Counts as missing.
    NotANumber,
    /// An event that is no event of the facts group. Ignored.
    Malformed,
    /// Later than `now`. Ignored: it is to be given again when its time has come.
    Future,
    /// Before the deployment. Ignored, but for the last beat of a heartbeat.
    BeforeStart,
    /// A gauge's sample or a beat that belongs to what is judged already. Ignored. A late result or event is judged at
    /// `now`.
    Late,
    /// The same again. Ignored.
    Duplicate,
    /// Another value for the same instant. Of a gauge the evaluation counts as missing; of results each is judged.
    Contradicting,
    /// A gauge's sample with a later one in the same evaluation, which counts.
    Superseded,
    /// An event that the metric does not count.
    NotCounted,
    /// A beat that arrived after one that was sent later. Ignored.
    OutOfOrder,
    /// A heartbeat that began to count anew, at 0 or 1. No hole.
    Restart,
    /// `now` was before the instant up to which everything is judged already. Nothing is judged twice.
    ClockWentBack,
}

/// What came of going back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restoration {
    /// When the change was restored and verified.
    pub at: Instant,
    /// From T0 to there.
    pub took: Duration,
    /// From the first bad sample to there.
    pub exposure: Duration,
    /// Whether it took no longer than the policy allows.
    pub met: bool,
    /// Whether it was told after the monitor had said that the rollback failed.
    pub after_failure: bool,
}
