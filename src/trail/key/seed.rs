//! Signing inside the module, for hosts that have no signer of their own.

use std::fmt;

use ed25519_dalek::{Signer as _, SigningKey};

use super::{PublicKey, SIGNATURE_BYTES};

/// An Ed25519 private key as its 32-byte seed (RFC 8032 §5.1.5): for continuous integration, the command line and tests.
///
/// It is wiped from memory when dropped, cannot be copied, printed or read back. Where the seed comes from, and that
/// it is random and kept, is the host's business: the core has no source of randomness.
pub struct Seed {
    key: SigningKey,
}

impl Seed {
    /// Takes the seed. The caller wipes the places where it held the bytes itself.
    pub fn from_bytes(seed: [u8; 32]) -> Self {
        let seed = zeroize::Zeroizing::new(seed);
        Self { key: SigningKey::from_bytes(&seed) }
    }

    /// Returns the public key that checks this seed's signatures.
    pub fn public_key(&self) -> PublicKey {
        // A multiple of the base point by a clamped scalar is canonical and never of small order.
        let key = self.key.verifying_key();
        PublicKey { key, id: super::id_of(key.as_bytes()) }
    }

    /// Signs (RFC 8032 §5.1.6): the same bytes give the same signature.
    pub fn sign(&self, message: &[u8]) -> [u8; SIGNATURE_BYTES] {
        self.key.sign(message).to_bytes()
    }
}

impl fmt::Debug for Seed {
    /// Names the key and keeps its secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Seed({})", self.public_key().id())
    }
}
