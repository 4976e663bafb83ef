//! Holds `src/diagnostic` to the cases under `tests/data/diagnostic`: each is a JSON file with sources and
//! findings, beside a snapshot of what every format makes of it. `INSTA_UPDATE=always` writes the snapshots
//! anew.
#![cfg(feature = "cli")]
#![expect(clippy::expect_used, clippy::arithmetic_side_effects, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::path::Path;

use proptest::prelude::*;
use serde_json::Value;
use tollgate::diagnostic::{self, Code, Colour, Diagnostic};
use tollgate::text::{SourceId, Sources, Span, hostile};

#[test]
fn formats() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/diagnostic");
    #[expect(clippy::disallowed_methods, reason = "the cases are files")]
    let read = |path: &Path| std::fs::read_to_string(path).expect("a readable case");
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(&folder);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let mut cases = 0;
    for entry in folder.read_dir().expect("the folder of cases") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|extension| extension == "json") {
            let case: Value = serde_json::from_str(&read(&path)).expect("a case in JSON");
            let name = path.file_stem().expect("a name").to_string_lossy();
            settings.bind(|| insta::assert_snapshot!(&*name, check(&case)));
            cases += 1;
        }
    }
    assert!(cases > 0);
}

#[test]
fn codes_are_distinct_ascending_and_found_by_their_id() {
    let ids: Vec<&str> = Code::all().iter().map(|code| code.id()).collect();
    let distinct: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids, distinct.into_iter().collect::<Vec<_>>());
    for &code in Code::all() {
        let id = code.id();
        assert_eq!(Code::from_id(id), Some(code));
        assert_eq!(&id[..3], format!("G{:02}", code.family() as usize + 1));
        assert!(id.len() == 5 && id[1..].bytes().all(|b| b.is_ascii_digit()), "{id}");
        assert!(!code.title().ends_with('.') && code.explanation().ends_with('.'), "{id}");
    }
    assert_eq!(Code::from_id("G9999"), None);
}

#[test]
fn nearest_word_becomes_the_edit() {
    let file = Sources::new().add("a.gate", "risk_lvl");
    let finding = Diagnostic::error(Code::UNKNOWN_FIELD, Span::new(file, 0, 8), "unknown field `risk_lvl`");
    let helped = finding.clone().help_nearest("risk_lvl", ["risk_level"]);
    assert_eq!(
        helped,
        finding.clone().help_edit("did you mean `risk_level`?", finding.primary, "risk_level")
    );
    assert_eq!(finding.clone().help_nearest("risk_lvl", ["board"]), finding);
}

#[test]
fn a_megabyte_of_brackets_is_shown_quickly() {
    let mut sources = Sources::new();
    let text = "(".repeat(1_000_000);
    let file = sources.add("a.gate", &*text);
    let findings: Vec<Diagnostic> = hostile::scan(file, &text).into_iter().map(Into::into).collect();
    let shown = diagnostic::render_text(&findings, &sources, Colour::Never);
    assert!(shown.len() < 2_000, "{} bytes", shown.len());
}

proptest! {
    #[test]
    fn whatever_a_finding_points_at_can_be_shown(
        text in "[a😀न\u{200b}\u{301}\t\r\n ]{0,40}",
        [a, b, c, d, e, f] in any::<[u8; 6]>(),
        replacement in "[a😀\r\n]{0,3}",
    ) {
        let sources = Sources::from_iter([("a.gate", text.clone()), ("b.gate", text)]);
        let ids: Vec<_> = sources.iter().map(|(id, _)| id).chain([SourceId(9)]).collect();
        let at = |start: u8, end: u8| Span {
            source: ids[usize::from(start) % 3],
            start: u32::from(start) / 2,
            end: u32::from(end) / 2,
        };
        let finding = Diagnostic::error(Code::UNUSED, at(a, b), "m")
            .label("l")
            .related(at(c, d), "r")
            .help_edit("h", at(e, f), replacement);
        let findings = [finding];
        diagnostic::render_text(&findings, &sources, Colour::Always);
        diagnostic::render_github(&findings, &sources);
        diagnostic::render_junit(&findings, &sources);
        diagnostic::render_sarif(&findings, &sources);
        diagnostic::render_json(&findings, &sources);
    }
}

fn check(case: &Value) -> String {
    let files = case["files"].as_object().expect("files");
    let sources: Sources = files.iter().map(|(name, lines)| (name.as_str(), joined(lines))).collect();
    let mut findings: Vec<Diagnostic> =
        case["findings"].as_array().expect("findings").iter().map(|one| finding(one, &sources)).collect();
    if case["scan"] == true {
        let scanned = sources.iter().flat_map(|(id, source)| hostile::scan(id, source.text()));
        findings.extend(scanned.map(Diagnostic::from));
    }
    diagnostic::sort(&mut findings);
    [
        ("case", format!("{case:#}\n")),
        ("text", diagnostic::render_text(&findings, &sources, Colour::Never)),
        ("coloured", diagnostic::render_text(&findings, &sources, Colour::Always)),
        ("github", diagnostic::render_github(&findings, &sources)),
        ("junit", diagnostic::render_junit(&findings, &sources)),
        ("json", diagnostic::render_json(&findings, &sources)),
        ("sarif", diagnostic::render_sarif(&findings, &sources)),
    ]
    .map(|(name, shown)| format!("=== {name}\n{}", escaped(&shown)))
    .join("")
}

/// Writes what no text may hide as `\u{..}`.
fn escaped(shown: &str) -> String {
    let escape =
        |c: char| if hostile::is_refused(c) { c.escape_unicode().collect() } else { String::from(c) };
    shown.chars().map(escape).collect()
}

fn finding(one: &Value, sources: &Sources) -> Diagnostic {
    let code = Code::from_id(string(&one["code"])).expect("a known code");
    let make = match string(&one["severity"]) {
        "error" => Diagnostic::error,
        "warning" => Diagnostic::warning,
        _ => Diagnostic::note,
    };
    let mut finding = make(code, span(&one["at"], sources), string(&one["message"]));
    if let Some(label) = one["label"].as_str() {
        finding = finding.label(label);
    }
    for related in one["related"].as_array().into_iter().flatten() {
        finding = finding.related(span(related, sources), string(&related[2]));
    }
    for help in one["help"].as_array().into_iter().flatten() {
        let message = string(&help["message"]);
        finding = match &help["edit"] {
            Value::Null => finding.help(message),
            edit => finding.help_edit(message, span(edit, sources), string(&edit[2])),
        };
    }
    finding
}

/// Returns where `[file, text, ..]` first stands.
fn span(at: &Value, sources: &Sources) -> Span {
    let (name, text) = (string(&at[0]), string(&at[1]));
    let (id, source) = sources.iter().find(|(_, source)| source.name() == name).expect("a file of the case");
    let start = source.text().find(text).expect("text of the file");
    Span::new(id, start as u32, (start + text.len()) as u32)
}

fn joined(lines: &Value) -> String {
    lines.as_array().expect("lines").iter().map(string).collect::<Vec<_>>().join("\n")
}

fn string(value: &Value) -> &str {
    value.as_str().expect("a string")
}
