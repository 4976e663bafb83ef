//! What is known about one change: the form that requests and facts are read into.

use super::{FactsId, Ir, Name, SlotId};
use crate::value::{Digest, Instant, Period, Value};

/// What is known about one slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// This value. It is of the slot's type.
    Given(Value),
    /// Known to be missing.
    Absent,
    /// Not yet asked or not yet answered.
    Unanswered,
}

/// What is known about a facts group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// Reported.
    Given,
    /// Known not to be reported.
    Absent,
    /// It may come or not.
    Unanswered,
}

/// A freeze that was declared in haste and stands in the trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrailFreeze {
    /// Its id.
    pub id: Name,
    /// Half open.
    pub window: Period,
}

/// The digests of the canonical bytes of what was given; of the request without its personal fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InputDigests {
    /// Of the request.
    pub request: Digest,
    /// Of the facts.
    pub facts: Digest,
}

/// What is known about one change.
///
/// The fields of a facts group that is absent are absent, those of one that is unanswered are unanswered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// One for each of `Ir::slots`.
    pub slots: Vec<State>,
    /// One for each of `Ir::facts`.
    pub facts: Vec<Presence>,
    /// When the change was submitted; `None` for now.
    pub submitted_at: Option<Instant>,
    /// For each of `Ir::entries`, whether its history suspends it.
    pub suspended: Vec<bool>,
    /// The freezes of the trail.
    pub freezes: Vec<TrailFreeze>,
    /// The class that an exception gives the change, whatever the rules say: a value of the `Class` enumeration.
    pub class_given: Option<u16>,
    /// What the record was read from; `None` if it was made otherwise.
    pub inputs: Option<InputDigests>,
}

impl Record {
    /// Returns the record of which nothing is known yet.
    pub fn unanswered(ir: &Ir) -> Self {
        Self::uniform(ir, &State::Unanswered, Presence::Unanswered)
    }

    /// Returns the record in which everything is missing.
    pub fn absent(ir: &Ir) -> Self {
        Self::uniform(ir, &State::Absent, Presence::Absent)
    }

    fn uniform(ir: &Ir, state: &State, presence: Presence) -> Self {
        Self {
            slots: vec![state.clone(); ir.slots.len()],
            facts: vec![presence; ir.facts.len()],
            submitted_at: None,
            suspended: vec![false; ir.entries.len()],
            freezes: Vec::new(),
            class_given: None,
            inputs: None,
        }
    }

    /// Returns what is known about a slot.
    pub fn slot(&self, slot: SlotId) -> &State {
        self.slots.get(slot.index()).unwrap_or(&State::Absent)
    }

    /// Returns what is known about a facts group.
    pub fn group(&self, group: FactsId) -> Presence {
        self.facts.get(group.index()).copied().unwrap_or(Presence::Absent)
    }

    /// Replaces what is known about a slot. A given facts field makes its group given.
    pub fn set(&mut self, ir: &Ir, slot: SlotId, state: State) {
        if let (super::Origin::Facts(group), State::Given(_)) =
            (ir.slots.get(slot.index()).map_or(super::Origin::Request, |slot| slot.origin), &state)
            && let Some(presence) = self.facts.get_mut(group.index())
        {
            *presence = Presence::Given;
        }
        if let Some(place) = self.slots.get_mut(slot.index()) {
            *place = state;
        }
    }

    /// Replaces what is known about a whole facts group by its not being there.
    pub fn remove_facts(&mut self, ir: &Ir, group: FactsId) {
        self.set_facts(ir, group, Presence::Absent, &State::Absent);
    }

    /// Replaces what is known about a whole facts group by nothing.
    pub fn take_back_facts(&mut self, ir: &Ir, group: FactsId) {
        self.set_facts(ir, group, Presence::Unanswered, &State::Unanswered);
    }

    fn set_facts(&mut self, ir: &Ir, group: FactsId, presence: Presence, state: &State) {
        if let Some(place) = self.facts.get_mut(group.index()) {
            *place = presence;
        }
        for slot in ir.facts.get(group.index()).into_iter().flat_map(|group| &group.slots) {
            if let Some(place) = self.slots.get_mut(slot.index()) {
                *place = state.clone();
            }
        }
    }
}
