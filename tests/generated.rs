//! The policies that benchmarks measure are policies: they check without findings and have the size they say.
#![expect(clippy::arithmetic_side_effects, reason = "the generator counts small numbers")]

use tollgate::api::{CheckCall, File, check};

#[path = "../benches/support/generated.rs"]
mod generated;

#[test]
fn a_generated_policy_has_its_rules_and_no_findings() {
    for rules in [4, 10, 100] {
        let files = vec![File { name: "generated.gate".to_owned(), text: generated::policy(rules) }];
        let answer = check(&CheckCall { files, search_budget: 0 });
        let found: Vec<&String> = answer.found.iter().map(|finding| &finding.message).collect();
        assert!(found.is_empty(), "{rules} rules: {found:?}");
        assert_eq!(answer.rules, rules);
    }
}
