//! What stands for personal data that is not known: that it was given is on record, and what it said no rule reads.

use super::deciding::put;
use super::register;
use crate::ir::{EnumId, Ir, Type};
use crate::json::{Json, Number};
use crate::value::{Digest, Instant};

/// Returns a request in which something stands for each of the personal fields that were given and are not known: what a request was given is
/// asked of it (`is given`), and without what must be given it would not be read. What was never given stays missing.
pub fn with_stand_ins(ir: &Ir, request: &Json, requester: &str, unknown: &[String]) -> Json {
    let mut request = request.clone();
    let is_unknown = |path: &str| unknown.iter().any(|unknown| unknown == path);
    for slot in ir.slots.iter().filter(|slot| slot.personal && is_unknown(&slot.path)) {
        if register::member(&request, &slot.path).is_none() {
            put(&mut request, &slot.path, stand_in(ir, slot.ty, requester));
        }
    }
    request
}

/// Something of a type that any policy reads, and that names nobody but the requester.
fn stand_in(ir: &Ir, ty: Type, requester: &str) -> Json {
    let text = |text: String| Json::String(text);
    match ty {
        Type::YesNo => Json::Bool(false),
        Type::Int { min, .. } => Number::from_i64(min).map_or(Json::Null, Json::Number),
        Type::Decimal { min, .. } | Type::Percent { min, .. } => {
            min.to_string().parse().map_or(Json::Null, Json::Number)
        }
        Type::Duration { min, .. } => text(min.to_string()),
        Type::Instant => text(at(0)),
        Type::Period => {
            Json::Object(vec![("start".to_owned(), text(at(0))), ("end".to_owned(), text(at(1)))])
        }
        Type::Enum(of) => text(first(ir, of)),
        Type::Set(of) => Json::Array(vec![text(first(ir, of))]),
        Type::Text { min, max } => {
            let (min, max) = (usize::try_from(min), usize::try_from(max));
            let padded = format!("{requester:-<least$}", least = min.unwrap_or_default());
            text(padded.chars().take(max.unwrap_or(usize::MAX)).collect())
        }
        Type::Digest => text(Digest::of(b"").to_string()),
        Type::Person => text(requester.to_owned()),
        Type::List(_) => Json::Array(vec![text(requester.to_owned())]),
    }
}

fn at(epoch_ms: i64) -> String {
    Instant::from_epoch_ms(epoch_ms).map(|at| at.to_string()).unwrap_or_default()
}

fn first(ir: &Ir, of: EnumId) -> String {
    let declared = ir.enums.get(of.index());
    declared
        .and_then(|declared| declared.values.first())
        .map(|value| value.name.to_string())
        .unwrap_or_default()
}
