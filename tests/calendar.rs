//! Working time, over `tests/data/calendar`: sections `--- name ---` of lines.
//!
//! A line `QUESTION => ANSWER` asks, `QUESTION =! ERROR` asks for what is refused; further lines of an answer are
//! indented. Other lines set what is asked about; those before the first section hold for all sections of the file.
//! `tests/support/calendar_case.rs` knows the words. Beside the cases, `calendar_oracle.rs` counts minute by minute, and
//! `calendar_clocks.rs` resolves clock changes by chrono-tz.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    reason = "a test says why it fails by panicking, and cases are files"
)]

#[path = "support/calendar_case.rs"]
mod calendar_case;
#[path = "support/calendar_clocks.rs"]
mod calendar_clocks;
#[path = "support/calendar_oracle.rs"]
mod calendar_oracle;

use calendar_case::Case;
use std::fs;

/// Sets and asks line by line; returns what is answered otherwise than expected.
fn check(lines: &[&str]) -> String {
    let mut case = Case::default();
    let mut wrong = String::new();
    let (mut asked, mut in_answer) = (0, false);
    for (at, line) in lines.iter().enumerate() {
        let (question, expected) = match (line.split_once(" =>"), line.split_once(" =! ")) {
            (Some((question, answer)), None) => (question, Ok(answer)),
            (None, Some((question, error))) => (question, Err(error.to_owned())),
            _ if line.starts_with("  ") => {
                assert!(in_answer, "no answer goes on with `{line}`");
                continue;
            }
            _ => {
                in_answer = false;
                case.set(line);
                continue;
            }
        };
        let more = lines[at + 1..].iter().take_while(|line| line.starts_with("  "));
        let expected = expected.map(|answer| {
            let all: Vec<&str> = [answer].into_iter().chain(more.copied()).map(str::trim).collect();
            all.join("\n").trim_start().to_owned()
        });
        (asked, in_answer) = (asked + 1, expected.is_ok());
        let found = case.ask(question).map_err(|error| error.to_string());
        if found != expected {
            wrong.push_str(&format!("{question}\n  expected {expected:?}\n  found    {found:?}\n"));
        }
    }
    assert!(asked > 0, "nothing is asked: {lines:?}");
    wrong
}

#[test]
fn cases_hold() {
    let mut wrong = String::new();
    let mut count = 0;
    for entry in fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/calendar")).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        let lines = || text.lines().filter(|line| !line.is_empty() && !line.starts_with("# "));
        let is_title = |line: &&str| line.starts_with("--- ");
        let head: Vec<&str> = lines().take_while(|line| !is_title(line)).collect();
        let body: Vec<&str> = lines().skip(head.len()).collect();
        for section in body.chunk_by(|_, next| !is_title(next)) {
            count += 1;
            let found = check(&[&head, &section[1..]].concat());
            if !found.is_empty() {
                wrong.push_str(&format!("{} {}\n{found}", path.display(), section[0]));
            }
        }
    }
    assert!(count > 40, "only {count} cases were found");
    assert!(wrong.is_empty(), "\n{wrong}");
}
