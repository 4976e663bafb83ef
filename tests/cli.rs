//! Runs the command line over the cases in `tests/data/cli/*.txt`.
//!
//! A case begins with `--- name ---` and runs its lines `$ tollgate ..` one after the other in a fresh copy of `tests/data/cli/files`;
//! `{rules}` is the folder of the shipped policies, and `< file` is standard input. Below each command stand its exit code and
//! what it prints: `1|` on standard output, `2|` on standard error. `BLESS=1 cargo test --test cli` writes them anew.
#![cfg(feature = "cli")]
#![expect(clippy::disallowed_methods, reason = "a test runs the program in folders of its own")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::{env, fs};

#[test]
fn commands() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = root.join("tests/data/cli");
    let mut wrong = String::new();
    for path in fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path()) {
        if path.extension().is_none_or(|extension| extension != "txt") {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let mut written = String::new();
        for case in text.split("--- ").skip(1).filter(|case| case.contains(" ---\n")) {
            let (name, body) = case.split_once(" ---\n").expect("a name between dashes");
            let room = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cli").join(name);
            drop(fs::remove_dir_all(&room));
            copy(&folder.join("files"), &room);
            let mut actual = String::new();
            for command in body.lines().filter_map(|line| line.strip_prefix("$ tollgate")) {
                let _ = write!(actual, "$ tollgate{command}\n{}", run(command, &room, root));
            }
            if actual.trim_end() != body.trim_end() && env::var("BLESS").is_err() {
                let _ = writeln!(wrong, "{name}\nexpected:\n{body}\nfound:\n{actual}");
            }
            let _ = write!(written, "--- {name} ---\n{actual}\n");
        }
        if env::var("BLESS").is_ok() {
            fs::write(&path, format!("{}\n", written.trim_end())).unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Runs a command; returns its exit code and what it printed, with `{rules}` for the folder of the policies.
fn run(command: &str, room: &Path, root: &Path) -> String {
    let rules = root.join("rules").display().to_string();
    let (command, input) = command.split_once(" < ").map_or((command, None), |(it, file)| (it, Some(file)));
    let input = input.map_or_else(Stdio::null, |file| fs::File::open(room.join(file.trim())).unwrap().into());
    let output = Command::new(env!("CARGO_BIN_EXE_tollgate"))
        .args(command.split_whitespace().map(|word| word.replace("{rules}", &rules)))
        .current_dir(room)
        .env("COLUMNS", "100")
        .stdin(input)
        .output()
        .unwrap();
    let mut text = format!("exit {}\n", output.status.code().unwrap());
    for (mark, bytes) in [("1|", &output.stdout), ("2|", &output.stderr)] {
        for line in String::from_utf8(bytes.clone()).unwrap().lines() {
            let line = format!("{mark} {}", line.replace(&rules, "{rules}"));
            let _ = writeln!(text, "{}", line.trim_end());
        }
    }
    text
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for item in fs::read_dir(from).unwrap().map(|item| item.unwrap()) {
        let target = to.join(item.file_name());
        if item.file_type().unwrap().is_dir() {
            copy(&item.path(), &target);
        } else {
            fs::copy(item.path(), target).unwrap();
        }
    }
}
