//! The changes that are open in a log, and one digest of all of them that is cheap to keep and cheap to prove from.
//!
//! The digest is the root of a binary tree of the changes by the bits of the SHA-256 of their ids, in which a branch stands
//! where two of them first differ:
//!
//! ```text
//! none                SHA-256 of nothing
//! a change            SHA-256(0x00 ‖ SHA-256(id) ‖ digest ‖ index as 8 bytes, the highest first)
//! a branch at a bit   SHA-256(0x01 ‖ bit as 2 bytes ‖ side of the 0s ‖ side of the 1s)
//! ```
//!
//! It hangs on what is in it alone, not on the order in which changes came and went.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use super::entry::Count;
use super::tree::empty_root;
use crate::value::Digest;

/// How far a change is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Standing {
    /// Its last entry.
    pub index: Count,
    /// The digest of the canonical form of what its entries fold to.
    pub digest: Digest,
}

/// The changes that have begun and not ended.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "BTreeMap<String, Standing>", into = "BTreeMap<String, Standing>")]
pub struct OpenChanges {
    by_id: BTreeMap<String, Standing>,
    // INVARIANT: holds the changes of `by_id` and no other.
    tree: Option<Box<Node>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Node {
    Change { key: Digest, hash: Digest },
    Branch { bit: u8, sides: [Box<Node>; 2], hash: Digest },
}

/// A proof that a change stands as it does under a [root](OpenChanges::root): where its branches are, from the root on,
/// and what is on the other side of each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OpenProof {
    sides: Vec<(u8, Digest)>,
}

impl OpenChanges {
    /// Returns how far a change is; `None` if it has not begun, or has ended.
    pub fn get(&self, id: &str) -> Option<&Standing> {
        self.by_id.get(id)
    }

    /// Returns the changes, in the order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Standing)> {
        self.by_id.iter().map(|(id, standing)| (id.as_str(), standing))
    }

    /// Returns how many there are.
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Says whether there is none.
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    /// Says how far a change is now.
    pub fn insert(&mut self, id: &str, standing: Standing) {
        let key = Digest::of(id.as_bytes());
        let leaf = Node::Change { key, hash: leaf_hash(&key, &standing) };
        match &mut self.tree {
            None => self.tree = Some(Box::new(leaf)),
            Some(tree) => {
                // Where it is there already, its place is the same.
                let at = first_difference(tree, &key).unwrap_or(u8::MAX);
                put(tree, leaf, at, &key);
            }
        }
        match self.by_id.get_mut(id) {
            Some(known) => *known = standing,
            None => drop(self.by_id.insert(id.to_owned(), standing)),
        }
    }

    /// Forgets a change that has ended.
    pub fn remove(&mut self, id: &str) {
        if self.by_id.remove(id).is_some() {
            let key = Digest::of(id.as_bytes());
            self.tree = self.tree.take().and_then(|tree| without(*tree, &key));
        }
    }

    /// Returns the digest of all of them.
    pub fn root(&self) -> Digest {
        self.tree.as_ref().map_or_else(empty_root, |tree| tree.hash())
    }

    /// Returns a proof of how far a change is; `None` if it is not open.
    pub fn proof(&self, id: &str) -> Option<OpenProof> {
        self.get(id)?;
        let key = Digest::of(id.as_bytes());
        let (mut node, mut sides) = (self.tree.as_deref()?, Vec::new());
        while let Node::Branch { bit, sides: [zeros, ones], .. } = node {
            let (this, other) = if bit_of(&key, *bit) { (ones, zeros) } else { (zeros, ones) };
            sides.push((*bit, other.hash()));
            node = this;
        }
        Some(OpenProof { sides })
    }
}

impl OpenProof {
    /// Returns the root under which a change stands like this, if the proof is one of it.
    pub fn root(&self, id: &str, standing: &Standing) -> Digest {
        let key = Digest::of(id.as_bytes());
        self.sides.iter().rev().fold(leaf_hash(&key, standing), |hash, (bit, other)| {
            let sides = if bit_of(&key, *bit) { [*other, hash] } else { [hash, *other] };
            branch_hash(*bit, &sides)
        })
    }
}

impl From<BTreeMap<String, Standing>> for OpenChanges {
    fn from(by_id: BTreeMap<String, Standing>) -> Self {
        let leaf = |(id, standing): (&String, &Standing)| {
            let key = Digest::of(id.as_bytes());
            (key, leaf_hash(&key, standing))
        };
        let mut leaves: Vec<(Digest, Digest)> = by_id.iter().map(leaf).collect();
        leaves.sort_unstable_by_key(|(key, _)| key.bytes);
        Self { tree: grown(&leaves), by_id }
    }
}

impl From<OpenChanges> for BTreeMap<String, Standing> {
    fn from(open: OpenChanges) -> Self {
        open.by_id
    }
}

impl Node {
    fn hash(&self) -> Digest {
        match self {
            Self::Change { hash, .. } | Self::Branch { hash, .. } => *hash,
        }
    }

    fn branch(bit: u8, sides: [Box<Self>; 2]) -> Box<Self> {
        let hash = branch_hash(bit, &[sides[0].hash(), sides[1].hash()]);
        Box::new(Self::Branch { bit, sides, hash })
    }
}

fn leaf_hash(key: &Digest, standing: &Standing) -> Digest {
    let index = standing.index.0.to_be_bytes();
    Digest::of_parts(&[&[0], &key.bytes, &standing.digest.bytes, &index])
}

fn branch_hash(bit: u8, sides: &[Digest; 2]) -> Digest {
    Digest::of_parts(&[&[1, 0, bit], &sides[0].bytes, &sides[1].bytes])
}

/// The bit of a key at a place from 0, the highest of the first byte.
fn bit_of(key: &Digest, bit: u8) -> bool {
    let byte = key.bytes.get(usize::from(bit >> 3)).copied().unwrap_or_default();
    byte & (0x80 >> (bit & 7)) != 0
}

/// The first bit in which a key differs from the one in the tree that is most like it; `None` if it is there.
fn first_difference(tree: &Node, key: &Digest) -> Option<u8> {
    let mut node = tree;
    let nearest = loop {
        match node {
            Node::Change { key, .. } => break key,
            Node::Branch { bit, sides: [zeros, ones], .. } => {
                node = if bit_of(key, *bit) { ones } else { zeros };
            }
        }
    };
    (0..=u8::MAX).find(|bit| bit_of(nearest, *bit) != bit_of(key, *bit))
}

/// Returns the tree over leaves in the order of their keys, each hash of it made once: one leaf put in after the other would make
/// those above it anew each time.
fn grown(leaves: &[(Digest, Digest)]) -> Option<Box<Node>> {
    let ((first, hash), (last, _)) = (leaves.first()?, leaves.last()?);
    let Some(bit) = (0..=u8::MAX).find(|bit| bit_of(first, *bit) != bit_of(last, *bit)) else {
        return Some(Box::new(Node::Change { key: *first, hash: *hash }));
    };
    // All of them are alike before that bit, and those with a 0 there come first.
    let (zeros, ones) = leaves.split_at(leaves.partition_point(|(key, _)| !bit_of(key, bit)));
    Some(Node::branch(bit, [grown(zeros)?, grown(ones)?]))
}

/// Puts a leaf where its key first differs from what is there. A path has at most 256 branches, so this may recur.
fn put(node: &mut Node, leaf: Node, at: u8, key: &Digest) {
    match node {
        Node::Branch { bit, sides: [zeros, ones], hash } if *bit < at => {
            put(if bit_of(key, *bit) { ones } else { zeros }, leaf, at, key);
            *hash = branch_hash(*bit, &[zeros.hash(), ones.hash()]);
        }
        Node::Change { key: known, .. } if known == key => *node = leaf,
        _ => {
            let other = Box::new(std::mem::replace(node, leaf.clone()));
            let leaf = Box::new(leaf);
            *node = *Node::branch(at, if bit_of(key, at) { [other, leaf] } else { [leaf, other] });
        }
    }
}

fn without(node: Node, key: &Digest) -> Option<Box<Node>> {
    match node {
        Node::Change { key: known, .. } if known == *key => None,
        change @ Node::Change { .. } => Some(Box::new(change)),
        Node::Branch { bit, sides: [zeros, ones], .. } => {
            let (zeros, ones) = if bit_of(key, bit) {
                (Some(zeros), without(*ones, key))
            } else {
                (without(*zeros, key), Some(ones))
            };
            match (zeros, ones) {
                (Some(zeros), Some(ones)) => Some(Node::branch(bit, [zeros, ones])),
                (one, other) => one.or(other),
            }
        }
    }
}
