//! What holds of every policy that checks, tried with random policies and requests (`tests/support/random_policy.rs`).
//!
//! `PROPTEST_CASES=5000 cargo test --test properties` tries more than the usual number.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    reason = "a test stops where it cannot go on"
)]

#[path = "support/random_policy.rs"]
mod random_policy;

use proptest::prelude::*;
use random_policy::{Choices, Fields, policy};
use serde_json::Value as Json;
use tollgate::api::{self, Compiled, DecideCall, File, PartialCall};
use tollgate::eval::{Recorder, Verdict, decide, read_complete};
use tollgate::json::{Json as Strict, Limits, from_serialize, read, write};
use tollgate::syntax::format;
use tollgate::text::SourceId;
use tollgate::value::Instant;

const NOW: &str = "2026-02-03T05:30:00Z";

fn compiled(texts: &[String]) -> Compiled {
    let named = texts.iter().enumerate();
    let files: Vec<File> =
        named.map(|(at, text)| File { name: format!("{at}.gate"), text: text.clone() }).collect();
    let (policy, findings) = api::compile(&files);
    let told: Vec<&str> =
        findings.iter().filter(|found| found.is_error()).map(|found| &*found.message).collect();
    policy.unwrap_or_else(|_| panic!("a policy made by type has errors: {told:#?}\n{}", texts.concat()))
}

fn strict(json: &Json) -> Strict {
    read(&json.to_string(), Limits::default()).unwrap()
}

fn call(fields: &Fields, choices: &mut Choices<'_>) -> DecideCall {
    let (request, facts) = fields.request(choices);
    DecideCall { request: strict(&request), facts: strict(&facts), now: NOW.parse().unwrap(), explain: false }
}

/// The decision as the trail holds it, without the identity of the policy's text.
fn decided(policy: &Compiled, call: &DecideCall) -> String {
    let answer =
        api::decide(policy, call).unwrap_or_else(|errors| panic!("a valid request is refused: {errors:#?}"));
    write(&from_serialize(&answer.decision).unwrap())
}

/// The comments of a text whose strings hold no `#`.
fn comments(text: &str) -> Vec<String> {
    text.lines()
        .filter_map(|line| line.split_once('#'))
        .map(|(_, comment)| comment.trim().to_owned())
        .collect()
}

fn choices(count: usize) -> impl Strategy<Value = Vec<u16>> {
    prop::collection::vec(any::<u16>(), count)
}

/// What `PROPTEST_CASES` says, and otherwise as many as take a few seconds unoptimised.
fn config() -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    ProptestConfig { cases: cases.unwrap_or(96), failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_policy_that_checks_decides_every_request(written in choices(300), asked in choices(200)) {
        let (declarations, fields) = policy(&mut Choices(written.iter()));
        let policy = compiled(&[declarations.concat()]);
        let now: Instant = NOW.parse().unwrap();
        let mut asked = Choices(asked.iter());
        for _ in 0..6 {
            let call = call(&fields, &mut asked);
            let plain = decided(&policy, &call);
            let told = api::decide(&policy, &DecideCall { explain: true, ..call.clone() }).unwrap();
            prop_assert_eq!(write(&from_serialize(&told.decision).unwrap()), plain, "explaining changes nothing");

            let record = read_complete(&policy.ir, &call.request, &call.facts, now).unwrap();
            let mut seen = Recorder::default();
            decide(&policy.ir, &record, now, &mut seen);
            prop_assert!(seen.subjects().iter().all(|(_, verdict)| *verdict != Verdict::Unknown));

            let partial = PartialCall { answers: call.request.clone(), facts: call.facts.clone(), now, explain: true };
            let partial = api::partial(&policy, &partial).partial.partial;
            if let Some(class) = told.decision.class {
                let left: Vec<&str> = partial.classes.iter().map(|class| &**class).collect();
                prop_assert!(left.contains(&&*class.value), "{} is decided, {left:?} are possible", class.value);
            }
        }
    }

    #[test]
    fn layout_keeps_meaning_and_comments(written in choices(300), asked in choices(100)) {
        let (declarations, fields) = policy(&mut Choices(written.iter()));
        let text = declarations.concat();
        let formatted = format(SourceId(0), &text).unwrap();
        prop_assert_eq!(comments(&formatted), comments(&text));
        let (before, after) = (compiled(&[text]), compiled(&[formatted]));
        prop_assert_eq!(&before.identity.digest, &after.identity.digest);
        let mut asked = Choices(asked.iter());
        for _ in 0..3 {
            let call = call(&fields, &mut asked);
            prop_assert_eq!(decided(&before, &call), decided(&after, &call));
        }
    }

    #[test]
    fn files_and_order_of_declarations_mean_nothing(written in choices(300), order in choices(40)) {
        let (declarations, _) = policy(&mut Choices(written.iter()));
        let plain = compiled(&[declarations.concat()]).identity.digest;
        let is_class = |text: &String| text.contains("\nclass ");
        // The order of the classes is part of their meaning, so they share a file; where they stand among the others is not.
        let (classes, others): (Vec<String>, Vec<String>) = declarations.into_iter().partition(is_class);
        let apart: Vec<String> = others.iter().cloned().chain([classes.concat()]).collect();
        prop_assert_eq!(&compiled(&apart).identity.digest, &plain, "a file for each declaration");
        let mut shuffled: Vec<(u16, String)> = order.iter().copied().cycle().zip(others).collect();
        shuffled.sort_by_key(|(place, _)| *place);
        let mut shuffled: Vec<String> = shuffled.into_iter().map(|(_, text)| text).collect();
        shuffled.insert(usize::from(order[0]) % shuffled.len(), classes.concat());
        prop_assert_eq!(&compiled(&[shuffled.concat()]).identity.digest, &plain, "in another order");
        let (left, right) = shuffled.split_at(usize::from(order[1]) % shuffled.len());
        prop_assert_eq!(&compiled(&[left.concat(), right.concat()]).identity.digest, &plain, "in two files");
    }
}
