//! The first pass: every name that an expression can mention, from all files, in one table.
//!
//! A declaration that could not be read in full still declares its name; what it leaves open is open here too
//! ([`Place::Damaged`], [`EnumPlace::damaged`], [`Symbols::open`]), so that no use of it is called wrong for that.

use super::typed::{Builtin, EnumType, Shape, Type, Variant};
use super::types;
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::ast::{self, Declaration, Head, PhraseKind, Row, Word};
use crate::text::Span;
use std::collections::{BTreeMap, BTreeSet};

/// The names of the enumerations that are made from declarations.
pub(crate) const MADE: [&str; 4] = ["Template", "Scope", "Class", "Route"];
/// Groups of facts that every policy has and none declares.
const BUILT_IN_FACTS: [&str; 3] = ["submission", "catalogue", "freezes"];
/// Groups nest at most this deep, so that forms stay readable.
const DEEPEST_GROUP: usize = 3;

/// All names.
#[derive(Debug, Default)]
pub(crate) struct Symbols {
    /// Enumerations by name, the made ones too.
    pub enums: BTreeMap<String, EnumPlace>,
    /// Metrics by name.
    pub metrics: BTreeMap<String, MetricPlace>,
    /// Name of the score, name of its scale.
    pub score: Option<(String, String)>,
    /// What the lets give, once `lets::check` has run.
    pub lets: BTreeMap<String, LetPlace>,
    /// Some names may be missing: part of the request or a whole declaration could not be read.
    pub open: bool,
    places: BTreeMap<String, Place>,
}

/// What a path names.
#[derive(Debug, Clone)]
pub(crate) enum Place {
    /// A field of the request or of facts.
    Field(FieldPlace),
    /// A group of the request.
    Group(GroupPlace),
    /// A group of facts.
    Facts(GroupPlace),
    /// A named condition or value.
    Let { span: Span },
    /// A constant of the policy.
    Switch { span: Span },
    /// Something that could not be read.
    Damaged,
}

/// A field.
#[derive(Debug, Clone)]
pub(crate) struct FieldPlace {
    pub path: String,
    pub ty: Type,
    /// It says `optional`.
    pub optional: bool,
    /// It is asked only under a condition, so it may be missing.
    pub asked: bool,
    /// It is in a `later` group.
    pub later: bool,
    /// The group of facts it belongs to.
    pub facts: Option<String>,
    pub personal: bool,
    pub span: Span,
}

impl FieldPlace {
    /// Whether a complete request, or complete facts, can be without it.
    pub(crate) fn may_be_missing(&self) -> bool {
        self.optional || self.asked || self.later || self.facts.is_some()
    }

    /// Whether it may be missing although its group is given.
    pub(crate) fn needs_own_guard(&self) -> bool {
        self.optional || self.asked
    }
}

/// A group of fields.
#[derive(Debug, Clone)]
pub(crate) struct GroupPlace {
    pub later: bool,
    /// Some of its fields could not be read.
    pub damaged: bool,
    pub span: Span,
}

/// An enumeration.
#[derive(Debug, Clone)]
pub(crate) struct EnumPlace {
    pub ty: EnumType,
    /// Some of its values could not be read.
    pub damaged: bool,
}

impl EnumPlace {
    /// The names of its values.
    pub(crate) fn values(&self) -> impl Iterator<Item = &str> {
        self.ty.variants.iter().map(|variant| variant.name.as_str())
    }

    /// The place of a value in the order of the type, counted from 0.
    pub(crate) fn index(&self, value: &str) -> Option<usize> {
        self.values().position(|name| name == value)
    }
}

/// A metric.
#[derive(Debug, Clone)]
pub(crate) struct MetricPlace {
    pub ty: Option<Type>,
    pub shape: Option<Shape>,
    pub numbered: bool,
    pub baseline: bool,
    pub damaged: bool,
    pub span: Span,
}

/// What a let gives.
#[derive(Debug, Clone)]
pub(crate) struct LetPlace {
    pub ty: Type,
    /// The built-in words it reads, itself or through other lets.
    pub needs: BTreeSet<Builtin>,
}

/// The built-in words; `assessed` goes by the score's name.
pub(crate) const BUILTINS: [(&str, Builtin); 9] = [
    ("now", Builtin::Now),
    ("submitted_at", Builtin::SubmittedAt),
    ("catalogued", Builtin::Catalogued),
    ("frozen", Builtin::Frozen),
    ("scope", Builtin::Scope),
    ("assessed", Builtin::Assessed),
    ("class", Builtin::Class),
    ("risk", Builtin::Risk),
    ("route", Builtin::Route),
];

impl Symbols {
    /// Collects the names of all declarations, and reports those that clash and types that are none.
    pub(crate) fn collect(declarations: &[&Declaration]) -> (Self, Vec<Diagnostic>) {
        let mut collector = Collector::default();
        for declaration in declarations {
            collector.enumeration(declaration);
        }
        collector.made(declarations);
        for declaration in declarations {
            collector.values(declaration);
        }
        (collector.symbols, collector.findings)
    }

    /// What the path names.
    pub(crate) fn place(&self, path: &str) -> Option<&Place> {
        self.places.get(path)
    }

    /// All paths, in order.
    pub(crate) fn paths(&self) -> impl Iterator<Item = (&str, &Place)> {
        self.places.iter().map(|(path, place)| (path.as_str(), place))
    }

    /// The field that names an entry of the catalogue: the first field of the request of type `Template`.
    pub(crate) fn template_field(&self) -> Option<&FieldPlace> {
        self.places.values().find_map(|place| match place {
            Place::Field(field) if field.facts.is_none() => {
                matches!(&field.ty, Type::Enum(name) if name == "Template").then_some(field)
            }
            _ => None,
        })
    }

    /// The built-in word of this name.
    pub(crate) fn builtin(&self, name: &str) -> Option<Builtin> {
        if self.score.as_ref().is_some_and(|(score, _)| score == name) {
            return Some(Builtin::Assessed);
        }
        BUILTINS.iter().find(|(word, _)| *word == name).map(|(_, builtin)| *builtin)
    }

    /// The name by which authors read a built-in word.
    pub(crate) fn word(&self, builtin: Builtin) -> &str {
        match (&self.score, builtin) {
            (Some((score, _)), Builtin::Assessed) => score,
            _ => BUILTINS.iter().find(|(_, known)| *known == builtin).map_or("", |(word, _)| word),
        }
    }
}

#[derive(Default)]
struct Collector {
    symbols: Symbols,
    findings: Vec<Diagnostic>,
    /// Places of the first declarations, by name.
    spans: BTreeMap<String, Span>,
}

impl Collector {
    fn enumeration(&mut self, declaration: &Declaration) {
        let Head::Type { name, variants, ordered } = &declaration.head else { return };
        if MADE.contains(&name.text.as_str()) {
            let message = format!("`{}` is a type of the language", name.text);
            self.findings.push(
                Diagnostic::error(Code::BUILT_IN_NAME, name.span, message).help("give the type another name"),
            );
            return;
        }
        if let Some(first) = self.symbols.enums.get(&name.text) {
            let first = first.ty.span;
            self.findings.push(twice("type", name, first));
            return;
        }
        let mut known: BTreeMap<&str, Span> = BTreeMap::new();
        let mut kept = Vec::new();
        for variant in variants {
            let word = &variant.name;
            match known.get(word.text.as_str()) {
                Some(&first) => self.findings.push(twice("value", word, first)),
                None => {
                    known.insert(&word.text, word.span);
                    kept.push(Variant { name: word.text.clone(), title: variant.title.text.clone() });
                }
            }
        }
        let ty = EnumType { span: name.span, name: name.text.clone(), ordered: *ordered, variants: kept };
        self.symbols.enums.insert(name.text.clone(), EnumPlace { ty, damaged: declaration.damaged });
    }

    /// Makes the enumerations that come from declarations.
    fn made(&mut self, declarations: &[&Declaration]) {
        let mut template = Vec::new();
        let mut class = Vec::new();
        let mut route = Vec::new();
        let mut damaged = false;
        let mut nowhere = None;
        for declaration in declarations {
            nowhere.get_or_insert(declaration.span.before());
            match &declaration.head {
                Head::Entry { code, title } => template.push(variant(code, title)),
                Head::Class { name, title } => class.push(variant(name, title)),
                Head::Route { .. } => {
                    damaged |= declaration.damaged;
                    for row in &declaration.rows {
                        if let PhraseKind::Rule { name, title } | PhraseKind::OtherwiseRule { name, title } =
                            &row.lead.kind
                        {
                            route.push(variant(name, title));
                        }
                    }
                }
                Head::Damaged { .. } => damaged = true,
                _ => {}
            }
        }
        let scope = [("in_scope", "In scope"), ("out_of_scope", "Out of scope")]
            .map(|(name, title)| Variant { name: name.to_owned(), title: title.to_owned() });
        let Some(span) = nowhere else { return };
        for (name, mut variants) in MADE.into_iter().zip([template, scope.to_vec(), class, route]) {
            // Who declares an id twice is told so by the pass over declarations.
            let mut seen = BTreeSet::new();
            variants.retain(|variant| seen.insert(variant.name.clone()));
            let ty = EnumType { span, name: name.to_owned(), ordered: false, variants };
            let damaged = damaged && name != "Scope";
            self.symbols.enums.insert(name.to_owned(), EnumPlace { ty, damaged });
        }
    }

    fn values(&mut self, declaration: &Declaration) {
        match &declaration.head {
            Head::Let { name, .. } => self.value(name, Place::Let { span: name.span }),
            Head::Switch { name, .. } => self.value(name, Place::Switch { span: name.span }),
            Head::Request => {
                self.symbols.open |= declaration.damaged;
                let inside = Inside { path: String::new(), later: false, facts: None, depth: 0 };
                self.members(&declaration.rows, &inside);
            }
            Head::Facts { name, .. } => {
                if BUILT_IN_FACTS.contains(&name.text.as_str()) {
                    self.built_in(name);
                    return;
                }
                let damaged = declaration.damaged;
                self.value(name, Place::Facts(GroupPlace { later: false, damaged, span: name.span }));
                let facts = Some(name.text.clone());
                let inside = Inside { path: name.text.clone(), later: false, facts, depth: 0 };
                self.members(&declaration.rows, &inside);
            }
            Head::Score { name, scale } => {
                self.symbols.score.get_or_insert_with(|| (name.text.clone(), scale.text.clone()));
            }
            Head::Metric { name, shape, ty, .. } => self.metric(declaration, name, shape, ty.as_ref()),
            Head::Damaged { keyword, name } => {
                let word = keyword.as_ref().map(|word| word.text.as_str());
                self.symbols.open |=
                    matches!(word, None | Some("request" | "facts" | "let" | "switch" | "score"));
                if let Some(name) = name {
                    self.damaged(word, name);
                }
            }
            _ => {}
        }
    }

    /// Declares the name of what could not be read.
    fn damaged(&mut self, keyword: Option<&str>, name: &Word) {
        let span = name.span;
        if keyword == Some("type") {
            let ty = EnumType { span, name: name.text.clone(), ordered: true, variants: Vec::new() };
            self.symbols.enums.entry(name.text.clone()).or_insert(EnumPlace { ty, damaged: true });
        } else if keyword == Some("metric") {
            let place =
                MetricPlace { ty: None, shape: None, numbered: true, baseline: true, damaged: true, span };
            self.symbols.metrics.entry(name.text.clone()).or_insert(place);
        } else {
            self.symbols.places.entry(name.text.clone()).or_insert(Place::Damaged);
        }
    }

    fn metric(&mut self, declaration: &Declaration, name: &Word, shape: &Word, ty: Option<&ast::TypeExpr>) {
        let shape = match shape.text.as_str() {
            "gauge" => Some(Shape::Gauge),
            "result" => Some(Shape::Result),
            "probe" => Some(Shape::Probe),
            "events" => Some(Shape::Events),
            "heartbeat" => Some(Shape::Heartbeat),
            _ => None,
        };
        let ty = ty.map(|ty| types::resolve(ty, &self.symbols.enums, &mut self.findings));
        let phrases =
            || declaration.rows.iter().flat_map(|row| std::iter::once(&row.lead).chain(&row.clauses));
        let numbered = phrases().any(|phrase| matches!(phrase.kind, PhraseKind::Numbered));
        let baseline = phrases().any(|phrase| matches!(phrase.kind, PhraseKind::Baseline(_)));
        let damaged = declaration.damaged;
        if let Some(&first) = self.spans.get(&name.text) {
            self.findings.push(twice("name", name, first));
        }
        let place = MetricPlace { ty, shape, numbered, baseline, damaged, span: name.span };
        self.symbols.metrics.entry(name.text.clone()).or_insert(place);
    }

    fn members(&mut self, rows: &[Row], inside: &Inside) {
        for row in rows {
            match &row.lead.kind {
                PhraseKind::Field(field) => self.field(field, inside),
                PhraseKind::Group { name, later, rows, .. } => {
                    let depth = inside.depth.saturating_add(1);
                    if depth > DEEPEST_GROUP {
                        self.findings.push(Diagnostic::error(
                            Code::NESTED_TOO_DEEPLY,
                            name.span,
                            format!("groups nest at most {DEEPEST_GROUP} deep"),
                        ));
                    }
                    let later = inside.later || *later;
                    let group = GroupPlace { later, damaged: row.damaged, span: name.span };
                    let path = inside.join(&name.text);
                    self.declare(name, path.clone(), Place::Group(group));
                    let facts = inside.facts.clone();
                    self.members(rows, &Inside { path, later, facts, depth });
                }
                _ => {}
            }
        }
    }

    fn field(&mut self, field: &ast::Field, inside: &Inside) {
        let ty = types::resolve(&field.ty, &self.symbols.enums, &mut self.findings);
        let path = inside.join(&field.name.text);
        let place = FieldPlace {
            path: path.clone(),
            ty,
            optional: field.optional,
            asked: field.asked.is_some(),
            later: inside.later,
            facts: inside.facts.clone(),
            personal: field.personal,
            span: field.name.span,
        };
        self.declare(&field.name, path, Place::Field(place));
    }

    /// Declares a name of the outermost level.
    fn value(&mut self, name: &Word, place: Place) {
        self.declare(name, name.text.clone(), place);
    }

    fn declare(&mut self, name: &Word, path: String, place: Place) {
        let outermost = !path.contains('.');
        if outermost && BUILTINS.iter().any(|(word, _)| *word == name.text) {
            self.built_in(name);
            return;
        }
        let metric = self.symbols.metrics.get(&path).map(|metric| metric.span);
        if let Some(first) = self.spans.get(&path).copied().or(metric) {
            self.findings.push(twice("name", name, first));
            return;
        }
        self.spans.insert(path.clone(), name.span);
        self.symbols.places.insert(path, place);
    }

    fn built_in(&mut self, name: &Word) {
        self.findings.push(
            Diagnostic::error(
                Code::BUILT_IN_NAME,
                name.span,
                format!("the language itself gives `{}` a meaning", name.text),
            )
            .help("give it another name"),
        );
    }
}

/// Where members stand.
struct Inside {
    path: String,
    later: bool,
    facts: Option<String>,
    depth: usize,
}

impl Inside {
    fn join(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }
}

fn variant(name: &Word, title: &Word) -> Variant {
    Variant { name: name.text.clone(), title: title.text.clone() }
}

fn twice(what: &str, name: &Word, first: Span) -> Diagnostic {
    Diagnostic::error(Code::DUPLICATE_NAME, name.span, format!("{what} `{}` is declared twice", name.text))
        .related(first, "first declared here")
        .help("give one of them another name")
}
