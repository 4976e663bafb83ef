//! The parser's boundary: `tests/data/syntax/{good,bad}/*.txt` hold texts with what is found in them above each.
//!
//! A case begins with `--- name ---`. Its first lines that begin with `# error[`, `# note[`, `# help:` or `# tree:` are
//! what is expected; lines and columns count from the line below them. `BLESS=1` writes them anew.
#![expect(
    clippy::panic,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test reads its cases from files and fails by panicking"
)]

#[path = "syntax/dump.rs"]
mod dump;

use std::{env, fs, path::PathBuf};

use proptest::prelude::*;
use tollgate::syntax;
use tollgate::text::{Source, SourceId};

/// Returns what is found in a text, in the form of the cases.
fn check(text: &str) -> String {
    let (ast, found) = syntax::parse(SourceId(0), text);
    let source = Source::new("case", text);
    let mut lines = String::new();
    for finding in &found {
        let at = source.position(finding.primary.start);
        let (word, code) = (finding.severity.word(), finding.code);
        lines += &format!("# {word}[{code}] {}:{}: {}\n", at.line, at.column, finding.message);
        lines
            .extend(finding.help.iter().map(|help| format!("# help: {}\n", help.message.replace('\n', " "))));
    }
    lines.extend(dump::lets(&ast).iter().map(|tree| format!("# tree: {tree}\n")));
    lines
}

fn cases(folder: &str) {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/syntax").join(folder);
    let mut wrong = String::new();
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let mut written = String::new();
        for case in fs::read_to_string(&path).unwrap().split_inclusive("\n--- ") {
            let case = case.strip_suffix("\n--- ").map_or(case.to_owned(), |case| format!("{case}\n"));
            let case = case.strip_prefix("--- ").unwrap_or(&case);
            let (name, rest) =
                case.split_once(" ---\n").unwrap_or_else(|| panic!("{}: {case}", path.display()));
            let marks = ["# error[", "# note[", "# help:", "# tree:"];
            let above = |line: &&str| marks.iter().any(|mark| line.starts_with(mark));
            let expected: String = rest.split_inclusive('\n').take_while(above).collect();
            let text = &rest[expected.len()..];
            let found = check(text);
            if found != expected {
                wrong += &format!("{} {name}:\nexpected:\n{expected}found:\n{found}\n", path.display());
            }
            written += &format!("--- {name} ---\n{found}{text}");
        }
        if env::var("BLESS").is_ok() {
            fs::write(&path, written).unwrap();
        }
    }
    assert!(wrong.is_empty() || env::var("BLESS").is_ok(), "{wrong}");
}

#[test]
fn good_texts_have_no_findings() {
    cases("good");
}

#[test]
fn bad_texts_have_each_fault_found_once() {
    cases("bad");
}

#[test]
fn no_word_both_continues_an_expression_and_begins_a_phrase() {
    let both: Vec<_> = syntax::keywords().into_iter().filter(|word| word.infix && word.leads).collect();
    assert!(both.is_empty(), "{both:?}");
}

#[test]
fn hostile_nesting_is_refused_before_the_grammar_sees_it() {
    let deep = |open: &str, close: &str| format!("let a = {}b{}", open.repeat(62), close.repeat(62));
    for text in [deep("(", ")"), format!("let a = {}b", "not ".repeat(64))] {
        assert_eq!(syntax::parse(SourceId(0), &text).1, Vec::new());
    }
    let records = format!("sample s {{ {}b = 1{} }}", "a = { ".repeat(62), " }".repeat(62));
    assert_eq!(syntax::parse(SourceId(0), &records).1, Vec::new());
    let groups = format!("request {{ {}{} }}", "group g \"G\" { ".repeat(62), "}".repeat(62));
    assert_eq!(syntax::parse(SourceId(0), &groups).1, Vec::new());
    for junk in ["(", ")", "{", "}", "[", "when ", "not ", "\"", "a + ", "rule x\n", "class\n", "}\n}", "#"] {
        let bytes = if junk.len() == 1 { 1_000_000 } else { 100_000 };
        let text = format!("let a = {}", junk.repeat(bytes / junk.len()));
        assert!(syntax::parse(SourceId(0), &text).1.len() <= 102, "{junk}");
    }
}

proptest! {
    #[test]
    fn any_text_is_read_without_panic_and_with_spans_in_range(text in soup()) {
        let (ast, found) = syntax::parse(SourceId(0), &text);
        let spans = found.iter().map(|finding| finding.primary);
        for span in spans.chain(ast.declarations.iter().map(|declaration| declaration.span)) {
            prop_assert!(text.get(span.range()).is_some(), "{span:?} of {} bytes", text.len());
        }
    }
}

/// Words of the language and signs in any order, and any characters.
fn soup() -> impl Strategy<Value = String> {
    let words: Vec<String> = syntax::keywords().into_iter().map(|keyword| keyword.word).collect();
    let signs = [
        "{", "}", "[", "]", "(", ")", ",", "\"T\"", "\"", "x", "A-1", "CODE", "Type", "=", ":", "..", "<",
        "5", "#", "\n",
    ];
    let token = prop_oneof![
        3 => prop::sample::select(words),
        3 => prop::sample::select(signs.map(str::to_owned).to_vec()),
        1 => any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(token, 0..60).prop_map(|tokens| tokens.join(" "))
}
