//! How long the trail's tree, proofs and receipts take, beside the bare hashes and signature checks of the same bytes:
//! `cargo bench --bench trail`.
//!
//! Each row is timed in turn with its bare twin, round by round, so that both see the same machine; what is printed is
//! the median of the rounds and their ratio. What came of it stands in docs/performance.md.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::float_arithmetic,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "a benchmark reads the clock and stops at what is wrong"
)]

use ed25519_dalek::{Signature, VerifyingKey};
use sha2::{Digest as _, Sha256};
use std::hint::black_box;
use std::time::{Duration, Instant};
use tollgate::trail::checkpoint::Checkpoint;
use tollgate::trail::key::Seed;
use tollgate::trail::note::VerifierKey;
use tollgate::trail::receipt::Receipt;
use tollgate::trail::tree::{Frontier, Tree, leaf_hash, verify_consistency, verify_inclusion};
use tollgate::value::Digest;

const LEAVES: u64 = 1_000_000;
const ROUNDS: usize = 15;

fn main() {
    let leaves: Vec<Digest> = (0..LEAVES).map(|index| leaf_hash(&index.to_be_bytes())).collect();
    let tree: Tree = leaves.iter().copied().collect();
    let head = tree.head();
    println!("{LEAVES} leaf hashes, median of {ROUNDS} rounds\n");
    println!("{:<44}{:>14}{:>14}{:>8}", "", "trail", "bare", "ratio");

    // A tree of n leaves has n - 1 nodes, whatever its shape.
    let nodes = || bare_nodes(leaves.len() - 1);
    row("root by a frontier", 1, || frontier(&leaves), nodes);
    row("whole tree kept for proofs", 1, || leaves.iter().copied().collect::<Tree>(), nodes);

    let indexes: Vec<u64> = (0..1_000).map(|place| place * 7_919 % LEAVES).collect();
    let proofs: Vec<Vec<Digest>> =
        indexes.iter().map(|index| tree.inclusion_proof(*index, LEAVES).unwrap()).collect();
    let hashes: usize = proofs.iter().map(Vec::len).sum();
    let make =
        || indexes.iter().map(|index| tree.inclusion_proof(*index, LEAVES).unwrap().len()).sum::<usize>();
    row("inclusion proof made", indexes.len(), make, || bare_nodes(hashes));
    let check = || {
        for (index, proof) in indexes.iter().zip(&proofs) {
            let leaf = leaves[usize::try_from(*index).unwrap()];
            verify_inclusion(leaf, *index, black_box(proof), &head).unwrap();
        }
    };
    row("inclusion proof checked", indexes.len(), check, || bare_nodes(hashes));

    let heads: Vec<_> = indexes.iter().map(|size| tree.head_at(*size).unwrap()).collect();
    let proofs: Vec<_> = indexes.iter().map(|size| tree.consistency_proof(*size, LEAVES).unwrap()).collect();
    let hashes: usize = proofs.iter().map(Vec::len).sum();
    let check = || {
        for (old, proof) in heads.iter().zip(&proofs) {
            verify_consistency(old, &head, black_box(proof)).unwrap();
        }
    };
    row("consistency proof checked", indexes.len(), check, || bare_nodes(hashes));

    receipts(&tree);
}

/// A receipt read and verified, beside the check of its signature and the hashes of its proof.
fn receipts(tree: &Tree) {
    let seed = Seed::from_bytes([7; 32]);
    let key = VerifierKey::new("example.com/log", seed.public_key()).unwrap();
    let checkpoint = Checkpoint::new("example.com/log", tree.head(), Vec::new()).unwrap();
    let text = checkpoint.to_string();
    let signature = seed.sign(text.as_bytes());
    let receipt = Receipt {
        index: 7,
        proof: tree.inclusion_proof(7, LEAVES).unwrap(),
        checkpoint: checkpoint.with_signature(&key, &signature).unwrap(),
        extra: Vec::new(),
    };
    let (bytes, keys, leaf) = (receipt.to_string().into_bytes(), [key], leaf_hash(&7_u64.to_be_bytes()));
    let bare_key = VerifyingKey::from_bytes(seed.public_key().bytes()).unwrap();
    let bare_signature = Signature::from_bytes(&signature);
    let verify = || {
        for _ in 0..200 {
            Receipt::read(black_box(&bytes)).unwrap().verify(leaf, &keys).unwrap();
        }
    };
    let bare = || {
        for _ in 0..200 {
            bare_key.verify_strict(black_box(text.as_bytes()), &bare_signature).unwrap();
            bare_nodes(receipt.proof.len());
        }
    };
    row("receipt read and verified", 200, verify, bare);
}

fn frontier(leaves: &[Digest]) -> Digest {
    leaves.iter().copied().collect::<Frontier>().root()
}

/// As many hashes of 65 bytes as a tree has nodes, each of the one before, and nothing else.
fn bare_nodes(count: usize) -> [u8; 65] {
    let mut input = [1; 65];
    for _ in 0..count {
        let hash = Sha256::digest(input);
        input[1..33].copy_from_slice(&hash);
    }
    black_box(input)
}

/// Times both by turns and prints a row: the time of one of `count`.
fn row<A, B>(name: &str, count: usize, trail: impl Fn() -> A, bare: impl Fn() -> B) {
    let mut rounds: Vec<(Duration, Duration)> = Vec::new();
    let _ = (black_box(trail()), black_box(bare()));
    for _ in 0..ROUNDS {
        rounds.push((time(&trail), time(&bare)));
    }
    let median = |mut times: Vec<f64>| {
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    };
    let each = |time: Duration| time.as_secs_f64() * 1e6 / f64::from(u32::try_from(count).unwrap());
    let trail = median(rounds.iter().map(|round| each(round.0)).collect());
    let bare = median(rounds.iter().map(|round| each(round.1)).collect());
    let ratio = median(rounds.iter().map(|round| each(round.0) / each(round.1)).collect());
    println!("{name:<44}{trail:>11.2} µs{bare:>11.2} µs{ratio:>8.2}");
}

fn time<T>(work: &impl Fn() -> T) -> Duration {
    let start = Instant::now();
    black_box(work());
    start.elapsed()
}
