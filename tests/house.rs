//! Holds the rules of the house: who imports whom, who knows the parser library, how long a file may be.
//!
//! A rule is changed by changing the data at the top of this file, together with ARCHITECTURE.md.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "this test reads the sources of the crate, and stops where it cannot"
)]

use std::path::{Path, PathBuf};
use std::{fs, iter};

/// What each folder of `src/` may import of ours, beside itself.
const IMPORTS: &[(&str, &[&str])] = &[
    ("text", &[]),
    ("value", &[]),
    ("calendar", &["value"]),
    ("json", &["text"]),
    ("telemetry", &["json", "value"]),
    ("diagnostic", &["text"]),
    ("syntax", &["text", "diagnostic"]),
    ("check", &["syntax", "diagnostic", "text", "value", "calendar"]),
    ("ir", &["check", "json", "value", "text"]),
    ("eval", &["ir", "json", "value", "text"]),
    ("change", &["ir", "eval", "calendar", "json", "value", "text"]),
    ("monitor", &["ir", "eval", "json", "value"]),
    ("trail", &["json", "value", "text"]),
    ("analyze", &["check", "ir", "eval", "monitor", "json", "value", "calendar", "diagnostic", "text"]),
    (
        "api",
        &[
            "text",
            "value",
            "calendar",
            "json",
            "diagnostic",
            "syntax",
            "check",
            "ir",
            "eval",
            "change",
            "analyze",
            "monitor",
            "telemetry",
            "trail",
        ],
    ),
    ("wasm", &["api"]),
    ("cli", &["api", "diagnostic", "json", "value", "text"]),
];

/// Files of `src/` that belong to a folder they do not lie in.
const BELONGS: &[(&str, &str)] = &[("main", "cli")];

/// The crate's root declares the folders and belongs to none.
const ROOT: &str = "lib";

/// Libraries that only one folder knows, by the start of their names.
const SECRETS: &[(&str, &str)] =
    &[("pest", "syntax"), ("quick_xml", "telemetry"), ("ed25519_dalek", "trail"), ("base64", "trail")];

const MOST_LINES: usize = 500;

#[test]
fn the_sources_keep_the_rules_of_the_house() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let files = rust_files(&source);
    assert!(files.len() > 1, "no sources found in {}", source.display());
    let faults: Vec<String> = files
        .iter()
        .flat_map(|file| {
            let text = fs::read_to_string(file).unwrap();
            faults_in(file.strip_prefix(&source).unwrap(), &text)
        })
        .collect();
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

#[test]
fn each_rule_is_held() {
    let long = "//\n".repeat(MOST_LINES + 1);
    for (file, text, expected) in [
        ("eval/walk.rs", "use crate::ir::Ir;\nuse crate::eval::Verdict;", None),
        ("eval/walk.rs", "use super::observe;\n// use crate::api;", None),
        ("check/names.rs", "fn cheapest() {} // pest", None),
        ("main.rs", "use tollgate::api::check;", None),
        (
            "value/fixed.rs",
            "\nuse crate::json::Number;",
            Some("src/value/fixed.rs:2: `value` may not import `json`"),
        ),
        ("ir/a/b.rs", "use super::super::super::api::X;", Some("src/ir/a/b.rs:1: `ir` may not import `api`")),
        (
            "ir/mod.rs",
            "use crate::{\n  check::{A, B},\n  cli,\n};",
            Some("src/ir/mod.rs:3: `ir` may not import `cli`"),
        ),
        ("main.rs", "tollgate::eval::run()", Some("src/main.rs:1: `cli` may not import `eval`")),
        ("api/mod.rs", "use crate::Thing;", Some("src/api/mod.rs:1: `Thing` is not a folder in the table")),
        ("extra/mod.rs", "", Some("src/extra/mod.rs:1: `extra` is not a folder in the table")),
        ("check/mod.rs", "use pest::Span;", Some("src/check/mod.rs:1: only `syntax` may know `pest`")),
        ("text/mod.rs", &long, Some("src/text/mod.rs:501: a file has at most 500 lines, this has 501")),
    ] {
        let faults = faults_in(Path::new(file), text);
        let begins = faults.first().map(|fault| fault.split(" (").next().unwrap());
        assert_eq!(begins, expected, "{file}: {text}");
    }
}

/// Every breach of a rule by the file at `path` (from `src/`), as `file:line: rule`.
fn faults_in(path: &Path, text: &str) -> Vec<String> {
    let place = format!("src/{}", path.display());
    let module = module_path(path);
    let mut faults = Vec::new();

    let lines = text.lines().count();
    if lines > MOST_LINES {
        faults.push(format!("{place}:{lines}: a file has at most {MOST_LINES} lines, this has {lines}"));
    }
    let Some(folder) = folder_of(&module) else { return faults };
    let Some((_, allowed)) = IMPORTS.iter().find(|(name, _)| *name == folder) else {
        faults.push(format!("{place}:1: `{folder}` is not a folder in the table (tests/house.rs)"));
        return faults;
    };
    let tokens = tokens(text);
    for (line, name) in imports(&tokens, module.len()) {
        if !IMPORTS.iter().any(|(known, _)| *known == name) {
            faults.push(format!("{place}:{line}: `{name}` is not a folder in the table (tests/house.rs)"));
        } else if name != folder && !allowed.contains(&name) {
            let may = if allowed.is_empty() { "nothing of ours".to_owned() } else { allowed.join(", ") };
            faults.push(format!("{place}:{line}: `{folder}` may not import `{name}` (it may import: {may})"));
        }
    }
    for (line, token) in &tokens {
        for (library, owner) in SECRETS {
            if token.starts_with(library) && folder != *owner {
                faults.push(format!("{place}:{line}: only `{owner}` may know `{library}`"));
            }
        }
    }
    faults
}

/// The path of the module in a file: `eval/walk.rs` is `eval`, `walk`; `eval/mod.rs` is `eval`.
fn module_path(path: &Path) -> Vec<&str> {
    let mut names: Vec<&str> = path.iter().map(|name| name.to_str().unwrap()).collect();
    let file = names.pop().unwrap().trim_end_matches(".rs");
    if file != "mod" {
        names.push(file);
    }
    names
}

fn folder_of<'a>(module: &[&'a str]) -> Option<&'a str> {
    let first = *module.first()?;
    let belongs = BELONGS.iter().find(|(name, _)| *name == first).map(|(_, folder)| *folder);
    if first == ROOT { None } else { belongs.or(Some(first)) }
}

/// The first names, with their lines, of the paths that start at the crate's root: those that begin with
/// `crate` or `tollgate`, and those whose `super`s climb from a module `depth` names deep to the root.
fn imports<'a>(tokens: &[(usize, &'a str)], depth: usize) -> Vec<(usize, &'a str)> {
    let text_at = |place: usize| tokens.get(place).map_or("", |(_, token)| *token);
    let is_path = |place: usize| text_at(place + 1) == "::";
    let mut found = Vec::new();
    let mut place = 0;
    while place < tokens.len() {
        let starts = place == 0 || text_at(place - 1) != "::";
        let climbs = iter::successors(Some(place), |next| Some(next + 2))
            .take_while(|next| text_at(*next) == "super" && is_path(*next))
            .count();
        let root = match text_at(place) {
            "crate" | "tollgate" if starts && is_path(place) => Some(place + 2),
            "super" if starts && climbs == depth => Some(place + 2 * climbs),
            _ => None,
        };
        match root {
            Some(at) if text_at(at) == "{" => found.extend(group(&tokens[at..])),
            Some(at) => found.extend(tokens.get(at)),
            None => {}
        }
        place += 1;
    }
    found
}

/// The first name of each path in the braces that `tokens` begin with.
fn group<'a>(tokens: &[(usize, &'a str)]) -> Vec<(usize, &'a str)> {
    let mut depth = 0_usize;
    let mut names = Vec::new();
    for pair in tokens.windows(2) {
        match pair[0].1 {
            "{" => depth += 1,
            "}" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            break;
        }
        if depth == 1 && matches!(pair[0].1, "{" | ",") && pair[1].1 != "}" {
            names.push(pair[1]);
        }
    }
    names
}

/// The names, `::` and other signs of `text` with their lines, without comments.
fn tokens(text: &str) -> Vec<(usize, &str)> {
    let is_name = |sign: char| sign.is_alphanumeric() || sign == '_';
    let mut tokens = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let mut rest = line.split("//").next().unwrap_or("").trim_start();
        while let Some(first) = rest.chars().next() {
            let length = match first {
                _ if is_name(first) => rest.find(|sign| !is_name(sign)).unwrap_or(rest.len()),
                ':' if rest.starts_with("::") => 2,
                _ => first.len_utf8(),
            };
            let (token, after) = rest.split_at(length);
            tokens.push((index + 1, token));
            rest = after.trim_start();
        }
    }
    tokens
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}
