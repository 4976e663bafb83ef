//! What is kept of a metric: the newest, and what only its shape needs.

use super::sample::Measured;
use super::verdict::RemarkKind;
use crate::ir::{Metric, Shape};
use crate::value::{Instant, Measurement};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One metric under watch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Signal {
    /// Whether anybody reports it. What nobody reports is taken for healthy: tests of a policy feed some metrics only.
    pub watched: bool,
    pub kept: Kept,
    /// How many samples were not taken as they came, by what was wrong with them.
    pub remarks: BTreeMap<RemarkKind, u64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kept {
    Gauge {
        baseline: Option<Measurement>,
        /// The newest value; none where two samples of one instant say different things.
        newest: Option<(Instant, Option<Measured>)>,
    },
    /// Of a result or a probe.
    Newest(Option<(Instant, Measured)>),
    /// Events are kept by the windows that count them; this is whether there was one.
    Events { any: bool },
    Beats {
        last: Option<Beat>,
        /// How many holes there were.
        holes: u64,
        last_hole: Option<Hole>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Beat {
    pub at: Instant,
    pub number: Option<u64>,
}

/// A beat whose number does not follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Hole {
    pub at: Instant,
    pub before: u64,
    pub found: u64,
}

impl Signal {
    pub(super) fn of(metric: &Metric, baseline: Option<Measurement>, watched: bool) -> Self {
        let kept = match metric.shape {
            Shape::Gauge { .. } => Kept::Gauge { baseline, newest: None },
            Shape::Result { .. } | Shape::Probe { .. } => Kept::Newest(None),
            Shape::Events { .. } => Kept::Events { any: false },
            Shape::Heartbeat { .. } => Kept::Beats { last: None, holes: 0, last_hole: None },
        };
        Self { watched, kept, remarks: BTreeMap::new() }
    }

    /// Takes a sample of a gauge; the evaluation before `at` is judged already. Says what is to be remarked, and of which instant.
    ///
    /// Which samples come first makes no difference: the latest counts, and two of one instant must agree.
    pub(super) fn gauge(
        &mut self,
        at: Instant,
        value: Measured,
        judged_to: Instant,
    ) -> Option<(RemarkKind, Instant)> {
        let Kept::Gauge { newest, .. } = &mut self.kept else { return None };
        match newest {
            Some((known, held)) if *known == at => match held {
                Some(held) if *held == value => Some((RemarkKind::Duplicate, at)),
                _ => {
                    *held = None;
                    Some((RemarkKind::Contradicting, at))
                }
            },
            Some((known, _)) if *known > at => Some((RemarkKind::Superseded, at)),
            Some((known, _)) => {
                let before = std::mem::replace(known, at);
                *newest = Some((at, Some(value)));
                (before > judged_to).then_some((RemarkKind::Superseded, before))
            }
            None => {
                *newest = Some((at, Some(value)));
                None
            }
        }
    }

    /// Takes a result; the later one is the newest, of two of one instant the greater.
    pub(super) fn result(&mut self, at: Instant, value: Measured) -> Option<RemarkKind> {
        let Kept::Newest(newest) = &mut self.kept else { return None };
        let remark = match newest {
            Some(known) if *known == (at, value) => Some(RemarkKind::Duplicate),
            Some((known, _)) if *known == at => Some(RemarkKind::Contradicting),
            _ => None,
        };
        *newest = (*newest).max(Some((at, value)));
        remark
    }

    /// Takes a beat that was sent no earlier than the last.
    ///
    /// The number after the last follows; 0 or 1 is a source that counts anew; any other is a hole. The same number is the
    /// same beat again, and no sign of life: what only repeats itself writes nothing.
    pub(super) fn beat(&mut self, at: Instant, number: Option<u64>) -> Option<RemarkKind> {
        let Kept::Beats { last, holes, last_hole } = &mut self.kept else { return None };
        let remark = match last {
            Some(known) if known.at > at => return Some(RemarkKind::OutOfOrder),
            Some(known) => match (known.number, number) {
                (None, _) | (_, None) if known.at == at => return Some(RemarkKind::Duplicate),
                (None, _) | (_, None) => None,
                (Some(before), Some(found)) if found == before => return Some(RemarkKind::Duplicate),
                (Some(before), Some(found)) if before.checked_add(1) == Some(found) => None,
                (Some(before), Some(found)) if found < before && found <= 1 => Some(RemarkKind::Restart),
                (Some(before), Some(found)) => {
                    *holes = holes.saturating_add(1);
                    *last_hole = Some(Hole { at, before, found });
                    None
                }
            },
            None => None,
        };
        *last = Some(Beat { at, number });
        remark
    }

    /// Takes a beat from before the start: the last of them is where silence and numbers go on from.
    pub(super) fn prior_beat(&mut self, at: Instant, number: Option<u64>) {
        if let Kept::Beats { last, .. } = &mut self.kept
            && last.is_none_or(|known| known.at <= at)
        {
            *last = Some(Beat { at, number });
        }
    }
}
