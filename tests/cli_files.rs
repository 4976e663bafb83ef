//! What the command line does to files and streams that fail it: no rule is lost, and no panic takes the place of an answer.
#![cfg(all(feature = "cli", unix))]
#![expect(clippy::disallowed_methods, reason = "a test runs the program in folders of its own")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

/// Runs a line of the shell in a folder, with `tollgate` as the program; returns its exit code, none if a signal ended it.
fn run(folder: &Path, line: &str) -> Option<i32> {
    let line = line.replace("tollgate", env!("CARGO_BIN_EXE_tollgate"));
    Command::new("sh").args(["-c", &line]).current_dir(folder).output().unwrap().status.code()
}

fn room(name: &str) -> PathBuf {
    let room = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cli-files").join(name);
    drop(fs::remove_dir_all(&room));
    fs::create_dir_all(&room).unwrap();
    room
}

/// Rules that become longer when they are laid out.
fn messy() -> String {
    (0..400).map(|number| format!("role r{number} \"R\"# first\n")).collect()
}

#[test]
fn a_file_that_cannot_be_written_whole_stays_as_it_is() {
    let room = room("no-space");
    fs::write(room.join("big.gate"), messy()).unwrap();
    let done = run(&room, "ulimit -f 1; exec tollgate fmt big.gate");
    assert_ne!(done, Some(0));
    assert_eq!(fs::read_to_string(room.join("big.gate")).unwrap(), messy());
}

#[test]
fn behind_a_link_the_file_is_laid_out_and_keeps_its_permissions() {
    let room = room("link");
    fs::write(room.join("real.txt"), messy()).unwrap();
    fs::set_permissions(room.join("real.txt"), fs::Permissions::from_mode(0o640)).unwrap();
    symlink("real.txt", room.join("policy.gate")).unwrap();
    assert_eq!(run(&room, "tollgate fmt policy.gate"), Some(0));
    assert!(fs::symlink_metadata(room.join("policy.gate")).unwrap().is_symlink());
    assert_ne!(fs::read_to_string(room.join("real.txt")).unwrap(), messy());
    assert_eq!(fs::metadata(room.join("real.txt")).unwrap().permissions().mode() & 0o777, 0o640);
}

#[test]
fn a_new_policy_is_not_written_through_a_link() {
    let room = room("dangling");
    fs::create_dir(room.join("policy")).unwrap();
    symlink("../elsewhere", room.join("policy/policy.gate")).unwrap();
    assert_eq!(run(&room, "tollgate new policy"), Some(1));
    assert!(!room.join("elsewhere").exists());
}

#[test]
fn a_stream_that_takes_nothing_is_no_panic() {
    let room = room("full");
    if !Path::new("/dev/full").exists() {
        return;
    }
    for line in
        ["tollgate new one > /dev/full", "tollgate check one 2> /dev/full", "tollgate fmt one 2> /dev/full"]
    {
        assert_ne!(run(&room, line), Some(101), "{line}");
    }
}

/// A pipe is waited for until somebody writes to it: where a trail belongs it is refused before it is opened.
#[test]
fn a_pipe_is_no_file_of_entries() {
    let room = room("pipe");
    fs::create_dir_all(room.join("trail/entries")).unwrap();
    let mut make = Command::new("mkfifo");
    make.args(["trail/entries/000000000000.jsonl", "pipe"]).current_dir(&room);
    assert!(make.status().unwrap().success());
    for (line, told) in [
        (
            "timeout 20 tollgate trail verify trail",
            "`trail/entries/000000000000.jsonl` is no file, and one of entries belongs there",
        ),
        (
            "timeout 20 tollgate trail show trail",
            "`trail/entries/000000000000.jsonl` is no file, and one of entries belongs there",
        ),
        ("timeout 20 tollgate trail verify pipe", "`pipe` is no trail: it is neither a folder nor a file"),
    ] {
        assert_eq!(run(&room, &format!("{line} 2> told")), Some(1), "{line}");
        let said = fs::read_to_string(room.join("told")).unwrap();
        assert!(said.starts_with(&format!("tollgate: {told}")), "{said}");
    }
}

/// Runs a command whose reader goes away before it prints anything; returns its exit code and what it complained of.
fn unread(args: &[&str]) -> (Option<i32>, String) {
    let files = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/cli/files");
    let mut command = Command::new(env!("CARGO_BIN_EXE_tollgate"));
    command.args(args).current_dir(files).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn a_reader_that_went_away_is_no_failure_and_hides_none() {
    let told = "tollgate: entries as they stand; whether they hold says `tollgate trail verify`\n";
    assert_eq!(unread(&["trail", "show", "trail"]), (Some(0), told.to_owned()));
    assert_eq!(unread(&["trail", "checkpoint", "trail"]), (Some(0), String::new()));
    assert_eq!(unread(&["trail", "verify", "trail"]), (Some(0), String::new()));
    // What a check found, its exit code says, whoever reads the rest.
    assert_eq!(
        unread(&["trail", "verify", "trail", "--pin", "pin-of-another.txt"]),
        (Some(1), "tollgate: that pin is `pin-of-another.txt`\n".to_owned())
    );
}
