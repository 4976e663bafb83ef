//! The order of an evaluation: scope, score, catalogue, class, risk, route, obligations, gates.

use super::condition::Evaluation;
use super::observer::{Observer, Subject};
use super::outcome::*;
use super::verdict::{Possible, Verdict};
use crate::ir::{Approver, ClassRisk, Gives, HitPolicy, Ir, State, Table};
use crate::value::Value;

/// How far an evaluation goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// In or out of scope.
    Scope,
    /// The score and the catalogue too.
    Catalogue,
    /// The class and the final risk too.
    Class,
    /// The route too.
    Route,
}

/// More reachable sums of points than this are kept as a range only.
const MOST_SUMS: usize = 256;

impl<O: Observer> Evaluation<'_, O> {
    /// The phases up to the route: what a form asks for.
    pub(super) fn request_side(&mut self) -> Outcome {
        let mut outcome = self.as_far_as(Phase::Route);
        if outcome.scope.value.values.contains(&IN_SCOPE) {
            self.boards(&mut outcome);
        }
        outcome
    }

    /// The phases up to and with one of them.
    pub(super) fn as_far_as(&mut self, last: Phase) -> Outcome {
        let mut outcome = self.start();
        self.scope(&mut outcome);
        if outcome.scope.value.values.contains(&IN_SCOPE) {
            if last >= Phase::Catalogue {
                self.score(&mut outcome);
                self.catalogue(&mut outcome);
            }
            if last >= Phase::Class {
                self.class(&mut outcome);
            }
            if last >= Phase::Route {
                self.route(&mut outcome);
            }
        }
        outcome
    }

    /// All phases.
    pub(super) fn everything(&mut self) -> Outcome {
        let mut outcome = self.request_side();
        if outcome.scope.value.values.contains(&IN_SCOPE) {
            self.obligations(&mut outcome);
            self.gates(&mut outcome);
        }
        outcome
    }

    /// Takes over the words of the engine from an outcome, to look at further conditions as it did.
    pub(super) fn resume(&mut self, outcome: &Outcome) {
        self.known.scope = outcome.scope.value.clone();
        self.known.assessed =
            outcome.score.as_ref().map_or_else(Possible::nothing, |score| score.assessed.clone());
        self.known.catalogued = Some(outcome.catalogued);
        self.known.class = outcome.class.value.clone();
        self.known.risk = outcome.risk.clone();
        self.known.route = outcome.route.value.clone();
    }

    /// Takes the words of the engine to be as in one combination.
    pub(super) fn suppose(&mut self, combination: Combination) {
        let only = |value: Option<u16>| value.map_or_else(Possible::nothing, Possible::certain);
        self.known.class = only(combination.class);
        self.known.risk = only(combination.risk);
        self.known.route = only(combination.route);
        self.forget();
    }

    fn start(&self) -> Outcome {
        let nothing = || TableOutcome { value: Possible::nothing(), ..TableOutcome::default() };
        Outcome {
            now: self.now,
            submitted_at: self.submitted_at(),
            scope: nothing(),
            score: None,
            entry: None,
            catalogued: Verdict::No,
            class: nothing(),
            risk: Possible::nothing(),
            route: nothing(),
            combinations: Vec::new(),
            seats: Vec::new(),
            obligations: Obligations::default(),
            gates: Vec::new(),
        }
    }

    fn scope(&mut self, outcome: &mut Outcome) {
        let ir = self.ir;
        outcome.scope = match &ir.scope {
            None => TableOutcome { value: Possible::certain(IN_SCOPE), ..TableOutcome::default() },
            Some(table) => {
                // Of two rules that hold, the one that takes the change in has the say.
                let rank = |rule: usize| match value_of(table, rule) {
                    Some(IN_SCOPE) => (1, 1),
                    _ => (0, 0),
                };
                let hit = self.table(table, Subject::Scope, rank);
                let otherwise = hit.gap.then_some(IN_SCOPE);
                let values = hit.rules.iter().filter_map(|rule| value_of(table, usize::from(*rule)));
                let value = Possible::any_of(values.chain(otherwise));
                hit.outcome(value)
            }
        };
        self.known.scope = outcome.scope.value.clone();
        let may_be_out = outcome.scope.value.values.iter().any(|value| *value != IN_SCOPE);
        for possible in [&mut outcome.class.value, &mut outcome.risk, &mut outcome.route.value] {
            possible.absent = may_be_out;
        }
    }

    fn score(&mut self, outcome: &mut Outcome) {
        let ir = self.ir;
        let Some(score) = &ir.score else {
            self.known.assessed = Possible::nothing();
            return;
        };
        let (mut least, mut most) = (0_u32, 0_u32);
        let mut sums: Option<Vec<u32>> = Some(vec![0]);
        let mut factors = Vec::with_capacity(score.factors.len());
        for (index, factor) in score.factors.iter().enumerate() {
            let verdict = self.test(factor.when);
            self.observer.subject(Subject::Factor(index), verdict);
            factors.push(verdict);
            if verdict == Verdict::Yes {
                least = least.saturating_add(factor.adds);
            }
            if verdict != Verdict::No {
                most = most.saturating_add(factor.adds);
            }
            sums = sums.map(|sums| add_to_sums(sums, verdict, factor.adds)).filter(|s| s.len() <= MOST_SUMS);
        }
        let level =
            |points: u32| score.bands.iter().rev().find(|band| band.from <= points).map(|band| band.level);
        let assessed = match sums {
            Some(sums) => Possible::any_of(sums.into_iter().filter_map(level)),
            None => {
                let starts =
                    score.bands.iter().map(|band| band.from).filter(|from| least < *from && *from <= most);
                Possible::any_of([least].into_iter().chain(starts).filter_map(level))
            }
        };
        self.known.assessed = assessed.clone();
        outcome.score = Some(ScoreOutcome { least, most, factors, assessed });
    }

    fn catalogue(&mut self, outcome: &mut Outcome) {
        let state = self.ir.template.map_or(&State::Absent, |slot| self.record.slot(slot));
        let named = match state {
            State::Given(Value::Enum(entry)) => Some(usize::from(*entry)),
            _ => None,
        };
        outcome.catalogued = match (named, state) {
            (Some(entry), _) => {
                outcome.entry = self.entry(entry);
                outcome.entry.as_ref().map_or(Verdict::No, |entry| entry.covered)
            }
            (None, State::Unanswered) => {
                let mut covered = Verdict::No;
                for entry in 0..self.ir.entries.len() {
                    covered = covered.or(self.entry(entry).map_or(Verdict::No, |entry| entry.covered));
                }
                // Even an entry that would cover everything may yet not be named.
                covered.min(Verdict::Unknown)
            }
            _ => Verdict::No,
        };
        self.known.catalogued = Some(outcome.catalogued);
    }

    /// Looks at everything an entry asks, also where one answer would do, so that all reasons are known.
    fn entry(&mut self, index: usize) -> Option<EntryOutcome> {
        let ir = self.ir;
        let entry = ir.entries.get(index)?;
        let day = ir.zone.civil_date(self.submitted_at());
        let not_yet_valid = day.is_none_or(|day| day < entry.approved_on);
        let expired = day.is_none_or(|day| day > entry.valid_until);
        let suspended = self.record.suspended.get(index).copied().unwrap_or(false);
        let applies = self.test(entry.applies);
        self.observer.subject(Subject::Entry(index), applies);
        let mut guards = Vec::with_capacity(entry.guards.len());
        for (position, guard) in entry.guards.iter().enumerate() {
            let met = self.met(guard.when, guard.that);
            self.observer.subject(Subject::Guard(index, position), met);
            guards.push(met);
        }
        let in_force = Verdict::of(!not_yet_valid && !expired && !suspended);
        let covered = guards.iter().copied().fold(applies.and(in_force), Verdict::and);
        Some(EntryOutcome { entry: index, covered, applies, not_yet_valid, expired, suspended, guards })
    }

    fn class(&mut self, outcome: &mut Outcome) {
        let ir = self.ir;
        let absent = outcome.class.value.absent;
        if let Some(table) = &ir.classify {
            let assessed = self.known.assessed.clone();
            let range = |class: u16| risk_range(ir, class, &assessed);
            let rank = |rule: usize| value_of(table, rule).map_or((0, 0), range);
            let hit = self.table(table, Subject::Class, rank);
            let values: Vec<u16> =
                hit.rules.iter().filter_map(|rule| value_of(table, usize::from(*rule))).collect();
            let highest = || {
                let classes = (0..ir.classes.len()).filter_map(|class| u16::try_from(class).ok());
                // The first of equals, so by order of declaration.
                classes.rev().max_by_key(|class| range(*class).1)
            };
            let otherwise = if hit.gap { highest() } else { None };
            let mut value = Possible::any_of(values.into_iter().chain(otherwise));
            value.absent = absent;
            outcome.class = hit.outcome(value);
        }
        if let Some(given) = self.record.class_given {
            outcome.class = TableOutcome { value: Possible::certain(given), ..TableOutcome::default() };
            outcome.class.value.absent = absent;
        }
        self.known.class = outcome.class.value.clone();
        let mut risks = Vec::new();
        for (class, risk) in self.classes_with_risks() {
            risks.extend(risk);
            outcome.combinations.push(Combination { class, risk, route: None });
        }
        outcome.risk = Possible::any_of(risks);
        outcome.risk.absent = absent || outcome.risk.values.is_empty();
        self.known.risk = outcome.risk.clone();
    }

    /// Every class that is possible, with every final risk that it can have.
    fn classes_with_risks(&self) -> Vec<(Option<u16>, Option<u16>)> {
        let assessed = &self.known.assessed.values;
        let or_none = |risks: Vec<u16>| -> Vec<Option<u16>> {
            if risks.is_empty() { vec![None] } else { risks.into_iter().map(Some).collect() }
        };
        if self.known.class.values.is_empty() {
            return or_none(assessed.clone()).into_iter().map(|risk| (None, risk)).collect();
        }
        let mut pairs = Vec::new();
        for class in &self.known.class.values {
            let risks = match self.ir.classes.get(usize::from(*class)).map(|class| class.risk) {
                Some(ClassRisk::Fixed(level)) => vec![level],
                Some(ClassRisk::AssessedAtLeast(level)) if assessed.is_empty() => vec![level],
                Some(ClassRisk::AssessedAtLeast(level)) => {
                    Possible::any_of(assessed.iter().map(|assessed| *assessed.max(&level))).values
                }
                Some(ClassRisk::Assessed) | None => assessed.clone(),
            };
            pairs.extend(or_none(risks).into_iter().map(|risk| (Some(*class), risk)));
        }
        pairs
    }

    /// Looks at the route once for each possible class with its risk: a rule for `standard` says nothing of `normal`.
    fn route(&mut self, outcome: &mut Outcome) {
        let ir = self.ir;
        let Some(table) = &ir.route else { return };
        let rank = |rule: usize| strictness(ir, table, rule);
        let strictest = || {
            let rules = (0..table.rules.len()).filter_map(|rule| u16::try_from(rule).ok());
            rules.rev().max_by_key(|rule| rank(usize::from(*rule)).1)
        };
        let absent = outcome.route.value.absent;
        let pairs = std::mem::take(&mut outcome.combinations);
        let single = pairs.len() <= 1;
        // A route exists in scope only, so it is looked at as if the change were in scope.
        let suppose = !single || absent;
        let mut all = TableOutcome::default();
        for pair in pairs {
            if suppose {
                let only = |value: Option<u16>| value.map_or_else(Possible::nothing, Possible::certain);
                (self.known.class, self.known.risk) = (only(pair.class), only(pair.risk));
                self.forget();
            }
            let hit = self.table(table, Subject::Route, rank);
            let otherwise = if hit.gap { strictest() } else { None };
            let value = Possible::any_of(hit.rules.iter().copied().chain(otherwise));
            outcome
                .combinations
                .extend(value.values.iter().map(|route| Combination { route: Some(*route), ..pair }));
            all.value.values.extend(&value.values);
            all.rules.extend(&hit.rules);
            if single {
                (all.held, all.fault) = (hit.held, hit.fault);
            }
        }
        if suppose {
            (self.known.class, self.known.risk) = (outcome.class.value.clone(), outcome.risk.clone());
            self.forget();
        }
        all.rules.sort_unstable();
        all.rules.dedup();
        all.value = Possible::any_of(all.value.values);
        all.value.absent = absent;
        self.known.route = all.value.clone();
        outcome.route = all;
    }

    fn boards(&mut self, outcome: &mut Outcome) {
        let ir = self.ir;
        let Some(table) = &ir.route else { return };
        let mut boards: Vec<u32> = Vec::new();
        for route in &outcome.route.value.values {
            if let Some(Gives::Approve(Approver::Board(board))) =
                table.rules.get(usize::from(*route)).map(|rule| &rule.gives)
            {
                boards.push(*board);
            }
        }
        boards.sort_unstable();
        boards.dedup();
        for number in boards {
            let Some(board) = ir.boards.get(number as usize) else { continue };
            let mut seated = Vec::with_capacity(board.seats.len());
            for (position, seat) in board.seats.iter().enumerate() {
                let verdict = self.test_any(seat.seated_when);
                self.observer.subject(Subject::Seat(number as usize, position), verdict);
                seated.push(verdict);
            }
            let votes_between = board.votes_between.map_or(Verdict::No, |when| self.test(when));
            outcome.seats.push(BoardOutcome { board: number, seated, votes_between });
        }
    }
}

/// The position of `in_scope` in the `Scope` enumeration.
pub const IN_SCOPE: u16 = 0;

fn value_of(table: &Table, rule: usize) -> Option<u16> {
    match table.rules.get(rule).map(|rule| &rule.gives) {
        Some(Gives::Value(value)) => Some(*value),
        _ => None,
    }
}

fn add_to_sums(sums: Vec<u32>, verdict: Verdict, adds: u32) -> Vec<u32> {
    let with = |sum: &u32| sum.saturating_add(adds);
    match verdict {
        Verdict::No => sums,
        Verdict::Yes => sums.iter().map(with).collect(),
        Verdict::Unknown => {
            let mut both: Vec<u32> = sums.iter().copied().chain(sums.iter().map(with)).collect();
            both.sort_unstable();
            both.dedup();
            both
        }
    }
}

/// The lowest and the highest final risk that a class can come to, counted from 1; 0 for a class without any.
fn risk_range(ir: &Ir, class: u16, assessed: &Possible) -> (u32, u32) {
    let counted = |level: u16| u32::from(level).saturating_add(1);
    let ends = (assessed.values.first().copied(), assessed.values.last().copied());
    match (ir.classes.get(usize::from(class)).map(|class| class.risk), ends) {
        (Some(ClassRisk::Fixed(level)), _) | (Some(ClassRisk::AssessedAtLeast(level)), (None, _)) => {
            (counted(level), counted(level))
        }
        (Some(ClassRisk::AssessedAtLeast(level)), (Some(first), last)) => {
            (counted(first.max(level)), counted(last.unwrap_or(first).max(level)))
        }
        (Some(ClassRisk::Assessed), (Some(first), last)) => (counted(first), counted(last.unwrap_or(first))),
        _ => (0, 0),
    }
}

/// How strict a route is: a board before roles, more roles before fewer, anyone before nobody.
fn strictness(ir: &Ir, table: &Table, rule: usize) -> (u32, u32) {
    let strict = match table.rules.get(rule).map(|rule| &rule.gives) {
        Some(Gives::Approve(Approver::Board(board))) if (*board as usize) < ir.boards.len() => u32::MAX,
        Some(Gives::Approve(Approver::Roles { count, .. })) => *count,
        _ => 0,
    };
    (strict, strict)
}

/// What the rules of a table said.
struct Hit {
    rules: Vec<u16>,
    held: Vec<u16>,
    fault: Option<Fault>,
    /// Whether it may be that no rule holds.
    gap: bool,
}

impl Hit {
    fn outcome(self, value: Possible) -> TableOutcome {
        TableOutcome { value, rules: self.rules, held: self.held, fault: self.fault }
    }
}

impl<O: Observer> Evaluation<'_, O> {
    fn table(
        &mut self,
        table: &Table,
        subject: impl Fn(usize) -> Subject,
        rank: impl Fn(usize) -> (u32, u32),
    ) -> Hit {
        match table.hit {
            HitPolicy::First => self.first(table, subject),
            HitPolicy::Unique => self.unique(table, subject, rank),
        }
    }

    fn first(&mut self, table: &Table, subject: impl Fn(usize) -> Subject) -> Hit {
        let mut rules = Vec::new();
        for (index, rule) in table.rules.iter().enumerate() {
            let verdict = self.test_any(rule.when);
            // A rule above that may hold leaves it open whether this one is reached.
            let is_open = verdict == Verdict::Yes && !rules.is_empty();
            self.observer.subject(subject(index), if is_open { Verdict::Unknown } else { verdict });
            let number = u16::try_from(index).unwrap_or(u16::MAX);
            if verdict != Verdict::No {
                rules.push(number);
            }
            if verdict == Verdict::Yes {
                let held = if rules.len() == 1 { vec![number] } else { Vec::new() };
                return Hit { rules, held, fault: None, gap: false };
            }
        }
        let fault = rules.is_empty().then_some(Fault::Gap);
        Hit { rules, held: Vec::new(), fault, gap: true }
    }

    fn unique(
        &mut self,
        table: &Table,
        subject: impl Fn(usize) -> Subject,
        rank: impl Fn(usize) -> (u32, u32),
    ) -> Hit {
        let (mut held, mut open) = (Vec::new(), Vec::new());
        let mut otherwise = None;
        for (index, rule) in table.rules.iter().enumerate() {
            let number = u16::try_from(index).unwrap_or(u16::MAX);
            let Some(when) = rule.when else {
                otherwise = Some(number);
                continue;
            };
            let verdict = self.test(when);
            self.observer.subject(subject(index), verdict);
            match verdict {
                Verdict::Yes => held.push(number),
                Verdict::Unknown => open.push(number),
                Verdict::No => {}
            }
        }
        if let Some(number) = otherwise {
            let none_of_the_others = match (held.is_empty(), open.is_empty()) {
                (false, _) => Verdict::No,
                (true, false) => Verdict::Unknown,
                (true, true) => Verdict::Yes,
            };
            self.observer.subject(subject(usize::from(number)), none_of_the_others);
            match none_of_the_others {
                Verdict::Yes => held.push(number),
                Verdict::Unknown => open.push(number),
                Verdict::No => {}
            }
        }
        if held.is_empty() {
            let fault = open.is_empty().then_some(Fault::Gap);
            return Hit { rules: open, held, fault, gap: otherwise.is_none() };
        }
        // What certainly holds has the say unless something of a higher risk comes to hold as well.
        let floor = held.iter().map(|rule| rank(usize::from(*rule)).0).max().unwrap_or_default();
        let can_win = |rule: &u16| rank(usize::from(*rule)).1 >= floor;
        let mut rules: Vec<u16> = held.iter().chain(&open).copied().filter(can_win).collect();
        if open.is_empty() {
            // The first of equals: by order of declaration.
            let settled = held.iter().all(|rule| {
                let (low, high) = rank(usize::from(*rule));
                low == high
            });
            if settled {
                rules.truncate(1);
            }
        }
        rules.sort_unstable();
        let fault = (held.len() > 1).then_some(Fault::Overlap);
        Hit { rules, held, fault, gap: false }
    }
}
