//! A scenario as it is written, and what its words mean.

use serde::Deserialize;
use std::collections::BTreeMap;

use crate::api::Refusal;
use crate::change::{Past, State};
use crate::ir::Name;
use crate::json::{Json, write};
use crate::value::{Instant, Measurement};

/// A scenario.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "`simulate` describes the members")]
pub struct Scenario {
    pub title: String,
    #[serde(default)]
    pub rows: Vec<String>,
    #[serde(default)]
    pub roster: Option<Json>,
    /// The codes of what is wrong with that roster, where that is what is played.
    #[serde(default)]
    pub unfit: Vec<String>,
    #[serde(default)]
    pub register: Option<Json>,
    #[serde(default)]
    pub data: BTreeMap<String, Json>,
    #[serde(default)]
    pub with: Vec<String>,
    #[serde(default)]
    pub given: Vec<ScriptedStep>,
    /// One at least.
    pub cases: Vec<Case>,
    #[serde(default)]
    pub pending: Vec<String>,
}

/// Reads a scenario. `read` gives the files that it names in `with`; what the scenario says itself counts over them.
///
/// # Errors
/// `BAD_SCENARIO` with the place; what `read` refuses.
pub fn scenario(json: &Json, read: &dyn Fn(&str) -> Result<Json, Refusal>) -> Result<Scenario, Vec<Refusal>> {
    let mut scenario: Scenario =
        crate::json::to_typed(json).map_err(|error| vec![super::bad(&error.path(), error.message())])?;
    for name in scenario.with.clone() {
        let Json::Object(members) = read(&name).map_err(|refusal| vec![refusal])? else {
            return Err(vec![super::bad("with", format!("`{name}` is no object of named values"))]);
        };
        for (name, value) in members {
            scenario.data.entry(name).or_insert(value);
        }
    }
    Ok(scenario)
}

/// A case of a scenario.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "`simulate` describes the members")]
pub struct Case {
    pub name: String,
    #[serde(default)]
    pub roster: Option<Json>,
    /// The codes of what is wrong with that roster, where that is what is played.
    #[serde(default)]
    pub unfit: Vec<String>,
    #[serde(default)]
    pub register: Option<Json>,
    pub steps: Vec<ScriptedStep>,
}

/// A step of a scenario.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "`simulate` describes the members")]
pub struct ScriptedStep {
    pub at: Instant,
    #[serde(default)]
    pub by: Option<String>,
    #[serde(default, rename = "do")]
    pub command: Option<Json>,
    #[serde(default)]
    pub gate: Option<Json>,
    #[serde(default)]
    pub preview: Option<Json>,
    #[serde(default)]
    pub arm: Option<Json>,
    #[serde(default)]
    pub observe: Option<Json>,
    #[serde(default)]
    pub freeze: Option<Json>,
    #[serde(default)]
    pub catalogue: Option<Json>,
    /// Another register from here on.
    #[serde(default)]
    pub register: Option<Json>,
    #[serde(default)]
    pub expect: Option<Expected>,
    /// Words for readers.
    #[serde(default)]
    pub note: Option<String>,
}

/// Readings by metric and time.
pub type Series = BTreeMap<String, BTreeMap<String, Json>>;

/// How a monitor is armed.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Arm {
    /// The medians before the deployment.
    #[serde(default)]
    pub medians: BTreeMap<Name, Measurement>,
    /// The metrics that are watched; all where none is named. The others count as healthy.
    #[serde(default)]
    pub watch: Vec<String>,
}

/// A freeze that is thought of.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Thought {
    /// Its first instant.
    pub start: Instant,
    /// The first instant after it.
    pub end: Instant,
    /// Classes that it does not hold.
    #[serde(default)]
    pub spares: Vec<Name>,
}

/// Closed changes, as the catalogue counts them.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counted {
    /// The changes.
    pub past: Vec<Past>,
    /// How many of a kind must have gone well in a row to be proposed.
    pub at_least: u32,
}

impl ScriptedStep {
    /// Returns the names of what the step asks; one at most, if it is well written.
    pub(super) fn asks(&self) -> Vec<&'static str> {
        let asked = [
            ("do", &self.command),
            ("gate", &self.gate),
            ("preview", &self.preview),
            ("arm", &self.arm),
            ("observe", &self.observe),
            ("freeze", &self.freeze),
            ("catalogue", &self.catalogue),
        ];
        asked.into_iter().filter(|(_, what)| what.is_some()).map(|(name, _)| name).collect()
    }
}

/// What must come of a step. What is not named is not looked at, but for a refusal: a step that does not expect one must
/// be done.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// It is refused, or denied, with exactly these codes.
    #[serde(default)]
    pub codes: Option<Vec<Name>>,
    /// Where the change stands.
    #[serde(default)]
    pub state: Option<State>,
    /// The types of the events, in order.
    #[serde(default)]
    pub events: Option<Vec<String>>,
    /// Part of the answer: members named must be as named; lists must have as many items.
    #[serde(default)]
    pub result: Option<Json>,
    /// Part of the status at that instant.
    #[serde(default)]
    pub status: Option<Json>,
}

/// Puts named values in where `$like` names them.
///
/// # Errors
/// `BAD_SCENARIO` for a name that is none, and for values that name each other in a circle.
pub(super) fn filled_in(
    json: &Json,
    data: &BTreeMap<String, Json>,
    place: &str,
) -> Result<Json, Vec<Refusal>> {
    /// Deeper than this, values name each other in a circle.
    const DEEPEST: usize = 16;
    fill(json, data, place, DEEPEST)
}

fn fill(json: &Json, data: &BTreeMap<String, Json>, place: &str, left: usize) -> Result<Json, Vec<Refusal>> {
    match json {
        Json::Array(items) => {
            let items = items.iter().enumerate();
            let filled = items.map(|(index, item)| fill(item, data, &format!("{place}[{index}]"), left));
            filled.collect::<Result<_, _>>().map(Json::Array)
        }
        Json::Object(members) => {
            let mut filled = Vec::with_capacity(members.len());
            for (name, value) in members.iter().filter(|(name, _)| name != "$like") {
                filled.push((name.clone(), fill(value, data, &format!("{place}.{name}"), left)?));
            }
            let over = Json::Object(filled);
            let Some(name) = json.get("$like") else { return Ok(over) };
            let Json::String(name) = name else {
                return Err(vec![super::bad(place, "`$like` names a value of `data`")]);
            };
            let Some(base) = data.get(name) else {
                let near = crate::text::nearest(name, data.keys().map(String::as_str));
                let near = near.map_or_else(String::new, |near| format!(": did you mean `{near}`?"));
                return Err(vec![super::bad(place, format!("`data` has no `{name}`{near}"))]);
            };
            let Some(left) = left.checked_sub(1) else {
                return Err(vec![super::bad(place, "values of `data` name each other in a circle")]);
            };
            Ok(merge(&fill(base, data, place, left)?, &over))
        }
        scalar => Ok(scalar.clone()),
    }
}

/// Returns a value with another over it, as RFC 7396 §2 says: members that are null are taken away.
pub(super) fn merge(base: &Json, over: &Json) -> Json {
    let (Json::Object(base), Json::Object(over)) = (base, over) else { return over.clone() };
    let mut merged = base.clone();
    for (name, value) in over {
        let position = merged.iter().position(|(known, _)| known == name);
        match (position, value) {
            (Some(position), Json::Null) => {
                merged.remove(position);
            }
            (None, Json::Null) => {}
            (Some(position), value) => {
                if let Some((_, known)) = merged.get_mut(position) {
                    *known = merge(known, value);
                }
            }
            (None, value) => merged.push((name.clone(), value.clone())),
        }
    }
    Json::Object(merged)
}

/// Compares part of a value with the whole of it, and says where they differ. Instants are compared as instants.
pub(super) fn matches(wanted: &Json, is: &Json, place: &str, found: &mut Vec<String>) {
    match (wanted, is) {
        (Json::Object(members), Json::Object(_)) => {
            for (name, value) in members {
                match (is.get(name), value) {
                    (Some(is), _) => matches(value, is, &format!("{place}.{name}"), found),
                    (None, Json::Null) => {}
                    (None, _) => found.push(format!("{place}.{name} is not there, not {}", write(value))),
                }
            }
        }
        (Json::Array(wanted), Json::Array(items)) if wanted.len() == items.len() => {
            for (index, (wanted, is)) in wanted.iter().zip(items).enumerate() {
                matches(wanted, is, &format!("{place}[{index}]"), found);
            }
        }
        (Json::String(wanted), Json::String(is)) if same_instant(wanted, is) => {}
        (wanted, is) if wanted == is => {}
        (wanted, is) => found.push(format!("{place} is {}, not {}", write(is), write(wanted))),
    }
}

fn same_instant(one: &str, other: &str) -> bool {
    let instant = |text: &str| text.parse::<Instant>().ok();
    instant(one).is_some() && instant(one) == instant(other)
}
