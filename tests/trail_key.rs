//! Ed25519 keys and signatures: RFC 8032 and RFC 8410, keys that are refused (`tests/data/trail`), and signatures on
//! which libraries differ.

use curve25519_dalek::constants::EIGHT_TORSION;
use curve25519_dalek::traits::Identity;
use curve25519_dalek::{EdwardsPoint, Scalar};
use proptest::prelude::*;
use sha2::{Digest as _, Sha512};
use tollgate::trail::key::{KeyError, KeyId, PublicKey, Seed};

#[path = "support/trail.rs"]
mod support;

use support::{hex, sections};

/// Whether key and signature are accepted: the key where it is enrolled, the signature where it is checked.
fn accepted(key: &[u8; 32], message: &[u8], signature: &[u8]) -> bool {
    PublicKey::from_bytes(key).is_ok_and(|key| key.verify(message, signature).is_ok())
}

#[test]
fn rfc_8032_signs_and_verifies_as_published() {
    for (name, body) in sections("rfc8032.txt") {
        let [seed, key, message, signature] = body.lines().map(hex).collect::<Vec<_>>().try_into().unwrap();
        let seed = Seed::from_bytes(seed.try_into().unwrap());
        assert_eq!(seed.public_key().bytes().to_vec(), key, "{name}");
        assert_eq!(seed.sign(&message).to_vec(), signature, "{name}");
        assert_eq!(seed.public_key().verify(&message, &signature), Ok(()), "{name}");
        let length = KeyError::SignatureLength { given: 63 };
        assert_eq!(seed.public_key().verify(&message, &signature[1..]), Err(length));
    }
}

#[test]
fn every_bit_of_a_signature_its_message_and_its_key_counts() {
    let seed = Seed::from_bytes([9; 32]);
    let (key, message) = (*seed.public_key().bytes(), *b"approved by three");
    let signature = seed.sign(&message);
    let refused = KeyError::Refused { key: seed.public_key().id() };
    for bit in 0..512 {
        let mut changed = signature;
        changed[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(
            seed.public_key().verify(&message, &changed),
            Err(refused.clone()),
            "bit {bit} of the signature"
        );
    }
    for bit in 0..message.len() * 8 {
        let mut changed = message;
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(!accepted(&key, &changed, &signature), "bit {bit} of the message");
    }
    for bit in 0..256 {
        let mut changed = key;
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(!accepted(&changed, &message, &signature), "bit {bit} of the key");
    }
}

#[test]
fn keys_are_accepted_or_refused_by_their_bytes() {
    for (name, body) in sections("keys.txt") {
        let (key, expected) = body.split_once('\n').unwrap();
        let read = PublicKey::from_bytes(&hex(key).try_into().unwrap());
        let said = read.map_or_else(|error| error.to_string(), |_| "accepted".to_owned());
        assert_eq!(said, expected, "{name}");
    }
}

#[test]
fn keys_in_der_have_one_spelling() {
    for (name, body) in sections("spki.txt") {
        let (der, expected) = body.split_once('\n').unwrap();
        let der = hex(der);
        let said = match PublicKey::from_spki(&der) {
            Ok(key) => {
                assert_eq!(key.to_spki(), der, "{name}");
                assert_eq!(expected.parse(), Ok(key.id()), "{name}");
                key.id().to_string()
            }
            Err(error) => error.to_string(),
        };
        assert_eq!(said, expected, "{name}");
    }
    let seed = hex("d4ee72dbf913584ad5b6d8f1f769f8ad3afe7c28cbf1d4fbe097a88f44755842");
    let first = hex(sections("spki.txt")[0].1.lines().next().unwrap());
    assert_eq!(Seed::from_bytes(seed.try_into().unwrap()).public_key().to_spki(), first);
}

#[test]
fn a_key_id_has_one_spelling() {
    let id = Seed::from_bytes([9; 32]).public_key().id();
    let text = id.to_string();
    assert_eq!(serde_json::from_str::<KeyId>(&serde_json::to_string(&id).unwrap()).unwrap(), id);
    for wrong in ["", &text[1..], &format!("{text}0"), &format!("sha256:{text}"), &text.to_uppercase()] {
        assert!(wrong.parse::<KeyId>().is_err(), "{wrong}");
        assert!(serde_json::from_str::<KeyId>(&format!("\"{wrong}\"")).is_err(), "{wrong}");
    }
}

#[test]
fn a_seed_is_not_printed() {
    let seed = Seed::from_bytes([0xab; 32]);
    let printed = format!("{seed:?}");
    assert_eq!(printed.matches(&seed.public_key().id().digest.hex()).count(), 1, "{printed}");
    assert!(!printed.contains("abab") && !printed.contains("171"), "{printed}");
}

/// Every key `aB + T` and every `R = rB + T'` with `T`, `T'` of small order, a and r zero or not, as the vectors of C2SP
/// CCTV are made. Libraries agree on none of them but those without small order and without a residue: where the two
/// components of small order cancel out.
#[test]
fn signatures_with_components_of_small_order() {
    let scalar = |of: &str| Scalar::from_bytes_mod_order_wide(&Sha512::digest(of).into());
    let mut counts = [0; 2];
    for (a, r) in [
        (scalar("a"), scalar("r")),
        (Scalar::ZERO, scalar("r")),
        (scalar("a"), Scalar::ZERO),
        (Scalar::ZERO, Scalar::ZERO),
    ] {
        for (of_key, of_r) in EIGHT_TORSION.iter().flat_map(|key| EIGHT_TORSION.iter().map(move |r| (key, r)))
        {
            let key = EdwardsPoint::mul_base(&a) + of_key;
            let nonce = (EdwardsPoint::mul_base(&r) + of_r).compress().to_bytes();
            let key_bytes = key.compress().to_bytes();
            for message in 0..8_u8 {
                let hash = Sha512::new_with_prefix(nonce).chain_update(key_bytes).chain_update([message]);
                let k = Scalar::from_bytes_mod_order_wide(&hash.finalize().into());
                let s = r + k * a;
                // As the verifier computes it: k is reduced by the order of the base point, not by eight times that.
                let residue = of_r + k * of_key;
                let strict = a != Scalar::ZERO && r != Scalar::ZERO && residue == EdwardsPoint::identity();
                let signature = [nonce, s.to_bytes()].concat();
                assert_eq!(accepted(&key_bytes, &[message], &signature), strict);
                counts[usize::from(strict)] += 1;
            }
        }
    }
    assert!(counts[0] > 1_500 && counts[1] > 50, "{counts:?}");
}

/// S and S + L say the same; RFC 8032 §5.1.7 wants the one below L.
#[test]
fn a_signature_has_one_s() {
    const ORDER: &str = "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010";
    let seed = Seed::from_bytes([9; 32]);
    let mut signature = seed.sign(b"approved");
    assert!(accepted(seed.public_key().bytes(), b"approved", &signature));
    let mut carry = 0_u16;
    for (byte, order) in signature[32..].iter_mut().zip(hex(ORDER)) {
        carry += u16::from(*byte) + u16::from(order);
        *byte = (carry & 0xff) as u8;
        carry >>= 8;
    }
    assert!(!accepted(seed.public_key().bytes(), b"approved", &signature));
}

/// The published vectors of C2SP CCTV (`tests/data/cctv`).
///
/// Strict is: refuse every vector flagged `low_order_A`, `low_order_R`, `non_canonical_A`, `non_canonical_R` or
/// `low_order_residue`, and with these every one flagged `reencoded_k`; accept what is flagged `low_order_component_A`,
/// `low_order_component_R` or nothing, and no more.
#[test]
fn c2sp_cctv_ed25519() {
    let vectors = include_str!("data/cctv/ed25519.txt").lines().filter(|line| !line.starts_with('#'));
    let mut counts = [0; 2];
    for (number, vector) in vectors.enumerate() {
        let [key, signature, flags, message] =
            vector.splitn(4, ' ').collect::<Vec<_>>().try_into().expect("key, signature, flags, message");
        let component = |flag: &str| ["-", "low_order_component_A", "low_order_component_R"].contains(&flag);
        let strict = flags.split(',').all(component);
        let key = hex(key).try_into().unwrap();
        assert_eq!(accepted(&key, message.as_bytes(), &hex(signature)), strict, "vector {number}: {flags}");
        counts[usize::from(strict)] += 1;
    }
    assert_eq!(counts.iter().sum::<usize>(), 914, "{counts:?}");
    println!(
        "{} of C2SP's vectors accepted, {} refused, as strict verification has them",
        counts[1], counts[0]
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn what_a_seed_signs_its_key_verifies(seed: [u8; 32], message: Vec<u8>, other: [u8; 64]) {
        let seed = Seed::from_bytes(seed);
        let key = PublicKey::from_bytes(seed.public_key().bytes()).unwrap();
        prop_assert_eq!(key.verify(&message, &seed.sign(&message)), Ok(()));
        prop_assert!(key.verify(&message, &other).is_err());
        prop_assert_eq!(PublicKey::from_spki(&key.to_spki()).unwrap(), key);
    }

    #[test]
    fn any_bytes_are_a_key_or_refused(bytes: [u8; 32], der: Vec<u8>, signature: Vec<u8>) {
        if let Ok(key) = PublicKey::from_bytes(&bytes) {
            prop_assert_eq!(key.bytes(), &bytes);
            prop_assert!(key.verify(b"", &signature).is_err());
        }
        prop_assert!(PublicKey::from_spki(&der).is_err());
    }
}
