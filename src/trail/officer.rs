//! What a data protection officer does to a log, always by a statement of their own: they have personal data erased that stands
//! beside it, and changes purged whose time is over.

use super::act::Act;
use super::body::{Erased, Purged};
use super::entry::{Entry, Kind};
use super::fault::Why;
use super::keyring::{Key, Role};
use super::state::body;
use crate::json::{Json, SerializeError, canonical, from_serialize};
use crate::value::Digest;

/// For so many years after it ended nothing of a change is purged, whatever its policy says (S-08).
pub const LEAST_YEARS: u32 = 7;

/// What somebody signs: what it is about, its digest, and what is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToState {
    /// The person whose data it is, or the change.
    pub subject: String,
    /// The digest of the list of digests, or of the body of the entry.
    pub digest: Digest,
    /// What is done.
    pub act: Json,
}

impl Erased {
    /// Returns what an officer signs: the digest of the list stands for it, so that the list may be long.
    pub fn to_state(&self) -> ToState {
        let list = Json::Array(self.digests.iter().cloned().map(Json::String).collect());
        erases(&self.person, &self.reason, Digest::of(canonical(&list).as_bytes()))
    }
}

impl Purged {
    /// Returns what an officer signs.
    ///
    /// # Errors
    /// [`SerializeError`]: never, as no member is a float.
    pub fn to_state(&self) -> Result<ToState, SerializeError> {
        let body = from_serialize(self)?;
        let digest = Digest::of(canonical(&body).as_bytes());
        Ok(ToState { subject: self.change.clone(), digest, act: object("purge", body) })
    }
}

/// An entry of an officer carries one statement, of a key for that, over what the entry says.
pub(super) fn check(entry: &Entry, acts: &[(Act, Key)]) -> Result<(), Why> {
    let wanted = match entry.kind {
        Kind::Erased => erased(entry)?,
        _ => body::<Purged>(entry)?.to_state().map_err(|_| Why::Missing { member: "body" })?,
    };
    let same = |act: &Act| {
        (&act.subject, act.digest) == (&wanted.subject, wanted.digest)
            && canonical(&act.act) == canonical(&wanted.act)
            && act.person == entry.actor.person
    };
    match acts {
        [(act, key)] if key.has(Role::DataProtectionOfficer) && same(act) => Ok(()),
        _ => Err(Why::Unsigned { wanted: "a data protection officer, over what it says" }),
    }
}

/// What an officer has signed of an erasure. Its list is in the entry, or beside the trail under its digest.
fn erased(entry: &Entry) -> Result<ToState, Why> {
    let text = |member: &'static str| match entry.body.get(member) {
        Some(Json::String(text)) => Ok(text),
        _ => Err(Why::Missing { member }),
    };
    let list = entry.blobs.iter().find(|blob| blob.at == "/digests").map(|blob| blob.digest);
    let list = match list {
        Some(list) => list,
        None => Digest::of(canonical(&entry.body.get("digests").unwrap_or_default()).as_bytes()),
    };
    Ok(erases(&text("person")?, &text("reason")?, list))
}

fn erases(person: &str, reason: &str, digest: Digest) -> ToState {
    let members =
        [("digests", digest.to_string()), ("person", person.to_owned()), ("reason", reason.to_owned())];
    let members = members.map(|(name, text)| (name.to_owned(), Json::String(text)));
    ToState { subject: person.to_owned(), digest, act: object("erase", Json::Object(members.to_vec())) }
}

fn object(name: &str, value: Json) -> Json {
    Json::Object(vec![(name.to_owned(), value)])
}
