//! What the tests of the trail share: case files of named sections, hexadecimal digits, keys.

#![allow(dead_code, reason = "each test uses a part")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    reason = "a test reads files, and stops where it cannot go on"
)]

use std::path::{Path, PathBuf};

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

/// A file of `../shared/data` beside the project, or of the folder that `TOLLGATE_DATA` names; a line where it is absent.
pub fn beside(name: &str) -> Option<String> {
    let folder = std::env::var_os("TOLLGATE_DATA").map(PathBuf::from);
    let folder = folder.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data"));
    let text = std::fs::read_to_string(folder.join(name)).ok();
    if text.is_none() {
        println!("{name} is not in ../shared/data (or TOLLGATE_DATA): not checked");
    }
    text
}
