//! Watching a deployment: baselines, the monitor, and what its verdicts ask of the change.

use serde::Serialize;

use crate::change::{self, Actor, Change, Command, Machine, State, Trigger};
use crate::ir::Name;
use crate::json::from_serialize;
use crate::monitor::{self, Baseline, Firing, Monitor, Observed, Role, Sample, Summary, Verdict, Watched};
use crate::value::Instant;

use super::{Compiled, Refusal, Workflow};

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
    let record = crate::ir::Record::absent(ir);
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
/// `NOT_DEPLOYED`, `NO_BASELINE`, `NOTHING_TO_WATCH`, and faults of the change.
pub fn arm(
    policy: &Compiled,
    workflow: &Workflow,
    change: &Change,
    baselines: &[Baseline],
) -> Result<Monitor, Refusal> {
    let Some(started) = change.milestones.implementing else {
        let refusal = Refusal::new("NOT_DEPLOYED", format!("change `{}` has not started", change.id));
        return Err(refusal.help("give it the command `start` first"));
    };
    let record = record(policy, workflow, change, started)?;
    let watched = Watched::new(&policy.ir, &record, started);
    Monitor::arm(&watched, baselines, started).map_err(|error| not_armed(&error))
}

pub(super) fn not_armed(error: &monitor::ArmError) -> Refusal {
    let code = match error {
        monitor::ArmError::NothingToWatch => "NOTHING_TO_WATCH",
        monitor::ArmError::NoBaseline { .. } => "NO_BASELINE",
    };
    Refusal::new(code, error.to_string())
}

fn record(
    policy: &Compiled,
    workflow: &Workflow,
    change: &Change,
    now: Instant,
) -> Result<crate::ir::Record, Refusal> {
    let context = change::Context { ir: &policy.ir, roster: &workflow.roster, register: &workflow.register };
    change::record_of(change, &context, now).map_err(|refusal| {
        let first = refusal.reasons.first();
        Refusal::new(first.map_or("BAD_CHANGE", |it| &it.code), first.map_or("", |it| &it.message))
    })
}

/// The answer of [`observe`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ObserveAnswer {
    /// The monitor after it: to be kept, and given again.
    pub monitor: Monitor,
    /// What it says, and what was wrong with samples.
    #[serde(flatten)]
    pub observed: Observed,
    /// Where the deployment stands.
    pub summary: Summary,
    /// What the change is to be told, in this order, by the machine `monitor`.
    pub commands: Vec<Command>,
}

/// Takes samples in and judges everything up to `now`.
///
/// # Errors
/// `OTHER_POLICY`, `TOO_FAR`, and faults of the change.
pub fn observe(
    policy: &Compiled,
    workflow: &Workflow,
    change: &Change,
    mut monitor: Monitor,
    samples: &[Sample],
    now: Instant,
) -> Result<ObserveAnswer, Refusal> {
    let record = record(policy, workflow, change, monitor.started())?;
    let watched = Watched::new(&policy.ir, &record, monitor.started());
    let observed = monitor.observe(&watched, samples, now).map_err(|error| {
        let code = match error {
            monitor::ObserveError::AnotherPolicy => "OTHER_POLICY",
            monitor::ObserveError::TooFar { .. } => "TOO_FAR",
        };
        Refusal::new(code, error.to_string())
    })?;
    let summary = monitor.summary(&policy.ir);
    let commands = commands(change, &observed, &summary);
    Ok(ObserveAnswer { monitor, observed, summary, commands })
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
