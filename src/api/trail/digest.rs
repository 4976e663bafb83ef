//! By which digest an entry says what a change is.

use crate::change::Change;
use crate::ir::{Ir, without};
use crate::json::{Json, canonical_of};
use crate::trail::{ChangeRef, conceal, withholds};
use crate::value::Digest;

use std::sync::Arc;

/// Returns the digest of the canonical form of a change, without the personal fields of its request: what is left of it
/// when they are erased. They are those that were withheld when the request was written; where that is not known, those of the policy.
pub(super) fn of_change(ir: &Ir, change: &Change) -> Digest {
    let impersonal = match &change.withheld {
        Some(withheld) => without(&change.request, withheld.fields.iter().map(String::as_str)),
        None => ir.impersonal(&change.request),
    };
    of_concealed(&Change { request: Arc::new(impersonal.into_owned()), withheld: None, ..change.clone() })
}

/// Returns the digest of a change whose request holds no personal fields, but digests of them.
pub(super) fn of_concealed(change: &Change) -> Digest {
    if withholds(&change.request) {
        let mut request = Json::clone(&change.request);
        conceal(&mut request);
        return of_concealed(&Change { request: Arc::new(request), ..change.clone() });
    }
    // A change holds no float, and no object in it a key twice.
    Digest::of(canonical_of(change).unwrap_or_default().as_bytes())
}

/// Returns what an entry does to a change.
pub(super) fn reference(before: Option<Digest>, change: &Change, after: Digest) -> ChangeRef {
    ChangeRef { id: change.id.to_string(), before, after, ended: change.state.has_ended() }
}
