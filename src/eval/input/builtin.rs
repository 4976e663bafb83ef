//! The facts that every policy knows: `submission`, `catalogue` and `freezes`.

use super::error::{InputCode, InputError};
use super::value::{bounds, instant};
use crate::ir::{Entry, Ir, Name, Record, TrailFreeze};
use crate::json::Json;
use crate::value::Fixed;

/// `{ "at": instant }`
pub(super) fn submission(json: &Json, record: &mut Record, errors: &mut Vec<InputError>) {
    let Some(members) = object("submission", json, errors) else { return };
    for (key, value) in members {
        match key.as_str() {
            "at" => match instant("submission.at", value) {
                Ok(at) => record.submitted_at = Some(at),
                Err(error) => errors.push(error),
            },
            _ => errors.push(unknown_field("submission", key, &["at"])),
        }
    }
    if json.get("at").is_none() {
        errors.push(incomplete("submission", "at"));
    }
}

/// `{ "STD-SSL-RENEW": { "runs": 20, "succeeded": 18, "suspended": false } }`
pub(super) fn catalogue(ir: &Ir, json: &Json, record: &mut Record, errors: &mut Vec<InputError>) {
    let Some(members) = object("catalogue", json, errors) else { return };
    for (code, value) in members {
        let path = format!("catalogue.{code}");
        let Some(position) = ir.entries.iter().position(|entry| *entry.code == **code) else {
            let names = ir.entries.iter().map(|entry| &*entry.code);
            errors.push(InputError::unknown("field", &path, code, names));
            continue;
        };
        let suspends = ir.entries.get(position).is_some_and(|entry| history(entry, &path, value, errors));
        if let Some(suspended) = record.suspended.get_mut(position) {
            *suspended = suspends;
        }
    }
}

/// Whether the history of an entry suspends it: someone said so, or too few of the runs looked at succeeded.
fn history(entry: &Entry, path: &str, json: &Json, errors: &mut Vec<InputError>) -> bool {
    let Some(members) = object(path, json, errors) else { return false };
    let (mut runs, mut succeeded, mut by_hand) = (None, None, false);
    let most = entry.suspend.as_ref().map_or(i64::from(u32::MAX), |suspend| i64::from(suspend.last));
    for (key, value) in members {
        let here = format!("{path}.{key}");
        match key.as_str() {
            "runs" => runs = count(&here, value, most, errors),
            "succeeded" => succeeded = count(&here, value, most, errors),
            "suspended" => match value {
                Json::Bool(suspended) => by_hand = *suspended,
                _ => errors.push(InputError::wrong(InputCode::WrongType, &here, "true or false", value)),
            },
            _ => errors.push(unknown_field(path, key, &["runs", "succeeded", "suspended"])),
        }
    }
    match (json.get("runs"), json.get("succeeded")) {
        (Some(_), None) => errors.push(incomplete(path, "succeeded")),
        (None, Some(_)) => errors.push(incomplete(path, "runs")),
        _ => {}
    }
    if let (Some(runs), Some(succeeded)) = (runs, succeeded)
        && succeeded > runs
    {
        let message = format!("{path} counts {succeeded} successes in {runs} runs");
        errors.push(InputError::new(InputCode::OutOfRange, &format!("{path}.succeeded"), message));
    }
    let below = match (runs, succeeded, &entry.suspend) {
        (Some(runs), Some(succeeded), Some(suspend)) => is_below(succeeded, runs, suspend.below),
        _ => false,
    };
    by_hand || below
}

/// Whether the share of successes is strictly below a percentage: compared by multiplication, never divided.
fn is_below(succeeded: i64, runs: i64, percent: Fixed) -> bool {
    let share = i128::from(succeeded).saturating_mul(100_000_000);
    let limit = i128::from(runs).saturating_mul(i128::from(percent.millionths()));
    runs > 0 && share < limit
}

fn count(path: &str, json: &Json, most: i64, errors: &mut Vec<InputError>) -> Option<i64> {
    let must_be = format!("a whole number from 0 to {most}");
    let found = match json {
        Json::Number(number) => number.as_i64(),
        _ => None,
    };
    match found {
        Some(count) if (0..=most).contains(&count) => Some(count),
        Some(_) => {
            errors.push(InputError::wrong(InputCode::OutOfRange, path, &must_be, json));
            None
        }
        None => {
            errors.push(InputError::wrong(InputCode::WrongType, path, &must_be, json));
            None
        }
    }
}

/// `[ { "id": "...", "from": instant, "to": instant } ]`
pub(super) fn freezes(json: &Json, record: &mut Record, errors: &mut Vec<InputError>) {
    let items = match json {
        Json::Null => return,
        Json::Array(items) => items,
        _ => {
            errors.push(InputError::wrong(InputCode::WrongType, "freezes", "a list of freezes", json));
            return;
        }
    };
    for (index, item) in items.iter().enumerate() {
        let path = format!("freezes[{index}]");
        if *item == Json::Null {
            errors.push(InputError::wrong(InputCode::WrongType, &path, "a freeze", item));
            continue;
        }
        let Some(members) = object(&path, item, errors) else { continue };
        for (key, _) in members {
            if !["id", "from", "to"].contains(&key.as_str()) {
                errors.push(unknown_field(&path, key, &["id", "from", "to"]));
            }
        }
        match (item.get("id"), item.get("from"), item.get("to")) {
            (Some(Json::String(id)), Some(from), Some(to)) => match bounds(&path, "from", from, "to", to) {
                Ok(window) => record.freezes.push(TrailFreeze { id: Name::from(id.as_str()), window }),
                Err(error) => errors.push(error),
            },
            (Some(id), Some(_), Some(_)) => {
                errors.push(InputError::wrong(InputCode::WrongType, &format!("{path}.id"), "a text", id));
            }
            (None, ..) => errors.push(incomplete(&path, "id")),
            (_, None, _) => errors.push(incomplete(&path, "from")),
            (.., None) => errors.push(incomplete(&path, "to")),
        }
    }
}

/// Returns the members; a null group is not there, anything else is a fault.
fn object<'a>(path: &str, json: &'a Json, errors: &mut Vec<InputError>) -> Option<&'a [(String, Json)]> {
    match json {
        Json::Object(members) => Some(members),
        Json::Null => None,
        _ => {
            errors.push(InputError::not_an_object(path, path, json));
            None
        }
    }
}

fn unknown_field(path: &str, key: &str, names: &[&str]) -> InputError {
    InputError::unknown("field", &format!("{path}.{key}"), key, names.iter().copied())
}

fn incomplete(path: &str, name: &str) -> InputError {
    let message = format!("`{path}` is given without `{name}`");
    InputError::new(InputCode::IncompleteFacts, &format!("{path}.{name}"), message)
}
