//! `docs/coverage.md` names every row of the requirements once, and everything that it names exists.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test reads files and stops at what is not there"
)]

use std::collections::BTreeMap;
use std::path::Path;
use tollgate::syntax::ast::PhraseKind;
use tollgate::{syntax, text::SourceId};

const POLICY: &str = "rules/change-management";

#[test]
fn every_row_stands_once() {
    let mut count: BTreeMap<String, usize> = BTreeMap::new();
    for row in rows() {
        *count.entry(row.first().unwrap().clone()).or_default() += 1;
    }
    let wanted = [("S", 120), ("D", 25), ("A", 18), ("P", 26)];
    let wanted = wanted.iter().flat_map(|(kind, last)| (1..=*last).map(move |n| format!("{kind}-{n:02}")));
    let once: BTreeMap<String, usize> = wanted.map(|id| (id, 1)).collect();
    assert_eq!(count, once);
}

#[test]
fn everything_named_exists() {
    for row in rows() {
        for name in row.iter().skip(2).take(2).flat_map(|cell| cell.split('`').skip(1).step_by(2)) {
            let (file, declared) = name.split_once(':').map_or((name, None), |(file, id)| (file, Some(id)));
            let ours = file.ends_with(".gate") || file.starts_with("samples/");
            let path = if ours { Path::new(POLICY).join(file) } else { Path::new(file).to_path_buf() };
            assert!(path.exists(), "{}: `{name}` is not there", row.first().unwrap());
            if let Some(id) = declared {
                let text = std::fs::read_to_string(&path).unwrap();
                assert!(
                    text.lines().any(|line| declares(line, id)),
                    "{}: no `{id}` in {file}",
                    row.first().unwrap()
                );
            }
        }
        let state = row.get(4).unwrap();
        assert!(["done", "typed, runs later", "later"].iter().any(|word| state.starts_with(word)), "{row:?}");
    }
}

/// S-115: the table from rules to law in the reports is made from the `serves` of each.
#[test]
fn every_rule_and_requirement_serves_a_clause() {
    for file in std::fs::read_dir(POLICY).unwrap().map(|file| file.unwrap().path()) {
        if file.extension().is_none_or(|end| end != "gate") {
            continue;
        }
        let (ast, findings) = syntax::parse(SourceId(0), &std::fs::read_to_string(&file).unwrap());
        assert!(findings.is_empty(), "{}: {findings:?}", file.display());
        for row in ast.declarations.iter().flat_map(|declaration| &declaration.rows) {
            let (PhraseKind::Rule { name, .. }
            | PhraseKind::OtherwiseRule { name, .. }
            | PhraseKind::Require { name, .. }) = &row.lead.kind
            else {
                continue;
            };
            let serves =
                |kind: &PhraseKind| matches!(kind, PhraseKind::Serves(clauses) if !clauses.is_empty());
            assert!(row.clauses.iter().any(|clause| serves(&clause.kind)), "`{}` serves nothing", name.text);
        }
    }
}

/// The cells of each row of each table: id, what is asked, served by, shown by, state.
fn rows() -> Vec<Vec<String>> {
    let text = std::fs::read_to_string("docs/coverage.md").unwrap();
    let cells = |line: &str| line.split('|').skip(1).map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
    let rows: Vec<_> = text.lines().filter(|line| line.starts_with("| ")).map(cells).collect();
    rows.into_iter().filter(|row| row.first().is_some_and(|id| id != "Row")).collect()
}

/// Whether a line begins a block of that name, or declares it: `rule NAME`, `approvals`.
fn declares(line: &str, name: &str) -> bool {
    let mut words = line.split_whitespace();
    let first = words.next().unwrap_or("#");
    first == name || (!first.starts_with('#') && words.next() == Some(name))
}
