//! What an evaluation finds, before anyone puts it into words.

use super::verdict::{Possible, Verdict};
use crate::ir::{Name, SlotId};
use crate::value::Instant;

/// Everything that one evaluation finds. With unanswered slots the enumerated answers are sets of what is possible.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The instant of the decision.
    pub now: Instant,
    /// The instant of submission.
    pub submitted_at: Instant,
    /// In or out of scope: values of the `Scope` enumeration.
    pub scope: TableOutcome,
    /// The score; absent out of scope or without a score.
    pub score: Option<ScoreOutcome>,
    /// The entry that the request names, if it certainly names one.
    pub entry: Option<EntryOutcome>,
    /// Whether an entry covers the request.
    pub catalogued: Verdict,
    /// The class: values of the `Class` enumeration.
    pub class: TableOutcome,
    /// The final risk: values of the risk scale.
    pub risk: Possible,
    /// The route: values of the `Route` enumeration, which are its rules.
    pub route: TableOutcome,
    /// The distinct combinations of class, risk and route that are left.
    pub combinations: Vec<Combination>,
    /// For the boards of possible routes, in the order of `Ir::boards`: the verdict on each seat.
    pub seats: Vec<BoardOutcome>,
    /// What applies besides.
    pub obligations: Obligations,
    /// One for each gate; empty out of scope.
    pub gates: Vec<GateOutcome>,
}

/// One way in which a change can come out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Combination {
    /// The class.
    pub class: Option<u16>,
    /// The final risk.
    pub risk: Option<u16>,
    /// The route.
    pub route: Option<u16>,
}

/// What a table gave.
#[derive(Debug, Clone, Default)]
pub struct TableOutcome {
    /// What it may give.
    pub value: Possible,
    /// The rules that may have the say.
    pub rules: Vec<u16>,
    /// The rules that certainly hold; in a `first` table only the one that counts.
    pub held: Vec<u16>,
    /// What was wrong with the table.
    pub fault: Option<Fault>,
}

impl TableOutcome {
    /// Returns whether a `scope` table put the change in scope.
    pub fn in_scope(&self) -> Verdict {
        match (self.value.values.contains(&super::phases::IN_SCOPE), self.value.values.len()) {
            (false, _) => Verdict::No,
            (true, 1) => Verdict::Yes,
            (true, _) => Verdict::Unknown,
        }
    }
}

/// What can be wrong with a `unique` table that was not proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Several rules hold.
    Overlap,
    /// None holds.
    Gap,
}

/// What the score gave.
#[derive(Debug, Clone)]
pub struct ScoreOutcome {
    /// The fewest points that are possible.
    pub least: u32,
    /// The most.
    pub most: u32,
    /// One for each factor.
    pub factors: Vec<Verdict>,
    /// The levels that are possible.
    pub assessed: Possible,
}

/// What the named catalogue entry said.
#[derive(Debug, Clone)]
pub struct EntryOutcome {
    /// Its position in `Ir::entries`.
    pub entry: usize,
    /// Whether it covers the request.
    pub covered: Verdict,
    /// Whether its `for` holds.
    pub applies: Verdict,
    /// Whether the submission comes before the approval.
    pub not_yet_valid: bool,
    /// Whether the submission comes after the last day.
    pub expired: bool,
    /// Whether its history suspends it.
    pub suspended: bool,
    /// One for each guard.
    pub guards: Vec<Verdict>,
}

/// The seats of one board.
#[derive(Debug, Clone)]
pub struct BoardOutcome {
    /// Its position in `Ir::boards`.
    pub board: u32,
    /// One for each seat.
    pub seated: Vec<Verdict>,
    /// Whether it may vote between its meetings.
    pub votes_between: Verdict,
}

/// What applies besides class and route. One verdict for each declaration, in its order; empty out of scope.
#[derive(Debug, Clone, Default)]
pub struct Obligations {
    /// The laws.
    pub regimes: Vec<Verdict>,
    /// The ways round a rule that are open.
    pub exceptions: Vec<Verdict>,
    /// The rollouts.
    pub canaries: Vec<Verdict>,
    /// The retention rows.
    pub retains: Vec<Verdict>,
    /// The calendar that counts, by its position in the choices.
    pub calendar: Option<usize>,
    /// The controls touched, if known.
    pub touched: Option<u64>,
}

/// What a gate said.
#[derive(Debug, Clone)]
pub struct GateOutcome {
    /// Its demands, in order.
    pub requires: Vec<RequireOutcome>,
}

impl GateOutcome {
    /// Whether the step may be taken.
    pub fn allows(&self) -> Verdict {
        self.requires.iter().map(|require| require.met).fold(Verdict::Yes, Verdict::and)
    }
}

/// What a demand said.
#[derive(Debug, Clone)]
pub struct RequireOutcome {
    /// Whether it is met.
    pub met: Verdict,
    /// What is missing, if it is not met: paths of fields, groups or facts groups.
    pub missing: Vec<Name>,
    /// The fields that hold a placeholder, if it is not met.
    pub placeholders: Vec<SlotId>,
}
