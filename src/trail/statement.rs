//! in-toto Statements, version 1 (in-toto/attestation, `spec/v1/statement.md`): what an envelope's payload is.

use serde::de::DeserializeOwned;

use super::entry::within;
use crate::json::{Document, Json, JsonError, Limits, Value, canonical};
use crate::value::{Digest, quoted};

const TYPE: &str = "https://in-toto.io/Statement/v1";

/// Payloads fit into envelopes of 65,535 bytes.
const LIMITS: Limits = Limits { size_bytes: 65_535, string_bytes: 65_535, depth: 64 };

/// A statement: that `predicate` holds of the subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// What it is about: the id of a change, a key or a policy.
    pub subject: String,
    /// The SHA-256 of the thing that it is about.
    pub digest: Digest,
    /// What kind of predicate it has, a URI.
    pub predicate_type: String,
    /// What is said.
    pub predicate: Json,
}

/// A statement that was read, with its predicate as the type that it should have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stated<T> {
    /// What it is about.
    pub subject: String,
    /// The SHA-256 of the thing that it is about.
    pub digest: Digest,
    /// What is said.
    pub predicate: T,
}

/// Why a payload is no statement of ours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StatementError {
    /// It is no JSON, or JSON that programs read in different ways.
    #[error("the payload is no strict JSON: {0}")]
    Json(#[from] JsonError),
    /// Some other JSON value.
    #[error("the payload is no JSON object")]
    NoObject,
    /// A member that no statement has.
    #[error("`{member}` is no member of a statement")]
    Unknown {
        /// The member, cut for a message.
        member: String,
    },
    /// A member is missing or not what it should be.
    #[error("`{member}` of the payload is missing, or not what a statement has there")]
    Shape {
        /// The member.
        member: &'static str,
    },
    /// It states something else.
    #[error("its predicate type is `{found}`, not `{wanted}`")]
    PredicateType {
        /// The type that it names, cut for a message.
        found: String,
        /// The type that belongs there.
        wanted: &'static str,
    },
    /// The predicate is not what the type says.
    #[error("`{path}` of the payload: {message}")]
    Predicate {
        /// The member.
        path: String,
        /// What is wrong with it.
        message: String,
    },
    /// Writing it again gives other bytes.
    #[error("from byte {byte} on the payload's bytes are not the RFC 8785 form of what they say")]
    NotCanonical {
        /// Where, from 0.
        byte: usize,
    },
}

impl Statement {
    /// Returns the statement's text in the form of RFC 8785.
    pub fn text(self) -> String {
        let object = |members: Vec<(&str, Json)>| {
            Json::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
        };
        let subject = object(vec![
            ("name", Json::String(self.subject)),
            ("digest", object(vec![("sha256", Json::String(self.digest.hex()))])),
        ]);
        canonical(&object(vec![
            ("_type", Json::String(TYPE.to_owned())),
            ("subject", Json::Array(vec![subject])),
            ("predicateType", Json::String(self.predicate_type)),
            ("predicate", self.predicate),
        ]))
    }

    /// Reads the payload of an envelope that states a predicate of one type: its subject, the digest of that, and the predicate.
    ///
    /// # Errors
    /// [`StatementError`]: also where it has another spelling than RFC 8785, or more than one subject.
    pub fn read<T: DeserializeOwned>(
        payload: &str,
        predicate_type: &'static str,
    ) -> Result<Stated<T>, StatementError> {
        let (document, otherwise) = Document::read_compared(payload, LIMITS)?;
        if let Some(byte) = otherwise {
            return Err(StatementError::NotCanonical { byte });
        }
        let wrong = |member| StatementError::Shape { member };
        let members = document.value().members().ok_or(StatementError::NoObject)?;
        let (mut subjects, mut kind, mut predicate, mut version) = (None, None, None, None);
        for (name, value) in members {
            match name {
                "_type" => version = value.text(),
                "subject" => subjects = value.items(),
                "predicateType" => kind = value.text(),
                "predicate" => predicate = Some(value),
                _ => return Err(StatementError::Unknown { member: quoted(name) }),
            }
        }
        if version != Some(TYPE) {
            return Err(wrong("_type"));
        }
        let kind = kind.ok_or_else(|| wrong("predicateType"))?;
        let mut subjects = subjects.ok_or_else(|| wrong("subject"))?;
        let (Some(subject), None) = (subjects.next(), subjects.next()) else { return Err(wrong("subject")) };
        let (subject, digest) = thing(subject).ok_or_else(|| wrong("subject"))?;
        let predicate = predicate.ok_or_else(|| wrong("predicate"))?;
        if kind != predicate_type {
            let found = kind.chars().take(80).collect();
            return Err(StatementError::PredicateType { found, wanted: predicate_type });
        }
        let predicate = predicate.typed().map_err(|error| StatementError::Predicate {
            path: within("predicate", &error.path()),
            message: error.message().to_owned(),
        })?;
        Ok(Stated { subject: subject.to_owned(), digest, predicate })
    }
}

/// What a statement is about: a subject with a name, one digest, and nothing else.
fn thing(subject: Value<'_>) -> Option<(&str, Digest)> {
    let (name, digests) = (subject.get("name")?.text()?, subject.get("digest")?);
    let hex = digests.get("sha256")?.text()?;
    let alone = subject.members()?.count() == 2 && digests.members()?.count() == 1;
    Digest::from_hex(hex).filter(|_| alone).map(|digest| (name, digest))
}
