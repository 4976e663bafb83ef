//! Whole numbers as the published formats write them: ASCII decimal digits, no sign, no leading zeros.
//!
//! Stored sizes are such texts too (`#[serde(with = "decimal")]`): a number of JSON is exact to 2^53 only.

use serde::de::{Deserializer, Error};
use serde::{Deserialize, Serializer};

use crate::value::quoted;

/// Reads a number; `None` for any other text, and beyond `u64`.
pub(super) fn read(text: &str) -> Option<u64> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let one_spelling = text == "0" || !text.starts_with('0');
    if digits && one_spelling { text.parse().ok() } else { None }
}

pub(super) fn serialize<S: Serializer>(number: &u64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(number)
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let text = String::deserialize(deserializer)?;
    let fault =
        || format!("`{}` is no whole number: write decimal digits without zeros before it", quoted(&text));
    read(&text).ok_or_else(|| D::Error::custom(fault()))
}
