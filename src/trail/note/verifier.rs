//! The keys that check signed notes.

use std::fmt;
use std::str::FromStr;

use super::base64;
use crate::trail::key::{KEY_BYTES, KeyError, PublicKey};
use crate::value::{Digest, quoted};

/// The signature type of Ed25519 over the note's text.
const ED25519: u8 = 0x01;

/// The signature type of Ed25519 cosignatures with a time (C2SP tlog-cosignature, "Format").
const COSIGNATURE: u8 = 0x04;

/// A name and its public key, written `name+key ID+base64` (signed-note, "Verifier keys").
///
/// ```
/// use tollgate::trail::note::VerifierKey;
///
/// let text = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
/// let key: VerifierKey = text.parse()?;
/// assert_eq!((key.name(), key.key_id()), ("PeterNeumann", 0xc74f_20a3));
/// assert_eq!(key.to_string(), text);
/// # Ok::<(), tollgate::trail::note::VerifierKeyError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    key: PublicKey,
    // INVARIANT: ED25519 or COSIGNATURE.
    signature_type: u8,
    key_id: u32,
}

/// Why a name and a key are no [`VerifierKey`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VerifierKeyError {
    /// Not of the form `name+key ID+base64`.
    #[error(
        "`{text}` is no verifier key: write the name, `+`, the key ID in 8 hexadecimal digits in lower case, `+`, base64"
    )]
    Form {
        /// The text as given, cut for a message.
        text: String,
    },
    /// A name that cannot stand on a signature line.
    #[error(
        "`{name}` cannot name a key: a name is not empty and has no white space, control character or `+`"
    )]
    Name {
        /// The name, cut for a message.
        name: String,
    },
    /// A key of another signature type.
    #[error(
        "the key of `{name}` is no Ed25519 key of 32 bytes with the signature type 0x01 or 0x04 before it"
    )]
    Type {
        /// The key's name.
        name: String,
    },
    /// A public key that is not accepted.
    #[error("the key of `{name}` is not accepted: {fault}")]
    Key {
        /// The key's name.
        name: String,
        /// What is wrong with it.
        fault: KeyError,
    },
    /// The key ID is not that of name and key.
    #[error(
        "the key ID of `{name}` is {given:08x}, and its name and key have {computed:08x}: the text was changed"
    )]
    KeyId {
        /// The key's name.
        name: String,
        /// The key ID given.
        given: u32,
        /// The key ID of this name and key.
        computed: u32,
    },
}

impl VerifierKey {
    /// Returns the verifier key of a name and a public key.
    ///
    /// # Errors
    /// [`VerifierKeyError::Name`].
    pub fn new(name: &str, key: PublicKey) -> Result<Self, VerifierKeyError> {
        Self::of_type(name, key, ED25519)
    }

    /// Returns the verifier key of a witness: it signs checkpoints of others, each with the time at which it saw them.
    ///
    /// # Errors
    /// [`VerifierKeyError::Name`].
    pub fn cosigner(name: &str, key: PublicKey) -> Result<Self, VerifierKeyError> {
        Self::of_type(name, key, COSIGNATURE)
    }

    fn of_type(name: &str, key: PublicKey, signature_type: u8) -> Result<Self, VerifierKeyError> {
        if !is_name(name) {
            return Err(VerifierKeyError::Name { name: quoted(name) });
        }
        let key_id = key_id(name, signature_type, &key);
        Ok(Self { name: name.to_owned(), key, signature_type, key_id })
    }

    /// Says whether it is a witness's.
    pub fn is_cosigner(&self) -> bool {
        self.signature_type == COSIGNATURE
    }

    /// Returns the name. For a log's key it is the log's origin.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the public key.
    pub fn key(&self) -> &PublicKey {
        &self.key
    }

    /// Returns the key ID of the note format: the first four bytes of SHA-256(name ‖ U+000A ‖ signature type ‖ key). It tells
    /// keys apart and is no proof of one; [`PublicKey::id`] is another thing.
    pub fn key_id(&self) -> u32 {
        self.key_id
    }
}

impl FromStr for VerifierKey {
    type Err = VerifierKeyError;

    fn from_str(text: &str) -> Result<Self, VerifierKeyError> {
        let form = || VerifierKeyError::Form { text: quoted(text) };
        let (name, rest) = text.split_once('+').ok_or_else(form)?;
        let (digits, encoded) = rest.split_once('+').ok_or_else(form)?;
        let given = u32::from_str_radix(digits, 16).map_err(|_| form())?;
        if digits != format!("{given:08x}") {
            return Err(form());
        }
        let bytes = base64::read(encoded).ok_or_else(form)?;
        let key = bytes
            .split_first()
            .filter(|(kind, _)| [ED25519, COSIGNATURE].contains(*kind))
            .and_then(|(kind, key)| Some((*kind, <&[u8; KEY_BYTES]>::try_from(key).ok()?)));
        let (kind, key) = key.ok_or_else(|| VerifierKeyError::Type { name: quoted(name) })?;
        let key = PublicKey::from_bytes(key)
            .map_err(|fault| VerifierKeyError::Key { name: quoted(name), fault })?;
        let verifier = Self::of_type(name, key, kind)?;
        let computed = verifier.key_id;
        if given != computed {
            return Err(VerifierKeyError::KeyId { name: quoted(name), given, computed });
        }
        Ok(verifier)
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let encoded = base64::write(&[[self.signature_type].as_slice(), self.key.bytes()].concat());
        write!(f, "{}+{:08x}+{encoded}", self.name, self.key_id)
    }
}

/// Names are not empty and have no Unicode space and no plus (signed-note, "Format"), nor what a note may not have.
pub(super) fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(|char: char| char.is_whitespace() || char < ' ' || char == '+')
}

fn key_id(name: &str, signature_type: u8, key: &PublicKey) -> u32 {
    let [a, b, c, d, ..] =
        Digest::of(&[name.as_bytes(), b"\n", &[signature_type], key.bytes()].concat()).bytes;
    u32::from_be_bytes([a, b, c, d])
}
