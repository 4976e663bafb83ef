//! SHA-256 digests, by which policies, requests and evidence are named.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};
use sha2::{Digest as _, Sha256};

use super::quoted;

const ALGORITHM: &str = "sha256:";
const WRITTEN_BYTES: usize = ALGORITHM.len() + 64;

/// A SHA-256 digest (FIPS 180-4), written `sha256:` and 64 lower-case hexadecimal digits.
///
/// ```
/// use tollgate::value::Digest;
///
/// let digest = Digest::of(b"abc");
/// assert!(digest.to_string().starts_with("sha256:ba7816bf"));
/// assert_eq!(digest.to_string().parse(), Ok(digest));
/// assert!(digest.to_string().to_uppercase().parse::<Digest>().is_err()); // one digest, one spelling
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest {
    /// The 32 bytes of the digest.
    pub bytes: [u8; 32],
}

/// A text that is no [`Digest`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no digest: write `sha256:` and 64 hexadecimal digits in lower case")]
pub struct DigestError {
    /// The text as given, cut for a message.
    pub text: String,
}

impl Digest {
    /// Returns the digest of the bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self { bytes: Sha256::digest(bytes).into() }
    }

    /// Returns the digest of these bytes, one after the other.
    pub fn of_parts(parts: &[&[u8]]) -> Self {
        Self {
            bytes: parts
                .iter()
                .fold(Sha256::new(), |hasher, part| hasher.chain_update(part))
                .finalize()
                .into(),
        }
    }

    /// Returns the 64 hexadecimal digits alone, as `sha256sum` prints them.
    pub fn hex(&self) -> String {
        let written = self.written();
        let hex = written.get(ALGORITHM.len()..).and_then(|hex| str::from_utf8(hex).ok());
        hex.unwrap_or_default().to_owned()
    }

    /// Reads the 64 hexadecimal digits alone; `None` in any other spelling.
    pub fn from_hex(hex: &str) -> Option<Self> {
        let (pairs, rest) = hex.as_bytes().as_chunks::<2>();
        let mut bytes = [0; 32];
        if pairs.len() != bytes.len() || !rest.is_empty() {
            return None;
        }
        for (byte, &[high, low]) in bytes.iter_mut().zip(pairs) {
            *byte = (nibble(high)? << 4) | nibble(low)?;
        }
        Some(Self { bytes })
    }

    /// The digest's text: ASCII.
    fn written(&self) -> [u8; WRITTEN_BYTES] {
        let mut text = [0; WRITTEN_BYTES];
        if let Some((algorithm, hex)) = text.split_at_mut_checked(ALGORITHM.len()) {
            algorithm.copy_from_slice(ALGORITHM.as_bytes());
            for (pair, byte) in hex.as_chunks_mut::<2>().0.iter_mut().zip(self.bytes) {
                *pair = [digit(byte >> 4), digit(byte & 0xf)];
            }
        }
        text
    }
}

fn digit(nibble: u8) -> u8 {
    const LETTERS: u8 = b'a' - 10;
    nibble.saturating_add(if nibble < 10 { b'0' } else { LETTERS })
}

impl FromStr for Digest {
    type Err = DigestError;

    fn from_str(text: &str) -> Result<Self, DigestError> {
        let digest = text.strip_prefix(ALGORITHM).and_then(Self::from_hex);
        digest.ok_or_else(|| DigestError { text: quoted(text) })
    }
}

fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => digit.checked_sub(b'0'),
        b'a'..=b'f' => digit.checked_sub(b'a')?.checked_add(10),
        _ => None,
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(str::from_utf8(&self.written()).unwrap_or_default())
    }
}

impl Serialize for Digest {
    /// As the text that [`Display`](fmt::Display) writes.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(str::from_utf8(&self.written()).unwrap_or_default())
    }
}
