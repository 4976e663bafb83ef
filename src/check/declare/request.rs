//! The vocabulary, the request and the facts. Names and types are known already (`symbols`); here is what else they say.

use super::names::Kind;
use super::pass::{Pass, dotted};
use crate::check::expr::Phase;
use crate::check::symbols::Place;
use crate::check::typed::{self, Facts, Group, Member};
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::ast::{Declaration, Field, Head, PathExpr, PhraseKind, Row, Word};
use crate::text::Span;

/// What may report facts.
pub(super) const SOURCES: [&str; 5] = ["ci", "monitor", "workflow", "helpdesk", "suites"];

/// What samples set of the facts that every policy has: a field or facts group of this name would be in its way.
pub(super) const BUILT_IN_FACTS: [&str; 2] = ["submission", "suspended"];

impl<'a> Pass<'a> {
    /// Judges the titles of an enumeration.
    pub(super) fn variants(&mut self, declaration: &Declaration) {
        let Head::Type { variants, .. } = &declaration.head else { return };
        for variant in variants {
            self.title(&variant.title);
        }
    }

    pub(super) fn request(&mut self, declaration: &'a Declaration) -> Vec<Member> {
        let members = self.members(&declaration.rows, "");
        if members.is_empty() && !declaration.damaged {
            let (_, place) = super::pass::described(declaration);
            self.report(
                Diagnostic::error(Code::MISSING_ROW, place, "the request asks nothing")
                    .help("write `field kind \"What is being changed?\" : text 1..200`"),
            );
        }
        members
    }

    /// Reports a name under which no JSON is read, so that no request could ever answer it.
    fn can_be_sent(&mut self, name: &Word) {
        if ["constructor", "prototype"].contains(&name.text.as_str()) {
            let message =
                format!("no request can answer `{}`: the name means something else to JavaScript", name.text);
            self.report(
                Diagnostic::error(Code::BUILT_IN_NAME, name.span, message).help("choose another name"),
            );
        }
    }

    fn members(&mut self, rows: &'a [Row], prefix: &str) -> Vec<Member> {
        let mut members = Vec::new();
        for row in rows {
            match &row.lead.kind {
                PhraseKind::Field(field) => {
                    if prefix.is_empty() {
                        self.no_built_in_fact(&field.name);
                    }
                    members.extend(self.member(field, prefix, row.span).map(Member::Field));
                }
                PhraseKind::Group { name, title, later, rows } => {
                    if prefix.is_empty() {
                        self.no_built_in_fact(name);
                    }
                    self.can_be_sent(name);
                    members.push(Member::Group(self.group(row, (name, title, *later), rows, prefix)));
                }
                _ => {}
            }
        }
        members
    }

    fn group(
        &mut self,
        row: &'a Row,
        (name, title, later): (&Word, &Word, bool),
        rows: &'a [Row],
        prefix: &str,
    ) -> Group {
        let title = self.title(title);
        let path = joined(prefix, &name.text);
        let members = self.members(rows, &path);
        if rows.is_empty() && !row.damaged {
            self.report(
                Diagnostic::error(
                    Code::MISSING_ROW,
                    name.span,
                    format!("group `{}` has no field", name.text),
                )
                .help("write a `field`, or delete the group"),
            );
        }
        let later = match self.symbols.place(&path) {
            Some(Place::Group(place)) => later || place.later,
            _ => later,
        };
        Group { span: row.span, path, title, later, members }
    }

    fn member(&mut self, field: &'a Field, prefix: &str, span: Span) -> Option<typed::Field> {
        self.can_be_sent(&field.name);
        let title = self.title(&field.title);
        let path = joined(prefix, &field.name.text);
        let asked = field.asked.as_ref().map(|expr| self.condition(expr, Phase::Form));
        let Some(Place::Field(place)) = self.symbols.place(&path) else { return None };
        Some(typed::Field {
            span,
            title,
            help: field.help.as_ref().map(|word| word.text.clone()),
            ty: place.ty.clone(),
            optional: field.optional,
            editorial: field.editorial,
            personal: field.personal,
            asked,
            path,
        })
    }

    fn no_built_in_fact(&mut self, name: &Word) {
        if BUILT_IN_FACTS.contains(&name.text.as_str()) {
            self.report(
                Diagnostic::error(
                    Code::BUILT_IN_NAME,
                    name.span,
                    format!("`{}` is given with every request and needs no declaration", name.text),
                )
                .help("choose another name"),
            );
        }
    }

    pub(super) fn facts(&mut self, declaration: &'a Declaration) -> Option<Facts> {
        let Head::Facts { name, title, from } = &declaration.head else { return None };
        let title = self.title(title);
        if name.text != "submission" {
            self.no_built_in_fact(name);
        }
        let from = self.fixed("source", &SOURCES, from);
        let mut fields = Vec::new();
        for row in &declaration.rows {
            let PhraseKind::Field(field) = &row.lead.kind else { continue };
            let mark = if field.editorial {
                Some("editorial")
            } else if field.personal {
                Some("personal")
            } else if field.asked.is_some() {
                Some("asked when")
            } else {
                None
            };
            if let Some(mark) = mark {
                self.report(
                    Diagnostic::error(
                        Code::MISPLACED_CLAUSE,
                        field.name.span,
                        format!("`{mark}` is for the form, and no person fills in facts"),
                    )
                    .help("delete it"),
                );
            }
            fields.extend(self.member_of_facts(field, &name.text, row.span));
        }
        if declaration.rows.is_empty() && !declaration.damaged {
            self.report(
                Diagnostic::error(
                    Code::MISSING_ROW,
                    name.span,
                    format!("facts `{}` have no field", name.text),
                )
                .help("write a `field`"),
            );
        }
        Some(Facts { span: declaration.span, name: name.text.clone(), title, fields, from: from? })
    }

    fn member_of_facts(&mut self, field: &'a Field, group: &str, span: Span) -> Option<typed::Field> {
        self.can_be_sent(&field.name);
        let title = self.title(&field.title);
        let path = joined(group, &field.name.text);
        let Some(Place::Field(place)) = self.symbols.place(&path) else { return None };
        Some(typed::Field {
            span,
            title,
            help: field.help.as_ref().map(|word| word.text.clone()),
            ty: place.ty.clone(),
            optional: field.optional,
            editorial: false,
            personal: false,
            asked: None,
            path,
        })
    }

    /// Returns the name of an ordered enumeration's values, or reports that it is none.
    pub(super) fn ordered_type(&mut self, word: &Word) -> Option<Vec<String>> {
        let Some(place) = self.symbols.enums.get(&word.text) else {
            if !self.names.is_damaged(&word.text) {
                let names: Vec<&str> = self.symbols.enums.keys().map(String::as_str).collect();
                self.report(
                    Diagnostic::error(Code::UNKNOWN_TYPE, word.span, format!("unknown type `{}`", word.text))
                        .help_nearest(&word.text, names),
                );
            }
            return None;
        };
        if place.damaged {
            return None;
        }
        if !place.ty.ordered {
            self.report(
                Diagnostic::error(
                    Code::NOT_ORDERED,
                    word.span,
                    format!("the values of `{}` have no order, and a score needs one", word.text),
                )
                .related(place.ty.span, "declared here")
                .help("join its values with `<`: `type Level = low \"Low\" < high \"High\"`"),
            );
            return None;
        }
        Some(place.ty.variants.iter().map(|variant| variant.name.clone()).collect())
    }

    /// Returns the place of a level in its scale.
    pub(super) fn level_of(&mut self, levels: &[String], scale: &str, word: &Word) -> Option<usize> {
        let place = levels.iter().position(|level| *level == word.text);
        if place.is_none() {
            self.report(
                Diagnostic::error(
                    Code::UNKNOWN_VALUE,
                    word.span,
                    format!("`{scale}` has no level `{}`", word.text),
                )
                .help_nearest(&word.text, levels.iter().map(String::as_str))
                .help(format!("its levels are {}", levels.join(", "))),
            );
        }
        place
    }

    /// Returns a level of risk: of the scale of the score or, without one, of the only ordered type that has it.
    pub(super) fn level(&mut self, word: &Word) -> Option<String> {
        let symbols = self.symbols;
        let scale = match &symbols.score {
            Some((_, scale)) => symbols.enums.get(scale)?,
            None => {
                let has = |place: &&crate::check::symbols::EnumPlace| {
                    place.ty.ordered && place.ty.variants.iter().any(|variant| variant.name == word.text)
                };
                match symbols.enums.values().find(has) {
                    Some(place) => place,
                    None => {
                        self.report(
                            Diagnostic::error(
                                Code::UNKNOWN_VALUE,
                                word.span,
                                format!("no ordered type has a level `{}`", word.text),
                            )
                            .help("declare `type Level = low \"Low\" < high \"High\"`"),
                        );
                        return None;
                    }
                }
            }
        };
        if scale.damaged || !scale.ty.ordered {
            return None;
        }
        let levels: Vec<String> = scale.ty.variants.iter().map(|variant| variant.name.clone()).collect();
        self.level_of(&levels, &scale.ty.name, word).map(|_| word.text.clone())
    }

    /// Returns the fields that a path in a list of words names: one field, or all fields of a group.
    pub(super) fn fields_named(&mut self, word: &Word) -> Vec<String> {
        match self.symbols.place(&word.text) {
            Some(Place::Field(field)) => vec![field.path.clone()],
            Some(Place::Group(_) | Place::Facts(_)) => {
                let inside = format!("{}.", word.text);
                self.fields.iter().filter(|path| path.starts_with(&inside)).cloned().collect()
            }
            Some(Place::Damaged) => Vec::new(),
            Some(_) => {
                let message = format!("`{}` is no field; a field is needed here", word.text);
                self.error(Code::WRONG_KIND, word.span, message);
                Vec::new()
            }
            None if self.symbols.open => Vec::new(),
            None => {
                let finding = Diagnostic::error(
                    Code::UNKNOWN_FIELD,
                    word.span,
                    format!("unknown field `{}`", word.text),
                )
                .help_nearest(&word.text, self.fields.iter().map(String::as_str));
                self.report(finding);
                Vec::new()
            }
        }
    }

    /// Returns the path of a period of the request, or reports that it is none.
    pub(super) fn period_field(&mut self, path: &PathExpr) -> Option<String> {
        let field = self.field(path)?;
        if matches!(field.ty, typed::Type::Period | typed::Type::Damaged) {
            return Some(field.path.clone());
        }
        self.report(
            Diagnostic::error(Code::WRONG_TYPE, path.span, format!("`{}` is no period", dotted(path)))
                .help("name a field of type `period`, such as the planned window"),
        );
        None
    }

    /// The roles that own rules are roles; those that are no such name are reported.
    pub(super) fn owner(&mut self, word: Option<&'a Word>) -> Option<String> {
        word.and_then(|word| self.name(Kind::Role, word))
    }
}

fn joined(prefix: &str, name: &str) -> String {
    if prefix.is_empty() { name.to_owned() } else { format!("{prefix}.{name}") }
}
