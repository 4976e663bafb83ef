//! What one change knows of the others: planned windows, components, freezes, the history of the catalogue.

use super::record::Change;
use super::state::State;
use crate::ir::{Freeze, Ir, Name, Record, SlotId, Type};
use crate::json::Json;
use crate::value::{Instant, Period, Value};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The register of changes, as the host's store says it. It is an input like the request: the engine keeps none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Register {
    /// Other changes that have a window: see [`planned`].
    #[serde(default)]
    pub changes: Vec<Planned>,
    /// The component that each component is part of.
    #[serde(default)]
    pub parents: BTreeMap<Name, Name>,
    /// Freezes declared in haste.
    #[serde(default)]
    pub freezes: Vec<DeclaredFreeze>,
    /// How the last changes under each entry of the catalogue went.
    #[serde(default)]
    pub catalogue: BTreeMap<Name, History>,
}

/// A change that has a window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Planned {
    /// Its id.
    pub id: Name,
    /// What it changes.
    pub component: Name,
    /// When, half open.
    pub window: Period,
    /// Who deploys it.
    #[serde(default)]
    pub implementer: Option<Name>,
    /// Its class, if it is known.
    #[serde(default)]
    pub class: Option<Name>,
    /// Where it stands. One that is only asked for is not in the way of a start; one of which this is not known is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<State>,
}

/// A freeze that no policy holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeclaredFreeze {
    /// Its id.
    pub id: Name,
    /// The first instant.
    pub from: Instant,
    /// The first instant after it; absent where nobody knows yet when it ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Instant>,
}

/// A freeze in which a window lies in part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frozen {
    /// Its code, or its id where it was declared.
    pub code: Name,
    /// The first instant after it, of the last of its windows that are in the way; `None` where it has no end.
    pub until: Option<Instant>,
}

impl DeclaredFreeze {
    /// The first instant after it, or the last that there is.
    pub fn end(&self) -> Instant {
        self.to.unwrap_or(Instant::MAX)
    }
}

/// How the last changes under an entry of the catalogue went.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct History {
    /// How many are looked at.
    pub runs: u32,
    /// How many of them went well.
    pub succeeded: u32,
    /// Whether somebody suspended the entry.
    #[serde(default)]
    pub suspended: bool,
}

/// Changes in whose way a window lies.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Conflicts {
    /// On the same component.
    pub same_component: Vec<Name>,
    /// On the component it is part of, or on a part of it, at any distance.
    pub related: Vec<Name>,
    /// By the same implementer.
    pub same_implementer: Vec<Name>,
}

/// Returns the slot that holds the window of a change: the one that its approval lapses with, or the first period that
/// the request asks for.
pub fn window_slot(ir: &Ir) -> Option<SlotId> {
    let is_period = |id: &SlotId| ir.slots.get(id.index()).is_some_and(|slot| slot.ty == Type::Period);
    let lapses = ir.approvals.as_ref().map(|approvals| approvals.valid_until.0).filter(is_period);
    let asked =
        |id: &SlotId| ir.slots.get(id.index()).is_some_and(|slot| slot.origin == crate::ir::Origin::Request);
    lapses.or_else(|| (0..).map(SlotId).take(ir.slots.len()).find(|id| is_period(id) && asked(id)))
}

/// Returns the window that a request holds.
pub fn window(ir: &Ir, record: &Record) -> Option<Period> {
    match record.slot(window_slot(ir)?) {
        crate::ir::State::Given(Value::Period(window)) => Some(*window),
        _ => None,
    }
}

/// Returns the window that a request holds, before it is read into a record.
pub(super) fn requested_window(ir: &Ir, request: &Json) -> Option<Period> {
    let path = &ir.slots.get(window_slot(ir)?.index())?.path;
    crate::json::to_typed(member(request, path)?).ok()
}

/// Returns the part of the register that a change is: nothing once it has ended or if it has no window.
pub fn planned(ir: &Ir, change: &Change) -> Option<Planned> {
    let ahead = matches!(
        change.state,
        State::Assessing
            | State::AwaitingApproval
            | State::NeedsInfo
            | State::Approved
            | State::Scheduled
            | State::OnHold
            | State::Implementing
            | State::Verifying
            | State::RollingBack
    );
    let window = requested_window(ir, &change.request)?;
    let Json::String(component) = change.request.get("component")? else { return None };
    ahead.then(|| Planned {
        id: change.id.clone(),
        component: Name::from(component.as_str()),
        window,
        implementer: change.implementer.clone(),
        class: change.class().cloned(),
        state: Some(change.state),
    })
}

impl Planned {
    /// Whether nobody has decided on it: then it holds its place against whoever plans, not against whoever begins.
    fn is_asked_for(&self) -> bool {
        matches!(
            self.state,
            Some(
                State::Draft
                    | State::OutOfScope
                    | State::Assessing
                    | State::AwaitingApproval
                    | State::NeedsInfo
            )
        )
    }
}

/// Returns the member of a request at a path.
pub(super) fn member<'a>(request: &'a Json, path: &str) -> Option<&'a Json> {
    path.split('.').try_fold(request, |json, key| json.get(key)).filter(|json| **json != Json::Null)
}

impl Register {
    /// Returns the changes in whose way a window on a component lies, also those that are only asked for. A change is not
    /// in its own way.
    pub fn conflicts(
        &self,
        id: &str,
        component: &str,
        window: Period,
        implementer: Option<&str>,
    ) -> Conflicts {
        self.conflicts_among(self.changes.iter(), id, component, window, implementer)
    }

    /// Returns the same without those that are only asked for: a change that has its place in the plan does not lose it
    /// to a request that nobody has decided on.
    pub fn conflicts_at_start(
        &self,
        id: &str,
        component: &str,
        window: Period,
        implementer: Option<&str>,
    ) -> Conflicts {
        let decided = self.changes.iter().filter(|other| !other.is_asked_for());
        self.conflicts_among(decided, id, component, window, implementer)
    }

    fn conflicts_among<'a>(
        &self,
        changes: impl Iterator<Item = &'a Planned>,
        id: &str,
        component: &str,
        window: Period,
        implementer: Option<&str>,
    ) -> Conflicts {
        let above = self.above(component);
        let mut found = Conflicts::default();
        for other in changes.filter(|other| *other.id != *id && other.window.overlaps(window)) {
            if *other.component == *component {
                found.same_component.push(other.id.clone());
            } else if above.contains(&other.component) || self.above(&other.component).contains(component) {
                found.related.push(other.id.clone());
            }
            if implementer.is_some() && other.implementer.as_deref() == implementer {
                found.same_implementer.push(other.id.clone());
            }
        }
        found
    }

    /// Returns what a component is part of, directly and at a distance; it ends where the parents run in a circle.
    fn above(&self, component: &str) -> BTreeSet<Name> {
        let mut above = BTreeSet::new();
        let mut next = self.parents.get(component);
        while let Some(parent) = next {
            if !above.insert(parent.clone()) {
                break;
            }
            next = self.parents.get(parent);
        }
        above
    }

    /// Returns the changes that a freeze would hold (D-07). `spares` names classes that it does not hold.
    pub fn freeze_preview(&self, freeze: Period, spares: &[Name]) -> Vec<Name> {
        let held = |change: &&Planned| {
            change.window.overlaps(freeze)
                && !change.class.as_ref().is_some_and(|class| spares.contains(class))
        };
        self.changes.iter().filter(held).map(|change| change.id.clone()).collect()
    }

    /// Returns the freezes in which a window lies in part; of the policy's, `counts` says which hold for the change.
    pub fn freezes_in(&self, ir: &Ir, window: Period, counts: impl Fn(&Freeze) -> bool) -> Vec<Frozen> {
        let of_policy = ir.freezes.iter().filter_map(|freeze| {
            let in_the_way = freeze.windows.iter().filter(|frozen| frozen.overlaps(window));
            let until = in_the_way.map(|frozen| frozen.end()).max()?;
            counts(freeze).then(|| Frozen { code: freeze.code.clone(), until: Some(until) })
        });
        let declared = self.freezes.iter().filter_map(|freeze| {
            let frozen = Period::new(freeze.from, freeze.end()).ok()?;
            frozen.overlaps(window).then(|| Frozen { code: freeze.id.clone(), until: freeze.to })
        });
        of_policy.chain(declared).collect()
    }
}

/// How a change that is over went, for the history of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Past {
    /// Its kind, as the policy's requests say it.
    pub kind: Name,
    /// Its class.
    pub class: Name,
    /// The entry of the catalogue that it named.
    #[serde(default)]
    pub entry: Option<Name>,
    /// Whether it was closed as successful.
    pub succeeded: bool,
    /// When it was closed.
    pub closed: Instant,
}

/// A kind of change that goes well again and again, and has no entry of the catalogue (D-22).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Proposal {
    /// The kind.
    pub kind: Name,
    /// How many of it went well in a row, the last ones.
    pub successes: u32,
}

/// Returns the history of each entry: the last runs that its `suspend` row looks at.
pub fn history(ir: &Ir, past: &[Past]) -> BTreeMap<Name, History> {
    let mut ordered: Vec<&Past> = past.iter().collect();
    ordered.sort_by_key(|change| change.closed);
    let mut histories = BTreeMap::new();
    for entry in &ir.entries {
        let most = entry.suspend.as_ref().map_or(u32::MAX, |suspend| suspend.last);
        let under = ordered.iter().rev().filter(|change| change.entry.as_ref() == Some(&entry.code));
        let last: Vec<_> = under.take(most as usize).collect();
        let succeeded = last.iter().filter(|change| change.succeeded).count();
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        if !last.is_empty() {
            let history = History { runs: count(last.len()), succeeded: count(succeeded), suspended: false };
            histories.insert(entry.code.clone(), history);
        }
    }
    histories
}

/// Returns the kinds of change of which the last `at_least` all went well, and none was under an entry: candidates for
/// the catalogue. A board decides; this decides nothing.
pub fn proposals(past: &[Past], at_least: u32) -> Vec<Proposal> {
    let mut ordered: Vec<&Past> = past.iter().collect();
    ordered.sort_by_key(|change| change.closed);
    let mut streaks: BTreeMap<&Name, Option<u32>> = BTreeMap::new();
    for change in ordered {
        let streak = streaks.entry(&change.kind).or_insert(Some(0));
        *streak = match (change.entry.is_some(), change.succeeded) {
            (true, _) => None,
            (false, true) => streak.map(|streak| streak.saturating_add(1)),
            (false, false) => streak.map(|_| 0),
        };
    }
    let proposed = |(kind, streak): (&&Name, &Option<u32>)| {
        streak
            .filter(|successes| *successes >= at_least.max(1))
            .map(|successes| Proposal { kind: (*kind).clone(), successes })
    };
    streaks.iter().filter_map(proposed).collect()
}
