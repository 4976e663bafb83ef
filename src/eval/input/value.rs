//! One value, read as its type demands.

use super::error::{InputCode, InputError};
use crate::ir::ListOf;
use crate::ir::{EnumId, Ir, Slot, Type};
use crate::json::{Json, Number};
use crate::text::nearest;
use crate::value::{Digest, Duration, Fixed, Instant, InstantError, Period, Value, check_path};
use std::sync::Arc;

/// Most items that a list may have.
const MOST_ITEMS: usize = 10_000;
/// Most characters of a person id, and of an item of a list.
const MOST_CHARS: (u32, u32) = (100, 4_000);

/// Reads the value of a slot.
pub(super) fn of(ir: &Ir, slot: &Slot, json: &Json) -> Result<Value, InputError> {
    let path = &*slot.path;
    let wrong = |must_be: &str| InputError::wrong(InputCode::WrongType, path, must_be, json);
    // Most values are right, and then nobody reads what they must be.
    match slot.ty {
        Type::YesNo => match json {
            Json::Bool(yes) => Ok(Value::YesNo(*yes)),
            _ => Err(wrong("true or false")),
        },
        Type::Int { min, max } => {
            let must_be = || format!("a whole number from {min} to {max}");
            let Json::Number(number) = json else { return Err(wrong(&must_be())) };
            let whole = number.as_i64().ok_or_else(|| wrong(&must_be()))?;
            in_range(path, &must_be, json, &whole, &min, &max)?;
            Ok(Value::Int(whole))
        }
        Type::Decimal { min, max } => {
            let must_be = || format!("a number from {min} to {max}");
            fixed(path, &must_be, json, min, max).map(Value::Decimal)
        }
        Type::Percent { min, max } => {
            let must_be = || format!("a percentage from {min} to {max}");
            fixed(path, &must_be, json, min, max).map(Value::Percent)
        }
        Type::Duration { min, max } => {
            let must_be = || format!("a time such as \"24 hours\", from {min} to {max}");
            let Json::String(text) = json else { return Err(wrong(&must_be())) };
            let time = duration(text).ok_or_else(|| wrong(&must_be()))?;
            in_range(path, &must_be, json, &time, &min, &max)?;
            Ok(Value::Duration(time))
        }
        Type::Instant => instant(path, json).map(Value::Instant),
        Type::Period => period(path, json).map(Value::Period),
        Type::Enum(of) => {
            let Json::String(word) = json else { return Err(wrong(&one_of(ir, of))) };
            variant(ir, path, of, word).map(Value::Enum)
        }
        Type::Set(of) => {
            let must_be = || format!("a list of values, each {}", one_of(ir, of));
            let Json::Array(items) = json else { return Err(wrong(&must_be())) };
            let mut members = 0_u64;
            for item in items {
                let Json::String(word) = item else {
                    return Err(InputError::wrong(InputCode::WrongType, path, &must_be(), item));
                };
                let value = variant(ir, path, of, word)?;
                members |= 1_u64.checked_shl(u32::from(value)).unwrap_or_default();
            }
            Ok(Value::Set(members))
        }
        Type::Text { min, max } => {
            let must_be = || format!("a text of {min} to {max} characters");
            text(path, &must_be, json, min, max).map(Value::Text)
        }
        Type::Person => {
            let must_be = || format!("the id of a person, of 1 to {} characters", MOST_CHARS.0);
            text(path, &must_be, json, 1, MOST_CHARS.0).map(Value::Text)
        }
        Type::Digest => {
            let must_be = "a digest: `sha256:` and 64 hexadecimal digits in lower case";
            let Json::String(text) = json else { return Err(wrong(must_be)) };
            match text.parse::<Digest>() {
                Ok(_) => Ok(Value::Text(Arc::from(text.as_str()))),
                Err(_) => Err(InputError::wrong(InputCode::BadDigest, path, must_be, json)),
            }
        }
        Type::List(of) => list(path, json, of).map(Value::List),
    }
}

/// What a value must be, in words.
type MustBe<'a> = &'a dyn Fn() -> String;

fn in_range<T: PartialOrd>(
    path: &str,
    must_be: MustBe<'_>,
    json: &Json,
    value: &T,
    min: &T,
    max: &T,
) -> Result<(), InputError> {
    if value < min || value > max {
        return Err(InputError::wrong(InputCode::OutOfRange, path, &must_be(), json));
    }
    Ok(())
}

fn fixed(path: &str, must_be: MustBe<'_>, json: &Json, min: Fixed, max: Fixed) -> Result<Fixed, InputError> {
    let Json::Number(number) = json else {
        return Err(InputError::wrong(InputCode::WrongType, path, &must_be(), json));
    };
    let number = exact(*number).ok_or_else(|| {
        let must_be = format!("{} with at most six fraction digits", must_be());
        InputError::wrong(InputCode::TooPrecise, path, &must_be, json)
    })?;
    let number = number.ok_or_else(|| InputError::wrong(InputCode::OutOfRange, path, &must_be(), json))?;
    in_range(path, must_be, json, &number, &min, &max)?;
    Ok(number)
}

/// Returns the number in millionths: `None` if it has more digits, `Some(None)` if it is too large.
fn exact(number: Number) -> Option<Option<Fixed>> {
    match number.to_decimal_text().parse() {
        Ok(fixed) => Some(Some(fixed)),
        Err(crate::value::FixedError::TooManyFractionDigits { .. }) => None,
        Err(_) => Some(None),
    }
}

/// Reads a number and a unit, as rules write durations.
fn duration(text: &str) -> Option<Duration> {
    let (number, unit) = text.split_once(' ')?;
    if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let unit_ms: i64 = match unit.strip_suffix('s').unwrap_or(unit) {
        "millisecond" => 1,
        "second" => 1_000,
        "minute" => 60_000,
        "hour" => 3_600_000,
        "day" => 86_400_000,
        _ => return None,
    };
    number.parse::<i64>().ok()?.checked_mul(unit_ms).map(Duration::from_ms)
}

/// Reads RFC 3339 text with its offset.
pub(super) fn instant(path: &str, json: &Json) -> Result<Instant, InputError> {
    let must_be = "an instant with its offset from UTC, such as \"2026-02-03T11:00:00+05:30\"";
    let Json::String(text) = json else {
        return Err(InputError::wrong(InputCode::WrongType, path, must_be, json));
    };
    text.parse().map_err(|error: InstantError| {
        InputError::wrong(InputCode::BadInstant, path, must_be, json).with_help(error.to_string())
    })
}

fn period(path: &str, json: &Json) -> Result<Period, InputError> {
    let must_be = "a period: an object of `start` and `end`";
    let Json::Object(members) = json else {
        return Err(InputError::wrong(InputCode::WrongType, path, must_be, json));
    };
    if let Some((key, _)) = members.iter().find(|(key, _)| key != "start" && key != "end") {
        let here = format!("{path}.{key}");
        return Err(InputError::unknown("field", &here, key, ["start", "end"].into_iter()));
    }
    match (json.get("start"), json.get("end")) {
        (Some(start), Some(end)) => bounds(path, "start", start, "end", end),
        _ => Err(InputError::wrong(InputCode::WrongType, path, must_be, json)),
    }
}

/// Reads two instants as a half-open period.
pub(super) fn bounds(
    path: &str,
    start_name: &str,
    start: &Json,
    end_name: &str,
    end: &Json,
) -> Result<Period, InputError> {
    let start = instant(&format!("{path}.{start_name}"), start)?;
    let end = instant(&format!("{path}.{end_name}"), end)?;
    Period::new(start, end)
        .map_err(|error| InputError::new(InputCode::BadPeriod, path, format!("{path}: {error}")))
}

fn one_of(ir: &Ir, of: EnumId) -> String {
    const SHOWN: usize = 8;
    let values = ir.enums.get(of.index()).map_or(&[] as &[_], |declared| declared.values.as_slice());
    let names: Vec<&str> = values.iter().take(SHOWN).map(|value| &*value.name).collect();
    let more = if values.len() > SHOWN { ", …" } else { "" };
    format!("one of {}{more}", names.join(", "))
}

fn variant(ir: &Ir, path: &str, of: EnumId, word: &str) -> Result<u16, InputError> {
    let values = ir.enums.get(of.index()).map_or(&[] as &[_], |declared| declared.values.as_slice());
    let position = values.iter().position(|value| *value.name == *word);
    if let Some(value) = position.and_then(|position| u16::try_from(position).ok()) {
        return Ok(value);
    }
    let json = Json::String(word.to_owned());
    let error = InputError::wrong(InputCode::UnknownValue, path, &one_of(ir, of), &json);
    Err(match nearest(word, values.iter().map(|value| &*value.name)) {
        Some(name) => error.with_help(format!("did you mean `{name}`?")),
        None => error,
    })
}

fn text(path: &str, must_be: MustBe<'_>, json: &Json, min: u32, max: u32) -> Result<Arc<str>, InputError> {
    let Json::String(text) = json else {
        return Err(InputError::wrong(InputCode::WrongType, path, &must_be(), json));
    };
    let chars = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
    if chars < min || chars > max {
        let found = if chars == 1 { "1 character".to_owned() } else { format!("{chars} characters") };
        let message = format!("{path} must be {}; this has {found}", must_be());
        return Err(InputError::new(InputCode::OutOfRange, path, message));
    }
    Ok(Arc::from(text.as_str()))
}

fn list(path: &str, json: &Json, of: ListOf) -> Result<Arc<[Arc<str>]>, InputError> {
    let (must_be, most_chars) = match of {
        ListOf::Text => ("a list of texts", MOST_CHARS.1),
        ListOf::Person => ("a list of ids of persons", MOST_CHARS.0),
        ListOf::Path => ("a list of paths", MOST_CHARS.1),
    };
    let Json::Array(items) = json else {
        return Err(InputError::wrong(InputCode::WrongType, path, must_be, json));
    };
    if items.len() > MOST_ITEMS {
        let message =
            format!("{path} must be {must_be} of at most {MOST_ITEMS} items; this has {}", items.len());
        return Err(InputError::new(InputCode::OutOfRange, path, message));
    }
    let item_must_be = || format!("{must_be}, each of 1 to {most_chars} characters");
    let read = |item: &Json| {
        let text = text(path, &item_must_be, item, 1, most_chars)?;
        if of == ListOf::Path {
            check_path(&text)
                .map_err(|error| InputError::new(InputCode::BadPath, path, format!("{path}: {error}")))?;
        }
        Ok(text)
    };
    items.iter().map(read).collect()
}
