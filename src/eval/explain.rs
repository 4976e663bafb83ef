//! Explaining a decision from what an observer saw of its evaluation.

mod clause;
mod nearest;
mod sentence;

use super::explanation::{Explanation, Phase, RuleSeen};
use super::observer::{Recorder, Subject};
use super::outcome::Outcome;
use crate::ir::{Approver, Gives, Ir, Name, NodeId, Record, Table};
use crate::text::{Sources, Span};
use clause::Words;

/// Explains the outcome of a complete record.
///
/// `recorder` has watched the evaluation that gave the outcome; `sources` are the files that the policy came from.
pub fn explain(
    ir: &Ir,
    record: &Record,
    outcome: &Outcome,
    recorder: &Recorder,
    sources: &Sources,
) -> Explanation {
    let words = Words::new(ir, record, recorder, sources);
    let pass = Pass { ir, words, recorder };
    let nearest = nearest::nearest(ir, record, outcome, recorder, &pass.words);
    let (sentences, spans): (Vec<_>, Vec<_>) = sentence::sentences(ir, outcome).into_iter().unzip();
    let places = spans.into_iter().map(|span| span.map(|span| pass.words.place(span))).collect();
    Explanation { phases: pass.phases(outcome), nearest, sentences, places }
}

struct Pass<'a> {
    ir: &'a Ir,
    words: Words<'a>,
    recorder: &'a Recorder,
}

/// What is told of one rule.
struct Told<'a> {
    subject: Subject,
    id: &'a Name,
    title: &'a Name,
    gives: Name,
    span: Span,
    conditions: [Option<NodeId>; 2],
}

impl Pass<'_> {
    fn phases(&self, outcome: &Outcome) -> Vec<Phase> {
        let ir = self.ir;
        let mut phases: Vec<(Name, _)> = vec![("scope".into(), self.table(&ir.scope, Subject::Scope))];
        phases.push(("score".into(), self.score()));
        phases.push(("catalogue".into(), self.catalogue(outcome)));
        phases.push(("class".into(), self.table(&ir.classify, Subject::Class)));
        phases.push(("route".into(), self.table(&ir.route, Subject::Route)));
        phases.push(("seats".into(), self.seats(outcome)));
        phases.push(("regimes".into(), self.regimes()));
        phases.push(("canary".into(), self.canaries()));
        phases.push(("exceptions".into(), self.exceptions()));
        for (index, gate) in ir.gates.iter().enumerate() {
            let requires = gate.requires.iter().enumerate().map(|(position, require)| {
                self.rule(Told {
                    subject: Subject::Require(index, position),
                    id: &require.id,
                    title: &require.title,
                    gives: require.code.clone(),
                    span: require.span,
                    conditions: [require.when, Some(require.that)],
                })
            });
            phases.push((format!("gate:{}", gate.name).into(), requires.collect()));
        }
        // A phase that was not reached, such as everything out of scope, has nothing to tell.
        let reached = |rules: &[RuleSeen]| rules.iter().any(|rule| rule.held.is_some());
        let phases = phases.into_iter().filter(|(_, rules)| reached(rules));
        phases
            .map(|(phase, rules)| Phase { decided_by: self.decided_by(&phase, outcome), phase, rules })
            .collect()
    }

    fn decided_by(&self, phase: &str, outcome: &Outcome) -> Option<Name> {
        let (table, found) = match phase {
            "scope" => (&self.ir.scope, &outcome.scope),
            "class" => (&self.ir.classify, &outcome.class),
            "route" => (&self.ir.route, &outcome.route),
            _ => return None,
        };
        match (found.rules.as_slice(), found.value.absent) {
            ([rule], false) => table.as_ref()?.rules.get(usize::from(*rule)).map(|rule| rule.id.clone()),
            _ => None,
        }
    }

    fn rule(&self, told: Told<'_>) -> RuleSeen {
        let verdict = self.recorder.subjects().get(&told.subject);
        RuleSeen {
            id: told.id.clone(),
            title: told.title.clone(),
            held: verdict.and_then(|verdict| verdict.known()),
            gives: told.gives,
            span: self.words.place(told.span),
            clauses: self.words.clauses(&told.conditions),
        }
    }

    fn table(&self, table: &Option<Table>, subject: fn(usize) -> Subject) -> Vec<RuleSeen> {
        let ir = self.ir;
        let rules = table.iter().flat_map(|table| &table.rules).enumerate();
        let told = |(index, rule): (usize, &crate::ir::Rule)| {
            let gives = match (&rule.gives, subject(index)) {
                (Gives::Value(value), Subject::Scope(_)) => ir.value_name(ir.scope_enum, *value),
                (Gives::Value(value), _) => ir.value_name(ir.class_enum, *value),
                (Gives::Approve(Approver::Automatically), _) => "automatically".into(),
                (Gives::Approve(Approver::Roles { roles, .. }), _) => roles.join(", ").into(),
                (Gives::Approve(Approver::Board(board)), _) => {
                    ir.boards.get(*board as usize).map_or_else(|| "".into(), |board| board.name.clone())
                }
            };
            self.rule(Told {
                subject: subject(index),
                id: &rule.id,
                title: &rule.title,
                gives,
                span: rule.span,
                conditions: [rule.when, None],
            })
        };
        rules.map(told).collect()
    }

    fn score(&self) -> Vec<RuleSeen> {
        let factors = self.ir.score.iter().flat_map(|score| &score.factors).enumerate();
        let told = |(index, factor): (usize, &crate::ir::Factor)| {
            self.rule(Told {
                subject: Subject::Factor(index),
                id: &factor.id,
                title: &factor.title,
                gives: match factor.adds {
                    1 => "1 point".into(),
                    adds => format!("{adds} points").into(),
                },
                span: factor.span,
                conditions: [Some(factor.when), None],
            })
        };
        factors.map(told).collect()
    }

    /// The entry that the request names, and its guards.
    fn catalogue(&self, outcome: &Outcome) -> Vec<RuleSeen> {
        let Some(found) = &outcome.entry else { return Vec::new() };
        let Some(entry) = self.ir.entries.get(found.entry) else { return Vec::new() };
        let mut rules = vec![self.rule(Told {
            subject: Subject::Entry(found.entry),
            id: &entry.code,
            title: &entry.title,
            gives: "catalogued".into(),
            span: entry.span,
            conditions: [Some(entry.applies), None],
        })];
        rules.extend(entry.guards.iter().enumerate().map(|(position, guard)| {
            self.rule(Told {
                subject: Subject::Guard(found.entry, position),
                id: &guard.id,
                title: &guard.title,
                gives: "catalogued".into(),
                span: guard.span,
                conditions: [guard.when, Some(guard.that)],
            })
        }));
        rules
    }

    fn seats(&self, outcome: &Outcome) -> Vec<RuleSeen> {
        let mut rules = Vec::new();
        for found in &outcome.seats {
            let number = found.board as usize;
            let seats = self.ir.boards.get(number).into_iter().flat_map(|board| &board.seats);
            rules.extend(seats.enumerate().map(|(position, seat)| {
                self.rule(Told {
                    subject: Subject::Seat(number, position),
                    id: &seat.id,
                    title: &seat.question,
                    gives: seat.held_by.clone(),
                    span: seat.span,
                    conditions: [seat.seated_when, None],
                })
            }));
        }
        rules
    }

    fn regimes(&self) -> Vec<RuleSeen> {
        let told = |(index, regime): (usize, &crate::ir::Regime)| {
            self.rule(Told {
                subject: Subject::Regime(index),
                id: &regime.code,
                title: &regime.title,
                gives: regime.code.clone(),
                span: regime.span,
                conditions: [Some(regime.applies), None],
            })
        };
        self.ir.regimes.iter().enumerate().map(told).collect()
    }

    fn canaries(&self) -> Vec<RuleSeen> {
        let told = |(index, canary): (usize, &crate::ir::Canary)| {
            self.rule(Told {
                subject: Subject::Canary(index),
                id: &canary.name,
                title: &canary.title,
                gives: canary.name.clone(),
                span: canary.span,
                conditions: [Some(canary.when), None],
            })
        };
        self.ir.canaries.iter().enumerate().map(told).collect()
    }

    fn exceptions(&self) -> Vec<RuleSeen> {
        let told = |(index, exception): (usize, &crate::ir::Exception)| {
            self.rule(Told {
                subject: Subject::Exception(index),
                id: &exception.name,
                title: &exception.title,
                gives: exception.name.clone(),
                span: exception.span,
                conditions: [Some(exception.allowed), None],
            })
        };
        self.ir.exceptions.iter().enumerate().map(told).collect()
    }
}
