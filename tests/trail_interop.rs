//! What the trail makes, checked by programs that no one here wrote, and theirs checked by the trail: `tlog_tiles` and
//! `signed_note`, Cloudflare's crates for transparency logs.
#![cfg(not(target_arch = "wasm32"))]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test says why it fails by panicking"
)]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;
use signed_note::{Note as TheirNote, StandardSigner, StandardVerifier, Verifier, VerifierList};
use tlog_tiles::Checkpoint as TheirCheckpoint;
use tlog_tiles::tlog::{self, Hash, HashReader};
use tollgate::trail::checkpoint::Checkpoint;
use tollgate::trail::key::Seed;
use tollgate::trail::note::{Note, VerifierKey};
use tollgate::trail::tree::{Tree, TreeHead, leaf_hash, verify_consistency, verify_inclusion};
use tollgate::value::Digest;

#[path = "support/trail.rs"]
mod support;

use support::{bytes, sections};

/// Their log: the hashes of all whole subtrees in one row.
#[derive(Default)]
struct Stored(Vec<Hash>);

impl HashReader for Stored {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, tlog::Error> {
        Ok(indexes.iter().map(|index| self.0[usize::try_from(*index).unwrap()]).collect())
    }
}

fn entry(index: u64) -> Vec<u8> {
    format!("entry {index}").into_bytes()
}

/// One log of `size` entries, ours and theirs.
fn logs(size: u64) -> (Tree, Stored) {
    let mut stored = Stored::default();
    for index in 0..size {
        let hashes = tlog::stored_hashes(index, &entry(index), &stored).unwrap();
        stored.0.extend(hashes);
    }
    ((0..size).map(|index| leaf_hash(&entry(index))).collect(), stored)
}

fn theirs(hashes: &[Digest]) -> Vec<Hash> {
    hashes.iter().map(|digest| Hash(digest.bytes)).collect()
}

fn ours(hashes: &[Hash]) -> Vec<Digest> {
    hashes.iter().map(|hash| Digest { bytes: hash.0 }).collect()
}

/// Both make the same proofs of `index` and `old` in the log of `size`, and each accepts the other's.
fn proofs_agree(tree: &Tree, stored: &Stored, size: u64, index: u64, old: u64) {
    let (head, old_head) = (tree.head_at(size).unwrap(), tree.head_at(old).unwrap());
    let root = tlog::tree_hash(size, stored).unwrap();
    assert_eq!(root.0, head.root.bytes);

    let leaf = tree.leaves()[usize::try_from(index).unwrap()];
    let proof = tree.inclusion_proof(index, size).unwrap();
    let their_proof = tlog::prove_record(size, index, stored).unwrap();
    assert_eq!(theirs(&proof), their_proof);
    tlog::check_record(&theirs(&proof), size, root, index, Hash(leaf.bytes)).unwrap();
    verify_inclusion(leaf, index, &ours(&their_proof), &head).unwrap();

    let proof = tree.consistency_proof(old, size).unwrap();
    let their_proof = tlog::prove_tree(size, old, stored).unwrap();
    assert_eq!(theirs(&proof), their_proof);
    tlog::check_tree(&theirs(&proof), size, root, old, Hash(old_head.root.bytes)).unwrap();
    verify_consistency(&old_head, &head, &ours(&their_proof)).unwrap();
}

#[test]
fn proofs_around_powers_of_two() {
    let (tree, stored) = logs(520);
    for size in [
        1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 255, 256, 257, 511, 512,
        513,
    ] {
        for index in [0, size / 2, size - 1] {
            for old in [1, size / 2 + 1, size - size / 3, size] {
                proofs_agree(&tree, &stored, size, index, old);
            }
        }
    }
}

/// The keys of `notes.txt` as theirs.
fn their_keys() -> VerifierList {
    let keys = sections("notes.txt").remove(0).1;
    let key = |line| Box::new(StandardVerifier::new(line).unwrap()) as Box<dyn Verifier>;
    VerifierList::new(keys.lines().map(key).collect())
}

fn their_verdict(note: &[u8], keys: &VerifierList) -> bool {
    TheirNote::from_bytes(note).is_ok_and(|note| note.verify(keys).is_ok())
}

/// Every case of a file is accepted by both or by neither, but for the `stricter` ones, which they accept.
fn verdicts_agree(
    file: &str,
    accepted: impl Fn(&str) -> bool,
    theirs: impl Fn(&[u8]) -> bool,
    stricter: &[&str],
) {
    let mut differ = Vec::new();
    for (name, body) in sections(file).into_iter().filter(|(name, _)| name != "trusted") {
        let (expected, lines) = body.split_once('\n').unwrap_or((&body, ""));
        let their = theirs(&bytes(lines));
        if accepted(expected) != their {
            assert!(their, "{file}, {name}: only they refuse it");
            differ.push(name);
        }
    }
    assert_eq!(differ, stricter, "{file}");
}

#[test]
fn verdicts_on_notes() {
    let keys = their_keys();
    let accepted = |expected: &str| expected.starts_with("signed by");
    // They verify the first signature of a key alone; the specification wants each of a known key to verify.
    let stricter = ["bad-signature-after-a-good-one-of-the-same-key"];
    verdicts_agree("notes.txt", accepted, |note| their_verdict(note, &keys), &stricter);
}

#[test]
fn verdicts_on_verifier_keys() {
    let theirs = |text: &[u8]| {
        let text = str::from_utf8(text).unwrap().trim_end_matches('\n');
        StandardVerifier::new(text).is_ok()
    };
    let stricter = ["key-id-in-upper-case", "weak-key"];
    verdicts_agree("verifier-keys.txt", |expected| expected == "accepted", theirs, &stricter);
}

#[test]
fn verdicts_on_checkpoints() {
    let theirs = |text: &[u8]| TheirCheckpoint::from_bytes(text).is_ok();
    // A control character is for the note to refuse; an empty log has one root, though the specification does not say so.
    let stricter = ["tab-in-the-origin", "empty-log-with-another-root"];
    verdicts_agree("checkpoints.txt", |expected| expected == "accepted", theirs, &stricter);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn proofs_of_any_size((size, index, old) in (1_u64..300).prop_flat_map(|size| (Just(size), 0..size, 1..=size))) {
        let (tree, stored) = logs(size);
        proofs_agree(&tree, &stored, size, index, old);
    }

    #[test]
    fn verdicts_on_changed_proofs(
        (size, index, old) in (2_u64..100).prop_flat_map(|size| (Just(size), 0..size, 1..=size)),
        (claimed_size, claimed_index, claimed_old) in (2_u64..100).prop_flat_map(|size| (Just(size), 0..size, 1..=size)),
        (keep_size, keep_index, flip) in (any::<bool>(), any::<bool>(), prop::option::of(0_usize..8)),
        cut in 0_usize..3,
    ) {
        let (tree, _) = logs(size);
        let (head, leaf) = (tree.head(), tree.leaves()[usize::try_from(index).unwrap()]);
        let size = if keep_size { size } else { claimed_size };
        let index = if keep_index { index } else { claimed_index };
        let old_root = tree.head_at(old).unwrap().root;
        let old = if keep_index { old } else { claimed_old };
        let changed = |mut proof: Vec<Digest>| {
            proof.truncate(proof.len().saturating_sub(cut));
            if let Some(hash) = flip.and_then(|place| proof.get_mut(place)) {
                hash.bytes[3] ^= 4;
            }
            proof
        };
        let claimed = TreeHead { size, root: head.root };
        let root = Hash(head.root.bytes);
        let proof = changed(tree.inclusion_proof(index.min(head.size - 1), head.size).unwrap());
        let their = tlog::check_record(&theirs(&proof), size, root, index, Hash(leaf.bytes));
        prop_assert_eq!(verify_inclusion(leaf, index, &proof, &claimed).is_ok(), their.is_ok());

        let proof = changed(tree.consistency_proof(old.min(head.size), head.size).unwrap());
        let their = tlog::check_tree(&theirs(&proof), size, root, old, Hash(old_root.bytes));
        let our = verify_consistency(&TreeHead { size: old, root: old_root }, &claimed, &proof);
        prop_assert_eq!(our.is_ok(), their.is_ok());
    }

    #[test]
    fn checkpoints_and_notes(
        seed: [u8; 32],
        origin in "[!-*,-~é]{1,24}",
        size in 0_u64..300,
        extensions in prop::collection::vec("[!-~]{1,20}", 0..3),
    ) {
        let signer = Seed::from_bytes(seed);
        let key = VerifierKey::new(&origin, signer.public_key()).unwrap();
        let (tree, _) = logs(size);
        let checkpoint = Checkpoint::new(&origin, tree.head(), extensions.clone()).unwrap();
        let text = checkpoint.to_string();
        let note = checkpoint.with_signature(&key, &signer.sign(text.as_bytes())).unwrap();

        let their_key = StandardVerifier::new(&key.to_string()).unwrap();
        prop_assert_eq!((their_key.name(), their_key.key_id()), (key.name(), key.key_id()));
        let their_keys = VerifierList::new(vec![Box::new(their_key)]);
        let their_note = TheirNote::from_bytes(note.to_string().as_bytes()).unwrap();
        prop_assert_eq!(their_note.verify(&their_keys).unwrap().0.len(), 1);
        let read = TheirCheckpoint::from_bytes(their_note.text()).unwrap();
        prop_assert_eq!((read.origin(), read.size(), read.hash().0), (origin.as_str(), size, tree.head().root.bytes));

        let private = STANDARD.encode([&[1], seed.as_slice()].concat());
        let their_signer =
            StandardSigner::new(&format!("PRIVATE+KEY+{origin}+{:08x}+{private}", key.key_id())).unwrap();
        let lines: String = extensions.iter().map(|line| format!("{line}\n")).collect();
        let made = TheirCheckpoint::new(&origin, size, Hash(tree.head().root.bytes), &lines).unwrap();
        let mut made = TheirNote::new(&made.to_bytes(), &[]).unwrap();
        made.add_sigs(&[&their_signer]).unwrap();
        let opened = Checkpoint::open(&Note::read(&made.to_bytes()).unwrap(), &[key]).unwrap();
        prop_assert_eq!(opened, checkpoint);
        prop_assert_eq!(made.to_bytes(), note.to_string().into_bytes());
    }
}
