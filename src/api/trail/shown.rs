//! Entries as people read them: a line each, or one whole.

mod laid_out;
mod words;

use std::collections::BTreeSet;

use crate::json::{self, Json, Limits};
use crate::trail::key::KeyId;
use crate::trail::{
    Act, Bundle, Bundled, Disclosure, Entry, Envelope, Erased, Kind, MOST_BYTES, Rotated, Tombstone, restore,
};
use crate::value::{Digest, Instant};

use super::Beside;
pub(super) use words::safe;
use words::words;

/// An entry in a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Place, time, kind, who, who signed, and what came of it.
    pub text: String,
    /// The change that it is about; empty where there is none.
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

impl Line {
    /// The heading of the lines.
    pub const HEADING: &str = "entry  recorded                  what                by              signed by             what came of it";
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
    if let Some(tombstone) = Tombstone::read(stored) {
        return Ok(Line { text: purged(index, &tombstone), change: tombstone.change.id });
    }
    let (entry, keys) = read(stored)?;
    let body = whole(stored, beside).map_or_else(|| entry.body.json(), |(_, body)| body);
    let mut what = words(&entry, &body);
    if entry.kind == Kind::ChangeCommand {
        what = format!("{}  {what}", safe(&entry.id));
    } else if let (Kind::HandedOver | Kind::TakenOver, Some(change)) = (entry.kind, &entry.change) {
        what = format!("{} {what}", safe(&change.id));
    }
    let recovers = recovers(&entry, &body, &keys);
    if recovers {
        what = format!("{what}, which is lost: root keys put it there");
    }
    let whose = if entry.kind == Kind::KeyRotated && !recovers { "" } else { "root " };
    let gone = held(&body).filter(|digest| erased.contains(*digest)).count();
    if gone > 0 {
        what = format!("{what}  (erased: {gone})");
    }
    let (actor, signers) = (safe(&entry.actor.to_string()), signers(&entry, keys.len(), whose));
    let text = laid_out(entry.index.0, entry.time_ms.0, entry.kind.word(), &actor, &signers, &what);
    Ok(Line { text, change: about(&entry, &body) })
}

/// The change that an entry is about, also where it does not go on with it.
fn about(entry: &Entry, body: &Json) -> String {
    let named = match (entry.kind, body.get("change")) {
        (Kind::HoldPlaced | Kind::HoldLifted | Kind::Purged | Kind::GateAnswered, Some(Json::String(id))) => {
            id.clone()
        }
        _ => String::new(),
    };
    entry.change.as_ref().map_or(named, |change| change.id.clone())
}

fn laid_out(index: u64, at: Instant, kind: &str, actor: &str, signers: &str, what: &str) -> String {
    let at = at.to_string();
    format!("{index:>5}  {at:<24}  {kind:<18}  {actor:<14}  {signers:<20}  {what}").trim_end().to_owned()
}

/// Whether root keys put another key in the place of one that is lost: in a rotation that one signs, too.
fn recovers(entry: &Entry, body: &Json, keys: &[KeyId]) -> bool {
    let rotated = (entry.kind == Kind::KeyRotated).then(|| json::to_typed::<Rotated>(body).ok());
    rotated.flatten().is_some_and(|Rotated { old, .. }| !keys.contains(&old))
}

/// Who signed: the log's key every entry, root keys or those of a rotation beside it, and others what they state in it.
fn signers(entry: &Entry, signatures: usize, whose: &str) -> String {
    let others = signatures.saturating_sub(1);
    let mut names = vec!["log".to_owned()];
    if others > 0 {
        let keys = if others == 1 { "key" } else { "keys" };
        names.push(format!("{others} {whose}{keys}"));
    }
    let statements = entry.statements.iter().filter_map(|statement| Envelope::of_json(statement).ok());
    names.extend(statements.filter_map(|statement| Act::read(&statement).ok()).map(|act| safe(act.by())));
    names.join(", ")
}

/// The payload of an entry, as it was signed.
fn payload(stored: &[u8]) -> Result<String, String> {
    read(stored)?;
    Envelope::read(stored).map(|envelope| envelope.payload).map_err(|error| error.to_string())
}

/// The payload of an entry in lines, for people: the same JSON, laid out.
fn payload_in_lines(stored: &[u8]) -> Result<String, String> {
    let limits = Limits { string_bytes: MOST_BYTES, ..Limits::default() };
    let read = json::read(&payload(stored)?, limits).map_err(|error| error.to_string())?;
    Ok(laid_out::laid_out(&read))
}

/// How an entry is shown whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// The payload, as it was signed.
    Payload,
    /// The same JSON, laid out for people.
    LaidOut,
}

/// Returns an entry whole. One that was purged has no payload any more: what stands in its place is shown.
///
/// # Errors
/// What is wrong with its bytes.
pub fn entire(index: u64, stored: &[u8], form: Form) -> Result<String, String> {
    let shown = match form {
        Form::Payload => payload(stored),
        Form::LaidOut => payload_in_lines(stored),
    };
    shown.or_else(|message| match (Tombstone::read(stored), form) {
        (None, _) => Err(message),
        (Some(_), Form::Payload) => Ok(String::from_utf8_lossy(stored).into_owned()),
        (Some(tombstone), Form::LaidOut) => Ok(purged(index, &tombstone)),
    })
}

fn purged(index: u64, Tombstone { change, time_ms, .. }: &Tombstone) -> String {
    laid_out(index, time_ms.0, "purged", "", "", &safe(&change.id))
}

/// Returns the lines of what a change went through in other logs, where an entry took it over from them: that stands in its bundle, the
/// first home first. Each line says whose log it is of; what is this log's own is left out.
pub fn earlier(stored: &[u8], beside: &dyn Beside, erased: &BTreeSet<String>) -> Vec<String> {
    let Ok((entry, _)) = read(stored) else { return Vec::new() };
    before(stored, beside, &mut Told { erased, here: entry.log, seen: BTreeSet::new() })
}

/// What is told of earlier homes.
struct Told<'a> {
    erased: &'a BTreeSet<String>,
    /// The log whose own entries are shown anyway.
    here: Digest,
    /// What was told, by its bytes: a change that was in one log twice has its first stay in both bundles.
    seen: BTreeSet<Digest>,
}

fn before(stored: &[u8], beside: &dyn Beside, told: &mut Told<'_>) -> Vec<String> {
    let Some((entry, body)) = whole(stored, beside).filter(|(entry, _)| entry.kind == Kind::TakenOver) else {
        return Vec::new();
    };
    let id = entry.change.map(|change| change.id);
    let bundle: Option<Bundle> = body.get("bundle").and_then(|bundle| json::to_typed(bundle).ok());
    let Some(bundle) = bundle else { return Vec::new() };
    let mut lines = Vec::new();
    for Bundled { stored, .. } in &bundle.entries {
        let Ok((entry, _)) = read(stored.as_bytes()) else { continue };
        if entry.change.map(|change| change.id) != id {
            continue;
        }
        // A bundle in a bundle is smaller than that: this comes to an end.
        lines.extend(before(stored.as_bytes(), &InBundle(&bundle), told));
        if entry.log != told.here
            && told.seen.insert(Digest::of(stored.as_bytes()))
            && let Ok(line) = line(entry.index.0, stored.as_bytes(), &InBundle(&bundle), told.erased)
        {
            lines.push(format!("{}  (in log {})", line.text, safe(&entry.origin)));
        }
    }
    lines
}

/// What lies beside the entries of a bundle.
struct InBundle<'a>(&'a Bundle);

impl Beside for InBundle<'_> {
    fn blob(&self, digest: &Digest) -> Option<Vec<u8>> {
        let found = self.0.blobs.iter().find(|text| Digest::of(text.as_bytes()) == *digest);
        found.map(|text| text.clone().into_bytes())
    }

    fn disclosure(&self, _: &str) -> Option<String> {
        None
    }
}

/// Reads a line of `disclosures.jsonl`: a digest, and what it is of; `None` also where it is of something else.
pub fn disclosure(line: &[u8]) -> Option<(String, String)> {
    let limits = Limits { size_bytes: 2_000_000, string_bytes: 1_500_000, depth: 8 };
    let disclosure: Disclosure = json::to_typed(&json::read_bytes(line, limits).ok()?).ok()?;
    disclosure.told().map(|_| (disclosure.digest, disclosure.text))
}

/// An entry, and the keys that its signatures name.
fn read(stored: &[u8]) -> Result<(Entry, Vec<KeyId>), String> {
    let envelope = Envelope::read(stored).map_err(|error| error.to_string())?;
    let entry = Entry::read(&envelope.payload).map_err(|error| error.to_string())?;
    Ok((entry, envelope.signatures.iter().map(|signature| signature.key).collect()))
}

/// An entry with its body, blobs put back.
fn whole(stored: &[u8], beside: &dyn Beside) -> Option<(Entry, Json)> {
    let (entry, _) = read(stored).ok()?;
    let body = restore(&entry.body, &entry.blobs, |digest| beside.blob(digest)).ok()?;
    Some((entry, body))
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
