//! Looking for a change that shows something, over the boundary values of what bears on it.
//!
//! The search fills in one unanswered field after another and asks the evaluator each time. A three-valued answer cuts:
//! what is already no stays no whatever else is filled in, and what is already yes needs no more. Where it is no, the
//! search asks which of the answers that needs, by taking back each of the others; a field that is not among them need not be
//! tried with its other values (conflict-directed backjumping). So a search that ends by itself has covered every
//! combination of boundary values, usually in a few hundred evaluations.

use super::relevant::Relevant;
use crate::eval::{self, LastPhase, Observer, Outcome, Subject, Verdict};
use crate::ir::{
    self, Boundaries, Builtin, FactsId, Ir, Name, Node, NodeId, Origin, Presence, Record, SlotId, State,
    all_nodes, operands,
};
use crate::value::Instant;
use std::collections::BTreeSet;

/// How a search ended.
#[derive(Debug, Clone)]
pub enum Found {
    /// With a change that shows it.
    Witness(Box<Witness>),
    /// With every combination of boundary values tried, and nothing else possible.
    Nothing,
    /// With every combination of boundary values tried, where these fields, or words of the engine, are related in a way that
    /// boundary values do not exhaust.
    NothingTried(Vec<Name>),
    /// With the budget used up.
    OutOfBudget,
}

/// A change that shows something.
#[derive(Debug, Clone)]
pub struct Witness {
    /// What is filled in; the rest does not bear on it.
    pub record: Record,
    /// The instant of submission and decision.
    pub now: Instant,
    /// Whether another instant could tell otherwise.
    pub dated: bool,
}

/// How much work is left. An evaluation costs one, and one more for every [`NODES_EACH`] conditions that it looks at, so
/// that a large policy takes no longer than a small one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget(pub u64);

/// What a policy of common size looks at in one evaluation.
const NODES_EACH: u64 = 512;

impl Budget {
    /// Takes the cost of an evaluation; what is not there to take is left at nothing.
    fn spend(&mut self, looked_at: u64) {
        self.0 =
            self.0.saturating_sub(looked_at.checked_div(NODES_EACH).unwrap_or_default().saturating_add(1));
    }
}

/// Looks for a change for which `goal` says yes. Only fields that `roots` and `behind` read, directly or through what the
/// engine computes before, are filled in; those that `roots` read themselves come first.
pub fn search(
    ir: &Ir,
    roots: &[NodeId],
    behind: &[NodeId],
    goal: &impl Fn(&Record, &Outcome) -> Verdict,
    budget: &mut Budget,
) -> Found {
    let relevant = Relevant::of(ir, roots, behind);
    let moments = moments(ir, &relevant);
    let mut beyond: BTreeSet<SlotId> = BTreeSet::new();
    for (position, now) in moments.instants.iter().enumerate() {
        // Where an ordinary day tells it, the day does not matter.
        let dated = position > 0;
        let slots = relevant.slots.iter().copied();
        let boundaries = &ir::boundaries_among(ir, relevant.nodes.iter().copied(), slots, *now);
        let last = relevant.last_phase();
        let roots = u64::try_from(roots.len()).unwrap_or(u64::MAX);
        let asked = relevant.asked(ir);
        let search =
            Search { ir, relevant: &relevant, boundaries, goal, now: *now, last, dated, asked, roots };
        for suspended in suspensions(&relevant) {
            let mut nothing = Record::unanswered(ir);
            nothing.suspended.fill(*suspended);
            let mut work = Work { budget: &mut *budget, exhausted: BTreeSet::new() };
            match search.from(&mut nothing, &mut Vec::new(), &mut work) {
                Ok(_) => beyond.extend(boundaries.beyond.intersection(&work.exhausted)),
                Err(Stop::Witness(witness)) => return Found::Witness(witness),
                Err(Stop::OutOfBudget) => return Found::OutOfBudget,
            }
        }
    }
    let path = |slot: &SlotId| ir.slots.get(slot.index()).map(|slot| slot.path.clone());
    let mut names: Vec<Name> = beyond.iter().filter_map(path).collect();
    // The search submits and decides a change at the same instant.
    let reads = |word: Builtin| relevant.builtins.contains(&word);
    let apart = reads(Builtin::Now) && (reads(Builtin::SubmittedAt) || reads(Builtin::Catalogued));
    if moments.beyond || apart {
        let words = [(Builtin::Now, "now"), (Builtin::SubmittedAt, "submitted_at")];
        names.extend(words.into_iter().filter(|(word, _)| reads(*word)).map(|(_, name)| Name::from(name)));
    }
    if names.is_empty() { Found::Nothing } else { Found::NothingTried(names) }
}

/// Whether the history of an entry suspends it. Only the one that a request names matters, so all are alike; and an entry
/// that is suspended is like one out of its time, unless something else reads the time.
fn suspensions(relevant: &Relevant) -> &'static [bool] {
    let reads = |word: &Builtin| relevant.builtins.contains(word);
    match reads(&Builtin::Catalogued) && [Builtin::Now, Builtin::SubmittedAt].iter().any(reads) {
        true => &[false, true],
        false => &[false],
    }
}

/// The instants to try: the days on which entries of the catalogue come into force and go out of it, and where a
/// condition changes that reads the present.
fn moments(ir: &Ir, relevant: &Relevant) -> ir::Moments {
    let mut turns = Vec::new();
    if relevant.builtins.contains(&Builtin::Catalogued) {
        for entry in &ir.entries {
            turns.extend(ir.zone.start_of(entry.approved_on));
            turns.extend(entry.valid_until.checked_add_days(1).and_then(|day| ir.zone.start_of(day)));
        }
    }
    let usual = usual(ir);
    let (nodes, slots) = (relevant.nodes.iter().copied(), relevant.slots.iter().copied());
    let mut moments = ir::moments(ir, nodes, slots, &turns, usual);
    moments.instants.retain(|now| *now != usual);
    moments.instants.insert(0, usual);
    if ![Builtin::Now, Builtin::SubmittedAt].iter().any(|word| relevant.builtins.contains(word)) {
        // Nothing else reads the present: one instant for each set of entries in force will do.
        let in_force = |now: &Instant| -> Vec<bool> {
            let day = ir.zone.civil_date(*now);
            let covers = |entry: &ir::Entry| {
                day.is_some_and(|day| (entry.approved_on..=entry.valid_until).contains(&day))
            };
            ir.entries.iter().map(covers).collect()
        };
        let mut seen = BTreeSet::new();
        moments.instants.retain(|now| seen.insert(in_force(now)));
    }
    moments
}

/// Noon of an ordinary day: when the first entry of the catalogue comes into force, or any other.
fn usual(ir: &Ir) -> Instant {
    let first = ir.entries.iter().map(|entry| entry.approved_on).min();
    let noon = |day: crate::value::CivilDate| format!("{day}T12:00:00Z").parse().ok();
    first.and_then(noon).unwrap_or_else(|| "2026-01-01T12:00:00Z".parse().unwrap_or(Instant::MIN))
}

struct Search<'a, G> {
    ir: &'a Ir,
    relevant: &'a Relevant,
    boundaries: &'a Boundaries,
    goal: &'a G,
    now: Instant,
    last: LastPhase,
    /// Whether other instants are tried too.
    dated: bool,
    /// The fields that must be answered where a condition holds, and that condition.
    asked: Vec<(SlotId, NodeId)>,
    /// How many conditions the goal looks at itself.
    roots: u64,
}

/// What can be filled in next.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Choice {
    Facts(FactsId),
    Slot(SlotId),
}

/// What a search has done.
struct Work<'a> {
    budget: &'a mut Budget,
    /// The fields each of whose values was tried, because none excluded the others.
    exhausted: BTreeSet<SlotId>,
}

/// Choices that together exclude a witness.
type Reason = BTreeSet<Choice>;

/// Why a search ended early.
enum Stop {
    Witness(Box<Witness>),
    OutOfBudget,
}

/// Each level fills in one field or group, so a policy's size bounds this too; the constant bounds the stack.
const DEEPEST: usize = 400;

impl<G: Fn(&Record, &Outcome) -> Verdict> Search<'_, G> {
    /// Looks for a witness that has what is chosen; returns which of the choices exclude one.
    fn from(
        &self,
        record: &mut Record,
        chosen: &mut Vec<Choice>,
        work: &mut Work<'_>,
    ) -> Result<Reason, Stop> {
        let mut open = Open::default();
        let outcome = self.possible(record, work, &mut open)?;
        match self.judge(record, &outcome) {
            Verdict::No => Ok(self.needed(record, chosen, Verdict::No, work)?.1),
            Verdict::Yes => {
                // A change that shows it is told with what it takes, and no more.
                let shortest = self.needed(record, chosen, Verdict::Yes, work);
                let record = shortest.map_or_else(|_| record.clone(), |(record, _)| record);
                Err(Stop::Witness(Box::new(Witness { record, now: self.now, dated: self.dated })))
            }
            Verdict::Unknown if chosen.len() >= DEEPEST => Err(Stop::OutOfBudget),
            Verdict::Unknown => match self.choice(record, &open.unsettled(self.ir, &outcome)) {
                Some(choice) => self.each_way(record, choice, chosen, work),
                None => Err(Stop::OutOfBudget),
            },
        }
    }

    /// Whether this is what is looked for, in a request that can be made: what is asked is answered.
    fn judge(&self, record: &Record, outcome: &Outcome) -> Verdict {
        let mut verdict = (self.goal)(record, outcome);
        for (slot, asked) in &self.asked {
            if verdict == Verdict::No {
                break;
            }
            if *record.slot(*slot) == State::Absent {
                verdict = verdict.and(eval::test(self.ir, record, outcome, *asked).negated());
            }
        }
        verdict
    }

    fn possible(&self, record: &Record, work: &mut Work<'_>, open: &mut Open) -> Result<Outcome, Stop> {
        if work.budget.0 == 0 {
            return Err(Stop::OutOfBudget);
        }
        let outcome = eval::possible_as_far_as(self.ir, record, self.now, self.last, open);
        work.budget.spend(open.looked_at.saturating_add(self.roots));
        Ok(outcome)
    }

    /// Takes back the choices, the latest first, without which the verdict is the same; returns what is left, and which
    /// choices those are.
    fn needed(
        &self,
        record: &Record,
        chosen: &[Choice],
        verdict: Verdict,
        work: &mut Work<'_>,
    ) -> Result<(Record, Reason), Stop> {
        let mut record = record.clone();
        let mut needed = Reason::new();
        for choice in chosen.iter().rev() {
            // A group is not taken back while one of its fields stays.
            let holds_one = |slot: &SlotId| needed.contains(&Choice::Slot(*slot));
            let mut without = record.clone();
            match choice {
                Choice::Slot(slot) => without.set(self.ir, *slot, State::Unanswered),
                Choice::Facts(group) => {
                    let slots = self.ir.facts.get(group.index()).map_or(&[][..], |group| &group.slots);
                    if slots.iter().any(holds_one) {
                        needed.insert(*choice);
                        continue;
                    }
                    without.take_back_facts(self.ir, *group);
                }
            }
            let outcome = self.possible(&without, work, &mut Open::default())?;
            if self.judge(&without, &outcome) == verdict {
                record = without;
            } else {
                needed.insert(*choice);
            }
        }
        Ok((record, needed))
    }

    fn each_way(
        &self,
        record: &mut Record,
        choice: Choice,
        chosen: &mut Vec<Choice>,
        work: &mut Work<'_>,
    ) -> Result<Reason, Stop> {
        let mut reason = Reason::new();
        chosen.push(choice);
        for mut next in self.ways(record, choice) {
            let excluded = self.from(&mut next, chosen, work)?;
            if !excluded.contains(&choice) {
                // Whatever is chosen here, the others exclude it.
                chosen.pop();
                return Ok(excluded);
            }
            reason.extend(excluded);
        }
        chosen.pop();
        reason.remove(&choice);
        if let Choice::Slot(slot) = choice {
            work.exhausted.insert(slot);
        }
        Ok(reason)
    }

    fn ways(&self, record: &Record, choice: Choice) -> Vec<Record> {
        match choice {
            Choice::Slot(slot) => {
                let may_lack = |slot: &ir::Slot| slot.optional || slot.later || slot.asked.is_some();
                let may_lack = self.ir.slots.get(slot.index()).is_some_and(may_lack);
                let states = self.boundaries.of(slot).iter();
                let ways = states.filter(|state| **state != State::Absent || may_lack).map(|state| {
                    let mut next = record.clone();
                    next.set(self.ir, slot, state.clone());
                    next
                });
                ways.collect()
            }
            Choice::Facts(group) => {
                let (mut without, mut with) = (record.clone(), record.clone());
                without.remove_facts(self.ir, group);
                if let Some(presence) = with.facts.get_mut(group.index()) {
                    *presence = Presence::Given;
                }
                vec![without, with]
            }
        }
    }

    /// The first field that kept the evaluator from an answer: of those that the conditions read themselves, then the entry of
    /// the catalogue, since it settles which guards matter, then of all others.
    fn choice(&self, record: &Record, open: &[NodeId]) -> Option<Choice> {
        let unanswered = |slot: &SlotId| *record.slot(*slot) == State::Unanswered;
        let template = self.ir.template.filter(|slot| self.relevant.slots.contains(slot) && unanswered(slot));
        let all = || {
            let choices = open.iter().flat_map(|node| self.choices(*node));
            choices.filter(|choice| self.is_open(record, choice))
        };
        let direct = |choice: &Choice| match choice {
            Choice::Slot(slot) => self.relevant.direct.contains(slot),
            Choice::Facts(_) => false,
        };
        let own = all().find(direct);
        let seen = all().next();
        let any_slot = || self.relevant.slots.iter().copied().find(unanswered).map(Choice::Slot);
        let any_facts = || {
            let unknown = |group: &FactsId| record.group(*group) == Presence::Unanswered;
            self.relevant.facts.iter().copied().find(unknown).map(Choice::Facts)
        };
        let first = own.or(template.map(Choice::Slot)).or(seen).or_else(any_slot).or_else(any_facts)?;
        Some(self.group_first(record, first))
    }

    fn choices(&self, node: NodeId) -> Vec<Choice> {
        let slots = ir::own_slots(self.ir, node).into_iter().map(Choice::Slot);
        let mut found: Vec<Choice> = match self.ir.node(node) {
            Node::FactsGiven(group) => vec![Choice::Facts(*group)],
            Node::And(_) | Node::Or(_) | Node::Not(_) | Node::Let(_) => Vec::new(),
            _ => slots.collect(),
        };
        if !matches!(self.ir.node(node), Node::And(_) | Node::Or(_) | Node::Not(_) | Node::Let(_)) {
            for operand in operands(self.ir, node) {
                found.extend(ir::reads(self.ir, operand).into_iter().map(Choice::Slot));
            }
        }
        found
    }

    fn is_open(&self, record: &Record, choice: &Choice) -> bool {
        match choice {
            Choice::Facts(group) => {
                self.relevant.facts.contains(group) && record.group(*group) == Presence::Unanswered
            }
            Choice::Slot(slot) => {
                self.relevant.slots.contains(slot) && *record.slot(*slot) == State::Unanswered
            }
        }
    }

    /// A field of facts is asked after whether there are such facts at all.
    fn group_first(&self, record: &Record, choice: Choice) -> Choice {
        let Choice::Slot(slot) = choice else { return choice };
        match self.ir.slots.get(slot.index()).map(|slot| slot.origin) {
            Some(Origin::Facts(group)) if record.group(group) == Presence::Unanswered => Choice::Facts(group),
            _ => choice,
        }
    }
}

/// Collects the conditions that could not be answered.
#[derive(Default)]
struct Open {
    looked_at: u64,
    /// Each with the declaration that it belongs to, in the order of the evaluation.
    unknown: Vec<(NodeId, Option<Subject>)>,
}

impl Open {
    /// The conditions that keep a phase from being settled, then all the others. A condition of a factor says nothing more
    /// once the points come to one band whatever it says.
    fn unsettled(&self, ir: &Ir, outcome: &Outcome) -> Vec<NodeId> {
        let matters = |subject: &Option<Subject>| match subject {
            Some(Subject::Scope(_)) => !outcome.scope.value.is_decided(),
            Some(Subject::Factor(_)) => {
                outcome.score.as_ref().is_none_or(|score| !score.assessed.is_decided())
            }
            Some(Subject::Entry(_) | Subject::Guard(..)) => outcome.catalogued == Verdict::Unknown,
            Some(Subject::Class(_)) => !outcome.class.value.is_decided(),
            Some(Subject::Route(_)) => !outcome.route.value.is_decided(),
            _ => true,
        };
        let unknown: BTreeSet<NodeId> = self.unknown.iter().map(|(node, _)| *node).collect();
        let mut found = Vec::new();
        for (node, _) in self.unknown.iter().filter(|(_, subject)| matters(subject)) {
            match ir.node(*node) {
                // What a name stands for was looked at where it was read first, perhaps in a phase that is settled.
                Node::Let(_) => {
                    found.extend(all_nodes(ir, *node).into_iter().filter(|inside| unknown.contains(inside)));
                }
                _ => found.push(*node),
            }
        }
        found.extend(self.unknown.iter().map(|(node, _)| *node));
        found
    }
}

impl Observer for Open {
    fn node(&mut self, node: NodeId, verdict: Verdict) {
        self.looked_at = self.looked_at.saturating_add(1);
        if verdict == Verdict::Unknown {
            self.unknown.push((node, None));
        }
    }

    fn subject(&mut self, subject: Subject, _: Verdict) {
        for (_, of) in self.unknown.iter_mut().rev().take_while(|(_, of)| of.is_none()) {
            *of = Some(subject);
        }
    }
}
