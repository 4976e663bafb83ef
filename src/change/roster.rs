//! Who holds which role, who stands in for whom, and who is on call: data of its own, with opaque person ids, so that
//! a swap of the on-call never changes the policy or voids a vote.

mod findings;

pub use findings::{Finding, findings, unfillable};

use super::event::{Right, StandIn};
use super::sla;
use crate::ir::{Ir, Name, SpanOfTime};
use crate::value::{Duration, Instant};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The roster.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Roster {
    /// Who holds each role of the policy. A role that is [`managers`](Self::managers)' is left out here.
    #[serde(default)]
    pub roles: BTreeMap<Name, Vec<Name>>,
    /// The role that whoever manages the requester holds, such as `line_manager`.
    #[serde(default)]
    pub manager_role: Option<Name>,
    /// The manager of each person.
    #[serde(default)]
    pub managers: BTreeMap<Name, Name>,
    /// Who stands in for whom.
    #[serde(default)]
    pub delegations: Vec<Delegation>,
    /// Whose turn it is.
    #[serde(default)]
    pub on_call: BTreeMap<Name, Rotation>,
}

/// Somebody stands in for somebody (D-04).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delegation {
    /// The holder of the role.
    pub from: Name,
    /// Whoever stands in. Nobody passes on what was passed to them.
    pub to: Name,
    /// The role; every role that `from` holds where it is left out.
    #[serde(default)]
    pub role: Option<Name>,
    /// The first instant.
    pub since: Instant,
    /// The first instant after it.
    pub until: Instant,
    /// The classes of change; all where it is left out.
    #[serde(default)]
    pub scope: Option<Vec<Name>>,
}

/// People who take turns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rotation {
    /// In the order of their turns.
    pub people: Vec<Name>,
    /// When the first one's first turn begins. Before that nobody is on call.
    pub since: Instant,
    /// How long a turn is, in milliseconds; the hand-over belongs to the next.
    pub turn_ms: Duration,
    /// Who takes a turn for somebody else; the last one that covers an instant counts.
    #[serde(default)]
    pub swaps: Vec<Swap>,
}

/// A turn that somebody else takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Swap {
    /// Who takes it.
    pub person: Name,
    /// The first instant.
    pub since: Instant,
    /// The first instant after it.
    pub until: Instant,
}

/// By what right somebody acts in a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Capacity {
    /// They hold it.
    Holder,
    /// They stand in for its holder.
    StandIn(StandIn),
}

impl Rotation {
    /// Returns who is on call at an instant, and until when.
    pub fn at(&self, now: Instant) -> Option<(Name, Instant)> {
        let swap = self.swaps.iter().rev().find(|swap| swap.since <= now && now < swap.until);
        if let Some(swap) = swap {
            return Some((swap.person.clone(), swap.until));
        }
        let passed = now.since(self.since).ms();
        let turn = passed.checked_div(self.turn_ms.ms()).filter(|_| passed >= 0)?;
        let people = i64::try_from(self.people.len()).ok()?;
        let index = usize::try_from(turn.checked_rem(people)?).ok()?;
        let ends = turn.checked_add(1)?.checked_mul(self.turn_ms.ms())?;
        let until = self.since.checked_add(Duration::from_ms(ends)).unwrap_or(Instant::MAX);
        Some((self.people.get(index)?.clone(), until))
    }
}

impl Delegation {
    fn covers(&self, role: &str, class: Option<&str>, now: Instant) -> bool {
        self.since <= now
            && now < self.until
            && self.role.as_deref().is_none_or(|delegated| delegated == role)
            && self.scope.as_ref().is_none_or(|scope| scope.iter().any(|of| Some(&**of) == class))
    }

    /// Says whether it runs for longer than the policy lets anybody stand in (D-04). Such a one counts for nothing, on
    /// its first day as on its last. Business days are those of the calendar that counts where no condition says otherwise.
    pub fn is_too_long(&self, ir: &Ir) -> bool {
        let calendar = ir.calendar_choices.last().map(|choice| &*choice.calendar);
        let longest = ir.approvals.as_ref().map(|approvals| &approvals.delegation_at_most);
        longest
            .and_then(|longest| sla::after(ir, calendar, self.since, longest))
            .is_some_and(|last| self.until > last)
    }

    /// Returns the words for a delegation that runs for too long.
    pub(super) fn says_too_long(&self, ir: &Ir) -> String {
        let longest = match ir.approvals.as_ref().map(|approvals| &approvals.delegation_at_most) {
            None => String::new(),
            Some(SpanOfTime::Fixed(time)) => in_days(*time),
            Some(SpanOfTime::BusinessDays(days)) => format!("{days} business days"),
            Some(SpanOfTime::BusinessTime(time)) => format!("{time} of working time"),
            Some(SpanOfTime::Years(years)) => format!("{years} years"),
        };
        let (from, to) = (&self.from, &self.to);
        format!("`{from}` delegates to `{to}` for longer than the {longest} that the policy allows")
    }
}

/// Returns the words for a time, in days where it is a number of them.
fn in_days(time: Duration) -> String {
    const DAY_MS: i64 = 86_400_000;
    match (time.ms().checked_div(DAY_MS), time.ms().checked_rem(DAY_MS)) {
        (Some(days), Some(0)) => format!("{days} days"),
        _ => time.to_string(),
    }
}

impl Roster {
    /// Returns who holds a role for a change of this requester.
    pub fn holders(&self, role: &str, requester: &str) -> Vec<Name> {
        if self.manager_role.as_deref() == Some(role) {
            return self.managers.get(requester).cloned().into_iter().collect();
        }
        self.roles.get(role).cloned().unwrap_or_default()
    }

    /// Says whether a person holds a role outright.
    pub fn holds(&self, person: &str, role: &str, requester: &str) -> bool {
        self.holders(role, requester).iter().any(|holder| **holder == *person)
    }

    /// Returns by what right a person acts in a role at an instant; `None` if by none. Holding comes before
    /// standing in, a delegation before the rotation.
    pub fn capacity(&self, question: &Asked<'_>, person: &str, role: &str) -> Option<Capacity> {
        let holders = self.holders(role, question.requester);
        if holders.iter().any(|holder| **holder == *person) {
            return Some(Capacity::Holder);
        }
        let delegated = self.delegated(question, role, &holders);
        let mut mine = delegated.filter(|it| *it.to == *person && !it.is_too_long(question.ir));
        if let Some(delegation) = mine.next() {
            return Some(Capacity::StandIn(StandIn {
                holder: delegation.from.clone(),
                right: Right::Delegation,
                until: delegation.until,
            }));
        }
        let (on_call, until) = self.on_call_at(question, role)?;
        if *on_call != *person {
            return None;
        }
        let holder = holders.first()?.clone();
        Some(Capacity::StandIn(StandIn { holder, right: Right::OnCall, until }))
    }

    /// Returns the delegations by which somebody would stand in for one of these holders of a role at an instant. Only
    /// what somebody holds outright can be passed on: no chains.
    fn delegated<'a>(
        &'a self,
        question: &Asked<'_>,
        role: &str,
        holders: &[Name],
    ) -> impl Iterator<Item = &'a Delegation> {
        let question = *question;
        let counts = move |it: &&Delegation| {
            it.covers(role, question.class, question.now) && !question.is_party(&it.from)
        };
        self.delegations.iter().filter(counts).filter(move |it| holders.contains(&it.from))
    }

    /// Returns the delegation by which a person would act in a role, were it not from somebody who takes part in the change.
    pub(super) fn by_proxy(&self, question: &Asked<'_>, person: &str, role: &str) -> Option<&Delegation> {
        let holders = self.holders(role, question.requester);
        let mut covering = self.delegations.iter().filter(|it| it.covers(role, question.class, question.now));
        covering.find(|it| *it.to == *person && holders.contains(&it.from) && question.is_party(&it.from))
    }

    /// Returns the delegation by which a person would act in a role, did it not run for too long.
    pub(super) fn too_long(&self, question: &Asked<'_>, person: &str, role: &str) -> Option<&Delegation> {
        let holders = self.holders(role, question.requester);
        self.delegated(question, role, &holders).find(|it| *it.to == *person && it.is_too_long(question.ir))
    }

    fn on_call_at(&self, question: &Asked<'_>, role: &str) -> Option<(Name, Instant)> {
        let allowed =
            question.on_call_counts && question.ir.roles.iter().any(|it| *it.name == *role && it.on_call);
        self.on_call.get(role).filter(|_| allowed)?.at(question.now)
    }

    /// Returns everybody who may act in a role at an instant: holders, then delegates, then whoever is on call.
    pub fn entitled(&self, question: &Asked<'_>, role: &str) -> Vec<Name> {
        let mut people = self.holders(role, question.requester);
        people.extend(self.deputies(question, role));
        let mut once: Vec<Name> = Vec::with_capacity(people.len());
        for person in people {
            if !once.contains(&person) {
                once.push(person);
            }
        }
        once
    }

    /// Returns who stands in for the holders of a role at an instant.
    pub fn deputies(&self, question: &Asked<'_>, role: &str) -> Vec<Name> {
        let holders = self.holders(role, question.requester);
        let delegated = self.delegated(question, role, &holders).filter(|it| !it.is_too_long(question.ir));
        let delegates = delegated.map(|it| it.to.clone());
        let on_call = self.on_call_at(question, role).map(|(person, _)| person);
        delegates.chain(on_call).collect()
    }
}

/// For which change, and when, a role is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The policy.
    pub ir: &'a Ir,
    /// Who asks for the change.
    pub requester: &'a str,
    /// Who deploys it, as far as that is known.
    pub implementer: Option<&'a str>,
    /// Its class, which a delegation may be limited to.
    pub class: Option<&'a str>,
    /// Whether whoever is on call may stand in: on routes of roles, not at the table of a board.
    pub on_call_counts: bool,
    /// The instant.
    pub now: Instant,
}

impl Asked<'_> {
    /// Whether a person's own part in the change keeps them from deciding on it, and so those whom they chose (D-01).
    pub(super) fn is_party(&self, person: &str) -> bool {
        let separate = |part: &str| super::approval::separates(self.ir, part, "approver");
        (person == self.requester && separate("requester"))
            || (self.implementer == Some(person) && separate("implementer"))
    }
}
