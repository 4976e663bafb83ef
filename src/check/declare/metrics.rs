//! Metrics: the shape of each decides which clauses it has.

use super::names::Kind;
use super::pass::{Pass, dotted, pick};
use crate::check::expr::{self, Phase};
use crate::check::guards::Guards;
use crate::check::symbols::Place;
use crate::check::typed::{Metric, Shape, Type};
use crate::check::types;
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::ast::{Declaration, Head, PhraseKind, Row, Word};

impl<'a> Pass<'a> {
    pub(super) fn metric(&mut self, declaration: &'a Declaration) -> Option<Metric> {
        let Head::Metric { name, title, shape: word, ty } = &declaration.head else { return None };
        let title = self.title(title);
        let place = self.symbols.metrics.get(&name.text);
        let shape = place.and_then(|place| place.shape)?;
        self.clauses_fit(declaration, name, word, shape);
        let typed = place.and_then(|place| place.ty.clone());
        self.type_fits(name, ty.as_ref().map(|ty| ty.span), typed.as_ref(), shape);
        let every = self.row(&declaration.rows, pick!(Every(literal)));
        let over = self.row(&declaration.rows, pick!(Over(literal)));
        let baseline = self.row(&declaration.rows, pick!(Baseline(literal)));
        let every = every.and_then(|(_, literal)| self.duration(literal));
        let over = over.and_then(|(_, literal)| self.duration(literal));
        let baseline = baseline.and_then(|(_, literal)| self.duration(literal));
        let from = self.row(&declaration.rows, pick!(Source(word))).map(|(_, word)| word);
        let (source, distinct, filter) = if shape == Shape::Events {
            self.events(declaration, from)
        } else {
            (from.map(|word| word.text.clone()), None, None)
        };
        Some(Metric {
            span: declaration.span,
            name: name.text.clone(),
            title,
            shape,
            ty: typed,
            every,
            over,
            baseline_median_of: baseline,
            from: source,
            distinct_by: distinct,
            filter,
            numbered: self.row(&declaration.rows, pick!(Numbered)).is_some(),
        })
    }

    /// Events come from a facts group, one for each event, and are told apart by a field of it.
    fn events(
        &mut self,
        declaration: &'a Declaration,
        from: Option<&'a Word>,
    ) -> (Option<String>, Option<String>, Option<crate::check::typed::Expr>) {
        let group = from.and_then(|word| self.facts_group(word));
        let distinct = self.row(&declaration.rows, pick!(Distinct(path)));
        let distinct = distinct.and_then(|(_, path)| {
            let field = self.field(path)?;
            if let Some(group) = &group
                && field.facts.as_deref() != Some(group)
            {
                self.report(
                    Diagnostic::error(
                        Code::WRONG_KIND,
                        path.span,
                        format!("`{}` is no field of facts `{group}`", dotted(path)),
                    )
                    .help(format!("tell the events apart by a field of `{group}`, such as its number")),
                );
                return None;
            }
            let tells_apart = !matches!(field.ty, Type::YesNo | Type::Period | Type::Set(_) | Type::List(_));
            if !tells_apart {
                let message = format!(
                    "`{}` is {}, which tells no two events apart",
                    dotted(path),
                    types::words(&field.ty)
                );
                self.report(
                    Diagnostic::error(Code::WRONG_TYPE, path.span, message)
                        .related(field.span, "declared here")
                        .help("name a field that each event has for itself, such as its number"),
                );
                return None;
            }
            Some(field.path.clone())
        });
        let filter = self.row(&declaration.rows, pick!(Where(expr)));
        let filter = filter.map(|(_, written)| {
            let guards = group.as_deref().map_or_else(Guards::none, Guards::of);
            expr::condition(&mut self.exprs, written, Phase::Metric, &guards).expr
        });
        (group, distinct, filter)
    }

    fn facts_group(&mut self, word: &'a Word) -> Option<String> {
        match self.symbols.place(&word.text) {
            Some(Place::Facts(_)) => {
                self.used.insert((Kind::Facts, &word.text));
                Some(word.text.clone())
            }
            Some(Place::Damaged) => None,
            _ => {
                let known: Vec<&str> = self.names.all(Kind::Facts).collect();
                self.report(
                    Diagnostic::error(
                        Code::UNKNOWN_NAME,
                        word.span,
                        format!("unknown facts `{}`", word.text),
                    )
                    .help_nearest(&word.text, known)
                    .help("events come from a `facts` group that describes one of them"),
                );
                None
            }
        }
    }

    fn clauses_fit(&mut self, declaration: &'a Declaration, name: &Word, word: &Word, shape: Shape) {
        let (needs, may): (&[&str], &[&str]) = match shape {
            Shape::Gauge => (&["every"], &["over", "baseline"]),
            Shape::Result => (&["from"], &[]),
            Shape::Probe => (&["from"], &["every"]),
            Shape::Events => (&["from", "distinct by"], &["where"]),
            Shape::Heartbeat => (&["every"], &["numbered"]),
        };
        for row in &declaration.rows {
            let Some(clause) = clause_word(row) else { continue };
            if !needs.contains(&clause) && !may.contains(&clause) {
                let legal: Vec<String> =
                    needs.iter().chain(may).map(|clause| format!("`{clause}`")).collect();
                self.report(
                    Diagnostic::error(
                        Code::METRIC_SHAPE,
                        row.span,
                        format!("`{}` is a {}, which has no `{clause}`", name.text, word.text),
                    )
                    .help(format!("a {} has {}", word.text, legal.join(", "))),
                );
            }
        }
        for need in needs {
            if !declaration.damaged && !declaration.rows.iter().any(|row| clause_word(row) == Some(need)) {
                let example = match *need {
                    "every" => "every 1 minute",
                    "from" if shape == Shape::Events => "from ticket",
                    "from" => "from compliance_suite",
                    _ => "distinct by ticket.id",
                };
                self.report(
                    Diagnostic::error(
                        Code::MISSING_CLAUSE,
                        name.span,
                        format!("`{}` is a {} and has no `{need}`", name.text, word.text),
                    )
                    .help(format!("write `{example}`")),
                );
            }
        }
    }

    fn type_fits(&mut self, name: &Word, span: Option<crate::text::Span>, ty: Option<&Type>, shape: Shape) {
        let (fits, needed) = match shape {
            Shape::Gauge => (
                matches!(ty, Some(Type::Int { .. } | Type::Decimal { .. } | Type::Percent { .. })),
                "a gauge has a number: `int`, `decimal` or `percent` with its range",
            ),
            Shape::Result | Shape::Probe => (
                matches!(
                    ty,
                    Some(
                        Type::YesNo
                            | Type::Enum(_)
                            | Type::Int { .. }
                            | Type::Decimal { .. }
                            | Type::Percent { .. }
                    )
                ),
                "it has a number, a yes/no or a value of a type",
            ),
            Shape::Events | Shape::Heartbeat => (ty.is_none(), "it has no value, so it has no type"),
        };
        if fits || ty == Some(&Type::Damaged) {
            return;
        }
        let message = match ty {
            Some(ty) => format!("metric `{}` cannot be {}", name.text, types::words(ty)),
            None => format!("metric `{}` does not say its type", name.text),
        };
        self.report(Diagnostic::error(Code::METRIC_SHAPE, span.unwrap_or(name.span), message).help(needed));
    }
}

fn clause_word(row: &Row) -> Option<&'static str> {
    Some(match &row.lead.kind {
        PhraseKind::Every(_) => "every",
        PhraseKind::Over(_) => "over",
        PhraseKind::Baseline(_) => "baseline",
        PhraseKind::Source(_) => "from",
        PhraseKind::Distinct(_) => "distinct by",
        PhraseKind::Where(_) => "where",
        PhraseKind::Numbered => "numbered",
        _ => return None,
    })
}
