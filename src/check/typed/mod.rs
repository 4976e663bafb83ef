//! The typed policy: every name resolved, every expression typed, every default written out.
//!
//! This is what a policy *means*, so it is also what its identity is made of: `ir::canonical` serialises it (without the
//! spans) and hashes the bytes. Declarations of one kind stand in the order of their ids, except where order counts (the
//! rows of an ordered block, classes, fields, variants), so that neither layout nor file names change the digest.
//!
//! Names are kept as names here; `ir` turns them into numbers.

#![expect(missing_docs, reason = "the names are the keywords of the language; docs/language.md tells them")]

mod examples;
mod expr;
mod obligations;
mod tables;
mod telemetry;
mod vocabulary;

pub use examples::*;
pub use expr::*;
pub use obligations::*;
pub use tables::*;
pub use telemetry::*;
pub use vocabulary::*;

use serde::Serialize;

/// An identifier that lasts: a rule, a field path, a code.
pub type Id = String;

/// A whole policy.
#[derive(Debug, Clone, Serialize)]
pub struct Policy {
    /// The frozen edition of the language that fixes this policy's meaning; 2026 where the policy does not say.
    pub edition: u32,
    pub code: Id,
    pub title: String,
    pub version: String,
    pub owner: Option<Id>,
    /// IANA name of the zone in which the policy's own dates are read.
    pub zone: Option<String>,
    pub calendar_choices: Vec<CalendarChoice>,
    pub retains: Vec<Retain>,
    pub placeholders: Vec<String>,
    /// The set field that lists the controls a change touches.
    pub touches: Option<Id>,
    pub switches: Vec<Switch>,
    pub regimes: Vec<Regime>,
    pub classes: Vec<Class>,
    pub exceptions: Vec<Exception>,
    pub types: Vec<EnumType>,
    pub lets: Vec<Let>,
    pub request: Vec<Member>,
    pub facts: Vec<Facts>,
    pub entries: Vec<Entry>,
    pub scope: Option<Table>,
    pub score: Option<Score>,
    pub classify: Option<Table>,
    pub canaries: Vec<Canary>,
    pub roles: Vec<Role>,
    pub boards: Vec<Board>,
    pub approvals: Option<Approvals>,
    pub route: Option<Table>,
    pub calendars: Vec<Calendar>,
    pub freezes: Vec<Freeze>,
    pub gates: Vec<Gate>,
    pub metrics: Vec<Metric>,
    pub rollback: Option<Rollback>,
    pub promises: Vec<Promise>,
    /// Examples are no part of the identity: adding a test changes no decision.
    #[serde(skip)]
    pub samples: Vec<Sample>,
    #[serde(skip)]
    pub tests: Vec<Test>,
}

impl Policy {
    /// Returns how many rules, factors, guards and requirements the policy has.
    pub fn rule_count(&self) -> usize {
        let tables = [&self.scope, &self.classify, &self.route].into_iter().flatten();
        let ruled =
            tables.map(|table| table.rules.len().saturating_add(usize::from(table.otherwise.is_some())));
        let factors = self.score.iter().map(|score| score.factors.len());
        let guards = self.entries.iter().map(|entry| entry.guards.len());
        let requires = self.gates.iter().map(|gate| gate.requires.len());
        let rollback = self.rollback.iter().map(|rollback| rollback.rules.len());
        ruled.chain(factors).chain(guards).chain(requires).chain(rollback).sum()
    }
}
