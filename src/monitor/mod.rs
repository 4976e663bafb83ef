//! Watches a deployment and says when it must be taken back.
//!
//! ```text
//! samples before the start ─ baseline ─► Baseline ─ arm ─► Monitor ─ observe ─► verdicts
//!                                                             ▲          │ samples, now
//!                                                             └──────────┘ restored, summary
//! ```
//!
//! A state machine: the state goes in and comes out, there is no clock, and the same calls give the same bytes. The state
//! is small (a few hundred bytes a rule and a metric, and at most [`MOST_COUNTED`] ids for each window in which events
//! are counted); a sample costs the same however many came before, an event O(log n) of those in its window.
//!
//! **When a rule is evaluated.** One that reads gauges at `start + every`, `start + 2 × every` and so on, with the newest sample in
//! `(t - every, t]` of each; without one that evaluation is missing. One that depends on passing time (silence, counts,
//! fields of the change) on each whole minute of the clock, and when something arrives for it. Any other when something
//! arrives. What arrives at the instant of an evaluation is part of it. An evaluation is bad if the condition holds; else
//! missing if something that the rule reads was not measured; else good.
//!
//! **What no sample can do.** A sample that is later than `now`, older than what is judged, of an unknown metric, no number,
//! out of range, or that contradicts another of its instant changes no verdict that was given: each is counted and told.
//! Results and events that come late may still fire, at `now`; a late sample never clears. `now` should lie as far in the past as samples take to arrive.
//!
//! Always holds: verdicts do not depend on the order of samples within a call, nor on the order in which rules are
//! written; nor on how a stream is cut into calls, if each call has everything up to its `now`. One rollback for each
//! deployment: the earliest rule to fire starts it (the least id of those of one instant), all others inform.

mod baseline;
mod evidence;
mod fit;
mod judge;
mod observe;
mod sample;
mod signal;
mod standing;
mod summary;
mod verdict;
mod watched;
mod window;

pub use baseline::{Baseline, BaselineError, baseline, fewest_samples};
pub use fit::Unfit;
pub use observe::MOST_EVALUATIONS;
pub use sample::{Reading, Sample};
pub use summary::{MetricRemarks, Outcome, RuleState, RuleSummary, Summary};
pub use verdict::{
    BadEvaluation, Cause, Evidence, Firing, Observed, Remark, RemarkKind, Restoration, Role, Verdict,
};
pub use watched::Watched;
pub use window::MOST_COUNTED;

use crate::ir::{Ir, MetricId, Name, Part, Rollback};
use crate::value::{Digest, Duration, Instant, Measurement};
use serde::{Deserialize, Serialize};
use signal::Signal;
use standing::Standing;
use window::Seen;

/// The state of a watch over one deployment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Monitor {
    /// The policy that it was armed with.
    policy: Digest,
    /// The start of the deployment.
    started: Instant,
    /// Everything up to here is judged.
    seen: Instant,
    /// One for each of `Ir::metrics`.
    signals: Vec<Signal>,
    /// One for each of `Rollback::windows`.
    windows: Vec<Seen>,
    /// One for each of `Rollback::rules`.
    rules: Vec<Standing>,
    /// The one rollback, once it was started.
    rollback: Option<GoingBack>,
}

/// The one rollback.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GoingBack {
    /// The rule that started it.
    pub rule: Name,
    /// Its code.
    pub code: Name,
    /// T0 (A-04).
    pub at: Instant,
    /// When things were bad first.
    pub first_bad: Instant,
    /// Whether the deadline passed.
    pub failed: bool,
    /// When the change was restored, and what was running then.
    pub restored: Option<(Instant, Digest)>,
}

/// Why a deployment cannot be watched.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ArmError {
    /// The policy has no `rollback`.
    #[error("the policy does not say what takes a change back")]
    NothingToWatch,
    /// A rule asks for a rise or fall from a baseline that is not there.
    #[error("metric `{metric}` has no baseline: rule `{rule}` compares with it")]
    NoBaseline {
        /// The metric.
        metric: Name,
        /// The rule.
        rule: Name,
    },
    /// A baseline is none that [`baseline()`] gives before this start.
    #[error("the baseline of `{metric}` {why}")]
    BadBaseline {
        /// The metric that it is of.
        metric: Name,
        /// What is wrong with it.
        why: &'static str,
    },
}

/// Why nothing was observed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ObserveError {
    /// The state is none to go on with.
    #[error(transparent)]
    Unfit(#[from] Unfit),
    /// So much time has passed that more than [`MOST_EVALUATIONS`] evaluations are due. Observe in several steps.
    #[error("from `{from}` to `{to}` there are too many evaluations for one call")]
    TooFar {
        /// Up to here everything is judged.
        from: Instant,
        /// What was asked for.
        to: Instant,
    },
}

/// Why a restoration was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RestoreError {
    /// The state is none to go on with.
    #[error(transparent)]
    Unfit(#[from] Unfit),
    /// No rule has fired.
    #[error("nothing is being taken back")]
    NoRollback,
    /// It was restored before.
    #[error("the change was restored at `{at}` already")]
    Already {
        /// When.
        at: Instant,
    },
    /// It is said to be restored before the rule fired.
    #[error("the rule fired at `{fired_at}`, and nothing is restored before that")]
    TooEarly {
        /// T0.
        fired_at: Instant,
    },
}

impl Monitor {
    /// Returns a monitor of the deployment that starts at `started`, which has seen nothing yet.
    ///
    /// # Errors
    /// The policy has no `rollback`, or a rule compares a gauge with a baseline that is missing or has no median. A baseline
    /// of few samples is none of the monitor's business: the policy's gate looks at the fact `baseline.samples`. One that cannot
    /// have been captured before the start of this metric is refused: everything after it would be judged by it.
    pub fn arm(watched: &Watched<'_>, baselines: &[Baseline], started: Instant) -> Result<Self, ArmError> {
        Self::arm_with(watched, baselines, started, |_| true)
    }

    /// Returns a monitor that watches some metrics and takes the others for healthy.
    ///
    /// For tests of policies: a metric that nobody reports is no missing data there.
    ///
    /// # Errors
    /// As [`Monitor::arm`]; metrics that are not watched need no baseline.
    pub fn arm_only(
        watched: &Watched<'_>,
        metrics: &[MetricId],
        baselines: &[Baseline],
        started: Instant,
    ) -> Result<Self, ArmError> {
        Self::arm_with(watched, baselines, started, |metric| metrics.contains(&metric))
    }

    fn arm_with(
        watched: &Watched<'_>,
        baselines: &[Baseline],
        started: Instant,
        is_watched: impl Fn(MetricId) -> bool,
    ) -> Result<Self, ArmError> {
        let ir = watched.ir;
        let rollback = ir.rollback.as_ref().ok_or(ArmError::NothingToWatch)?;
        baseline::check(watched, baselines, started)?;
        let known = |name: &Name| -> Option<Measurement> {
            baselines.iter().find(|baseline| baseline.metric == *name)?.median
        };
        for rule in &rollback.rules {
            for part in &rule.when {
                let (Part::Rises { metric, .. } | Part::Falls { metric, .. }) = part else { continue };
                let declared = ir.metric(*metric).filter(|declared| known(&declared.name).is_none());
                if let Some(declared) = declared.filter(|_| is_watched(*metric)) {
                    let (metric, rule) = (declared.name.clone(), rule.id.clone());
                    return Err(ArmError::NoBaseline { metric, rule });
                }
            }
        }
        let signals = (0..).map(MetricId).zip(ir.metrics.iter());
        let signals =
            signals.map(|(id, metric)| Signal::of(metric, known(&metric.name), is_watched(id))).collect();
        Ok(Self {
            policy: ir.identity.digest,
            started,
            // What comes at the start itself is not late.
            seen: started.checked_sub(Duration::from_ms(1)).unwrap_or(started),
            signals,
            windows: vec![Seen::default(); rollback.windows.len()],
            rules: vec![Standing::default(); rollback.rules.len()],
            rollback: None,
        })
    }

    /// Takes samples and judges everything up to `now`, once.
    ///
    /// `samples` must be all that came since the last call, in any order; what is later than `now` is to be given again. A
    /// `now` before that of an earlier call judges nothing anew.
    ///
    /// # Errors
    /// The state is left as it was: it belongs to another policy or is damaged, or so much time has passed that there are
    /// too many evaluations for one call.
    pub fn observe(
        &mut self,
        watched: &Watched<'_>,
        samples: &[Sample],
        now: Instant,
    ) -> Result<Observed, ObserveError> {
        observe::observe(self, watched, samples, now)
    }

    /// Takes note that what ran before the change runs again, verified, and returns whether that was in time.
    ///
    /// Whether `digest` is that of the snapshot is the caller's question.
    ///
    /// # Errors
    /// Nothing is being taken back, it was restored before, or `at` lies before T0; the state is none to go on with.
    pub fn restored(&mut self, ir: &Ir, at: Instant, digest: Digest) -> Result<Restoration, RestoreError> {
        let policy = fit::fit(self, ir)?;
        let rollback = self.rollback.as_mut().ok_or(RestoreError::NoRollback)?;
        if let Some((at, _)) = rollback.restored {
            return Err(RestoreError::Already { at });
        }
        if at < rollback.at {
            return Err(RestoreError::TooEarly { fired_at: rollback.at });
        }
        rollback.restored = Some((at, digest));
        let took = at.since(rollback.at);
        let met = if policy.restore_is_strict { took < policy.restore } else { took <= policy.restore };
        let exposure = at.since(rollback.first_bad);
        Ok(Restoration { at, took, exposure, met, after_failure: rollback.failed })
    }

    /// Takes note that somebody began to take the change back: from now on every rule that fires informs. What a rule of the
    /// monitor has begun stays.
    pub fn taken_back(&mut self, rollback: GoingBack) {
        self.rollback.get_or_insert(rollback);
    }

    /// Returns where everything stands at the instant up to which it was observed.
    pub fn summary(&self, ir: &Ir) -> Summary {
        summary::summary(self, ir)
    }

    /// Says whether this is a state of a monitor of this policy: a host keeps it, and may give back another.
    ///
    /// # Errors
    /// It belongs to another policy, or is damaged.
    pub fn check(&self, ir: &Ir) -> Result<(), Unfit> {
        fit::fit(self, ir).map(|_| ())
    }

    /// Returns the start of the deployment.
    pub fn started(&self) -> Instant {
        self.started
    }

    /// Returns the instant up to which everything is judged.
    pub fn seen(&self) -> Instant {
        self.seen
    }

    /// Returns the one rollback, once it was started.
    pub fn rollback(&self) -> Option<&GoingBack> {
        self.rollback.as_ref()
    }

    /// Lets the earliest rule that fired start the rollback, if none was started.
    fn begin_rollback(&mut self, verdicts: &mut [Verdict]) {
        let mut firings = verdicts.iter_mut().filter_map(|verdict| match verdict {
            Verdict::Fired(firing) => Some(firing),
            _ => None,
        });
        if self.rollback.is_none()
            && let Some(firing) = firings.next()
        {
            firing.role = Role::StartsRollback;
            let Firing { rule, code, at, first_bad, .. } = firing.clone();
            self.rollback = Some(GoingBack { rule, code, at, first_bad, failed: false, restored: None });
        }
    }

    /// Says, once, that the change was not restored by the deadline.
    fn deadline_passed(&mut self, policy: &Rollback) -> Option<Verdict> {
        let rollback =
            self.rollback.as_mut().filter(|rollback| !rollback.failed && rollback.restored.is_none())?;
        let last = rollback.at.checked_add(policy.restore)?;
        let too_late = if policy.restore_is_strict { last } else { last.checked_add(Duration::from_ms(1))? };
        if too_late > self.seen {
            return None;
        }
        rollback.failed = true;
        let code = policy.restore_code.clone();
        Some(Verdict::RollbackFailed { code, at: too_late, fired_at: rollback.at })
    }
}
