//! One command at work: the change as it becomes, and the events so far.

use super::approval::told;
use super::deciding::{Context, Decided, Question, decide};
use super::event::{Event, Notice, ReviewDuty, What};
use super::record::Change;
use super::refusal::Refusal;
use super::sla::{self, Level};
use super::state::{Actor, Machine, State};
use crate::eval::Decision;
use crate::ir::Name;
use crate::value::Instant;
use std::borrow::Cow;
use std::sync::Arc;

/// A change on its way through one command. Every event is folded in as it happens, by the one fold, so that what a
/// command goes by is what a replay will find.
pub(super) struct Step<'a> {
    /// Borrowed until something happens.
    pub change: Cow<'a, Change>,
    pub context: Context<'a>,
    pub now: Instant,
    pub actor: Actor,
    pub events: Vec<Event>,
}

impl<'a> Step<'a> {
    pub(super) fn new(change: Cow<'a, Change>, context: Context<'a>, now: Instant, actor: &Actor) -> Self {
        Self { change, context, now, actor: actor.clone(), events: Vec::new() }
    }

    /// Records what happened.
    pub(super) fn emit(&mut self, what: What) {
        self.emit_and_tell(what, Vec::new());
    }

    /// Records what happened, and who is to be told.
    pub(super) fn emit_and_tell(&mut self, what: What, notify: Vec<Notice>) {
        let event = Event {
            change: self.change.id.clone(),
            seq: self.change.seq.saturating_add(1),
            at: self.now,
            by: self.actor.clone(),
            what,
            notify,
        };
        // The event was made for this change as it is, so it follows.
        if self.change.to_mut().follow(&event).is_ok() {
            self.events.push(event);
        }
    }

    /// Records what happened because time passed: nobody did it.
    pub(super) fn emit_of_time(&mut self, what: What, notify: Vec<Notice>) {
        let actor = std::mem::replace(&mut self.actor, Actor::Machine(Machine::Workflow));
        self.emit_and_tell(what, notify);
        self.actor = actor;
    }

    /// Returns whoever the policy's words mean now.
    pub(super) fn told(&self, words: &[Name]) -> Vec<Notice> {
        told(&self.context, &self.change, words, self.now)
    }

    /// Returns requester, implementer and change manager: whoever is told that something went wrong.
    pub(super) fn told_of_trouble(&self) -> Vec<Notice> {
        let words =
            [Some(Name::from("requester")), Some(Name::from("implementer")), self.context.ir.owner.clone()];
        self.told(&words.into_iter().flatten().collect::<Vec<_>>())
    }

    /// Decides on the change as it is now.
    pub(super) fn decide(&self) -> Result<Decided, Refusal> {
        decide(&self.context, &self.question())
    }

    /// Asks about the change as it is now. A class that an exception gave it stays.
    pub(super) fn question(&self) -> Question<'_> {
        Question { class: self.given_class(), ..Question::of(&self.change, self.now) }
    }

    /// The class that the rules did not choose: an exception gave it, or the change kept it.
    fn given_class(&self) -> Option<u16> {
        let class = self.change.decision.as_ref()?.class.as_ref()?;
        // A rule that chose it is named.
        let given = class.rule.is_none() && self.context.ir.classify.is_some() && class.held.is_empty();
        let number = super::deciding::class_number(self.context.ir, &class.value).filter(|_| given)?;
        u16::try_from(number).ok()
    }

    /// Refuses everybody but the requester and whoever holds the role that owns the policy.
    pub(super) fn by_requester_or_manager(&self) -> Result<(), Refusal> {
        if self.is_requester() || self.is_manager() {
            return Ok(());
        }
        Err(self.not_authorized("the requester or a change manager"))
    }

    /// Refuses everybody but the requester.
    pub(super) fn by_requester(&self) -> Result<(), Refusal> {
        if self.is_requester() { Ok(()) } else { Err(self.not_authorized("the requester")) }
    }

    /// Refuses everybody but a change manager.
    pub(super) fn by_manager(&self) -> Result<(), Refusal> {
        if self.is_manager() { Ok(()) } else { Err(self.not_authorized("a change manager")) }
    }

    /// Refuses everybody but this program.
    pub(super) fn by_machine(&self, machine: Machine) -> Result<(), Refusal> {
        if self.actor.is(machine) {
            return Ok(());
        }
        Err(self.not_authorized(&format!("the machine `{}`", machine.word())))
    }

    /// Refuses everybody but the named implementer and the pipeline.
    pub(super) fn by_implementer(&self) -> Result<(), Refusal> {
        if self.actor.is(Machine::Ci)
            || self.actor.person().is_some() && self.actor.person() == self.change.implementer.as_ref()
        {
            return Ok(());
        }
        Err(self.not_authorized("the implementer or the machine `ci`"))
    }

    pub(super) fn is_requester(&self) -> bool {
        self.actor.person() == Some(&self.change.requester)
    }

    pub(super) fn is_manager(&self) -> bool {
        let roster = self.context.roster;
        let owns = |role: &Name| {
            self.actor.person().is_some_and(|person| roster.holds(person, role, &self.change.requester))
        };
        self.context.ir.owner.as_ref().is_some_and(owns)
    }

    pub(super) fn not_authorized(&self, who: &str) -> Refusal {
        let message = format!("only {who} may do this, and `{}` is not", self.actor);
        Refusal::new("NOT_AUTHORIZED", message)
    }

    /// Refuses words that say nothing: none at all, or one of the policy's placeholders.
    pub(super) fn said(&self, code: &str, words: &str, what: &str) -> Result<(), Refusal> {
        let words = words.trim();
        let is_placeholder = self.context.ir.placeholders.iter().any(|it| it.eq_ignore_ascii_case(words));
        if words.is_empty() || is_placeholder {
            return Err(Refusal::new(code, format!("{what} is missing")));
        }
        const MOST_CHARACTERS: usize = 4_000;
        if words.chars().nth(MOST_CHARACTERS).is_some() {
            return Err(Refusal::new(
                "OUT_OF_RANGE",
                format!("{what} has more than {MOST_CHARACTERS} characters"),
            ));
        }
        Ok(())
    }

    /// Records how the service level ended, once the change has reached what it runs to.
    pub(super) fn end_service_level(&mut self) {
        let Some(decision) = &self.change.decision else { return };
        if self.change.service.met.is_some()
            || matches!(self.change.state, State::OutOfScope | State::Withdrawn)
        {
            return;
        }
        let Some(level) = Level::of(self.context.ir, decision) else { return };
        let Some(reached) = self.change.milestones.at(level.to()) else { return };
        let (Some(start), Some(due)) = (level.start(&self.change), self.change.service.due) else { return };
        let met = due.met_at(reached);
        let late = if met { None } else { level.overrun(start, &sla::pauses(&self.change), reached) };
        self.emit_of_time(What::SlaEnded { met, late_ms: late }, Vec::new());
    }

    /// Sets the due times of later reviews that count from a milestone which has come.
    pub(super) fn set_review_dues(&mut self) {
        let ir = self.context.ir;
        let duties: Vec<ReviewDuty> =
            self.change.reviews.iter().filter(|duty| duty.justified.is_none()).cloned().collect();
        for duty in duties {
            let milestones = &self.change.milestones;
            // Until the change is implemented its start stands for that: no later date is known.
            let from = milestones.at(&duty.after).or(milestones.implementing);
            let due = from.and_then(|from| sla::review_due(ir, self.change.decision.as_deref(), &duty, from));
            if let Some(due) = due
                && duty.due != Some(due)
            {
                let ReviewDuty { code, why, .. } = duty;
                self.emit_of_time(What::RetroDue { code, why, due }, Vec::new());
            }
        }
    }
}

/// Returns a decision as a change keeps it: its gates are asked again at each step.
pub(super) fn kept(decision: Decision) -> Arc<Decision> {
    Arc::new(Decision { gates: Vec::new(), ..decision })
}
