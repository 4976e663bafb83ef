//! Checking proofs that others made.
//!
//! A proof binds its hashes to roots. It binds a size only as far as the way to the root hangs on it: a proof for entry 5
//! of 8 fits a claim of 7 entries with the root of 8. So a head is trusted as a whole, by the signature over both, or not.

use super::{TreeHead, empty_root, node_hash};
use crate::value::Digest;

/// Why a proof proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The tree has no entry of that index.
    #[error("a tree of {size} entries has no entry {index}: indexes count from 0")]
    NoEntry {
        /// The index claimed.
        index: u64,
        /// The tree's size.
        size: u64,
    },
    /// The new tree is smaller than the old one.
    #[error("the tree shrank from {from} to {to} entries")]
    Shrank {
        /// The old size.
        from: u64,
        /// The new size.
        to: u64,
    },
    /// More hashes than the way to the root has.
    #[error("the proof has more hashes than sizes and index need: {given}")]
    TooLong {
        /// The hashes given.
        given: usize,
    },
    /// Fewer hashes than the way to the root has.
    #[error("the proof has fewer hashes than sizes and index need: {given}")]
    TooShort {
        /// The hashes given.
        given: usize,
    },
    /// The proof leads to another root than the (new) head's.
    #[error("the proof leads to another root than that of the tree of {size} entries")]
    OtherRoot {
        /// The size of the head it was checked against.
        size: u64,
    },
    /// The proof leads to another root than the old head's.
    #[error("the proof leads to another root than that of the earlier tree of {size} entries")]
    OtherOldRoot {
        /// The size of the old head.
        size: u64,
    },
}

/// Checks that the entry with this leaf hash is entry `index` of the tree with this head (RFC 9162 §2.1.3.2).
///
/// # Errors
/// [`ProofError`]: the first thing that is wrong.
pub fn verify_inclusion(
    leaf: Digest,
    index: u64,
    proof: &[Digest],
    head: &TreeHead,
) -> Result<(), ProofError> {
    let size = head.size;
    let Some(last) = size.checked_sub(1).filter(|last| index <= *last) else {
        return Err(ProofError::NoEntry { index, size });
    };
    let mut way = Way { at: index, last };
    let mut root = leaf;
    for hash in proof {
        match way.up().ok_or(ProofError::TooLong { given: proof.len() })? {
            Sibling::Left => root = node_hash(hash, &root),
            Sibling::Right => root = node_hash(&root, hash),
        }
    }
    if way.last != 0 {
        return Err(ProofError::TooShort { given: proof.len() });
    }
    if root == head.root { Ok(()) } else { Err(ProofError::OtherRoot { size }) }
}

/// Checks that the tree with the head `old` is the beginning of the tree with the head `new` (RFC 9162 §2.1.4.2).
///
/// The RFC begins at one leaf. Beyond it: heads of one size are consistent if their roots are equal, and the empty
/// tree is the beginning of every tree; both with an empty proof.
///
/// # Errors
/// [`ProofError`]: the first thing that is wrong.
pub fn verify_consistency(old: &TreeHead, new: &TreeHead, proof: &[Digest]) -> Result<(), ProofError> {
    let given = proof.len();
    if old.size > new.size {
        return Err(ProofError::Shrank { from: old.size, to: new.size });
    }
    if old.size == 0 || old.size == new.size {
        return without_hashes(old, new, proof);
    }
    let Some((first, rest)) = proof.split_first() else { return Err(ProofError::TooShort { given }) };
    // The subtree that the old tree ends with is whole. Where it is the whole old tree, the proof leaves it out.
    let (seed, rest) = if old.size.is_power_of_two() { (&old.root, proof) } else { (first, rest) };
    let mut way = Way { at: old.size.saturating_sub(1), last: new.size.saturating_sub(1) };
    way.shift(way.at.trailing_ones());
    let (mut old_root, mut new_root) = (*seed, *seed);
    for hash in rest {
        match way.up().ok_or(ProofError::TooLong { given })? {
            Sibling::Left => {
                old_root = node_hash(hash, &old_root);
                new_root = node_hash(hash, &new_root);
            }
            // What stands to the right came after the old tree.
            Sibling::Right => new_root = node_hash(&new_root, hash),
        }
    }
    if way.last != 0 {
        return Err(ProofError::TooShort { given });
    }
    if old_root != old.root {
        return Err(ProofError::OtherOldRoot { size: old.size });
    }
    if new_root == new.root { Ok(()) } else { Err(ProofError::OtherRoot { size: new.size }) }
}

/// Heads that need no hashes between them: of one size, or of nothing and something.
fn without_hashes(old: &TreeHead, new: &TreeHead, proof: &[Digest]) -> Result<(), ProofError> {
    if !proof.is_empty() {
        return Err(ProofError::TooLong { given: proof.len() });
    }
    if old.size == 0 && old.root != empty_root() {
        return Err(ProofError::OtherOldRoot { size: 0 });
    }
    if old.size == new.size && old.root != new.root {
        return Err(ProofError::OtherRoot { size: new.size });
    }
    Ok(())
}

/// The way from a node up to the root: `fn` and `sn` of RFC 9162 §2.1.3.2 and §2.1.4.2.
struct Way {
    /// The place of the node in its row.
    at: u64,
    /// The place of the row's last node; 0 in the root's row.
    last: u64,
}

/// On which side the next hash of the proof stands.
enum Sibling {
    Left,
    Right,
}

impl Way {
    /// Goes up to the next node that has a sibling below it; `None` at the root.
    fn up(&mut self) -> Option<Sibling> {
        if self.last == 0 {
            return None;
        }
        let is_left = self.at & 1 == 0;
        let sibling = if !is_left || self.at == self.last { Sibling::Left } else { Sibling::Right };
        if is_left && matches!(sibling, Sibling::Left) {
            // The last node of its row has no sibling: it stands as it is in the rows above, up to where it is a right one.
            self.shift(self.at.trailing_zeros());
        }
        self.shift(1);
        Some(sibling)
    }

    fn shift(&mut self, rows: u32) {
        self.at = self.at.checked_shr(rows).unwrap_or(0);
        self.last = self.last.checked_shr(rows).unwrap_or(0);
    }
}
