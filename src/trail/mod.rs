//! The signed trail: entries that say who did what and when, in a tree whose head proves that none was changed or left out.
//!
//! ```text
//! draft ─ Log::draft ─► Entry ─ payload ─► bytes to sign ─ host ─► signatures ─ Log::seal ─► envelope, Head
//!                                                                                               │ store
//! envelope ─ Verifier::take ─► Checked          the last one ─ finish ─► Whole, or the first Fault ◄┘
//! ```
//!
//! Every format here is a published one, so that an auditor can check a trail with tools that no one here wrote:
//!
//! | module | format | published in |
//! |---|---|---|
//! | [`tree`] | hashes, inclusion proofs, consistency proofs | RFC 6962 and RFC 9162, section 2.1 |
//! | [`key`] | Ed25519 public keys as SPKI, signatures checked strictly | RFC 8032, RFC 8410 |
//! | [`Envelope`] | what is stored of an entry, with its signatures | DSSE v1.0, RFC 8785 |
//! | [`Entry`], [`Act`] | what is signed | in-toto Statement v1 |
//! | [`note`] | a text and the signatures under it | C2SP signed-note |
//! | [`checkpoint`] | the head of a log's tree, as such a text | C2SP tlog-checkpoint |
//! | [`receipt`] | an inclusion proof and its checkpoint | C2SP tlog-proof |
//!
//! Nothing here makes a key or reads a clock. Hosts sign: a module gives the bytes to sign and takes the signature back,
//! checked. Nothing panics, recurses or allocates without bound on what others wrote.
//!
//! Always holds: making an entry and checking it are one walk ([`Log`]). Each entry holds the root of the tree before it and
//! the digest of the [`State`] after it, so that one signed entry vouches for everything that a host hands back with it.
//! The trail sees bodies, not changes: what an entry says of a change is judged by whoever makes changes.

mod act;
mod base64;
mod blob;
mod body;
mod bundle;
pub mod checkpoint;
mod decimal;
mod disclosure;
mod entry;
mod envelope;
mod fault;
mod handover;
pub mod key;
mod keyring;
mod log;
pub mod note;
mod officer;
mod open;
pub mod receipt;
mod state;
mod statement;
mod tombstone;
pub mod tree;
mod verify;

pub use act::{ACT_TYPE, Act, ActError, LONGEST_MS, MOST_ACT_BYTES};
pub use base64::{read as from_base64, write as to_base64};
pub use blob::{Blob, BlobError, BlobRef, LARGEST_INLINE_BYTES, extract, extract_member, restore};
pub use body::{Adopted, Began, Enrolled, Erased, Hold, LogKey, Purged, Revoked, Root, Rotated, RuleFile};
pub use bundle::{Bundle, BundleError, Bundled, Excerpt, Proved, Signed};
pub use disclosure::{
    Disclosure, Revealed, conceal, disclosure_digest, places_withheld, reveal, withhold, withholds,
};
pub use entry::{
    Author, ChangeRef, Count, ENTRY_TYPE, Engine, Entry, EntryError, Kind, Millis, NoCount, PolicyRef,
    RequestRef,
};
pub use envelope::{
    Envelope, EnvelopeError, MOST_BYTES, PAYLOAD_TYPE, Signature, pre_authentication, stored_bytes,
};
pub use fault::{Fault, Why};
pub use handover::{HandedOver, Handover, Home, PeerAccepted, PeerDismissed, TakenOver};
pub use keyring::{Key, Keyring, Role, Spki};
pub use log::{Draft, Followed, Head, Log, Sealed, first, seal_first};
pub use officer::{LEAST_YEARS, ToState};
pub use open::{OpenChanges, OpenProof, Standing};
pub use state::{State, Summary};
pub use statement::{Stated, Statement, StatementError};
pub use tombstone::Tombstone;
pub use verify::{Checked, Pin, Verifier, Whole, is_signed};
