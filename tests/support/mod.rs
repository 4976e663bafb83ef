//! Case files for policies that run: a policy, a base input, then cases that change the input and state what comes out.
//!
//! ```text
//! policy T "T" { .. }            the rule text
//! === base ===
//! { "request": {..}, "facts": {..}, "now": ".." }
//! --- what-the-case-shows ---
//! { "request": { "tenants": 10 } }        laid over the base, member by member
//! class.value = "normal"                  paths into the answer; `?` asks for the value
//! ```
//!
//! In a list a path names an item by its position, or by its `id`, `gate`, `phase`, `class`, `path`, `name`, `code` or
//! `text`; `*id` takes one member of all items. `UPDATE_EXPECT=1` writes the values anew: read the difference.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    reason = "a test reads files, and stops where it cannot go on"
)]

use serde_json::{Map, Value as Json};
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};
use tollgate::check::check;
use tollgate::ir::{Ir, lower};
use tollgate::json::{Limits, read};
use tollgate::syntax::parse;
use tollgate::text::Sources;

/// Runs all cases of a folder. `answer` is what a policy says to an input.
pub fn run(folder: &str, answer: impl Fn(&Ir, &Sources, &Json) -> Json) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(folder);
    let mut files: Vec<_> = fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty(), "{} has no cases", folder.display());
    let mut wrong = String::new();
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let (policy, base, cases) = parts(&text);
        let (ir, sources) = compile(&[(file.file_name().unwrap().to_str().unwrap(), policy)]);
        let base: Json = serde_json::from_str(base).unwrap();
        let mut written = text.split_once("--- ").unwrap().0.to_owned();
        for case in cases.split("\n--- ") {
            let (name, input, expected) = case_parts(case);
            let whole = laid_over(&base, name, input);
            let answer = answer(&ir, &sources, &whole);
            let _ = write!(written, "--- {name} ---\n{input}\n");
            for line in expected.lines().filter(|line| !line.trim().is_empty()) {
                let (path, value) = line.split_once(" = ").unwrap_or_else(|| panic!("{name}: {line}"));
                let actual = serde_json::to_string(&at_path(&answer, path)).unwrap();
                let wanted = serde_json::from_str::<Json>(value).map(|value| value.to_string());
                if wanted.ok().as_ref() != Some(&actual) {
                    let _ = writeln!(
                        wrong,
                        "{} {name}: {path}\n  wanted {value}\n  found  {actual}",
                        file.display()
                    );
                }
                let _ = writeln!(written, "{path} = {actual}");
            }
            written.push('\n');
        }
        if env::var("UPDATE_EXPECT").is_ok() {
            fs::write(&file, format!("{}\n", written.trim_end())).unwrap();
            wrong.clear();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// The rule text of a case file, and the whole input of each of its cases by name.
pub fn inputs(text: &str) -> (&str, Vec<(&str, Json)>) {
    let (policy, base, cases) = parts(text);
    let base: Json = serde_json::from_str(base).unwrap();
    let whole = |case| {
        let (name, input, _) = case_parts(case);
        (name, laid_over(&base, name, input))
    };
    (policy, cases.split("\n--- ").map(whole).collect())
}

/// The policy, the base input and the cases of a file.
fn parts(text: &str) -> (&str, &str, &str) {
    let (policy, rest) = text.split_once("=== base ===\n").expect("a base input after the policy");
    let (base, cases) = rest.split_once("--- ").expect("a case after the base");
    (policy, base, cases)
}

/// The name, the input and the expectations of a case.
fn case_parts(case: &str) -> (&str, &str, &str) {
    let (name, body) = case.split_once(" ---\n").expect("a name between dashes");
    let at = body.find(" = ").and_then(|at| body[..at].rfind('\n')).expect("an expectation");
    let (input, expected) = body.split_at(at);
    (name, input, expected)
}

fn laid_over(base: &Json, name: &str, input: &str) -> Json {
    let mut whole = base.clone();
    overlay(&mut whole, serde_json::from_str(input).unwrap_or_else(|e| panic!("{name}: {e}")));
    whole
}

/// Compiles rule files that have no error.
pub fn compile(files: &[(&str, &str)]) -> (Ir, Sources) {
    let sources: Sources = files.iter().copied().collect();
    let parsed: Vec<_> = sources.iter().map(|(id, source)| (id, parse(id, source.text()))).collect();
    let trees: Vec<_> = parsed.iter().map(|(id, (tree, _))| (*id, tree)).collect();
    let (policy, findings) = check(&trees);
    let findings: Vec<_> = parsed.iter().flat_map(|(_, (_, findings))| findings).chain(&findings).collect();
    let told = |finding: &&tollgate::diagnostic::Diagnostic| {
        format!("{} at `{}`", finding.message, sources.slice(finding.primary))
    };
    let policy = policy.unwrap_or_else(|| panic!("{:#?}", findings.iter().map(told).collect::<Vec<_>>()));
    (lower(&policy), sources)
}

/// Reads a member of an input with the strict reader.
pub fn strict(input: &Json, member: &str) -> tollgate::json::Json {
    let text = input.get(member).map_or_else(|| "{}".to_owned(), Json::to_string);
    read(&text, Limits::default()).unwrap()
}

fn overlay(base: &mut Json, over: Json) {
    match (base, over) {
        (Json::Object(base), Json::Object(over)) => {
            for (key, value) in over {
                match value {
                    Json::String(text) if text == "(left out)" => drop(base.remove(&key)),
                    value => overlay(base.entry(key).or_insert(Json::Object(Map::new())), value),
                }
            }
        }
        (base, over) => *base = over,
    }
}

fn at_path(json: &Json, path: &str) -> Json {
    path.split('/').fold(json.clone(), |json, part| match (&json, part.strip_prefix('*')) {
        (Json::Array(items), Some(member)) => items.iter().map(|item| at_path(item, member)).collect(),
        (Json::Array(items), None) => match part.parse::<usize>() {
            Ok(position) => items.get(position).cloned().unwrap_or_default(),
            Err(_) => items.iter().find(|item| is_called(item, part)).cloned().unwrap_or_default(),
        },
        _ => json.get(part).cloned().unwrap_or_default(),
    })
}

fn is_called(item: &Json, name: &str) -> bool {
    ["id", "gate", "phase", "class", "path", "name", "code", "text"]
        .iter()
        .any(|member| item.get(member).and_then(Json::as_str) == Some(name))
}
