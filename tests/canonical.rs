//! The identity of a policy: what changes its digest and what does not (docs/canonical-form.md).
#![expect(clippy::disallowed_methods, reason = "the policy is a file")]

mod support;

use support::compile;

fn rules() -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/eval/changes.txt");
    std::fs::read_to_string(path).unwrap().split_once("=== base ===").unwrap().0.to_owned()
}

fn digest(files: &[(&str, &str)]) -> String {
    compile(files).0.identity.digest.to_string()
}

#[test]
fn comments_layout_names_and_order_do_not_change_it() {
    let rules = rules();
    let plain = digest(&[("a.gate", &rules)]);
    let spaced = rules.replace("  ", " ").replace(" {\n", " { # why\n\n");
    assert_eq!(digest(&[("b.gate", &spaced)]), plain);
    // Declarations in another order, and in two files. The order of the classes is part of their meaning.
    let (classes, mut others): (Vec<&str>, Vec<&str>) =
        rules.split("\n\n").partition(|declaration| declaration.starts_with("class "));
    others.reverse();
    let (classes, others) = (classes.join("\n\n"), others.join("\n\n"));
    assert_eq!(digest(&[("z.gate", &others), ("y.gate", &classes)]), plain);
}

#[test]
fn what_can_change_an_answer_changes_it() {
    let rules = rules();
    let plain = digest(&[("a.gate", &rules)]);
    for (from, to) in [
        ("tenants >= 10", "tenants >= 11"),
        ("\"Ten tenants or more\"", "\"Many tenants\""),
        ("under 24 hours", "within 24 hours"),
        ("version      \"7\"", "version      \"8\""),
        ("mandatory seated when", "seated when"),
    ] {
        let changed = rules.replacen(from, to, 1);
        assert_ne!(changed, rules, "{from} is in the policy");
        assert_ne!(digest(&[("a.gate", &changed)]), plain, "{from}");
    }
}
