//! Tests: examples that must come out as stated.

use super::names::Kind;
use super::outcomes::Known;
use super::pass::{Pass, pick};
use super::samples::lay_over;
use crate::check::constants;
use crate::check::symbols::Place;
use crate::check::typed::{Expect, Feed, Sample, SampleValue, Shape, Test, Type};
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::ast::{Declaration, Expr, ExprKind, Head, Literal, PhraseKind, Row, Word};
use std::collections::BTreeMap;

/// The most a count of events in one evaluation may be in a test.
const MOST_EVENTS: i64 = 1_000_000;

impl<'a> Pass<'a> {
    pub(super) fn tests(
        &mut self,
        declarations: &[&'a Declaration],
        samples: &[Sample],
        known: &Known<'_>,
    ) -> Vec<Test> {
        let mut tests = Vec::new();
        // Of each sample and what it lacks, the first test that needs it.
        let mut lacking: BTreeMap<(&'a str, Vec<String>), &'a Word> = BTreeMap::new();
        for declaration in declarations {
            tests.extend(self.test(declaration, samples, known, &mut lacking));
        }
        for ((sample, fields), word) in lacking {
            let names = fields.iter().map(|field| format!("`{field}`")).collect::<Vec<_>>().join(", ");
            let mut finding = Diagnostic::error(
                Code::BAD_SAMPLE,
                word.span,
                format!("sample `{sample}` is no whole request: {names} is missing"),
            )
            .help("bind it in the sample, or behind `with`");
            if let Some((_, span)) = self.names.places(Kind::Sample).find(|(name, _)| *name == sample) {
                finding = finding.related(span, "the sample");
            }
            self.report(finding);
        }
        tests
    }

    fn test(
        &mut self,
        declaration: &'a Declaration,
        samples: &[Sample],
        known: &Known<'_>,
        lacking: &mut BTreeMap<(&'a str, Vec<String>), &'a Word>,
    ) -> Option<Test> {
        let Head::Test { name, title } = &declaration.head else { return None };
        let title = self.title(title);
        let given = self.row(&declaration.rows, pick!(Given { sample, with, at }));
        let given = given.map(|(_, (sample, with, at))| {
            let bound = self.bindings(with);
            let at = self.instant(at);
            let base = self.name(Kind::Sample, sample).and_then(|name| {
                samples.iter().find(|known| known.name == name).map(|known| known.values.clone())
            });
            let values = base.map(|mut values| {
                lay_over(&mut values, &bound);
                values
            });
            if let Some(values) = &values {
                let missing = self.missing_fields(values);
                if !missing.is_empty() {
                    lacking.entry((sample.text.as_str(), missing)).or_insert(sample);
                }
            }
            (values, at)
        });
        let mut feeds = Vec::new();
        let mut expects = Vec::new();
        let mut expected = false;
        for row in &declaration.rows {
            match &row.lead.kind {
                PhraseKind::Feed { metric, baseline, then } => {
                    feeds.extend(self.feed(row, metric, baseline.as_ref(), then));
                }
                PhraseKind::Expect(outcomes) => {
                    expected = true;
                    for outcome in outcomes {
                        let kind = self.outcome(outcome, known);
                        expects.extend(kind.map(|kind| Expect { span: outcome.span, kind }));
                    }
                }
                _ => {}
            }
        }
        if !expected && !declaration.damaged {
            self.report(
                Diagnostic::error(
                    Code::NO_EXPECTATION,
                    name.span,
                    format!("test `{}` expects nothing, so it cannot fail", name.text),
                )
                .help("write `expect class is normal`"),
            );
        }
        let (values, now) = given?;
        Some(Test {
            span: declaration.span,
            name: name.text.clone(),
            title,
            values: values?,
            now: now?,
            feeds,
            expects,
        })
    }

    /// Returns the required fields that a request lacks, and the fields that facts which are there lack.
    fn missing_fields(&self, values: &BTreeMap<String, SampleValue>) -> Vec<String> {
        let mut missing = Vec::new();
        if self.symbols.open {
            return missing;
        }
        for path in &self.fields {
            let Some(Place::Field(field)) = self.symbols.place(path) else { continue };
            if values.contains_key(path) {
                continue;
            }
            let required = match &field.facts {
                None => !field.may_be_missing(),
                Some(group) => {
                    let inside = format!("{group}.");
                    !field.needs_own_guard() && values.keys().any(|given| given.starts_with(&inside))
                }
            };
            if required {
                missing.push(path.clone());
            }
        }
        missing
    }

    fn feed(
        &mut self,
        row: &'a Row,
        metric: &'a Word,
        baseline: Option<&'a Literal>,
        then: &'a [Option<Expr>],
    ) -> Option<Feed> {
        self.name(Kind::Metric, metric)?;
        let place = self.symbols.metrics.get(&metric.text)?;
        if let (Some(literal), false) = (baseline, place.baseline) {
            self.report(
                Diagnostic::error(
                    Code::METRIC_SHAPE,
                    literal.span,
                    format!("metric `{}` has no baseline", metric.text),
                )
                .related(place.span, "declared here")
                .help("delete `baseline`"),
            );
            return None;
        }
        let ty = match (&place.ty, place.shape) {
            (Some(ty), _) => ty.clone(),
            (None, Some(Shape::Events)) => Type::Int { min: 0, max: MOST_EVENTS },
            (None, Some(Shape::Heartbeat)) if place.numbered => Type::Int { min: 0, max: i64::MAX },
            (None, Some(Shape::Heartbeat)) => Type::YesNo,
            (None, _) => return None,
        };
        let read = |pass: &mut Self, item: &Expr| constants::constant(&mut pass.exprs, item, &ty);
        let baseline = match baseline {
            None => None,
            Some(literal) => {
                let item = Expr { span: literal.span, kind: ExprKind::Literal(literal.clone()) };
                Some(read(self, &item)?)
            }
        };
        // All are read, so that all faults are found.
        let values: Vec<Option<Option<_>>> = then
            .iter()
            .map(|item| item.as_ref().map_or(Some(None), |item| read(self, item).map(Some)))
            .collect();
        let then = values.into_iter().collect::<Option<Vec<_>>>()?;
        Some(Feed { span: row.span, metric: metric.text.clone(), baseline, then })
    }
}
