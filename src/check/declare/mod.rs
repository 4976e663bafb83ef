//! From the declarations of all files to the typed policy: one file for each concern.
//!
//! Each function takes one declaration and returns its typed form, or `None` where an error keeps it from having one; it
//! reports every fault that it sees on the way. A policy with errors is never evaluated, so what is left out is missed by
//! nobody. How often a row or clause may stand is judged by `syntax`; what the words in it mean is judged here.

mod approvals;
mod boards;
mod calendars;
mod catalogue;
mod classes;
mod gates;
mod metrics;
mod names;
mod outcomes;
mod pass;
mod policy;
mod promises;
mod request;
mod rollback;
mod samples;
mod score;
mod singles;
mod tables;
mod tests;
mod walk;
mod written;
mod zone;

pub(super) use names::{Kind, Names};
pub(super) use singles::head_words;

use super::expr::Context;
use super::lets::Lets;
use super::symbols::{Place, Symbols};
use super::typed::Policy;
use crate::diagnostic::Diagnostic;
use crate::syntax::ast::{Declaration, Head};
use crate::text::Span;
use outcomes::Known;
use pass::Pass;
use singles::Singles;
use std::collections::BTreeSet;

/// What the declarations say, and what `usage` needs to know of them.
pub(super) struct Declared<'a> {
    /// Absent if a declaration that every policy needs is missing or wrong.
    pub policy: Option<Policy>,
    pub findings: Vec<Diagnostic>,
    /// What was named outside expressions.
    pub used: BTreeSet<(Kind, &'a str)>,
    /// The full paths of the fields, groups, lets and switches that expressions read.
    pub read: BTreeSet<String>,
    /// The metrics that they read.
    pub read_metrics: BTreeSet<String>,
}

/// Returns the typed policy of the declarations. `nowhere` is where a finding about what is missing points.
pub(super) fn declare<'a>(
    declarations: &[&'a Declaration],
    symbols: &'a Symbols,
    names: &'a Names<'a>,
    lets: Lets,
    nowhere: Span,
) -> Declared<'a> {
    let fields = symbols.paths().filter(|(_, place)| matches!(place, Place::Field(_)));
    let mut pass = Pass {
        symbols,
        names,
        exprs: Context::new(symbols),
        fields: fields.map(|(path, _)| path.to_owned()).collect(),
        damaged: declarations.iter().any(|declaration| declaration.damaged),
        findings: lets.findings,
        used: BTreeSet::new(),
    };
    let singles = pass.singles(declarations, nowhere);
    let policy = pass.whole(declarations, &singles, lets.lets);
    let mut findings = pass.findings;
    findings.extend(std::mem::take(&mut pass.exprs.findings));
    let mut read = lets.reads.places;
    read.append(&mut pass.exprs.reads.places);
    let read_metrics = std::mem::take(&mut pass.exprs.reads.metrics);
    Declared { policy, findings, used: pass.used, read, read_metrics }
}

impl<'a> Pass<'a> {
    fn whole(
        &mut self,
        declarations: &[&'a Declaration],
        singles: &Singles<'a>,
        lets: Vec<super::typed::Let>,
    ) -> Option<Policy> {
        let all = declarations;
        let identity = singles.policy.and_then(|found| self.policy(found));
        for declaration in all {
            self.variants(declaration);
        }
        let switches = self.each(all, Self::switch);
        let regimes = self.each(all, Self::regime);
        let classes = self.each(all, Self::class);
        let exceptions = self.each(all, Self::exception);
        let request = singles.request.map(|found| self.request(found)).unwrap_or_default();
        let facts = self.each(all, Self::facts);
        let entries = self.each(all, Self::entry);
        if let Some(first) = all.iter().find(|declaration| matches!(declaration.head, Head::Entry { .. })) {
            self.entries_can_be_named(first);
        }
        let scope = singles.scope.and_then(|found| self.table(found));
        let score = singles.score.and_then(|found| self.score(found));
        let classify = singles.classify.and_then(|found| self.table(found));
        let canaries = self.each(all, Self::canary);
        let roles = self.each(all, Self::role);
        let boards = self.each(all, Self::board);
        let approvals = singles.approvals.and_then(|found| self.approvals(found));
        let route = singles.route.and_then(|found| self.table(found));
        if let Some(route) = &route {
            self.approvals_are_declared(singles.approvals.is_some(), route);
            self.one_person_routes(route, all);
        }
        let calendars = self.each(all, Self::calendar);
        let freezes = self.each(all, Self::freeze);
        let mut gates = self.each(all, Self::gate);
        gates.sort_by_key(gates::order);
        let metrics = self.each(all, Self::metric);
        let rollback = singles.rollback.and_then(|found| self.rollback(found, &metrics));
        let promises = self.each(all, Self::promise);
        let samples = self.samples(all);
        let identity = identity?;
        self.calendars_are_chosen(&classes, &exceptions, identity.calendar_choices.len());
        let mut policy = Policy {
            edition: identity.edition,
            code: identity.code,
            title: identity.title,
            version: identity.version.unwrap_or_default(),
            owner: identity.owner,
            zone: identity.zone,
            calendar_choices: identity.calendar_choices,
            retains: identity.retains,
            placeholders: identity.placeholders,
            touches: identity.touches,
            switches: sorted(switches, |item| &item.name),
            regimes: sorted(regimes, |item| &item.code),
            classes,
            exceptions: sorted(exceptions, |item| &item.name),
            types: self.declared_types(all),
            lets: sorted(lets, |item| &item.name),
            request,
            facts: sorted(facts, |item| &item.name),
            entries: sorted(entries, |item| &item.code),
            scope,
            score,
            classify,
            canaries: sorted(canaries, |item| &item.name),
            roles: sorted(roles, |item| &item.name),
            boards: sorted(boards, |item| &item.name),
            approvals,
            route,
            calendars: sorted(calendars, |item| &item.code),
            freezes: sorted(freezes, |item| &item.code),
            gates,
            metrics: sorted(metrics, |item| &item.name),
            rollback,
            promises: sorted(promises, |item| &item.name),
            samples,
            tests: Vec::new(),
        };
        self.independence(&policy, all);
        let known = Known::of(&policy, self);
        let tests = self.tests(all, &policy.samples, &known);
        policy.tests = sorted(tests, |item| &item.name);
        Some(policy)
    }

    fn each<T>(
        &mut self,
        declarations: &[&'a Declaration],
        read: impl Fn(&mut Self, &'a Declaration) -> Option<T>,
    ) -> Vec<T> {
        declarations.iter().filter_map(|declaration| read(self, declaration)).collect()
    }

    fn declared_types(&self, declarations: &[&'a Declaration]) -> Vec<super::typed::EnumType> {
        let mut types: Vec<super::typed::EnumType> = Vec::new();
        for declaration in declarations {
            let Head::Type { name, .. } = &declaration.head else { continue };
            let known = types.iter().any(|known| known.name == name.text);
            let place = self.symbols.enums.get(&name.text).filter(|_| !known);
            types.extend(place.map(|place| place.ty.clone()));
        }
        sorted(types, |item| &item.name)
    }
}

/// Sorts declarations of one kind, so that neither the order of the text nor of the files is part of the policy.
fn sorted<T>(mut items: Vec<T>, id: impl Fn(&T) -> &String) -> Vec<T> {
    items.sort_by(|a, b| id(a).cmp(id(b)));
    items
}
