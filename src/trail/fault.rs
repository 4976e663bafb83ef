//! Why a log is not whole, and where.

use super::act::ActError;
use super::blob::BlobError;
use super::entry::EntryError;
use super::envelope::EnvelopeError;
use super::key::{KeyError, KeyId};
use super::note::VerifierKeyError;
use crate::value::Instant;

/// The first thing that is wrong with a log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("entry {index}: {why}")]
pub struct Fault {
    /// The entry at which it shows.
    pub index: u64,
    /// What it is.
    pub why: Why,
}

/// What is wrong with an entry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    /// Its bytes are no envelope.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
    /// Its payload is no entry.
    #[error(transparent)]
    Entry(#[from] EntryError),
    /// A statement in it does not count.
    #[error(transparent)]
    Act(#[from] ActError),
    /// The body is not what its kind has.
    #[error("`{path}` of a `{kind}`: {message}")]
    Body {
        /// The kind.
        kind: &'static str,
        /// The member.
        path: String,
        /// What is wrong with it.
        message: String,
    },
    /// A member that its kind needs is missing.
    #[error("`{member}` is missing")]
    Missing {
        /// The member.
        member: &'static str,
    },
    /// It does not begin a log, and there is none.
    #[error("it does not begin a log: the first entry holds the root of trust")]
    NoBeginning,
    /// A name that no checkpoint can have.
    #[error("`origin`: {0}")]
    BadOrigin(VerifierKeyError),
    /// A log begins once.
    #[error("it begins a log that has begun")]
    BegunTwice,
    /// Another entry stands here than belongs here.
    #[error("it says of itself that it is entry {found}")]
    Index {
        /// The place that it names.
        found: u64,
    },
    /// It is of another log.
    #[error("it is of log `{origin}`, not of this one")]
    OtherLog {
        /// The log that it names.
        origin: String,
    },
    /// The tree before it has another root.
    #[error("the entries before it are not those that it was added to")]
    PrevRoot,
    /// Time went back.
    #[error("it was recorded before the entry before it")]
    ClockWentBack,
    /// The state after it is another.
    #[error("the state that it leads to is not the one that it says")]
    State,
    /// Whoever must sign did not, or somebody else did.
    #[error("it is not signed by {wanted}")]
    Unsigned {
        /// Who must sign.
        wanted: &'static str,
    },
    /// A signature is not one of the key that it names.
    #[error("a signature is not one of key {key} over these bytes")]
    Signature {
        /// The key.
        key: KeyId,
    },
    /// A key that cannot be used.
    #[error("{0}")]
    BadKey(KeyError),
    /// A key that the log does not have, or that counts no more.
    #[error("key {key} is not enrolled, or counts no more")]
    UnknownKey {
        /// The key.
        key: KeyId,
    },
    /// The same bytes are enrolled already.
    #[error("key {key} is enrolled already: one key has one owner")]
    KeyKnown {
        /// The key.
        key: KeyId,
    },
    /// Without this key nobody could go on.
    #[error(
        "without key {key} nobody could sign what follows: put another in its place first (`rotate`, or `recover` with the root keys where it is lost)"
    )]
    LastKey {
        /// The key.
        key: KeyId,
    },
    /// Roles that do not fit each other or whoever holds the key.
    #[error("these roles do not go together, or not with whoever holds the key")]
    Roles,
    /// A threshold that no signatures could meet.
    #[error("{threshold} root keys must sign, and there are not so many")]
    Threshold {
        /// The threshold.
        threshold: u32,
    },
    /// It goes on with a change from where the change is not.
    #[error("it goes on with change `{change}` as that was before or elsewhere, not as it is here now")]
    ChangeForked {
        /// The change.
        change: String,
    },
    /// A change that is not held.
    #[error("change `{change}` is not held")]
    NotHeld {
        /// The change.
        change: String,
    },
    /// A log that changes are not taken over from.
    #[error("log `{origin}` is not accepted here: root says from which logs changes are taken over")]
    NoPeer {
        /// The log.
        origin: String,
    },
    /// A log that changes are taken over from already, or this one.
    #[error("log `{origin}` is accepted already, or is this one")]
    PeerKnown {
        /// The log.
        origin: String,
    },
    /// A change that is still open.
    #[error("change `{change}` is open: nothing of it is purged")]
    StillOpen {
        /// The change.
        change: String,
    },
    /// A change that is held.
    #[error("change `{change}` is held: nothing of it is purged until that is lifted")]
    Held {
        /// The change.
        change: String,
    },
    /// A change whose time is not over.
    #[error("change `{change}` is kept until {until}: seven years after it ended at the least")]
    Retained {
        /// The change.
        change: String,
        /// Until when.
        until: Instant,
    },
    /// A purge that says something else of a change than its entries do.
    #[error("it purges change `{change}`, of whose entries or end it says something else than they do")]
    PurgesOtherwise {
        /// The change.
        change: String,
    },
    /// A checkpoint that was kept elsewhere is not signed by the log's key: it says nothing of the log.
    #[error(
        "the checkpoint of {size} entries that was given as a pin is not signed by the key that log `{origin}` had then: it was damaged or altered, or somebody else made it; fetch it again from where it was kept"
    )]
    UnsignedPin {
        /// Its place among those given.
        place: usize,
        /// This log.
        origin: String,
        /// How many entries it says that there were.
        size: u64,
    },
    /// A checkpoint that was kept elsewhere is of later than what is here, by a key that is not known here: nothing shows that it is
    /// the log's.
    #[error(
        "the checkpoint of {size} entries that was given as a pin is signed by a key that log `{origin}` has not had so far: its key was replaced since and this copy is older or cut off, or somebody else made the checkpoint; give a newer copy of the trail, or fetch the checkpoint again from where it was kept"
    )]
    LaterPin {
        /// Its place among those given.
        place: usize,
        /// This log.
        origin: String,
        /// How many entries it says that there were.
        size: u64,
    },
    /// A checkpoint that lies with it is not signed by the log's key.
    #[error(
        "the checkpoint of {size} entries that lies with it is not signed by the key that the log had then: it was damaged or altered; export the trail anew"
    )]
    UnsignedCheckpoint {
        /// Its place among the heads given.
        place: usize,
        /// How many entries it says that there were.
        size: u64,
    },
    /// A line of a checkpoint names a witness, and is not its signature.
    #[error(
        "a line of the checkpoint of {size} entries names a witness and is not its signature: it was damaged or altered; fetch it again"
    )]
    Cosignature {
        /// Its place among the heads given.
        place: usize,
        /// How many entries it says that there were.
        size: u64,
    },
    /// A head that was kept elsewhere is not the one here.
    #[error(
        "the head of {size} entries that was kept elsewhere has another root: this log was rewritten, or is another one"
    )]
    Pinned {
        /// Its place among those given.
        place: usize,
        /// Its size.
        size: u64,
    },
    /// A checkpoint that was kept elsewhere is another log's: it says nothing of this one.
    #[error(
        "the pin is of log `{origin}`, and this is log `{here}`: give a checkpoint of this log, or the trail of that one"
    )]
    OtherPin {
        /// Its place among those given.
        place: usize,
        /// The log that it names.
        origin: String,
        /// This one.
        here: String,
    },
    /// A checkpoint that lies with it is another log's.
    #[error("a checkpoint that lies with it is of log `{origin}`, and this is log `{here}`")]
    OtherCheckpoint {
        /// Its place among those given.
        place: usize,
        /// The log that it names.
        origin: String,
        /// This one.
        here: String,
    },
    /// What it says of a change does not hold.
    #[error("{0}")]
    Change(String),
    /// A blob is not the one that its entry needs.
    #[error(transparent)]
    Blob(#[from] BlobError),
    /// A purged entry that no later entry authorises.
    #[error("it was purged, and no entry authorises that")]
    Purged,
}

impl Why {
    /// Returns the place, among those given, of the head that it is about; `None` where it is about an entry.
    pub const fn place(&self) -> Option<usize> {
        match self {
            Self::UnsignedPin { place, .. }
            | Self::LaterPin { place, .. }
            | Self::UnsignedCheckpoint { place, .. }
            | Self::Cosignature { place, .. }
            | Self::Pinned { place, .. }
            | Self::OtherPin { place, .. }
            | Self::OtherCheckpoint { place, .. } => Some(*place),
            _ => None,
        }
    }

    /// Returns a stable word for programs.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Envelope(_) => "ENVELOPE",
            Self::Entry(_) => "ENTRY",
            Self::Act(_) => "STATEMENT",
            Self::Body { .. } | Self::Missing { .. } => "BODY",
            Self::NoBeginning => "NO_BEGINNING",
            Self::BadOrigin(_) => "BAD_ORIGIN",
            Self::BegunTwice => "BEGUN_TWICE",
            Self::Index { .. } => "WRONG_INDEX",
            Self::OtherLog { .. } => "OTHER_LOG",
            Self::PrevRoot => "PREV_ROOT",
            Self::ClockWentBack => "CLOCK_WENT_BACK",
            Self::State => "STATE",
            Self::Unsigned { .. } | Self::UnsignedCheckpoint { .. } | Self::Cosignature { .. } => "UNSIGNED",
            Self::UnsignedPin { .. } | Self::LaterPin { .. } => "BAD_PIN",
            Self::Signature { .. } => "SIGNATURE",
            Self::BadKey(_) => "BAD_KEY",
            Self::UnknownKey { .. } => "UNKNOWN_KEY",
            Self::KeyKnown { .. } => "KEY_KNOWN",
            Self::LastKey { .. } => "LAST_KEY",
            Self::Roles => "ROLES",
            Self::Threshold { .. } => "THRESHOLD",
            Self::ChangeForked { .. } => "CHANGE_FORKED",
            Self::NotHeld { .. } => "NOT_HELD",
            Self::NoPeer { .. } => "PEER_NOT_ACCEPTED",
            Self::PeerKnown { .. } => "PEER_KNOWN",
            Self::StillOpen { .. } => "NOT_CLOSED",
            Self::Held { .. } => "LEGAL_HOLD",
            Self::Retained { .. } => "RETENTION_NOT_OVER",
            Self::PurgesOtherwise { .. } => "PURGES_OTHERWISE",
            Self::Pinned { .. } => "PINNED",
            Self::OtherPin { .. } | Self::OtherCheckpoint { .. } => "OTHER_LOG",
            Self::Change(_) => "CHANGE",
            Self::Blob(_) => "BLOB",
            Self::Purged => "PURGED",
        }
    }
}
