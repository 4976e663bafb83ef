//! What is known to be given at a place of an expression.
//!
//! A condition says two things about what may be missing: what is given when it holds, and what is given when it does not.
//! `and` hands the first on from left to right, `or` the second, `not` swaps them, and `when` hands the first to `that`
//! (language.md, meaning 3).

use super::symbols::FieldPlace;
use super::typed::Expr;
use std::collections::BTreeSet;

/// Paths of fields and groups that are given for sure.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Guards(BTreeSet<String>);

impl Guards {
    /// Nothing that may be missing is known to be given.
    pub(crate) fn none() -> Self {
        Self::default()
    }

    /// This field or group is given.
    pub(crate) fn of(path: impl Into<String>) -> Self {
        Self(BTreeSet::from([path.into()]))
    }

    /// Adds what another condition shows.
    pub(crate) fn add(&mut self, others: &Self) {
        self.0.extend(others.0.iter().cloned());
    }

    /// Whether this very field or group is given.
    pub(crate) fn has(&self, path: &str) -> bool {
        self.0.contains(path)
    }

    /// Whether the field is given: itself, or as part of a group in which nothing but optional fields can be missing.
    pub(crate) fn cover(&self, field: &FieldPlace) -> bool {
        if !field.may_be_missing() || self.has(&field.path) {
            return true;
        }
        !field.needs_own_guard() && groups_of(&field.path).any(|group| self.has(group))
    }

    /// Keeps of these what `sure` or `others` show too.
    fn keep_if_in(&mut self, sure: &Self, others: &Self) {
        self.0.retain(|path| sure.has(path) || others.has(path));
    }
}

/// The groups around a path, the innermost first.
pub(crate) fn groups_of(path: &str) -> impl Iterator<Item = &str> {
    let mut rest = path;
    std::iter::from_fn(move || {
        rest = rest.rsplit_once('.')?.0;
        Some(rest)
    })
}

/// A typed condition and what it shows.
#[derive(Debug, Clone)]
pub(crate) struct Checked {
    /// The condition.
    pub expr: Expr,
    /// What is given where it holds.
    pub when_true: Guards,
    /// What is given where it does not hold.
    pub when_false: Guards,
}

impl Checked {
    /// A condition that shows nothing.
    pub(crate) fn plain(expr: Expr) -> Self {
        Self { expr, when_true: Guards::none(), when_false: Guards::none() }
    }
}

/// What the items of an `and` show, one after another; with the two sides swapped, those of an `or`.
#[derive(Debug, Default)]
pub(crate) struct Chain {
    /// What all items so far show where each goes on: each holds, for `and`.
    pub going_on: Guards,
    /// What is shown wherever the chain stops early; `None` before the first item.
    stopped: Option<Guards>,
}

impl Chain {
    /// Takes the next item: what it shows where the chain goes on, and where it stops.
    pub(crate) fn next(&mut self, going_on: &Guards, stopped: &Guards) {
        match &mut self.stopped {
            None => self.stopped = Some(stopped.clone()),
            Some(known) => known.keep_if_in(&self.going_on, stopped),
        }
        self.going_on.add(going_on);
    }

    /// Returns what is shown where all items went on, and where one stopped.
    pub(crate) fn end(self) -> (Guards, Guards) {
        (self.going_on, self.stopped.unwrap_or_default())
    }
}
