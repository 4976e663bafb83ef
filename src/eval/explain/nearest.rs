//! For each other class, the rule that is nearest to holding.

use super::clause::Words;
use crate::eval::blocked::{Miss, Search, consistent, join};
use crate::eval::condition::Evaluation;
use crate::eval::explanation::{Blocker, Nearest};
use crate::eval::observer::{Recorder, Unobserved};
use crate::eval::outcome::Outcome;
use crate::ir::{Gives, HitPolicy, Ir, Name, Record, Table, print, print_not};
use std::collections::BTreeMap;

pub(super) fn nearest(
    ir: &Ir,
    record: &Record,
    outcome: &Outcome,
    recorder: &Recorder,
    words: &Words<'_>,
) -> Vec<Nearest> {
    let (Some(table), Some(class)) = (&ir.classify, outcome.class.value.known()) else { return Vec::new() };
    let mut unobserved = Unobserved;
    let mut evaluation = Evaluation::new(ir, record, outcome.now, &mut unobserved);
    evaluation.resume(outcome);
    let mut search = Search { evaluation: &mut evaluation, recorder, outcome, found: BTreeMap::new() };

    // For each class the rule with the fewest misses; of equals the first.
    let mut best: BTreeMap<u16, (usize, Vec<Miss>)> = BTreeMap::new();
    for (index, rule) in table.rules.iter().enumerate() {
        let Gives::Value(gives) = rule.gives else { continue };
        if gives == class {
            continue;
        }
        let Some(misses) = consistent(ir, misses_of(&mut search, table, index)) else { continue };
        let is_better = best.get(&gives).is_none_or(|(_, known)| misses.len() < known.len());
        if is_better {
            best.insert(gives, (index, misses));
        }
    }
    let mut found: Vec<(u16, usize, Vec<Miss>)> =
        best.into_iter().map(|(class, (rule, misses))| (class, rule, misses)).collect();
    found.retain(|(.., misses)| !misses.is_empty());
    found.sort_by_key(|(class, _, misses)| (misses.len(), *class));
    let told = |(class, rule, misses): (u16, usize, Vec<Miss>)| {
        let rule = table.rules.get(rule)?;
        let wishes: Vec<String> = misses.iter().map(|miss| wish(ir, *miss)).collect();
        Some(Nearest {
            class: ir.value_name(ir.class_enum, class),
            rule: rule.id.clone(),
            title: rule.title.clone(),
            blocked_by: misses.iter().map(|miss| blocker(ir, words, *miss)).collect(),
            sentence: format!(
                "would be {} if {}",
                ir.value_title(ir.class_enum, class),
                wishes.join(" and ")
            ),
        })
    };
    found.into_iter().filter_map(told).collect()
}

/// What would have to differ for a rule to have the say: its condition holds, and in a `first` table none before it;
/// for `otherwise`, no other holds.
fn misses_of(search: &mut Search<'_, '_, Unobserved>, table: &Table, index: usize) -> Vec<Miss> {
    let when = table.rules.get(index).and_then(|rule| rule.when);
    let mut all = when.map_or_else(Vec::new, |when| search.misses(when, true));
    let others: &[crate::ir::Rule] = match (when, table.hit) {
        (None, _) => &table.rules,
        (Some(_), HitPolicy::First) => table.rules.get(..index).unwrap_or_default(),
        // Rules of a `unique` table exclude each other.
        (Some(_), HitPolicy::Unique) => &[],
    };
    for other in others {
        if let Some(when) = other.when {
            join(&mut all, search.misses(when, false));
        }
    }
    all
}

/// What would have to differ, as the end of a sentence.
fn wish(ir: &Ir, miss: Miss) -> String {
    match miss {
        Miss::Clause { node, needs: true } => print(ir, node),
        Miss::Clause { node, needs: false } => print_not(ir, node),
        other => text(ir, other),
    }
}

fn text(ir: &Ir, miss: Miss) -> String {
    let code = |entry: usize| ir.entries.get(entry).map_or("", |entry| &*entry.code);
    match miss {
        Miss::Clause { node, .. } => print(ir, node),
        Miss::Guard { entry, guard } => {
            let guard = ir.entries.get(entry).and_then(|entry| entry.guards.get(guard));
            guard.map_or_else(String::new, |guard| guard.title.to_string())
        }
        Miss::NoEntry => {
            let template = ir.template.and_then(|slot| ir.slots.get(slot.index()));
            match template {
                Some(slot) => format!("{} names an entry of the catalogue that covers it", slot.path),
                None => "the catalogue covered it".to_owned(),
            }
        }
        Miss::NotInForce { entry } => format!("{} in force on the day of submission", code(entry)),
        Miss::Suspended { entry } => format!("{} not suspended", code(entry)),
    }
}

fn blocker(ir: &Ir, words: &Words<'_>, miss: Miss) -> Blocker {
    let entry_of = |entry: usize| ir.entries.get(entry);
    let (kind, id, span, needs) = match miss {
        Miss::Clause { node, needs } => ("clause", None, Some(ir.span(node)), needs),
        Miss::Guard { entry, guard } => {
            let guard = entry_of(entry).and_then(|entry| entry.guards.get(guard));
            ("guard", guard.map(|guard| guard.id.clone()), guard.map(|guard| guard.span), true)
        }
        Miss::NoEntry => {
            let slot = ir.template.and_then(|slot| ir.slots.get(slot.index()));
            ("entry", None, slot.map(|slot| slot.span), true)
        }
        Miss::NotInForce { entry } | Miss::Suspended { entry } => {
            let entry = entry_of(entry);
            ("entry", entry.map(|entry| entry.code.clone()), entry.map(|entry| entry.span), true)
        }
    };
    let nowhere = crate::text::Span::empty_at(crate::text::SourceId(0), 0);
    let span = words.place(span.unwrap_or(nowhere));
    Blocker { kind: Name::from(kind), id, text: Name::from(text(ir, miss)), span, needs }
}
