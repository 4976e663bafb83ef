//! Holds the rollback monitor to the cases under `tests/data/monitor`.
//!
//! A file names its policy (`shipped`, or the rule text with a request behind `===`). A case says when the deployment
//! starts and what happens; below each line stands what the monitor says, behind `= `. `UPDATE_EXPECT=1` writes that anew:
//! read the difference.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    reason = "a test reads files, and stops where it cannot go on"
)]

#[allow(dead_code, reason = "each suite takes what it needs")]
#[path = "support/read.rs"]
mod read;
#[path = "support/watch.rs"]
mod watch;

use std::fmt::Write as _;
use std::{env, fs};
use tollgate::api::{self, Compiled, File};
use tollgate::eval::read_complete;
use tollgate::ir::Record;
use tollgate::json::{self, Json, Limits};
use tollgate::monitor::Watched;
use watch::{Script, planned};

#[test]
fn cases() {
    let mut wrong = String::new();
    for path in read::files(&read::data("monitor"), "txt") {
        let text = read::text(&path);
        let (head, cases) = text.split_once("--- ").expect("a case");
        let (policy, record) = policy(head);
        let mut written = head.to_owned();
        for case in cases.split("\n--- ") {
            let (name, lines) = case.split_once(" ---\n").expect("a name between dashes");
            let start = lines.lines().find_map(|line| line.strip_prefix("start ")).expect("a start");
            let watched = Watched::new(&policy.ir, &record, start.parse().unwrap());
            let mut script = Script::new(&watched, &policy.ir, start);
            let mut actual = String::new();
            for line in lines.lines().filter(|line| !line.starts_with("= ")) {
                let _ = writeln!(actual, "{line}");
                if !line.trim().is_empty() && !line.starts_with("start ") {
                    script.line(line).iter().for_each(|said| writeln!(actual, "= {said}").unwrap());
                }
            }
            if actual.trim_end() != lines.trim_end() {
                let _ = writeln!(wrong, "{} {name}:\n{actual}", path.display());
            }
            let _ = write!(written, "--- {name} ---\n{}\n\n", actual.trim_end());
        }
        if env::var("UPDATE_EXPECT").is_ok() {
            fs::write(&path, format!("{}\n", written.trim_end())).unwrap();
            wrong.clear();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// The policy of a file, and the change that is deployed under it.
fn policy(head: &str) -> (Compiled, Record) {
    let (files, request) = match head.split_once("\n===\n") {
        Some((text, request)) => {
            (vec![File { name: "case.gate".to_owned(), text: text.to_owned() }], request.to_owned())
        }
        None => {
            let name = |path: &std::path::Path| path.file_name().unwrap().to_string_lossy().into_owned();
            let paths = read::files(&read::rules("change-management"), "gate");
            let file = |path: &std::path::PathBuf| File { name: name(path), text: read::text(path) };
            let sample = read::text(&read::rules("change-management/samples/board-of-seven.json"));
            let sample = json::read(&sample, Limits::default()).unwrap();
            (paths.iter().map(file).collect(), json::canonical(sample.get("request").unwrap()))
        }
    };
    let policy = api::compile(&files).0.unwrap();
    let request = json::read(&request, Limits::default()).unwrap();
    let now = "2026-02-10T12:00Z".parse().unwrap();
    let record = read_complete(&policy.ir, &request, &Json::Object(Vec::new()), now).unwrap();
    let record = planned(&policy.ir, record, "2026-02-10T21:30+05:30", "2026-02-10T23:30+05:30");
    (policy, record)
}
