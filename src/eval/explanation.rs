//! The explanation as people read it: prose and places beside the decision.

use crate::ir::Name;
use serde::Serialize;
use std::collections::BTreeMap;

/// Why a change came out as it did, and what would have to differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// What was looked at, in the order of the evaluation.
    pub phases: Vec<Phase>,
    /// For each other class the rule nearest to holding, nearest first.
    pub nearest: Vec<Nearest>,
    /// The decision in plain English.
    pub sentences: Vec<String>,
    /// For each sentence where the rule stands that it speaks of, if it speaks of one.
    pub places: Vec<Option<Place>>,
}

/// The rules of one phase: `scope`, `score`, `catalogue`, `class`, `route`, `seats`, `regimes`, `canary`,
/// `exceptions`, `gate:start` and so on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Phase {
    /// Its name.
    pub phase: Name,
    /// The rule that has the say in `scope`, `class` or `route`; absent while that is not settled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<Name>,
    /// Its rules, also those not reached.
    pub rules: Vec<RuleSeen>,
}

/// One rule, and what was seen of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleSeen {
    /// Its id.
    pub id: Name,
    /// Its title.
    pub title: Name,
    /// Whether it held; absent if it was not reached, or if that is not settled.
    pub held: Option<bool>,
    /// What it gives, in one word: a class, `3 points`, a code.
    pub gives: Name,
    /// Where it stands.
    pub span: Place,
    /// Its conditions.
    pub clauses: Vec<Clause>,
}

/// One condition of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Clause {
    /// In the words of the language.
    pub text: Name,
    /// Whether it held; absent if it was not read, or if that is not settled.
    pub held: Option<bool>,
    /// Where it stands.
    pub span: Place,
    /// What it read: the value of each field, or `missing`. Personal values are not shown.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<Name, String>,
    /// Its parts; for a named condition, what the name stands for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub clauses: Vec<Clause>,
}

/// A stretch of a file; bytes counted from 0, line and column (in characters) from 1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the names say what each holds")]
pub struct Place {
    pub file: Name,
    pub start: u32,
    pub end: u32,
    pub line: u32,
    pub column: u32,
}

/// The rule of another class that is nearest to holding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Nearest {
    /// The class.
    pub class: Name,
    /// The rule.
    pub rule: Name,
    /// The rule's title.
    pub title: Name,
    /// The fewest things that would have to differ.
    pub blocked_by: Vec<Blocker>,
    /// The same in plain English.
    pub sentence: String,
}

/// One thing that would have to differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Blocker {
    /// `clause`, `guard` or `entry`.
    pub kind: Name,
    /// The guard or the entry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<Name>,
    /// The clause in the words of the language, or the guard's title.
    pub text: Name,
    /// Where it stands.
    pub span: Place,
    /// Whether it would have to hold or to stop holding.
    pub needs: bool,
}
