//! Holds the formatter to the cases under `tests/data/format`, and to itself on texts laid out at random.
#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use proptest::prelude::*;
use tollgate::syntax::{FormatError, format};
use tollgate::text::SourceId;

const CASES: &str = include_str!("data/format/layout.txt");

#[test]
fn layout() {
    let cases = cases();
    assert!(cases.len() >= 45, "{} cases", cases.len());
    for (name, input, expected) in cases {
        check(name, input, expected);
        // Neither kind of line end nor tabs make a difference.
        check(name, &input.replace('\n', "\r\n"), expected);
        check(name, &indented(input, "\t"), expected);
    }
}

#[test]
fn text_with_faults_is_not_touched() {
    for text in
        ["gate a {", "gate a { require }", "let a = b and c or d", "nothing", "let a = \"open", "let a = b &"]
    {
        match format(SourceId(0), text) {
            Err(FormatError::DoesNotParse(found)) => assert!(!found.is_empty()),
            other => panic!("{text}: {other:?}"),
        }
    }
}

#[test]
fn empty_text_stays_empty() {
    assert_eq!(format(SourceId(0), " \r\n\t\n").expect("no fault"), "");
}

fn check(name: &str, input: &str, expected: &str) {
    let once = format(SourceId(0), input).unwrap_or_else(|error| panic!("case {name}: {error:?}"));
    assert_eq!(once, expected, "case {name}");
    let twice = format(SourceId(0), &once).expect("what was formatted");
    assert_eq!(twice, once, "case {name} formats to itself");
    assert!(!once.contains(['\r', '\t']), "case {name}");
    assert!(once.lines().all(|line| line.trim_end() == line), "case {name} ends lines with white space");
}

/// The cases by name, input and output.
fn cases() -> Vec<(&'static str, &'static str, &'static str)> {
    let starts = CASES.match_indices("--- ").map(|(at, _)| at);
    let mut starts: Vec<usize> = starts.filter(|&at| at == 0 || CASES[..at].ends_with('\n')).collect();
    starts.push(CASES.len());
    let sections = starts.windows(2).map(|pair| &CASES[pair[0]..pair[1]]);
    sections
        .map(|case| {
            let (name, body) = case.split_once(" ---\n").expect("a name between dashes");
            let (input, expected) = body.split_once("---- becomes ----\n").expect("what it becomes");
            (name.trim_start_matches("--- "), input, expected)
        })
        .collect()
}

fn indented(text: &str, by: &str) -> String {
    text.lines()
        .map(|line| if line.is_empty() { "\n".to_owned() } else { format!("{by}{line}{by}\n") })
        .collect()
}

/// The words and comments of a formatted text, told apart by white space and line ends only.
fn says(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in text.lines() {
        let (mut quoted, mut comment) = (false, None);
        for (at, c) in line.char_indices() {
            match c {
                '"' => quoted = !quoted,
                '#' if !quoted => {
                    comment = Some(at);
                    break;
                }
                _ => {}
            }
        }
        let (words, comment) = line.split_at(comment.unwrap_or(line.len()));
        let kept = |c: &char| !matches!(c, ' ' | '\t' | ',' | '|');
        found.extend(words.chars().filter(kept).map(String::from));
        found.extend(Some(comment.trim_end().to_owned()).filter(|comment| !comment.is_empty()));
    }
    found
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// White space and comments put between the words of a formatted case: nothing is lost, and the look is settled.
    #[test]
    fn layouts_at_random_keep_words_and_comments(
        case in any::<prop::sample::Index>(),
        spaces in prop::collection::vec(prop::sample::select(vec![" ", "  ", "\n", "\n\n\n", " # c\n", "\n# d\n", "\n\n  # e\n\n", "\t"]), 1..40),
    ) {
        let cases = cases();
        let (name, _, text) = cases[case.index(cases.len())];
        let spread = spread(text, &spaces);
        let once = format(SourceId(0), &spread);
        prop_assert!(once.is_ok(), "case {}: {:?}\n{}", name, once, spread);
        let once = once.expect("checked");
        prop_assert_eq!(says(&once), says(&spread), "case {}\n{}", name, once);
        let twice = format(SourceId(0), &once).expect("what was formatted");
        prop_assert_eq!(&twice, &once, "case {}", name);
    }
}

/// Puts `spaces`, over and over, where white space stands between words.
fn spread(text: &str, spaces: &[&str]) -> String {
    let mut spaces = spaces.iter().cycle();
    let mut out = String::new();
    for line in text.lines() {
        let mut quoted = false;
        let mut rest = line.trim_start().chars();
        while let Some(c) = rest.next() {
            match c {
                '#' if !quoted => {
                    out.push('#');
                    out.extend(rest.by_ref());
                }
                ' ' if !quoted => out.push_str(spaces.next().expect("a cycle")),
                _ => {
                    quoted ^= c == '"';
                    out.push(c);
                }
            }
        }
        out.push('\n');
    }
    out
}
