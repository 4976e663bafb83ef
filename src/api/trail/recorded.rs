//! What a command puts on record: the body of its entry, and the change after it, with personal data apart.

use super::personal::personal_in;
use super::unwritten;
use crate::api::{NextAnswer, Refusal};
use crate::change::{Actor, Change, Command, Event, What, Withheld};
use crate::ir::{Ir, ListOf, Type, without};
use crate::json::{Json, from_serialize};
use crate::trail::{Disclosure, withhold};
use std::sync::Arc;

/// The member of a body that says that a command was refused for personal data.
pub(super) const PERSONAL: &str = "personal";

/// What came of a command.
pub(super) struct Told<'a> {
    /// The command.
    pub command: &'a Command,
    /// What came of it.
    pub answer: &'a NextAnswer,
    /// What the change knows of the others.
    pub register: &'a Json,
    /// The change before it, as its events say.
    pub before: Option<&'a Change>,
}

/// The member of a body that says which personal fields a request was given.
pub(super) const WITHHELD: &str = "withheld";

/// What the entry holds: enough to decide the same again.
pub(super) fn body_of(
    ir: &Ir,
    told: &Told<'_>,
    actor: &Actor,
    random: &[u8],
) -> Result<(Json, Vec<Disclosure>), Refusal> {
    let written = |value: Result<Json, crate::json::SerializeError>| value.map_err(|error| unwritten(&error));
    let mut command = written(from_serialize(told.command))?;
    let mut events = written(from_serialize(&told.answer.events))?;
    let mut disclosures = Vec::new();
    let requester = told.answer.change.as_ref().map(|change| change.requester.to_string());
    let requester = requester.or_else(|| actor.person().map(|person| person.to_string()));
    // What was withheld when the request was given is withheld again where a window is planned in it.
    let given = told.command.request().map(|request| personal_in(ir, request));
    let known = told.before.and_then(|change| change.withheld.as_ref()).map(|it| it.fields.as_slice());
    let paths = given.as_deref().or(known).unwrap_or_default();
    for request in requests(&mut command).into_iter().chain(requests_of_events(&mut events)) {
        withhold_personal(ir, request, paths, random, requester.as_deref(), &mut disclosures);
    }
    let mut members = vec![
        ("command".to_owned(), command),
        ("events".to_owned(), events),
        ("ok".to_owned(), Json::Bool(told.answer.ok)),
        ("register".to_owned(), told.register.clone()),
    ];
    if !told.answer.ok {
        members.push(("reasons".to_owned(), written(from_serialize(&told.answer.reasons))?));
    }
    if let Some(given) = given {
        members.push((WITHHELD.to_owned(), Json::Array(given.into_iter().map(Json::String).collect())));
    }
    Ok((Json::Object(members), disclosures))
}

/// Takes personal fields of a request out of it. What stands in an entry twice is kept once.
fn withhold_personal(
    ir: &Ir,
    request: &mut Json,
    paths: &[String],
    random: &[u8],
    requester: Option<&str>,
    disclosures: &mut Vec<Disclosure>,
) {
    for path in paths {
        let value = path.split('.').try_fold(&*request, |json, name| json.get(name));
        let Some(value) = value else { continue };
        let slot = ir.slots.iter().find(|slot| *slot.path == **path);
        let persons = owners(slot.map(|slot| &slot.ty), value, requester);
        let disclosure = withhold(request, path, random, persons);
        disclosures.extend(disclosure.filter(|new| !disclosures.iter().any(|it| it.digest == new.digest)));
    }
}

/// Whose data a personal field is: the people that it names, and the requester where it names nobody. Only what is declared as a person
/// names one: other text is somebody's, and no name.
pub(super) fn owners(ty: Option<&Type>, value: &Json, requester: Option<&str>) -> Vec<String> {
    let named = if ty.is_some_and(names_people) { named_in(value) } else { Vec::new() };
    if named.is_empty() { requester.map(str::to_owned).into_iter().collect() } else { named }
}

/// Says whether what is of this type names people.
pub(super) fn names_people(ty: &Type) -> bool {
    matches!(ty, Type::Person | Type::List(ListOf::Person))
}

/// The people that a personal field names.
pub(super) fn named_in(value: &Json) -> Vec<String> {
    match value {
        Json::String(person) => vec![person.clone()],
        Json::Array(items) => items.iter().flat_map(named_in).collect(),
        _ => Vec::new(),
    }
}

/// The request that a command holds: `create` and `edit` do.
pub(super) fn requests(command: &mut Json) -> Vec<&mut Json> {
    let Json::Object(members) = command else { return Vec::new() };
    let held = members.iter_mut().filter(|(name, _)| name == "create" || name == "edit");
    held.filter_map(|(_, inner)| member(inner, "request")).collect()
}

/// The requests that events hold.
pub(super) fn requests_of_events(events: &mut Json) -> Vec<&mut Json> {
    let Json::Array(events) = events else { return Vec::new() };
    events
        .iter_mut()
        .filter_map(|event| member(member(event, "what")?, "request"))
        .filter(|it| matches!(it, Json::Object(_)))
        .collect()
}

fn member<'a>(json: &'a mut Json, key: &str) -> Option<&'a mut Json> {
    let Json::Object(members) = json else { return None };
    members.iter_mut().find(|(name, _)| name == key).map(|(_, value)| value)
}

/// A refusal for personal data is put on record by its codes and fields: its words may hold the data, and nobody decides it again.
pub(super) fn without_words(body: &mut Json) {
    let Json::Object(members) = body else { return };
    for (name, value) in members.iter_mut() {
        if let ("reasons", Json::Array(reasons)) = (name.as_str(), value) {
            for reason in reasons {
                let Json::Object(members) = reason else { continue };
                members.retain(|(name, _)| name == "code" || name == "missing");
            }
        }
    }
    members.push((PERSONAL.to_owned(), Json::Bool(true)));
}

/// What stands for erased data to decide by is nobody's data: no event says it.
pub(super) fn without_stand_ins(events: &mut [Event], before: Option<&Change>) {
    let erased = before.map(Change::unknown).unwrap_or_default();
    for event in events {
        if let What::Scheduled { request, .. } = &mut event.what {
            *request = Arc::new(without(request, erased.iter().map(String::as_str)).into_owned());
        }
    }
}

/// A change as the log has it after events: its request as it was written last, by whichever policy, and what of that is personal.
pub(super) fn recorded(
    ir: &Ir,
    before: Option<&Change>,
    events: &[Event],
    change: Arc<Change>,
) -> Arc<Change> {
    let change = Arc::unwrap_or_clone(change);
    let written = events.iter().rev().find_map(Event::request).cloned();
    let is_given = events.iter().any(Event::gives_request);
    let (request, withheld) = match before.filter(|_| !is_given) {
        // A window that is planned leaves the rest of the request as it was.
        Some(before) => (written.unwrap_or_else(|| Arc::clone(&before.request)), before.withheld.clone()),
        None => {
            let fields = personal_in(ir, &change.request);
            (change.request, Some(Withheld { fields, unknown: Vec::new() }))
        }
    };
    Arc::new(Change { request, withheld, ..change })
}
