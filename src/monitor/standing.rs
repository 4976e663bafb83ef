//! One rule's memory: bad evaluations in a row, missing ones in a row, and what it has said of them.

use super::evidence::Sampled;
use super::judge::{Came, Judged, Scene};
use super::verdict::{BadEvaluation, Cause, Evidence, Firing, Role, Verdict};
use crate::ir::{MetricId, Name, NoData, Shape, State, Trigger};
use crate::value::{Instant, Value};
use serde::{Deserialize, Serialize};

/// Most bad evaluations that are kept to be shown, the first of the row.
pub(super) const MOST_SHOWN: usize = 16;

/// Where a rule stands.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Standing {
    pub level: Level,
    /// Why it said so: for another reason it speaks again.
    pub cause: Option<Cause>,
    /// How many evaluations in a row were bad.
    pub bad: u32,
    /// The first of them.
    pub shown: Vec<Bad>,
    /// How many evaluations in a row had no data.
    pub missing: u32,
    /// The first of them.
    pub missing_since: Option<Instant>,
    /// Since when nothing is known.
    pub inconclusive: Option<Instant>,
    /// The last evaluation that missed nothing.
    pub judged: Option<Instant>,
    /// Whether there ever was a measurement of everything that it reads.
    pub measured: bool,
    /// For each metric that it reads, how many holes it had when the rule was judged last; empty before that.
    pub holes: Vec<u64>,
    /// How often it fired.
    pub fired: u32,
}

/// What a rule has said of the row of bad evaluations that it is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Level {
    #[default]
    Calm,
    Alerted,
    Fired,
}

/// A bad evaluation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Bad {
    pub at: Instant,
    pub sampled: Vec<Sampled>,
}

impl Standing {
    /// Evaluates the rule.
    pub(super) fn evaluate(
        &mut self,
        scene: &Scene<'_>,
        rule: &Trigger,
        scratch: &mut Vec<Came>,
        out: &mut Vec<Verdict>,
    ) {
        let judged = scene.judge(rule, &self.holes, scratch);
        self.holes.clear();
        self.holes.extend(scene.holes(rule));
        self.measured = self.measured || scene.is_measured(rule);
        match judged {
            Judged::Bad => {
                self.data_came(scene, rule, out);
                self.breach(scene, rule, out);
            }
            Judged::Good => {
                self.data_came(scene, rule, out);
                self.forget_bad();
                self.level = Level::Calm;
            }
            Judged::Missing => {
                self.forget_bad();
                self.missed(scene, rule, out);
            }
        }
    }

    /// Looks at what came too late to be evaluated in its turn: it may fire, and clears nothing.
    pub(super) fn evaluate_late(
        &mut self,
        scene: &Scene<'_>,
        rule: &Trigger,
        scratch: &mut Vec<Came>,
        out: &mut Vec<Verdict>,
    ) {
        if scene.judge(rule, &self.holes, scratch) == Judged::Bad {
            self.breach(scene, rule, out);
        }
    }

    /// The instant at which missing data fire, if none come until then.
    pub(super) fn deadline(&self, scene: &Scene<'_>, rule: &Trigger) -> Option<Instant> {
        match &rule.no_data {
            NoData::Zero | NoData::Fires(_) => None,
            NoData::Late { after, .. } => {
                let waits = rule.reads.iter().filter_map(|metric| scene.waits_since(*metric, self.judged));
                waits.min()?.checked_add(*after)
            }
            NoData::Inconclusive { after, .. } => self.inconclusive?.checked_add(*after),
        }
    }

    /// Fires because data are still missing at the deadline.
    pub(super) fn run_out(&mut self, scene: &Scene<'_>, rule: &Trigger, out: &mut Vec<Verdict>) {
        if let NoData::Late { fires, .. } | NoData::Inconclusive { fires, .. } = &rule.no_data {
            self.fire_for_no_data(scene, rule, fires, out);
        }
    }

    fn forget_bad(&mut self) {
        self.bad = 0;
        self.shown.clear();
    }

    fn data_came(&mut self, scene: &Scene<'_>, rule: &Trigger, out: &mut Vec<Verdict>) {
        self.judged = Some(scene.now);
        self.missing = 0;
        self.missing_since = None;
        if self.inconclusive.take().is_some() {
            out.push(Verdict::ConclusiveAgain { rule: rule.id.clone(), at: scene.now });
        }
    }

    fn missed(&mut self, scene: &Scene<'_>, rule: &Trigger, out: &mut Vec<Verdict>) {
        self.missing = self.missing.saturating_add(1);
        let since = *self.missing_since.get_or_insert(scene.now);
        match &rule.no_data {
            NoData::Fires(code) => self.fire_for_no_data(scene, rule, code, out),
            NoData::Inconclusive { evaluations, .. }
                if self.missing >= *evaluations && self.inconclusive.is_none() =>
            {
                self.inconclusive = Some(scene.now);
                let (rule, tell) = (rule, told(rule));
                let metrics = scene.missing(rule);
                let at = scene.now;
                out.push(Verdict::Inconclusive { rule: rule.id.clone(), at, since, metrics, tell });
            }
            NoData::Zero | NoData::Late { .. } | NoData::Inconclusive { .. } => {}
        }
    }

    fn breach(&mut self, scene: &Scene<'_>, rule: &Trigger, out: &mut Vec<Verdict>) {
        self.bad = self.bad.saturating_add(1);
        if self.shown.len() < MOST_SHOWN {
            self.shown.push(Bad { at: scene.now, sampled: scene.sampled(rule) });
        }
        let silent_from_the_start = match &rule.no_data {
            NoData::Fires(code) if scene.never_beat(rule) => Some(code),
            _ => None,
        };
        let cause = if silent_from_the_start.is_some() { Cause::NoData } else { Cause::Breach };
        if self.bad < rule.holding || self.has_said_all(scene, rule, cause) {
            return;
        }
        let evaluation = |bad: &Bad| {
            let then = Scene { now: bad.at, ..*scene };
            BadEvaluation { at: bad.at, evidence: then.evidence(rule, &bad.sampled) }
        };
        let first = self.shown.first().map_or(&[][..], |bad| &bad.sampled);
        let firing = Firing {
            code: silent_from_the_start.unwrap_or(&rule.fires).clone(),
            cause,
            first_bad: scene.began(rule, first),
            evaluations: self.bad,
            bad: self.shown.iter().map(evaluation).collect(),
            ..blank(scene, rule)
        };
        self.say(scene, rule, firing, out);
    }

    fn fire_for_no_data(&mut self, scene: &Scene<'_>, rule: &Trigger, code: &Name, out: &mut Vec<Verdict>) {
        if self.has_said_all(scene, rule, Cause::NoData) {
            return;
        }
        let late = scene.missing(rule);
        // What is measured again and again may have a value that has become too old.
        let late = if late.is_empty() { scene.names(rule) } else { late };
        let evidence = late.into_iter().map(Evidence::missing).collect();
        let firing = Firing {
            code: code.clone(),
            cause: Cause::NoData,
            first_bad: self.missing_since.unwrap_or(scene.now),
            evaluations: self.missing,
            bad: vec![BadEvaluation { at: scene.now, evidence }],
            ..blank(scene, rule)
        };
        self.say(scene, rule, firing, out);
    }

    fn has_said_all(&self, scene: &Scene<'_>, rule: &Trigger, cause: Cause) -> bool {
        let said = match self.level {
            Level::Calm => false,
            Level::Alerted => !scene.is_armed(rule),
            Level::Fired => true,
        };
        said && self.cause == Some(cause)
    }

    fn say(&mut self, scene: &Scene<'_>, rule: &Trigger, firing: Firing, out: &mut Vec<Verdict>) {
        self.cause = Some(firing.cause);
        if scene.is_armed(rule) {
            self.level = Level::Fired;
            self.fired = self.fired.saturating_add(1);
            out.push(Verdict::Fired(firing));
        } else {
            self.level = Level::Alerted;
            out.push(Verdict::Alert(firing));
        }
    }
}

fn blank(scene: &Scene<'_>, rule: &Trigger) -> Firing {
    Firing {
        rule: rule.id.clone(),
        code: rule.fires.clone(),
        at: scene.now,
        role: Role::Informs,
        cause: Cause::Breach,
        first_bad: scene.now,
        evaluations: 0,
        bad: Vec::new(),
        tell: told(rule),
    }
}

/// The rule's owner and those whom it notifies, each once.
fn told(rule: &Trigger) -> Vec<Name> {
    let mut tell: Vec<Name> = rule.owner.iter().cloned().collect();
    for role in &rule.notify {
        if !tell.contains(role) {
            tell.push(role.clone());
        }
    }
    tell
}

impl Scene<'_> {
    /// Whether the rule may take the change back now; it has no period, or the period is given and it is in it.
    fn is_armed(&self, rule: &Trigger) -> bool {
        let Some(slot) = rule.armed_during else { return true };
        match self.watched.record.slot(slot) {
            State::Given(Value::Period(period)) => period.contains(self.now),
            _ => false,
        }
    }

    /// For each metric that the rule reads, how many holes it has.
    fn holes(&self, rule: &Trigger) -> impl Iterator<Item = u64> {
        rule.reads.iter().map(|metric| self.beats(*metric).1)
    }

    fn missing(&self, rule: &Trigger) -> Vec<Name> {
        let missing = rule.reads.iter().filter(|metric| self.is_missing(rule, **metric));
        missing
            .filter_map(|metric| self.watched.ir.metric(*metric))
            .map(|metric| metric.name.clone())
            .collect()
    }

    fn names(&self, rule: &Trigger) -> Vec<Name> {
        let metrics = rule.reads.iter().filter_map(|metric| self.watched.ir.metric(*metric));
        metrics.map(|metric| metric.name.clone()).collect()
    }

    /// Whether everything that the rule reads was measured: for events and heartbeats, that there was one.
    fn is_measured(&self, rule: &Trigger) -> bool {
        rule.reads.iter().all(|id| match self.watched.ir.metric(*id).map(|metric| &metric.shape) {
            Some(Shape::Gauge { .. } | Shape::Result { .. } | Shape::Probe { .. }) => {
                self.newest(*id).is_some()
            }
            Some(Shape::Heartbeat { .. }) => self.beats(*id).0.is_some(),
            Some(Shape::Events { .. }) => self.has_events(*id),
            None => false,
        })
    }

    /// Since when a metric has had no value: since the start where it never had any; of what is measured again and again
    /// since the last. None if a value that it has is all that there will be.
    fn waits_since(&self, id: MetricId, judged: Option<Instant>) -> Option<Instant> {
        if !self.is_watched(id) {
            return None;
        }
        match &self.watched.ir.metric(id)?.shape {
            Shape::Gauge { .. } => Some(judged.unwrap_or(self.started)),
            Shape::Probe { every: Some(_), .. } => {
                Some(self.newest(id).map_or(self.started, |(at, _)| at.max(self.started)))
            }
            Shape::Result { .. } | Shape::Probe { every: None, .. } => {
                self.newest(id).is_none().then_some(self.started)
            }
            Shape::Heartbeat { .. } => self.beats(id).0.is_none().then_some(self.started),
            Shape::Events { .. } => None,
        }
    }
}
