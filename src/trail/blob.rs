//! What is too large for an entry is kept beside the trail under its SHA-256, and exported with it.

use serde::{Deserialize, Serialize};

use super::entry::Count;
use crate::json::{self, Document, Json, Limits, Written, canonical};
use crate::value::Digest;

/// A value whose canonical form is larger is kept as a blob.
pub const LARGEST_INLINE_BYTES: usize = 8_192;

/// What a blob of JSON may be.
const LIMITS: Limits = Limits { size_bytes: 16_000_000, string_bytes: 9_000_000, depth: 96 };

/// A blob that an entry needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BlobRef {
    /// Where its value belongs in the body, as a JSON pointer (RFC 6901); there the body holds `null`.
    pub at: String,
    /// The SHA-256 of its bytes, which are the canonical form of the value.
    pub digest: Digest,
    /// How many bytes it has.
    pub size: Count,
}

/// A blob, to be kept before the entry that names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Blob {
    /// Its name.
    pub digest: Digest,
    /// Its bytes: canonical JSON.
    pub text: String,
}

/// Why a body cannot be put together again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BlobError {
    /// The blob is not there.
    #[error("the blob {digest} is missing")]
    Missing {
        /// Its name.
        digest: Digest,
    },
    /// Its bytes are others.
    #[error("the blob {digest} has other bytes than its name says")]
    Altered {
        /// Its name.
        digest: Digest,
    },
    /// It is no JSON, or belongs nowhere in the body.
    #[error("the blob {digest} does not fit at `{at}`")]
    Misplaced {
        /// Its name.
        digest: Digest,
        /// Where it is said to belong.
        at: String,
    },
}

/// Takes what is large out of a body: innermost values first, so that a body of many small ones stays together.
///
/// What is left is at most [`LARGEST_INLINE_BYTES`] large, in its canonical form; blobs stand in the order in which they
/// are to be put back.
pub fn extract(body: &mut Json) -> (Vec<BlobRef>, Vec<Blob>) {
    let (mut places, mut blobs) = (Vec::new(), Vec::new());
    take_large(body, "", &mut places, &mut blobs);
    // An outer value that was taken as a whole holds `null` where inner ones belong, so outer ones go back first.
    places.reverse();
    (places, blobs)
}

/// Takes one member out of a body where the whole is large: what else is in it is for the trail itself to read.
pub fn extract_member(body: &mut Json, name: &str) -> (Vec<BlobRef>, Vec<Blob>) {
    let (mut places, mut blobs) = (Vec::new(), Vec::new());
    if canonical(body).len() > LARGEST_INLINE_BYTES
        && let Some(member) = pointed(body, &format!("/{name}"))
    {
        take(member, &format!("/{name}"), &mut places, &mut blobs);
    }
    (places, blobs)
}

/// Takes large values out, and returns how large what is left is.
fn take_large(value: &mut Json, at: &str, places: &mut Vec<BlobRef>, blobs: &mut Vec<Blob>) -> usize {
    let mut size = canonical(value).len();
    if size <= LARGEST_INLINE_BYTES {
        return size;
    }
    match value {
        Json::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                take_large(item, &format!("{at}/{index}"), places, blobs);
            }
            size = canonical(value).len();
        }
        Json::Object(members) => {
            for (name, member) in members {
                let name = name.replace('~', "~0").replace('/', "~1");
                take_large(member, &format!("{at}/{name}"), places, blobs);
            }
            size = canonical(value).len();
        }
        _ => {}
    }
    if size <= LARGEST_INLINE_BYTES {
        return size;
    }
    take(value, at, places, blobs);
    4
}

/// Takes a value out.
fn take(value: &mut Json, at: &str, places: &mut Vec<BlobRef>, blobs: &mut Vec<Blob>) {
    let text = canonical(value);
    let digest = Digest::of(text.as_bytes());
    places.push(BlobRef { at: at.to_owned(), digest, size: Count(text.len() as u64) });
    blobs.push(Blob { digest, text });
    *value = Json::Null;
}

/// Puts blobs back where they belong. `read` returns the bytes of a blob, if they are there.
///
/// # Errors
/// [`BlobError`] of the first blob that cannot be put back.
pub fn restore(
    body: &Written,
    places: &[BlobRef],
    read: impl Fn(&Digest) -> Option<Vec<u8>>,
) -> Result<Json, BlobError> {
    let mut body = body.json();
    for place in places {
        let BlobRef { at, digest, size } = place;
        let bytes = read(digest).ok_or(BlobError::Missing { digest: *digest })?;
        if bytes.len() as u64 != size.0 || Digest::of(&bytes) != *digest {
            return Err(BlobError::Altered { digest: *digest });
        }
        let misplaced = || BlobError::Misplaced { digest: *digest, at: at.clone() };
        // One value has one blob.
        let text = json::utf8(&bytes).map_err(|_| misplaced())?;
        let value = Document::read_canonical(text, LIMITS).map_err(|_| misplaced())?.value().to_json();
        let slot = pointed(&mut body, at).filter(|slot| **slot == Json::Null).ok_or_else(misplaced)?;
        *slot = value;
    }
    Ok(body)
}

/// The value that a JSON pointer names (RFC 6901).
fn pointed<'a>(json: &'a mut Json, pointer: &str) -> Option<&'a mut Json> {
    if pointer.is_empty() {
        return Some(json);
    }
    pointer.strip_prefix('/')?.split('/').try_fold(json, |json, segment| match json {
        Json::Array(items) => items.get_mut(segment.parse::<usize>().ok()?),
        Json::Object(members) => {
            let name = segment.replace("~1", "/").replace("~0", "~");
            members.iter_mut().find(|(known, _)| *known == name).map(|(_, value)| value)
        }
        _ => None,
    })
}
