//! Signed notes: a text and the signatures under it, as <https://c2sp.org/signed-note@v1.0.0> publishes them.
//!
//! ```
//! use tollgate::trail::key::Seed;
//! use tollgate::trail::note::{Note, VerifierKey};
//!
//! let seed = Seed::from_bytes([7; 32]);
//! let key = VerifierKey::new("example.com/log", seed.public_key())?;
//! let text = "Who signed this?\n";
//!
//! let note = Note::with_signature(text, &key, &seed.sign(text.as_bytes()))?; // or a signature of the host's own signer
//! let read = Note::read(note.to_string().as_bytes())?;
//! assert_eq!(read.verify(&[key])?.len(), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The only signatures that are known here are Ed25519 ones (type 0x01); others are kept and not counted.
//!
//! Always holds: a [`Note`] has a text that ends in a line end, and a signature at least; its text form reads back as the
//! same note, and every byte of a text form that was read is in it again.

mod verifier;

pub use verifier::{VerifierKey, VerifierKeyError};

use std::fmt::{self, Write as _};

use super::base64;
use super::key::KeyError;
use crate::value::{Instant, quoted};

/// The most signatures that a note may have.
pub const MOST_SIGNATURES: usize = 100;

/// The largest note in bytes.
pub const MOST_BYTES: usize = 1_000_000;

/// What a signature line begins with: an em dash and a space.
const SIGNATURE_START: &str = "\u{2014} ";

/// A text and the signatures under it. That a note exists says nothing of who signed it: [`Note::verify`] does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<NoteSignature>,
}

/// A signature line of a note, not yet verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteSignature {
    name: String,
    key_id: u32,
    signature: Vec<u8>,
}

/// Why bytes are no signed note, or a note is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// More bytes than [`MOST_BYTES`].
    #[error("a note has at most {MOST_BYTES} bytes, not {given}")]
    TooLarge {
        /// The bytes given.
        given: usize,
    },
    /// Not UTF-8.
    #[error("a note is UTF-8: byte {offset_bytes} is not")]
    NotUtf8 {
        /// The first byte that is none.
        offset_bytes: usize,
    },
    /// A control character other than the line end.
    #[error(
        "byte {offset_bytes} is the control character U+{code:04X}: a note has none but the line end U+000A"
    )]
    Control {
        /// Where it stands.
        offset_bytes: usize,
        /// Its code point.
        code: u32,
    },
    /// Lines that end as on Windows.
    #[error(
        "its lines end in CR LF, as on Windows, and what is signed is exact bytes: save it as it was printed, with LF alone"
    )]
    WindowsLineEnds,
    /// The text does not end in a line end.
    #[error("the text of a note ends in a line end")]
    Unended,
    /// There is no blank line, or nothing after the last one.
    #[error(
        "the note is not signed: after its text come a blank line and signature lines, each with its line end"
    )]
    NoSignatures,
    /// A line after the last blank line is no signature line.
    #[error(
        "signature line {line} is `{text}`: write `\u{2014} `, the key's name, a space, base64 of more than 4 bytes"
    )]
    Line {
        /// Which signature line, counted from 1.
        line: usize,
        /// The line, cut for a message.
        text: String,
    },
    /// More signatures than [`MOST_SIGNATURES`].
    #[error("a note has at most {MOST_SIGNATURES} signatures")]
    TooManySignatures,
    /// The key has signed the note already.
    #[error("`{name}` has signed the note already")]
    AlreadySigned {
        /// The key's name.
        name: String,
    },
    /// Two trusted keys have one name and one key ID, so that a signature cannot be told to be one's.
    #[error("two trusted keys are named `{name}` and have one key ID: rename one")]
    Ambiguous {
        /// Their name.
        name: String,
    },
    /// A line names a trusted key, and the signature is not its.
    #[error("the signature of the trusted key `{name}` does not verify: {fault}")]
    Refused {
        /// The key's name.
        name: String,
        /// What is wrong with it.
        fault: KeyError,
    },
    /// A witness signed a time that no calendar has.
    #[error("the witness `{name}` saw the note at a time after the year 2199")]
    Time {
        /// The key's name.
        name: String,
    },
    /// No trusted key has signed.
    #[error("no trusted key has signed the note; it names {names}")]
    Unsigned {
        /// The names on its signature lines, quoted and cut for a message.
        names: String,
    },
}

impl Note {
    /// Reads the text form, which must be all of `bytes`.
    ///
    /// # Errors
    /// [`NoteError`]: the first thing that is not as the specification has it.
    pub fn read(bytes: &[u8]) -> Result<Self, NoteError> {
        if bytes.len() > MOST_BYTES {
            return Err(NoteError::TooLarge { given: bytes.len() });
        }
        let whole = str::from_utf8(bytes)
            .map_err(|error| NoteError::NotUtf8 { offset_bytes: error.valid_up_to() })?;
        check_characters(whole)?;
        // The text may have blank lines, signature lines none: the last blank line parts them. One at the very end
        // leaves no signatures.
        let (text, lines) = whole.rsplit_once("\n\n").ok_or(NoteError::NoSignatures)?;
        let lines = lines.strip_suffix('\n').ok_or(NoteError::NoSignatures)?;
        let mut signatures = Vec::new();
        for (index, line) in lines.split('\n').enumerate() {
            if signatures.len() == MOST_SIGNATURES {
                return Err(NoteError::TooManySignatures);
            }
            let fault = || NoteError::Line { line: index.saturating_add(1), text: quoted(line) };
            signatures.push(NoteSignature::read(line).ok_or_else(fault)?);
        }
        Ok(Self { text: format!("{text}\n"), signatures })
    }

    /// Returns the note of `text`, whose bytes a host has signed.
    ///
    /// # Errors
    /// [`NoteError`] if this is no text of a note, or the signature is not `key`'s over its bytes.
    pub fn with_signature(text: &str, key: &VerifierKey, signature: &[u8]) -> Result<Self, NoteError> {
        check_characters(text)?;
        if !text.ends_with('\n') {
            return Err(NoteError::Unended);
        }
        let mut note = Self { text: text.to_owned(), signatures: Vec::new() };
        note.add_signature(key, signature)?;
        Ok(note)
    }

    /// Adds a signature over [`Note::text`]'s bytes below those that are there.
    ///
    /// # Errors
    /// [`NoteError`] if it is not `key`'s, if `key` has signed already, or if the note would grow beyond its limits.
    pub fn add_signature(&mut self, key: &VerifierKey, signature: &[u8]) -> Result<(), NoteError> {
        if self.signatures.iter().any(|other| other.names(key)) {
            return Err(NoteError::AlreadySigned { name: key.name().to_owned() });
        }
        if self.signatures.len() >= MOST_SIGNATURES {
            return Err(NoteError::TooManySignatures);
        }
        let signature = NoteSignature {
            name: key.name().to_owned(),
            key_id: key.key_id(),
            signature: signature.to_vec(),
        };
        signature.verify(&self.text, key)?;
        self.signatures.push(signature);
        let given = self.to_string().len();
        if given > MOST_BYTES {
            self.signatures.pop();
            return Err(NoteError::TooLarge { given });
        }
        Ok(())
    }

    /// Returns the text with its last line end: the bytes that are signed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the signature lines in order, known or not.
    pub fn signatures(&self) -> &[NoteSignature] {
        &self.signatures
    }

    /// Returns which of the trusted `keys` have signed, in the order of their lines; there is at least one.
    ///
    /// Lines of other keys are passed over, also if they have a trusted key's name or key ID but not both. A key that
    /// has signed twice is returned once.
    ///
    /// # Errors
    /// [`NoteError::Refused`] if a line names a trusted key and does not verify, whatever the other lines say;
    /// [`NoteError::Unsigned`] if there is none of a trusted key; [`NoteError::Ambiguous`].
    pub fn verify<'key>(&self, keys: &'key [VerifierKey]) -> Result<Vec<&'key VerifierKey>, NoteError> {
        let mut signers: Vec<&VerifierKey> = Vec::new();
        for signature in &self.signatures {
            let mut named = keys.iter().filter(|key| signature.names(key));
            let Some(key) = named.next() else { continue };
            if named.any(|other| other != key) {
                return Err(NoteError::Ambiguous { name: key.name().to_owned() });
            }
            signature.verify(&self.text, key)?;
            if !signers.contains(&key) {
                signers.push(key);
            }
        }
        if signers.is_empty() {
            let names: Vec<String> = self.signatures.iter().map(|line| format!("`{}`", line.name)).collect();
            return Err(NoteError::Unsigned { names: quoted(&names.join(", ")) });
        }
        Ok(signers)
    }
}

impl Note {
    /// Returns which of the trusted witnesses have seen the note, and when: each once, with the latest time that it signed.
    ///
    /// # Errors
    /// As [`verify`](Self::verify), except that nobody has; [`NoteError::Time`].
    pub fn witnesses<'key>(
        &self,
        keys: &'key [VerifierKey],
    ) -> Result<Vec<(&'key VerifierKey, Instant)>, NoteError> {
        let signers = match self.verify(keys) {
            Err(NoteError::Unsigned { .. }) => Vec::new(),
            signers => signers?,
        };
        let mut seen = Vec::new();
        for key in signers.into_iter().filter(|key| key.is_cosigner()) {
            let times =
                self.signatures.iter().filter(|line| line.names(key)).filter_map(NoteSignature::timed);
            let time = times.map(|(time, _)| time).max().unwrap_or_default();
            let ms = i64::try_from(time).ok().and_then(|seconds| seconds.checked_mul(1_000));
            let at = ms.and_then(|ms| Instant::from_epoch_ms(ms).ok());
            seen.push((key, at.ok_or_else(|| NoteError::Time { name: key.name().to_owned() })?));
        }
        Ok(seen)
    }
}

impl fmt::Display for Note {
    /// Writes the text form.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)?;
        f.write_char('\n')?;
        for NoteSignature { name, key_id, signature } in &self.signatures {
            let encoded = base64::write(&[key_id.to_be_bytes().as_slice(), signature].concat());
            writeln!(f, "{SIGNATURE_START}{name} {encoded}")?;
        }
        Ok(())
    }
}

impl NoteSignature {
    fn read(line: &str) -> Option<Self> {
        let (name, encoded) = line.strip_prefix(SIGNATURE_START)?.split_once(' ')?;
        let bytes = base64::read(encoded)?;
        let (key_id, signature) = bytes.split_first_chunk()?;
        if !verifier::is_name(name) || signature.is_empty() {
            return None;
        }
        let (name, key_id) = (name.to_owned(), u32::from_be_bytes(*key_id));
        Some(Self { name, key_id, signature: signature.to_vec() })
    }

    /// Returns the name of the key.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the key ID of the note format, the first four bytes on the line.
    pub fn key_id(&self) -> u32 {
        self.key_id
    }

    fn names(&self, key: &VerifierKey) -> bool {
        self.name == key.name() && self.key_id == key.key_id()
    }

    fn verify(&self, text: &str, key: &VerifierKey) -> Result<(), NoteError> {
        let refused = |fault| NoteError::Refused { name: self.name.clone(), fault };
        if !key.is_cosigner() {
            return key.key().verify(text.as_bytes(), &self.signature).map_err(refused);
        }
        let given = self.signature.len();
        let (time, signature) = self.timed().ok_or(refused(KeyError::SignatureLength { given }))?;
        // tlog-cosignature, "Ed25519 signed message".
        let message = format!("cosignature/v1\ntime {time}\n{text}");
        key.key().verify(message.as_bytes(), signature).map_err(refused)
    }

    /// The time of a cosignature, in seconds since 1970, and what is left of it.
    fn timed(&self) -> Option<(u64, &[u8])> {
        let (time, signature) = self.signature.split_first_chunk()?;
        Some((u64::from_be_bytes(*time), signature))
    }
}

/// Text of a note has no control character below U+0020 but the line end.
fn check_characters(text: &str) -> Result<(), NoteError> {
    match text.char_indices().find(|(_, char)| *char < ' ' && *char != '\n') {
        Some((offset_bytes, '\r'))
            if text.get(offset_bytes..).is_some_and(|rest| rest.starts_with("\r\n")) =>
        {
            Err(NoteError::WindowsLineEnds)
        }
        Some((offset_bytes, char)) => Err(NoteError::Control { offset_bytes, code: char.into() }),
        None => Ok(()),
    }
}
