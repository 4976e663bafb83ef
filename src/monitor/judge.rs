//! Whether a rule's condition holds.
//!
//! Three answers: yes, no, and unknown where a metric has no value that it depends on. Numbers are compared in trillionths.

use super::sample::Measured;
use super::signal::{Beat, Hole, Kept, Signal};
use super::watched::Watched;
use super::window::{Count, Seen};
use crate::eval::{self, Verdict as Truth};
use crate::ir::{MetricId, NoData, Pace, Part, PartId, Rollback, Shape, Trigger, WindowId};
use crate::value::{Comparison, Duration, Instant, Measurement, Value};

/// What the metrics say at an instant.
#[derive(Clone, Copy)]
pub(super) struct Scene<'a> {
    pub watched: &'a Watched<'a>,
    pub rollback: &'a Rollback,
    pub signals: &'a [Signal],
    pub windows: &'a [Seen],
    pub started: Instant,
    pub now: Instant,
}

/// What a part of a condition comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Came {
    Truth(Truth),
    /// In trillionths: wide enough for every number of the language, not only for measurements.
    Number(i128),
    Word(u16),
    /// There is no measurement.
    Unmeasured,
    /// A field of the change that is missing.
    Absent,
}

impl Came {
    fn truth(self) -> Truth {
        match self {
            Self::Truth(truth) => truth,
            Self::Unmeasured => Truth::Unknown,
            Self::Number(_) | Self::Word(_) | Self::Absent => Truth::No,
        }
    }

    pub(super) fn of(value: Option<&Value>) -> Self {
        match value {
            Some(Value::YesNo(yes)) => Self::Truth(Truth::of(*yes)),
            Some(Value::Int(number)) => Self::Number(i128::from(*number).saturating_mul(TRILLIONTHS_IN_ONE)),
            Some(Value::Decimal(number) | Value::Percent(number)) => {
                Self::Number(Measurement::from_fixed(*number).trillionths())
            }
            Some(Value::Enum(word)) => Self::Word(*word),
            // No metric is of another type, so nothing is compared with one; see `check`.
            _ => Self::Absent,
        }
    }

    fn of_measured(value: Measured) -> Self {
        match value {
            Measured::Number(number) => Self::Number(number.trillionths()),
            Measured::Word(word) => Self::Word(word),
            Measured::YesNo(yes) => Self::Truth(Truth::of(yes)),
        }
    }
}

pub(super) const MINUTE_MS: i64 = 60_000;

pub(super) const TRILLIONTHS_IN_ONE: i128 = 1_000_000_000_000;

/// What an evaluation of a rule comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Judged {
    /// The condition holds.
    Bad,
    /// It does not, and everything that it reads was measured.
    Good,
    /// It is not known to hold, and something that it reads was not measured.
    Missing,
}

impl Scene<'_> {
    /// Judges a rule. `holes_before` is how many holes each metric that it reads had when it was judged last.
    pub(super) fn judge(&self, rule: &Trigger, holes_before: &[u64], scratch: &mut Vec<Came>) -> Judged {
        self.parts(rule, holes_before, &|metric| self.newest(metric), scratch);
        match scratch.last().map_or(Truth::No, |last| last.truth()) {
            Truth::Yes => Judged::Bad,
            _ if rule.reads.iter().any(|metric| self.is_missing(rule, *metric)) => Judged::Missing,
            Truth::No | Truth::Unknown => Judged::Good,
        }
    }

    /// Works out every part of a rule's condition, in order.
    pub(super) fn parts(
        &self,
        rule: &Trigger,
        holes_before: &[u64],
        newest: &dyn Fn(MetricId) -> Option<(Instant, Measured)>,
        scratch: &mut Vec<Came>,
    ) {
        scratch.clear();
        for part in &rule.when {
            let of = |id: &PartId| scratch.get(id.index()).copied().unwrap_or(Came::Absent);
            let came = match part {
                Part::All(parts) => {
                    Came::Truth(parts.iter().map(|part| of(part).truth()).fold(Truth::Yes, Truth::and))
                }
                Part::Any(parts) => {
                    Came::Truth(parts.iter().map(|part| of(part).truth()).fold(Truth::No, Truth::or))
                }
                Part::Not(inner) => Came::Truth(of(inner).truth().negated()),
                Part::Compare { op, left, right } => Came::Truth(compare(*op, of(left), of(right))),
                Part::Same { left, right } => Came::Truth(same(of(left), of(right))),
                Part::OneOf { left, items } => {
                    let left = of(left);
                    let items = items.iter().map(|item| same(left, Came::of(Some(item))));
                    Came::Truth(items.fold(Truth::No, Truth::or))
                }
                Part::Rises { metric, by } => Came::Truth(self.against_baseline(
                    *metric,
                    newest,
                    |value, base| value.rises_by_more_than(base, *by),
                )),
                Part::Falls { metric, by } => Came::Truth(self.against_baseline(
                    *metric,
                    newest,
                    |value, base| value.falls_by_more_than(base, *by),
                )),
                Part::Silent { metric, longer_than } => Came::Truth(self.silent(rule, *metric, *longer_than)),
                Part::Skips { metric } => Came::Truth(self.skips(rule, *metric, holes_before)),
                Part::Newest(metric) => {
                    newest(*metric).map_or(Came::Unmeasured, |(_, value)| Came::of_measured(value))
                }
                Part::Count(window) => {
                    let ids = i128::try_from(self.count(*window).ids).unwrap_or(i128::MAX);
                    Came::Number(ids.saturating_mul(TRILLIONTHS_IN_ONE))
                }
                Part::Constant(value) => Came::of(Some(value)),
                Part::Holds(node) => {
                    let Watched { ir, record, outcome } = self.watched;
                    Came::Truth(eval::test_at(ir, record, outcome, self.now, *node))
                }
                Part::Value(node) => {
                    let Watched { ir, record, outcome } = self.watched;
                    Came::of(eval::value_at(ir, record, outcome, self.now, *node).as_ref())
                }
                Part::Add(left, right) => sum(of(left), of(right), i128::checked_add),
                Part::Subtract(left, right) => sum(of(left), of(right), i128::checked_sub),
            };
            scratch.push(came);
        }
    }

    /// The newest value that counts now: of a gauge the one of this evaluation, of a result or a probe the last there was.
    pub(super) fn newest(&self, id: MetricId) -> Option<(Instant, Measured)> {
        let signal = self.signals.get(id.index())?;
        match (&signal.kept, self.watched.ir.metric(id).map(|metric| &metric.shape)) {
            (Kept::Gauge { newest, .. }, Some(Shape::Gauge { every, .. })) => {
                let (at, value) = (*newest)?;
                let in_time = at <= self.now && self.now.since(at) < *every;
                value.filter(|_| in_time).map(|value| (at, value))
            }
            (Kept::Newest(newest), _) => *newest,
            _ => None,
        }
    }

    fn against_baseline(
        &self,
        id: MetricId,
        newest: &dyn Fn(MetricId) -> Option<(Instant, Measured)>,
        holds: impl Fn(Measurement, Measurement) -> bool,
    ) -> Truth {
        match (newest(id), self.baseline(id)) {
            (Some((_, Measured::Number(value))), Some(baseline)) => Truth::of(holds(value, baseline)),
            _ => Truth::Unknown,
        }
    }

    pub(super) fn baseline(&self, id: MetricId) -> Option<Measurement> {
        match self.signals.get(id.index())?.kept {
            Kept::Gauge { baseline, .. } => baseline,
            _ => None,
        }
    }

    pub(super) fn beats(&self, id: MetricId) -> (Option<Beat>, u64, Option<Hole>) {
        match self.signals.get(id.index()).map(|signal| &signal.kept) {
            Some(Kept::Beats { last, holes, last_hole }) => (*last, *holes, *last_hole),
            _ => (None, 0, None),
        }
    }

    pub(super) fn is_watched(&self, id: MetricId) -> bool {
        self.signals.get(id.index()).is_some_and(|signal| signal.watched)
    }

    /// Since when there has been no beat: where there was none at all, since the start.
    pub(super) fn silent_since(&self, id: MetricId) -> Instant {
        self.beats(id).0.map_or(self.started, |beat| beat.at)
    }

    fn silent(&self, rule: &Trigger, id: MetricId, longer_than: Duration) -> Truth {
        let counts = self.beats(id).0.is_some() || matches!(rule.no_data, NoData::Fires(_));
        match counts && self.is_watched(id) {
            true => Truth::of(self.silence_judged(rule).since(self.silent_since(id)) > longer_than),
            false => Truth::Unknown,
        }
    }

    /// Silence is judged on whole minutes (P-13): what arrives in between, such as a beat that is sent again, finds what
    /// was found on the last.
    fn silence_judged(&self, rule: &Trigger) -> Instant {
        match rule.pace {
            Pace::WholeMinutes => {
                let past = self.now.epoch_ms().rem_euclid(MINUTE_MS);
                self.now.checked_sub(Duration::from_ms(past)).unwrap_or(self.now)
            }
            Pace::Every(_) | Pace::Arrivals => self.now,
        }
    }

    fn skips(&self, rule: &Trigger, id: MetricId, holes_before: &[u64]) -> Truth {
        match self.beats(id) {
            (None, ..) if rule.no_data != NoData::Zero => Truth::Unknown,
            (_, holes, _) => {
                let place = rule.reads.iter().position(|read| *read == id);
                Truth::of(holes > place.and_then(|place| holes_before.get(place)).copied().unwrap_or(0))
            }
        }
    }

    pub(super) fn count(&self, window: WindowId) -> Count {
        self.windows.get(window.index()).map_or_else(|| Seen::default().count(), Seen::count)
    }

    /// Whether a metric that the rule reads has no value for this evaluation.
    pub(super) fn is_missing(&self, rule: &Trigger, id: MetricId) -> bool {
        let Some(metric) = self.watched.ir.metric(id) else { return false };
        if !self.is_watched(id) {
            return false;
        }
        match &metric.shape {
            Shape::Events { .. } => false,
            Shape::Gauge { .. } | Shape::Result { .. } | Shape::Probe { .. } => self.newest(id).is_none(),
            Shape::Heartbeat { every, .. } => {
                let silences =
                    rule.when.iter().any(|part| matches!(part, Part::Silent { metric, .. } if *metric == id));
                let has_beaten = self.beats(id).0.is_some();
                match rule.no_data {
                    NoData::Zero => false,
                    // Silence from the start is what `silent` finds by itself.
                    NoData::Fires(_) => !silences && !has_beaten && self.now.since(self.started) >= *every,
                    NoData::Late { .. } | NoData::Inconclusive { .. } => !has_beaten,
                }
            }
        }
    }

    pub(super) fn has_events(&self, id: MetricId) -> bool {
        matches!(self.signals.get(id.index()).map(|signal| &signal.kept), Some(Kept::Events { any: true }))
    }

    /// Whether a breach is for want of a heartbeat that never beat.
    pub(super) fn never_beat(&self, rule: &Trigger) -> bool {
        let heartbeat = |id: &MetricId| {
            let shape = self.watched.ir.metric(*id).map(|metric| &metric.shape);
            matches!(shape, Some(Shape::Heartbeat { .. }))
                && self.beats(*id).0.is_none()
                && self.is_watched(*id)
        };
        rule.reads.iter().any(heartbeat)
    }
}

fn sum(left: Came, right: Came, operation: fn(i128, i128) -> Option<i128>) -> Came {
    match (left, right) {
        (Came::Absent, _) | (_, Came::Absent) => Came::Absent,
        (Came::Number(left), Came::Number(right)) => {
            operation(left, right).map_or(Came::Absent, Came::Number)
        }
        _ => Came::Unmeasured,
    }
}

fn compare(op: Comparison, left: Came, right: Came) -> Truth {
    let order = match (left, right) {
        (Came::Absent, _) | (_, Came::Absent) => return Truth::No,
        (Came::Number(left), Came::Number(right)) => left.cmp(&right),
        (Came::Word(left), Came::Word(right)) => left.cmp(&right),
        _ => return Truth::Unknown,
    };
    Truth::of(match op {
        Comparison::Less => order.is_lt(),
        Comparison::LessOrEqual => order.is_le(),
        Comparison::Greater => order.is_gt(),
        Comparison::GreaterOrEqual => order.is_ge(),
    })
}

fn same(left: Came, right: Came) -> Truth {
    match (left, right) {
        (Came::Absent, _) | (_, Came::Absent) => Truth::No,
        (Came::Number(left), Came::Number(right)) => Truth::of(left == right),
        (Came::Word(left), Came::Word(right)) => Truth::of(left == right),
        (Came::Truth(left), Came::Truth(right)) => match (left.known(), right.known()) {
            (Some(left), Some(right)) => Truth::of(left == right),
            _ => Truth::Unknown,
        },
        _ => Truth::Unknown,
    }
}
