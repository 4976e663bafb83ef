//! Named conditions and values: each is typed once, after those it reads.

use super::expr::{self, Context, Phase, Reads};
use super::guards::Guards;
use super::symbols::{LetPlace, Place, Symbols};
use super::typed::{Let, Type};
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::ast::{Declaration, Expr, ExprKind, Head, Word};
use std::collections::{BTreeMap, BTreeSet};

/// How deep lets may read each other: later passes follow them by recursion.
const MOST_LETS_DEEP: usize = 64;

/// The typed lets, by name, and what was found in them.
#[derive(Debug, Default)]
pub(crate) struct Lets {
    pub lets: Vec<Let>,
    pub findings: Vec<Diagnostic>,
    pub reads: Reads,
}

/// Types all lets, and notes in the symbols what type each has and which built-in words it needs.
///
/// To be called once, before any other expression is typed.
pub(crate) fn check(symbols: &mut Symbols, declarations: &[&Declaration]) -> Lets {
    let mut written: BTreeMap<&str, (&Word, &Expr)> = BTreeMap::new();
    for declaration in declarations {
        if let Head::Let { name, value } = &declaration.head {
            // The second of one name has been reported.
            written.entry(&name.text).or_insert((name, value));
        }
    }
    let mut done = Lets::default();
    let mut depths: BTreeMap<&str, usize> = BTreeMap::new();
    let mut reported = false;
    for name in in_order(&written, symbols, &mut done.findings) {
        let Some((word, value)) = written.get(name) else { continue };
        let deepest = reads(value, &written, symbols).into_iter().filter_map(|read| depths.get(read)).max();
        let depth = deepest.map_or(1, |deepest| deepest.saturating_add(1));
        depths.insert(name, depth);
        if depth > MOST_LETS_DEEP {
            // What reads this one lies deeper still: one finding for all of them.
            if depth == MOST_LETS_DEEP.saturating_add(1) && !std::mem::replace(&mut reported, true) {
                done.findings.push(too_deep(word));
            }
            symbols.lets.insert(name.to_owned(), damaged());
            continue;
        }
        let (typed, place, findings, reads) = {
            let mut cx = Context::after(symbols, done.findings.len());
            let typed = expr::value(&mut cx, value, Phase::Let, &Guards::none());
            let place = LetPlace { ty: typed.ty.clone(), needs: cx.needs };
            (typed, place, cx.findings, cx.reads)
        };
        symbols.lets.insert(name.to_owned(), place);
        done.findings.extend(findings);
        done.reads.add(reads);
        done.lets.push(Let { span: word.span, name: name.to_owned(), value: typed });
    }
    done.lets.sort_by(|a, b| a.name.cmp(&b.name));
    done
}

/// What a let that is at fault is to those that read it: they are not at fault for that.
fn damaged() -> LetPlace {
    LetPlace { ty: Type::Damaged, needs: BTreeSet::new() }
}

fn too_deep(word: &Word) -> Diagnostic {
    let message = format!("`{}` reads lets that read lets, more than {MOST_LETS_DEEP} deep", word.text);
    Diagnostic::error(Code::NESTED_TOO_DEEPLY, word.span, message).help("write some of them out")
}

/// Returns the names so that each comes after those it reads; reports cycles, whose members are left out.
fn in_order<'a>(
    written: &BTreeMap<&'a str, (&'a Word, &'a Expr)>,
    symbols: &mut Symbols,
    findings: &mut Vec<Diagnostic>,
) -> Vec<&'a str> {
    let mut waits: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut readers: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, (_, value)) in written {
        let reads = reads(value, written, symbols);
        for read in &reads {
            readers.entry(read).or_default().push(name);
        }
        waits.insert(name, reads);
    }
    let mut ready: Vec<&str> =
        waits.iter().filter(|(_, reads)| reads.is_empty()).map(|(name, _)| *name).collect();
    let mut order = Vec::new();
    loop {
        while let Some(name) = ready.pop() {
            order.push(name);
            waits.remove(name);
            for reader in readers.get(name).into_iter().flatten() {
                let Some(left) = waits.get_mut(reader) else { continue };
                if left.remove(name) && left.is_empty() {
                    ready.push(reader);
                }
            }
        }
        let cycle = cycle(&waits);
        if cycle.is_empty() {
            return order;
        }
        findings.extend(report(&cycle, written));
        for name in &cycle {
            // Damaged: what reads a member of a cycle is not at fault for that.
            symbols.lets.insert((*name).to_owned(), damaged());
            waits.remove(name);
        }
        for name in &cycle {
            for reader in readers.get(name).into_iter().flatten() {
                let Some(left) = waits.get_mut(reader) else { continue };
                if left.remove(name) && left.is_empty() {
                    ready.push(reader);
                }
            }
        }
    }
}

/// Follows one cycle among names that all wait for each other; nothing if none waits.
fn cycle<'a>(waits: &BTreeMap<&'a str, BTreeSet<&'a str>>) -> Vec<&'a str> {
    let Some((&start, _)) = waits.iter().next() else { return Vec::new() };
    let mut walked: Vec<&str> = Vec::new();
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    let mut at = start;
    loop {
        if let Some(&from) = places.get(at) {
            return walked.split_off(from);
        }
        places.insert(at, walked.len());
        walked.push(at);
        match waits.get(at).and_then(|reads| reads.iter().next()) {
            Some(next) => at = next,
            None => return Vec::new(),
        }
    }
}

fn report(cycle: &[&str], written: &BTreeMap<&str, (&Word, &Expr)>) -> Option<Diagnostic> {
    let first = cycle.first()?;
    let (word, _) = written.get(first)?;
    let way = cycle.iter().chain([first]).take(12).map(|name| format!("`{name}`"));
    let way = way.collect::<Vec<_>>().join(" reads ");
    let message = format!("`{first}` is defined in terms of itself");
    let finding = Diagnostic::error(Code::CYCLIC_DEFINITION, word.span, message).help(way);
    Some(cycle.iter().skip(1).take(10).fold(finding, |finding, name| match written.get(name) {
        Some((word, _)) => finding.related(word.span, format!("through `{name}`")),
        None => finding,
    }))
}

/// The lets that an expression reads.
fn reads<'a>(
    value: &'a Expr,
    written: &BTreeMap<&'a str, (&'a Word, &'a Expr)>,
    symbols: &Symbols,
) -> BTreeSet<&'a str> {
    let mut found = BTreeSet::new();
    let mut open = vec![value];
    while let Some(expr) = open.pop() {
        if let ExprKind::Path(path) = &expr.kind {
            let [name] = path.names.as_slice() else { continue };
            if let Some((&name, _)) = written.get_key_value(name.text.as_str())
                && matches!(symbols.place(name), Some(Place::Let { .. }))
            {
                found.insert(name);
            }
        }
        open.extend(children(expr));
    }
    found
}

/// The expressions inside an expression.
fn children(expr: &Expr) -> Vec<&Expr> {
    match &expr.kind {
        ExprKind::And(items) | ExprKind::Or(items) | ExprKind::List(items) => items.iter().collect(),
        ExprKind::Not(inner) => vec![inner],
        ExprKind::State { left, .. }
        | ExprKind::Rises { left, .. }
        | ExprKind::Silent { left, .. }
        | ExprKind::Skips { left } => vec![left],
        ExprKind::Else { value, fallback } => vec![value, fallback],
        ExprKind::Compare { left, right, .. }
        | ExprKind::Is { left, right, .. }
        | ExprKind::Sum { left, right, .. }
        | ExprKind::During { left, period: right }
        | ExprKind::Has { left, set: right, .. } => vec![left, right],
        ExprKind::IsOneOf { left, list, .. } => std::iter::once(&**left).chain(list).collect(),
        ExprKind::Matches { left, globs, .. } => std::iter::once(&**left).chain(globs).collect(),
        ExprKind::Literal(_) | ExprKind::Path(_) | ExprKind::Count { .. } | ExprKind::Damaged => Vec::new(),
    }
}

impl Reads {
    /// Adds what other expressions named.
    pub(crate) fn add(&mut self, mut others: Reads) {
        self.places.append(&mut others.places);
        self.metrics.append(&mut others.metrics);
        self.values.append(&mut others.values);
        self.builtins.append(&mut others.builtins);
    }
}
