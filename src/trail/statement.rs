//! in-toto Statements, version 1 (in-toto/attestation, `spec/v1/statement.md`): what an envelope's payload is.

use crate::json::{self, Json, JsonError, Limits, canonical};
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
    /// Writing it again gives other bytes.
    #[error("the payload's bytes are not the RFC 8785 form of what they say")]
    NotCanonical,
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

    /// Reads the payload of an envelope.
    ///
    /// # Errors
    /// [`StatementError`]: also where it has another spelling than RFC 8785, or more than one subject.
    pub fn read(payload: &str) -> Result<Self, StatementError> {
        let json = json::read(payload, LIMITS)?;
        if canonical(&json) != payload {
            return Err(StatementError::NotCanonical);
        }
        let wrong = |member| StatementError::Shape { member };
        let Json::Object(members) = json else { return Err(StatementError::NoObject) };
        let (mut subject, mut kind, mut predicate, mut version) = (None, None, None, None);
        for (name, value) in members {
            match name.as_str() {
                "_type" => version = Some(value),
                "subject" => subject = Some(value),
                "predicateType" => kind = Some(value),
                "predicate" => predicate = Some(value),
                _ => return Err(StatementError::Unknown { member: quoted(&name) }),
            }
        }
        if version != Some(Json::String(TYPE.to_owned())) {
            return Err(wrong("_type"));
        }
        let Some(Json::String(predicate_type)) = kind else { return Err(wrong("predicateType")) };
        let Some(Json::Array(subjects)) = subject else { return Err(wrong("subject")) };
        let [subject] = subjects.as_slice() else { return Err(wrong("subject")) };
        let digest = subject.get("digest").and_then(|digests| digests.get("sha256"));
        let (Some(Json::String(name)), Some(Json::String(hex))) = (subject.get("name"), digest) else {
            return Err(wrong("subject"));
        };
        let digest = format!("sha256:{hex}").parse().map_err(|_| wrong("subject"))?;
        let predicate = predicate.ok_or_else(|| wrong("predicate"))?;
        let statement = Self { subject: name.clone(), digest, predicate_type, predicate };
        // A subject has no members but these two: they are what was read, so nothing else may have stood there.
        let members = |json: &Json| if let Json::Object(members) = json { members.len() } else { 0 };
        if members(subject) != 2 || subject.get("digest").map(members) != Some(1) {
            return Err(wrong("subject"));
        }
        Ok(statement)
    }
}
