//! Looking for a change that shows something, over the boundary values of what bears on it.
//!
//! The search fills in one unanswered field after another and asks the evaluator each time. A three-valued answer cuts:
//! what is already no stays no whatever else is filled in, and what is already yes needs no more. So a search that ends
//! by itself has covered every combination of boundary values, usually in a few hundred evaluations.

use crate::eval::{self, LastPhase, Observer, Outcome, Subject, Verdict};
use crate::ir::Builtin;
use crate::ir::{
    self, Boundaries, FactsId, Ir, Node, NodeId, Origin, Presence, Record, SlotId, State, all_nodes, operands,
};
use crate::value::{Duration, Instant};
use std::collections::BTreeSet;

/// How a search ended.
#[derive(Debug, Clone)]
pub enum Found {
    /// With a change that shows it.
    Witness(Box<Witness>),
    /// With every combination of boundary values tried.
    Nothing,
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
    for now in instants(ir, &relevant) {
        let boundaries = ir::boundaries(ir, now);
        let last = relevant.last_phase();
        let roots = u64::try_from(roots.len()).unwrap_or(u64::MAX);
        let search = Search { ir, relevant: &relevant, boundaries: &boundaries, goal, now, last, roots };
        match search.from(&mut Record::unanswered(ir), budget, 0) {
            Found::Nothing => {}
            ended => return ended,
        }
    }
    Found::Nothing
}

/// The instants to try: one for each combination of catalogue entries in force.
fn instants(ir: &Ir, relevant: &Relevant) -> Vec<Instant> {
    let day = Duration::from_ms(86_400_000);
    let noon = |date: crate::value::CivilDate| format!("{date}T12:00:00Z").parse::<Instant>().ok();
    let mut found = Vec::new();
    if relevant.builtins.contains(&Builtin::Catalogued) {
        for entry in &ir.entries {
            found.extend(noon(entry.approved_on));
            found.extend(noon(entry.valid_until).and_then(|last| last.checked_add(day)?.checked_add(day)));
        }
    }
    let in_force = |now: &Instant| -> Vec<bool> {
        let covers = |entry: &ir::Entry| {
            noon(entry.approved_on).is_some_and(|first| first <= *now)
                && noon(entry.valid_until).is_some_and(|last| *now <= last)
        };
        ir.entries.iter().map(covers).collect()
    };
    let mut seen = BTreeSet::new();
    found.sort();
    found.retain(|now| seen.insert(in_force(now)));
    if found.is_empty() {
        found.extend("2026-01-01T12:00:00Z".parse::<Instant>());
    }
    found
}

/// What bears on some conditions.
struct Relevant {
    /// What the conditions read themselves: settling these settles most.
    direct: BTreeSet<SlotId>,
    slots: BTreeSet<SlotId>,
    facts: BTreeSet<FactsId>,
    builtins: BTreeSet<Builtin>,
}

impl Relevant {
    fn of(ir: &Ir, roots: &[NodeId], behind: &[NodeId]) -> Self {
        let direct = roots.iter().flat_map(|root| ir::reads(ir, *root)).collect();
        let (slots, facts, builtins) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        let mut relevant = Self { direct, slots, facts, builtins };
        let mut todo: Vec<NodeId> = roots.iter().chain(behind).copied().collect();
        while let Some(root) = todo.pop() {
            for id in all_nodes(ir, root) {
                for slot in ir::own_slots(ir, id) {
                    relevant.add(ir, slot);
                }
                match ir.node(id) {
                    Node::FactsGiven(group) => {
                        relevant.facts.insert(*group);
                    }
                    Node::Builtin(builtin) if relevant.builtins.insert(*builtin) => {
                        relevant.behind(ir, *builtin, &mut todo);
                    }
                    _ => {}
                }
            }
        }
        relevant
    }

    /// How far an evaluation must go for what the conditions read.
    fn last_phase(&self) -> LastPhase {
        let reads = |builtins: &[Builtin]| builtins.iter().any(|builtin| self.builtins.contains(builtin));
        // A freeze may ask for anything.
        if reads(&[Builtin::Route, Builtin::Frozen]) {
            LastPhase::Route
        } else if reads(&[Builtin::Class, Builtin::Risk]) {
            LastPhase::Class
        } else if reads(&[Builtin::Assessed, Builtin::Catalogued]) {
            LastPhase::Catalogue
        } else {
            LastPhase::Scope
        }
    }

    fn add(&mut self, ir: &Ir, slot: SlotId) {
        self.slots.insert(slot);
        if let Some(Origin::Facts(group)) = ir.slots.get(slot.index()).map(|slot| slot.origin) {
            self.facts.insert(group);
        }
    }

    /// What the engine reads to know a word.
    fn behind(&mut self, ir: &Ir, builtin: Builtin, todo: &mut Vec<NodeId>) {
        let also = |builtins: &[Builtin], relevant: &mut Self, todo: &mut Vec<NodeId>| {
            for builtin in builtins {
                if relevant.builtins.insert(*builtin) {
                    relevant.behind(ir, *builtin, todo);
                }
            }
        };
        let whens = |table: &Option<ir::Table>| -> Vec<NodeId> {
            table.iter().flat_map(|table| &table.rules).filter_map(|rule| rule.when).collect()
        };
        match builtin {
            Builtin::Now | Builtin::SubmittedAt | Builtin::Frozen => {}
            Builtin::Scope => todo.extend(whens(&ir.scope)),
            Builtin::Assessed => {
                todo.extend(ir.score.iter().flat_map(|score| &score.factors).map(|factor| factor.when));
            }
            Builtin::Catalogued => {
                if let Some(template) = ir.template {
                    self.add(ir, template);
                }
                for entry in &ir.entries {
                    todo.push(entry.applies);
                    todo.extend(
                        entry.guards.iter().flat_map(|guard| guard.when.into_iter().chain([guard.that])),
                    );
                }
            }
            Builtin::Class => {
                todo.extend(whens(&ir.classify));
                also(&[Builtin::Scope], self, todo);
            }
            Builtin::Risk => also(&[Builtin::Class, Builtin::Assessed], self, todo),
            Builtin::Route => {
                todo.extend(whens(&ir.route));
                also(&[Builtin::Class, Builtin::Risk], self, todo);
            }
        }
    }
}

struct Search<'a, G> {
    ir: &'a Ir,
    relevant: &'a Relevant,
    boundaries: &'a Boundaries,
    goal: &'a G,
    now: Instant,
    last: LastPhase,
    /// How many conditions the goal looks at itself.
    roots: u64,
}

/// What can be filled in next.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Choice {
    Facts(FactsId),
    Slot(SlotId),
}

/// Each level fills in one field or group, so a policy's size bounds this too; the constant bounds the stack.
const DEEPEST: usize = 400;

impl<G: Fn(&Record, &Outcome) -> Verdict> Search<'_, G> {
    fn from(&self, record: &mut Record, budget: &mut Budget, depth: usize) -> Found {
        if budget.0 == 0 {
            return Found::OutOfBudget;
        }
        let mut open = Open::default();
        let outcome = eval::possible_as_far_as(self.ir, record, self.now, self.last, &mut open);
        budget.spend(open.looked_at.saturating_add(self.roots));
        match (self.goal)(record, &outcome) {
            Verdict::No => Found::Nothing,
            Verdict::Yes => Found::Witness(Box::new(Witness { record: record.clone(), now: self.now })),
            Verdict::Unknown if depth >= DEEPEST => Found::OutOfBudget,
            Verdict::Unknown => match self.choice(record, &open.unsettled(self.ir, &outcome)) {
                Some(Choice::Facts(group)) => self.with_facts(record, group, budget, depth),
                Some(Choice::Slot(slot)) => self.with_slot(record, slot, budget, depth),
                None => Found::OutOfBudget,
            },
        }
    }

    fn with_slot(&self, record: &mut Record, slot: SlotId, budget: &mut Budget, depth: usize) -> Found {
        let may_lack = self.ir.slots.get(slot.index()).is_some_and(|slot| slot.optional || slot.later);
        for state in self.boundaries.of(slot) {
            if *state == State::Absent && !may_lack {
                continue;
            }
            let mut next = record.clone();
            next.set(self.ir, slot, state.clone());
            match self.from(&mut next, budget, depth.saturating_add(1)) {
                Found::Nothing => {}
                ended => return ended,
            }
        }
        Found::Nothing
    }

    fn with_facts(&self, record: &mut Record, group: FactsId, budget: &mut Budget, depth: usize) -> Found {
        let mut without = record.clone();
        without.remove_facts(self.ir, group);
        match self.from(&mut without, budget, depth.saturating_add(1)) {
            Found::Nothing => {}
            ended => return ended,
        }
        if let Some(presence) = record.facts.get_mut(group.index()) {
            *presence = Presence::Given;
        }
        self.from(record, budget, depth.saturating_add(1))
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
