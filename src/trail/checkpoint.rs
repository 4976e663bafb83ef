//! Checkpoints: the head of a log's tree in the text of a signed note, as <https://c2sp.org/tlog-checkpoint> publishes them.
//!
//! ```
//! use tollgate::trail::checkpoint::Checkpoint;
//! use tollgate::trail::key::Seed;
//! use tollgate::trail::note::{Note, VerifierKey};
//! use tollgate::trail::tree::{Frontier, leaf_hash};
//!
//! let seed = Seed::from_bytes([7; 32]);
//! let key = VerifierKey::new("example.com/log", seed.public_key())?;
//! let head = Frontier::from_iter([leaf_hash(b"opened")]).head();
//!
//! let checkpoint = Checkpoint::new("example.com/log", head, Vec::new())?;
//! let signature = seed.sign(checkpoint.to_string().as_bytes()); // or the host's own signer
//! let note = checkpoint.with_signature(&key, &signature)?;
//!
//! let read = Note::read(note.to_string().as_bytes())?;
//! assert_eq!(Checkpoint::open(&read, &[key])?, checkpoint);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::fmt;

use super::note::{Note, NoteError, VerifierKey};
use super::tree::{TreeHead, empty_root};
use super::{base64, decimal};
use crate::value::quoted;

/// What a log says of itself: its origin, the size and root of its tree, and lines of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    origin: String,
    head: TreeHead,
    extensions: Vec<String>,
}

/// Why a text is no checkpoint, or a checkpoint is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// Fewer than three lines, or a last line without its line end.
    #[error("a checkpoint has a line each for origin, size and root, and each has its line end")]
    Lines,
    /// An empty line.
    #[error("line {line} of the checkpoint is empty")]
    Empty {
        /// Which line, counted from 1.
        line: usize,
    },
    /// A line that cannot stand in a note.
    #[error("line {line} of the checkpoint has a control character or a line end in it")]
    Control {
        /// Which line, counted from 1.
        line: usize,
    },
    /// A size that is no decimal number.
    #[error("line 2 of the checkpoint is `{text}`: write the size in decimal digits without zeros before it")]
    Size {
        /// The line, cut for a message.
        text: String,
    },
    /// A root that is no hash.
    #[error("line 3 of the checkpoint is `{text}`: write the root as base64 of 32 bytes")]
    Root {
        /// The line, cut for a message.
        text: String,
    },
    /// The tree without entries has one root.
    #[error("the checkpoint of an empty log has another root than the empty tree")]
    EmptyTree,
    /// The note is not accepted.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// Trusted keys have signed it, and none is the log's own.
    #[error(
        "no key of the log `{origin}` has signed its checkpoint: trust a key of that name, or this is another log"
    )]
    NotByItsLog {
        /// The origin on the checkpoint, cut for a message.
        origin: String,
    },
}

impl Checkpoint {
    /// Returns the checkpoint of a log's tree. The origin names the log, best like `example.com/log`; extension lines are
    /// opaque, and none are recommended.
    ///
    /// # Errors
    /// [`CheckpointError`] if a line is empty or has a control character, or an empty tree has another root than its own.
    pub fn new(origin: &str, head: TreeHead, extensions: Vec<String>) -> Result<Self, CheckpointError> {
        if head.size == 0 && head.root != empty_root() {
            return Err(CheckpointError::EmptyTree);
        }
        let lines = [(1, origin)].into_iter().chain((4..).zip(extensions.iter().map(String::as_str)));
        for (line, text) in lines {
            if text.is_empty() {
                return Err(CheckpointError::Empty { line });
            }
            if text.contains(|char: char| char < ' ') {
                return Err(CheckpointError::Control { line });
            }
        }
        Ok(Self { origin: origin.to_owned(), head, extensions })
    }

    /// Reads the text of a note (tlog-checkpoint, "Note text").
    ///
    /// # Errors
    /// [`CheckpointError`]: the first thing that is not as the specification has it.
    pub fn read(text: &str) -> Result<Self, CheckpointError> {
        let mut lines = text.strip_suffix('\n').ok_or(CheckpointError::Lines)?.split('\n');
        let (Some(origin), Some(size), Some(root)) = (lines.next(), lines.next(), lines.next()) else {
            return Err(CheckpointError::Lines);
        };
        let size = decimal::read(size).ok_or_else(|| CheckpointError::Size { text: quoted(size) })?;
        let root = base64::read_digest(root).ok_or_else(|| CheckpointError::Root { text: quoted(root) })?;
        Self::new(origin, TreeHead { size, root }, lines.map(str::to_owned).collect())
    }

    /// Returns what a signed note says, if one of the trusted `keys` that signed it is named as its origin.
    ///
    /// Keys of witnesses can be among them: [`Note::verify`] says which have signed. That the origin is the one that
    /// is expected follows from the keys given.
    ///
    /// # Errors
    /// [`CheckpointError`]: the signatures first, for nothing of a note is to be used before.
    pub fn open(note: &Note, keys: &[VerifierKey]) -> Result<Self, CheckpointError> {
        let signers = note.verify(keys)?;
        let checkpoint = Self::read(note.text())?;
        if signers.iter().any(|key| key.name() == checkpoint.origin && !key.is_cosigner()) {
            Ok(checkpoint)
        } else {
            Err(CheckpointError::NotByItsLog { origin: quoted(&checkpoint.origin) })
        }
    }

    /// Returns the signed note, from a signature over the bytes that [`Display`](fmt::Display) writes.
    ///
    /// # Errors
    /// [`CheckpointError::NotByItsLog`] if `key` is named otherwise than the origin; [`CheckpointError::Note`] if the
    /// signature is not its.
    pub fn with_signature(&self, key: &VerifierKey, signature: &[u8]) -> Result<Note, CheckpointError> {
        if key.name() != self.origin || key.is_cosigner() {
            return Err(CheckpointError::NotByItsLog { origin: quoted(&self.origin) });
        }
        Ok(Note::with_signature(&self.to_string(), key, signature)?)
    }

    /// Returns the name of the log.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Returns size and root of its tree.
    pub fn head(&self) -> TreeHead {
        self.head
    }

    /// Returns the lines of its own, without line ends.
    pub fn extensions(&self) -> &[String] {
        &self.extensions
    }
}

impl fmt::Display for Checkpoint {
    /// Writes the text of the note: the bytes to sign.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n{}\n{}", self.origin, self.head.size, base64::write(&self.head.root.bytes))?;
        self.extensions.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}
