//! The words of a policy, and what it asks and is told.

#![expect(missing_docs, reason = "the names are the keywords of the language; docs/language.md tells them")]

use super::{Expr, Id, Type};
use crate::text::Span;
use serde::Serialize;

/// `type Level = low "Low" < medium "Medium"`.
#[derive(Debug, Clone, Serialize)]
pub struct EnumType {
    #[serde(skip)]
    pub span: Span,
    pub name: Id,
    pub ordered: bool,
    /// In the order written.
    pub variants: Vec<Variant>,
}

/// One value of an enumeration and its words for people.
#[derive(Debug, Clone, Serialize)]
pub struct Variant {
    pub name: Id,
    pub title: String,
}

/// A named condition or value. Its guard stays inside.
#[derive(Debug, Clone, Serialize)]
pub struct Let {
    #[serde(skip)]
    pub span: Span,
    pub name: Id,
    pub value: Expr,
}

/// A constant of the policy that analysis treats as free.
#[derive(Debug, Clone, Serialize)]
pub struct Switch {
    #[serde(skip)]
    pub span: Span,
    pub name: Id,
    pub title: String,
    pub on: bool,
}

/// A field or a group of fields.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Member {
    Field(Field),
    Group(Group),
}

/// One question of the form, or one datum of a facts group.
#[derive(Debug, Clone, Serialize)]
pub struct Field {
    #[serde(skip)]
    pub span: Span,
    /// The whole path: `impact.technical.summary`, `snapshot.digest`.
    pub path: Id,
    pub title: String,
    pub help: Option<String>,
    pub ty: Type,
    /// May be missing because it says `optional`.
    pub optional: bool,
    /// May be edited without a new approval.
    pub editorial: bool,
    /// Never enters the trail in clear; rules may ask only whether it is given.
    pub personal: bool,
    /// The form asks only when this holds.
    pub asked: Option<Expr>,
}

/// Fields that belong together.
#[derive(Debug, Clone, Serialize)]
pub struct Group {
    #[serde(skip)]
    pub span: Span,
    pub path: Id,
    pub title: String,
    /// May be missing, as a whole or in part, when the request is submitted. Inherited by the groups inside.
    pub later: bool,
    pub members: Vec<Member>,
}

/// What a machine reports: there as a whole or missing as a whole.
#[derive(Debug, Clone, Serialize)]
pub struct Facts {
    #[serde(skip)]
    pub span: Span,
    pub name: Id,
    pub title: String,
    /// `ci`, `monitor`, `workflow`, `helpdesk`, `suites`.
    pub from: Id,
    pub fields: Vec<Field>,
}
