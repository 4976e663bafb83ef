//! Personal data that is not there: an entry holds digests of it, and what follows from it is judged all the same.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::command::{requests, requests_of_events};
use super::shown::held;
use crate::api::Compiled;
use crate::change::{self, Change, Command, Withheld};
use crate::ir::{Ir, Type, without};
use crate::json::Json;
use crate::trail::{Entry, Kind, Revealed, reveal};

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

/// Puts back what is known of the personal data in the request of a change, and returns the digests of what is not.
pub(crate) fn put_back(change: &mut Change, find: &dyn Fn(&str) -> Option<String>) -> Vec<String> {
    let Revealed { paths: mut fields, unknown } = reveal(Arc::make_mut(&mut change.request), find);
    fields.sort_unstable();
    change.withheld = Some(Withheld { fields, erased: unknown.len() });
    unknown
}

/// A change with its personal data, as far as it is known.
pub(super) fn whole(policy: &Compiled, mut change: Change, find: &dyn Fn(&str) -> Option<String>) -> Change {
    put_back(&mut change, find);
    with_stand_ins(&policy.ir, change)
}

/// A change as whoever has none of its personal data knows it.
pub(super) fn nameless(ir: &Ir, change: &Change) -> Change {
    let known = match &change.withheld {
        Some(withheld) => withheld.fields.clone(),
        None => personal_in(ir, &change.request),
    };
    let request = without(&change.request, known.iter().map(String::as_str)).into_owned();
    let erased = change.withheld.as_ref().map_or(0, |withheld| withheld.erased).saturating_add(known.len());
    let withheld = Some(Withheld { fields: Vec::new(), erased });
    with_stand_ins(ir, Change { request: Arc::new(request), withheld, ..change.clone() })
}

/// The personal fields that a request has, by their paths, in their order.
pub(super) fn personal_in(ir: &Ir, request: &Json) -> Vec<String> {
    let is_there = |path: &&str| path.split('.').try_fold(request, |json, name| json.get(name)).is_some();
    let personal = ir.slots.iter().filter(|slot| slot.personal).map(|slot| &*slot.path);
    let mut paths: Vec<String> = personal.filter(is_there).map(str::to_owned).collect();
    paths.sort_unstable();
    paths
}

/// Personal data that was erased is not there any more, and the change goes on: no rule reads it.
pub(super) fn with_stand_ins(ir: &Ir, change: Change) -> Change {
    let request = change::with_stand_ins(ir, &change.request, &change.requester, change.erased());
    Change { request: Arc::new(request), ..change }
}

/// A change before it was edited, so that of its personal fields those change that were recorded to: what they held cannot be known
/// again once it is erased, and nothing but that list hangs on it.
pub(super) fn as_edited(ir: &Ir, change: Change, command: &Command, events: &Json) -> Change {
    let Command::Edit { request: edited } = command else { return change };
    let changed = changed_in(events);
    let mut request = Json::clone(&change.request);
    // What another policy withheld, and this one does not, is not known either.
    let unknown = change.withheld.as_ref().is_some_and(|withheld| withheld.erased > 0);
    let is_there =
        |path: &str| path.split('.').try_fold(&*change.request, |json, name| json.get(name)).is_some();
    for slot in ir.slots.iter().filter(|slot| slot.personal || unknown && !is_there(&slot.path)) {
        // `null` is no value: a field that was emptied is not there.
        let now = slot.path.split('.').try_fold(&**edited, |json, name| json.get(name)).cloned();
        let now = now.filter(|now| *now != Json::Null);
        let somebody = Json::String(change.requester.to_string());
        let before = match (changed.contains(&*slot.path), now) {
            (false, now) => now,
            (true, Some(_)) => None,
            (true, None) if matches!(slot.ty, Type::List(_)) => Some(Json::Array(vec![somebody])),
            (true, None) => Some(somebody),
        };
        put(&mut request, &slot.path, before);
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
