//! What a test may expect: each name in it must name something that can come out.

use super::names::Kind;
use super::pass::Pass;
use crate::check::symbols::Place;
use crate::check::typed::{ExpectKind, NoData, Policy, Rule, Table, Type};
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::ast::{Outcome, OutcomeKind, Word};
use std::collections::{BTreeMap, BTreeSet};

/// Codes that the engine itself gives.
const ENGINE_CODES: [&str; 2] = ["OVERLAP", "GAP"];

/// What can come out of a policy, by its kind.
pub(super) struct Known<'p> {
    /// Whether nothing was left out of the policy for an error: else a name that is not known may be of what was.
    whole: bool,
    gate_codes: BTreeMap<&'p str, BTreeSet<&'p str>>,
    fires: BTreeMap<&'p str, BTreeSet<&'p str>>,
    codes: BTreeSet<&'p str>,
    flags: BTreeSet<&'p str>,
    seats: BTreeSet<&'p str>,
    touched: BTreeSet<String>,
    levels: BTreeSet<String>,
    scope: BTreeSet<&'p str>,
    classify: BTreeSet<&'p str>,
    route: BTreeSet<&'p str>,
}

impl<'p> Known<'p> {
    /// Collects what can come out of the policy.
    pub(super) fn of(policy: &'p Policy, pass: &Pass<'_>) -> Self {
        let mut known = Self {
            whole: !crate::diagnostic::any_error(&pass.findings) && !pass.damaged,
            gate_codes: BTreeMap::new(),
            fires: BTreeMap::new(),
            codes: ENGINE_CODES.into_iter().collect(),
            flags: BTreeSet::new(),
            seats: policy.boards.iter().flat_map(|board| &board.seats).map(|seat| seat.id.as_str()).collect(),
            touched: BTreeSet::new(),
            levels: BTreeSet::new(),
            scope: ids(policy.scope.as_ref()),
            classify: ids(policy.classify.as_ref()),
            route: ids(policy.route.as_ref()),
        };
        for gate in &policy.gates {
            let codes = known.gate_codes.entry(&gate.name).or_default();
            codes.extend(gate.requires.iter().map(|require| require.code.as_str()));
        }
        for rule in policy.rollback.iter().flat_map(|rollback| &rollback.rules) {
            let codes = known.fires.entry(&rule.id).or_default();
            codes.insert(&rule.fires);
            match &rule.no_data {
                NoData::Zero => {}
                NoData::Fires(code) => drop(codes.insert(code)),
                NoData::Late { fires, .. } | NoData::Inconclusive { fires, .. } => drop(codes.insert(fires)),
            }
        }
        for entry in &policy.entries {
            known.codes.insert(&entry.expired_code);
            known.codes.extend(entry.suspend.as_ref().map(|suspend| suspend.code.as_str()));
        }
        known.codes.extend(known.gate_codes.values().flatten().copied().collect::<Vec<_>>());
        for class in &policy.classes {
            known.codes.extend(class.review.as_ref().map(|review| review.code.as_str()));
        }
        for exception in &policy.exceptions {
            known.flags.insert(&exception.flag);
            known.codes.insert(&exception.review.code);
            known.codes.extend(exception.accept.as_ref().map(|(_, code)| code.as_str()));
        }
        for table in [&policy.scope, &policy.classify, &policy.route].into_iter().flatten() {
            known.flags.extend(rules(table).filter_map(|rule| rule.flag.as_deref()));
        }
        known.codes.extend(known.flags.iter().copied().collect::<Vec<_>>());
        if let Some(path) = &policy.touches
            && let Some(Place::Field(field)) = pass.symbols.place(path)
            && let Type::Set(name) = &field.ty
        {
            known.touched = variants(pass, name);
        }
        if let Some((_, scale)) = &pass.symbols.score {
            known.levels = variants(pass, scale);
        } else {
            for place in pass.symbols.enums.values().filter(|place| place.ty.ordered) {
                known.levels.extend(place.ty.variants.iter().map(|variant| variant.name.clone()));
            }
        }
        known
    }
}

fn variants(pass: &Pass<'_>, name: &str) -> BTreeSet<String> {
    let place = pass.symbols.enums.get(name);
    place.into_iter().flat_map(|place| &place.ty.variants).map(|variant| variant.name.clone()).collect()
}

fn rules(table: &Table) -> impl Iterator<Item = &Rule> {
    table.rules.iter().chain(&table.otherwise)
}

fn ids(table: Option<&Table>) -> BTreeSet<&str> {
    table.into_iter().flat_map(rules).map(|rule| rule.id.as_str()).collect()
}

impl<'a> Pass<'a> {
    /// Returns an expectation whose names are all known.
    pub(super) fn outcome(&mut self, outcome: &'a Outcome, known: &Known<'_>) -> Option<ExpectKind> {
        match &outcome.kind {
            OutcomeKind::GateDenies { gate, codes, exactly } => {
                self.name(Kind::Gate, gate)?;
                self.distinct(codes);
                let empty = BTreeSet::new();
                let denied = known.gate_codes.get(gate.text.as_str()).unwrap_or(&empty);
                let what = format!("gate `{}` never denies", gate.text);
                let codes: Option<Vec<String>> = codes
                    .iter()
                    .map(|code| self.among(known, denied, Code::UNKNOWN_CODE, &what, code))
                    .collect();
                Some(ExpectKind::GateDenies { gate: gate.text.clone(), codes: codes?, exactly: *exactly })
            }
            OutcomeKind::GateAllows { gate } => {
                self.name(Kind::Gate, gate).map(|gate| ExpectKind::GateAllows { gate })
            }
            OutcomeKind::NoRollback => Some(ExpectKind::NoRollback),
            OutcomeKind::Rollback { code, rule, at } => {
                let at = self.duration(at);
                let rule = self.name(Kind::RollbackRule, rule)?;
                let empty = BTreeSet::new();
                let fires = known.fires.get(rule.as_str()).unwrap_or(&empty);
                let what = format!("rule `{rule}` never fires");
                let code = self.among(known, fires, Code::UNKNOWN_CODE, &what, code)?;
                Some(ExpectKind::Rollback { code, rule, at: at? })
            }
            OutcomeKind::Blocked { by } => {
                self.name(Kind::Guard, by).map(|guard| ExpectKind::Blocked { guard })
            }
            OutcomeKind::Code(code) => self
                .among(known, &known.codes, Code::UNKNOWN_CODE, "nothing gives the code", code)
                .map(ExpectKind::Code),
            OutcomeKind::Flag(flag) => self
                .among(known, &known.flags, Code::UNKNOWN_CODE, "nothing raises the flag", flag)
                .map(ExpectKind::Flag),
            OutcomeKind::Are { what, words } => self.are(what, words, known),
            OutcomeKind::Is { what, value, by } => self.is(what, value, by.as_ref(), known),
        }
    }

    fn are(&mut self, what: &'a Word, words: &'a [Word], known: &Known<'_>) -> Option<ExpectKind> {
        let lists = ["seats", "approvers", "regimes", "factors", "touched"];
        let list = self.fixed("list", &lists, what)?;
        self.distinct(words);
        let words: Option<Vec<String>> = words
            .iter()
            .map(|word| match list.as_str() {
                "seats" => self.among(known, &known.seats, Code::UNKNOWN_NAME, "no board has the seat", word),
                "approvers" => self.name_of(&[Kind::Role, Kind::Board], &[], word),
                "regimes" => self.name(Kind::Regime, word),
                "factors" => self.name(Kind::Factor, word),
                _ => {
                    let touched = known.touched.iter().map(String::as_str).collect();
                    self.among(
                        known,
                        &touched,
                        Code::UNKNOWN_VALUE,
                        "`touches` of the policy has no value",
                        word,
                    )
                }
            })
            .collect();
        Some(ExpectKind::Are { what: list, words: words? })
    }

    fn is(
        &mut self,
        what: &'a Word,
        value: &'a Word,
        by: Option<&'a Word>,
        known: &Known<'_>,
    ) -> Option<ExpectKind> {
        let subjects = ["scope", "class", "risk", "route", "assessed", "points"];
        let subject = self.fixed("outcome", &subjects, what)?;
        let name = match subject.as_str() {
            "scope" => self.fixed("scope", &["in_scope", "out_of_scope"], value),
            "class" => self.name(Kind::Class, value),
            "route" => self.rule_of(known, "route", &known.route, value),
            "points" => self.count(&value.text, value.span).map(|points| points.to_string()),
            _ => {
                let levels = known.levels.iter().map(String::as_str).collect();
                self.among(known, &levels, Code::UNKNOWN_VALUE, "no risk has the level", value)
            }
        };
        let table = match subject.as_str() {
            "scope" => Some(("scope", &known.scope)),
            "class" => Some(("classify", &known.classify)),
            "route" => Some(("route", &known.route)),
            _ => None,
        };
        let by = match (by, table) {
            (None, _) => None,
            (Some(word), Some((table, rules))) => Some(self.rule_of(known, table, rules, word)?),
            (Some(word), None) => {
                self.report(
                    Diagnostic::error(
                        Code::MISPLACED_CLAUSE,
                        word.span,
                        format!("no rule gives the {subject}, so `by` has no meaning here"),
                    )
                    .help("delete it"),
                );
                return None;
            }
        };
        Some(ExpectKind::Is { what: subject, value: name?, by })
    }

    fn rule_of(
        &mut self,
        known: &Known<'_>,
        table: &str,
        rules: &BTreeSet<&str>,
        word: &'a Word,
    ) -> Option<String> {
        if !known.whole {
            return Some(word.text.clone());
        }
        if !rules.contains(word.text.as_str()) && self.names.has(Kind::Rule, &word.text) {
            self.report(
                Diagnostic::error(
                    Code::WRONG_KIND,
                    word.span,
                    format!("rule `{}` does not stand in `{table}`", word.text),
                )
                .help_nearest(&word.text, rules.iter().copied()),
            );
            return None;
        }
        self.name(Kind::Rule, word)
    }

    fn among(
        &mut self,
        known: &Known<'_>,
        words: &BTreeSet<&str>,
        code: Code,
        what: &str,
        word: &Word,
    ) -> Option<String> {
        if !known.whole || words.contains(word.text.as_str()) {
            return Some(word.text.clone());
        }
        let finding = Diagnostic::error(code, word.span, format!("{what} `{}`", word.text))
            .help_nearest(&word.text, words.iter().copied());
        self.report(finding);
        None
    }
}
