//! Ed25519 keys (RFC 8032): who signed, checked strictly.
//!
//! Ed25519 as published leaves open which odd keys and signatures verify, and libraries differ. A trail that is read in
//! ten years with another library must not change its verdict, so what they differ on is refused: a key where it is
//! enrolled if it is of small order or a second spelling of another, a signature if its `R` is, or if it verifies only
//! with the cofactor.
//!
//! ```
//! use tollgate::trail::key::{PublicKey, Seed};
//!
//! let seed = Seed::from_bytes([7; 32]); // a test's: a real one comes from the host's random source
//! let key = seed.public_key();
//! let signature = seed.sign(b"approved");
//!
//! key.verify(b"approved", &signature)?;
//! assert!(key.verify(b"Approved", &signature).is_err());
//! assert_eq!(PublicKey::from_spki(&key.to_spki())?, key);
//! # Ok::<(), tollgate::trail::key::KeyError>(())
//! ```
//!
//! Always holds: a [`PublicKey`] is a canonical encoding of a point that is not of small order, so no signature fits
//! two messages under it; one key has one [`KeyId`].

mod id;
mod seed;

pub use id::{KeyId, KeyIdError};
pub use seed::Seed;

use ed25519_dalek::{Signature, VerifyingKey};

use crate::value::Digest;

/// Bytes of an Ed25519 public key (RFC 8032 §5.1.5).
pub const KEY_BYTES: usize = 32;

/// Bytes of an Ed25519 signature (RFC 8032 §5.1.6).
pub const SIGNATURE_BYTES: usize = 64;

/// What stands before the 32 bytes in DER (RFC 8410 §4): a sequence of the algorithm 1.3.101.112 without parameters and a
/// bit string without unused bits. DER has one spelling, so this is all of it.
const SPKI_START: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

/// An Ed25519 public key that is fit to be trusted with signatures.
///
/// Two keys are equal if their 32 bytes are: separation of duties compares these, never ids or names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PublicKey {
    key: VerifyingKey,
    // INVARIANT: of the key.
    id: KeyId,
}

/// Why a key or a signature was not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// No SPKI of an Ed25519 key.
    #[error(
        "{given} bytes are no Ed25519 public key in SPKI form: 44 bytes of DER, as `spki` exports give them (RFC 8410)"
    )]
    NotSpki {
        /// The bytes given.
        given: usize,
    },
    /// The 32 bytes are no point of the curve.
    #[error("the public key is no point of the curve: its bytes were damaged")]
    NotAPoint,
    /// The 32 bytes are a second spelling of another key.
    #[error("the public key is not written canonically: make another key")]
    NotCanonical,
    /// Signatures under the key fit many messages.
    #[error("the public key is weak (a point of small order): make another key")]
    Weak,
    /// The signature does not have 64 bytes.
    #[error("an Ed25519 signature has 64 bytes, not {given}")]
    SignatureLength {
        /// The bytes given.
        given: usize,
    },
    /// The signature is not of this key over these bytes.
    #[error("the signature is not one of key {key} over these bytes")]
    Refused {
        /// The key it was checked against.
        key: KeyId,
    },
}

impl PublicKey {
    /// Reads the 32 bytes of RFC 8032 §5.1.5.
    ///
    /// # Errors
    /// [`KeyError`] if they are no point, not the point's canonical encoding, or a point of small order.
    pub fn from_bytes(bytes: &[u8; KEY_BYTES]) -> Result<Self, KeyError> {
        let key = VerifyingKey::from_bytes(bytes).map_err(|_| KeyError::NotAPoint)?;
        if key.to_edwards().compress().as_bytes() != bytes {
            return Err(KeyError::NotCanonical);
        }
        if key.is_weak() { Err(KeyError::Weak) } else { Ok(Self { key, id: id_of(bytes) }) }
    }

    /// Reads the DER form that `node:crypto`, WebCrypto and OpenSSL export as `spki` (RFC 8410 §4).
    ///
    /// # Errors
    /// [`KeyError::NotSpki`] if these are not such 44 bytes and nothing after them; otherwise as [`PublicKey::from_bytes`].
    pub fn from_spki(der: &[u8]) -> Result<Self, KeyError> {
        let key = der.strip_prefix(&SPKI_START).and_then(|rest| <&[u8; KEY_BYTES]>::try_from(rest).ok());
        Self::from_bytes(key.ok_or(KeyError::NotSpki { given: der.len() })?)
    }

    /// Returns the 32 bytes of RFC 8032 §5.1.5.
    pub fn bytes(&self) -> &[u8; KEY_BYTES] {
        self.key.as_bytes()
    }

    /// Returns the DER form of RFC 8410 §4.
    pub fn to_spki(&self) -> Vec<u8> {
        spki(self.bytes())
    }

    /// Returns the SHA-256 of the DER form.
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// Checks a signature over `message` as RFC 8032 §5.1.7 without the cofactor, and stricter: `S` is reduced, `R` is
    /// canonical and not of small order.
    ///
    /// # Errors
    /// [`KeyError::SignatureLength`] if it does not have 64 bytes; [`KeyError::Refused`] if it does not verify.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), KeyError> {
        let signature = Signature::from_slice(signature)
            .map_err(|_| KeyError::SignatureLength { given: signature.len() })?;
        self.key.verify_strict(message, &signature).map_err(|_| KeyError::Refused { key: self.id() })
    }
}

fn id_of(bytes: &[u8; KEY_BYTES]) -> KeyId {
    KeyId { digest: Digest::of(&spki(bytes)) }
}

fn spki(bytes: &[u8; KEY_BYTES]) -> Vec<u8> {
    [SPKI_START.as_slice(), bytes].concat()
}
