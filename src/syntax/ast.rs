//! The tree of one rule file: what was written, with the place of every word, before anything is known about it.
//!
//! One shape throughout (language.md): a declaration is a head and rows; a row is a leading phrase and its clauses. A
//! part that could not be read is left out and the row or declaration around it is marked `damaged`, so that later passes
//! report what is wrong with the rest and stay silent about what they cannot know.
#![expect(missing_docs, reason = "the parts of a phrase are named by the phrase, which each variant shows")]

mod expr;

pub use expr::{Comparison, Expr, ExprKind, Has, State};

use crate::text::Span;

/// A word with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// The word as written; a string without its quotes and with its escapes resolved.
    pub text: String,
    /// Where it stands, quotes included.
    pub span: Span,
}

/// The tree of one file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ast {
    /// The declarations in the order of the file.
    pub declarations: Vec<Declaration>,
}

/// `keyword name "Title" { rows }`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declaration {
    /// From the keyword to the closing brace.
    pub span: Span,
    /// Keyword, name, title and what stands before the brace.
    pub head: Head,
    /// The rows between the braces; empty for `type`, `let`, `switch`, `role`, and for `metric` its clauses.
    pub rows: Vec<Row>,
    /// Whether something inside could not be read.
    pub damaged: bool,
}

/// The part of a declaration before its brace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Head {
    /// `policy CODE "Title"`
    Policy { code: Word, title: Word },
    /// `switch name "Title" on`
    Switch { name: Word, title: Word, on: bool },
    /// `regime CODE "Title"`
    Regime { code: Word, title: Word },
    /// `class name "Title"`
    Class { name: Word, title: Word },
    /// `exception name "Title"`
    Exception { name: Word, title: Word },
    /// `type Name = a "A" | b "B"`, or with `<` when the variants are ordered.
    Type { name: Word, variants: Vec<Variant>, ordered: bool },
    /// `let name = expr`
    Let { name: Word, value: Expr },
    /// `request`
    Request,
    /// `facts name "Title" from source`
    Facts { name: Word, title: Word, from: Word },
    /// `entry CODE "Title"`
    Entry { code: Word, title: Word },
    /// `scope first`
    Scope { hit: HitPolicy },
    /// `score name : Type`
    Score { name: Word, scale: Word },
    /// `classify unique`
    Classify { hit: HitPolicy },
    /// `canary name "Title"`
    Canary { name: Word, title: Word },
    /// `role name "Title" on call`
    Role { name: Word, title: Word, on_call: bool },
    /// `board name "Title"`
    Board { name: Word, title: Word },
    /// `approvals`
    Approvals,
    /// `route unique`
    Route { hit: HitPolicy },
    /// `calendar CODE "Title"`
    Calendar { code: Word, title: Word },
    /// `freeze CODE "Title"`
    Freeze { code: Word, title: Word },
    /// `gate name`
    Gate { name: Word },
    /// `metric name "Title" gauge : type`; its clauses are rows.
    Metric { name: Word, title: Word, shape: Word, ty: Option<TypeExpr> },
    /// `rollback`
    Rollback,
    /// `promise name "Title"`
    Promise { name: Word, title: Word },
    /// `sample name like other { bindings }`; the bindings are not rows.
    Sample { name: Word, like: Option<Word>, bindings: Vec<Binding> },
    /// `test name "Title"`
    Test { name: Word, title: Word },
    /// A declaration whose head could not be read. Its name is kept where one was found, so that uses of it are not
    /// called unknown.
    Damaged { keyword: Option<Word>, name: Option<Word> },
}

/// How many rules may hold (language.md, meaning 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HitPolicy {
    /// Exactly one.
    Unique,
    /// The first that holds.
    First,
}

/// One value of an enumeration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variant {
    pub name: Word,
    pub title: Word,
}

/// A leading phrase and the clauses that belong to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// From the first word of the lead to the last of the clauses.
    pub span: Span,
    pub lead: Phrase,
    pub clauses: Vec<Phrase>,
    /// Whether a clause of it could not be read.
    pub damaged: bool,
}

/// A keyword and its arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phrase {
    pub span: Span,
    pub kind: PhraseKind,
}

/// Every phrase of the language. Which of them may stand where is the table in `shape.rs`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PhraseKind {
    // Shared clauses.
    When(Expr),
    That(Expr),
    Deny(Word),
    Serves(Vec<Word>),
    Notify(Vec<Word>),
    Flag(Word),
    Owner(Word),
    Otherwise,
    // Policy, regime, class, exception.
    Version(Word),
    Edition(Word),
    Zone(Word),
    Calendar(Word),
    Retain { span: SpanOfTime, after: Word },
    Placeholders(Vec<Word>),
    Touches(PathExpr),
    Clause { code: Word, title: Word },
    Applies(Expr),
    Risk { level: Word, at_least: Option<Word> },
    Due { limit: Limit, from: Word, to: Word },
    Pauses(Word),
    Alert { at: Vec<Literal>, to: Vec<Word> },
    Review { by: Word, limit: Limit, after: Word, deny: Word },
    Allowed(Expr),
    Accept { by: Approver, deny: Word },
    Becomes(Word),
    // Request and facts.
    Field(Box<Field>),
    Group { name: Word, title: Word, later: bool, rows: Vec<Row> },
    // Catalogue.
    Approved { by: Word, on: Literal },
    ValidEntry { until: Literal, deny: Word },
    Suspend { below: Literal, last: Literal, deny: Word },
    Runbook(Word),
    Affects(Vec<Word>),
    For(Expr),
    Guard { name: Word, title: Word },
    // Scope, classify, route, rollback: rules. Score and canary.
    Rule { name: Word, title: Word },
    OtherwiseRule { name: Word, title: Word },
    Gives(Word),
    Approve(Approver),
    Factor { name: Word, title: Word },
    Adds(Literal),
    Band { level: Word, from: Literal, to: Option<Literal> },
    Step(Literal),
    Observed(Literal),
    // Boards and approvals.
    Seat { name: Word, title: Word },
    Held(Word),
    Mandatory,
    Seated(Expr),
    Quorum(Quorum),
    Meets { day: Word, from: Word, to: Word, closes_day: Word, closes_at: Word },
    Votes(Expr),
    Separate(Vec<Word>),
    OneVote,
    Delegation { at_most: SpanOfTime, not_to: Word },
    Comment { deny: Word },
    ValidApproval { until: PathExpr, at_most: SpanOfTime },
    // Calendars and gates.
    Works { days: Vec<Word>, from: Word, to: Word },
    Holiday { date: Literal, title: Word },
    FreezeWindow { from: Literal, to: Literal },
    Require { name: Word, title: Word },
    // Metrics and rollback.
    Every(Literal),
    Over(Literal),
    Baseline(Literal),
    Source(Word),
    Distinct(PathExpr),
    Where(Expr),
    Numbered,
    Restore { limit: Limit, deny: Word },
    Watch { from: Word, until: Word },
    Fires(Word),
    Holding(Literal),
    Armed(PathExpr),
    NoData(NoData),
    // Promises and tests.
    Never(Expr),
    Always(Expr),
    Independent(Vec<Word>),
    Given { sample: Word, with: Vec<Binding>, at: Literal },
    Feed { metric: Word, baseline: Option<Literal>, then: Vec<Option<Expr>> },
    Expect(Vec<Outcome>),
}

/// `under 2 hours`, `within 3 business days`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limit {
    pub span: Span,
    /// `under` is strict; `within` includes its end (language.md, meaning 10).
    pub strict: bool,
    pub time: SpanOfTime,
}

/// A count and a unit of time; calendars give `business` and `years` their meaning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpanOfTime {
    pub span: Span,
    pub count: Word,
    /// `milliseconds` to `days`, in the plural; `years`.
    pub unit: String,
    pub business: bool,
}

/// `any of [..]`, `all of [..]`, `2 of [..]`, `board cab`, `automatically`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Approver {
    Automatically,
    Any(Vec<Word>),
    All(Vec<Word>),
    Some(Word, Vec<Word>),
    Board(Word),
}

/// `2/3 of seats` or `4 of seats`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Quorum {
    Ratio { numerator: Word, denominator: Word },
    Count(Word),
}

/// What a rollback rule says about missing data (language.md, meaning 11).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoData {
    /// `no data means zero`
    Zero,
    /// `no data fires CODE`
    Fires(Word),
    /// `no data after 10 minutes fires CODE`
    Late { after: Literal, fires: Word },
    /// `no data after 3 evaluations inconclusive, after 15 minutes fires CODE`
    Twice { evaluations: Word, after: Literal, fires: Word },
}

/// `field name "Title" : type marks`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    pub name: Word,
    pub title: Word,
    pub ty: TypeExpr,
    pub optional: bool,
    pub editorial: bool,
    pub personal: bool,
    pub help: Option<Word>,
    /// `asked when`: the form shows the question only when this holds.
    pub asked: Option<Expr>,
}

/// A type as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypeExpr {
    pub span: Span,
    /// `set of`, `list of` or neither.
    pub collection: Option<Collection>,
    /// `int`, `Level`.
    pub name: Word,
    /// `0..10000`, `1..`.
    pub range: Option<(Literal, Option<Literal>)>,
}

/// `set of` or `list of`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Collection {
    Set,
    List,
}

/// A dotted path with the place of each name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathExpr {
    pub span: Span,
    pub names: Vec<Word>,
}

/// A literal: its kind and its text as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Literal {
    pub span: Span,
    pub kind: LiteralKind,
    /// As written, without the quotes of a string (escapes resolved), the `%` of a percent or the unit of a duration.
    pub text: String,
}

/// What a literal looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LiteralKind {
    Instant,
    Date,
    Percent,
    /// With its unit in the plural.
    Duration(&'static str),
    Number,
    String,
    Yes,
    No,
    Code,
}

/// `path = value`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    pub span: Span,
    pub path: PathExpr,
    pub value: BoundValue,
}

/// The right side of a binding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BoundValue {
    Missing(Span),
    Period {
        from: Literal,
        to: Literal,
    },
    Record(Vec<Binding>),
    /// Literals and names of values.
    List(Span, Vec<Expr>),
    /// A literal or the name of a value.
    Item(Expr),
}

/// What a test expects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    pub span: Span,
    pub kind: OutcomeKind,
}

/// The outcomes that a test may state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OutcomeKind {
    /// `gate start denies CODE`: among its failures; `denies [A, B]`: exactly these.
    GateDenies { gate: Word, codes: Vec<Word>, exactly: bool },
    /// `gate start allows`
    GateAllows { gate: Word },
    /// `no rollback`
    NoRollback,
    /// `rollback CODE by rule at 4 minutes`
    Rollback { code: Word, rule: Word, at: Literal },
    /// `blocked by guard`
    Blocked { by: Word },
    /// `code CODE`
    Code(Word),
    /// `flag CODE`
    Flag(Word),
    /// `seats are [a, b]`: exactly these
    Are { what: Word, words: Vec<Word> },
    /// `class is standard by catalogue_entry`
    Is { what: Word, value: Word, by: Option<Word> },
}
