//! A command given again: as its entry has it, and as whoever has no personal data would give it.

use super::command::requests;
use super::finding::impersonal;
use super::personal::{as_edited, nameless};
use crate::api::Compiled;
use crate::change::{self, Change, Command, Context, Event};
use crate::json::{Json, from_serialize, to_typed};
use crate::trail::reveal;
use crate::value::Instant;

/// Gives a command again: whether it is done, and what happens.
pub(super) fn given(
    before: Option<&Change>,
    command: &Command,
    context: &Context<'_>,
    now: Instant,
    actor: &change::Actor,
) -> (bool, Vec<Event>) {
    match change::next(before, command, context, now, actor) {
        Ok(events) => (true, events),
        Err(refusal) => (false, refusal.record),
    }
}

/// Says whether what comes of a command now is what its entry holds. Personal data is not compared: it may not be there any more.
pub(super) fn is_same(policy: &Compiled, (ok, now): (bool, &Json), body: &Json) -> bool {
    let recorded = body.get("events").cloned().unwrap_or_default();
    impersonal(policy, now) == impersonal(policy, &recorded) && body.get("ok") == Some(&Json::Bool(ok))
}

/// Says whether the body of an entry that is about to be made will be decided again alike by whoever has no personal data at all, as
/// an auditor and another log have none, and everybody once it is erased. `before` is the change as its events say.
pub(super) fn holds_without_personal(
    context: &Context<'_>,
    policy: &Compiled,
    before: Option<&Change>,
    body: &Json,
    now: Instant,
    actor: &change::Actor,
) -> bool {
    let before = before.map(|change| nameless(&policy.ir, change));
    let mut command = body.get("command").cloned().unwrap_or_default();
    let requester = before.as_ref().map(|change| change.requester.to_string());
    let requester = requester.or_else(|| actor.person().map(|person| person.to_string())).unwrap_or_default();
    for request in requests(&mut command) {
        let erased = reveal(request, &|_| None).unknown.len();
        *request = change::with_stand_ins(&policy.ir, request, &requester, erased);
    }
    let Ok(command) = to_typed::<Command>(&command) else { return false };
    let recorded = body.get("events").cloned().unwrap_or_default();
    let before = before.map(|change| as_edited(&policy.ir, change, &command, &recorded));
    let (ok, events) = given(before.as_ref(), &command, context, now, actor);
    let events = from_serialize(&events).unwrap_or_default();
    is_same(policy, (ok, &events), body)
}
