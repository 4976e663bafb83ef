//! By which digest an entry says what a change is.

use crate::change::Change;
use crate::ir::Ir;
use crate::json::{Json, from_serialize};
use crate::trail::{ChangeRef, conceal};
use crate::value::Digest;

use super::digest_of;
use std::sync::Arc;

/// Returns the digest of the canonical form of a change, without the personal fields of its request: what is left of it
/// when they are erased.
pub(super) fn of_change(ir: &Ir, change: &Change) -> Digest {
    let impersonal = ir.impersonal(&change.request).into_owned();
    of_concealed(&Change { request: Arc::new(impersonal), ..change.clone() })
}

/// Returns the digest of a change whose request holds no personal fields, but digests of them.
pub(super) fn of_concealed(change: &Change) -> Digest {
    // A change holds no float, and no object in it a key twice.
    let mut json = from_serialize(change).unwrap_or(Json::Null);
    if let Json::Object(members) = &mut json
        && let Some((_, request)) = members.iter_mut().find(|(name, _)| name == "request")
    {
        conceal(request);
    }
    digest_of(&json)
}

/// Returns what an entry does to a change.
pub(super) fn reference(before: Option<Digest>, change: &Change, after: Digest) -> ChangeRef {
    ChangeRef { id: change.id.to_string(), before, after, ended: change.state.has_ended() }
}
