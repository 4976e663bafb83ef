//! The bytes that a policy's identity is made of (docs/canonical-form.md).

use crate::check::typed::Policy;
use crate::json::{self, Json};
use crate::value::Digest;

/// Returns the canonical bytes: the typed policy as RFC 8785 JSON.
///
/// Comments, layout, file names and spans are not in it, nor are samples and tests. Members that are missing and
/// lists that are empty are left out, so that a later engine can know more declarations without giving another
/// identity to the policies that do not use them.
pub fn canonical(policy: &Policy) -> Vec<u8> {
    // Every key of the typed policy is text and it holds no float, so this cannot fail.
    let value = json::from_serialize_exactly(policy).unwrap_or(Json::Null);
    json::canonical(&told(value)).into_bytes()
}

/// Returns the policy digest, the SHA-256 of the canonical bytes.
pub fn digest(policy: &Policy) -> Digest {
    Digest::of(&canonical(policy))
}

/// The value without members that are missing and lists that are empty.
fn told(value: Json) -> Json {
    let is_told = |value: &Json| match value {
        Json::Null => false,
        Json::Array(items) => !items.is_empty(),
        _ => true,
    };
    match value {
        Json::Array(items) => Json::Array(items.into_iter().map(told).collect()),
        Json::Object(members) => {
            let members = members.into_iter().filter(|(_, value)| is_told(value));
            Json::Object(members.map(|(key, value)| (key, told(value))).collect())
        }
        scalar => scalar,
    }
}
