//! The right edge of a tree: enough of it to append and to say the root.

use serde::{Deserialize, Serialize};

use super::{TreeHead, decimal, empty_root, node_hash};
use crate::value::Digest;

/// The hashes of the largest whole subtrees of a tree, from left to right: one for each bit of its size.
///
/// Appending costs one hash and a half on average, the root at most 63. Stored as `{size, hashes}` and read back
/// it goes on where it stood, so a trail is appended to and checked in one pass, without its earlier entries.
///
/// ```
/// use tollgate::trail::tree::{Frontier, leaf_hash};
///
/// let mut frontier = Frontier::default();
/// for entry in ["opened", "judged", "closed"] {
///     frontier.append(leaf_hash(entry.as_bytes()));
/// }
/// assert_eq!((frontier.size(), frontier.hashes().len()), (3, 2)); // 3 is 2 + 1
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "Stored")]
pub struct Frontier {
    #[serde(with = "decimal")]
    size: u64,
    hashes: Vec<Digest>,
}

/// Why a size and hashes are no [`Frontier`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FrontierError {
    /// A tree of this size has another number of whole subtrees.
    #[error(
        "a tree of {size} entries has {needed} whole subtrees, not {given}: store size and hashes together"
    )]
    Hashes {
        /// The size given.
        size: u64,
        /// The bits that are set in it.
        needed: u32,
        /// The hashes given.
        given: usize,
    },
    /// More entries than any log has.
    #[error("a tree of {size} entries is beyond 2^63")]
    TooLarge {
        /// The size given.
        size: u64,
    },
}

/// As it is stored, not yet checked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    #[serde(with = "decimal")]
    size: u64,
    hashes: Vec<Digest>,
}

impl TryFrom<Stored> for Frontier {
    type Error = FrontierError;

    fn try_from(stored: Stored) -> Result<Self, FrontierError> {
        Self::new(stored.size, stored.hashes)
    }
}

impl Frontier {
    /// Returns the frontier of a tree of `size` leaves from the roots of its largest whole subtrees, left to right.
    ///
    /// Whether these hashes are the tree's own shows when [`Frontier::head`] is compared with a head that is trusted.
    ///
    /// # Errors
    /// [`FrontierError`] if there is not one hash for each bit of `size`, or if `size` is beyond 2^63.
    pub fn new(size: u64, hashes: Vec<Digest>) -> Result<Self, FrontierError> {
        // INVARIANT: no frontier begins beyond 2^63, and no machine lives to append as many again.
        if size > i64::MAX.unsigned_abs() {
            return Err(FrontierError::TooLarge { size });
        }
        let (needed, given) = (size.count_ones(), hashes.len());
        if usize::try_from(needed).ok() != Some(given) {
            return Err(FrontierError::Hashes { size, needed, given });
        }
        Ok(Self { size, hashes })
    }

    /// Returns the number of leaves.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Returns the roots of the largest whole subtrees, left to right.
    pub fn hashes(&self) -> &[Digest] {
        &self.hashes
    }

    /// Appends a leaf and returns its index.
    pub fn append(&mut self, leaf: Digest) -> u64 {
        let index = self.size;
        let mut hash = leaf;
        // Each bit that the addition carries over is a whole subtree that the new one completes.
        for _ in 0..index.trailing_ones() {
            if let Some(left) = self.hashes.pop() {
                hash = node_hash(&left, &hash);
            }
        }
        self.hashes.push(hash);
        self.size = index.saturating_add(1);
        index
    }

    /// Returns the root hash (RFC 9162 §2.1.2 with the subtrees put together from the right).
    pub fn root(&self) -> Digest {
        let root = self.hashes.iter().rev().copied().reduce(|right, left| node_hash(&left, &right));
        root.unwrap_or_else(empty_root)
    }

    /// Returns size and root.
    pub fn head(&self) -> TreeHead {
        TreeHead { size: self.size, root: self.root() }
    }
}

impl Extend<Digest> for Frontier {
    fn extend<I: IntoIterator<Item = Digest>>(&mut self, leaves: I) {
        for leaf in leaves {
            self.append(leaf);
        }
    }
}

impl FromIterator<Digest> for Frontier {
    fn from_iter<I: IntoIterator<Item = Digest>>(leaves: I) -> Self {
        let mut frontier = Self::default();
        frontier.extend(leaves);
        frontier
    }
}
