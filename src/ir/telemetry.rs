//! What is measured and what takes a change back, as the monitor reads them.
//!
//! A rule's condition is a list of parts, each reading parts before it: one pass over the list, without recursion, gives
//! the last part, which is the condition. What reads no metric is one part: a node that `eval` judges by the change's
//! record.
//!
//! Always holds where [`lower`](super::lower) made it: numbers that a part names exist; a part reads earlier parts only;
//! a metric has the shape that the parts which read it ask for; intervals and windows are longer than nothing.

#[cfg(any(feature = "compiler", feature = "life"))]
mod walk;

#[cfg(any(feature = "compiler", feature = "life"))]
pub use walk::*;

use super::{FactsId, Name, NodeId, SlotId, Type};
use crate::text::Span;
use crate::value::{Comparison, Duration, Fixed, Value};
use serde::{Deserialize, Serialize};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub struct $name(pub u32);

        impl $name {
            /// Returns the position in the list that the id points into.
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

ids! {
    /// Points into [`Ir::metrics`].
    MetricId;
    /// Points into [`Rollback::windows`].
    WindowId;
    /// Points into [`Trigger::when`].
    PartId;
}

/// What is measured.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Metric {
    /// Where it was declared.
    pub span: Span,
    /// Its name.
    pub name: Name,
    /// Its title.
    pub title: Name,
    /// Who reports it, where the policy says so; of events the facts group.
    pub source: Option<Name>,
    /// What comes in, and how often.
    pub shape: Shape,
}

/// The shape of a metric, with what only that shape has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Shape {
    /// A number at intervals.
    Gauge {
        /// The type of a value.
        ty: Type,
        /// The time from one evaluation to the next.
        every: Duration,
        /// The trailing window that each value was measured over.
        over: Option<Duration>,
        /// The time before the deployment whose median is the baseline.
        baseline_of: Option<Duration>,
    },
    /// A value that a test gives, now and then.
    Result {
        /// The type of a value.
        ty: Type,
    },
    /// What an attempt came to.
    Probe {
        /// The type of a value.
        ty: Type,
        /// How often it is tried; once where the policy does not say.
        every: Option<Duration>,
    },
    /// Things that happen, each described by a facts group.
    Events {
        /// The group.
        facts: FactsId,
        /// The field of the group that tells two events apart.
        distinct: SlotId,
        /// Which of them count; all where there is none.
        filter: Option<NodeId>,
    },
    /// A sign of life.
    Heartbeat {
        /// The time from one beat to the next.
        every: Duration,
        /// Whether each beat carries the number after that of the beat before.
        numbered: bool,
    },
}

/// What takes a change back.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Rollback {
    /// Where it was declared.
    pub span: Span,
    /// How long going back may take from the instant a rule fires.
    pub restore: Duration,
    /// Whether exactly that long is too long.
    pub restore_is_strict: bool,
    /// The code of a rollback that took too long.
    pub restore_code: Name,
    /// The milestones from which and until which it is watched.
    pub watch: Option<(Name, Name)>,
    /// What rules count.
    pub windows: Vec<Window>,
    /// The rules.
    pub rules: Vec<Trigger>,
}

/// A trailing window in which the distinct events of a metric are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// The metric, of shape [`Shape::Events`].
    pub metric: MetricId,
    /// From `t - length` (outside) to `t` (inside).
    pub length: Duration,
}

/// One rule of a rollback.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Trigger {
    /// Where it was declared.
    pub span: Span,
    /// Its id.
    pub id: Name,
    /// Its title.
    pub title: Name,
    /// The role that answers for it.
    pub owner: Option<Name>,
    /// The code with which it fires.
    pub fires: Name,
    /// Its condition: the last part, made of those before it.
    pub when: Vec<Part>,
    /// The metrics that it reads, each once, in the order of [`Ir::metrics`].
    pub reads: Vec<MetricId>,
    /// When it is evaluated.
    pub pace: Pace,
    /// How many evaluations in a row must find the condition to hold; at least one.
    pub holding: u32,
    /// The period field during which it fires; outside it, it only alerts.
    pub armed_during: Option<SlotId>,
    /// What missing data means.
    pub no_data: NoData,
    /// Whom it tells.
    pub notify: Vec<Name>,
    /// The clauses that it serves.
    pub serves: Vec<Name>,
}

impl Trigger {
    /// Returns the codes with which it can fire: its own, and the one for missing data if that is another.
    pub fn codes(&self) -> impl Iterator<Item = &Name> {
        let missing = match &self.no_data {
            NoData::Zero => None,
            NoData::Fires(code)
            | NoData::Late { fires: code, .. }
            | NoData::Inconclusive { fires: code, .. } => Some(code),
        };
        std::iter::once(&self.fires).chain(missing.filter(|code| **code != self.fires))
    }
}

/// When a rule is evaluated, beside the instants at which one of its results, events or beats arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Pace {
    /// It reads a gauge: this long after the start and again each time this long has passed. What arrives in between waits.
    Every(Duration),
    /// It depends on the time that passes: on each whole minute of the clock.
    WholeMinutes,
    /// What it reads changes only when something arrives.
    Arrivals,
}

/// What no data means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum NoData {
    /// Nothing happened.
    Zero,
    /// It fires with this code as soon as data are missed.
    Fires(Name),
    /// It fires with this code after this long without a value; exactly this long is enough.
    Late {
        /// How long.
        after: Duration,
        /// The code.
        fires: Name,
    },
    /// After some missing evaluations nothing is known; when that lasts, it fires.
    Inconclusive {
        /// How many in a row; at least one.
        evaluations: u32,
        /// How long nothing is known before it fires; exactly this long is enough.
        after: Duration,
        /// The code.
        fires: Name,
    },
}

/// One part of a rule's condition. Conditions and values are parts alike.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Part {
    /// All of these hold.
    All(Box<[PartId]>),
    /// Any of these holds.
    Any(Box<[PartId]>),
    /// It does not hold.
    Not(PartId),
    /// `<`, `<=`, `>`, `>=`.
    Compare {
        /// Which of the four.
        op: Comparison,
        /// The left operand.
        left: PartId,
        /// The right operand.
        right: PartId,
    },
    /// Whether two values are the same.
    Same {
        /// The left operand.
        left: PartId,
        /// The right operand.
        right: PartId,
    },
    /// Whether a value is one of some constants.
    OneOf {
        /// The value.
        left: PartId,
        /// The constants.
        items: Box<[Value]>,
    },
    /// Whether a gauge lies above its baseline by more than a share of it.
    Rises {
        /// The gauge, which has a baseline.
        metric: MetricId,
        /// The share, in per cent.
        by: Fixed,
    },
    /// Whether a gauge lies below its baseline by more than a share of it.
    Falls {
        /// The gauge, which has a baseline.
        metric: MetricId,
        /// The share, in per cent.
        by: Fixed,
    },
    /// Whether a heartbeat has been silent for longer than this.
    Silent {
        /// The heartbeat.
        metric: MetricId,
        /// Exactly this long is not longer.
        longer_than: Duration,
    },
    /// Whether a number is missing between two beats.
    Skips {
        /// The heartbeat, which is numbered.
        metric: MetricId,
    },
    /// The newest value of a gauge, a result or a probe.
    Newest(MetricId),
    /// How many distinct events there were; 10,000 also stands for more.
    Count(WindowId),
    /// A value written in the policy.
    Constant(Value),
    /// A condition that reads no metric.
    Holds(NodeId),
    /// A value that reads no metric.
    Value(NodeId),
    /// A sum. The checker has shown that it fits.
    Add(PartId, PartId),
    /// A difference. The checker has shown that it fits.
    Subtract(PartId, PartId),
}

impl Part {
    /// Returns the parts that this one reads.
    pub fn operands(&self) -> Vec<PartId> {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.to_vec(),
            Self::Not(inner) | Self::OneOf { left: inner, .. } => vec![*inner],
            Self::Compare { left, right, .. }
            | Self::Same { left, right }
            | Self::Add(left, right)
            | Self::Subtract(left, right) => vec![*left, *right],
            Self::Rises { .. }
            | Self::Falls { .. }
            | Self::Silent { .. }
            | Self::Skips { .. }
            | Self::Newest(_)
            | Self::Count(_)
            | Self::Constant(_)
            | Self::Holds(_)
            | Self::Value(_) => Vec::new(),
        }
    }
}
