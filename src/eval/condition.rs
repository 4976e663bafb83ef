//! The meaning of every operator.
//!
//! A relation with a missing operand does not hold. One with an operand that is not yet answered is unknown. One with
//! a word of the engine that can still be several things holds if it holds for all of them.

use super::observer::Observer;
use super::verdict::{Possible, Verdict};
use crate::ir::{Builtin, Comparison, Has};
use crate::ir::{GroupId, Ir, LetId, Node, NodeId, Presence, Record, SlotId, State};
use crate::value::{Glob, Instant, Value};
use std::borrow::Cow;
use std::cmp::Ordering;

/// One evaluation under way.
pub(super) struct Evaluation<'a, O> {
    pub(super) ir: &'a Ir,
    pub(super) record: &'a Record,
    pub(super) now: Instant,
    pub(super) observer: &'a mut O,
    pub(super) known: Known,
    lets: Vec<Memo<'a>>,
}

/// The words of the engine, as far as the phases have come.
#[derive(Debug, Clone, Default)]
pub(super) struct Known {
    pub(super) scope: Possible,
    pub(super) assessed: Possible,
    pub(super) class: Possible,
    pub(super) risk: Possible,
    pub(super) route: Possible,
    pub(super) catalogued: Option<Verdict>,
    frozen: Option<Verdict>,
}

/// What a `let` came to. It is worked out once, so that lets that read lets cost no more than their text.
#[derive(Clone)]
enum Memo<'a> {
    Unread,
    Verdict(Verdict),
    Operand(Operand<'a>),
}

/// What a value came to.
#[derive(Clone)]
pub(super) enum Operand<'a> {
    Value(Cow<'a, Value>),
    Absent,
    Unanswered,
    /// One of the enumerated words of the engine, not yet settled.
    Word(Builtin),
}

impl<'a, O: Observer> Evaluation<'a, O> {
    pub(super) fn new(ir: &'a Ir, record: &'a Record, now: Instant, observer: &'a mut O) -> Self {
        let lets = vec![Memo::Unread; ir.lets.len()];
        Self { ir, record, now, observer, known: Known::default(), lets }
    }

    pub(super) fn submitted_at(&self) -> Instant {
        self.record.submitted_at.unwrap_or(self.now)
    }

    /// Forgets what lets came to, because a word of the engine has changed.
    pub(super) fn forget(&mut self) {
        self.lets.fill(Memo::Unread);
        self.known.frozen = None;
    }

    /// Returns whether a condition holds.
    pub(super) fn test(&mut self, id: NodeId) -> Verdict {
        let verdict = self.judge(id);
        self.observer.node(id, verdict);
        verdict
    }

    /// Returns whether a condition holds that need not be there; none always does.
    pub(super) fn test_any(&mut self, id: Option<NodeId>) -> Verdict {
        id.map_or(Verdict::Yes, |id| self.test(id))
    }

    /// Returns whether a demand is met: it is not asked, or what it asks holds.
    pub(super) fn met(&mut self, when: Option<NodeId>, that: NodeId) -> Verdict {
        match self.test_any(when) {
            Verdict::No => Verdict::Yes,
            asked => asked.negated().or(self.test(that)),
        }
    }

    fn judge(&mut self, id: NodeId) -> Verdict {
        let ir = self.ir;
        match ir.node(id) {
            Node::Not(inner) => self.test(*inner).negated(),
            Node::And(parts) => {
                let mut verdict = Verdict::Yes;
                for part in parts {
                    verdict = verdict.and(self.test(*part));
                    if verdict == Verdict::No {
                        break;
                    }
                }
                verdict
            }
            Node::Or(parts) => {
                let mut verdict = Verdict::No;
                for part in parts {
                    verdict = verdict.or(self.test(*part));
                    if verdict == Verdict::Yes {
                        break;
                    }
                }
                verdict
            }
            Node::Let(declared) => self.test_let(*declared),
            Node::Compare { op, left, right } => {
                self.relate(*left, *right, |a, b| a.compare(b).is_some_and(|order| compares(*op, order)))
            }
            Node::Equal { left, right } => self.relate(*left, *right, |a, b| a == b),
            Node::OneOf { left, items } => self.about(*left, |value| items.contains(value)),
            Node::Given(slot) => match self.record.slot(*slot) {
                State::Given(_) => Verdict::Yes,
                State::Absent => Verdict::No,
                State::Unanswered => Verdict::Unknown,
            },
            Node::GroupGiven(group) => self.group_given(*group),
            Node::FactsGiven(group) => match self.record.group(*group) {
                Presence::Given => Verdict::Yes,
                Presence::Absent => Verdict::No,
                Presence::Unanswered => Verdict::Unknown,
            },
            Node::Complete(group) => self.complete(*group),
            Node::FilledIn(slot) => match self.record.slot(*slot) {
                State::Given(value) => Verdict::of(!self.is_placeholder(*slot, value)),
                State::Absent => Verdict::No,
                State::Unanswered => Verdict::Unknown,
            },
            Node::Empty(inner) => self.about(*inner, |value| match value {
                Value::Set(members) => *members == 0,
                Value::List(items) => items.is_empty(),
                _ => false,
            }),
            Node::Has { how, left, right } => self.relate(*left, *right, |a, b| match (a, b) {
                (Value::Set(a), Value::Set(b)) => has(*how, *a, *b),
                _ => false,
            }),
            Node::Matches { all, left, globs } => self.about(*left, |value| match value {
                Value::List(paths) => matches(*all, paths, globs),
                _ => false,
            }),
            Node::During { instant, period } => self.relate(*instant, *period, |a, b| match (a, b) {
                (Value::Instant(instant), Value::Period(period)) => period.contains(*instant),
                _ => false,
            }),
            Node::Builtin(Builtin::Catalogued) => self.known.catalogued.unwrap_or(Verdict::No),
            Node::Builtin(Builtin::Frozen) => self.frozen(),
            Node::Switch(switch) => {
                Verdict::of(ir.switches.get(switch.index()).is_some_and(|switch| switch.on))
            }
            // The rest are values; a yes/no among them is a condition too.
            Node::Constant(..)
            | Node::Slot(_)
            | Node::Edge { .. }
            | Node::Else { .. }
            | Node::Builtin(_)
            | Node::Add(..)
            | Node::Subtract(..) => self.about(id, |value| *value == Value::YesNo(true)),
        }
    }

    fn test_let(&mut self, id: LetId) -> Verdict {
        match self.lets.get(id.index()) {
            Some(Memo::Verdict(verdict)) => return *verdict,
            Some(Memo::Operand(operand)) => {
                let operand = operand.clone();
                return self.over(&operand, |value| *value == Value::YesNo(true));
            }
            _ => {}
        }
        let verdict = self.ir.lets.get(id.index()).map_or(Verdict::No, |declared| self.test(declared.value));
        if let Some(memo) = self.lets.get_mut(id.index()) {
            *memo = Memo::Verdict(verdict);
        }
        verdict
    }

    /// Whether a group of the request is given: each field of it that is not optional. That is what makes the question a guard
    /// for those fields. A group of optional fields only is given when any of them is.
    fn group_given(&self, group: GroupId) -> Verdict {
        let slots = self.ir.groups.get(group.index()).map_or(&[][..], |group| &group.slots);
        let given = |slot: &SlotId| match self.record.slot(*slot) {
            State::Given(_) => Verdict::Yes,
            State::Absent => Verdict::No,
            State::Unanswered => Verdict::Unknown,
        };
        let needed = |slot: &&SlotId| {
            self.ir.slots.get(slot.index()).is_some_and(|slot| !slot.optional && slot.asked.is_none())
        };
        match slots.iter().any(|slot| needed(&slot)) {
            true => slots.iter().filter(needed).map(given).fold(Verdict::Yes, Verdict::and),
            false => slots.iter().map(given).fold(Verdict::No, Verdict::or),
        }
    }

    fn complete(&mut self, group: GroupId) -> Verdict {
        let ir = self.ir;
        let slots = ir.groups.get(group.index()).into_iter().flat_map(|group| &group.slots);
        let mut verdict = Verdict::Yes;
        for slot in slots {
            verdict = verdict.and(self.filled_in(*slot));
        }
        verdict
    }

    /// Whether a field is as `is complete` wants it: given unless it is optional or not asked for, and no placeholder.
    pub(super) fn filled_in(&mut self, id: SlotId) -> Verdict {
        let Some(slot) = self.ir.slots.get(id.index()) else { return Verdict::Yes };
        let right = match self.record.slot(id) {
            State::Given(value) => Verdict::of(!self.is_placeholder(id, value)),
            State::Absent => Verdict::of(slot.optional),
            // An optional text may still turn out to be a placeholder.
            State::Unanswered if slot.optional && !matches!(slot.ty, crate::ir::Type::Text { .. }) => {
                Verdict::Yes
            }
            State::Unanswered => Verdict::Unknown,
        };
        match right {
            Verdict::Yes => Verdict::Yes,
            wrong => self.test_any(slot.asked).negated().or(wrong),
        }
    }

    /// Whether a text stands for "not filled in". What is personal is not read: that it is given is all that is asked of it.
    pub(super) fn is_placeholder(&self, id: SlotId, value: &Value) -> bool {
        let is_personal = self.ir.slots.get(id.index()).is_some_and(|slot| slot.personal);
        match value {
            Value::Text(text) if !is_personal => {
                let text = text.trim();
                self.ir.placeholders.iter().any(|placeholder| placeholder.eq_ignore_ascii_case(text))
            }
            _ => false,
        }
    }

    fn frozen(&mut self) -> Verdict {
        if let Some(verdict) = self.known.frozen {
            return verdict;
        }
        let (ir, now) = (self.ir, self.now);
        let mut verdict = Verdict::of(self.record.freezes.iter().any(|freeze| freeze.window.contains(now)));
        for freeze in ir.freezes.iter().filter(|freeze| freeze.covers(now)) {
            verdict = verdict.or(self.test_any(freeze.when));
        }
        self.known.frozen = Some(verdict);
        verdict
    }

    // ---- values

    fn about(&mut self, id: NodeId, holds: impl Fn(&Value) -> bool) -> Verdict {
        let operand = self.operand(id);
        self.over(&operand, holds)
    }

    fn over(&self, operand: &Operand<'_>, holds: impl Fn(&Value) -> bool) -> Verdict {
        match operand {
            Operand::Value(value) => Verdict::of(holds(value)),
            Operand::Absent => Verdict::No,
            Operand::Unanswered => Verdict::Unknown,
            Operand::Word(word) => {
                over_possible(self.word(*word), |value| Verdict::of(holds(&Value::Enum(value))))
            }
        }
    }

    fn relate(&mut self, left: NodeId, right: NodeId, holds: impl Fn(&Value, &Value) -> bool) -> Verdict {
        let (left, right) = (self.operand(left), self.operand(right));
        match (&left, &right) {
            (Operand::Absent, _) | (_, Operand::Absent) => Verdict::No,
            (Operand::Value(a), _) => self.over(&right, |b| holds(a, b)),
            (_, Operand::Value(b)) => self.over(&left, |a| holds(a, b)),
            (Operand::Word(a), Operand::Word(b)) => over_possible(self.word(*a), |a| {
                over_possible(self.word(*b), |b| Verdict::of(holds(&Value::Enum(a), &Value::Enum(b))))
            }),
            (Operand::Unanswered, _) | (_, Operand::Unanswered) => Verdict::Unknown,
        }
    }

    pub(super) fn operand(&mut self, id: NodeId) -> Operand<'a> {
        let (ir, record) = (self.ir, self.record);
        match ir.node(id) {
            Node::Constant(value, _) => Operand::Value(Cow::Borrowed(value)),
            Node::Slot(slot) => match record.slot(*slot) {
                State::Given(value) => Operand::Value(Cow::Borrowed(value)),
                State::Absent => Operand::Absent,
                State::Unanswered => Operand::Unanswered,
            },
            Node::Edge { slot, end } => match record.slot(*slot) {
                State::Given(Value::Period(period)) => {
                    let edge = if *end { period.end() } else { period.start() };
                    Operand::Value(Cow::Owned(Value::Instant(edge)))
                }
                State::Given(_) | State::Absent => Operand::Absent,
                State::Unanswered => Operand::Unanswered,
            },
            Node::Let(declared) => self.let_operand(*declared),
            Node::Builtin(Builtin::Now) => Operand::Value(Cow::Owned(Value::Instant(self.now))),
            Node::Builtin(Builtin::SubmittedAt) => {
                Operand::Value(Cow::Owned(Value::Instant(self.submitted_at())))
            }
            Node::Builtin(
                word @ (Builtin::Scope | Builtin::Assessed | Builtin::Class | Builtin::Risk | Builtin::Route),
            ) => match self.word(*word).known() {
                Some(value) => Operand::Value(Cow::Owned(Value::Enum(value))),
                None => Operand::Word(*word),
            },
            Node::Else { value, fallback } => match self.operand(*value) {
                Operand::Absent => self.operand(*fallback),
                operand => operand,
            },
            Node::Add(left, right) => self.arithmetic(*left, *right, add),
            Node::Subtract(left, right) => self.arithmetic(*left, *right, subtract),
            _ => match self.test(id).known() {
                Some(holds) => Operand::Value(Cow::Owned(Value::YesNo(holds))),
                None => Operand::Unanswered,
            },
        }
    }

    fn let_operand(&mut self, id: LetId) -> Operand<'a> {
        match self.lets.get(id.index()) {
            Some(Memo::Operand(operand)) => return operand.clone(),
            Some(Memo::Verdict(verdict)) => {
                return match verdict.known() {
                    Some(holds) => Operand::Value(Cow::Owned(Value::YesNo(holds))),
                    None => Operand::Unanswered,
                };
            }
            _ => {}
        }
        let operand =
            self.ir.lets.get(id.index()).map_or(Operand::Absent, |declared| self.operand(declared.value));
        if let Some(memo) = self.lets.get_mut(id.index()) {
            *memo = Memo::Operand(operand.clone());
        }
        operand
    }

    fn arithmetic(
        &mut self,
        left: NodeId,
        right: NodeId,
        operation: fn(&Value, &Value) -> Option<Value>,
    ) -> Operand<'a> {
        match (self.operand(left), self.operand(right)) {
            (Operand::Absent, _) | (_, Operand::Absent) => Operand::Absent,
            // The checker has shown that the result fits; a value that does not is as good as missing.
            (Operand::Value(a), Operand::Value(b)) => {
                operation(&a, &b).map_or(Operand::Absent, |value| Operand::Value(Cow::Owned(value)))
            }
            _ => Operand::Unanswered,
        }
    }

    fn word(&self, word: Builtin) -> &Possible {
        match word {
            Builtin::Assessed => &self.known.assessed,
            Builtin::Class => &self.known.class,
            Builtin::Risk => &self.known.risk,
            Builtin::Route => &self.known.route,
            Builtin::Scope | Builtin::Now | Builtin::SubmittedAt | Builtin::Catalogued | Builtin::Frozen => {
                &self.known.scope
            }
        }
    }
}

/// Yes if it holds for everything that is possible, no if for nothing. It does not hold for what is not there.
fn over_possible(possible: &Possible, holds: impl Fn(u16) -> Verdict) -> Verdict {
    let absent = possible.absent.then_some(Verdict::No);
    let mut verdicts = possible.values.iter().map(|value| holds(*value)).chain(absent);
    let first = verdicts.next().unwrap_or(Verdict::No);
    if verdicts.all(|verdict| verdict == first) { first } else { Verdict::Unknown }
}

fn compares(op: Comparison, order: Ordering) -> bool {
    match op {
        Comparison::Less => order.is_lt(),
        Comparison::LessOrEqual => order.is_le(),
        Comparison::Greater => order.is_gt(),
        Comparison::GreaterOrEqual => order.is_ge(),
    }
}

fn has(how: Has, left: u64, right: u64) -> bool {
    match how {
        Has::Any => left & right != 0,
        Has::All => left & right == right,
        Has::Only => left & !right == 0,
    }
}

fn matches(all: bool, paths: &[std::sync::Arc<str>], globs: &[Glob]) -> bool {
    let matched = |path: &std::sync::Arc<str>| globs.iter().any(|glob| glob.matches(path));
    if all { !paths.is_empty() && paths.iter().all(matched) } else { paths.iter().any(matched) }
}

fn add(left: &Value, right: &Value) -> Option<Value> {
    match (left, right) {
        (Value::Int(a), Value::Int(b)) => a.checked_add(*b).map(Value::Int),
        (Value::Decimal(a), Value::Decimal(b)) => a.checked_add(*b).map(Value::Decimal),
        (Value::Percent(a), Value::Percent(b)) => a.checked_add(*b).map(Value::Percent),
        (Value::Duration(a), Value::Duration(b)) => a.checked_add(*b).map(Value::Duration),
        (Value::Instant(a), Value::Duration(b)) | (Value::Duration(b), Value::Instant(a)) => {
            Some(Value::Instant(a.checked_add(*b).unwrap_or(nearest_end(b.ms()))))
        }
        _ => None,
    }
}

fn subtract(left: &Value, right: &Value) -> Option<Value> {
    match (left, right) {
        (Value::Int(a), Value::Int(b)) => a.checked_sub(*b).map(Value::Int),
        (Value::Decimal(a), Value::Decimal(b)) => a.checked_sub(*b).map(Value::Decimal),
        (Value::Percent(a), Value::Percent(b)) => a.checked_sub(*b).map(Value::Percent),
        (Value::Duration(a), Value::Duration(b)) => a.checked_sub(*b).map(Value::Duration),
        (Value::Instant(a), Value::Duration(b)) => {
            Some(Value::Instant(a.checked_sub(*b).unwrap_or(nearest_end(b.ms().saturating_neg()))))
        }
        (Value::Instant(a), Value::Instant(b)) => Some(Value::Duration(a.since(*b))),
        _ => None,
    }
}

/// The time line ends in 1900 and 2199; what lies beyond is taken for its end.
fn nearest_end(direction_ms: i64) -> Instant {
    if direction_ms < 0 { Instant::MIN } else { Instant::MAX }
}
