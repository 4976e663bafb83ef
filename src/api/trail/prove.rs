//! The last checkpoint that lies with a trail, and proofs that entries are under it.

use crate::api::Refusal;
use crate::trail::checkpoint::Checkpoint;
use crate::trail::note::{Note, VerifierKey};
use crate::trail::receipt::{Receipt, ReceiptError};
use crate::trail::tree::{Tree, leaf_hash};
use crate::trail::{Checked, Entry, Envelope, Fault, Tombstone, Verifier, is_signed};
use crate::value::Digest;

/// A checkpoint, and the entries as far as they were taken. Each is verified: of a trail that is broken nothing is to be proved.
#[derive(Debug, Clone)]
pub struct Prover {
    note: Note,
    checkpoint: Checkpoint,
    verifier: Verifier,
    fault: Option<Fault>,
    tree: Tree,
}

/// What a receipt proves of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProvedEntry {
    /// Its place.
    pub index: u64,
    /// The head of the tree that it is in.
    pub checkpoint: Checkpoint,
    /// The witnesses that were given, and when each has seen that head.
    pub witnesses: Vec<String>,
    /// What the entry says; `None` where it was purged.
    pub entry: Option<Entry>,
}

/// Reads a checkpoint of any log: whoever signed it is not looked at.
///
/// # Errors
/// `BAD_CHECKPOINT`: it is none.
pub fn read_checkpoint(text: &str) -> Result<(Note, Checkpoint), Refusal> {
    let bad = |message: String| Refusal::new("BAD_CHECKPOINT", message);
    let note = Note::read(text.as_bytes()).map_err(|error| bad(error.to_string()))?;
    let checkpoint = Checkpoint::read(note.text()).map_err(|error| bad(error.to_string()))?;
    Ok((note, checkpoint))
}

/// Returns the leaf hash of an entry as stored; of one that was purged, the hash that stands in its place.
pub fn leaf_of(stored: &[u8]) -> Digest {
    Tombstone::read(stored).map_or_else(|| leaf_hash(stored), |tombstone| tombstone.leaf)
}

/// Returns the proof that the entry at an index is among those that a checkpoint signs, for the host of the log, who has verified it.
/// `leaves` are the hashes of the entries in their order, from the first on; those after the checkpoint are left aside.
///
/// # Errors
/// `BAD_CHECKPOINT`: the text is none; else as [`Prover::receipt`].
pub fn prove(checkpoint: &str, index: u64, leaves: &[Digest]) -> Result<String, Refusal> {
    let (note, checkpoint) = read_checkpoint(checkpoint)?;
    let signed = usize::try_from(checkpoint.head().size).unwrap_or(usize::MAX);
    let tree = leaves.iter().copied().take(signed).collect();
    signs(&checkpoint, &tree)?;
    receipt(note, &tree, index)
}

/// Holds the entries of a tree against what a checkpoint signs.
fn signs(checkpoint: &Checkpoint, tree: &Tree) -> Result<(), Refusal> {
    let (head, size) = (checkpoint.head(), tree.size());
    if size < head.size {
        let message = format!(
            "the last checkpoint signs {} entries, and here are {size}: the end is cut off, or the checkpoint belongs to a longer copy",
            head.size
        );
        return Err(Refusal::new("STALE", message));
    }
    if tree.head() == head {
        Ok(())
    } else {
        let message = "the entries are not those that the last checkpoint signs: `tollgate trail verify` says where it breaks";
        Err(Refusal::new("BROKEN", message))
    }
}

fn receipt(note: Note, tree: &Tree, index: u64) -> Result<String, Refusal> {
    let size = tree.size();
    if index >= size {
        let message = format!(
            "entry {index} is not among the {size} that the last checkpoint signs, counted from 0: has the trail more, export it anew"
        );
        return Err(Refusal::new("NO_ENTRY", message));
    }
    let proof =
        tree.inclusion_proof(index, size).map_err(|error| Refusal::new("NO_ENTRY", error.to_string()))?;
    Ok(Receipt { index, proof, checkpoint: note, extra: Vec::new() }.to_string())
}

impl Prover {
    /// Checks a receipt without the log: that the entry, as stored, is in the tree whose head `log` signed.
    ///
    /// # Errors
    /// `BAD_KEY`: a key is none, or the log's is a witness's; `BAD_RECEIPT`: the text is none, or is of another entry, another log or another tree, or a witness has not seen its head.
    pub fn check(
        receipt: &str,
        stored: &[u8],
        log: &str,
        witnesses: &[String],
    ) -> Result<ProvedEntry, Refusal> {
        let bad = |message: String| Refusal::new("BAD_RECEIPT", message);
        let key = |text: &str, member: &str| {
            text.parse::<VerifierKey>().map_err(|error| Refusal::new("BAD_KEY", error.to_string()).at(member))
        };
        let log = key(log, "log")?;
        if log.is_cosigner() {
            let message = format!(
                "the key of `{}` is a witness's, which signs heads of others: give that of the log itself",
                log.name()
            );
            return Err(Refusal::new("BAD_KEY", message).at("log"));
        }
        let witnesses: Vec<VerifierKey> =
            witnesses.iter().map(|text| key(text, "witness")).collect::<Result<_, _>>()?;
        let read = Receipt::read(receipt.as_bytes()).map_err(|error| bad(error.to_string()))?;
        let entry = Envelope::read(stored).ok().and_then(|envelope| Entry::read(&envelope.payload).ok());
        // The tree says at which place it is, and the entry itself says so, too.
        if let Some(entry) = entry.as_ref().filter(|entry| entry.index.0 != read.index) {
            let message =
                format!("it is of entry {}, and the entry says that it is {}", read.index, entry.index);
            return Err(bad(message));
        }
        let tombstone = Tombstone::read(stored);
        if let Some(purged) = tombstone.as_ref().filter(|purged| purged.index.0 != read.index) {
            let message = format!(
                "it is of entry {}, and what stands for a purged one says that it is {}",
                read.index, purged.index
            );
            return Err(bad(message));
        }
        let is_none = entry.is_none() && tombstone.is_none();
        let checkpoint = read.verify(leaf_of(stored), &[log]).map_err(|error| match error {
            ReceiptError::Proof(_) if is_none => {
                bad("what is given as the entry is no entry as it is stored: give what `tollgate trail show PATH INDEX --stored` prints, to the byte".to_owned())
            }
            error => bad(error.to_string()),
        })?;
        let seen = read.checkpoint.witnesses(&witnesses).map_err(|error| bad(error.to_string()))?;
        if let Some(absent) = witnesses.iter().find(|key| !seen.iter().any(|(seen, _)| seen == key)) {
            return Err(bad(format!("the witness `{}` has not signed its head", absent.name())));
        }
        let witnesses = seen.iter().map(|(key, at)| format!("{} ({at})", key.name())).collect();
        Ok(ProvedEntry { index: read.index, checkpoint, witnesses, entry })
    }

    /// Begins with the checkpoints of a trail: the one of the most entries counts.
    ///
    /// # Errors
    /// `BAD_CHECKPOINT`: one of them is none, or there is none.
    pub fn new(notes: &[String]) -> Result<Self, Refusal> {
        let mut last: Option<(Note, Checkpoint)> = None;
        for text in notes {
            let (note, checkpoint) = read_checkpoint(text)?;
            if last.as_ref().is_none_or(|(_, before)| before.head().size < checkpoint.head().size) {
                last = Some((note, checkpoint));
            }
        }
        let none =
            || Refusal::new("BAD_CHECKPOINT", "no checkpoint lies with the trail: export it anew with one");
        let (note, checkpoint) = last.ok_or_else(none)?;
        Ok(Self { note, checkpoint, verifier: Verifier::default(), fault: None, tree: Tree::default() })
    }

    /// Says whether the next entry is asked for: the checkpoint signs more than were taken, and all of them hold.
    pub fn wants_more(&self) -> bool {
        self.fault.is_none() && self.tree.size() < self.checkpoint.head().size
    }

    /// Returns how many entries were taken, and hold.
    pub fn size(&self) -> u64 {
        self.tree.size()
    }

    /// Takes the next entry, as stored.
    pub fn take(&mut self, stored: &[u8]) {
        let leaf = match self.verifier.take(stored) {
            Ok(Checked::Entry(followed)) => followed.leaf,
            Ok(Checked::Purged(tombstone)) => tombstone.leaf,
            Err(fault) => {
                self.fault.get_or_insert(fault);
                return;
            }
        };
        self.tree.append(leaf);
    }

    /// Returns the checkpoint, once the entries hold and are those that it signs, and the log's key has signed it.
    ///
    /// # Errors
    /// `BROKEN`: an entry does not hold, or they are others; `STALE`: there are fewer; `BAD_CHECKPOINT`: the log has not signed it.
    pub fn note(&self) -> Result<String, Refusal> {
        if let Some(fault) = &self.fault {
            return Err(Refusal::new("BROKEN", format!("broken at {}: {}", fault.index, fault.why)));
        }
        let is_signed = self.verifier.state().is_some_and(|state| is_signed(state, &self.note));
        // What it says is believed once it is signed. Of one beyond the end the key may not be known here.
        if is_signed || self.checkpoint.head().size > self.tree.size() {
            signs(&self.checkpoint, &self.tree)?;
        }
        if !is_signed {
            let message = "the log has not signed the last checkpoint that lies with the trail: it was altered, or is another log's; export the trail anew";
            return Err(Refusal::new("BAD_CHECKPOINT", message));
        }
        Ok(self.note.to_string())
    }

    /// Returns the proof that an entry is under the checkpoint (C2SP tlog-proof).
    ///
    /// # Errors
    /// As [`note`](Self::note); `NO_ENTRY` beyond the checkpoint.
    pub fn receipt(&self, index: u64) -> Result<String, Refusal> {
        self.note()?;
        receipt(self.note.clone(), &self.tree, index)
    }
}
