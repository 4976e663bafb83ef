//! Proof that an entry is in a log, for whoever has neither the log nor this program (C2SP tlog-proof).

use crate::api::Refusal;
use crate::trail::Tombstone;
use crate::trail::checkpoint::Checkpoint;
use crate::trail::note::Note;
use crate::trail::receipt::Receipt;
use crate::trail::tree::{Tree, leaf_hash};
use crate::value::Digest;

/// Returns the leaf hash of an entry as stored; of one that was purged, the hash that stands in its place.
pub fn leaf_of(stored: &[u8]) -> Digest {
    Tombstone::read(stored).map_or_else(|| leaf_hash(stored), |tombstone| tombstone.leaf)
}

/// Returns the proof that the entry at an index is among those that a checkpoint signs. `leaves` are the hashes of the entries
/// in their order, from the first on; those after the checkpoint are left aside.
///
/// # Errors
/// `BAD_CHECKPOINT` if the text is no checkpoint, or signs other entries; `BAD_CALL` for an index beyond it.
pub fn prove(checkpoint: &str, index: u64, leaves: &[Digest]) -> Result<Receipt, Refusal> {
    let bad = |message: String| Refusal::new("BAD_CHECKPOINT", message).at("checkpoint");
    let note = Note::read(checkpoint.as_bytes()).map_err(|error| bad(error.to_string()))?;
    let head = Checkpoint::read(note.text()).map_err(|error| bad(error.to_string()))?.head();
    let size = usize::try_from(head.size).unwrap_or(usize::MAX);
    let Some(signed) = leaves.get(..size) else {
        let message = format!("the checkpoint signs {} entries, and here are {}", head.size, leaves.len());
        return Err(bad(message).help("the end is cut off, or the checkpoint belongs to a longer copy"));
    };
    let tree: Tree = signed.iter().copied().collect();
    if tree.head() != head {
        let message = "the entries are not those that the checkpoint signs";
        return Err(bad(message.to_owned()).help("verify the trail: that says where it breaks"));
    }
    let proof = tree.inclusion_proof(index, head.size).map_err(|error| {
        Refusal::new("BAD_CALL", error.to_string())
            .at("index")
            .help("take a checkpoint after the entry was made")
    })?;
    Ok(Receipt { index, proof, checkpoint: note, extra: Vec::new() })
}
