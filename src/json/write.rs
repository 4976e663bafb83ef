//! The two writers. Both escape strings and write numbers as RFC 8785 §3.2.2 says; they differ in the order of keys.

use super::plain::plain;
use super::{Number, Value};
use std::cmp::Ordering;

/// Appends compact JSON with the members of objects in the order given.
pub(super) fn in_given_order(value: Value<'_>, out: &mut String) {
    if let Some(items) = value.items() {
        list(items, out, in_given_order);
    } else if let Some(members) = value.members() {
        object(members, out, |_, value, out| in_given_order(value, out));
    } else {
        leaf(value, out);
    }
}

/// Appends compact JSON with the members of objects ordered by the UTF-16 code units of their keys (RFC 8785 §3.2.3), without
/// the members at some places: paths of keys with dots between them.
pub(super) fn in_canonical_order(value: Value<'_>, left_out: &[&str], out: &mut String) {
    if let Some(items) = value.items() {
        list(items, out, |item, out| in_canonical_order(item, &[], out));
    } else if let Some(members) = value.members() {
        let stays = members.filter(|(key, _)| !left_out.contains(key)).collect();
        members_in_canonical_order(stays, out, |key, value, out| {
            let inside = left_out.iter().filter_map(|path| path.strip_prefix(key)?.strip_prefix('.'));
            in_canonical_order(value, &inside.collect::<Vec<_>>(), out);
        });
    } else {
        leaf(value, out);
    }
}

/// Appends an object of these members, each key once.
pub(super) fn members_in_canonical_order<V: Copy>(
    mut members: Vec<(&str, V)>,
    out: &mut String,
    write: impl Fn(&str, V, &mut String),
) {
    members.sort_by(|(a, _), (b, _)| by_code_units(a, b));
    object(members.into_iter(), out, write);
}

/// The bytes of UTF-8 would order U+E000 to U+FFFF before the surrogates; RFC 8785 has them after.
pub(super) fn by_code_units(a: &str, b: &str) -> Ordering {
    if a.is_ascii() && b.is_ascii() { a.cmp(b) } else { a.encode_utf16().cmp(b.encode_utf16()) }
}

fn list<V>(items: impl Iterator<Item = V>, out: &mut String, write: impl Fn(V, &mut String)) {
    out.push('[');
    for (index, item) in items.enumerate() {
        if index > 0 {
            out.push(',');
        }
        write(item, out);
    }
    out.push(']');
}

fn object<'a, V>(
    members: impl Iterator<Item = (&'a str, V)>,
    out: &mut String,
    write: impl Fn(&str, V, &mut String),
) {
    out.push('{');
    for (index, (key, value)) in members.enumerate() {
        if index > 0 {
            out.push(',');
        }
        string(key, out);
        out.push(':');
        write(key, value, out);
    }
    out.push('}');
}

fn leaf(value: Value<'_>, out: &mut String) {
    if let Some(text) = value.text() {
        string(text, out);
    } else if let Some(decimal) = value.number() {
        number(decimal, out);
    } else {
        out.push_str(match value.yes_or_no() {
            Some(true) => "true",
            Some(false) => "false",
            None => "null",
        });
    }
}

/// A number as [`Number`]'s `Display` has it.
pub(super) fn number(number: Number, out: &mut String) {
    /// No whole number that is safe has more digits.
    const MOST_DIGITS: usize = 16;
    let Some(whole) = number.as_i64() else {
        out.push_str(&number.to_string());
        return;
    };
    if whole < 0 {
        out.push('-');
    }
    let mut digits = [0_u8; MOST_DIGITS];
    let (mut rest, mut first) = (whole.unsigned_abs(), MOST_DIGITS);
    for (place, digit) in digits.iter_mut().enumerate().rev() {
        let last = u8::try_from(rest.checked_rem(10).unwrap_or_default()).unwrap_or_default();
        (*digit, first) = (b'0'.saturating_add(last), place);
        rest = rest.checked_div(10).unwrap_or_default();
        if rest == 0 {
            break;
        }
    }
    let digits = digits.get(first..).and_then(|digits| str::from_utf8(digits).ok());
    out.push_str(digits.unwrap_or_default());
}

/// A string in its quotes.
pub(super) fn string(text: &str, out: &mut String) {
    out.push('"');
    escaped(text, out);
    out.push('"');
}

/// Escapes what must be escaped, each in its shortest form, and nothing else (RFC 8785 §3.2.2.2).
pub(super) fn escaped(text: &str, out: &mut String) {
    let mut rest = text;
    loop {
        let (plain, escaped) = rest.split_at_checked(plain(rest.as_bytes())).unwrap_or((rest, ""));
        out.push_str(plain);
        let mut chars = escaped.chars();
        match chars.next() {
            Some('"') => out.push_str("\\\""),
            Some('\\') => out.push_str("\\\\"),
            Some('\u{8}') => out.push_str("\\b"),
            Some('\t') => out.push_str("\\t"),
            Some('\n') => out.push_str("\\n"),
            Some('\u{c}') => out.push_str("\\f"),
            Some('\r') => out.push_str("\\r"),
            Some(control) => out.push_str(&format!("\\u{:04x}", u32::from(control))),
            None => return,
        }
        rest = chars.as_str();
    }
}
