//! Holds the prose to the language: every `gate` block in README.md and `docs/*.md` is read without a finding, and is laid out
//! as the formatter does it. The pages of the diagnostics have a test of their own.
#![expect(clippy::disallowed_methods, reason = "the prose is in files")]

use std::fs;
use std::path::{Path, PathBuf};
use tollgate::api::{File, format};

#[test]
fn rules_in_the_prose_are_rules_of_the_language() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let pages = fs::read_dir(root.join("docs")).unwrap().map(|file| file.unwrap().path());
    let is_page = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "md");
    let pages = pages.filter(is_page).chain([root.join("README.md")]);
    let mut wrong = Vec::new();
    let mut count = 0_usize;
    for path in pages {
        let text = fs::read_to_string(&path).unwrap();
        let name = path.display();
        // Fences come in pairs: every second part stands inside of one.
        for block in text.split("\n```").skip(1).step_by(2) {
            let Some(rules) = block.strip_prefix("gate\n") else { continue };
            count = count.saturating_add(1);
            let rules = format!("{rules}\n");
            let answer = format(&File { name: name.to_string(), text: rules.clone() });
            if !answer.found.is_empty() || answer.text != rules {
                let found: Vec<_> = answer.found.iter().map(|finding| &finding.message).collect();
                wrong.push(format!("{name}:\n{rules}\n{found:?}\nlaid out:\n{}", answer.text));
            }
        }
    }
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    let shown = readme.split("```gate\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let shipped = fs::read_to_string(root.join("rules/change-management/classification.gate")).unwrap();
    assert!(shipped.contains(shown), "what README.md shows first is not what is shipped:\n{shown}");
    assert!(count > 0, "no rules in the prose");
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
