//! The calls about keys that need no trail.

use serde::Serialize;

use crate::api::Refusal;
use crate::trail::key::{PublicKey, Seed};
use crate::trail::{Spki, to_base64};

use super::run;
use super::trail::bytes;

/// `{ seed, message? }`: the public key of a 32-byte seed in base64, and its signature over a message in base64. For hosts
/// that have no signer of their own.
pub fn trail_key(call: &str) -> String {
    run(call, &["seed", "message"], |call| {
        let given = bytes(call, "seed")?;
        let seed: [u8; 32] = given
            .try_into()
            .map_err(|_| vec![call.wrong("seed", "must be 32 bytes, written as RFC 4648 §4 says")])?;
        let seed = Seed::from_bytes(seed);
        let key = seed.public_key();
        let sig = match call.get("message") {
            None => None,
            Some(_) => Some(to_base64(&seed.sign(&bytes(call, "message")?))),
        };
        Ok(KeyAnswer { ok: true, keyid: key.id().to_string(), spki: Spki::of(&key), sig })
    })
}

/// `{ spki }`: the name of a public key, if it may be enrolled.
pub fn trail_key_id(call: &str) -> String {
    run(call, &["spki"], |call| {
        let spki: Spki = call.typed("spki")?;
        let key: PublicKey =
            spki.key().map_err(|error| vec![Refusal::new("BAD_KEY", error.to_string()).at("spki")])?;
        Ok(KeyAnswer { ok: true, keyid: key.id().to_string(), spki, sig: None })
    })
}

#[derive(Serialize)]
struct KeyAnswer {
    ok: bool,
    keyid: String,
    spki: Spki,
    #[serde(skip_serializing_if = "Option::is_none")]
    sig: Option<String>,
}
