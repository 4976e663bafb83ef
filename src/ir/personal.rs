//! Requests without the fields that are kept apart from them.

use super::{Ir, Slot};
use crate::json::{Json, canonical_without};
use std::borrow::Cow;

impl Ir {
    /// Returns a request without its personal fields: what digests are made of, so that they hold when a person's data is
    /// erased.
    pub fn impersonal<'a>(&self, request: &'a Json) -> Cow<'a, Json> {
        without(request, self.slots.iter().filter(|slot| slot.personal).map(|slot| &*slot.path))
    }

    /// Returns the canonical form of a request without some fields.
    pub fn canonical_without(&self, request: &Json, left_out: impl Fn(&Slot) -> bool) -> String {
        let left_out: Vec<&str> =
            self.slots.iter().filter(|slot| left_out(slot)).map(|slot| &*slot.path).collect();
        canonical_without(request, &left_out)
    }
}

/// Returns a request without the fields at these paths.
pub fn without<'a, 'p>(request: &'a Json, paths: impl IntoIterator<Item = &'p str>) -> Cow<'a, Json> {
    let mut request = Cow::Borrowed(request);
    for path in paths {
        if path.split('.').try_fold(&*request, |json, name| json.get(name)).is_some() {
            remove(request.to_mut(), path);
        }
    }
    request
}

fn remove(json: &mut Json, path: &str) {
    let Json::Object(members) = json else { return };
    match path.split_once('.') {
        Some((group, rest)) => {
            if let Some((_, inner)) = members.iter_mut().find(|(name, _)| name == group) {
                remove(inner, rest);
            }
        }
        None => members.retain(|(name, _)| name != path),
    }
}
