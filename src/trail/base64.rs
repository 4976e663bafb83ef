//! Base64 as the published formats write it: RFC 4648 §4, padded, one spelling for each sequence of bytes.

use ::base64::Engine as _;
use ::base64::engine::general_purpose::STANDARD;

use crate::value::Digest;

/// Writes bytes.
pub fn write(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Reads bytes; `None` for another alphabet, missing padding, white space, or bits set that no byte holds.
pub fn read(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

/// Reads the 32 bytes of a hash.
pub(super) fn read_digest(text: &str) -> Option<Digest> {
    Some(Digest { bytes: read(text)?.try_into().ok()? })
}
