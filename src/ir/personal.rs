//! Requests without the fields that are kept apart from them.

use super::{Ir, Slot};
use crate::json::Json;
use std::borrow::Cow;

impl Ir {
    /// Returns a request without its personal fields: what digests are made of, so that they hold when a person's data is
    /// erased.
    pub fn impersonal<'a>(&self, request: &'a Json) -> Cow<'a, Json> {
        self.without(request, |slot| slot.personal)
    }

    /// Returns a request without some fields.
    pub fn without<'a>(&self, request: &'a Json, left_out: impl Fn(&Slot) -> bool) -> Cow<'a, Json> {
        let mut request = Cow::Borrowed(request);
        for slot in self.slots.iter().filter(|slot| left_out(slot)) {
            if slot.path.split('.').try_fold(&*request, |json, name| json.get(name)).is_some() {
                remove(request.to_mut(), &slot.path);
            }
        }
        request
    }
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
