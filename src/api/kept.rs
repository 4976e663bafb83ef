//! A watch as hosts keep it between calls: the state of its monitor in JSON, with what shows that it came back as it was.

use serde::ser::{Error as _, Serialize, Serializer};

use crate::ir::Name;
use crate::json::{Json, SerializeError, canonical, from_serialize, to_typed};
use crate::monitor::{Monitor, Unfit};
use crate::value::Digest;

use super::{Compiled, Refusal};

/// A monitor, and the change whose deployment it watches.
///
/// In JSON it is the monitor's state with two members more: `change`, and `digest`, which is that of the canonical form of all
/// other members. A host's store may order members anew; a state that lost or changed anything has another digest. It is no
/// signature: who can write to the store can write a state that fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watch {
    /// The change's id.
    pub change: Name,
    /// Its monitor.
    pub monitor: Monitor,
}

const CHANGE: &str = "change";
const DIGEST: &str = "digest";

impl Watch {
    /// What to do about a state that is not to be gone on with. Nothing is lost: verdicts hang on samples alone.
    pub(super) const REMEDY: &str = "give it as `arm` or the last `observe` gave it; where that is lost, arm again and observe \
                                     everything since the start";

    /// Reads a watch of a policy's monitor.
    ///
    /// # Errors
    /// `BAD_MONITOR`: it is none, it is not what was given, or no monitor of this policy can be in that state. That it belongs to
    /// another policy [`observe`](super::observe()) says.
    pub fn read(json: &Json, policy: &Compiled) -> Result<Self, Refusal> {
        let Json::Object(members) = json else { return Err(bad("it is no object".to_owned())) };
        let (Some(Json::String(change)), Some(Json::String(digest))) = (json.get(CHANGE), json.get(DIGEST))
        else {
            return Err(bad(format!("it has no `{CHANGE}` or no `{DIGEST}`")));
        };
        let others = members.iter().filter(|(name, _)| name != DIGEST).cloned().collect();
        if *digest != digest_of(&Json::Object(others)) {
            return Err(bad(format!("its `{DIGEST}` is of another state")));
        }
        let monitor: Monitor = to_typed(json).map_err(|error| bad(error.to_string()))?;
        match monitor.check(&policy.ir) {
            Err(unfit @ Unfit::Damaged { .. }) => Err(bad(unfit.to_string())),
            Ok(()) | Err(Unfit::AnotherPolicy) => Ok(Self { change: Name::from(change.as_str()), monitor }),
        }
    }

    fn to_json(&self) -> Result<Json, SerializeError> {
        let mut members = vec![(CHANGE.to_owned(), Json::String(self.change.to_string()))];
        if let Json::Object(state) = from_serialize(&self.monitor)? {
            members.extend(state);
        }
        let mut json = Json::Object(members);
        let digest = digest_of(&json);
        if let Json::Object(members) = &mut json {
            members.push((DIGEST.to_owned(), Json::String(digest)));
        }
        Ok(json)
    }
}

impl Serialize for Watch {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_json().map_err(S::Error::custom)?.serialize(serializer)
    }
}

fn digest_of(json: &Json) -> String {
    Digest::of(canonical(json).as_bytes()).to_string()
}

fn bad(what: String) -> Refusal {
    Refusal::new("BAD_MONITOR", format!("the monitor is damaged: {what}")).at("monitor").help(Watch::REMEDY)
}
