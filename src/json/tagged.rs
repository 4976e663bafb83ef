//! Enumerations whose variant stands in a member of the object that its fields are: `{"type": "vote.cast", "by": ..}`.
//!
//! serde's own way there (`#[serde(tag = "type")]`) copies the object into a value of its own before it knows the variant, and
//! makes the code of all fields a second time for that copy. A value that was read can be asked for its tag at once. So these
//! enumerations are written as if serde were to do it from outside, under a name that says the tag, as in
//! `#[serde(rename = "tagged:type")]`, and reader and writers of this folder do it from inside. Another writer, such as
//! serde_json, would write them from outside: what such a type says is written with this folder alone.

const NAMED: &str = "tagged:";

/// Returns the member that holds the variant, if an enumeration with this name among serde's has one.
pub(super) fn tag_of(name: &'static str) -> Option<&'static str> {
    name.strip_prefix(NAMED)
}
