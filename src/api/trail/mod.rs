//! Changes and their trail: the only place where an event becomes an entry.
//!
//! ```text
//! command ─ change::next ─► events ─ command ─► Prepared ─ host signs ─► seal ─► what to store, and the log after it
//! stored entries ─ Verifier ─► Whole, or the first Fault          ─ Redecider ─► what would be decided otherwise today
//! ```
//!
//! A call that makes an entry has two halves. The first says what is to be signed and by which keys, with what is to be
//! kept beside the trail; the second takes the signatures, checks the finished entry as a verifier would, and returns
//! the bytes to store. Nothing is kept in between: the second half checks all of it again.

mod acted;
mod administer;
mod again;
mod approval;
mod check;
mod command;
mod digest;
mod eased;
mod excerpt;
mod finding;
mod gate;
mod handover;
mod known;
mod officer;
mod opaque;
mod personal;
mod prove;
mod recorded;
mod redecide;
mod shown;
mod signers;
mod taken_up;
mod told;
mod verdict;
mod witness;

pub use administer::{Administer, AdoptCall, Adoption, ToHold, administer, adopt, adoption, begin};
pub use approval::{ApprovalAnswer, ApprovalCall, ApprovalFile, Approved, approval, ask_approval};
pub use check::{
    Beside, Check, CheckAnswer, Compared, DifferenceAnswer, FaultAnswer, ForkAnswer, MissingBlob,
};
pub use command::{CommandAnswer, CommandCall, GivenBy, act_of, command};
pub use eased::Eased;
pub use finding::{Difference, Finding};
pub use gate::{GateAsked, GateCall, GateTold, ask_gate, gate_statement};
pub use handover::{
    BundleFile, HandOverCall, HandedOn, Proof, TakeOverCall, TakenOver, ToBundle, ToHandOver, bundle,
    hand_over, read_bundle, take_over, verified,
};
pub use known::known;
pub use officer::{Officers, PurgeOf};
pub use opaque::{opaque, opaque_roster};
pub(crate) use personal::put_back;
pub use prove::{ProvedEntry, Prover, leaf_of, prove, read_checkpoint};
pub use redecide::{Compile, Redecider};
pub use shown::{Form, Line, disclosure, earlier, entire, erased_by, line};
pub use signers::SignedBy;
pub use taken_up::{AdoptedPolicy, ErasedOf, TakenUp};
pub use told::{told_check, told_proof};
pub use witness::Witnessed;

use serde::Serialize;

use super::Refusal;
use crate::json::{Json, SerializeError};
use crate::trail::{
    self, Act, Blob, Disclosure, Engine, Entry, Fault, Head, Log, MOST_ACT_BYTES, MOST_BYTES, Role, Sealed,
    Signature, Why, pre_authentication, stored_bytes,
};
use crate::value::{Digest, Zone};

/// An entry that is to be signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prepared {
    /// The payload: what is signed is its [pre-authentication encoding](pre_authentication).
    pub payload: String,
    /// The keys that must sign, the log's first.
    pub signers: Vec<Signer>,
    /// What is to be kept before the entry is.
    pub blobs: Vec<Blob>,
    /// Personal data to be kept beside the trail.
    pub disclosures: Vec<Disclosure>,
}

/// Whose signature an entry needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Signer {
    /// That of one key.
    Key(String),
    /// Those of so many of these.
    Among {
        /// How many.
        least: u32,
        /// Of which keys.
        keys: Vec<String>,
    },
}

impl Prepared {
    /// Returns the bytes to sign.
    pub fn to_sign(&self) -> Vec<u8> {
        pre_authentication(&self.payload)
    }
}

/// Takes up a log where the host left it.
///
/// # Errors
/// `BAD_HEAD`: what the host kept does not belong together.
pub fn open(head: &Head) -> Result<Log, Refusal> {
    Log::open(head).map_err(|fault| {
        Refusal::new("BAD_HEAD", format!("the head does not belong together: {}", fault.why))
            .at("head")
            .help("read the trail again from its store: `verify` says where it breaks")
    })
}

/// Finishes an entry with its signatures, the log key's first.
///
/// # Errors
/// `BAD_HEAD`; `UNSIGNED` and the other words of [`Why`] if the entry does not follow.
pub fn seal(head: Option<&Head>, payload: String, signatures: Vec<Signature>) -> Result<Sealed, Refusal> {
    let sealed = match head {
        None => trail::seal_first(payload, signatures),
        Some(head) => open(head)?.seal(payload, signatures),
    };
    sealed.map_err(|fault| refused(&fault))
}

fn refused(fault: &Fault) -> Refusal {
    let help = match &fault.why {
        Why::Unsigned { .. } | Why::Signature { .. } => {
            "have it signed by the keys that must: the list of keys says whose each is"
        }
        Why::PrevRoot | Why::Index { .. } => "something was appended in between: open the trail again",
        Why::BadOrigin(_) => "give a host name and a path, such as `changes.example/payments`",
        Why::Roles => {
            "a pipeline's key is a machine's, every other a person's; root and log keys come with the beginning, and by rotation"
        }
        Why::NotHeld { .. } => "a hold that was placed is lifted once: the entries show which are in place",
        Why::ChangeForked { .. } => "read the trail again: the change went on in between, or in another log",
        Why::KeyKnown { .. } => {
            "make a new key: one that was enrolled before, under whatever role, is not enrolled again"
        }
        Why::Threshold { .. } => "give at least as many root keys as must sign",
        Why::Envelope(_) => "keep large values beside the trail",
        Why::Act(_) => "have it signed anew: it says why it does not count",
        Why::NoPeer { .. } => {
            "have root keys sign that changes are taken over from that log, or look at its identity again"
        }
        Why::PeerKnown { .. } => "there is nothing to do",
        _ => "look at what it names, and try again",
    };
    Refusal::new(fault.why.word(), format!("the entry was not made: {}", fault.why)).help(help)
}

/// The program that makes entries.
fn engine() -> Engine {
    Engine { version: env!("CARGO_PKG_VERSION").to_owned(), tzdata: Zone::DATABASE.to_owned() }
}

/// The key that signs every entry of a log.
fn log_signer(log: &Log) -> Signer {
    Signer::Key(log.state().log_key().map(|key| key.id.to_string()).unwrap_or_default())
}

/// As many root keys as the log asks for.
fn root_signers(log: &Log) -> Signer {
    let state = log.state();
    let keys = state.keys.of_role(Role::Root, state.size.0).map(|key| key.id.to_string()).collect();
    Signer::Among { least: state.threshold, keys }
}

/// Writes the payload of an entry that these sign. What is too large is refused here, before anybody signs it.
fn payload(entry: &Entry, signers: &[Signer]) -> Result<String, Refusal> {
    let payload = entry.payload().map_err(|error| unwritten(&error))?;
    let signatures = signers.iter().map(|signer| match signer {
        Signer::Key(_) => 1,
        Signer::Among { keys, .. } => keys.len(),
    });
    let bytes = stored_bytes(payload.len(), signatures.sum());
    if bytes <= MOST_BYTES {
        return Ok(payload);
    }
    let size = |json: &Json| crate::json::canonical(json).len();
    let body = entry.body.json();
    let members: &[(String, Json)] = if let Json::Object(members) = &body { members } else { &[] };
    let largest = members.iter().max_by_key(|(_, value)| size(value));
    let stated = size(&Json::Array(entry.statements.clone()));
    let place = largest.filter(|(_, value)| size(value) > stated).map_or("statements", |(name, _)| name);
    let message = format!("the entry would have {bytes} bytes, and at most {MOST_BYTES} are stored");
    let help = "say it shorter, and name a longer document by its SHA-256";
    Err(Refusal::new("ENTRY_TOO_LARGE", message).at(place).help(help))
}

/// Writes what somebody is to sign themselves.
///
/// # Errors
/// `STATEMENT_TOO_LARGE`: no entry has room for it.
pub fn to_sign(act: &Act) -> Result<String, Refusal> {
    let payload = act.payload().map_err(|error| Refusal::new("BAD_CALL", error.to_string()).at("act"))?;
    if payload.len() <= MOST_ACT_BYTES {
        return Ok(payload);
    }
    let message = format!(
        "the statement would have {} bytes, and an entry has room for {MOST_ACT_BYTES} of it",
        payload.len()
    );
    let help = "say it shorter, and name a longer document by its SHA-256; a gate is asked in its home log, which keeps long facts beside the entry";
    Err(Refusal::new("STATEMENT_TOO_LARGE", message).at("act").help(help))
}

fn unwritten(error: &SerializeError) -> Refusal {
    Refusal::new("BAD_CALL", format!("the entry cannot be written: {error}"))
}

/// The digest of what a value says, whatever the order of its members.
fn digest_of(json: &Json) -> Digest {
    Digest::of(crate::json::canonical(json).as_bytes())
}
