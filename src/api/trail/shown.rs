//! Entries as people read them: a line each, or one whole.

use std::collections::BTreeSet;

use crate::json::{self, Json, Limits};
use crate::trail::{Disclosure, Entry, Envelope, Erased, Kind, Tombstone, restore};

use super::Beside;

/// An entry in a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Place, time, kind, who, and what came of it.
    pub text: String,
    /// The change that it goes on with; empty where there is none.
    pub change: String,
}

/// Returns the digests of the personal data that an entry says was erased.
pub fn erased_by(stored: &[u8], beside: &dyn Beside) -> Vec<String> {
    let Some((_, body)) = whole(stored, beside).filter(|(entry, _)| entry.kind == Kind::Erased) else {
        return Vec::new();
    };
    let erased: Option<Erased> = json::to_typed(&body).ok();
    erased.map(|erased| erased.digests).unwrap_or_default()
}

/// Returns an entry, as stored, in a line. `erased` are the digests of what was erased: an entry that holds some says so.
///
/// # Errors
/// What is wrong with its bytes.
pub fn line(
    index: u64,
    stored: &[u8],
    beside: &dyn Beside,
    erased: &BTreeSet<String>,
) -> Result<Line, String> {
    if let Some(Tombstone { change, time_ms, .. }) = Tombstone::read(stored) {
        let text = format!("{index:>6}  {:<24}  {:<14}  {}", time_ms.0.to_string(), "purged", change.id);
        return Ok(Line { text, change: change.id });
    }
    let entry = read(stored)?;
    let mut what = vec![entry.id.clone()];
    let happened = happened(&entry);
    what.extend((!happened.is_empty()).then_some(happened));
    let gone = whole(stored, beside)
        .map_or(0, |(_, body)| held(&body).filter(|digest| erased.contains(*digest)).count());
    what.extend((gone > 0).then(|| format!("(erased: {gone})")));
    let text = format!(
        "{:>6}  {:<24}  {:<14}  {:<14}  {}",
        entry.index,
        entry.time_ms.0.to_string(),
        entry.kind.word(),
        entry.actor,
        what.join("  ")
    );
    let change = entry.change.map(|change| change.id).unwrap_or_default();
    Ok(Line { text: text.trim_end().to_owned(), change })
}

/// Returns the payload of an entry, as it was signed.
///
/// # Errors
/// What is wrong with its bytes.
pub fn payload(stored: &[u8]) -> Result<String, String> {
    read(stored)?;
    Envelope::read(stored).map(|envelope| envelope.payload).map_err(|error| error.to_string())
}

/// Reads a line of `disclosures.jsonl`: a digest, and what it is of.
pub fn disclosure(line: &[u8]) -> Option<(String, String)> {
    let limits = Limits { size_bytes: 2_000_000, string_bytes: 1_500_000, depth: 8 };
    let Disclosure { digest, text, .. } = json::to_typed(&json::read_bytes(line, limits).ok()?).ok()?;
    Some((digest, text))
}

fn read(stored: &[u8]) -> Result<Entry, String> {
    let envelope = Envelope::read(stored).map_err(|error| error.to_string())?;
    Entry::read(&envelope.payload).map_err(|error| error.to_string())
}

/// An entry with its body, blobs put back.
fn whole(stored: &[u8], beside: &dyn Beside) -> Option<(Entry, Json)> {
    let entry = read(stored).ok()?;
    let body = restore(&entry.body, &entry.blobs, |digest| beside.blob(digest)).ok()?;
    Some((entry, body))
}

/// What came of an entry.
fn happened(entry: &Entry) -> String {
    let word = |event: &Json| match event.get("what").and_then(|what| what.get("type")) {
        Some(Json::String(word)) => word.clone(),
        _ => String::new(),
    };
    let text = |name: &str| match entry.body.get(name) {
        Some(Json::String(text)) => text.clone(),
        _ => String::new(),
    };
    match (entry.kind, entry.body.get("events")) {
        (_, Some(Json::Array(events))) => events.iter().map(word).collect::<Vec<_>>().join(", "),
        (Kind::Erased, _) => format!("of {}", text("person")),
        (Kind::Purged, _) => format!("of {}", text("change")),
        (Kind::GateAnswered, _) => {
            let allow = entry.body.get("answer").and_then(|answer| answer.get("allow"));
            format!(
                "{}: {}",
                text("change"),
                if allow == Some(&Json::Bool(true)) { "allowed" } else { "denied" }
            )
        }
        _ => String::new(),
    }
}

/// The digests of personal data that stand in a value, each once.
pub(super) fn held(json: &Json) -> impl Iterator<Item = &String> {
    let mut found = BTreeSet::new();
    let mut left = vec![json];
    while let Some(json) = left.pop() {
        match json {
            Json::Array(items) => left.extend(items),
            Json::Object(members) => {
                for (name, member) in members {
                    match member {
                        Json::Array(digests) if name == "_sd" => {
                            found.extend(digests.iter().filter_map(|digest| match digest {
                                Json::String(digest) => Some(digest),
                                _ => None,
                            }));
                        }
                        member => left.push(member),
                    }
                }
            }
            _ => {}
        }
    }
    found.into_iter()
}
