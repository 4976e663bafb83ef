//! The typed policy: every name resolved, every expression typed, every default written out.
//!
//! This is what a policy *means*, so it is also what its identity is made of: `ir::canonical` serialises it (without the
//! spans) and hashes the bytes. Declarations of one kind stand in the order of their ids, except where order counts (the
//! rows of an ordered block, classes, fields, variants), so that neither layout nor file names change the digest.
//!
//! Names are kept as names here; `ir` turns them into numbers.

use crate::text::Span;
use crate::value::{CivilDate, ClockTime, Duration, Fixed, Instant, Period, Ratio, Weekday};
use serde::Serialize;
use std::collections::BTreeMap;

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
        let ruled = tables.map(|table| table.rules.len().saturating_add(usize::from(table.otherwise.is_some())));
        let factors = self.score.iter().map(|score| score.factors.len());
        let guards = self.entries.iter().map(|entry| entry.guards.len());
        let requires = self.gates.iter().map(|gate| gate.requires.len());
        let rollback = self.rollback.iter().map(|rollback| rollback.rules.len());
        ruled.chain(factors).chain(guards).chain(requires).chain(rollback).sum()
    }
}

// ---- expressions

/// A typed expression. `span` is where it was written; it is no part of its meaning.
#[derive(Debug, Clone, Serialize)]
pub struct Expr {
    #[serde(skip)]
    pub span: Span,
    #[serde(skip)]
    pub ty: Type,
    #[serde(flatten)]
    pub kind: ExprKind,
}

/// What an expression does. Reading a place that may be missing happens only under a guard, which `check` has seen.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ExprKind {
    Constant(Constant),
    /// A field of the request (`impact.technical.summary`) or of a facts group (`snapshot.digest`).
    Field(Id),
    /// `.start` or `.end` of a period field.
    Edge { field: Id, end: bool },
    Let(Id),
    Switch(Id),
    Builtin(Builtin),
    Not(Box<Expr>),
    And(Vec<Expr>),
    Or(Vec<Expr>),
    /// The field's value, or the constant where it is missing.
    Else { value: Box<Expr>, fallback: Box<Expr> },
    Compare { op: Comparison, left: Box<Expr>, right: Box<Expr> },
    /// `is` and (under `Not`) `is not`, between values of one type.
    Equal { left: Box<Expr>, right: Box<Expr> },
    /// `is one of`: each item a constant of the left side's type.
    OneOf { left: Box<Expr>, items: Vec<Constant> },
    /// Whether a field, group or facts group is given.
    Given(Id),
    /// Whether every field of a group that is not `optional` is given and no text is a placeholder.
    Complete(Id),
    /// Whether a set or list is empty.
    Empty(Box<Expr>),
    /// `has x`: `any`, `all`, `only` compare two sets; `has x` is `has all of [x]`.
    Has { how: Has, left: Box<Expr>, right: Box<Expr> },
    /// `all match` (false on an empty list) or `any match`.
    Matches { all: bool, left: Box<Expr>, globs: Vec<String> },
    /// Whether an instant lies in a half-open period.
    During { instant: Box<Expr>, period: Box<Expr> },
    Add(Box<Expr>, Box<Expr>),
    Subtract(Box<Expr>, Box<Expr>),
    // Conditions on metrics: in rules of `rollback` only.
    /// The newest value of a gauge, result or probe.
    Metric(Id),
    Rises { metric: Id, falls: bool, by: Fixed },
    Silent { metric: Id, longer_than: Duration },
    Skips { metric: Id },
    Count { metric: Id, window: Duration },
    /// What could not be typed; already reported. A policy with errors is never lowered.
    Damaged,
}

/// `<`, `<=`, `>`, `>=`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// How two sets are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Has {
    Any,
    All,
    Only,
}

/// The words that the engine itself gives a value, each readable only in phases after it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Builtin {
    /// The instant of the decision.
    Now,
    /// The instant of submission (`facts.submission.at`; `now` where it is not given).
    SubmittedAt,
    /// Whether an entry of the catalogue covers the request.
    Catalogued,
    /// Whether a freeze of the policy or of the trail covers `now`.
    Frozen,
    Scope,
    Assessed,
    Class,
    Risk,
    Route,
}

/// A value written in the policy.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Constant {
    YesNo(bool),
    Int(i64),
    Decimal(Fixed),
    Percent(Fixed),
    Duration(Duration),
    Instant(Instant),
    Date(CivilDate),
    Enum { ty: Id, value: Id },
    Set { ty: Id, values: Vec<Id> },
    Text(String),
}

/// The type of a value. Ranges are inclusive and always known: that is how sums are shown not to overflow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Type {
    YesNo,
    Int { min: i64, max: i64 },
    Decimal { min: Fixed, max: Fixed },
    Percent { min: Fixed, max: Fixed },
    Duration { min: Duration, max: Duration },
    Instant,
    Period,
    /// An enumeration by its name. `Template` (the codes of the catalogue), `Scope`, `Class` and `Route` are
    /// enumerations too, made from the declarations.
    Enum(Id),
    /// A set of an enumeration of at most 64 values.
    Set(Id),
    /// Length in characters, inclusive.
    Text { min: u32, max: u32 },
    /// `sha256:` and 64 hexadecimal digits.
    Digest,
    /// An opaque person id, 1 to 100 characters.
    Person,
    /// A list of texts; see [`ListOf`].
    List(ListOf),
    /// Unknown because of an error already reported; agrees with every type.
    Damaged,
}

/// What a list holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ListOf {
    Text,
    Person,
    /// `/`-separated, relative, without `..`.
    Path,
}

// ---- vocabulary and inputs

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

// ---- tables

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
    Roles { count: u32, roles: Vec<Id> },
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
    pub adds: u32,
    pub when: Expr,
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

// ---- classes, routes, obligations

/// A class of change: it owns the final risk, the service level, alerts and later review.
#[derive(Debug, Clone, Serialize)]
pub struct Class {
    #[serde(skip)]
    pub span: Span,
    pub name: Id,
    pub title: String,
    pub risk: ClassRisk,
    pub due: Option<Due>,
    /// The clock stands still in this state.
    pub pauses_while: Option<Id>,
    pub alerts: Vec<Alert>,
    pub review: Option<Review>,
}

/// How a class makes the final risk of the assessed one.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ClassRisk {
    Fixed(Id),
    /// The assessed risk, but at least this.
    AssessedAtLeast(Id),
    Assessed,
}

/// A limit in time and between which milestones it is measured.
#[derive(Debug, Clone, Serialize)]
pub struct Due {
    pub limit: Limit,
    pub from: Id,
    pub to: Id,
}

/// `under` (strict) or `within` (inclusive).
#[derive(Debug, Clone, Serialize)]
pub struct Limit {
    pub strict: bool,
    pub time: SpanOfTime,
}

/// A length of time; business units and years get their length from a calendar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SpanOfTime {
    Fixed(Duration),
    BusinessDays(u32),
    /// Milliseconds of open time.
    BusinessTime(Duration),
    Years(u32),
}

/// Who is told when a share of the time is used.
#[derive(Debug, Clone, Serialize)]
pub struct Alert {
    /// In percent, ascending.
    pub at: Vec<Fixed>,
    pub to: Vec<Id>,
}

/// A review after the fact.
#[derive(Debug, Clone, Serialize)]
pub struct Review {
    pub by: Id,
    pub limit: Limit,
    pub after: Id,
    pub code: Id,
}

/// A controlled way round a rule.
#[derive(Debug, Clone, Serialize)]
pub struct Exception {
    #[serde(skip)]
    pub span: Span,
    pub name: Id,
    pub title: String,
    pub allowed: Expr,
    pub accept: Option<(Approver, Id)>,
    pub becomes: Option<Id>,
    pub flag: Id,
    pub notify: Vec<Id>,
    pub review: Review,
    pub serves: Vec<Id>,
}

/// A law, and the clauses of it that rules serve.
#[derive(Debug, Clone, Serialize)]
pub struct Regime {
    #[serde(skip)]
    pub span: Span,
    pub code: Id,
    pub title: String,
    pub clauses: Vec<(Id, String)>,
    pub applies: Expr,
}

/// `calendar US-NY when region is new_york`; the last has no condition.
#[derive(Debug, Clone, Serialize)]
pub struct CalendarChoice {
    pub calendar: Id,
    pub when: Option<Expr>,
}

/// How long records are kept; of those that hold the longest wins.
#[derive(Debug, Clone, Serialize)]
pub struct Retain {
    #[serde(skip)]
    pub span: Span,
    pub time: SpanOfTime,
    pub after: Id,
    pub when: Option<Expr>,
}

/// Steps of a gradual rollout.
#[derive(Debug, Clone, Serialize)]
pub struct Canary {
    #[serde(skip)]
    pub span: Span,
    pub name: Id,
    pub title: String,
    pub when: Expr,
    pub steps: Vec<Step>,
}

/// A share of the traffic, and how long it is watched before the next.
#[derive(Debug, Clone, Serialize)]
pub struct Step {
    pub share: Fixed,
    pub observed: Option<(Duration, Id)>,
}

/// A role; who holds it is data of the workflow.
#[derive(Debug, Clone, Serialize)]
pub struct Role {
    #[serde(skip)]
    pub span: Span,
    pub name: Id,
    pub title: String,
    pub on_call: bool,
}

/// A board and its seats.
#[derive(Debug, Clone, Serialize)]
pub struct Board {
    #[serde(skip)]
    pub span: Span,
    pub name: Id,
    pub title: String,
    pub seats: Vec<Seat>,
    pub quorum: Quorum,
    pub meets: Option<Meets>,
    /// When the board may vote between its meetings.
    pub votes_between: Option<Expr>,
}

/// A seat and the question it is there to answer.
#[derive(Debug, Clone, Serialize)]
pub struct Seat {
    #[serde(skip)]
    pub span: Span,
    pub id: Id,
    pub question: String,
    pub held_by: Id,
    /// Its approval is needed and its rejection rejects.
    pub mandatory: bool,
    /// The seat exists only when this holds.
    pub seated_when: Option<Expr>,
}

/// How many seated members must approve.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Quorum {
    /// Rounded up, of the seats that exist for the change.
    Share(Ratio),
    Count(u32),
}

/// A weekly meeting and when its agenda closes.
#[derive(Debug, Clone, Serialize)]
pub struct Meets {
    pub day: Weekday,
    pub from: ClockTime,
    pub to: ClockTime,
    pub closes_day: Weekday,
    pub closes_at: ClockTime,
}

/// What holds for every approval; each line must be written.
#[derive(Debug, Clone, Serialize)]
pub struct Approvals {
    #[serde(skip)]
    pub span: Span,
    pub separate: Vec<Id>,
    pub delegation_at_most: SpanOfTime,
    pub delegation_not_to: Id,
    pub comment_code: Id,
    pub valid_until: Id,
    pub valid_at_most: SpanOfTime,
    pub serves: Vec<Id>,
}

/// Working time of a place.
#[derive(Debug, Clone, Serialize)]
pub struct Calendar {
    #[serde(skip)]
    pub span: Span,
    pub code: Id,
    pub title: String,
    pub zone: String,
    /// Days, opening and closing, half open.
    pub works: Vec<(Vec<Weekday>, ClockTime, ClockTime)>,
    pub holidays: Vec<(CivilDate, String)>,
}

/// A time in which nothing is deployed.
#[derive(Debug, Clone, Serialize)]
pub struct Freeze {
    #[serde(skip)]
    pub span: Span,
    pub code: Id,
    pub title: String,
    pub windows: Vec<Period>,
    pub when: Option<Expr>,
}

/// What must be shown before a change takes a step.
#[derive(Debug, Clone, Serialize)]
pub struct Gate {
    #[serde(skip)]
    pub span: Span,
    /// `submit`, `approval`, `schedule`, `start`, `review`, `close`.
    pub name: Id,
    pub requires: Vec<Require>,
}

/// Fails when `when` holds and `that` does not.
#[derive(Debug, Clone, Serialize)]
pub struct Require {
    #[serde(skip)]
    pub span: Span,
    pub id: Id,
    pub title: String,
    pub when: Option<Expr>,
    pub that: Expr,
    pub code: Id,
    pub serves: Vec<Id>,
}

// ---- telemetry

/// What is measured.
#[derive(Debug, Clone, Serialize)]
pub struct Metric {
    #[serde(skip)]
    pub span: Span,
    pub name: Id,
    pub title: String,
    pub shape: Shape,
    /// The type of a value; absent for events and heartbeats.
    pub ty: Option<Type>,
    pub every: Option<Duration>,
    pub over: Option<Duration>,
    pub baseline_median_of: Option<Duration>,
    pub from: Option<Id>,
    pub distinct_by: Option<Id>,
    pub filter: Option<Expr>,
    pub numbered: bool,
}

/// The shape of a metric decides which condition is legal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    Gauge,
    Result,
    Probe,
    Events,
    Heartbeat,
}

/// What takes a change back.
#[derive(Debug, Clone, Serialize)]
pub struct Rollback {
    #[serde(skip)]
    pub span: Span,
    pub restore: Limit,
    pub restore_code: Id,
    pub watch: Option<(Id, Id)>,
    pub rules: Vec<RollbackRule>,
}

/// One trigger.
#[derive(Debug, Clone, Serialize)]
pub struct RollbackRule {
    #[serde(skip)]
    pub span: Span,
    pub id: Id,
    pub title: String,
    pub owner: Option<Id>,
    pub fires: Id,
    pub when: Expr,
    /// Consecutive evaluations; 1 where the rule does not say.
    pub holding: u32,
    /// Fires only inside this period; outside it only an alert.
    pub armed_during: Option<Id>,
    pub no_data: NoData,
    pub notify: Vec<Id>,
    pub serves: Vec<Id>,
}

/// What no data means (language.md, meaning 11).
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NoData {
    Zero,
    Fires(Id),
    Late { after: Duration, fires: Id },
    Inconclusive { evaluations: u32, after: Duration, fires: Id },
}

// ---- promises, samples, tests

/// What must hold for every request.
#[derive(Debug, Clone, Serialize)]
pub struct Promise {
    #[serde(skip)]
    pub span: Span,
    pub name: Id,
    pub title: String,
    pub kind: PromiseKind,
}

/// The forms of a promise.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PromiseKind {
    Never { never: Expr, when: Option<Expr> },
    Always { always: Expr, when: Option<Expr> },
    /// No rule reads these fields.
    Independent(Vec<Id>),
}

/// A named request with facts, `like` already taken in. Paths of request fields, facts fields and switches, and the
/// built-in facts `submission.at` and `suspended`.
#[derive(Debug, Clone)]
pub struct Sample {
    pub span: Span,
    pub name: Id,
    pub values: BTreeMap<Id, SampleValue>,
}

/// A value in a sample.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SampleValue {
    Constant(Constant),
    Period(Period),
    List(Vec<String>),
}

/// An example that must come out as stated.
#[derive(Debug, Clone)]
pub struct Test {
    pub span: Span,
    pub name: Id,
    pub title: String,
    /// The sample's values with those of `with` over them.
    pub values: BTreeMap<Id, SampleValue>,
    pub now: Instant,
    /// Series for the rollback monitor.
    pub feeds: Vec<Feed>,
    pub expects: Vec<Expect>,
}

/// Values for one metric, one for each evaluation.
#[derive(Debug, Clone)]
pub struct Feed {
    pub span: Span,
    pub metric: Id,
    pub baseline: Option<Constant>,
    /// `None` is a missing evaluation.
    pub then: Vec<Option<Constant>>,
}

/// One expectation, with its place.
#[derive(Debug, Clone)]
pub struct Expect {
    pub span: Span,
    pub kind: ExpectKind,
}

/// What a test may state.
#[derive(Debug, Clone)]
pub enum ExpectKind {
    GateDenies { gate: Id, codes: Vec<Id>, exactly: bool },
    GateAllows { gate: Id },
    NoRollback,
    Rollback { code: Id, rule: Id, at: Duration },
    Blocked { guard: Id },
    Code(Id),
    Flag(Id),
    /// `seats`, `approvers`, `regimes`, `factors`, `touched`: exactly these, in any order.
    Are { what: Id, words: Vec<Id> },
    /// `scope`, `class`, `risk`, `route`, `assessed`, `points`; `by` names the rule.
    Is { what: Id, value: Id, by: Option<Id> },
}
