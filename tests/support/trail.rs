//! What the tests of the trail share: case files of named sections, hexadecimal digits, keys.

#![allow(dead_code, reason = "each test uses a part")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    reason = "a test reads files, and stops where it cannot go on"
)]

use std::path::Path;

/// The sections `--- name ---` of a file in `tests/data/trail`, in order; names are unique, bodies without blank lines
/// at their ends.
pub fn sections(file: &str) -> Vec<(String, String)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/trail").join(file);
    let text = std::fs::read_to_string(path).unwrap();
    let mut sections: Vec<(String, String)> = Vec::new();
    for section in text.split("\n--- ").skip(1) {
        let (name, body) = section.split_once(" ---").expect("a section starts with `--- name ---`");
        assert!(sections.iter().all(|(other, _)| other != name), "{file}: two sections are named {name}");
        sections.push((name.to_owned(), body.trim_matches('\n').to_owned()));
    }
    assert!(!sections.is_empty(), "{file} has no sections");
    sections
}

/// The bytes of hexadecimal digits; `-` is none.
pub fn hex(text: &str) -> Vec<u8> {
    let digits = text.trim_start_matches('-');
    assert!(digits.len().is_multiple_of(2), "half a byte: {text}");
    (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap()).collect()
}

/// The bytes that the lines of a case stand for: `|` is before a line, `~` before a last one without its line end, `9|`
/// before one that comes nine times; `⟨xff⟩` is a byte.
pub fn bytes(lines: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for line in lines.lines() {
        let (before, text) = line.split_once(['|', '~']).expect("a line of bytes begins with `|` or `~`");
        let times = if before.is_empty() { 1 } else { before.parse().expect("a number before `|`") };
        let end: &[u8] = if line[before.len()..].starts_with('|') { b"\n" } else { b"" };
        for _ in 0..times {
            bytes.extend(unescaped(text));
            bytes.extend(end);
        }
    }
    bytes
}

fn unescaped(text: &str) -> Vec<u8> {
    let mut parts = text.split("⟨x");
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let (byte, rest) = part.split_once('⟩').expect("`⟨x` and two digits end in `⟩`");
        bytes.extend(hex(byte));
        bytes.extend(rest.as_bytes());
    }
    bytes
}
