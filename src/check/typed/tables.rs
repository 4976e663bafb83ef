//! Decision tables, the score and the catalogue.

#![expect(missing_docs, reason = "the names are the keywords of the language; docs/language.md tells them")]

use super::{Expr, Id};
use crate::text::Span;
use crate::value::{CivilDate, Fixed};
use serde::Serialize;

/// A decision table: `scope`, `classify` or `route`.
#[derive(Debug, Clone, Serialize)]
pub struct Table {
    #[serde(skip)]
    pub span: Span,
    /// `true` for `unique`, `false` for `first`.
    pub unique: bool,
    /// In the order written.
    pub rules: Vec<Rule>,
    /// Holds when no other rule does.
    pub otherwise: Option<Rule>,
}

/// One rule of a table. `when` is absent in `otherwise`.
#[derive(Debug, Clone, Serialize)]
pub struct Rule {
    #[serde(skip)]
    pub span: Span,
    pub id: Id,
    pub title: String,
    pub owner: Option<Id>,
    pub when: Option<Expr>,
    pub gives: Outcome,
    pub flag: Option<Id>,
    pub serves: Vec<Id>,
    pub notify: Vec<Id>,
}

/// What a rule gives.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    InScope,
    OutOfScope,
    Class(Id),
    Approve(Approver),
}

/// Who decides.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Approver {
    Automatically,
    /// At least `count` of the roles; `any of` is 1, `all of` is all.
    Roles {
        count: u32,
        roles: Vec<Id>,
    },
    Board(Id),
}

/// `score assessed : Level`.
#[derive(Debug, Clone, Serialize)]
pub struct Score {
    #[serde(skip)]
    pub span: Span,
    pub name: Id,
    /// An ordered enumeration.
    pub scale: Id,
    pub factors: Vec<Factor>,
    /// Contiguous from 0, in order; only the last has no upper end.
    pub bands: Vec<Band>,
}

/// Points added when a condition holds.
#[derive(Debug, Clone, Serialize)]
pub struct Factor {
    #[serde(skip)]
    pub span: Span,
    pub id: Id,
    pub title: String,
    pub owner: Option<Id>,
    pub adds: u32,
    pub when: Expr,
    pub serves: Vec<Id>,
}

/// The level for a range of points, inclusive.
#[derive(Debug, Clone, Serialize)]
pub struct Band {
    pub level: Id,
    pub from: u32,
    pub to: Option<u32>,
}

/// A change the board has approved in advance.
#[derive(Debug, Clone, Serialize)]
pub struct Entry {
    #[serde(skip)]
    pub span: Span,
    pub code: Id,
    pub title: String,
    pub version: String,
    pub owner: Option<Id>,
    pub approved_by: Id,
    pub approved_on: CivilDate,
    /// The last day on which it covers a submission, in the policy's zone.
    pub valid_until: CivilDate,
    pub expired_code: Id,
    pub suspend: Option<Suspend>,
    pub runbook: Option<String>,
    /// Regimes affected; empty for `none`.
    pub affects: Vec<Id>,
    pub applies: Expr,
    pub guards: Vec<Guard>,
}

/// `suspend below 95% success of last 20 deny CODE`.
#[derive(Debug, Clone, Serialize)]
pub struct Suspend {
    pub below: Fixed,
    pub last: u32,
    pub code: Id,
}

/// A condition of a catalogue entry; fails when `when` holds and `that` does not.
#[derive(Debug, Clone, Serialize)]
pub struct Guard {
    #[serde(skip)]
    pub span: Span,
    pub id: Id,
    pub title: String,
    pub when: Option<Expr>,
    pub that: Expr,
}
