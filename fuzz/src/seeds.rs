//! What the fuzzer starts from: the rule files, samples and cases of this repository, read where they are.

use std::fs;
use std::path::{Path, PathBuf};

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

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        match entry.path() {
            path if path.is_dir() => walk(&path, found),
            path => found.push(path),
        }
    }
}
