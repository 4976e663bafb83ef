//! Reading requests and facts against the slots of a policy.
//!
//! All faults are found at once, each in the author's words. Nothing is converted: a text is no number (D-19), an
//! unknown field is no comment. `submission`, `catalogue` and `freezes` are facts that every policy knows.

mod builtin;
mod error;
mod value;

pub use error::{InputCode, InputError};

use super::condition::Evaluation;
use super::observer::Unobserved;
use super::verdict::Verdict;
use crate::ir::{FactsId, InputDigests, Ir, Names, Origin, Presence, Record, SlotId, State};
use crate::json::{Json, canonical, canonical_members};
use crate::value::{Digest, Instant};

/// Reads a complete request with its facts: what is not there is absent, and `null` says the same.
///
/// # Errors
/// All faults, those of the request first, each group in the order given; then what is missing, in the order of the
/// form.
pub fn read_complete(ir: &Ir, request: &Json, facts: &Json, now: Instant) -> Result<Record, Vec<InputError>> {
    let groups = |pass: &mut Reading<'_>, record: &mut Record| pass.facts(facts, record);
    let (record, errors) = read(ir, request, groups, Missing { presence: Presence::Absent }, now);
    if !errors.is_empty() {
        return Err(errors);
    }
    Ok(Record { inputs: Some(digests(ir, request, facts)), ..record })
}

/// Reads as [`read_complete`] does, from facts of one group each, for a decision that nobody keeps: the record does not say what
/// it was read from.
///
/// # Errors
/// As [`read_complete`].
pub fn read_undigested<'a>(
    ir: &Ir,
    request: &Json,
    facts: impl IntoIterator<Item = (&'a str, &'a Json)>,
    now: Instant,
) -> Result<Record, Vec<InputError>> {
    let facts = |pass: &mut Reading<'_>, record: &mut Record| {
        facts.into_iter().for_each(|(name, group)| pass.facts_named(name, group, record));
    };
    let (record, errors) = read(ir, request, facts, Missing { presence: Presence::Absent }, now);
    if errors.is_empty() { Ok(record) } else { Err(errors) }
}

/// Returns the digests by which a decision says what it was made on: without the personal fields of the request.
pub fn digests(ir: &Ir, request: &Json, facts: &Json) -> InputDigests {
    InputDigests { request: impersonal_digest(ir, request), facts: Digest::of(canonical(facts).as_bytes()) }
}

/// Returns what [`digests`] does, for facts of one group each.
pub fn digests_of<'a>(
    ir: &Ir,
    request: &Json,
    facts: impl IntoIterator<Item = (&'a str, &'a Json)>,
) -> InputDigests {
    let facts = Digest::of(canonical_members(facts).as_bytes());
    InputDigests { request: impersonal_digest(ir, request), facts }
}

fn impersonal_digest(ir: &Ir, request: &Json) -> Digest {
    Digest::of(ir.canonical_without(request, |slot| slot.personal).as_bytes())
}

/// Reads a form half filled in: what is not there is unanswered, `null` says that it is absent.
///
/// Beside the record come the faults of what was answered; the fields at fault count as unanswered. The facts that
/// every policy knows count as complete: whoever asks knows the history of the catalogue and the freezes.
pub fn read_partial(ir: &Ir, answers: &Json, facts: &Json, now: Instant) -> (Record, Vec<InputError>) {
    let groups = |pass: &mut Reading<'_>, record: &mut Record| pass.facts(facts, record);
    read(ir, answers, groups, Missing { presence: Presence::Unanswered }, now)
}

/// Reads one event, described by a facts group, into a record; what the record knew of the group before is forgotten.
///
/// # Errors
/// All faults of the event. The group then holds what could be read.
pub fn read_event(ir: &Ir, group: FactsId, event: &Json, record: &mut Record) -> Result<(), Vec<InputError>> {
    let missing = Missing { presence: Presence::Absent };
    let mut pass = Reading { ir, missing, errors: Vec::new(), faulty: Vec::new() };
    pass.facts_group(group.index(), event, record);
    match pass.errors.is_empty() {
        true => Ok(()),
        false => Err(pass.errors),
    }
}

/// What it means that something is not there.
#[derive(Clone, Copy)]
struct Missing {
    presence: Presence,
}

impl Missing {
    fn state(self) -> State {
        match self.presence {
            Presence::Unanswered => State::Unanswered,
            Presence::Given | Presence::Absent => State::Absent,
        }
    }
}

fn read(
    ir: &Ir,
    request: &Json,
    facts: impl FnOnce(&mut Reading<'_>, &mut Record),
    missing: Missing,
    now: Instant,
) -> (Record, Vec<InputError>) {
    let mut record = match missing.presence {
        Presence::Unanswered => Record::unanswered(ir),
        Presence::Given | Presence::Absent => Record::absent(ir),
    };
    let mut pass = Reading { ir, missing, errors: Vec::new(), faulty: Vec::new() };
    pass.group(request, &ir.names, "", &mut record);
    facts(&mut pass, &mut record);
    match missing.presence {
        Presence::Unanswered => pass.not_asked(&mut record, now),
        // Nothing is unanswered.
        Presence::Given | Presence::Absent => pass.demand_required(&mut record, now),
    }
    (record, pass.errors)
}

struct Reading<'a> {
    ir: &'a Ir,
    missing: Missing,
    errors: Vec<InputError>,
    /// Slots already reported.
    faulty: Vec<SlotId>,
}

impl Reading<'_> {
    fn group(&mut self, json: &Json, names: &Names, path: &str, record: &mut Record) {
        let Json::Object(members) = json else {
            let what = if path.is_empty() { "the request" } else { path };
            self.errors.push(InputError::not_an_object(what, path, json));
            self.faulty.extend(names.slots());
            return;
        };
        for (key, value) in members {
            let here = || if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
            match (names.slot(key), names.group(key)) {
                (Some(slot), _) => self.slot(slot, value, record),
                (None, Some(group)) if *value == Json::Null => self.set_absent(group, record),
                (None, Some(group)) => self.group(value, group, &here(), record),
                (None, None) => {
                    let here = here();
                    let kind = if matches!(value, Json::Object(_)) { "group" } else { "field" };
                    self.errors.push(InputError::unknown(kind, &here, key, names.all()));
                }
            }
        }
    }

    fn set_absent(&self, names: &Names, record: &mut Record) {
        names.slots().into_iter().for_each(|slot| record.set(self.ir, slot, State::Absent));
    }

    fn slot(&mut self, id: SlotId, json: &Json, record: &mut Record) {
        let Some(slot) = self.ir.slots.get(id.index()) else { return };
        if *json == Json::Null {
            record.set(self.ir, id, State::Absent);
            return;
        }
        match value::of(self.ir, slot, json) {
            Ok(value) => record.set(self.ir, id, State::Given(value)),
            Err(error) => {
                self.errors.push(error);
                self.faulty.push(id);
                record.set(self.ir, id, self.missing.state());
            }
        }
    }

    fn facts(&mut self, json: &Json, record: &mut Record) {
        let Json::Object(members) = json else {
            self.errors.push(InputError::not_an_object("facts", "", json));
            return;
        };
        for (key, value) in members {
            self.facts_named(key, value, record);
        }
    }

    fn facts_named(&mut self, name: &str, group: &Json, record: &mut Record) {
        let declared = self.ir.facts.iter().position(|declared| *declared.name == *name);
        match (declared, name) {
            (Some(position), _) => self.facts_group(position, group, record),
            (None, "submission") => builtin::submission(group, record, &mut self.errors),
            (None, "catalogue") => builtin::catalogue(self.ir, group, record, &mut self.errors),
            (None, "freezes") => builtin::freezes(group, record, &mut self.errors),
            _ => {
                let names = self.ir.facts.iter().map(|declared| &*declared.name);
                let names = names.chain(["submission", "catalogue", "freezes"]);
                self.errors.push(InputError::unknown("group", name, name, names));
            }
        }
    }

    fn facts_group(&mut self, position: usize, json: &Json, record: &mut Record) {
        let ir = self.ir;
        let Some(group) = ir.facts.get(position) else { return };
        let members = match json {
            Json::Null => {
                if let Ok(number) = u32::try_from(position) {
                    record.remove_facts(ir, crate::ir::FactsId(number));
                }
                return;
            }
            Json::Object(members) => members,
            _ => {
                self.errors.push(InputError::not_an_object(&group.name, &group.name, json));
                return;
            }
        };
        let errors_before = self.errors.len();
        let slot_of = |key: &str| {
            let has_name = |id: &&SlotId| {
                let slot = ir.slots.get(id.index());
                slot.and_then(|slot| slot.path.rsplit_once('.')).is_some_and(|(_, name)| name == key)
            };
            group.slots.iter().find(has_name).copied()
        };
        if let Some(presence) = record.facts.get_mut(position) {
            *presence = Presence::Given;
        }
        // In a group that is there, what is left out is known to be missing.
        for slot in &group.slots {
            record.set(ir, *slot, State::Absent);
        }
        for (key, value) in members {
            match slot_of(key) {
                Some(slot) => self.slot(slot, value, record),
                None => {
                    let names = group.slots.iter().filter_map(|id| ir.slots.get(id.index()));
                    let names = names.map(|slot| slot.path.rsplit_once('.').map_or(&*slot.path, |(_, n)| n));
                    let here = format!("{}.{key}", group.name);
                    self.errors.push(InputError::unknown("field", &here, key, names));
                }
            }
        }
        for id in &group.slots {
            let Some(slot) = ir.slots.get(id.index()) else { continue };
            if !slot.optional && *record.slot(*id) == State::Absent && !self.faulty.contains(id) {
                self.errors.push(InputError::incomplete_facts(&group.name, slot));
            }
        }
        // Half a group is no group.
        if self.errors.len() > errors_before && self.missing.presence == Presence::Unanswered {
            if let Some(presence) = record.facts.get_mut(position) {
                *presence = Presence::Unanswered;
            }
            for slot in &group.slots {
                if let Some(state) = record.slots.get_mut(slot.index()) {
                    *state = State::Unanswered;
                }
            }
        }
    }

    /// What this request does not ask will not be answered, so it is not there. An answer that is given all the same counts: more
    /// is known then, and nobody hides a cut of the log retention by naming another kind of change.
    fn not_asked(&mut self, record: &mut Record, now: Instant) {
        let ir = self.ir;
        let asked: Vec<_> =
            (0..).map(SlotId).zip(&ir.slots).filter_map(|(id, slot)| Some((id, slot.asked?))).collect();
        // What is not there may be what another field is asked for; each round settles one at least.
        for _ in 0..asked.len() {
            let mut unobserved = Unobserved;
            let mut evaluation = Evaluation::new(ir, record, now, &mut unobserved);
            let out = asked.iter().find(|(id, condition)| {
                *evaluation.record.slot(*id) == State::Unanswered
                    && evaluation.test(*condition) == Verdict::No
            });
            let Some((id, _)) = out else { return };
            record.set(ir, *id, State::Absent);
        }
    }

    /// A field must be answered unless it is optional, may come later, or is not asked for in this request.
    fn demand_required(&mut self, record: &mut Record, now: Instant) {
        let ir = self.ir;
        let mut unobserved = Unobserved;
        let mut evaluation = Evaluation::new(ir, record, now, &mut unobserved);
        for (id, slot) in (0..).map(SlotId).zip(&ir.slots) {
            let demanded = slot.origin == Origin::Request && !slot.optional && !slot.later;
            if demanded
                && *record.slot(id) == State::Absent
                && !self.faulty.contains(&id)
                && evaluation.test_any(slot.asked) != Verdict::No
            {
                self.errors.push(InputError::missing(slot));
            }
        }
    }
}
