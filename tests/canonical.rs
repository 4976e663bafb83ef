//! The identity of a policy: what changes its digest and what does not (docs/canonical-form.md).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    reason = "a test reads files, and stops where it cannot go on"
)]

#[allow(dead_code, reason = "each suite takes what it needs")]
mod support;

use support::compile;

fn rules() -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/eval/changes.txt");
    std::fs::read_to_string(path).unwrap().split_once("=== base ===").unwrap().0.to_owned()
}

fn digest(files: &[(&str, &str)]) -> String {
    compile(files).0.identity.digest.to_string()
}

use tollgate::text::SourceId;

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

/// A policy that uses every construct has had these bytes since edition 2026 was frozen. If this fails, the change is
/// wrong, or it belongs to a new edition: `BLESS=1` is for a new edition's own files only.
#[test]
fn edition_2026_is_frozen() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/canonical");
    let text = std::fs::read_to_string(folder.join("edition-2026.gate")).unwrap();
    let files = [tollgate::api::File { name: "edition-2026.gate".to_owned(), text }];
    let policy = tollgate::api::compile(&files).0.unwrap();
    let (tree, _) = tollgate::syntax::parse(SourceId(0), &files[0].text);
    let (typed, _) = tollgate::check::check(&[(SourceId(0), &tree)]);
    let bytes = tollgate::ir::canonical(&typed.unwrap());
    let frozen = folder.join("edition-2026.json");
    if std::env::var("BLESS").is_ok() {
        std::fs::write(&frozen, &bytes).unwrap();
    }
    assert_eq!(String::from_utf8(bytes).unwrap(), std::fs::read_to_string(&frozen).unwrap());
    // As `sha256sum tests/data/canonical/edition-2026.json` prints it.
    assert_eq!(policy.identity.digest, DIGEST);
}

const DIGEST: &str = "sha256:d174f013dc7290250e1275a8d161dd411b02fc4d25cc5b759bdc6b32a1d0b8b4";
