//! The Merkle tree of RFC 6962, as RFC 9162 §2.1 tells it: hashes, heads and proofs.
//!
//! Two structures hold a tree. A [`Frontier`] holds one hash for each bit of its size: enough to append and to say
//! the root. A [`Tree`] holds every hash that will not change any more, and makes proofs from them. What others
//! prove is checked by [`verify_inclusion`] and [`verify_consistency`] against a [`TreeHead`], with no tree at hand.
//!
//! ```
//! use tollgate::trail::tree::{Tree, TreeHead, leaf_hash, verify_consistency, verify_inclusion};
//!
//! let tree: Tree = [b"opened", b"judged", b"closed"].map(|entry| leaf_hash(entry)).into_iter().collect();
//! let (old, new) = (tree.head_at(2)?, tree.head());
//!
//! let proof = tree.inclusion_proof(1, new.size)?;
//! verify_inclusion(leaf_hash(b"judged"), 1, &proof, &new)?;
//! verify_consistency(&old, &new, &tree.consistency_proof(old.size, new.size)?)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Always holds: a leaf hash and a node hash never have one input (0x00 and 0x01 in front), so no node passes for an
//! entry. Sizes and indexes are `u64` on every host; nothing here takes more steps than a size has bits, but for the
//! hashes of what is appended.

mod frontier;
mod stored;
mod verify;

pub use frontier::{Frontier, FrontierError};
pub use stored::{Tree, TreeError};
pub use verify::{ProofError, verify_consistency, verify_inclusion};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::decimal;
use crate::value::Digest;

/// The size of a tree and its root hash: what a checkpoint signs. Any pair can be claimed, so every one is legal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TreeHead {
    /// How many leaves the tree has.
    #[serde(with = "decimal")]
    pub size: u64,
    /// The root hash over all of them.
    pub root: Digest,
}

/// Returns the hash of an entry: SHA-256(0x00 ‖ entry), RFC 9162 §2.1.1.
pub fn leaf_hash(entry: &[u8]) -> Digest {
    let hasher = Sha256::new().chain_update([0x00]).chain_update(entry);
    Digest { bytes: hasher.finalize().into() }
}

/// Returns the root of the tree without leaves: SHA-256 of nothing, RFC 9162 §2.1.1.
pub fn empty_root() -> Digest {
    Digest::of(b"")
}

/// SHA-256(0x01 ‖ left ‖ right), RFC 9162 §2.1.1.
fn node_hash(left: &Digest, right: &Digest) -> Digest {
    Digest::of_parts(&[&[0x01], &left.bytes, &right.bytes])
}

/// Returns the largest power of two below `width`, where RFC 9162 §2.1.1 splits a tree of that many leaves.
///
/// INVARIANT: `width` is at least 2.
fn split(width: u64) -> u64 {
    match width.saturating_sub(1).checked_ilog2() {
        Some(bits) => 1_u64.wrapping_shl(bits),
        None => 1,
    }
}
