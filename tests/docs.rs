//! Holds the prose to the language: every `gate` block in README.md and `docs/*.md` is read without a finding, and is laid out
//! as the formatter does it; the scenarios of docs/scenarios.md come out as they state. The pages of the diagnostics have a test of their own.
#![expect(clippy::disallowed_methods, reason = "the prose is in files")]

use std::fs;
use std::path::{Path, PathBuf};
use tollgate::api::{Case, File, compile, format, scenario, simulate};
use tollgate::json::{Limits, read, to_typed};

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

/// The examples of docs/scenarios.md are true: the first is a scenario, each other one a case more of it.
#[test]
fn scenarios_in_the_prose_come_out_as_stated() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let rules = root.join("rules/change-management");
    let mut paths: Vec<PathBuf> = fs::read_dir(&rules).unwrap().map(|file| file.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "gate"));
    paths.sort();
    let file =
        |path: &PathBuf| File { name: path.display().to_string(), text: fs::read_to_string(path).unwrap() };
    let policy = compile(&paths.iter().map(file).collect::<Vec<_>>()).0.unwrap();

    let page = fs::read_to_string(root.join("docs/scenarios.md")).unwrap();
    let blocks = page.split("\n```").skip(1).step_by(2).filter_map(|block| block.strip_prefix("json\n"));
    let mut blocks = blocks.map(|block| read(block, Limits::default()).unwrap());
    let beside = |name: &str| {
        let text = fs::read_to_string(rules.join("scenarios").join(name)).unwrap();
        Ok(read(&text, Limits::default()).unwrap())
    };
    let mut scripted = scenario(&blocks.next().unwrap(), &beside).unwrap();
    scripted.cases.extend(blocks.map(|case| to_typed::<Case>(&case).unwrap()));
    assert!(scripted.cases.len() > 1, "no cases in the prose");
    let answer = simulate(&policy, &scripted).unwrap();
    let wrong = answer.cases.iter().flat_map(|case| {
        let steps = case.steps.iter().filter(|step| !step.unexpected.is_empty());
        steps.map(|step| format!("{}, {} {}: {}", case.name, step.at, step.what, step.unexpected.join("; ")))
    });
    let wrong: Vec<String> = wrong.collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(answer.pending, scripted.pending);

    // Every member that a scenario, a case, a step and what is expected may have stands in the examples.
    let known = [
        "title", "rows", "with", "data", "roster", "unfit", "register", "given", "cases", "pending", "name",
        "steps",
    ];
    let of_steps =
        ["at", "by", "do", "gate", "preview", "arm", "observe", "freeze", "catalogue", "note", "expect"];
    let expected = ["codes", "state", "events", "result", "status"];
    for member in known.iter().chain(&of_steps).chain(&expected) {
        assert!(page.contains(&format!("\"{member}\":")), "no example of `{member}`");
        assert!(page.contains(&format!("`{member}`")), "`{member}` is not explained");
    }
}
