//! What is declared and never used: it can go, or something was forgotten.
//!
//! Fields of the request are not asked for a use: a form has many that only people read.

use super::declare::{Declared, Kind, Names};
use super::typed::{Outcome, Policy};
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::ast::{Declaration, Head, PhraseKind, Row, TypeExpr};
use crate::text::Span;
use std::collections::BTreeSet;

/// Returns a warning for each thing that nothing uses.
pub(super) fn unused(
    declarations: &[&Declaration],
    names: &Names<'_>,
    declared: &Declared<'_>,
    policy: Option<&Policy>,
) -> Vec<Diagnostic> {
    let (used, read) = (&declared.used, &declared.read);
    let mut findings = Vec::new();
    let named = [
        (Kind::Role, "nobody is asked, told or seated as role"),
        (Kind::Board, "no rule, review or entry names board"),
        (Kind::Calendar, "`policy` never chooses calendar"),
        (Kind::Sample, "no test starts from sample"),
        (Kind::Clause, "no rule serves clause of law"),
    ];
    for (kind, message) in named {
        for (name, span) in names.places(kind) {
            if !used.contains(&(kind, name)) {
                findings.push(unused_name(span, message, name));
            }
        }
    }
    let types = types_used(declarations);
    let has_score = declarations.iter().any(|declaration| matches!(declaration.head, Head::Score { .. }));
    for declaration in declarations {
        match &declaration.head {
            // Without a score the ordered types are where the levels of risk come from.
            Head::Type { name, ordered, .. }
                if !types.contains(name.text.as_str()) && (has_score || !ordered) =>
            {
                findings.push(unused_name(name.span, "no field is of type", &name.text));
            }
            Head::Let { name, .. } if !read.contains(&name.text) => {
                findings.push(unused_name(name.span, "nothing reads", &name.text));
            }
            Head::Switch { name, .. } if !read.contains(&name.text) => {
                findings.push(unused_name(name.span, "nothing depends on switch", &name.text));
            }
            Head::Metric { name, .. } if !declared.read_metrics.contains(&name.text) => {
                findings.push(unused_name(name.span, "no rollback rule reads metric", &name.text));
            }
            Head::Facts { name, .. } => {
                let is_used = used.contains(&(Kind::Facts, name.text.as_str()));
                facts(declaration, &name.text, name.span, is_used, read, policy, &mut findings);
            }
            _ => {}
        }
    }
    findings.extend(policy.into_iter().flat_map(classes));
    findings
}

fn unused_name(span: Span, message: &str, name: &str) -> Diagnostic {
    Diagnostic::warning(Code::UNUSED, span, format!("{message} `{name}`")).help("delete it, or use it")
}

/// Warns of a facts group that nothing reads, or of the fields in it.
fn facts(
    declaration: &Declaration,
    group: &str,
    span: Span,
    named: bool,
    read: &BTreeSet<String>,
    policy: Option<&Policy>,
    findings: &mut Vec<Diagnostic>,
) {
    let inside = format!("{group}.");
    if !named && !read.contains(group) && !read.iter().any(|path| path.starts_with(&inside)) {
        findings.push(unused_name(span, "no rule reads facts", group));
        return;
    }
    for row in &declaration.rows {
        let PhraseKind::Field(field) = &row.lead.kind else { continue };
        let path = format!("{inside}{}", field.name.text);
        let distinct = policy
            .into_iter()
            .flat_map(|policy| &policy.metrics)
            .any(|metric| metric.distinct_by.as_deref() == Some(&path));
        if !read.contains(&path) && !distinct {
            findings.push(unused_name(field.name.span, "no rule reads", &path));
        }
    }
}

fn types_used<'a>(declarations: &[&'a Declaration]) -> BTreeSet<&'a str> {
    let mut used = BTreeSet::new();
    for declaration in declarations {
        match &declaration.head {
            Head::Score { scale, .. } => drop(used.insert(scale.text.as_str())),
            Head::Metric { ty: Some(TypeExpr { name, .. }), .. } => drop(used.insert(name.text.as_str())),
            _ => {}
        }
        types_of_rows(&declaration.rows, &mut used);
    }
    used
}

fn types_of_rows<'a>(rows: &'a [Row], used: &mut BTreeSet<&'a str>) {
    for row in rows {
        match &row.lead.kind {
            PhraseKind::Field(field) => drop(used.insert(field.ty.name.text.as_str())),
            PhraseKind::Group { rows, .. } => types_of_rows(rows, used),
            _ => {}
        }
    }
}

/// Warns of classes that no rule gives and no exception leads to.
fn classes(policy: &Policy) -> Vec<Diagnostic> {
    let Some(classify) = &policy.classify else { return Vec::new() };
    let given = classify.rules.iter().chain(&classify.otherwise).filter_map(|rule| match &rule.gives {
        Outcome::Class(class) => Some(class.as_str()),
        _ => None,
    });
    let becomes = policy.exceptions.iter().filter_map(|exception| exception.becomes.as_deref());
    let reached: BTreeSet<&str> = given.chain(becomes).collect();
    let unreached = policy.classes.iter().filter(|class| !reached.contains(class.name.as_str()));
    unreached.map(|class| unused_name(class.span, "no rule gives class", &class.name)).collect()
}
