//! The walk over time: what arrives and what is due, in order.

use super::fit::fit;
use super::judge::{Came, MINUTE_MS, Scene};
use super::sample::{Measured, Reader, Remarks, Sample, Taken, What};
use super::signal::{Kept, Signal};
use super::standing::Standing;
use super::verdict::{Observed, RemarkKind, Verdict};
use super::watched::Watched;
use super::window::Seen;
use super::{Monitor, ObserveError};
use crate::ir::{MetricId, Name, Pace, Rollback, Shape, Trigger};
use crate::value::{Duration, Instant};

/// Most evaluations that one call makes because time has passed.
pub const MOST_EVALUATIONS: i64 = 1_000_000;

/// One call under way.
struct Walk<'a> {
    watched: &'a Watched<'a>,
    rollback: &'a Rollback,
    started: Instant,
    /// Everything up to here was judged before.
    seen: Instant,
    /// Up to here everything is judged now.
    now: Instant,
    /// What was due up to here is done.
    reached: Instant,
    signals: &'a mut [Signal],
    windows: &'a mut [Seen],
    rules: &'a mut [Standing],
    /// The next instant at which each rule is due because of its pace.
    ticks: Vec<Option<Instant>>,
    /// For each metric up to when its evaluations are made.
    judged_to: Vec<Instant>,
    scratch: Vec<Came>,
    remarks: Remarks,
    verdicts: Vec<Verdict>,
}

/// Judges everything up to `now`; see [`Monitor::observe`].
pub(super) fn observe(
    monitor: &mut Monitor,
    watched: &Watched<'_>,
    samples: &[Sample],
    now: Instant,
) -> Result<Observed, ObserveError> {
    let rollback = fit(monitor, watched.ir)?;
    let seen = monitor.seen;
    let ticks: Vec<Option<Instant>> =
        rollback.rules.iter().map(|rule| next_tick(rule.pace, monitor.started, seen)).collect();
    let due = rollback.rules.iter().zip(&ticks).map(|(rule, tick)| ticks_until(rule.pace, *tick, now));
    if due.fold(0, i64::saturating_add) > MOST_EVALUATIONS {
        return Err(ObserveError::TooFar { from: seen, to: now });
    }
    let mut remarks = Remarks::default();
    if now < seen {
        remarks.note_other(&Name::from("now"), now, RemarkKind::ClockWentBack);
    }
    let mut walk = Walk {
        watched,
        rollback,
        started: monitor.started,
        seen,
        now: now.max(seen),
        reached: seen,
        judged_to: judged_to(watched, rollback, monitor.started, seen),
        signals: &mut monitor.signals,
        windows: &mut monitor.windows,
        rules: &mut monitor.rules,
        ticks,
        scratch: Vec::new(),
        remarks,
        verdicts: Vec::new(),
    };
    let (in_time, late) = walk.sorted(samples);
    let (mut waiting, affected) = walk.take_late(late);
    walk.go(in_time);
    walk.judge_late(&mut waiting, &affected);
    let Walk { now, remarks, mut verdicts, .. } = walk;
    monitor.seen = now;
    // Of what happens at one instant the order is that of the rules' ids, whatever order they were written in. What one
    // rule says of one instant stays as it was said.
    verdicts.sort_by(|a, b| (a.at(), a.rule()).cmp(&(b.at(), b.rule())));
    monitor.begin_rollback(&mut verdicts);
    if let Some(failed) = monitor.deadline_passed(rollback) {
        let place = verdicts.partition_point(|verdict| verdict.at() <= failed.at());
        verdicts.insert(place, failed);
    }
    let remarks = remarks.told(watched.ir, &mut monitor.signals);
    Ok(Observed { verdicts, remarks })
}

/// The first instant after `seen` at which a rule of this pace is due; none if it waits for what arrives, or time ends.
fn next_tick(pace: Pace, started: Instant, seen: Instant) -> Option<Instant> {
    let (from_ms, every_ms) = grid(pace, started)?;
    let passed = seen.epoch_ms().checked_sub(from_ms)?.checked_div_euclid(every_ms)?;
    // The start itself is no evaluation of a gauge: nothing was measured of the deployment yet.
    let number = passed.checked_add(1)?.max(i64::from(matches!(pace, Pace::Every(_))));
    Instant::from_epoch_ms(number.checked_mul(every_ms)?.checked_add(from_ms)?).ok()
}

/// Where a pace counts from, and its step.
fn grid(pace: Pace, started: Instant) -> Option<(i64, i64)> {
    match pace {
        Pace::Every(every) => Some((started.epoch_ms(), every.ms())),
        Pace::WholeMinutes => Some((0, MINUTE_MS)),
        Pace::Arrivals => None,
    }
}

fn ticks_until(pace: Pace, tick: Option<Instant>, now: Instant) -> i64 {
    let Some((tick, (_, every_ms))) = tick.zip(grid(pace, Instant::MIN)) else { return 0 };
    let span = now.since(tick).ms();
    if span < 0 { 0 } else { span.checked_div(every_ms).unwrap_or(i64::MAX).saturating_add(1) }
}

/// For each metric the last instant at which a rule that reads it was due.
fn judged_to(watched: &Watched<'_>, rollback: &Rollback, started: Instant, seen: Instant) -> Vec<Instant> {
    let mut judged = vec![started; watched.ir.metrics.len()];
    for rule in &rollback.rules {
        let Some((_, every_ms)) = grid(rule.pace, started) else { continue };
        let step = Duration::from_ms(every_ms);
        let last = next_tick(rule.pace, started, seen).and_then(|tick| tick.checked_sub(step));
        for metric in &rule.reads {
            if let (Some(place), Some(last)) = (judged.get_mut(metric.index()), last) {
                *place = last.max(*place);
            }
        }
    }
    judged
}

/// A value that its rules must see although it is not the newest.
struct Other {
    metric: MetricId,
    at: Instant,
    value: Measured,
}

impl Walk<'_> {
    /// Returns what can be taken, in order: what came in time, and what belongs to instants that are judged already.
    fn sorted(&mut self, samples: &[Sample]) -> (Vec<Taken>, Vec<Taken>) {
        let mut reader = Reader::new(self.watched);
        let (mut in_time, mut late, mut before) = (Vec::with_capacity(samples.len()), Vec::new(), Vec::new());
        for sample in samples {
            let Some(metric) = self.watched.ir.metric_by_name(&sample.metric) else {
                self.remarks.note_other(&sample.metric, sample.at, RemarkKind::UnknownMetric);
                continue;
            };
            let taken = match reader.take(metric, sample) {
                Ok(taken) => taken,
                Err(kind) => {
                    self.remarks.note(metric, sample.at, kind);
                    continue;
                }
            };
            let is_gauge = self.is_gauge(metric);
            let is_late = match taken.what {
                // A gauge's sample and a beat wait for the evaluation that they belong to.
                What::Measured(_) if is_gauge => taken.at <= self.judged_to(metric),
                _ => taken.at <= self.seen,
            };
            let remark = if taken.at > self.now {
                RemarkKind::Future
            } else if taken.at < self.started || (is_gauge && taken.at == self.started) {
                if matches!(taken.what, What::Beat(_)) {
                    before.push(taken);
                    continue;
                }
                RemarkKind::BeforeStart
            } else if !is_late {
                in_time.push(taken);
                continue;
            } else if is_gauge {
                RemarkKind::Late
            } else {
                self.remarks.note(metric, taken.at, RemarkKind::Late);
                late.push(taken);
                continue;
            };
            self.remarks.note(metric, taken.at, remark);
        }
        before.sort_unstable();
        for Taken { at, metric, what } in before {
            if let (What::Beat(number), Some(signal)) = (what, self.signals.get_mut(metric.index())) {
                signal.prior_beat(at, number);
            }
        }
        in_time.sort_unstable();
        late.sort_unstable();
        (in_time, late)
    }

    fn is_gauge(&self, metric: MetricId) -> bool {
        matches!(self.watched.ir.metric(metric).map(|metric| &metric.shape), Some(Shape::Gauge { .. }))
    }

    fn judged_to(&self, metric: MetricId) -> Instant {
        self.judged_to.get(metric.index()).copied().unwrap_or(self.started)
    }

    /// Takes what is late, so that everything from now on is judged with it. Returns the values, each of which is to be
    /// judged whatever comes after it, and the metrics of all.
    fn take_late(&mut self, late: Vec<Taken>) -> (Vec<Other>, Vec<MetricId>) {
        let (mut others, mut affected) = (Vec::new(), Vec::new());
        for taken in late {
            let metric = taken.metric;
            let mut is_old = false;
            if let What::Measured(value) = taken.what {
                let at = taken.at;
                others.push(Other { metric, at, value });
                is_old = self.newest(metric).is_some_and(|newest| newest > (at, value));
            }
            if !is_old {
                affected.push(metric);
                others.extend(self.take(taken));
            }
        }
        affected.sort_unstable();
        affected.dedup();
        (others, affected)
    }

    /// The newest value of a result or a probe.
    fn newest(&self, metric: MetricId) -> Option<(Instant, Measured)> {
        match self.signals.get(metric.index()).map(|signal| &signal.kept) {
            Some(Kept::Newest(newest)) => *newest,
            _ => None,
        }
    }

    /// Judges, at the end, what was late. What is the newest by then is judged as such.
    fn judge_late(&mut self, others: &mut Vec<Other>, affected: &[MetricId]) {
        self.arrived(affected, self.now);
        others.retain(|Other { metric, at, value }| self.newest(*metric) != Some((*at, *value)));
        self.judge_others(others, self.now);
    }

    /// Takes one sample. Returns a value that contradicts the newest of its metric and is not kept.
    fn take(&mut self, taken: Taken) -> Option<Other> {
        let Taken { at, metric, what } = taken;
        let judged_to = self.judged_to(metric);
        let signal = self.signals.get_mut(metric.index())?;
        let mut other = None;
        let remark = match (&mut signal.kept, what) {
            (Kept::Gauge { .. }, What::Measured(value)) => {
                if let Some((kind, of)) = signal.gauge(at, value, judged_to) {
                    self.remarks.note(metric, of, kind);
                }
                None
            }
            (Kept::Newest(newest), What::Measured(value)) => {
                let before = *newest;
                let remark = signal.result(at, value);
                if let (Some(RemarkKind::Contradicting), Some((_, held))) = (remark, before) {
                    other = Some(Other { metric, at, value: held.min(value) });
                }
                remark
            }
            (Kept::Events { any }, What::Event(id)) => {
                *any = true;
                let windows = self.rollback.windows.iter().zip(&mut *self.windows);
                let mut news = None;
                for (_, seen) in windows.filter(|(window, _)| window.metric == metric) {
                    news = Some(news.unwrap_or(false) | seen.note(&id, at));
                }
                (news == Some(false)).then_some(RemarkKind::Duplicate)
            }
            (Kept::Beats { .. }, What::Beat(number)) => signal.beat(at, number),
            _ => None,
        };
        if let Some(kind) = remark {
            self.remarks.note(metric, at, kind);
        }
        other
    }

    /// Looks at each instant at which something arrives or is due, in order.
    fn go(&mut self, samples: Vec<Taken>) {
        let mut samples = samples.into_iter().peekable();
        let mut due = self.next_due();
        let mut arrived: Vec<MetricId> = Vec::new();
        loop {
            // What arrives at the instant of an evaluation is part of it.
            if let Some(at) =
                samples.peek().map(|sample| sample.at).filter(|at| due.is_none_or(|due| *at <= due))
            {
                let mut others = Vec::new();
                while let Some(taken) = samples.next_if(|sample| sample.at == at) {
                    if !self.is_gauge(taken.metric) {
                        arrived.push(taken.metric);
                    }
                    others.extend(self.take(taken));
                }
                if !arrived.is_empty() {
                    arrived.dedup();
                    self.arrived(&arrived, at);
                    self.judge_others(&mut others, at);
                    arrived.clear();
                    due = self.next_due();
                }
            } else if let Some(at) = due {
                self.due(at);
                due = self.next_due();
            } else {
                break;
            }
        }
    }

    fn next_due(&self) -> Option<Instant> {
        let scene = self.scene(self.now);
        let rules = self.rollback.rules.iter().zip(&*self.rules).zip(&self.ticks);
        let dues = rules.flat_map(|((rule, standing), tick)| {
            [*tick, standing.deadline(&scene, rule).filter(|at| *at > self.reached)]
        });
        dues.flatten().min().filter(|at| *at <= self.now)
    }

    fn scene(&self, now: Instant) -> Scene<'_> {
        let Self { watched, rollback, started, .. } = *self;
        Scene { watched, rollback, signals: self.signals, windows: self.windows, started, now }
    }

    /// Evaluates the rules whose turn it is, then those that have waited for data until now.
    fn due(&mut self, at: Instant) {
        self.pass(at);
        let Self { watched, rollback, started, .. } = *self;
        let scene =
            Scene { watched, rollback, signals: self.signals, windows: self.windows, started, now: at };
        for ((rule, standing), tick) in rollback.rules.iter().zip(&mut *self.rules).zip(&mut self.ticks) {
            if *tick == Some(at) {
                standing.evaluate(&scene, rule, &mut self.scratch, &mut self.verdicts);
                for metric in &rule.reads {
                    if let Some(place) = self.judged_to.get_mut(metric.index()) {
                        *place = at;
                    }
                }
                let step = grid(rule.pace, started).map(|(_, every_ms)| Duration::from_ms(every_ms));
                *tick = step.and_then(|step| at.checked_add(step));
            }
            if standing.deadline(&scene, rule) == Some(at) {
                standing.run_out(&scene, rule, &mut self.verdicts);
            }
        }
        self.reached = at;
    }

    /// Evaluates the rules that read one of these metrics as something arrives.
    fn arrived(&mut self, metrics: &[MetricId], at: Instant) {
        if metrics.is_empty() {
            return;
        }
        self.pass(at);
        let Self { watched, rollback, started, .. } = *self;
        let scene =
            Scene { watched, rollback, signals: self.signals, windows: self.windows, started, now: at };
        for (rule, standing) in rollback.rules.iter().zip(&mut *self.rules) {
            if reads_on_arrival(rule, metrics) {
                standing.evaluate(&scene, rule, &mut self.scratch, &mut self.verdicts);
            }
        }
    }

    /// Lets the rules see values that are not the newest of their metrics, one by one: a bad one fires all the same.
    fn judge_others(&mut self, others: &mut Vec<Other>, now: Instant) {
        for Other { metric, at, value } in others.drain(..) {
            let newest = match self.signals.get_mut(metric.index()).map(|signal| &mut signal.kept) {
                Some(Kept::Newest(newest)) => newest.replace((at, value)),
                _ => continue,
            };
            let Self { watched, rollback, started, .. } = *self;
            let scene =
                Scene { watched, rollback, signals: self.signals, windows: self.windows, started, now };
            for (rule, standing) in rollback.rules.iter().zip(&mut *self.rules) {
                if reads_on_arrival(rule, &[metric]) {
                    standing.evaluate_late(&scene, rule, &mut self.scratch, &mut self.verdicts);
                }
            }
            if let Some(signal) = self.signals.get_mut(metric.index()) {
                signal.kept = Kept::Newest(newest);
            }
        }
    }

    /// Lets events leave the windows that have gone on.
    fn pass(&mut self, at: Instant) {
        for (window, seen) in self.rollback.windows.iter().zip(&mut *self.windows) {
            seen.pass(at, window.length);
        }
    }
}

/// A rule that reads a gauge keeps to its evaluations; what else it reads waits for them.
fn reads_on_arrival(rule: &Trigger, metrics: &[MetricId]) -> bool {
    !matches!(rule.pace, Pace::Every(_)) && rule.reads.iter().any(|metric| metrics.contains(metric))
}
