//! The Merkle tree of the trail against RFC 9162 told recursively, the published vectors, and proofs changed in one way
//! each (`tests/data/trail`).
#![expect(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    reason = "a test reads files, and says why it fails by panicking"
)]

use proptest::prelude::*;
use sha2::Sha256;
use std::collections::{BTreeMap, BTreeSet};
use tollgate::trail::tree::{
    Frontier, FrontierError, Tree, TreeError, TreeHead, empty_root, leaf_hash, verify_consistency,
    verify_inclusion,
};
use tollgate::trail::{Count, OpenChanges, Standing};
use tollgate::value::Digest;

#[path = "support/trail.rs"]
mod support;

use support::{hex, sections};

/// RFC 9162 §2.1 word for word: MTH, PATH and SUBPROOF over the entries themselves.
mod rfc {
    use super::{Digest, Sha256};
    use sha2::Digest as _;

    fn hash(parts: &[&[u8]]) -> Digest {
        Digest { bytes: Sha256::digest(parts.concat()).into() }
    }

    fn k(n: usize) -> usize {
        let mut k = 1;
        while k * 2 < n {
            k *= 2;
        }
        k
    }

    pub fn mth(d: &[Vec<u8>]) -> Digest {
        match d {
            [] => hash(&[]),
            [only] => hash(&[&[0], only]),
            _ => {
                let (left, right) = d.split_at(k(d.len()));
                hash(&[&[1], &mth(left).bytes, &mth(right).bytes])
            }
        }
    }

    pub fn path(m: usize, d: &[Vec<u8>]) -> Vec<Digest> {
        if d.len() == 1 {
            return Vec::new();
        }
        let (left, right) = d.split_at(k(d.len()));
        let (mut path, sibling) = if m < left.len() {
            (path(m, left), mth(right))
        } else {
            (path(m - left.len(), right), mth(left))
        };
        path.push(sibling);
        path
    }

    pub fn proof(m: usize, d: &[Vec<u8>]) -> Vec<Digest> {
        subproof(m, d, true)
    }

    fn subproof(m: usize, d: &[Vec<u8>], whole: bool) -> Vec<Digest> {
        if m == d.len() {
            return if whole { Vec::new() } else { vec![mth(d)] };
        }
        let (left, right) = d.split_at(k(d.len()));
        let (mut proof, sibling) = if m <= left.len() {
            (subproof(m, left, whole), mth(right))
        } else {
            (subproof(m - left.len(), right, false), mth(left))
        };
        proof.push(sibling);
        proof
    }
}

fn entries(count: usize) -> Vec<Vec<u8>> {
    (0..count).map(|index| format!("entry {index}").into_bytes()).collect()
}

fn tree_of(entries: &[Vec<u8>]) -> Tree {
    entries.iter().map(|entry| leaf_hash(entry)).collect()
}

fn digest(text: &str) -> Digest {
    Digest { bytes: hex(text).try_into().unwrap() }
}

fn published() -> Vec<Vec<u8>> {
    let sections = sections("published-tree.txt");
    sections.iter().find(|(name, _)| name == "entries").unwrap().1.lines().map(hex).collect()
}

#[test]
fn published_roots_and_proofs() {
    let entries = published();
    let tree = tree_of(&entries);
    let mut checked = 0;
    for (name, body) in sections("published-tree.txt") {
        let hashes: Vec<Digest> =
            if name == "entries" { continue } else { body.lines().map(digest).collect() };
        match name.split(' ').collect::<Vec<_>>()[..] {
            ["roots"] => {
                let roots: Vec<_> = (0..=tree.size()).map(|size| tree.head_at(size).unwrap().root).collect();
                assert_eq!(roots, hashes);
            }
            ["inclusion", index, "of", size] => {
                let (index, size) = (index.parse().unwrap(), size.parse().unwrap());
                assert_eq!(tree.inclusion_proof(index, size).unwrap(), hashes, "{name}");
            }
            ["consistency", old, "to", new] => {
                let proof = tree.consistency_proof(old.parse().unwrap(), new.parse().unwrap());
                assert_eq!(proof.unwrap(), hashes, "{name}");
            }
            _ => panic!("no such section: {name}"),
        }
        checked += 1;
    }
    assert_eq!(checked, 10);
}

#[test]
fn every_tree_up_to_seventy_entries_is_the_rfcs() {
    let entries = entries(70);
    let tree = tree_of(&entries);
    let mut frontier = Frontier::default();
    for size in 0..=entries.len() {
        let (part, n) = (&entries[..size], size as u64);
        let head = tree.head_at(n).unwrap();
        assert_eq!(head, TreeHead { size: n, root: rfc::mth(part) });
        assert_eq!(frontier.head(), head);
        assert_eq!(tree.frontier_at(n).unwrap(), frontier);
        for index in 0..size {
            let proof = tree.inclusion_proof(index as u64, n).unwrap();
            assert_eq!(proof, rfc::path(index, part), "{index} of {size}");
            verify_inclusion(leaf_hash(&part[index]), index as u64, &proof, &head).unwrap();
        }
        for old in 0..=size {
            let proof = tree.consistency_proof(old as u64, n).unwrap();
            if old > 0 {
                assert_eq!(proof, rfc::proof(old, part), "{old} to {size}");
            }
            verify_consistency(&tree.head_at(old as u64).unwrap(), &head, &proof).unwrap();
        }
        if let Some(entry) = entries.get(size) {
            assert_eq!(frontier.append(leaf_hash(entry)), n);
        }
    }
    let longest = std::iter::repeat_n(leaf_hash(b""), 70).collect::<Frontier>();
    assert_eq!(longest.hashes().len(), 3);
}

#[test]
fn proofs_changed_in_one_way() {
    let entries = published();
    let tree = tree_of(&entries);
    let leaf = |index: &str| leaf_hash(&entries[index.parse::<usize>().unwrap()]);
    let root = |size: &str| tree.head_at(size.parse().unwrap()).unwrap().root;
    let mut wrong = String::new();
    for (name, body) in sections("proofs.txt") {
        let mut lines: Vec<&str> = body.lines().collect();
        let expected = lines.pop().unwrap();
        let words: Vec<Vec<&str>> = lines.iter().map(|line| line.split(' ').collect()).collect();
        let (first, size) = (words[0][1], words[0][3]);
        let inclusion = words[0][0] == "leaf";
        let (first_number, new_size) = (first.parse().unwrap(), size.parse().unwrap());
        let proof = if inclusion {
            tree.inclusion_proof(first_number, new_size)
        } else {
            tree.consistency_proof(first_number, new_size)
        };
        let mut proof = proof.unwrap();
        let mut head = tree.head_at(new_size).unwrap();
        let (mut index, mut entry) = (first_number, leaf(if inclusion { first } else { "0" }));
        let mut old = tree.head_at(first_number).unwrap();
        for change in &words[1..] {
            let at = |place: usize| change[place].parse::<usize>().unwrap();
            match change[0] {
                "index" => index = change[1].parse().unwrap(),
                "size" => head.size = change[1].parse().unwrap(),
                "old-size" => old.size = change[1].parse().unwrap(),
                "leaf-of" => entry = leaf(change[1]),
                "root-of" => head.root = root(change[1]),
                "old-root-of" => old.root = root(change[1]),
                "drop" => drop(proof.remove(at(1))),
                "insert" => proof.insert(at(1), leaf(change[2])),
                "swap" => proof.swap(at(1), at(2)),
                "flip" => proof[at(1)].bytes[17] ^= 0x10,
                "empty" => proof.clear(),
                other => panic!("{name}: no such change: {other}"),
            }
        }
        let verdict = if inclusion {
            verify_inclusion(entry, index, &proof, &head)
        } else {
            verify_consistency(&old, &head, &proof)
        };
        let said = verdict.map_or_else(|error| error.to_string(), |()| "accepted".to_owned());
        if said != expected {
            wrong.push_str(&format!("{name}\n  wanted {expected}\n  found  {said}\n"));
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn a_tree_says_only_what_it_holds() {
    let tree = tree_of(&entries(5));
    let not_yet = TreeError::NotYet { size: 6, held: 5 };
    assert_eq!(tree.head_at(6), Err(not_yet.clone()));
    assert_eq!(tree.frontier_at(6), Err(not_yet.clone()));
    assert_eq!(tree.inclusion_proof(0, 6), Err(not_yet.clone()));
    assert_eq!(tree.consistency_proof(3, 6), Err(not_yet));
    assert_eq!(tree.inclusion_proof(4, 4), Err(TreeError::NoEntry { index: 4, size: 4 }));
    assert_eq!(tree.inclusion_proof(u64::MAX, 5), Err(TreeError::NoEntry { index: u64::MAX, size: 5 }));
    assert_eq!(tree.consistency_proof(4, 3), Err(TreeError::Shrinks { from: 4, to: 3 }));
    assert_eq!(tree.leaves().len(), 5);
    assert_eq!((Tree::default().head().root, Frontier::default().root()), (empty_root(), empty_root()));
}

#[test]
fn a_frontier_is_read_back_as_it_was_stored_and_goes_on() {
    let entries = entries(40);
    let tree = tree_of(&entries);
    for size in 0..40 {
        let stored = serde_json::to_string(&tree.frontier_at(size).unwrap()).unwrap();
        let mut frontier: Frontier = serde_json::from_str(&stored).unwrap();
        frontier.extend(tree.leaves()[size as usize..].iter().copied());
        assert_eq!(frontier.head(), tree.head());
    }
    let hash = leaf_hash(b"");
    let pair = Frontier::from_iter([hash, hash]).root();
    assert_eq!(
        serde_json::to_string(&Frontier::from_iter([hash, hash, hash])).unwrap(),
        format!(r#"{{"size":"3","hashes":["{pair}","{hash}"]}}"#)
    );
    for (stored, fault) in [
        (r#"{"size":"3","hashes":[]}"#, "a tree of 3 entries has 2 whole subtrees, not 0"),
        (
            r#"{"size":"9223372036854775808","hashes":[]}"#,
            "a tree of 9223372036854775808 entries is beyond 2^63",
        ),
        (r#"{"size":"18446744073709551616","hashes":[]}"#, "`18446744073709551616` is no whole number"),
        (r#"{"size":"+1","hashes":[]}"#, "`+1` is no whole number"),
        (r#"{"size":"01","hashes":[]}"#, "`01` is no whole number"),
        (r#"{"size":"","hashes":[]}"#, "`` is no whole number"),
        (r#"{"size":1,"hashes":[]}"#, "expected a string"),
        (r#"{"size":"0","hashes":[],"root":""}"#, "unknown field `root`"),
    ] {
        let error = serde_json::from_str::<Frontier>(stored).unwrap_err().to_string();
        assert!(error.contains(fault), "{stored}: {error}");
    }
    assert_eq!(Frontier::new(1, Vec::new()), Err(FrontierError::Hashes { size: 1, needed: 1, given: 0 }));
    let mut largest = Frontier::new(i64::MAX as u64, vec![hash; 63]).unwrap();
    assert_eq!(largest.append(hash), i64::MAX as u64);
    assert_eq!((largest.size(), largest.hashes().len()), (1 << 63, 1));
}

fn any_digest() -> impl Strategy<Value = Digest> {
    any::<[u8; 32]>().prop_map(|bytes| Digest { bytes })
}

/// Numbers at which something carries, and any others.
fn any_size() -> impl Strategy<Value = u64> {
    prop_oneof![
        any::<u64>(),
        (0_u32..64, -1_i64..=1).prop_map(|(bit, by)| (1_u64 << bit).wrapping_add_signed(by))
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn larger_trees_are_the_rfcs((size, index, old) in (1_usize..600).prop_flat_map(|size| (Just(size), 0..size, 1..=size))) {
        let entries = entries(size);
        let tree = tree_of(&entries);
        prop_assert_eq!(tree.head().root, rfc::mth(&entries));
        prop_assert_eq!(tree.inclusion_proof(index as u64, size as u64).unwrap(), rfc::path(index, &entries));
        prop_assert_eq!(tree.consistency_proof(old as u64, size as u64).unwrap(), rfc::proof(old, &entries));
    }

    #[test]
    fn no_change_of_a_proof_is_accepted(
        (size, index, other) in (2_usize..300).prop_flat_map(|size| (Just(size), 0..size, 0..size)),
        place in any::<prop::sample::Index>(),
        bit in 0_usize..256,
    ) {
        let entries = entries(size);
        let tree = tree_of(&entries);
        let (head, leaf) = (tree.head(), tree.leaves()[index]);
        let proof = tree.inclusion_proof(index as u64, head.size).unwrap();
        let refused = |leaf, index: usize, proof: &[Digest], head: &TreeHead| {
            verify_inclusion(leaf, index as u64, proof, head).is_err()
        };
        let place = place.index(proof.len());
        if other != index {
            prop_assert!(refused(leaf, other, &proof, &head));
            prop_assert!(refused(tree.leaves()[other], index, &proof, &head));
        }
        let mut changed = proof.clone();
        changed[place].bytes[bit / 8] ^= 1 << (bit % 8);
        prop_assert!(refused(leaf, index, &changed, &head));
        let mut shorter = proof.clone();
        shorter.remove(place);
        prop_assert!(refused(leaf, index, &shorter, &head));
        let mut longer = proof.clone();
        longer.insert(place, proof[place]);
        prop_assert!(refused(leaf, index, &longer, &head));
        let smaller = TreeHead { size: head.size, root: tree.head_at(head.size - 1).unwrap().root };
        prop_assert!(refused(leaf, index, &proof, &smaller));

        let old = tree.head_at(index as u64).unwrap();
        let consistency = tree.consistency_proof(old.size, head.size).unwrap();
        if old.size > 0 {
            let place = place % consistency.len();
            let mut changed = consistency.clone();
            changed[place].bytes[bit / 8] ^= 1 << (bit % 8);
            prop_assert!(verify_consistency(&old, &head, &changed).is_err());
            let mut shorter = consistency.clone();
            shorter.remove(place);
            prop_assert!(verify_consistency(&old, &head, &shorter).is_err());
            prop_assert!(verify_consistency(&head, &old, &consistency).is_err());
        }
    }

    #[test]
    fn hostile_numbers_and_proofs_are_refused(
        (size, old, index) in (any_size(), any_size(), any_size()),
        proof in prop::collection::vec(any_digest(), 0..140),
        (leaf, root, old_root) in (any_digest(), any_digest(), any_digest()),
    ) {
        let head = TreeHead { size, root };
        prop_assert!(verify_inclusion(leaf, index, &proof, &head).is_err());
        let old = TreeHead { size: old, root: old_root };
        prop_assert!(verify_consistency(&old, &head, &proof).is_err());
        let _ = Frontier::new(size, proof).map(|frontier| frontier.root());
    }

    #[test]
    fn open_changes_have_one_tree_however_they_came(
        ids in prop::collection::btree_set("[a-z]{1,6}", 0..80),
        gone in prop::collection::vec(any::<prop::sample::Index>(), 0..20),
    ) {
        let standing = |id: &str| Standing { index: Count(id.len() as u64), digest: Digest::of(id.as_bytes()) };
        let mut one_by_one = OpenChanges::default();
        // Not in their order.
        for id in ids.iter().rev() {
            one_by_one.insert(id, standing(id));
        }
        let mut left: BTreeSet<String> = ids.clone();
        for place in gone.iter().filter(|_| !ids.is_empty()) {
            let id = place.get(&ids.iter().collect::<Vec<_>>()).to_string();
            one_by_one.remove(&id);
            left.remove(&id);
        }
        let at_once: BTreeMap<String, Standing> = left.iter().map(|id| (id.clone(), standing(id))).collect();
        let at_once = OpenChanges::from(at_once);
        prop_assert_eq!(&at_once, &one_by_one);
        for id in &ids {
            let proof = at_once.proof(id);
            prop_assert_eq!(proof.is_some(), left.contains(id));
            let Some(proof) = proof else { continue };
            prop_assert_eq!(proof.root(id, &standing(id)), at_once.root());
            prop_assert_ne!(proof.root(id, &standing("another")), at_once.root());
        }
    }
}
