//! By what keys are named.

use std::fmt;
use std::str::FromStr;

use serde::de::Deserializer;
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};

use crate::value::{Digest, from_text, quoted};

/// The SHA-256 of a public key's SPKI, written as 64 hexadecimal digits in lower case: what `openssl dgst -sha256`
/// says of the exported key.
///
/// ```
/// use tollgate::trail::key::{KeyId, Seed};
///
/// let id = Seed::from_bytes([7; 32]).public_key().id();
/// assert_eq!(id.to_string().parse(), Ok(id));
/// assert!(id.to_string().to_uppercase().parse::<KeyId>().is_err()); // one key, one spelling
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId {
    /// The digest of the SPKI.
    pub digest: Digest,
}

/// A text that is no [`KeyId`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` is no key id: write the 64 hexadecimal digits in lower case of the SHA-256 of the key's SPKI"
)]
pub struct KeyIdError {
    /// The text as given, cut for a message.
    pub text: String,
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.digest.hex())
    }
}

impl FromStr for KeyId {
    type Err = KeyIdError;

    fn from_str(text: &str) -> Result<Self, KeyIdError> {
        let digest = Digest::from_hex(text).ok_or_else(|| KeyIdError { text: quoted(text) })?;
        Ok(Self { digest })
    }
}

impl Serialize for KeyId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for KeyId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        from_text(deserializer)
    }
}
