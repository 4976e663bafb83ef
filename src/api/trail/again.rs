//! A command given again: as its entry has it, and as whoever has no personal data would give it.

use super::finding::impersonal;
use super::personal::{as_edited, nameless, personal_in};
use super::recorded::{WITHHELD, requests};
use crate::api::Compiled;
use crate::change::{self, Change, Command, Context, Event};
use crate::ir::Ir;
use crate::json::{DeserializeError, Json, from_serialize, to_typed};
use crate::trail::reveal;
use crate::value::Instant;

/// The command of an entry, with what is known of the personal data in its request, and something in the place of what is not.
///
/// # Errors
/// Why it is none: what is withheld from its request is what the policy calls personal, all of that and nothing else.
pub(super) fn command_of(
    ir: &Ir,
    body: &Json,
    requester: &str,
    find: &dyn Fn(&str) -> Option<String>,
) -> Result<Command, String> {
    let shape = |error: DeserializeError| format!("its body: {error}");
    let mut command = body.get("command").cloned().unwrap_or_default();
    let given =
        body.get(WITHHELD).map(to_typed::<Vec<String>>).transpose().map_err(shape)?.unwrap_or_default();
    for request in requests(&mut command) {
        let known = reveal(request, find).paths;
        let erased: Vec<String> = given.iter().filter(|path| !known.contains(path)).cloned().collect();
        *request = change::with_stand_ins(ir, request, requester, &erased);
        if personal_in(ir, request) != given {
            return Err("what is withheld from its request is not what its policy calls personal".to_owned());
        }
    }
    to_typed(&command).map_err(shape)
}

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
    let requester = before.as_ref().map(|change| change.requester.to_string());
    let requester = requester.or_else(|| actor.person().map(|person| person.to_string())).unwrap_or_default();
    let Ok(command) = command_of(&policy.ir, body, &requester, &|_| None) else { return false };
    let recorded = body.get("events").cloned().unwrap_or_default();
    let before = before.map(|change| as_edited(&policy.ir, change, &command, &recorded));
    let (ok, events) = given(before.as_ref(), &command, context, now, actor);
    let events = from_serialize(&events).unwrap_or_default();
    is_same(policy, (ok, &events), body)
}
