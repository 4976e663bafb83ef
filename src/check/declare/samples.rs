//! Samples: named requests with their facts, from which tests start.

use super::names::Kind;
use super::pass::Pass;
use super::request::BUILT_IN_FACTS;
use crate::check::constants;
use crate::check::symbols::{FieldPlace, Place};
use crate::check::typed::{Constant, ListOf, Sample, SampleValue, Type};
use crate::check::types;
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::ast::{
    Binding, BoundValue, Declaration, Expr, ExprKind, Head, LiteralKind, PathExpr, Word,
};
use crate::text::Span;
use crate::value::check_path;
use std::collections::BTreeMap;

/// What a sample binds, by path. `None` is `missing`, which takes out what `like` brought in.
type Bound = BTreeMap<String, Option<SampleValue>>;

/// The bindings of each sample, before `like` is taken in.
pub(super) struct Written<'a> {
    pub name: &'a Word,
    pub span: Span,
    like: Option<&'a Word>,
    bound: Bound,
}

/// More samples than this do not stand behind one.
const MOST_SAMPLES_DEEP: usize = 64;

impl<'a> Pass<'a> {
    /// Returns all samples, each with what it is `like` taken in.
    pub(super) fn samples(&mut self, declarations: &[&'a Declaration]) -> Vec<Sample> {
        let mut written: BTreeMap<&'a str, Written<'a>> = BTreeMap::new();
        for declaration in declarations {
            let Head::Sample { name, like, bindings } = &declaration.head else { continue };
            let bound = self.bindings(bindings);
            let like = like.as_ref().filter(|like| self.name(Kind::Sample, like).is_some());
            let sample = Written { name, span: declaration.span, like, bound };
            written.entry(&name.text).or_insert(sample);
        }
        let cyclic = self.cycles(&written);
        written
            .values()
            .filter(|sample| !cyclic.contains(&sample.name.text.as_str()))
            .map(|sample| Sample {
                span: sample.span,
                name: sample.name.text.clone(),
                values: taken_in(sample, &written),
            })
            .collect()
    }

    /// Reports each ring of samples that are like each other once, and the first that is like too many; returns all in or behind
    /// one.
    fn cycles(&mut self, written: &BTreeMap<&'a str, Written<'a>>) -> Vec<&'a str> {
        let mut cyclic: Vec<&'a str> = Vec::new();
        let mut reported: Vec<&'a str> = Vec::new();
        let mut too_deep = false;
        for sample in written.values() {
            let mut way: Vec<&'a str> = Vec::new();
            let mut next = Some(sample);
            while let Some(here) = next {
                if let Some(at) = way.iter().position(|name| *name == here.name.text) {
                    let ring: Vec<&'a str> = way.split_off(at);
                    if !reported.contains(&here.name.text.as_str()) {
                        let names: Vec<String> =
                            ring.iter().chain(ring.first()).map(|name| format!("`{name}`")).collect();
                        let message = format!("samples are like each other: {}", names.join(" is like "));
                        self.report(
                            Diagnostic::error(Code::CYCLIC_DEFINITION, here.name.span, message)
                                .help("let one of them bind all of its values"),
                        );
                    }
                    reported.extend(ring);
                    cyclic.push(&sample.name.text);
                    break;
                }
                if way.len() >= MOST_SAMPLES_DEEP {
                    if !too_deep {
                        let message =
                            format!("`{}` is like more than {MOST_SAMPLES_DEEP} samples", sample.name.text);
                        self.report(
                            Diagnostic::error(Code::NESTED_TOO_DEEPLY, sample.name.span, message)
                                .help("let it bind its values itself, or be like one that does"),
                        );
                    }
                    too_deep = true;
                    cyclic.push(&sample.name.text);
                    break;
                }
                way.push(&here.name.text);
                next = here.like.and_then(|like| written.get(like.text.as_str()));
            }
        }
        cyclic
    }

    /// Reads bindings; a path bound twice is reported.
    pub(super) fn bindings(&mut self, bindings: &'a [Binding]) -> Bound {
        let mut bound = Bound::new();
        let mut places: BTreeMap<String, Span> = BTreeMap::new();
        self.bind_all(bindings, "", &mut bound, &mut places);
        bound
    }

    fn bind_all(
        &mut self,
        bindings: &'a [Binding],
        prefix: &str,
        bound: &mut Bound,
        places: &mut BTreeMap<String, Span>,
    ) {
        for binding in bindings {
            let own = super::pass::dotted(&binding.path);
            let path = if prefix.is_empty() { own } else { format!("{prefix}.{own}") };
            if let Some(first) = places.insert(path.clone(), binding.path.span) {
                self.report(
                    Diagnostic::error(
                        Code::LISTED_TWICE,
                        binding.path.span,
                        format!("`{path}` is bound twice"),
                    )
                    .related(first, "first bound here")
                    .help("delete one of them"),
                );
            }
            self.bind(binding, &path, bound, places);
        }
    }

    fn bind(
        &mut self,
        binding: &'a Binding,
        path: &str,
        bound: &mut Bound,
        places: &mut BTreeMap<String, Span>,
    ) {
        if path == "submission.at" || path == "suspended" {
            if let Some(value) = self.built_in_value(binding, path) {
                bound.insert(path.to_owned(), Some(value));
            }
            return;
        }
        match self.symbols.place(path) {
            Some(Place::Field(field)) => match &binding.value {
                BoundValue::Missing(span) => {
                    self.can_be_missing(field, *span);
                    bound.insert(path.to_owned(), None);
                }
                value => {
                    if let Some(value) = self.field_value(field, value) {
                        bound.insert(path.to_owned(), Some(value));
                    }
                }
            },
            Some(Place::Group(_) | Place::Facts(_)) => match &binding.value {
                BoundValue::Missing(_) => self.bind_group_missing(path, bound),
                BoundValue::Record(inner) => self.bind_all(inner, path, bound, places),
                _ => {
                    let message = format!("`{path}` is a group, and a group is bound field by field");
                    self.report(
                        Diagnostic::error(Code::WRONG_TYPE, binding.span, message)
                            .help(format!("write `{path} = {{ .. }}`, or `{path} = missing`")),
                    );
                }
            },
            Some(Place::Switch { .. }) => {
                if let BoundValue::Item(item) = &binding.value {
                    let constant = constants::constant(&mut self.exprs, item, &Type::YesNo);
                    if let Some(constant) = constant {
                        bound.insert(path.to_owned(), Some(SampleValue::Constant(constant)));
                    }
                } else {
                    let message = format!("switch `{path}` is `yes` or `no`");
                    self.error(Code::WRONG_TYPE, binding.span, message);
                }
            }
            Some(Place::Damaged) => {}
            Some(Place::Let { .. }) => {
                let message = format!("`{path}` is computed by a `let`, so no sample can set it");
                self.error(Code::WRONG_KIND, binding.path.span, message);
            }
            None => self.unknown_path(&binding.path, path),
        }
    }

    fn unknown_path(&mut self, written: &PathExpr, path: &str) {
        if self.symbols.open {
            return;
        }
        let known = self.fields.iter().map(String::as_str);
        let places = self.symbols.paths().map(|(path, _)| path);
        let built_in = ["submission.at", BUILT_IN_FACTS[1]];
        let finding = Diagnostic::error(Code::UNKNOWN_FIELD, written.span, format!("unknown field `{path}`"))
            .help_nearest(path, known.chain(places).chain(built_in));
        self.report(finding);
    }

    /// A group that is missing has no field given, whatever `like` brought in.
    fn bind_group_missing(&mut self, path: &str, bound: &mut Bound) {
        let inside = format!("{path}.");
        for field in self.fields.iter().filter(|field| field.starts_with(&inside)) {
            bound.insert(field.clone(), None);
        }
    }

    /// A request never lacks a field that is not optional: binding it to nothing is no sample.
    fn can_be_missing(&mut self, field: &FieldPlace, span: Span) {
        if !field.may_be_missing() {
            self.report(
                Diagnostic::error(
                    Code::BAD_SAMPLE,
                    span,
                    format!("`{}` is required, so no request is without it", field.path),
                )
                .related(field.span, "declared here"),
            );
        }
    }

    fn built_in_value(&mut self, binding: &'a Binding, path: &str) -> Option<SampleValue> {
        match (path, &binding.value) {
            ("submission.at", BoundValue::Item(Expr { kind: ExprKind::Literal(literal), .. })) => {
                self.instant(literal).map(|at| SampleValue::Constant(Constant::Instant(at)))
            }
            ("suspended", BoundValue::List(_, items)) => {
                let mut codes = Vec::new();
                for item in items {
                    let code = match &item.kind {
                        ExprKind::Literal(literal) if literal.kind == LiteralKind::Code => &literal.text,
                        _ => {
                            self.error(
                                Code::WRONG_TYPE,
                                item.span,
                                "the code of a catalogue entry is needed here",
                            );
                            continue;
                        }
                    };
                    if self.names.has(Kind::Entry, code) {
                        codes.push(code.clone());
                    } else {
                        let word = Word { text: code.clone(), span: item.span };
                        let finding = self.names.unknown(&[Kind::Entry], &[], &word);
                        self.report(finding);
                    }
                }
                Some(SampleValue::List(codes))
            }
            ("suspended", _) => {
                self.error(
                    Code::WRONG_TYPE,
                    binding.span,
                    "`suspended` lists codes: `suspended = [STD-PATCH]`",
                );
                None
            }
            _ => {
                self.error(Code::WRONG_TYPE, binding.span, "`submission.at` is one instant");
                None
            }
        }
    }

    fn field_value(&mut self, field: &FieldPlace, value: &'a BoundValue) -> Option<SampleValue> {
        match (&field.ty, value) {
            (Type::Damaged, _) => None,
            (Type::Period, BoundValue::Period { from, to }) => self.period(from, to).map(SampleValue::Period),
            (Type::Set(name), BoundValue::List(_, items)) => {
                constants::set(&mut self.exprs, items, name).map(SampleValue::Constant)
            }
            (Type::List(of), BoundValue::List(_, items)) => {
                let texts: Vec<Option<String>> = items.iter().map(|item| self.list_item(item, *of)).collect();
                texts.into_iter().collect::<Option<Vec<_>>>().map(SampleValue::List)
            }
            (Type::Period | Type::Set(_) | Type::List(_), _) => self.not_of_type(field, span_of(value)),
            (ty, BoundValue::Item(item)) => {
                constants::constant(&mut self.exprs, item, ty).map(SampleValue::Constant)
            }
            (_, other) => self.not_of_type(field, span_of(other)),
        }
    }

    fn not_of_type(&mut self, field: &FieldPlace, span: Span) -> Option<SampleValue> {
        let example = match &field.ty {
            Type::Period => "2026-03-02T21:00Z .. 2026-03-02T23:00Z",
            Type::Set(_) | Type::List(_) => "[..]",
            _ => "value",
        };
        let message = format!("`{}` is {}", field.path, types::words(&field.ty));
        self.report(
            Diagnostic::error(Code::WRONG_TYPE, span, message)
                .related(field.span, "declared here")
                .help(format!("write `{} = {example}`", field.path)),
        );
        None
    }

    fn list_item(&mut self, item: &Expr, of: ListOf) -> Option<String> {
        let text = match &item.kind {
            ExprKind::Literal(literal) if literal.kind == LiteralKind::String => &literal.text,
            ExprKind::Damaged => return None,
            _ => {
                self.error(Code::WRONG_TYPE, item.span, "the list holds texts: write them in quotes");
                return None;
            }
        };
        if let (ListOf::Path, Err(error)) = (of, check_path(text)) {
            self.error(Code::BAD_SAMPLE, item.span, error.to_string());
            return None;
        }
        Some(text.clone())
    }
}

fn span_of(value: &BoundValue) -> Span {
    match value {
        BoundValue::Missing(span) | BoundValue::List(span, _) => *span,
        BoundValue::Period { from, to } => from.span.to(to.span),
        BoundValue::Item(item) => item.span,
        BoundValue::Record(bindings) => match (bindings.first(), bindings.last()) {
            (Some(first), Some(last)) => first.span.to(last.span),
            _ => Span::empty_at(crate::text::SourceId(0), 0),
        },
    }
}

/// Returns the values of a sample: those of what it is like, with its own over them.
fn taken_in(sample: &Written<'_>, written: &BTreeMap<&str, Written<'_>>) -> BTreeMap<String, SampleValue> {
    let mut way = vec![sample];
    // The samples are acyclic here, so the way is no longer than there are samples.
    while let Some(next) =
        way.last().and_then(|last| last.like).and_then(|like| written.get(like.text.as_str()))
        && way.len() <= written.len()
    {
        way.push(next);
    }
    let mut values = BTreeMap::new();
    for sample in way.iter().rev() {
        lay_over(&mut values, &sample.bound);
    }
    values
}

/// Lays bindings over values: what they bind wins, and `missing` takes out.
pub(super) fn lay_over(values: &mut BTreeMap<String, SampleValue>, bound: &Bound) {
    for (path, value) in bound {
        match value {
            Some(value) => values.insert(path.clone(), value.clone()),
            None => values.remove(path),
        };
    }
}
