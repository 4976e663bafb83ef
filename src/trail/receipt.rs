//! Receipts: that an entry is in a log, checked without the log, as <https://c2sp.org/tlog-proof> publishes them.
//!
//! ```
//! use tollgate::trail::checkpoint::Checkpoint;
//! use tollgate::trail::key::Seed;
//! use tollgate::trail::note::VerifierKey;
//! use tollgate::trail::receipt::Receipt;
//! use tollgate::trail::tree::{Tree, leaf_hash};
//!
//! let seed = Seed::from_bytes([7; 32]);
//! let key = VerifierKey::new("example.com/log", seed.public_key())?;
//! let tree: Tree = [b"opened", b"judged", b"closed"].map(|entry| leaf_hash(entry)).into_iter().collect();
//! let checkpoint = Checkpoint::new("example.com/log", tree.head(), Vec::new())?;
//! let signature = seed.sign(checkpoint.to_string().as_bytes());
//!
//! let receipt = Receipt {
//!     index: 1,
//!     proof: tree.inclusion_proof(1, tree.size())?,
//!     checkpoint: checkpoint.with_signature(&key, &signature)?,
//!     extra: Vec::new(),
//! };
//! let read = Receipt::read(receipt.to_string().as_bytes())?;
//! assert_eq!(read.verify(leaf_hash(b"judged"), &[key])?.head().size, 3);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::fmt;

use super::checkpoint::{Checkpoint, CheckpointError};
use super::note::{MOST_BYTES, Note, NoteError, VerifierKey};
use super::tree::{ProofError, verify_inclusion};
use super::{base64, decimal};
use crate::value::{Digest, quoted};

const FIRST_LINE: &str = "c2sp.org/tlog-proof@v1\n";

/// An entry's index, the proof that it is there, and the checkpoint that signs the tree. Every combination is legal:
/// only [`Receipt::verify`] says whether it proves anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The index of the entry, counted from 0.
    pub index: u64,
    /// The inclusion proof, the entry's sibling first.
    pub proof: Vec<Digest>,
    /// The signed checkpoint, with the signatures of witnesses if there are any.
    pub checkpoint: Note,
    /// Bytes of the application's own, which nothing signs; empty for none.
    pub extra: Vec<u8>,
}

/// Why bytes are no receipt, or a receipt proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    /// More bytes than a note may have.
    #[error("a receipt has at most {MOST_BYTES} bytes, not {given}")]
    TooLarge {
        /// The bytes given.
        given: usize,
    },
    /// Not UTF-8.
    #[error("a receipt is UTF-8: byte {offset_bytes} is not")]
    NotUtf8 {
        /// The first byte that is none.
        offset_bytes: usize,
    },
    /// The first line is another.
    #[error("the first line of a receipt is `c2sp.org/tlog-proof@v1`")]
    FirstLine,
    /// No blank line parts proof and checkpoint.
    #[error("the receipt has no blank line between proof and checkpoint")]
    NoCheckpoint,
    /// A line before the blank line is not as it should be.
    #[error("line {line} of the receipt is `{text}`: {remedy}")]
    Line {
        /// Which line, counted from 1.
        line: usize,
        /// The line, cut for a message.
        text: String,
        /// What stands there instead.
        remedy: &'static str,
    },
    /// The checkpoint is no signed note.
    #[error("the receipt's checkpoint: {0}")]
    Note(#[from] NoteError),
    /// The checkpoint is not accepted.
    #[error("the receipt's checkpoint: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// The entry is not where the receipt says.
    #[error("the receipt's proof: {0}")]
    Proof(#[from] ProofError),
}

impl Receipt {
    /// Reads the text form, which must be all of `bytes` (tlog-proof, "Format").
    ///
    /// # Errors
    /// [`ReceiptError`]: the first thing that is not as the specification has it. `extra` without bytes is refused:
    /// a receipt without them has no such line.
    pub fn read(bytes: &[u8]) -> Result<Self, ReceiptError> {
        if bytes.len() > MOST_BYTES {
            return Err(ReceiptError::TooLarge { given: bytes.len() });
        }
        let text = str::from_utf8(bytes)
            .map_err(|error| ReceiptError::NotUtf8 { offset_bytes: error.valid_up_to() })?;
        let text = text.strip_prefix(FIRST_LINE).ok_or(ReceiptError::FirstLine)?;
        let (lines, checkpoint) = text.split_once("\n\n").ok_or(ReceiptError::NoCheckpoint)?;
        let mut lines = (2..).zip(lines.split('\n')).peekable();
        let fault =
            |(line, text): (usize, &str), remedy| ReceiptError::Line { line, text: quoted(text), remedy };

        let mut extra = Vec::new();
        if let Some((line, text)) = lines.next_if(|(_, text)| text.starts_with("extra")) {
            let bytes = text.strip_prefix("extra ").and_then(base64::read).filter(|bytes| !bytes.is_empty());
            extra = bytes.ok_or_else(|| fault((line, text), "write `extra` and base64 of some bytes"))?;
        }
        let (line, text) = lines.next().unwrap_or((3, "")); // nothing after `extra`
        let index = text.strip_prefix("index ").and_then(decimal::read);
        let remedy = "write `index` and the index in decimal digits without zeros before it";
        let index = index.ok_or_else(|| fault((line, text), remedy))?;
        let hash = |(line, text)| {
            base64::read_digest(text).ok_or_else(|| fault((line, text), "write a hash as base64 of 32 bytes"))
        };
        let proof = lines.map(hash).collect::<Result<_, _>>()?;
        Ok(Self { index, proof, checkpoint: Note::read(checkpoint.as_bytes())?, extra })
    }

    /// Returns the checkpoint of the tree in which the entry with this leaf hash is, at the index that the receipt says.
    ///
    /// What is proved hangs on `keys` alone: a key of the log that is trusted, named as the log's origin.
    ///
    /// # Errors
    /// [`ReceiptError`]: the signatures first (tlog-proof, "Verifying a tlog proof").
    pub fn verify(&self, leaf: Digest, keys: &[VerifierKey]) -> Result<Checkpoint, ReceiptError> {
        let checkpoint = Checkpoint::open(&self.checkpoint, keys)?;
        verify_inclusion(leaf, self.index, &self.proof, &checkpoint.head())?;
        Ok(checkpoint)
    }
}

impl fmt::Display for Receipt {
    /// Writes the text form.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(FIRST_LINE)?;
        if !self.extra.is_empty() {
            writeln!(f, "extra {}", base64::write(&self.extra))?;
        }
        writeln!(f, "index {}", self.index)?;
        self.proof.iter().try_for_each(|hash| writeln!(f, "{}", base64::write(&hash.bytes)))?;
        write!(f, "\n{}", self.checkpoint)
    }
}
