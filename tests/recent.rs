//! A change that comes back as it was answered is not read again: that makes no difference to any answer.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    reason = "a test reads files, and stops where it cannot go on"
)]

#[path = "support/lives.rs"]
mod lives;

use tollgate::api::{Policies, json_call};
use tollgate::change::{Change, fold};
use tollgate::json::{from_serialize, write};

type Asked = fn(&str, &Policies) -> String;

const CALLS: [(Asked, &str); 5] = [
    (json_call::status, ""),
    (json_call::gate, r#","facts":{}"#),
    (json_call::next, r#","command":"tick","actor":{"machine":"workflow"}"#),
    (json_call::next, r#","command":{"withdraw":{"reason":"Not needed"}},"actor":{"person":"u-asha"}"#),
    (json_call::preview_edit, r#","request":{"title":"Another"}"#),
];

struct Host {
    policies: Policies,
    roster: String,
}

impl Host {
    fn new() -> Self {
        let shared = lives::parse(include_str!("../rules/change-management/scenarios/shared.json"));
        let mut policies = Policies::default();
        policies.keep(lives::shipped());
        Self { policies, roster: write(shared.get("people").unwrap()) }
    }

    fn ask(&self, call: Asked, change: &str, more: &str) -> String {
        let Self { policies, roster } = self;
        let text = format!(
            r#"{{"policy":{{"handle":1}},"roster":{roster},"change":{change}{more},"now":"2026-03-20T10:00:00Z"}}"#
        );
        call(&text, policies)
    }
}

fn changes() -> Vec<String> {
    let events = lives::World::new().rolled_out_in_steps();
    let after = |count: usize| -> Change { fold(&events[..count]).unwrap().unwrap() };
    (1..=events.len()).map(|count| write(&from_serialize(&after(count)).unwrap())).collect()
}

#[test]
fn a_known_change_is_answered_as_one_that_is_read() {
    let host = Host::new();
    let changes = changes();
    assert!(changes.len() > 8, "more than are kept");
    for change in changes.iter().chain(changes.iter().rev()) {
        // No kept text has a space there, so this one is read each time.
        let read_again = change.replacen('{', "{ ", 1);
        for (call, more) in CALLS {
            let answer = host.ask(call, &read_again, more);
            for _ in 0..2 {
                assert_eq!(host.ask(call, change, more), answer, "{change}");
            }
        }
    }
}

#[test]
fn what_was_answered_goes_on_as_it_is() {
    let host = Host::new();
    let [_, _, (next, tick), ..] = CALLS;
    let answer = lives::parse(&host.ask(next, &changes()[2], tick));
    let change = write(answer.get("change").unwrap());
    assert_eq!(host.ask(next, &change, tick), host.ask(next, &change.replacen('{', "{ ", 1), tick));
}

#[test]
fn only_the_change_itself_is_known_and_only_whole() {
    let host = Host::new();
    let change = &changes()[3];
    let (status, _) = CALLS[0];
    assert!(host.ask(status, change, "").starts_with(r#"{"ok":true"#));
    for wrong in
        [format!("{change}x"), format!("{change}{change}"), format!("{change}]"), format!("[{change}]")]
    {
        assert!(host.ask(status, &wrong, "").starts_with(r#"{"ok":false"#), "{wrong}");
    }
    // The same text in another place is what it says there.
    let elsewhere = host.ask(status, &format!(r#"{{"change":{change}}}"#), "");
    assert!(elsewhere.contains("missing field") || elsewhere.contains("unknown field"), "{elsewhere}");
    let twice = host.ask(status, change, &format!(r#","change":{change}"#));
    assert!(twice.contains("change") && twice.contains("twice"), "{twice}");
}
