//! Personal data that is not there: an entry holds digests of it, and what follows from it is judged all the same.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::recorded::{WITHHELD, requests, requests_of_events};
use super::shown::held;
use crate::api::Compiled;
use crate::change::{self, Change, Command, Event, Withheld};
use crate::ir::{Ir, Slot, without};
use crate::json::{Json, to_typed};
use crate::trail::{Entry, Kind, Revealed, conceal, places_withheld, reveal, withholds};

/// The digests of personal data that a log has withheld in an entry: from the requests of a command, and in what it took over. Whatever
/// else looks like one was written by somebody else.
pub(super) fn withheld(entry: &Entry, body: &Json) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    match entry.kind {
        Kind::TakenOver => {
            let digests = body.get("_sd").cloned().unwrap_or_default();
            let listed = Json::Object(vec![("_sd".to_owned(), digests)]);
            found.extend(held(&listed).cloned());
        }
        Kind::ChangeCommand => {
            let mut command = body.get("command").cloned().unwrap_or_default();
            let mut events = body.get("events").cloned().unwrap_or_default();
            for request in requests(&mut command).into_iter().chain(requests_of_events(&mut events)) {
                found.extend(held(request).cloned());
            }
        }
        _ => {}
    }
    found
}

/// The personal fields that an entry says its command gave a request, held against the digests in it.
///
/// # Errors
/// What does not fit: no digest is of a field that the entry does not name, and no field that it names stands in the open.
pub(super) fn given_by(
    body: &Json,
    command: &Command,
    events: &[Event],
    before: Option<&Change>,
) -> Result<Vec<String>, String> {
    let Some(request) = command.request() else {
        if body.get(WITHHELD).is_some() {
            return Err("it says what was withheld from a request, and gives none".to_owned());
        }
        let given =
            before.and_then(|change| change.withheld.as_ref()).map(Withheld::given).unwrap_or_default();
        let places = places_of(&given);
        // Where a window is planned in it, what was erased has no digest any more.
        let fits = events.iter().filter_map(Event::request).all(|request| {
            let mut left = places.clone();
            let mut found = places_withheld(request).into_iter();
            let is_of_one = |place: String| {
                left.iter().position(|known| *known == place).map(|at| left.swap_remove(at)).is_some()
            };
            found.all(is_of_one) && !given.iter().any(|path| member(request, path).is_some())
        });
        return if fits { Ok(Vec::new()) } else { Err(OTHER_FIELDS.to_owned()) };
    };
    let given = body.get(WITHHELD).ok_or("it does not say what was withheld from its request")?;
    let given: Vec<String> = to_typed(given).map_err(|error| format!("its body: {error}"))?;
    if Withheld::concealed(given.clone()).unknown != given {
        return Err("the fields withheld from its request do not stand in their order".to_owned());
    }
    let places = places_of(&given);
    for request in events.iter().filter_map(Event::request).chain([request]) {
        let mut found = places_withheld(request);
        found.sort_unstable();
        if found != places || given.iter().any(|path| member(request, path).is_some()) {
            return Err(OTHER_FIELDS.to_owned());
        }
    }
    Ok(given)
}

const OTHER_FIELDS: &str = "what is withheld from its request is not what it says";

/// The objects in which fields stand, by their paths, sorted.
fn places_of(paths: &[String]) -> Vec<String> {
    let places = paths.iter().map(|path| path.rsplit_once('.').map_or("", |(group, _)| group).to_owned());
    let mut places: Vec<String> = places.collect();
    places.sort_unstable();
    places
}

/// Puts back what is known of the personal data in the request of a change, and returns the digests of what is not.
pub(crate) fn put_back(change: &mut Change, find: &dyn Fn(&str) -> Option<String>) -> Vec<String> {
    let given = change.withheld.as_ref().map(Withheld::given).unwrap_or_default();
    let Revealed { paths, unknown } = reveal(Arc::make_mut(&mut change.request), find);
    // What its entry does not say was given was not.
    let (mut fields, others): (Vec<String>, Vec<String>) =
        paths.into_iter().partition(|path| given.contains(path));
    if !others.is_empty() {
        let others = others.iter().map(String::as_str);
        change.request = Arc::new(without(&change.request, others).into_owned());
    }
    fields.sort_unstable();
    let left = given.into_iter().filter(|path| !fields.contains(path)).collect();
    change.withheld = Some(Withheld { fields, unknown: left });
    unknown
}

/// A change with its personal data, as far as it is known.
pub(super) fn whole(policy: &Compiled, mut change: Change, find: &dyn Fn(&str) -> Option<String>) -> Change {
    put_back(&mut change, find);
    with_stand_ins(&policy.ir, change)
}

/// A change as its entries have it: without its personal data, and with what of it was given.
pub(super) fn concealed(change: &Change) -> Change {
    let known = change.withheld.as_ref().map(|withheld| withheld.fields.as_slice()).unwrap_or_default();
    let mut request = without(&change.request, known.iter().map(String::as_str)).into_owned();
    conceal(&mut request);
    let withheld = change.withheld.as_ref().map(|withheld| Withheld::concealed(withheld.given()));
    Change { request: Arc::new(request), withheld, ..change.clone() }
}

/// Says whether what is said to be known of a change is there, and nothing that only an entry holds.
pub(super) fn has_what_it_knows(change: &Change) -> bool {
    let Some(withheld) = &change.withheld else { return !withholds(&change.request) };
    let Withheld { fields, unknown } = withheld;
    let all = fields.len().saturating_add(unknown.len());
    fields.iter().all(|path| member(&change.request, path).is_some())
        && withheld.given().len() == all
        && fields.is_sorted()
        && unknown.is_sorted()
        && !withholds(&change.request)
}

/// The fields that were withheld when a request was given, and that this policy keeps in the open, so that its rules may read them: by
/// their paths. Nobody decides by what is withheld.
pub(super) fn in_the_open(ir: &Ir, change: &Change) -> Vec<String> {
    let given = change.withheld.as_ref().map(Withheld::given).unwrap_or_default();
    let is_open = |path: &String| ir.slots.iter().any(|slot| !slot.personal && *slot.path == **path);
    given.into_iter().filter(is_open).collect()
}

/// Those of them that stop a command: one that writes the request anew ends that, and some decide nothing by it.
pub(super) fn stopped_by(ir: &Ir, change: &Change, kind: change::Kind) -> Vec<String> {
    use change::Kind;
    match kind {
        Kind::Edit | Kind::Withdraw | Kind::Report | Kind::Tick => Vec::new(),
        _ => in_the_open(ir, change),
    }
}

/// A change as whoever has none of its personal data knows it.
pub(super) fn nameless(ir: &Ir, change: &Change) -> Change {
    with_stand_ins(ir, concealed(change))
}

/// The personal fields that a request was given, by their paths, sorted.
pub(super) fn personal_in(ir: &Ir, request: &Json) -> Vec<String> {
    let personal = ir.slots.iter().filter(|slot| slot.personal && member(request, &slot.path).is_some());
    Withheld::concealed(personal.map(|slot| slot.path.to_string()).collect()).unknown
}

/// What stands at a path of a request; `null` is no value.
fn member<'a>(request: &'a Json, path: &str) -> Option<&'a Json> {
    path.split('.').try_fold(request, |json, name| json.get(name)).filter(|json| **json != Json::Null)
}

/// Personal data that was erased is not there any more, and the change goes on: that it was given is known, and no rule reads it.
pub(super) fn with_stand_ins(ir: &Ir, change: Change) -> Change {
    let request = change::with_stand_ins(ir, &change.request, &change.requester, change.unknown());
    Change { request: Arc::new(request), ..change }
}

/// A change before it was edited, so that of its personal fields those change that were recorded to: what they held cannot be known
/// again once it is erased, and nothing but that list hangs on it.
pub(super) fn as_edited(ir: &Ir, change: Change, command: &Command, events: &Json) -> Change {
    let Command::Edit { request: edited } = command else { return change };
    let changed = changed_in(events);
    let mut request = Json::clone(&change.request);
    let given = |path: &str| change.withheld.as_ref().is_some_and(|withheld| withheld.holds(path));
    // What another policy left in the open, and this one does not, was given, too.
    let held =
        |slot: &&Slot| given(&slot.path) || slot.personal && member(&change.request, &slot.path).is_some();
    for slot in ir.slots.iter().filter(held) {
        match (changed.contains(&*slot.path), member(edited, &slot.path)) {
            (false, Some(now)) => put(&mut request, &slot.path, Some(now.clone())),
            (true, Some(_)) => put(&mut request, &slot.path, None),
            // It was taken out: whatever it was, that is another.
            (_, None) if member(&request, &slot.path).is_some() => {}
            (_, None) => {
                let somebody = Json::String(change.requester.to_string());
                put(&mut request, &slot.path, Some(somebody));
            }
        }
    }
    Change { request: Arc::new(request), ..change }
}

/// The fields that events say were changed.
fn changed_in(events: &Json) -> BTreeSet<String> {
    let events = if let Json::Array(events) = events { events.as_slice() } else { &[] };
    let lists = events.iter().filter_map(|event| event.get("what")?.get("changed"));
    let fields = lists.flat_map(|list| if let Json::Array(fields) = list { fields.as_slice() } else { &[] });
    fields
        .filter_map(|field| if let Json::String(field) = field { Some(field.clone()) } else { None })
        .collect()
}

/// Puts a value at a path of names, where its groups are, or takes it away.
fn put(json: &mut Json, path: &str, value: Option<Json>) {
    let Json::Object(members) = json else { return };
    let (name, rest) = path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)));
    let at = members.iter().position(|(known, _)| known == name);
    match (rest, at) {
        (Some(rest), Some(at)) => {
            if let Some((_, group)) = members.get_mut(at) {
                put(group, rest, value);
            }
        }
        (Some(_), None) => {}
        (None, at) => {
            if let Some(at) = at {
                members.remove(at);
            }
            members.extend(value.map(|value| (name.to_owned(), value)));
        }
    }
}
