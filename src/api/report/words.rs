//! What the numbers and outcomes of reports mean for a metric.

use std::collections::BTreeMap;

use crate::ir::{Name, Type};
use crate::monitor::Reading;
use crate::telemetry::{Datum, SuiteOutcome};
use crate::value::Measurement;

use super::super::{Compiled, Refusal};

/// How what a report says becomes a value of a metric.
pub(super) enum Meaning {
    /// It is a number, and the metric's is one.
    Numbers,
    /// Numbers mean words.
    OfNumbers(Vec<(Measurement, Reading)>),
    /// Outcomes mean words: that of what passed, of what failed, and of what did not run.
    OfOutcomes { passed: Reading, failed: Reading, skipped: Option<Reading> },
}

const OUTCOMES: [&str; 3] = ["passed", "failed", "skipped"];

/// A metric that has values, as far as their meaning goes.
pub(super) struct Metric<'a> {
    pub policy: &'a Compiled,
    pub name: &'a Name,
    pub ty: &'a Type,
}

impl Meaning {
    /// Returns what the numbers (or else the outcomes) of a report mean for a metric.
    ///
    /// # Errors
    /// `WRONG_KIND` where they can mean nothing, `BAD_CALL` for words of what is no number and no outcome.
    pub(super) fn of(
        metric: &Metric<'_>,
        gives_numbers: bool,
        words: &BTreeMap<String, String>,
    ) -> Result<Self, Refusal> {
        let is_number = matches!(metric.ty, Type::Int { .. } | Type::Decimal { .. } | Type::Percent { .. });
        let wrong = |message: &str, help: &str| {
            Err(Refusal::new("WRONG_KIND", format!("metric `{}` {message}", metric.name)).help(help))
        };
        match (is_number, gives_numbers) {
            (true, true) if words.is_empty() => Ok(Self::Numbers),
            (true, true) => wrong("is a number", "leave `words` out"),
            (true, false) => wrong("is a number", "name the `property` that holds it"),
            (false, true) if words.is_empty() => {
                wrong("is no number", "say in `words` what each number means: `{ \"1\": .. }`")
            }
            (false, true) => of_numbers(metric, words),
            (false, false) => of_outcomes(metric, words),
        }
    }

    /// What a measured value says of the metric.
    pub(super) fn of_datum(&self, datum: &Datum) -> Reading {
        let Datum::Number(number) = datum else { return Reading::NotANumber };
        match self {
            Self::OfNumbers(words) => {
                let meant = words.iter().find(|(known, _)| known == number);
                meant.map_or(Reading::NotANumber, |(_, reading)| reading.clone())
            }
            Self::Numbers | Self::OfOutcomes { .. } => Reading::Number(*number),
        }
    }

    /// What an outcome says of the metric: nothing where there is no word for it.
    pub(super) fn of_outcome(&self, outcome: SuiteOutcome) -> Option<Reading> {
        let Self::OfOutcomes { passed, failed, skipped } = self else { return None };
        match outcome {
            SuiteOutcome::Passed => Some(passed.clone()),
            SuiteOutcome::Failed => Some(failed.clone()),
            SuiteOutcome::Skipped => skipped.clone(),
        }
    }
}

fn of_numbers(metric: &Metric<'_>, words: &BTreeMap<String, String>) -> Result<Meaning, Refusal> {
    let mut found = Vec::with_capacity(words.len());
    for (number, word) in words {
        let number: Measurement = number.parse().map_err(|error| not_said(metric, &format!("{error}")))?;
        found.push((number, reading(metric, word)?));
    }
    Ok(Meaning::OfNumbers(found))
}

fn of_outcomes(metric: &Metric<'_>, words: &BTreeMap<String, String>) -> Result<Meaning, Refusal> {
    if let Some(other) = words.keys().find(|word| !OUTCOMES.contains(&word.as_str())) {
        let refusal = not_said(metric, &format!("`{other}` is no outcome"));
        return Err(refusal.help(format!("outcomes are {}", OUTCOMES.join(", "))));
    }
    let of = |outcome: &str| match words.get(outcome) {
        Some(word) => reading(metric, word),
        // A metric that has the words itself needs no others.
        None => reading(metric, outcome).map_err(|_| {
            let message = format!("metric `{}` has no word for what {outcome}", metric.name);
            let help = "say in `words` what an outcome means: `{ \"passed\": .., \"failed\": .. }`";
            Refusal::new("WRONG_KIND", message).help(help)
        }),
    };
    let [passed, failed, skipped] = OUTCOMES;
    let skipped = if words.contains_key(skipped) { Some(of(skipped)?) } else { of(skipped).ok() };
    Ok(Meaning::OfOutcomes { passed: of(passed)?, failed: of(failed)?, skipped })
}

fn not_said(metric: &Metric<'_>, what: &str) -> Refusal {
    Refusal::new("BAD_CALL", format!("`words` of metric `{}`: {what}", metric.name))
}

/// The value of a metric that a word names.
fn reading(metric: &Metric<'_>, word: &str) -> Result<Reading, Refusal> {
    let known: Vec<&str> = match metric.ty {
        Type::YesNo => vec!["yes", "no"],
        Type::Enum(of) => {
            let declared = metric.policy.ir.enums.get(of.index()).into_iter();
            declared.flat_map(|declared| &declared.values).map(|value| &*value.name).collect()
        }
        _ => Vec::new(),
    };
    if !known.contains(&word) {
        let message = format!("metric `{}` has no word `{word}`", metric.name);
        return Err(Refusal::new("WRONG_KIND", message).help(format!("its words are {}", known.join(", "))));
    }
    Ok(match metric.ty {
        Type::YesNo => Reading::YesNo(word == "yes"),
        _ => Reading::Word(Name::from(word)),
    })
}
