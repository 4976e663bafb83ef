//! What comes in, read against the metrics of the policy.

use super::verdict::{Remark, RemarkKind};
use super::watched::Watched;
use crate::eval::{self, Verdict as Truth};
use crate::ir::{EnumId, FactsId, Ir, MetricId, Name, NodeId, Shape, SlotId, State, Type};
use crate::json::Json;
use crate::value::{Instant, Measurement, Value};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

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

/// Counts what is wrong with samples.
#[derive(Debug, Default)]
pub(super) struct Remarks {
    found: BTreeMap<(Name, RemarkKind), (u64, Instant)>,
    unknown: usize,
}

/// Samples of more unknown metrics than this are counted under one name.
const MOST_UNKNOWN: usize = 20;

impl Remarks {
    pub(super) fn note(&mut self, metric: &Name, at: Instant, kind: RemarkKind) {
        let mut key = (metric.clone(), kind);
        if kind == RemarkKind::UnknownMetric && !self.found.contains_key(&key) {
            if self.unknown >= MOST_UNKNOWN {
                key.0 = Name::from("…");
            }
            self.unknown = self.unknown.saturating_add(1);
        }
        match self.found.entry(key) {
            Entry::Vacant(place) => {
                place.insert((1, at));
            }
            Entry::Occupied(mut place) => {
                let (count, first) = place.get_mut();
                *count = count.saturating_add(1);
                *first = at.min(*first);
            }
        }
    }

    pub(super) fn told(self) -> Vec<Remark> {
        let remark = |((metric, kind), (count, first))| Remark { metric, kind, count, first };
        self.found.into_iter().map(remark).collect()
    }
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
    pub(super) fn take(&mut self, sample: &Sample) -> Result<Taken, RemarkKind> {
        let ir = self.watched.ir;
        let metric = ir.metric_by_name(&sample.metric).ok_or(RemarkKind::UnknownMetric)?;
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
        let record = self.record.get_or_insert_with(|| record.clone());
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
