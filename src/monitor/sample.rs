//! What comes in, read against the metrics of the policy.

use super::signal::Signal;
use super::verdict::{Remark, RemarkKind};
use super::watched::Watched;
use crate::eval::{self, Verdict as Truth};
use crate::ir::{EnumId, FactsId, Ir, MetricId, Name, NodeId, Shape, SlotId, State, Type};
use crate::json::Json;
use crate::value::{Instant, Measurement, Value};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One sample of one metric.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sample {
    /// The metric's name.
    pub metric: Name,
    /// When it was measured, tried, sent, or when it happened.
    pub at: Instant,
    /// What was read.
    pub reading: Reading,
}

/// What a sample says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reading {
    /// A number of a gauge, a result or a probe; a percentage as people write it: 20 % is 20.
    Number(Measurement),
    /// `NaN` or an infinity: there was a sample, and it says nothing.
    NotANumber,
    /// A value of an enumeration.
    Word(Name),
    /// Yes or no.
    YesNo(bool),
    /// One event, an object by the facts group that describes it. The metric's `where` decides whether it counts.
    Event(Json),
    /// One event by its distinct id, of which is known that it counts.
    Counted(Name),
    /// A beat, with its number where beats are numbered.
    Beat(Option<u64>),
}

/// A value as the monitor keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Measured {
    Number(Measurement),
    Word(u16),
    YesNo(bool),
}

/// A sample that is of its metric's shape and type.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Taken {
    // The order in which samples are looked at; no two orders of the same samples give another one.
    pub at: Instant,
    pub metric: MetricId,
    pub what: What,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum What {
    Measured(Measured),
    /// A distinct id.
    Event(Name),
    Beat(Option<u64>),
}

/// How many there were, and the time of the earliest.
type Tally = BTreeMap<RemarkKind, (u64, Instant)>;

/// Counts what is wrong with samples.
#[derive(Debug, Default)]
pub(super) struct Remarks {
    /// One for each of `Ir::metrics`.
    known: Vec<Tally>,
    unknown: BTreeMap<Name, Tally>,
}

/// Samples of more unknown metrics than this are counted under one name.
const MOST_UNKNOWN: usize = 20;

impl Remarks {
    pub(super) fn note(&mut self, metric: MetricId, at: Instant, kind: RemarkKind) {
        if self.known.len() <= metric.index() {
            self.known.resize(metric.index().saturating_add(1), Tally::new());
        }
        if let Some(tally) = self.known.get_mut(metric.index()) {
            add(tally, at, kind);
        }
    }

    /// Notes what is about no metric of the policy.
    pub(super) fn note_other(&mut self, name: &Name, at: Instant, kind: RemarkKind) {
        let full = self.unknown.len() >= MOST_UNKNOWN && !self.unknown.contains_key(name);
        let name = if full { Name::from("…") } else { name.clone() };
        add(self.unknown.entry(name).or_default(), at, kind);
    }

    /// Adds what was found to the numbers that are kept, and tells it by metric and kind.
    pub(super) fn told(self, ir: &Ir, signals: &mut [Signal]) -> Vec<Remark> {
        for (signal, tally) in signals.iter_mut().zip(&self.known) {
            for (kind, (count, _)) in tally {
                let kept = signal.remarks.entry(*kind).or_default();
                *kept = kept.saturating_add(*count);
            }
        }
        let known = ir.metrics.iter().zip(self.known).map(|(metric, tally)| (metric.name.clone(), tally));
        let remarks = known.chain(self.unknown).flat_map(|(metric, tally)| {
            let remark = move |(kind, (count, first))| Remark { metric: metric.clone(), kind, count, first };
            tally.into_iter().map(remark)
        });
        remarks.collect()
    }
}

fn add(tally: &mut Tally, at: Instant, kind: RemarkKind) {
    let (count, first) = tally.entry(kind).or_insert((0, at));
    *count = count.saturating_add(1);
    *first = at.min(*first);
}

/// Reads samples one after the other; an event's record is made once.
pub(super) struct Reader<'a> {
    watched: &'a Watched<'a>,
    record: Option<crate::ir::Record>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(watched: &'a Watched<'a>) -> Self {
        Self { watched, record: None }
    }

    /// Returns the sample as its metric takes it, or what is wrong with it.
    pub(super) fn take(&mut self, metric: MetricId, sample: &Sample) -> Result<Taken, RemarkKind> {
        let ir = self.watched.ir;
        let shape = ir.metric(metric).map(|metric| &metric.shape).ok_or(RemarkKind::UnknownMetric)?;
        let what = match (shape, &sample.reading) {
            (Shape::Gauge { ty, .. } | Shape::Result { ty } | Shape::Probe { ty, .. }, reading) => {
                What::Measured(measured(ir, ty, reading)?)
            }
            (Shape::Events { facts, distinct, filter }, Reading::Event(event)) => {
                What::Event(self.event(*facts, *distinct, *filter, event, sample.at)?)
            }
            (Shape::Events { .. }, Reading::Counted(id)) => What::Event(id.clone()),
            (Shape::Heartbeat { numbered: true, .. }, Reading::Beat(Some(number))) => {
                What::Beat(Some(*number))
            }
            // A number that is missing where it is due may hide a hole.
            (Shape::Heartbeat { numbered: true, .. }, Reading::Beat(None)) => {
                return Err(RemarkKind::Malformed);
            }
            (Shape::Heartbeat { numbered: false, .. }, Reading::Beat(_)) => What::Beat(None),
            (Shape::Events { .. } | Shape::Heartbeat { .. }, _) => return Err(RemarkKind::WrongKind),
        };
        Ok(Taken { at: sample.at, metric, what })
    }

    /// Returns the id by which the event is told from others, if it counts.
    fn event(
        &mut self,
        facts: FactsId,
        distinct: SlotId,
        filter: Option<NodeId>,
        event: &Json,
        at: Instant,
    ) -> Result<Name, RemarkKind> {
        let Watched { ir, record, outcome } = self.watched;
        let record = self.record.get_or_insert_with(|| (*record).clone());
        eval::read_event(ir, facts, event, record).map_err(|_| RemarkKind::Malformed)?;
        let id = match record.slot(distinct) {
            State::Given(Value::Text(text)) => text.clone(),
            State::Given(value) => value.as_number().ok_or(RemarkKind::Malformed)?.to_string().into(),
            State::Absent | State::Unanswered => return Err(RemarkKind::Malformed),
        };
        match filter.map_or(Truth::Yes, |filter| eval::test_at(ir, record, outcome, at, filter)) {
            Truth::Yes => Ok(id),
            Truth::No | Truth::Unknown => Err(RemarkKind::NotCounted),
        }
    }
}

fn measured(ir: &Ir, ty: &Type, reading: &Reading) -> Result<Measured, RemarkKind> {
    const TRILLIONTHS: i128 = 1_000_000_000_000;
    let within = |number: &Measurement, min: i128, max: i128| {
        (min..=max).contains(&number.trillionths()).then_some(Measured::Number(*number))
    };
    let whole = |number: i64| i128::from(number).saturating_mul(TRILLIONTHS);
    match (ty, reading) {
        (_, Reading::NotANumber) => Err(RemarkKind::NotANumber),
        (Type::Int { min, max }, Reading::Number(number)) => {
            let is_whole = number.trillionths().checked_rem(TRILLIONTHS) == Some(0);
            within(number, whole(*min), whole(*max)).filter(|_| is_whole).ok_or(RemarkKind::OutOfRange)
        }
        (Type::Decimal { min, max } | Type::Percent { min, max }, Reading::Number(number)) => {
            let of = |fixed| Measurement::from_fixed(fixed).trillionths();
            within(number, of(*min), of(*max)).ok_or(RemarkKind::OutOfRange)
        }
        (Type::YesNo, Reading::YesNo(yes)) => Ok(Measured::YesNo(*yes)),
        (Type::Enum(of), Reading::Word(word)) => {
            word_of(ir, *of, word).map(Measured::Word).ok_or(RemarkKind::OutOfRange)
        }
        _ => Err(RemarkKind::WrongKind),
    }
}

fn word_of(ir: &Ir, of: EnumId, word: &str) -> Option<u16> {
    let values = ir.enums.get(of.index()).map_or(&[][..], |declared| &declared.values);
    values.iter().position(|value| &*value.name == word).and_then(|index| u16::try_from(index).ok())
}
