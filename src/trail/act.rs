//! What somebody signs themselves, here or elsewhere, for the log of a change to take in: a vote, the results of tests, the
//! answer of a gate, the adoption of a policy.

use serde::{Deserialize, Serialize};

use super::entry::Millis;
use super::envelope::{Envelope, EnvelopeError};
use super::key::KeyId;
use super::keyring::{Key, Role};
use super::state::State;
use super::statement::{Stated, Statement, StatementError};
use crate::json::{Json, SerializeError, from_serialize};
use crate::value::Digest;

/// The predicate type of what people and programs sign themselves.
pub const ACT_TYPE: &str = "urn:tollgate:trail:act:v1";

/// The longest time for which a statement may be taken in, in milliseconds: seven days. For so long a log remembers it.
pub const LONGEST_MS: i64 = 604_800_000;

/// The most bytes of what is signed: an entry has room for so much of it beside its own.
pub const MOST_ACT_BYTES: usize = 24_000;

/// A statement of a person or a program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Act {
    /// The log that is to take it in, and no other.
    pub origin: String,
    /// That log's identity.
    pub log: Digest,
    /// Random, so that it is taken in once.
    pub nonce: String,
    /// When it was signed, by the signer's clock.
    pub time_ms: Millis,
    /// Until when it may be taken in: [`LONGEST_MS`] after it was signed at the latest.
    pub expires_ms: Millis,
    /// The person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// The program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub machine: Option<String>,
    /// What it is about: the id of a change or a policy.
    pub subject: String,
    /// The digest of the request, or of the policy.
    pub digest: Digest,
    /// What is done: `{"command": ..}`, `{"adopt": ..}`.
    pub act: Json,
}

/// Why an act does not count.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ActError {
    /// It is no envelope.
    #[error("a statement: {0}")]
    Envelope(#[from] EnvelopeError),
    /// Its payload is no statement.
    #[error("a statement: {0}")]
    Statement(#[from] StatementError),
    /// Its predicate is none of ours.
    #[error("a statement: `{path}` of its payload: {message}")]
    Shape {
        /// The member.
        path: String,
        /// What is wrong with it.
        message: String,
    },
    /// No entry has room for it.
    #[error("a statement has {bytes} bytes, and at most {MOST_ACT_BYTES} are taken in: say it shorter")]
    TooLarge {
        /// How many it has.
        bytes: usize,
    },
    /// It is meant for another log.
    #[error("a statement is for log `{origin}`, not for this one")]
    OtherLog {
        /// The log that it names.
        origin: String,
    },
    /// It has none or several signatures, where one belongs.
    #[error("a statement has one signature, that of whoever makes it")]
    Signatures,
    /// Its key is not enrolled for whoever makes it, or counts no more.
    #[error("a statement of `{by}` is signed by key {key}, which is not theirs here and now")]
    Key {
        /// Who is said to make it.
        by: String,
        /// The key that is said to have signed it.
        key: KeyId,
    },
    /// The signature is not one of that key over these bytes.
    #[error("the signature of a statement of `{by}` is not one of key {key}")]
    Signature {
        /// Who is said to make it.
        by: String,
        /// The key.
        key: KeyId,
    },
    /// It was signed by more time ago than it counts, or in the future, or is to count for too long.
    #[error(
        "a statement of `{by}` does not count at this instant: it has lapsed, was signed ahead of the log's clock, or is to count for more than seven days; set the clocks right, and have it signed anew"
    )]
    Expired {
        /// Who made it.
        by: String,
    },
    /// It was taken in before.
    #[error("a statement of `{by}` was taken in before, and counts once: have another one signed")]
    Taken {
        /// Who made it.
        by: String,
    },
}

impl Act {
    /// Returns the payload to be signed.
    ///
    /// # Errors
    /// [`SerializeError`] if the act holds a key twice.
    pub fn payload(&self) -> Result<String, SerializeError> {
        let (subject, digest) = (self.subject.clone(), self.digest);
        let predicate = from_serialize(self)?;
        Ok(Statement { subject, digest, predicate_type: ACT_TYPE.to_owned(), predicate }.text())
    }

    /// Reads what an envelope states, whoever signed it.
    ///
    /// # Errors
    /// [`ActError`]: it states nothing of this kind.
    pub fn read(envelope: &Envelope) -> Result<Self, ActError> {
        if envelope.payload.len() > MOST_ACT_BYTES {
            return Err(ActError::TooLarge { bytes: envelope.payload.len() });
        }
        let stated = Statement::read::<Self>(&envelope.payload, ACT_TYPE)?;
        let Stated { subject, digest, predicate: act } = stated;
        let wrong = |path: &str, message: &str| {
            Err(ActError::Shape { path: path.to_owned(), message: message.to_owned() })
        };
        if (&subject, digest) != (&act.subject, act.digest) {
            return wrong("subject", "the statement is about something else");
        }
        if act.nonce.is_empty() {
            return wrong("predicate.nonce", "it is empty, and must be random: 16 bytes in hexadecimal, say");
        }
        // Whatever else stood there would be signed, and mean nothing.
        if !matches!(&act.act, Json::Object(members) if members.len() == 1) {
            return wrong("predicate.act", "it must hold one act and nothing beside it");
        }
        Ok(act)
    }

    /// Returns who makes it.
    pub fn by(&self) -> &str {
        self.person.as_deref().or(self.machine.as_deref()).unwrap_or_default()
    }

    /// Returns what an envelope states, and the key that signed it: one that the log has enrolled for whoever makes it, and
    /// that counts for the next entry at `now`.
    ///
    /// # Errors
    /// [`ActError`] why it does not count.
    pub fn checked<'a>(
        envelope: &Envelope,
        state: &'a State,
        now: Millis,
    ) -> Result<(Self, &'a Key), ActError> {
        let act = Self::read(envelope)?;
        if act.origin != state.origin || act.log != state.log {
            return Err(ActError::OtherLog { origin: act.origin });
        }
        let [signature] = envelope.signatures.as_slice() else { return Err(ActError::Signatures) };
        let (by, id) = (act.by().to_owned(), signature.key);
        let not_theirs = || ActError::Key { by: by.clone(), key: id };
        let theirs = |key: &&Key| {
            let same = key.person == act.person && key.machine == act.machine;
            let speaks = [Role::Approver, Role::PolicyAuthor, Role::Pipeline, Role::DataProtectionOfficer];
            same && key.counts_at(state.size.0) && speaks.iter().any(|role| key.has(*role))
        };
        let key = state.keys.get(&id).filter(theirs).ok_or_else(not_theirs)?;
        let public = key.spki.key().map_err(|_| not_theirs())?;
        if !envelope.is_signed_by(&public) {
            return Err(ActError::Signature { by, key: id });
        }
        let span = act.expires_ms.0.since(act.time_ms.0).ms();
        if act.time_ms > now || act.expires_ms <= now || !(0..=LONGEST_MS).contains(&span) {
            return Err(ActError::Expired { by });
        }
        Ok((act, key))
    }
}
