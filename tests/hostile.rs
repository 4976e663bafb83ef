//! Hostile files and arguments on the command line: what no call as text can hold. Hostile calls: `tests/data/calls/hostile.txt`.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test writes files and runs a program, and stops where it cannot go on"
)]

use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// Runs the program on a folder with one rule file of these bytes; returns its exit code and all it printed.
fn said(name: &str, bytes: &[u8], arguments: &[&str]) -> (i32, String) {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("hostile").join(name);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("policy.gate"), bytes).unwrap();
    fs::write(folder.join("request.json"), bytes).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_tollgate"));
    let done = command.args(arguments).current_dir(&folder).output().unwrap();
    let printed = [done.stdout, done.stderr].concat();
    (done.status.code().unwrap(), String::from_utf8(printed).unwrap())
}

#[test]
fn hostile_rule_files_are_findings() {
    let cases: [(&str, Vec<u8>, &str); 5] = [
        ("invalid-utf-8", b"let a = \"caf\xe9\"".to_vec(), "UTF-8"),
        ("surrogate-in-bytes", b"# \xed\xa0\x80".to_vec(), "UTF-8"),
        ("empty", Vec::new(), "the policy is empty"),
        ("zeros", vec![0; 4096], "U+0000"),
        ("direction", "# \u{202E}x".as_bytes().to_vec(), "U+202E"),
    ];
    for (name, bytes, says) in cases {
        for arguments in [["check", "."], ["test", "."]] {
            let (code, printed) = said(name, &bytes, &arguments);
            assert!((1..=2).contains(&code), "{name} {arguments:?} ends with {code}: {printed}");
            assert!(printed.contains(says), "{name} {arguments:?}: wanted {says}, found {printed:.900}");
            assert!(!printed.contains("panicked"), "{name}: {printed}");
        }
    }
}

#[test]
fn hostile_request_files_are_refused() {
    let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/rules/change-management");
    let cases: [(&str, Vec<u8>, &str); 6] = [
        ("request-invalid-utf-8", b"{\"title\": \"caf\xe9\"}".to_vec(), "UTF-8"),
        ("request-empty", Vec::new(), "the text ends where a value belongs"),
        ("request-list", b"[]".to_vec(), "object"),
        ("request-twice", br#"{"title": "a", "title": "b"}"#.to_vec(), "the key `title` is given twice"),
        ("request-deep", b"[".repeat(10_000), "nested"),
        ("request-large", vec![b' '; 10_000_000], "10000000 bytes"),
    ];
    for (name, bytes, says) in cases {
        let (code, printed) =
            said(name, &bytes, &["decide", shipped, "request.json", "--now", "2026-02-03T05:30:00Z"]);
        assert!((1..=2).contains(&code), "{name} ends with {code}: {printed}");
        assert!(printed.contains(says), "{name}: wanted {says}, found {printed:.900}");
    }
}

/// A policy of `lets` and a factor over `patterns`, which would take minutes without budgets.
fn slow(lets: &str, patterns: &str) -> String {
    let starter =
        fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/rules/starter/policy.gate")).unwrap();
    let starter = starter.split("sample newsletter").next().unwrap();
    let field = "field paths \"Paths\" : list of path optional\n  field planned ";
    let factor = format!(
        "factor g \"g\" adds 1 when paths is given and paths any match [{patterns}]\n  factor untried"
    );
    format!(
        "{}\n{lets}\n",
        starter.replacen("field planned ", field, 1).replacen("factor untried", &factor, 1)
    )
}

#[test]
fn nobody_waits_for_the_thousandth_suggestion() {
    let lets: String = (0..3000).map(|at| format!("let name_{at} = nmae_{at}\n")).collect();
    let (code, printed) =
        said("suggestions", slow(&lets, "\"a\"").as_bytes(), &["check", ".", "--format", "json"]);
    assert_eq!(code, 1);
    let suggested = printed.matches("did you mean").count();
    assert!((50..=200).contains(&suggested), "{suggested} suggestions");
}

#[test]
fn patterns_with_too_many_cases_are_not_followed_to_their_end() {
    let cases = |patterns: &[tollgate::value::Glob]| {
        tollgate::value::glob_cases(&patterns.iter().collect::<Vec<_>>()).map(|cases| cases.len())
    };
    // Few states, and many places to follow in each: not the number of states bounds this.
    let long = |letters: usize| -> Vec<tollgate::value::Glob> {
        (0..20).map(|at| format!("{}{at}", "a".repeat(letters)).parse().unwrap()).collect()
    };
    assert_eq!(cases(&long(4)), Some(21));
    assert_eq!(cases(&long(120)), None);
    let hard: Vec<tollgate::value::Glob> =
        (0..300).map(|at| format!("**/*a*a*a*a*a*a*b{at}").parse().unwrap()).collect();
    assert_eq!(cases(&hard), None);
    let patterns: Vec<String> = hard.iter().map(|glob| format!("\"{}\"", glob.as_str())).collect();
    let (code, printed) = said("patterns", slow("", &patterns.join(", ")).as_bytes(), &["check", "."]);
    assert_eq!(code, 0, "{printed:.900}");
}
