//! Holds `docs/diagnostics` to the engine: each code has one page and a line in the index, its first example raises the code,
//! the text below is what a terminal shows for it, and the mended example does not raise it and has no error.
//!
//! Examples stand beside `tests/data/check/base.gate`: their declarations take the places of those of the same keyword and name
//! there, and `# without route` takes one out. A line with `{n}` stands for as many as the fence says (`times=20001`).
//! `BLESS=1 cargo test --test diagnostic_pages` writes the terminal's text anew: read the difference.
#![expect(clippy::disallowed_methods, reason = "the pages are files")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[allow(dead_code, reason = "each suite takes what it needs")]
#[path = "support/beside.rs"]
mod beside;

use std::collections::BTreeSet;
use std::path::Path;
use std::{env, fs};
use tollgate::api::{CheckAnswer, CheckCall, File, check};
use tollgate::diagnostic::{Code, Colour, render_text};

/// Small, so that the page of `not proved` can have a small example.
const BUDGET: u64 = 2_000;

#[test]
fn each_code_has_a_page_that_is_true() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/diagnostics");
    let base = fs::read_to_string(folder.join("../../tests/data/check/base.gate")).unwrap();
    let index = fs::read_to_string(folder.join("README.md")).unwrap();
    let mut wrong = Vec::new();
    for code in Code::all() {
        let line = format!("| [{code}]({code}.md) | {} | {} |", code.title(), code.explanation());
        if !index.lines().any(|found| found == line) {
            wrong.push(format!("docs/diagnostics/README.md lacks the line\n{line}"));
        }
        let path = folder.join(format!("{code}.md"));
        let Ok(page) = fs::read_to_string(&path) else {
            wrong.push(format!("docs/diagnostics/{code}.md is missing"));
            continue;
        };
        if let Err(why) = hold(*code, &page, &base, &path) {
            wrong.push(format!("docs/diagnostics/{code}.md: {why}"));
        }
    }
    let known: BTreeSet<String> = Code::all().iter().map(|code| format!("{code}.md")).collect();
    for file in fs::read_dir(&folder).unwrap() {
        let name = file.unwrap().file_name().into_string().unwrap();
        if name != "README.md" && !known.contains(&name) {
            wrong.push(format!("docs/diagnostics/{name} is the page of no code"));
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n\n"));
}

fn hold(code: Code, page: &str, base: &str, path: &Path) -> Result<(), String> {
    let title = format!("# {code}: {}\n", code.title());
    if !page.starts_with(&title) {
        return Err(format!("begin with `{}`", title.trim_end()));
    }
    let parts: Vec<&str> = page.split("```").collect();
    let [_, bad, _, shown, _, good, _] = parts.as_slice() else {
        return Err("a page has three blocks: gate, text, gate".to_owned());
    };
    let answer = checked(bad, base)?;
    let Some(finding) = answer.found.iter().find(|finding| finding.code == code) else {
        return Err(format!("the first example raises {:?} only", codes(&answer)));
    };
    let whole = render_text(std::slice::from_ref(finding), &answer.sources, Colour::Never);
    // The last line counts the findings.
    let actual = format!("text\n{}\n", whole.rsplit_once("\n\n").map_or(whole.as_str(), |(text, _)| text));
    if actual != **shown && env::var("BLESS").is_ok() {
        fs::write(path, page.replacen(&format!("```{shown}```"), &format!("```{actual}```"), 1)).unwrap();
    } else if actual != **shown {
        return Err(format!("a terminal shows\n{actual}\nand the page\n{shown}"));
    }
    let answer = checked(good, base)?;
    match answer.found.iter().find(|finding| finding.code == code || finding.is_error()) {
        Some(left) => Err(format!("the mended example raises {}: {}", left.code, left.message)),
        None => Ok(()),
    }
}

fn codes(answer: &CheckAnswer) -> BTreeSet<Code> {
    answer.found.iter().map(|finding| finding.code).collect()
}

/// Checks what stands in a fence of `gate` beside the base policy.
fn checked(fence: &str, base: &str) -> Result<CheckAnswer, String> {
    let (info, body) = fence.split_once('\n').ok_or("an empty fence")?;
    let times: usize = match info.strip_prefix("gate").ok_or(format!("`{info}` is not `gate`"))?.trim() {
        "" => 1,
        more => more.strip_prefix("times=").and_then(|times| times.parse().ok()).ok_or(more)?,
    };
    let mut text = String::new();
    for line in body.lines() {
        for number in 1..=if line.contains("{n}") { times } else { 1 } {
            text.push_str(&line.replace("{n}", &number.to_string()));
            text.push('\n');
        }
    }
    let file = |name: &str, text: String| File { name: name.to_owned(), text };
    let kept = beside::kept(base, &text);
    // The example comes first, so that the finding shown is about its text.
    let files = vec![file("example.gate", text), file("the-rest.gate", kept)];
    Ok(check(&CheckCall { files, search_budget: BUDGET }))
}
