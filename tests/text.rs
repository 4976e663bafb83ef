//! Holds `src/text` to the cases under `tests/data/text`.
#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use tollgate::text::{Source, SourceId, Span, hostile, nearest};

#[test]
fn positions() {
    run(include_str!("data/text/positions.txt"), |input, expected| {
        let source = Source::new("case", text(input));
        expected.lines().map(|line| format!("{}\n", locate(&source, line))).collect()
    });
}

#[test]
fn nearest_words() {
    run(include_str!("data/text/nearest.txt"), |input, _| {
        let (question, _) = input.split_once(" -> ").expect("a suggestion");
        let (word, known) = question.split_once(" of [").expect("known words");
        let known = known.trim_end_matches(']').split(", ").filter(|known| !known.is_empty());
        let found = nearest(word, known).unwrap_or("none");
        assert_eq!(input, format!("{question} -> {found}"));
        String::new()
    });
}

#[test]
fn hostile_text() {
    run(include_str!("data/text/hostile.txt"), |input, _| {
        let found = hostile::scan(SourceId(0), &text(input));
        found
            .iter()
            .map(|found| format!("{:?} {}..{}\n", found.kind, found.span.start, found.span.end))
            .collect()
    });
}

#[test]
fn hostile_findings_are_bounded() {
    let found = hostile::scan(SourceId(0), &"\u{200b}a".repeat(2_000_000));
    assert_eq!(found.len(), hostile::MAX_FINDINGS);
}

#[test]
fn spans_join_within_a_source() {
    let (a, b) = (Span::new(SourceId(0), 2, 4), Span::new(SourceId(0), 7, 9));
    assert_eq!(b.to(a), Span::new(SourceId(0), 2, 9));
    assert_eq!(a.to(Span::new(SourceId(1), 7, 9)), a);
    assert!(a.to(b).contains(a) && !a.contains(b));
    assert_eq!((a.before(), a.after().start), (Span::empty_at(SourceId(0), 2), 4));
    assert_eq!(Span::new(SourceId(0), 5, 3), Span::empty_at(SourceId(0), 5));
}

/// Gives the first line and the others of each case to `check`, which returns what the others should have
/// been.
fn run(cases: &str, check: impl Fn(&str, &str) -> String) {
    let cases: Vec<&str> = cases.split("\n--- ").skip(1).collect();
    assert!(!cases.is_empty());
    for case in cases {
        let (name, body) = case.split_once(" ---\n").expect("a name between dashes");
        let (input, expected) = body.split_once('\n').unwrap_or((body, ""));
        let expected = format!("{}\n", expected.trim_end());
        let actual = check(input, expected.trim_start_matches('\n'));
        assert_eq!(expected.trim_start_matches('\n'), actual, "case {name}");
    }
}

/// Reads `"piece" times N + ..`.
fn text(input: &str) -> String {
    let piece = |piece: &str| {
        let (piece, times) = piece.split_once(" times ").unwrap_or((piece, "1"));
        let piece: String = serde_json::from_str(piece).expect("a JSON string");
        piece.repeat(times.parse().expect("a number"))
    };
    input.split(" + ").map(piece).collect()
}

/// Answers one question of `positions.txt`.
fn locate(source: &Source, line: &str) -> String {
    let (question, _) = line.split_once(" -> ").expect("an answer");
    let pair = |text: &str| {
        let (line, column) = text.split_once(':').expect("line:column");
        (line.parse().expect("a line"), column.parse().expect("a column"))
    };
    match question.split_once(' ') {
        Some(("byte", offset)) => {
            let at = source.position(offset.parse().expect("an offset"));
            let back = source.offset_at_column(at.line, at.column);
            assert_eq!(back, source.offset_at_utf16(at.line, at.utf16_column));
            let (line, column, bytes, utf16) = (at.line, at.column, at.byte_column, at.utf16_column);
            format!("{question} -> {line}:{column} bytes {bytes} utf16 {utf16} at {back}")
        }
        Some(("column", at)) => format!("{question} -> {}", source.offset_at_column(pair(at).0, pair(at).1)),
        Some(("utf16", at)) => format!("{question} -> {}", source.offset_at_utf16(pair(at).0, pair(at).1)),
        _ => panic!("no such question: {question}"),
    }
}
