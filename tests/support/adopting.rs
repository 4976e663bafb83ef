//! Other versions of the shipped policy, and their adoption.

use tollgate::api::trail::AdoptCall;
use tollgate::api::{self, Compiled, File};
use tollgate::json::Json;
use tollgate::trail::Author;

use crate::lives;
use crate::support::Trail;

/// A request of the shipped scenarios.
pub fn shared(name: &str) -> Json {
    let shared = lives::parse(include_str!("../../rules/change-management/scenarios/shared.json"));
    shared.get(name).unwrap().clone()
}

/// The shipped policy, in the next version and with edits.
pub fn policy(edits: &[(&str, &str)]) -> Compiled {
    let edited = |text: &str| {
        let next = text.replace("2026.11", "2026.12");
        edits.iter().fold(next, |text, (from, to)| text.replace(from, to))
    };
    let shipped = lives::shipped();
    let files = shipped.sources.iter();
    let files: Vec<File> =
        files.map(|(_, file)| File { name: file.name().to_owned(), text: edited(file.text()) }).collect();
    api::compile(&files).0.unwrap()
}

/// What is asked to adopt a policy by its two authors, with every change that is open.
pub fn adopting<'a>(trail: &'a Trail, policy: &'a Compiled) -> AdoptCall<'a> {
    let digest = policy.ir.identity.digest;
    let act = Json::Object(vec![("adopt".to_owned(), Json::String(digest.to_string()))]);
    let statements =
        ["u-cm", "u-author"].map(|author| trail.act(author, &policy.ir.identity.id, digest, act.clone()));
    AdoptCall {
        head: trail.head.clone(),
        policy,
        outgoing: Some(&trail.world.policy),
        roster: Some(trail.roster.clone()),
        open: trail.changes.values().cloned().collect(),
        statements: statements.to_vec(),
        actor: Author::person("u-cm"),
        now: trail.now,
    }
}
