//! Watching a deployment: baselines, the monitor, and what its verdicts ask of the change.

use serde::Serialize;

use crate::change::{self, Actor, Change, Command, Machine, State, Trigger, table};
use crate::ir::{Name, Record};
use crate::json::from_serialize;
use crate::monitor::{
    self, Baseline, Firing, GoingBack, Monitor, ObserveError, Observed, Role, Sample, Summary, Unfit,
    Verdict, Watched,
};
use crate::value::Instant;

use super::{Compiled, Refusal, Watch, Workflow};

/// The answer of [`baseline`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BaselineAnswer {
    /// One for each metric that the policy gives a baseline.
    pub baselines: Vec<Baseline>,
    /// The fewest samples of any metric with a baseline: the fact `baseline.samples` (P-14).
    pub samples: Option<u64>,
}

/// Returns the medians of the metrics before a deployment that starts at `before`.
pub fn baseline(policy: &Compiled, samples: &[Sample], before: Instant) -> BaselineAnswer {
    let ir = &policy.ir;
    // Which samples count as numbers hangs on no request.
    let record = Record::absent(ir);
    let watched = Watched::new(ir, &record, before);
    let baselines: Vec<Baseline> = ir
        .metrics
        .iter()
        .filter_map(|metric| monitor::baseline(&watched, &metric.name, samples, before).ok())
        .collect();
    BaselineAnswer { samples: monitor::fewest_samples(&policy.ir, &baselines), baselines }
}

/// Arms a monitor of the deployment that a change is in.
///
/// # Errors
/// `NOT_DEPLOYED`, `NO_BASELINE`, `BAD_BASELINE`, `NOTHING_TO_WATCH`, `OTHER_POLICY`, and faults of the change.
pub fn arm(
    policy: &Compiled,
    workflow: &Workflow,
    change: &Change,
    baselines: &[Baseline],
) -> Result<Watch, change::Refusal> {
    let Some(started) = change.milestones.implementing else {
        let message = format!("change `{}` has not started", change.id);
        return Err(change::Refusal::new("NOT_DEPLOYED", message).help("give it the command `start` first"));
    };
    let record = change::record_of(change, &workflow.context(policy), started)?;
    let watched = Watched::new(&policy.ir, &record, started);
    match Monitor::arm(&watched, baselines, started) {
        Ok(monitor) => Ok(Watch { change: change.id.clone(), monitor }),
        Err(error) => Err(change::Refusal::new(not_armed(&error), error.to_string())),
    }
}

/// The code for want of which nothing is watched.
pub(super) fn not_armed(error: &monitor::ArmError) -> &'static str {
    match error {
        monitor::ArmError::NothingToWatch => "NOTHING_TO_WATCH",
        monitor::ArmError::NoBaseline { .. } => "NO_BASELINE",
        monitor::ArmError::BadBaseline { .. } => "BAD_BASELINE",
    }
}

/// The answer of [`observe`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ObserveAnswer {
    /// The watch after it: to be kept, and given again.
    pub monitor: Watch,
    /// What the monitor says, and what was wrong with samples.
    #[serde(flatten)]
    pub observed: Observed,
    /// Where the deployment stands.
    pub summary: Summary,
    /// What the change is to be told, in this order, by the machine `monitor`.
    pub commands: Vec<Command>,
}

/// Takes samples in and judges everything up to `now`.
///
/// What the change says of its rollback, that somebody began it or that it is restored, the monitor is told first.
///
/// # Errors
/// `OTHER_CHANGE` for the watch of another deployment, `OTHER_POLICY`, `BAD_MONITOR`, `TOO_FAR`, and faults of the change.
pub fn observe(
    policy: &Compiled,
    workflow: &Workflow,
    change: &Change,
    watch: Watch,
    samples: &[Sample],
    now: Instant,
) -> Result<ObserveAnswer, change::Refusal> {
    let Watch { change: watched_change, mut monitor } = watch;
    let started = monitor.started();
    if watched_change != change.id || change.milestones.implementing.is_some_and(|at| at != started) {
        let message = format!(
            "the monitor watches the deployment of `{watched_change}` that started at {started}, and no other"
        );
        let help = format!("give the monitor that was armed for `{}`, or arm one", change.id);
        return Err(change::Refusal::new("OTHER_CHANGE", message).help(help));
    }
    let record = change::record_of(change, &workflow.context(policy), started)?;
    let watched = Watched::new(&policy.ir, &record, started);
    follow(&mut monitor, policy, change);
    let observed = monitor.observe(&watched, samples, now).map_err(|error| not_observed(&error))?;
    let summary = monitor.summary(&policy.ir);
    let commands = commands(change, &observed, &summary);
    let monitor = Watch { change: watched_change, monitor };
    Ok(ObserveAnswer { monitor, observed, summary, commands })
}

fn not_observed(error: &ObserveError) -> change::Refusal {
    let (code, help) = match error {
        ObserveError::Unfit(Unfit::AnotherPolicy) => {
            ("OTHER_POLICY", "go on with the policy that the monitor was armed with, or arm another monitor")
        }
        ObserveError::Unfit(Unfit::Damaged { .. }) => ("BAD_MONITOR", Watch::REMEDY),
        ObserveError::TooFar { .. } => ("TOO_FAR", "observe in several steps, each with a later `now`"),
    };
    change::Refusal::new(code, error.to_string()).help(help)
}

/// Tells the monitor what the change says of its rollback.
fn follow(monitor: &mut Monitor, policy: &Compiled, change: &Change) {
    let Some(rollback) = &change.rollback else { return };
    let change::Rollback { rule, code, at, first_bad, target, .. } = rollback.trigger.clone();
    let (first_bad, failed) = (first_bad.unwrap_or(at), rollback.failed);
    monitor.taken_back(GoingBack { rule, code, at, first_bad, failed, restored: None });
    if let (Some(at), Some(digest)) = (rollback.restored, target) {
        // What is told again, or of a state that does not fit, which `observe` refuses, makes no difference.
        let _ = monitor.restored(&policy.ir, at, digest);
    }
}

/// What verdicts ask of a change. One rollback is enough: those that only inform are noted while it runs.
fn commands(change: &Change, observed: &Observed, summary: &Summary) -> Vec<Command> {
    let fired = observed.verdicts.iter().filter_map(|verdict| match verdict {
        Verdict::Fired(firing) => Some(firing),
        _ => None,
    });
    let mut firings: Vec<&Firing> = fired.collect();
    firings.sort_by_key(|firing| firing.role != Role::StartsRollback);
    let mut commands: Vec<Command> =
        firings.into_iter().map(|firing| Command::Trigger(trigger(firing))).collect();
    let deployed = matches!(change.state, State::Implementing | State::Verifying | State::InReview);
    if deployed && commands.is_empty() && summary.inconclusive != change.inconclusive {
        commands.push(Command::Inconclusive { rules: summary.inconclusive.clone() });
    }
    // That a rollback took too long the change finds by itself when time passes.
    let too_late = observed.verdicts.iter().any(|said| matches!(said, Verdict::RollbackFailed { .. }));
    if too_late && change.state == State::RollingBack {
        commands.push(Command::Tick);
    }
    // What is over takes no commands any more.
    commands.retain(|command| table::row(change.state, command.kind()).is_some());
    commands
}

fn trigger(firing: &Firing) -> Trigger {
    Trigger {
        code: firing.code.clone(),
        rule: firing.rule.clone(),
        at: firing.at,
        first_bad: Some(firing.first_bad),
        // Only what holds a float or a key twice cannot be written; evidence does not.
        evidence: from_serialize(&firing.bad).unwrap_or_default(),
    }
}

/// Who gives the monitor's commands.
pub(super) fn monitor_actor() -> Actor {
    Actor::Machine(Machine::Monitor)
}

/// The name of a metric that a policy watches, or the nearest one in words.
///
/// # Errors
/// `UNKNOWN_METRIC`.
pub fn metric_named(policy: &Compiled, name: &str) -> Result<Name, Refusal> {
    let names = policy.ir.metrics.iter().map(|metric| &*metric.name);
    match policy.ir.metrics.iter().find(|metric| *metric.name == *name) {
        Some(metric) => Ok(metric.name.clone()),
        None => {
            let known: Vec<&str> = names.clone().collect();
            let near = crate::text::nearest(name, names);
            let help = near.map_or_else(
                || format!("it watches {}", known.join(", ")),
                |near| format!("did you mean `{near}`?"),
            );
            Err(Refusal::new("UNKNOWN_METRIC", format!("the policy has no metric `{name}`")).help(help))
        }
    }
}
