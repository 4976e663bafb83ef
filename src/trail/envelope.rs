//! DSSE envelopes (secure-systems-lab/dsse, `envelope.md` and `protocol.md` v1.0) as the log stores them: RFC 8785, Ed25519,
//! at most 65,535 bytes.
//!
//! A DSSE signature covers neither the key ids nor the slack of base64, so an envelope is read only if writing it again
//! would give the bytes that were stored: one envelope has one spelling, and the leaf hash covers that.

use base64::engine::general_purpose::STANDARD;
use base64::{DecodeSliceError, Engine as _};
use serde::de::{Deserializer, Error as _};
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};

use super::key::{KeyId, PublicKey, SIGNATURE_BYTES};
use crate::json::{self, Document, Json, JsonError, Limits, Value};
use crate::value::quoted;

/// The media type of every payload: an in-toto Statement.
pub const PAYLOAD_TYPE: &str = "application/vnd.in-toto+json";

/// The most bytes of an envelope as stored (C2SP tlog-tiles has entries of at most 65,535 bytes).
pub const MOST_BYTES: usize = 65_535;

/// More signatures than an envelope has.
const TOO_MANY: usize = 33;

const LIMITS: Limits = Limits { size_bytes: MOST_BYTES, string_bytes: MOST_BYTES, depth: 4 };

/// An envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// The payload's text: the canonical JSON of a [`Statement`](super::Statement).
    pub payload: String,
    /// Who signed it, in the order given.
    pub signatures: Vec<Signature>,
}

/// A signature over the [pre-authentication encoding](pre_authentication) of the payload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// The key that is said to have made it: a hint, until it is checked.
    pub key: KeyId,
    /// The 64 bytes of RFC 8032.
    pub bytes: [u8; SIGNATURE_BYTES],
}

/// Why a text is no envelope of ours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeError {
    /// It is larger than an entry may be.
    #[error("it has {bytes} bytes, at most {MOST_BYTES} are stored")]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// It is no JSON, or JSON that programs read in different ways.
    #[error("it is no strict JSON: {0}")]
    Json(#[from] JsonError),
    /// A member is missing or of the wrong type.
    #[error("`{member}` is missing, or not what an envelope has there")]
    Shape {
        /// The member.
        member: &'static str,
    },
    /// A member that no envelope has.
    #[error("`{member}` is no member of an envelope")]
    Unknown {
        /// The member, cut for a message.
        member: String,
    },
    /// The payload is of another type.
    #[error("its payload type is `{found}`, not `{PAYLOAD_TYPE}`")]
    PayloadType {
        /// The type that it names.
        found: String,
    },
    /// A text is not base64 in its one spelling (RFC 4648 §3.5 and §4).
    #[error("`{member}` is no canonical base64")]
    Base64 {
        /// The member.
        member: &'static str,
    },
    /// Writing it again gives other bytes.
    #[error("from byte {byte} on its bytes are not the RFC 8785 form of what they say")]
    NotCanonical {
        /// Where, from 0.
        byte: usize,
    },
}

/// Returns the bytes that are signed for a payload: DSSE's `PAE(payloadType, payload)`.
///
/// ```
/// use tollgate::trail::pre_authentication;
///
/// assert_eq!(pre_authentication("{}"), b"DSSEv1 28 application/vnd.in-toto+json 2 {}");
/// ```
pub fn pre_authentication(payload: &str) -> Vec<u8> {
    format!("DSSEv1 {} {PAYLOAD_TYPE} {} {payload}", PAYLOAD_TYPE.len(), payload.len()).into_bytes()
}

/// Returns how many bytes are stored of a payload of so many bytes, once it has so many signatures.
pub fn stored_bytes(payload_bytes: usize, signatures: usize) -> usize {
    // What stands around the payload and the list of signatures, and what one signature takes with its comma.
    let around =
        r#"{"payload":"","payloadType":"","signatures":[]}"#.len().saturating_add(PAYLOAD_TYPE.len());
    let signature = r#"{"keyid":"","sig":""},"#.len().saturating_add(64).saturating_add(88);
    let signatures = signatures.saturating_mul(signature).saturating_sub(1);
    let payload = payload_bytes.div_ceil(3).saturating_mul(4);
    around.saturating_add(payload).saturating_add(signatures)
}

impl Envelope {
    /// Returns the bytes to store. They are their own RFC 8785 form.
    pub fn text(&self) -> String {
        let mut text = String::with_capacity(self.payload.len().saturating_mul(2));
        text.push_str(r#"{"payload":""#);
        STANDARD.encode_string(&self.payload, &mut text);
        text.push_str(r#"","payloadType":""#);
        text.push_str(PAYLOAD_TYPE);
        text.push_str(r#"","signatures":["#);
        for (index, signature) in self.signatures.iter().enumerate() {
            text.push_str(if index == 0 { r#"{"keyid":""# } else { r#",{"keyid":""# });
            text.push_str(&signature.key.to_string());
            text.push_str(r#"","sig":""#);
            STANDARD.encode_string(signature.bytes, &mut text);
            text.push_str(r#""}"#);
        }
        text.push_str("]}");
        text
    }

    /// Reads an envelope as it was stored.
    ///
    /// # Errors
    /// [`EnvelopeError`]: whatever two readers could understand differently, or another spelling than ours.
    pub fn read(stored: &[u8]) -> Result<Self, EnvelopeError> {
        if stored.len() > MOST_BYTES {
            return Err(EnvelopeError::TooLarge { bytes: stored.len() });
        }
        // Canonical JSON, canonical base64 and names in lower case: nothing of it can be written in another way.
        let (document, otherwise) = Document::read_compared(json::utf8(stored)?, LIMITS)?;
        let envelope = Self::of_value(document.value())?;
        otherwise.map_or(Ok(envelope), |byte| Err(EnvelopeError::NotCanonical { byte }))
    }

    /// Reads an envelope that stands in other JSON.
    ///
    /// # Errors
    /// [`EnvelopeError`], but for the order of members: that is the outer text's.
    pub fn of_json(json: &Json) -> Result<Self, EnvelopeError> {
        Self::of_value(Document::of(json).value())
    }

    fn of_value(value: Value<'_>) -> Result<Self, EnvelopeError> {
        let [payload, payload_type, signatures] = members(value, ["payload", "payloadType", "signatures"])?;
        let found = text(payload_type, "payloadType")?;
        if found != PAYLOAD_TYPE {
            return Err(EnvelopeError::PayloadType { found: found.chars().take(80).collect() });
        }
        let payload = decoded(text(payload, "payload")?, "payload")?;
        let payload = String::from_utf8(payload).map_err(|_| EnvelopeError::Shape { member: "payload" })?;
        let none = EnvelopeError::Shape { member: "signatures" };
        let Some(items) = signatures.items() else { return Err(none) };
        let signatures: Vec<Signature> = items.take(TOO_MANY).map(signature).collect::<Result<_, _>>()?;
        if signatures.is_empty() || signatures.len() == TOO_MANY {
            Err(none)
        } else {
            Ok(Self { payload, signatures })
        }
    }

    /// Returns the envelope as a value, to stand in other JSON.
    pub fn json(&self) -> Json {
        let text = |text: String| Json::String(text);
        let object = |members: Vec<(&str, Json)>| {
            Json::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
        };
        let signatures = self.signatures.iter().map(|signature| {
            object(vec![
                ("keyid", text(signature.key.to_string())),
                ("sig", text(STANDARD.encode(signature.bytes))),
            ])
        });
        object(vec![
            ("payload", text(STANDARD.encode(&self.payload))),
            ("payloadType", text(PAYLOAD_TYPE.to_owned())),
            ("signatures", Json::Array(signatures.collect())),
        ])
    }

    /// Says whether a key made the signature that names it; `false` where none does.
    pub fn is_signed_by(&self, key: &PublicKey) -> bool {
        let id = key.id();
        let message = pre_authentication(&self.payload);
        self.signatures
            .iter()
            .find(|signature| signature.key == id)
            .is_some_and(|signature| key.verify(&message, &signature.bytes).is_ok())
    }
}

impl Serialize for Envelope {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.json().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Envelope {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::of_json(&Json::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl<'de> Deserialize<'de> for Signature {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        signature(Document::of(&Json::deserialize(deserializer)?).value()).map_err(D::Error::custom)
    }
}

fn signature(value: Value<'_>) -> Result<Signature, EnvelopeError> {
    let [key, sig] = members(value, ["keyid", "sig"])?;
    let key = text(key, "keyid")?.parse().map_err(|_| EnvelopeError::Shape { member: "keyid" })?;
    let mut bytes = [0; SIGNATURE_BYTES];
    let length = STANDARD.decode_slice(text(sig, "sig")?, &mut bytes);
    match length {
        Ok(SIGNATURE_BYTES) => Ok(Signature { key, bytes }),
        Ok(_) | Err(DecodeSliceError::OutputSliceTooSmall) => Err(EnvelopeError::Shape { member: "sig" }),
        Err(DecodeSliceError::DecodeError(_)) => Err(EnvelopeError::Base64 { member: "sig" }),
    }
}

/// The members of an object that has these and no other.
fn members<'a, const N: usize>(
    value: Value<'a>,
    names: [&'static str; N],
) -> Result<[Value<'a>; N], EnvelopeError> {
    let mut found = [value; N];
    for (place, name) in found.iter_mut().zip(names) {
        *place = value.get(name).ok_or(EnvelopeError::Shape { member: name })?;
    }
    let (mut members, mut count) = (value.members().into_iter().flatten(), 0_usize);
    let other = members.find(|(name, _)| {
        count = count.saturating_add(1);
        !names.contains(name)
    });
    match other {
        Some((member, _)) => Err(EnvelopeError::Unknown { member: quoted(member) }),
        None if count == N => Ok(found),
        None => Err(EnvelopeError::Shape { member: names.last().copied().unwrap_or_default() }),
    }
}

fn text<'a>(value: Value<'a>, member: &'static str) -> Result<&'a str, EnvelopeError> {
    value.text().ok_or(EnvelopeError::Shape { member })
}

/// The crate refuses padding that is missing and bits that no byte has: RFC 4648 §3.5.
fn decoded(text: &str, member: &'static str) -> Result<Vec<u8>, EnvelopeError> {
    STANDARD.decode(text).map_err(|_| EnvelopeError::Base64 { member })
}
