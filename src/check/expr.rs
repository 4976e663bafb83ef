//! Types of expressions: the entry, and the walk over `and`, `or`, `not`.

use super::guards::{Chain, Checked, Guards};
use super::symbols::Symbols;
use super::typed::{Builtin, Constant, Expr, ExprKind, Type};
use super::{always, constants, metrics, names, operators, sets, spell, types};
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::ast;
use crate::text::Span;
use std::collections::BTreeSet;

/// Deeper than any bracket can nest; only a very long sum comes here.
const DEEPEST: usize = 256;

/// Where an expression stands: what is known when it is evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// `asked when`.
    Form,
    Scope,
    Score,
    /// `for` and `guard` of an entry.
    Catalogue,
    Classify,
    /// `route`, and `seated when`.
    Route,
    /// Canary, regimes, retention, calendars, exceptions, votes between meetings.
    Obligations,
    /// `when` of a freeze.
    Freeze,
    Gate,
    /// `where` of a metric.
    Metric,
    /// Rules of `rollback`.
    Monitor,
    Promise,
    /// Inside a `let`: what it reads is compared where it is used.
    Let,
}

impl Phase {
    /// Whether the word is known here. `now` and `frozen` come last, so that class and route do not depend on the clock.
    pub(super) fn knows(self, word: Builtin) -> bool {
        let decided = match self {
            Phase::Let => return true,
            Phase::Form => return false,
            Phase::Scope => 0,
            Phase::Score => 1,
            Phase::Catalogue => 2,
            Phase::Classify => 3,
            Phase::Route => 4,
            Phase::Obligations | Phase::Promise | Phase::Freeze => 5,
            Phase::Gate | Phase::Metric | Phase::Monitor => 6,
        };
        match word {
            Builtin::SubmittedAt => true,
            Builtin::Scope => decided >= 1,
            Builtin::Assessed => decided >= 2,
            Builtin::Catalogued => decided >= 3,
            Builtin::Class | Builtin::Risk => decided >= 4,
            Builtin::Route => decided >= 5,
            Builtin::Now => decided >= 6 || self == Phase::Freeze,
            Builtin::Frozen => decided >= 6,
        }
    }

    /// Returns the phase in an author's words, to stand behind `in`.
    pub(super) fn words(self) -> &'static str {
        match self {
            Phase::Form => "`asked when`",
            Phase::Scope => "`scope`",
            Phase::Score => "`score`",
            Phase::Catalogue => "a catalogue entry",
            Phase::Classify => "`classify`",
            Phase::Route => "`route` and its seats",
            Phase::Obligations => "conditions on obligations",
            Phase::Freeze => "`freeze`",
            Phase::Gate => "a gate",
            Phase::Metric => "a metric",
            Phase::Monitor => "`rollback`",
            Phase::Promise => "a promise",
            Phase::Let => "`let`",
        }
    }
}

/// What expressions named, so that what nobody names can be reported.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reads {
    /// Full paths of fields, groups, lets and switches.
    pub places: BTreeSet<String>,
    pub metrics: BTreeSet<String>,
    /// Values by type and name.
    pub values: BTreeSet<(String, String)>,
    pub builtins: BTreeSet<Builtin>,
}

/// What a walk over expressions knows and gathers.
#[derive(Debug)]
pub(crate) struct Context<'a> {
    pub symbols: &'a Symbols,
    /// In the order found.
    pub findings: Vec<Diagnostic>,
    pub reads: Reads,
    pub(super) phase: Phase,
    /// The built-in words that the expression needs, through lets too.
    pub(super) needs: BTreeSet<Builtin>,
    /// The whole relation around what is being read, for the edit that guards it.
    pub(super) relation: Option<Relation>,
    /// Guards that do not reach what is being read, to say so.
    pub(super) missed: Vec<Missed>,
    /// Metrics that the conjunctions around have an absolute floor for.
    pub(super) floors: Vec<String>,
    depth: usize,
    /// How much was found before, by other walks.
    found_before: usize,
}

/// A relation, as far as an edit of it needs to know.
#[derive(Debug, Clone)]
pub(super) struct Relation {
    pub span: Span,
    /// Its text, if it must be put in parentheses together with a guard because it stands beside `or` or behind `not`.
    pub wrapped: Option<Option<String>>,
}

/// A guard that does not reach.
#[derive(Debug, Clone)]
pub(super) struct Missed {
    pub path: String,
    pub span: Span,
    /// It stands to the right; otherwise it stands on the other side of an `or`.
    pub late: bool,
}

impl<'a> Context<'a> {
    pub(crate) fn new(symbols: &'a Symbols) -> Self {
        Self::after(symbols, 0)
    }

    /// A walk that goes on where others have found so much.
    pub(crate) fn after(symbols: &'a Symbols, found_before: usize) -> Self {
        Self {
            found_before,
            symbols,
            findings: Vec::new(),
            reads: Reads::default(),
            phase: Phase::Let,
            needs: BTreeSet::new(),
            relation: None,
            missed: Vec::new(),
            floors: Vec::new(),
            depth: 0,
        }
    }

    pub(super) fn report(&mut self, finding: Diagnostic) {
        self.findings.push(finding);
    }

    /// Whether it is worth the time to look for what an unknown name may mean: nobody reads the hundredth suggestion.
    pub(super) fn suggests(&self) -> bool {
        const MOST_SUGGESTIONS: usize = 100;
        self.found_before.saturating_add(self.findings.len()) < MOST_SUGGESTIONS
    }
}

/// Types a condition. `guards` is what the clauses before it show.
pub(crate) fn condition(cx: &mut Context, ast: &ast::Expr, phase: Phase, guards: &Guards) -> Checked {
    cx.phase = phase;
    cx.relation = None;
    let found_before = cx.findings.len();
    let checked = yes_or_no(cx, ast, guards);
    if !cx.findings.iter().skip(found_before).any(Diagnostic::is_error) {
        always::repeated(&checked.expr, &mut cx.findings);
    }
    checked
}

/// Types an expression of any type.
pub(crate) fn value(cx: &mut Context, ast: &ast::Expr, phase: Phase, guards: &Guards) -> Expr {
    cx.phase = phase;
    cx.relation = None;
    any(cx, ast, guards)
}

/// An expression about which nothing is known and nothing more is said.
pub(super) fn damaged(span: Span) -> Expr {
    Expr { span, ty: Type::Damaged, kind: ExprKind::Damaged }
}

/// A constant; its type is as narrow as can be.
pub(super) fn constant(span: Span, value: Constant) -> Expr {
    Expr { span, ty: constants::type_of(&value), kind: ExprKind::Constant(value) }
}

pub(super) fn truth(span: Span, kind: ExprKind) -> Expr {
    Expr { span, ty: Type::YesNo, kind }
}

/// Types what must be yes or no.
pub(super) fn yes_or_no(cx: &mut Context, ast: &ast::Expr, guards: &Guards) -> Checked {
    match &ast.kind {
        ast::ExprKind::And(items) => joined(cx, ast, items, true, guards),
        ast::ExprKind::Or(items) => joined(cx, ast, items, false, guards),
        ast::ExprKind::Not(inner) => {
            let inner = beside(cx, inner, guards, true);
            let expr = truth(ast.span, ExprKind::Not(Box::new(inner.expr)));
            Checked { expr, when_true: inner.when_false, when_false: inner.when_true }
        }
        _ => beside(cx, ast, guards, false),
    }
}

/// Types an item of `and`, `or` or `not`; `wrap` if a guard of it would need parentheses.
fn beside(cx: &mut Context, ast: &ast::Expr, guards: &Guards, wrap: bool) -> Checked {
    if matches!(ast.kind, ast::ExprKind::And(_) | ast::ExprKind::Or(_) | ast::ExprKind::Not(_)) {
        return yes_or_no(cx, ast, guards);
    }
    let wrapped = wrap.then(|| spell::expression(ast));
    let before = cx.relation.replace(Relation { span: ast.span, wrapped });
    let checked = relation(cx, ast, guards);
    cx.relation = before;
    checked
}

fn relation(cx: &mut Context, ast: &ast::Expr, guards: &Guards) -> Checked {
    if let ast::ExprKind::State { left, negated, state } = &ast.kind {
        return names::state(cx, ast.span, left, *negated, *state, guards);
    }
    let expr = any(cx, ast, guards);
    if !matches!(expr.ty, Type::YesNo | Type::Damaged) {
        let message = format!("a yes/no is needed here, and this is {}", types::words(&expr.ty));
        let finding = Diagnostic::error(Code::NOT_YES_OR_NO, ast.span, message);
        let finding = match (&ast.kind, &expr.ty) {
            (ast::ExprKind::Path(path), Type::Set(_)) => {
                finding.help_edit("ask whether it is empty", path.span.after(), " is not empty")
            }
            (ast::ExprKind::Path(_), _) => finding.help("compare it with something"),
            _ => finding,
        };
        cx.report(finding);
        return Checked::plain(damaged(ast.span));
    }
    Checked::plain(expr)
}

/// Types `a and b and ..` or `a or b or ..`: each item knows what those before it show.
fn joined(cx: &mut Context, ast: &ast::Expr, items: &[ast::Expr], and: bool, guards: &Guards) -> Checked {
    let (missed_before, floors_before) = (cx.missed.len(), cx.floors.len());
    if and {
        metrics::floors(cx, items);
    }
    for item in items {
        names::notice_guards(cx, item, and);
    }
    let skipped = operators::bare_alternatives(cx, items, and);
    let mut known = guards.clone();
    let mut chain = Chain::default();
    let mut typed = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        if skipped.contains(&index) {
            typed.push(damaged(item.span));
            continue;
        }
        let checked = beside(cx, item, &known, !and);
        let (going_on, stopped) = match and {
            true => (&checked.when_true, &checked.when_false),
            false => (&checked.when_false, &checked.when_true),
        };
        known.add(going_on);
        chain.next(going_on, stopped);
        typed.push(checked.expr);
    }
    cx.missed.truncate(missed_before);
    cx.floors.truncate(floors_before);
    let (going_on, stopped) = chain.end();
    if and {
        let expr = truth(ast.span, ExprKind::And(typed));
        Checked { expr, when_true: going_on, when_false: stopped }
    } else {
        let expr = truth(ast.span, ExprKind::Or(typed));
        Checked { expr, when_true: stopped, when_false: going_on }
    }
}

/// Types an expression of any type.
pub(super) fn any(cx: &mut Context, ast: &ast::Expr, guards: &Guards) -> Expr {
    if cx.depth >= DEEPEST {
        let message = format!("an expression has at most {DEEPEST} terms one inside the other");
        cx.report(
            Diagnostic::error(Code::NESTED_TOO_DEEPLY, ast.span, message).help("name a part with `let`"),
        );
        return damaged(ast.span);
    }
    cx.depth = cx.depth.saturating_add(1);
    let expr = dispatch(cx, ast, guards);
    cx.depth = cx.depth.saturating_sub(1);
    expr
}

fn dispatch(cx: &mut Context, ast: &ast::Expr, guards: &Guards) -> Expr {
    let span = ast.span;
    match &ast.kind {
        ast::ExprKind::Literal(literal) => constants::natural(cx, literal),
        ast::ExprKind::Path(path) => names::read(cx, path, guards),
        ast::ExprKind::Not(_) | ast::ExprKind::And(_) | ast::ExprKind::Or(_) => {
            yes_or_no(cx, ast, guards).expr
        }
        ast::ExprKind::State { left, negated, state } => {
            names::state(cx, span, left, *negated, *state, guards).expr
        }
        ast::ExprKind::Else { value, fallback } => names::default(cx, span, value, fallback, guards),
        ast::ExprKind::Compare { op, left, right } => operators::compare(cx, ast, *op, left, right, guards),
        ast::ExprKind::Is { left, negated, right } => operators::is(cx, ast, left, *negated, right, guards),
        ast::ExprKind::Sum { left, minus, right } => operators::sum(cx, ast, left, *minus, right, guards),
        ast::ExprKind::During { left, period } => operators::during(cx, span, left, period, guards),
        ast::ExprKind::IsOneOf { left, negated, list } => sets::one_of(cx, ast, left, *negated, list, guards),
        ast::ExprKind::Has { left, how, set } => sets::has(cx, ast, left, *how, set, guards),
        ast::ExprKind::Matches { left, all, globs } => sets::matches(cx, span, left, *all, globs, guards),
        ast::ExprKind::List(_) => {
            cx.report(
                Diagnostic::error(Code::WRONG_TYPE, span, "a list cannot stand here")
                    .help("lists stand behind `is one of`, `has any of`, `has all of` and `has only`"),
            );
            damaged(span)
        }
        ast::ExprKind::Rises { left, falls, by } => metrics::rises(cx, span, left, *falls, by),
        ast::ExprKind::Silent { left, limit } => metrics::silent(cx, span, left, limit),
        ast::ExprKind::Skips { left } => metrics::skips(cx, span, left),
        ast::ExprKind::Count { metric, window } => metrics::count(cx, span, metric, window),
        ast::ExprKind::Damaged => damaged(span),
    }
}
