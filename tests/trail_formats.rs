//! Signed notes, verifier keys, checkpoints and receipts over `tests/data/trail`: what is read, what is refused and why.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test reads files, and says why it fails by panicking"
)]

use proptest::prelude::*;
use tollgate::trail::checkpoint::{Checkpoint, CheckpointError};
use tollgate::trail::key::{KeyError, Seed};
use tollgate::trail::note::{MOST_BYTES, MOST_SIGNATURES, Note, NoteError, VerifierKey};
use tollgate::trail::receipt::{Receipt, ReceiptError};
use tollgate::trail::tree::{Tree, TreeHead, leaf_hash};

#[path = "support/trail.rs"]
mod support;

use support::{bytes, hex, sections};

/// Runs the cases of a file: `said` is what comes of the bytes, given what is expected of them.
fn check(file: &str, said: impl Fn(&[u8], &str) -> String) {
    let mut wrong = String::new();
    for (name, body) in sections(file).into_iter().filter(|(name, _)| name != "trusted") {
        let (expected, lines) = body.split_once('\n').unwrap_or((&body, ""));
        let found = said(&bytes(lines), expected);
        if found != expected {
            wrong.push_str(&format!("{name}\n  wanted {expected}\n  found  {found}\n"));
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

fn trusted() -> Vec<VerifierKey> {
    sections("notes.txt")[0].1.lines().map(|key| key.parse().unwrap()).collect()
}

/// The seed and key named in `notes.txt`.
fn signer(byte: u8, name: &str) -> (Seed, VerifierKey) {
    let seed = Seed::from_bytes([byte; 32]);
    let key = VerifierKey::new(name, seed.public_key()).unwrap();
    (seed, key)
}

fn published_tree() -> Tree {
    let entries = sections("published-tree.txt").remove(0).1;
    entries.lines().map(|entry| leaf_hash(&hex(entry))).collect()
}

/// A section of a file as the bytes that it stands for.
fn case(file: &str, wanted: &str) -> Vec<u8> {
    let (_, body) = sections(file).into_iter().find(|(name, _)| name == wanted).unwrap();
    bytes(body.split_once('\n').unwrap().1)
}

#[test]
fn notes() {
    let keys = trusted();
    check("notes.txt", |bytes, _| {
        let note = match Note::read(bytes) {
            Ok(note) => note,
            Err(error) => return error.to_string(),
        };
        assert_eq!(note.to_string().as_bytes(), bytes, "a note that is read is written as it was");
        match note.verify(&keys) {
            Ok(signers) => {
                format!("signed by {}", signers.iter().map(|key| key.name()).collect::<Vec<_>>().join(", "))
            }
            Err(error) => error.to_string(),
        }
    });
}

#[test]
fn verifier_keys() {
    check("verifier-keys.txt", |bytes, _| {
        let text = str::from_utf8(bytes).unwrap().trim_end_matches('\n');
        match text.parse::<VerifierKey>() {
            Ok(key) => {
                assert_eq!(key.to_string(), text);
                assert_eq!(VerifierKey::new(key.name(), *key.key()), Ok(key));
                "accepted".to_owned()
            }
            Err(error) => error.to_string(),
        }
    });
    let (_, log) = signer(1, "example.com/log");
    assert_eq!(trusted()[0], log);
}

#[test]
fn checkpoints() {
    check("checkpoints.txt", |bytes, _| {
        let text = str::from_utf8(bytes).unwrap();
        match Checkpoint::read(text) {
            Ok(checkpoint) => {
                assert_eq!(checkpoint.to_string(), text);
                let (origin, extensions) = (checkpoint.origin(), checkpoint.extensions().to_vec());
                let same = Checkpoint::new(origin, checkpoint.head(), extensions);
                assert_eq!(same, Ok(checkpoint));
                "accepted".to_owned()
            }
            Err(error) => error.to_string(),
        }
    });
}

#[test]
fn receipts() {
    let (keys, tree) = (trusted(), published_tree());
    check("receipts.txt", |bytes, expected| {
        let entry = expected.strip_prefix("entry ").and_then(|rest| rest.split(' ').next()?.parse().ok());
        let receipt = match Receipt::read(bytes) {
            Ok(receipt) => receipt,
            Err(error) => return error.to_string(),
        };
        assert_eq!(receipt.to_string().as_bytes(), bytes, "a receipt that is read is written as it was");
        match receipt.verify(tree.leaves()[entry.unwrap_or(5)], &keys) {
            Ok(checkpoint) => format!("entry {} of {}", receipt.index, checkpoint.head().size),
            Err(error) => error.to_string(),
        }
    });
}

#[test]
fn what_is_signed_here_is_what_openssl_signed() {
    let (seed, log) = signer(1, "example.com/log");
    let (witness_seed, witness) = signer(2, "example.com/witness");
    let text = "Three have approved.\n";
    let mut note = Note::with_signature(text, &log, &seed.sign(text.as_bytes())).unwrap();
    assert_eq!(note.to_string().into_bytes(), case("notes.txt", "one-signature"));
    note.add_signature(&witness, &witness_seed.sign(text.as_bytes())).unwrap();
    assert_eq!(note.to_string().into_bytes(), case("notes.txt", "two-signatures"));
    assert_eq!(note.signatures()[1].name(), witness.name());
    assert_eq!(note.signatures()[1].key_id(), witness.key_id());

    let tree = published_tree();
    let checkpoint = Checkpoint::new("example.com/log", tree.head(), Vec::new()).unwrap();
    let signature = seed.sign(checkpoint.to_string().as_bytes());
    let mut receipt = Receipt {
        index: 5,
        proof: tree.inclusion_proof(5, 8).unwrap(),
        checkpoint: checkpoint.with_signature(&log, &signature).unwrap(),
        extra: Vec::new(),
    };
    assert_eq!(receipt.to_string().into_bytes(), case("receipts.txt", "entry-five-of-eight"));
    receipt.extra = b"hello".to_vec();
    assert_eq!(receipt.to_string().into_bytes(), case("receipts.txt", "with-extra-bytes"));
}

#[test]
fn nothing_is_sealed_with_a_signature_that_does_not_verify() {
    let (seed, log) = signer(1, "example.com/log");
    let (other_seed, other) = signer(3, "example.com/other");
    let text = "Three have approved.\n";
    let signature = seed.sign(text.as_bytes());
    let sealed = |text: &str, signature: &[u8]| Note::with_signature(text, &log, signature).map(|_| ());

    let refused = KeyError::Refused { key: log.key().id() };
    let refused = Err(NoteError::Refused { name: "example.com/log".to_owned(), fault: refused });
    assert_eq!(sealed("Three have approved?\n", &signature), refused);
    assert_eq!(sealed(text, &other_seed.sign(text.as_bytes())), refused);
    let length = KeyError::SignatureLength { given: 0 };
    let length = NoteError::Refused { name: "example.com/log".to_owned(), fault: length };
    assert_eq!(sealed(text, &[]), Err(length));
    assert_eq!(sealed("", &signature), Err(NoteError::Unended));
    assert_eq!(sealed("Three", &signature), Err(NoteError::Unended));
    assert_eq!(sealed("\tThree\n", &signature), Err(NoteError::Control { offset_bytes: 0, code: 9 }));
    let long = format!("{}\n", "x".repeat(MOST_BYTES));
    assert!(matches!(sealed(&long, &seed.sign(long.as_bytes())), Err(NoteError::TooLarge { .. })));

    let mut note = Note::with_signature(text, &log, &signature).unwrap();
    let twice = NoteError::AlreadySigned { name: "example.com/log".to_owned() };
    assert_eq!(note.add_signature(&log, &signature), Err(twice));
    let before = note.clone();
    assert!(note.add_signature(&other, &signature).is_err());
    assert_eq!(note, before);
    for index in 1..MOST_SIGNATURES {
        let key = VerifierKey::new(&format!("example.com/{index}"), *other.key()).unwrap();
        note.add_signature(&key, &other_seed.sign(text.as_bytes())).unwrap();
    }
    let full = note.add_signature(&other, &other_seed.sign(text.as_bytes()));
    assert_eq!(full, Err(NoteError::TooManySignatures));
    assert_eq!(Note::read(note.to_string().as_bytes()), Ok(note));
    assert_eq!(Note::read(&[b'\n'; MOST_BYTES + 1]), Err(NoteError::TooLarge { given: MOST_BYTES + 1 }));
    assert_eq!(
        Receipt::read(&[b'\n'; MOST_BYTES + 1]),
        Err(ReceiptError::TooLarge { given: MOST_BYTES + 1 })
    );
}

#[test]
fn a_checkpoint_is_signed_by_its_log() {
    let (seed, log) = signer(1, "example.com/log");
    let (other_seed, other) = signer(3, "example.com/other");
    let head = published_tree().head();
    let checkpoint = Checkpoint::new("example.com/log", head, vec!["of its own".to_owned()]).unwrap();
    let text = checkpoint.to_string();
    let not_by_its_log = CheckpointError::NotByItsLog { origin: "example.com/log".to_owned() };

    let by_other = checkpoint.with_signature(&other, &other_seed.sign(text.as_bytes()));
    assert_eq!(by_other, Err(not_by_its_log.clone()));
    assert!(checkpoint.with_signature(&log, &other_seed.sign(text.as_bytes())).is_err());

    let mut note = Note::with_signature(&text, &other, &other_seed.sign(text.as_bytes())).unwrap();
    assert_eq!(Checkpoint::open(&note, &[log.clone(), other.clone()]), Err(not_by_its_log));
    note.add_signature(&log, &seed.sign(text.as_bytes())).unwrap();
    assert_eq!(Checkpoint::open(&note, &[log.clone(), other]), Ok(checkpoint.clone()));
    assert_eq!(Checkpoint::open(&note, &[log]), Ok(checkpoint));
    assert!(matches!(Checkpoint::open(&note, &[]), Err(CheckpointError::Note(NoteError::Unsigned { .. }))));

    let line = |line: &str| Checkpoint::new("example.com/log", head, vec![line.to_owned()]);
    assert_eq!(line("a\nb"), Err(CheckpointError::Control { line: 4 }));
    assert_eq!(Checkpoint::new("a\nb", head, Vec::new()), Err(CheckpointError::Control { line: 1 }));
}

/// Two keys of one name and one key ID: 32 bits are few enough to find such seeds by trying twelve thousand.
#[test]
fn keys_that_cannot_be_told_apart_are_not_trusted_together() {
    let [first, second] = [1430_u64, 11_657].map(|number| {
        let mut seed = [0; 32];
        seed[..8].copy_from_slice(&number.to_le_bytes());
        let seed = Seed::from_bytes(seed);
        let key = VerifierKey::new("example.com/log", seed.public_key()).unwrap();
        (seed, key)
    });
    assert_eq!((first.1.key_id(), second.1.key_id()), (0x4afd_f34b, 0x4afd_f34b));
    let text = "Three have approved.\n";
    let mut note = Note::with_signature(text, &first.1, &first.0.sign(text.as_bytes())).unwrap();
    let name = "example.com/log".to_owned();
    let both = [first.1.clone(), second.1.clone()];
    assert_eq!(note.verify(&both), Err(NoteError::Ambiguous { name: name.clone() }));
    assert_eq!(note.verify(&[first.1.clone(), first.1.clone()]).unwrap(), [&first.1]);
    assert!(matches!(note.verify(&both[1..]), Err(NoteError::Refused { .. })));
    let twice = note.add_signature(&second.1, &second.0.sign(text.as_bytes()));
    assert_eq!(twice, Err(NoteError::AlreadySigned { name }));
}

#[test]
fn every_bit_of_a_receipt_counts() {
    let (keys, leaf) = (trusted(), published_tree().leaves()[5]);
    let receipt = case("receipts.txt", "entry-five-of-eight");
    for bit in 0..receipt.len() * 8 {
        let mut changed = receipt.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        let accepted = Receipt::read(&changed).is_ok_and(|receipt| receipt.verify(leaf, &keys).is_ok());
        assert!(!accepted, "bit {} of byte {}", bit % 8, bit / 8);
    }
    for end in 0..receipt.len() {
        assert!(Receipt::read(&receipt[..end]).is_err(), "cut at {end}");
    }
}

/// Text that notes are made of, whole and broken.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("\n".to_owned()),
        Just("\n\n".to_owned()),
        Just("\u{2014} ".to_owned()),
        Just("example.com/log ".to_owned()),
        Just("c2sp.org/tlog-proof@v1\n".to_owned()),
        Just("index 5\n".to_owned()),
        Just("extra AA==\n".to_owned()),
        Just("XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n".to_owned()),
        Just("m+XTxgAA\n".to_owned()),
        "[ -~é\u{a0}\t]{0,12}",
    ];
    prop::collection::vec(piece, 0..16).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn what_is_read_is_written_as_it_was(text in pieces()) {
        if let Ok(note) = Note::read(text.as_bytes()) {
            prop_assert_eq!(note.to_string(), text.clone());
            prop_assert!(note.verify(&trusted()).is_err());
        }
        if let Ok(checkpoint) = Checkpoint::read(&text) {
            prop_assert_eq!(checkpoint.to_string(), text.clone());
        }
        if let Ok(receipt) = Receipt::read(text.as_bytes()) {
            prop_assert_eq!(receipt.to_string(), text.clone());
        }
        if let Ok(key) = text.parse::<VerifierKey>() {
            prop_assert_eq!(key.to_string(), text);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn what_is_made_is_read_and_verified(
        (size, index) in (1_u64..200).prop_flat_map(|size| (Just(size), 0..size)),
        origin in "[!-*,-~]{1,20}",
        extensions in prop::collection::vec("[ -~é]{1,20}", 0..3),
        extra: Vec<u8>,
        seed: [u8; 32],
    ) {
        let seed = Seed::from_bytes(seed);
        let key = VerifierKey::new(&origin, seed.public_key()).unwrap();
        let tree: Tree = (0..size).map(|entry| leaf_hash(&entry.to_be_bytes())).collect();
        let checkpoint = Checkpoint::new(&origin, tree.head(), extensions).unwrap();
        let signature = seed.sign(checkpoint.to_string().as_bytes());
        let receipt = Receipt {
            index,
            proof: tree.inclusion_proof(index, size).unwrap(),
            checkpoint: checkpoint.with_signature(&key, &signature).unwrap(),
            extra,
        };
        let read = Receipt::read(receipt.to_string().as_bytes()).unwrap();
        prop_assert_eq!(&read, &receipt);
        prop_assert_eq!(read.verify(leaf_hash(&index.to_be_bytes()), &[key]).unwrap(), checkpoint.clone());
        let TreeHead { size: read_size, .. } = checkpoint.head();
        prop_assert_eq!(read_size, size);
    }
}
