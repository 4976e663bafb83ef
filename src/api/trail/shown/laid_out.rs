//! JSON in lines, for people. It stays JSON: whoever reads it back has the same value.

use crate::json::{self, Json};
use crate::text::hostile::is_unseen;

/// What fits into so many characters stands in one line.
const WIDTH: usize = 100;

/// A step further in.
const STEP: usize = 2;

/// Writes a value in lines: what is short in one, the members of what is longer each in its own.
pub(super) fn laid_out(value: &Json) -> String {
    let mut text = String::new();
    write(value, 0, 0, &mut text);
    text
}

/// Writes what begins at a column; its members stand one step further in than `indent`.
fn write(value: &Json, indent: usize, column: usize, text: &mut String) {
    let line = in_one_line(value);
    let fits = column.saturating_add(line.chars().count()) <= WIDTH;
    let inner = indent.saturating_add(STEP);
    match value {
        Json::Array(items) if !fits && !items.is_empty() => {
            text.push('[');
            for (at, item) in items.iter().enumerate() {
                begin(at, inner, text);
                write(item, inner, inner, text);
            }
            end(indent, ']', text);
        }
        Json::Object(members) if !fits && !members.is_empty() => {
            text.push('{');
            for (at, (name, member)) in members.iter().enumerate() {
                begin(at, inner, text);
                let name = format!("{}: ", in_one_line(&Json::String(name.clone())));
                text.push_str(&name);
                write(member, inner, inner.saturating_add(name.chars().count()), text);
            }
            end(indent, '}', text);
        }
        _ => text.push_str(&line),
    }
}

fn begin(at: usize, indent: usize, text: &mut String) {
    text.push_str(if at == 0 { "\n" } else { ",\n" });
    text.extend(std::iter::repeat_n(' ', indent));
}

fn end(indent: usize, bracket: char, text: &mut String) {
    text.push('\n');
    text.extend(std::iter::repeat_n(' ', indent));
    text.push(bracket);
}

/// A value in one line, without what a terminal obeys or what turns it round: that is written as its escape.
fn in_one_line(value: &Json) -> String {
    let mut text = String::new();
    for letter in json::write(value).chars() {
        if is_unseen(letter) {
            text.extend(letter.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")));
        } else {
            text.push(letter);
        }
    }
    text
}
