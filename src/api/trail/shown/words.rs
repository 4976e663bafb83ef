//! What came of an entry, in a few words: whoever audits a trail reads these, and the whole entry where they want more.

use crate::json::{Json, to_typed};
use crate::text::hostile::is_unseen;
use crate::trail::{
    Adopted, Began, Enrolled, Entry, Erased, HandedOver, Hold, Home, Kind, PeerAccepted, PeerDismissed,
    PolicyRef, Purged, Revoked, Rotated, Spki, TakenOver,
};

/// What somebody wrote is told with so many characters; the entry itself has all of it.
const MOST_CHARACTERS: usize = 80;

/// So many digits of a key's id tell it from others.
const KEY_DIGITS: usize = 12;

/// Says what came of an entry. `body` is its body with the blobs put back, or as far as they are there.
pub(super) fn words(entry: &Entry, body: &Json) -> String {
    of_log(entry, body).unwrap_or_else(|| match entry.kind {
        Kind::ChangeCommand => command(body),
        Kind::GateAnswered => gate(entry, body),
        Kind::RosterSet => roster(body),
        _ => String::new(),
    })
}

/// What the trail itself understands; `None` for other kinds, and for a body that is none of its kind.
fn of_log(entry: &Entry, body: &Json) -> Option<String> {
    Some(match entry.kind {
        Kind::Began => {
            let Began { origin, root, .. } = to_typed(body).ok()?;
            format!("{}: {} of {} root keys enrol keys", safe(&origin), root.threshold, root.keys.len())
        }
        Kind::KeyEnrolled => {
            let Enrolled { spki, roles, person, machine } = to_typed(body).ok()?;
            let roles: Vec<&str> = roles.iter().map(|role| role.word()).collect();
            let owner = person.or(machine).unwrap_or_default();
            format!("key {} of {}: {}", short(&id(&spki)), safe(&owner), roles.join(", "))
        }
        Kind::KeyRotated => {
            let Rotated { old, new } = to_typed(body).ok()?;
            format!("key {} in the place of {}", short(&id(&new)), short(&old.to_string()))
        }
        Kind::KeyRevoked => {
            let Revoked { key, from, reason } = to_typed(body).ok()?;
            format!("key {} from entry {from} on: {}", short(&key.to_string()), quote(&reason))
        }
        Kind::PolicyAdopted => policy(entry.policy.as_ref()?, &to_typed(body).ok()),
        Kind::PeerAccepted => {
            let PeerAccepted { peer } = to_typed(body).ok()?;
            format!("changes may come from log {}", log(&peer))
        }
        Kind::PeerDismissed => {
            let PeerDismissed { peer, reason } = to_typed(body).ok()?;
            format!("none may come any more from log {}: {}", log(&peer), quote(&reason))
        }
        Kind::HandedOver => {
            let HandedOver { to } = to_typed(body).ok()?;
            format!("to log {}", log(&to))
        }
        Kind::TakenOver => {
            let TakenOver { from, .. } = to_typed(body).ok()?;
            format!("from log {}", log(&from))
        }
        Kind::HoldPlaced | Kind::HoldLifted => {
            let Hold { change, reason } = to_typed(body).ok()?;
            format!("{}: {}", safe(&change), quote(&reason))
        }
        Kind::Erased => {
            let Erased { person, digests, reason } = to_typed(body).ok()?;
            let plural = if digests.len() == 1 { "" } else { "s" };
            format!("{} digest{plural} of {}: {}", digests.len(), safe(&person), quote(&reason))
        }
        Kind::Purged => {
            let Purged { change, entries, kept_until_ms, .. } = to_typed(body).ok()?;
            format!("{} entries of {}, kept until {}", entries, safe(&change), kept_until_ms.0)
        }
        Kind::RosterSet | Kind::ChangeCommand | Kind::GateAnswered => return None,
    })
}

fn log(home: &Home) -> String {
    format!("{}, {}", safe(&home.origin), home.log)
}

fn policy(policy: &PolicyRef, adopted: &Option<Adopted>) -> String {
    let PolicyRef { id, version, digest } = policy;
    let eases = adopted.as_ref().map(|adopted| adopted.eases.as_slice()).unwrap_or_default();
    let eases =
        if eases.is_empty() { String::new() } else { format!(", judges more lightly: {}", eases.join(", ")) };
    format!("{} {}, {digest}{}", safe(id), safe(version), safe(&eases))
}

fn roster(body: &Json) -> String {
    let count = |name: &str| match body.get(name) {
        Some(Json::Object(members)) => members.len(),
        Some(Json::Array(items)) => items.len(),
        _ => 0,
    };
    format!("{} roles, {} delegations, {} on call", count("roles"), count("delegations"), count("on_call"))
}

/// A command, and what it led to: of a refusal every code.
fn command(body: &Json) -> String {
    let name = match body.get("command") {
        Some(Json::String(name)) => name.as_str(),
        Some(Json::Object(members)) => members.first().map_or("", |(name, _)| name),
        _ => "",
    };
    let events = match body.get("events") {
        Some(Json::Array(events)) => events.as_slice(),
        _ => &[],
    };
    let mut told: Vec<String> = events.iter().filter_map(|event| happened(event.get("what")?)).collect();
    if body.get("ok") == Some(&Json::Bool(false)) && !told.iter().any(|event| event.starts_with("refused")) {
        told.push(format!("refused {}", codes(body.get("reasons"))).trim_end().to_owned());
    }
    format!("{}: {}", safe(name), told.join(", "))
}

/// An event: its word, what an auditor asks of it first, and what a person wrote.
fn happened(what: &Json) -> Option<String> {
    let text = |name: &str| match what.get(name) {
        Some(Json::String(text)) if !text.is_empty() => Some(text.as_str()),
        _ => None,
    };
    let word = text("type")?;
    let mut said = match word {
        "vote.cast" => vote(what),
        "classified" => format!("classified{}", class(what.get("decision"))),
        "refused" => format!("refused {}", codes(what.get("codes"))),
        "edited" => match what.get("changed") {
            Some(Json::Array(fields)) if fields.len() == 1 => {
                format!("edited {}", codes(what.get("changed")))
            }
            Some(Json::Array(fields)) => format!("edited {} fields", fields.len()),
            _ => word.to_owned(),
        },
        "facts.reported" => match what.get("facts") {
            Some(Json::Object(groups)) => {
                let names: Vec<&str> = groups.iter().map(|(name, _)| name.as_str()).collect();
                format!("{word} {}", names.join(" "))
            }
            _ => word.to_owned(),
        },
        _ => {
            let named = ["code", "exception", "seat", "role", "implementer"].into_iter().filter_map(text);
            [word].into_iter().chain(named).collect::<Vec<_>>().join(" ")
        }
    };
    let missing = codes(what.get("reasons").or_else(|| what.get("unmet")));
    if !missing.is_empty() {
        said = format!("{said} {missing}");
    }
    let said = safe(&said);
    // The reason of a vote is a code, and told as one.
    let reason = text("reason").filter(|_| word != "vote.cast");
    let wrote = text("comment").or_else(|| text("notes")).or(reason);
    Some(wrote.map_or_else(|| said.clone(), |wrote| format!("{said} {}", quote(wrote))))
}

/// A vote: which way, for which seat, for whom, and the code of a rejection.
fn vote(what: &Json) -> String {
    let text = |json: Option<&Json>| match json {
        Some(Json::String(text)) => text.clone(),
        _ => String::new(),
    };
    let mut said = format!("{} as {}", text(what.get("decision")), text(what.get("seat")));
    let holder = text(what.get("standing_in").and_then(|stand_in| stand_in.get("holder")));
    if !holder.is_empty() {
        said = format!("{said} for {holder}");
    }
    format!("{said} {}", text(what.get("reason"))).trim_end().to_owned()
}

fn class(decision: Option<&Json>) -> String {
    let Some(decision) = decision else { return String::new() };
    let class = decision.get("class").and_then(|class| class.get("value"));
    let risk = decision.get("risk");
    match (class, risk) {
        (Some(Json::String(class)), Some(Json::String(risk))) => format!(" {class} ({risk})"),
        (Some(Json::String(class)), _) => format!(" {class}"),
        _ => String::new(),
    }
}

/// What a gate answered: whether it was asked here, or the answer was reported, with what this log's own gate said to it.
fn gate(entry: &Entry, body: &Json) -> String {
    let change = match body.get("change") {
        Some(Json::String(change)) => safe(change),
        _ => String::new(),
    };
    if entry.statements.is_empty() {
        return format!("{change} asked here: {}", answered(body.get("answer")));
    }
    let by = safe(&entry.actor.to_string());
    format!(
        "{change} reported by {by}: {}; here: {}",
        answered(body.get("answer")),
        answered(body.get("here"))
    )
}

fn answered(answer: Option<&Json>) -> String {
    let allowed = answer.and_then(|answer| answer.get("allow")) == Some(&Json::Bool(true));
    let codes = codes(answer.and_then(|answer| answer.get("reasons")));
    format!("{} {codes}", if allowed { "allowed" } else { "denied" }).trim_end().to_owned()
}

/// Codes in their order, each once: of a list of them, or of reasons.
fn codes(list: Option<&Json>) -> String {
    let mut found: Vec<String> = Vec::new();
    let items = if let Some(Json::Array(items)) = list { items.as_slice() } else { &[] };
    for item in items {
        let code = match item {
            Json::String(code) => Some(code),
            item => match item.get("code") {
                Some(Json::String(code)) => Some(code),
                _ => None,
            },
        };
        if let Some(code) = code.map(|code| safe(code)).filter(|code| !found.contains(code)) {
            found.push(code);
        }
    }
    found.join(" ")
}

fn id(spki: &Spki) -> String {
    spki.key().map(|key| key.id().to_string()).unwrap_or_default()
}

fn short(id: &str) -> String {
    id.get(..KEY_DIGITS).map_or_else(|| id.to_owned(), |digits| format!("{digits}…"))
}

fn quote(text: &str) -> String {
    match text.char_indices().nth(MOST_CHARACTERS) {
        Some((at, _)) => format!("“{}…”", safe(text.get(..at).unwrap_or_default().trim_end())),
        None => format!("“{}”", safe(text)),
    }
}

/// A text in one line, in which all is seen: what a terminal obeys, what turns it round and what is not shown stand as their escapes, for
/// anybody may have written it.
pub(in crate::api::trail) fn safe(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '\n' | '\t' => shown.push(' '),
            char if is_unseen(char) => shown.extend(char.escape_unicode()),
            char => shown.push(char),
        }
    }
    shown
}
