//! Scripted changes under the shipped policy: everything that a scenario expects comes, and every change is what a
//! replay of its events gives, byte for byte.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test reads files, and stops where it cannot go on"
)]

use std::fs;
use std::path::{Path, PathBuf};
use tollgate::api::{self, Compiled, File, Scenario};
use tollgate::json::{self, Json, Limits};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/change-management")
}

fn policy() -> Compiled {
    let mut paths: Vec<PathBuf> = fs::read_dir(root()).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "gate"));
    paths.sort();
    let file = |path: &PathBuf| File {
        name: path.file_name().unwrap().to_string_lossy().into_owned(),
        text: fs::read_to_string(path).unwrap(),
    };
    api::compile(&paths.iter().map(file).collect::<Vec<_>>()).0.unwrap()
}

fn read(path: &Path) -> Json {
    json::read(&fs::read_to_string(path).unwrap(), Limits::default())
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn every_scenario_comes_out_as_stated() {
    let policy = policy();
    let folder = root().join("scenarios");
    let mut played = 0;
    let mut unexpected = Vec::new();
    let mut paths: Vec<PathBuf> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths.iter().filter(|path| !path.ends_with("shared.json")) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let scenario: Scenario = api::scenario(&read(path), &|with| Ok(read(&folder.join(with))))
            .unwrap_or_else(|refusals| panic!("{name}: {refusals:?}"));
        let answer =
            api::simulate(&policy, &scenario).unwrap_or_else(|refusals| panic!("{name}: {refusals:?}"));
        played += answer.cases.len();
        for case in &answer.cases {
            for step in case.steps.iter().filter(|step| !step.unexpected.is_empty()) {
                unexpected.push(format!(
                    "{name}, {}\n  {} {}: {}",
                    case.name,
                    step.at,
                    step.what,
                    step.unexpected.join("\n    ")
                ));
            }
            let text = |change| json::canonical(&json::from_serialize(change).unwrap());
            let replayed = api::fold(&case.events).unwrap();
            assert_eq!(text(&replayed), text(&case.change), "{name}, {}: a replay differs", case.name);
            // Events outlive the program that wrote them: what is read back says the same.
            let written = json::write(&json::from_serialize(&case.events).unwrap());
            let limits = Limits { size_bytes: 8_000_000, ..Limits::default() };
            let read_back: Vec<tollgate::change::Event> =
                json::to_typed(&json::read(&written, limits).unwrap()).unwrap();
            assert_eq!(read_back, case.events, "{name}, {}", case.name);
        }
    }
    assert!(unexpected.is_empty(), "\n{}\n", unexpected.join("\n"));
    assert!(played > 0, "no scenario was played");
}
