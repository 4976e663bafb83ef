//! What the fuzzer starts from: the rule files, samples and cases of this repository, read where they are.

use std::fs;
use std::path::{Path, PathBuf};
use tollgate::trail::note::VerifierKey;
use tollgate::trail::{Envelope, Tombstone};

/// The folder of the repository.
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The contents of the files under a folder of the repository whose names end so, in the order of their paths.
pub fn files(folder: &str, ending: &str) -> Vec<String> {
    let mut paths = Vec::new();
    walk(&repository().join(folder), &mut paths);
    paths.sort();
    let wanted = paths.iter().filter(|path| path.to_string_lossy().ends_with(ending));
    wanted.filter_map(|path| fs::read_to_string(path).ok()).collect()
}

/// Rule texts: whole files, and the cases of the case files.
pub fn rules() -> Vec<Vec<u8>> {
    let mut seeds = files("rules", ".gate");
    seeds.extend(files("tests/data", ".gate"));
    for folder in ["syntax", "check", "format", "eval"] {
        for file in files(&format!("tests/data/{folder}"), ".txt") {
            let policy = file.split_once("=== base ===").map(|(policy, _)| policy.to_owned());
            let cases = file.split("\n--- ").filter_map(|case| case.split_once(" ---\n"));
            let texts = cases.flat_map(|(_, text)| text.split("---- becomes ----\n").map(str::to_owned));
            seeds.extend(policy.map_or_else(|| texts.collect::<Vec<_>>(), |policy| vec![policy]));
        }
    }
    seeds.into_iter().map(String::into_bytes).collect()
}

/// Requests with their facts and times, and the texts on which JSON readers are tried.
pub fn requests() -> Vec<Vec<u8>> {
    let mut seeds = files("rules/change-management/samples", ".json");
    for folder in ["good", "bad"] {
        for file in files(&format!("tests/data/json/{folder}"), ".txt") {
            seeds.extend(
                file.split("\n--- ")
                    .filter_map(|case| case.split_once(" ---\n"))
                    .map(|(_, text)| text.to_owned()),
            );
        }
    }
    seeds.into_iter().map(String::into_bytes).collect()
}

/// Entries as stored and as they are signed, checkpoints, receipts, keys: the trail that was kept, and the cases of the formats.
pub fn trail() -> Vec<Vec<u8>> {
    let kept = "tests/data/cli/files/trail";
    let lines: Vec<String> =
        files(kept, ".jsonl").iter().flat_map(|file| file.lines().map(str::to_owned)).collect();
    let envelopes = lines.iter().filter_map(|line| Envelope::read(line.as_bytes()).ok());
    let mut seeds: Vec<String> = envelopes.map(|envelope| envelope.payload).collect();
    seeds.extend(lines.iter().filter_map(|line| Some(Tombstone::of_stored(line.as_bytes())?.text())));
    seeds.extend(lines);
    seeds.extend(files(&format!("{kept}/checkpoints"), ""));
    for file in files("tests/data/trail", ".txt") {
        for (_, case) in file.split("\n--- ").filter_map(|case| case.split_once(" ---\n")) {
            let quoted = case.lines().filter_map(|line| line.split_once('|').map(|(_, text)| format!("{text}\n")));
            seeds.push(quoted.collect());
            seeds.extend(case.lines().map(str::to_owned));
        }
    }
    seeds.into_iter().map(String::into_bytes).collect()
}

/// Keys that notes are checked with.
pub fn keys() -> Vec<VerifierKey> {
    let keys = ["PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"];
    let mut keys: Vec<VerifierKey> = keys.iter().filter_map(|key| key.parse().ok()).collect();
    let witnesses = keys.iter().filter_map(|key| VerifierKey::cosigner("witness.example.com/w1", *key.key()).ok());
    keys.extend(witnesses.collect::<Vec<_>>());
    keys
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        match entry.path() {
            path if path.is_dir() => walk(&path, found),
            path => found.push(path),
        }
    }
}
