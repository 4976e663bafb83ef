//! Who signs the head of a log: its own key, and others who have seen it, by cosignatures on its checkpoints (C2SP tlog-cosignature).

use serde::Serialize;

use crate::trail::checkpoint::Checkpoint;
use crate::trail::note::{Note, VerifierKey};
use crate::trail::{Fault, Role, State, Why};
use crate::value::Instant;

/// What witnesses have seen of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Witnessed {
    /// How many entries it had.
    pub size: u64,
    /// How many witnesses saw that, by different keys.
    pub witnesses: usize,
    /// When the last of them did.
    pub at: Instant,
}

/// Returns the largest head that somebody else has seen. A witness is a key that is given, or one that the log has enrolled for that,
/// under whatever name it signs; never a key that has signed entries of the log.
///
/// # Errors
/// [`Fault`]: a line names a witness and is not its signature.
pub(super) fn witnessed(
    state: &State,
    notes: &[Note],
    given: &[VerifierKey],
) -> Result<Option<Witnessed>, Fault> {
    let mut most: Option<Witnessed> = None;
    for (place, note) in notes.iter().enumerate() {
        let size = size(note);
        if size > state.size.0 {
            continue;
        }
        let keys = keys(state, note, given);
        let seen = note
            .witnesses(&keys)
            .map_err(|_| Fault { index: size.saturating_sub(1), why: Why::Cosignature { place, size } })?;
        let mut bytes: Vec<&[u8; 32]> = seen.iter().map(|(key, _)| key.key().bytes()).collect();
        bytes.sort_unstable();
        bytes.dedup();
        let at = seen.iter().map(|(_, at)| *at).max();
        let here = at.map(|at| Witnessed { size, witnesses: bytes.len(), at });
        let rank = |it: &Witnessed| (it.size, it.witnesses, it.at);
        if let Some(here) = here.filter(|here| most.as_ref().is_none_or(|most| rank(here) > rank(most))) {
            most = Some(here);
        }
    }
    Ok(most)
}

/// The keys of witnesses that may have signed a note.
fn keys(state: &State, note: &Note, given: &[VerifierKey]) -> Vec<VerifierKey> {
    let own = state.keys.keys().iter().filter(|key| key.has(Role::Log));
    let own: Vec<_> = own.filter_map(|key| key.spki.key().ok()).collect();
    let enrolled = state.keys.of_role(Role::Witness, state.size.0).filter_map(|key| key.spki.key().ok());
    let mut keys: Vec<VerifierKey> = given.to_vec();
    for key in enrolled {
        for line in note.signatures() {
            let named = VerifierKey::cosigner(line.name(), key).ok();
            keys.extend(named.filter(|it| it.key_id() == line.key_id()));
        }
    }
    keys.retain(|key| key.is_cosigner() && !own.contains(key.key()));
    keys
}

/// Returns the key that signs the checkpoints of a log now.
pub(super) fn log_key(state: &State) -> Option<VerifierKey> {
    VerifierKey::new(&state.origin, state.log_key()?.spki.key().ok()?).ok()
}

fn size(note: &Note) -> u64 {
    Checkpoint::read(note.text()).map_or(0, |checkpoint| checkpoint.head().size)
}
