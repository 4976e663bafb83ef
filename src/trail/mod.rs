//! The signed trail: a Merkle tree over its entries, checkpoints that sign the tree's head, receipts that prove an entry.
//!
//! Every format here is a published one, so that an auditor can check a trail with tools that no one here wrote:
//!
//! | module | format | published in |
//! |---|---|---|
//! | [`tree`] | hashes, inclusion proofs, consistency proofs | RFC 6962 and RFC 9162, section 2.1 |
//! | [`key`] | Ed25519 public keys as SPKI, signatures checked strictly | RFC 8032, RFC 8410 |
//! | [`note`] | a text and the signatures under it | C2SP signed-note |
//! | [`checkpoint`] | the head of a log's tree, as such a text | C2SP tlog-checkpoint |
//! | [`receipt`] | an inclusion proof and its checkpoint | C2SP tlog-proof |
//!
//! Nothing here makes a key or reads a clock. Hosts sign: a module gives the bytes to sign and takes the signature back,
//! checked. Nothing panics, recurses or allocates without bound on what others wrote.

mod base64;
pub mod checkpoint;
mod decimal;
pub mod key;
pub mod note;
pub mod receipt;
pub mod tree;
