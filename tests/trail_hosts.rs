//! What a host asks of a log beside its entries: a key in the place of one that is lost, and proofs.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::panic,
    reason = "a test stops where it cannot go on"
)]

use std::collections::BTreeMap;
use tollgate::api;
use tollgate::api::trail::{Administer, Prepared};
use tollgate::trail::checkpoint::Checkpoint;
use tollgate::trail::note::VerifierKey;
use tollgate::trail::receipt::Receipt;
use tollgate::trail::tree::Tree;
use tollgate::trail::{Author, ChangeRef, Count, Millis, Rotated, Signature, Tombstone};
use tollgate::value::Digest;

#[path = "support/lives.rs"]
mod lives;
#[path = "support/log.rs"]
mod support;

use support::{Trail, seed, spki, verdict};

#[test]
fn root_keys_put_another_in_the_place_of_a_lost_log_key() {
    let mut trail = Trail::new();
    let sealed = |trail: &Trail, prepared: &Prepared, signatures: Vec<Signature>| {
        api::trail::seal(Some(&trail.head), prepared.payload.clone(), signatures)
            .map_err(|refusal| refusal.code)
    };
    let recover = Administer::Recover(spki("log-2"));
    let prepared =
        api::trail::administer(&trail.head, None, &recover, Author::person("u-cm"), trail.now).unwrap();
    let by = |names: &[&str]| names.iter().map(|of| support::sign(&prepared.payload, of)).collect::<Vec<_>>();
    // Two of the three root keys, each once, and the key that takes over before them.
    for wrong in [
        &["log-2"] as &[&str],
        &["log-2", "root-1"],
        &["log-2", "root-1", "root-1"],
        &["log-2", "root-1", "u-cm"],
        &["root-1", "root-2"],
        &["root-1", "log-2", "root-2"],
        &["u-cm", "root-1", "root-2"],
    ] {
        assert_eq!(sealed(&trail, &prepared, by(wrong)), Err("UNSIGNED".to_owned()), "{wrong:?}");
    }
    let mut forged = by(&["log-2", "root-1", "root-2"]);
    forged[0].bytes[0] ^= 1;
    assert_eq!(sealed(&trail, &prepared, forged), Err("SIGNATURE".to_owned()));
    assert!(sealed(&trail, &prepared, by(&["log-2", "root-1", "root-3"])).is_ok());

    trail.administer(&recover).unwrap();
    assert_eq!(trail.head.state.log_key().unwrap().id, seed("log-2").public_key().id());
    trail.administer(&Administer::SetRoster(trail.roster.clone())).unwrap();
    let size = verdict(&trail.entries, &[]).unwrap().log.frontier().size();
    assert_eq!(size, trail.entries.len() as u64);
    // The place of any other key is not theirs to give: its holder signs.
    let rotate =
        Administer::Rotate(Rotated { old: seed("u-vp").public_key().id(), new: spki("u-manager-2") });
    let prepared =
        api::trail::administer(&trail.head, None, &rotate, Author::person("u-cm"), trail.now).unwrap();
    let signatures =
        ["u-manager-2", "root-1", "root-2"].map(|of| support::sign(&prepared.payload, of)).to_vec();
    assert_eq!(sealed(&trail, &prepared, signatures), Err("UNSIGNED".to_owned()));
}

#[test]
fn a_proof_is_of_an_entry_that_a_checkpoint_signs() {
    let trail = Trail::new();
    let leaves: Vec<_> = trail.entries.iter().map(|stored| api::trail::leaf_of(stored.as_bytes())).collect();
    let key = VerifierKey::new(support::ORIGIN, seed("log").public_key()).unwrap();
    let note = |leaves: &[Digest]| {
        let tree: Tree = leaves.iter().copied().collect();
        let checkpoint = Checkpoint::new(support::ORIGIN, tree.head(), Vec::new()).unwrap();
        checkpoint
            .with_signature(&key, &seed("log").sign(checkpoint.to_string().as_bytes()))
            .unwrap()
            .to_string()
    };
    let (all, some) = (note(&leaves), note(&leaves[..5]));
    for (checkpoint, size) in [(&all, leaves.len()), (&some, 5)] {
        for index in 0..size {
            let text = api::trail::prove(checkpoint, index as u64, &leaves).unwrap().to_string();
            let read = Receipt::read(text.as_bytes()).unwrap();
            read.verify(leaves[index], std::slice::from_ref(&key)).unwrap();
            assert!(read.verify(leaves[(index + 1) % size], std::slice::from_ref(&key)).is_err());
        }
    }
    let code = |checkpoint: &str, index: u64, leaves: &[Digest]| {
        api::trail::prove(checkpoint, index, leaves).unwrap_err().code
    };
    assert_eq!(code(&some, 5, &leaves), "NO_ENTRY");
    assert_eq!(code("no checkpoint", 0, &leaves), "BAD_CHECKPOINT");
    assert_eq!(code(&all, 0, &leaves[1..]), "STALE");
    let mut other = leaves.clone();
    other.swap(3, 4);
    assert_eq!(code(&all, 0, &other), "BROKEN");
    // What stands for a purged entry says which it was.
    let receipt = api::trail::prove(&all, 3, &leaves).unwrap();
    let change = ChangeRef { id: "CHG-1".to_owned(), before: None, after: leaves[0], ended: true };
    let purged = |index: u64| Tombstone {
        index: Count(index),
        leaf: leaves[3],
        time_ms: Millis(trail.now),
        change: change.clone(),
        acts: BTreeMap::new(),
    };
    let check = |index: u64| {
        let stored = purged(index).text();
        api::trail::Prover::check(&receipt, stored.as_bytes(), &key.to_string(), &[])
    };
    assert_eq!(check(3).unwrap().entry, None);
    assert_eq!(check(4).unwrap_err().code, "BAD_RECEIPT");
}
