//! What deciding again finds, and what of two answers is compared.

use crate::api::Compiled;
use crate::json::{Json, canonical};
use crate::trail::{Engine, Entry};

use super::recorded::requests_of_events;

/// What is wrong with what an entry says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// It does not hold by itself, whoever judges it: the trail is broken there.
    Broken(String),
    /// It is decided otherwise now: a finding, not a broken trail.
    Otherwise(Box<Difference>),
}

/// What came out otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The entry.
    pub index: u64,
    /// The program that made it.
    pub engine: Engine,
    /// What it is about, in one line.
    pub what: String,
    /// What the entry says; `null` where it is not about an answer.
    pub recorded: Json,
    /// What is decided now.
    pub now: Json,
}

/// A finding that is not about an answer.
pub(super) fn differs(entry: &Entry, what: String) -> Box<Difference> {
    let (index, engine) = (entry.index.0, entry.engine.clone());
    Box::new(Difference { index, engine, what, recorded: Json::Null, now: Json::Null })
}

/// A value without the messages of its reasons: another version of the engine may word them otherwise and decide the same.
pub(super) fn wordless(json: &Json) -> Json {
    match json {
        Json::Array(items) => Json::Array(items.iter().map(wordless).collect()),
        Json::Object(members) => {
            let is_reason = json.get("code").is_some();
            let kept = members.iter().filter(|(name, _)| !(is_reason && name == "message"));
            let of =
                |name: &str, value: &Json| if name == "request" { value.clone() } else { wordless(value) };
            Json::Object(kept.map(|(name, value)| (name.clone(), of(name, value))).collect())
        }
        other => other.clone(),
    }
}

/// What is compared: events without the personal data of their requests, which may be erased.
pub(super) fn impersonal(policy: &Compiled, events: &Json) -> String {
    let mut events = wordless(events);
    for request in requests_of_events(&mut events) {
        crate::trail::conceal(request);
        *request = policy.ir.impersonal(request).into_owned();
    }
    canonical(&events)
}
