//! By which digest an entry says what a change is.

use super::personal::concealed;
use crate::change::Change;
use crate::json::canonical_of;
use crate::trail::ChangeRef;
use crate::value::Digest;

/// Returns the digest of the canonical form of a change, without the personal data of its request, and with which of its fields that
/// was: what is left of it when that is erased.
pub(super) fn of_change(change: &Change) -> Digest {
    // A change holds no float, and no object in it a key twice.
    Digest::of(canonical_of(&concealed(change)).unwrap_or_default().as_bytes())
}

/// Returns what an entry does to a change.
pub(super) fn reference(before: Option<Digest>, change: &Change, after: Digest) -> ChangeRef {
    ChangeRef { id: change.id.to_string(), before, after, ended: change.state.has_ended() }
}
