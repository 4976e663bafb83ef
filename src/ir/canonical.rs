//! The bytes that a policy's identity is made of (docs/canonical-form.md).

use crate::check::typed::Policy;
use crate::json::{self, Json, Number};
use crate::value::Digest;

/// Returns the canonical bytes: the typed policy as RFC 8785 JSON.
///
/// Comments, layout, file names and spans are not in it, nor are samples and tests. Members that are missing and
/// lists that are empty are left out, so that a later engine can know more declarations without giving another
/// identity to the policies that do not use them.
pub fn canonical(policy: &Policy) -> Vec<u8> {
    // Every key of the typed policy is text and it holds no float, so this cannot fail.
    let value = serde_json::to_value(policy).unwrap_or_default();
    json::canonical(&exact(value)).into_bytes()
}

/// Returns the policy digest, the SHA-256 of the canonical bytes.
pub fn digest(policy: &Policy) -> Digest {
    Digest::of(&canonical(policy))
}

fn exact(value: serde_json::Value) -> Json {
    use serde_json::Value;
    match value {
        Value::Null => Json::Null,
        Value::Bool(yes) => Json::Bool(yes),
        // A whole number that JavaScript would change is written as text, like every other exact number.
        Value::Number(number) => match number.as_i64().and_then(Number::from_i64) {
            Some(safe) => Json::Number(safe),
            None => Json::String(number.to_string()),
        },
        Value::String(text) => Json::String(text),
        Value::Array(items) => Json::Array(items.into_iter().map(exact).collect()),
        Value::Object(members) => {
            let told =
                |value: &Value| !value.is_null() && value.as_array().is_none_or(|items| !items.is_empty());
            let members = members.into_iter().filter(|(_, value)| told(value));
            Json::Object(members.map(|(key, value)| (key, exact(value))).collect())
        }
    }
}
