//! A tree that keeps its hashes and makes proofs.

use std::iter;

use super::{Frontier, TreeHead, empty_root, node_hash, split};
use crate::value::Digest;

/// A tree with all the hashes that no append changes any more: 64 bytes a leaf.
///
/// Appending costs one node hash on average. A head or a proof of the tree as it is, or as it was at any earlier size, reads
/// and makes at most one hash for each bit of the size, however many leaves there are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tree {
    /// `rows[level]` holds the roots of the whole subtrees of 2^level leaves, left to right; row 0 is the leaves.
    rows: Vec<Vec<Digest>>,
}

/// Why a tree cannot say what was asked of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TreeError {
    /// A size that the tree has not reached.
    #[error("the tree has {held} entries, not yet {size}")]
    NotYet {
        /// The size asked for.
        size: u64,
        /// The size it has.
        held: u64,
    },
    /// An index outside the tree of that size.
    #[error("a tree of {size} entries has no entry {index}: indexes count from 0")]
    NoEntry {
        /// The index asked for.
        index: u64,
        /// The size asked for.
        size: u64,
    },
    /// Consistency from a larger tree to a smaller one.
    #[error("a tree of {from} entries does not become one of {to}: give the smaller size first")]
    Shrinks {
        /// The old size.
        from: u64,
        /// The new size.
        to: u64,
    },
}

impl Tree {
    /// Returns the number of leaves.
    pub fn size(&self) -> u64 {
        let leaves = self.rows.first().map_or(0, Vec::len);
        u64::try_from(leaves).unwrap_or(u64::MAX)
    }

    /// Returns the leaf hashes in order.
    pub fn leaves(&self) -> &[Digest] {
        self.rows.first().map_or(&[], Vec::as_slice)
    }

    /// Appends a leaf and returns its index.
    pub fn append(&mut self, leaf: Digest) -> u64 {
        let index = self.size();
        let mut hash = leaf;
        for level in 0.. {
            if self.rows.len() == level {
                self.rows.push(Vec::new());
            }
            let Some(row) = self.rows.get_mut(level) else { break };
            row.push(hash);
            // A left sibling waits for its right one.
            let ([.., left, right], true) = (row.as_slice(), row.len().is_multiple_of(2)) else { break };
            hash = node_hash(left, right);
        }
        index
    }

    /// Returns size and root of the tree as it is.
    pub fn head(&self) -> TreeHead {
        let size = self.size();
        TreeHead { size, root: self.hash_of(0, size) }
    }

    /// Returns size and root of the tree as it was with `size` leaves.
    ///
    /// # Errors
    /// [`TreeError::NotYet`] if it has fewer.
    pub fn head_at(&self, size: u64) -> Result<TreeHead, TreeError> {
        self.reached(size)?;
        Ok(TreeHead { size, root: self.hash_of(0, size) })
    }

    /// Returns the frontier of the tree as it was with `size` leaves.
    ///
    /// # Errors
    /// [`TreeError::NotYet`] if it has fewer.
    pub fn frontier_at(&self, size: u64) -> Result<Frontier, TreeError> {
        self.reached(size)?;
        let mut hashes: Vec<Digest> = self.whole(0, size).collect();
        hashes.reverse();
        Frontier::new(size, hashes).map_err(|_| TreeError::NotYet { size, held: self.size() })
    }

    /// Returns the proof that leaf `index` is in the tree of `size` leaves (RFC 9162 §2.1.3.1), the leaf's sibling first.
    ///
    /// # Errors
    /// [`TreeError`] if the tree has fewer leaves, or the tree of that size has no such leaf.
    pub fn inclusion_proof(&self, index: u64, size: u64) -> Result<Vec<Digest>, TreeError> {
        self.reached(size)?;
        if index >= size {
            return Err(TreeError::NoEntry { index, size });
        }
        let (mut start, mut end) = (0, size);
        let mut proof = Vec::new();
        // From the root down; the proof is told from the leaf up.
        while width(start, end) > 1 {
            let middle = middle(start, end);
            if index < middle {
                proof.push(self.hash_of(middle, end));
                end = middle;
            } else {
                proof.push(self.hash_of(start, middle));
                start = middle;
            }
        }
        proof.reverse();
        Ok(proof)
    }

    /// Returns the proof that the tree of `old` leaves is the beginning of the tree of `new` leaves (RFC 9162 §2.1.4.1).
    ///
    /// It is empty for equal sizes, and from the empty tree, which is the beginning of every tree.
    ///
    /// # Errors
    /// [`TreeError`] if the tree has fewer than `new` leaves, or `old` is more than `new`.
    pub fn consistency_proof(&self, old: u64, new: u64) -> Result<Vec<Digest>, TreeError> {
        self.reached(new)?;
        if old > new {
            return Err(TreeError::Shrinks { from: old, to: new });
        }
        if old == 0 {
            return Ok(Vec::new());
        }
        let (mut start, mut end) = (0, new);
        let mut proof = Vec::new();
        while old != end {
            let middle = middle(start, end);
            if old <= middle {
                proof.push(self.hash_of(middle, end));
                end = middle;
            } else {
                proof.push(self.hash_of(start, middle));
                start = middle;
            }
        }
        // Whoever checks the proof has the old root already; a subtree in its place has to be told.
        if start != 0 {
            proof.push(self.hash_of(start, end));
        }
        proof.reverse();
        Ok(proof)
    }

    fn reached(&self, size: u64) -> Result<(), TreeError> {
        let held = self.size();
        if size > held { Err(TreeError::NotYet { size, held }) } else { Ok(()) }
    }

    /// The root over the leaves from `start` to before `end`, a range at which RFC 9162 §2.1 splits.
    fn hash_of(&self, start: u64, end: u64) -> Digest {
        let root = self.whole(start, end).reduce(|right, left| node_hash(&left, &right));
        root.unwrap_or_else(empty_root)
    }

    /// The roots of the largest whole subtrees of such a range, from right to left: one for each bit of its width.
    ///
    /// INVARIANT: `start` is a multiple of the largest power of two in the width, and `end` is reached.
    fn whole(&self, start: u64, end: u64) -> impl Iterator<Item = Digest> + '_ {
        let (mut at, mut rest) = (end, width(start, end));
        iter::from_fn(move || {
            let level = rest.trailing_zeros();
            let leaves = 1_u64.checked_shl(level)?; // none for 64: nothing is left
            rest ^= leaves;
            at = at.checked_sub(leaves)?;
            let (row, place) = (usize::try_from(level).ok()?, usize::try_from(at >> level).ok()?);
            self.rows.get(row)?.get(place).copied()
        })
    }
}

impl Extend<Digest> for Tree {
    fn extend<I: IntoIterator<Item = Digest>>(&mut self, leaves: I) {
        for leaf in leaves {
            self.append(leaf);
        }
    }
}

impl FromIterator<Digest> for Tree {
    fn from_iter<I: IntoIterator<Item = Digest>>(leaves: I) -> Self {
        let mut tree = Self::default();
        tree.extend(leaves);
        tree
    }
}

fn width(start: u64, end: u64) -> u64 {
    end.saturating_sub(start)
}

fn middle(start: u64, end: u64) -> u64 {
    start.saturating_add(split(width(start, end)))
}
