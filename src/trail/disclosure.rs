//! Personal data beside the trail: an entry holds salted digests, as SD-JWTs do (RFC 9901 §4.2), and what they are digests
//! of is kept apart, so that it can be erased and every proof still holds (A-17).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::json::{self, Json, Limits, canonical};

/// The member of an object that holds the digests of what was withheld from it (RFC 9901 §4.2.4.1).
const SD: &str = "_sd";

const LIMITS: Limits = Limits { size_bytes: 1_000_000, string_bytes: 65_536, depth: 64 };

/// What was withheld: a member of an object, with its salt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Disclosure {
    /// Its digest, which stands in the entry: base64url of the SHA-256 of `text`.
    pub digest: String,
    /// Base64url of the JSON list of salt, name and value (RFC 9901 §4.2.1).
    pub text: String,
    /// Whose data it is, by opaque ids: erasing one of them erases it.
    pub persons: Vec<String>,
}

impl Disclosure {
    /// Returns the name and the value of what was withheld; `None` where the text is not what the digest is of.
    pub fn told(&self) -> Option<(String, Json)> {
        disclosed(&self.text, &self.digest)
    }
}

/// Returns the digest of a disclosure (RFC 9901 §4.2.3).
///
/// ```
/// use tollgate::trail::disclosure_digest;
///
/// // The example of RFC 9901 §4.2.3.
/// let text = "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0";
/// assert_eq!(disclosure_digest(text), "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0");
/// ```
pub fn disclosure_digest(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(text.as_bytes()))
}

/// Takes a member out of an object, at a path of names, and puts its salted digest there; `None` where there is no such
/// member. `random` is of the host, and new for every entry; a member that stands in an entry twice has one digest.
pub fn withhold(json: &mut Json, path: &str, random: &[u8], persons: Vec<String>) -> Option<Disclosure> {
    let salt = Sha256::new().chain_update(random).chain_update([0]).chain_update(path).finalize();
    let salt = URL_SAFE_NO_PAD.encode(salt.get(..16).unwrap_or_default());
    let (groups, name) = path.rsplit_once('.').map_or((None, path), |(groups, name)| (Some(groups), name));
    let object = groups.into_iter().flat_map(|groups| groups.split('.')).try_fold(json, |json, group| {
        let Json::Object(members) = json else { return None };
        members.iter_mut().find(|(known, _)| known == group).map(|(_, inner)| inner)
    })?;
    let Json::Object(members) = object else { return None };
    let at = members.iter().position(|(known, _)| known == name)?;
    let (name, value) = members.remove(at);
    let text = canonical(&Json::Array(vec![Json::String(salt), Json::String(name), value]));
    let text = URL_SAFE_NO_PAD.encode(text);
    let digest = disclosure_digest(&text);
    let entry = Json::String(digest.clone());
    match members.iter_mut().find(|(known, _)| known == SD) {
        Some((_, Json::Array(digests))) => {
            digests.push(entry);
            // In the order of the digests, which says nothing of the order of the members (RFC 9901 §4.2.4.1).
            digests.sort_by_key(canonical);
        }
        _ => members.push((SD.to_owned(), Json::Array(vec![entry]))),
    }
    Some(Disclosure { digest, text, persons })
}

/// What was withheld from a value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Revealed {
    /// The paths of what is known, and stands in its place again.
    pub paths: Vec<String>,
    /// The digests of what stays unknown.
    pub unknown: Vec<String>,
}

/// Puts back what was withheld, wherever `find` has the disclosure of a digest, and forgets the digests.
pub fn reveal(json: &mut Json, find: &dyn Fn(&str) -> Option<String>) -> Revealed {
    let mut revealed = Revealed::default();
    put_back(json, "", find, &mut revealed);
    revealed
}

/// Says whether something was withheld from a value.
pub fn withholds(json: &Json) -> bool {
    match json {
        Json::Array(items) => items.iter().any(withholds),
        Json::Object(members) => members.iter().any(|(name, member)| name == SD || withholds(member)),
        _ => false,
    }
}

/// Returns where something was withheld from a value: the path of the object of each digest.
pub fn places_withheld(json: &Json) -> Vec<String> {
    let mut places = Vec::new();
    place(json, String::new(), &mut places);
    places
}

// No deeper than what was read, which the reader bounds.
fn place(json: &Json, path: String, places: &mut Vec<String>) {
    match json {
        // No field has a path into a list.
        Json::Array(items) => items.iter().for_each(|item| place(item, format!("{path}[]"), places)),
        Json::Object(members) => {
            for (name, member) in members {
                match member {
                    Json::Array(digests) if name == SD => {
                        places.extend(digests.iter().map(|_| path.clone()));
                    }
                    Json::Array(_) | Json::Object(_) => {
                        let inner = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                        place(member, inner, places);
                    }
                    _ => {}
                }
            }
        }
        _ => {}
    }
}

/// Forgets the digests of what was withheld.
pub fn conceal(json: &mut Json) {
    reveal(json, &|_| None);
}

// No deeper than what was read, which the reader bounds.
fn put_back(json: &mut Json, path: &str, find: &dyn Fn(&str) -> Option<String>, revealed: &mut Revealed) {
    let at_name = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    match json {
        // Nothing is withheld in a list at a path of its own.
        Json::Array(items) => items.iter_mut().for_each(|item| put_back(item, path, find, revealed)),
        Json::Object(members) => {
            let at = members.iter().position(|(name, _)| name == SD);
            let digests = at.map(|at| members.remove(at).1);
            for (name, member) in members.iter_mut() {
                if matches!(member, Json::Array(_) | Json::Object(_)) {
                    put_back(member, &at_name(name), find, revealed);
                }
            }
            let Some(Json::Array(digests)) = digests else { return };
            for digest in digests {
                let Json::String(digest) = digest else { continue };
                let known = |name: &str| members.iter().any(|(known, _)| known == name);
                match find(&digest).and_then(|text| disclosed(&text, &digest)) {
                    Some((name, value)) if !known(&name) => {
                        revealed.paths.push(at_name(&name));
                        members.push((name, value));
                    }
                    _ => revealed.unknown.push(digest),
                }
            }
        }
        _ => {}
    }
}

/// Reads a disclosure; `None` if it is not the one that a digest is of.
fn disclosed(text: &str, digest: &str) -> Option<(String, Json)> {
    if disclosure_digest(text) != digest {
        return None;
    }
    let Json::Array(parts) = json::read_bytes(&URL_SAFE_NO_PAD.decode(text).ok()?, LIMITS).ok()? else {
        return None;
    };
    match <[Json; 3]>::try_from(parts).ok()? {
        [Json::String(_), Json::String(name), value] => Some((name, value)),
        _ => None,
    }
}
