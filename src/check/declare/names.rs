//! What the declarations of a policy are called, by kind, for all that are named outside expressions.

use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::ast::{Declaration, Head, PhraseKind, Row, Word};
use crate::text::Span;
use std::collections::{BTreeMap, BTreeSet};

/// The kinds of thing that a rule file names outside expressions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Role,
    Board,
    Calendar,
    Freeze,
    Class,
    Exception,
    Regime,
    /// A clause of law; codes are unique over all regimes.
    Clause,
    Entry,
    Guard,
    Gate,
    Require,
    /// A rule of `scope`, `classify` or `route`: explanations and tests name them in one breath.
    Rule,
    Factor,
    RollbackRule,
    Canary,
    Metric,
    Facts,
    Promise,
    Sample,
    Test,
}

impl Kind {
    /// Returns the word for people.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Kind::Role => "role",
            Kind::Board => "board",
            Kind::Calendar => "calendar",
            Kind::Freeze => "freeze",
            Kind::Class => "class",
            Kind::Exception => "exception",
            Kind::Regime => "regime",
            Kind::Clause => "clause of law",
            Kind::Entry => "catalogue entry",
            Kind::Guard => "guard",
            Kind::Gate => "gate",
            Kind::Require => "requirement",
            Kind::Rule => "rule",
            Kind::Factor => "factor",
            Kind::RollbackRule => "rollback rule",
            Kind::Canary => "canary",
            Kind::Metric => "metric",
            Kind::Facts => "facts group",
            Kind::Promise => "promise",
            Kind::Sample => "sample",
            Kind::Test => "test",
        }
    }

    fn unknown(self) -> Code {
        match self {
            Kind::Calendar | Kind::Freeze | Kind::Regime | Kind::Clause | Kind::Entry => Code::UNKNOWN_CODE,
            Kind::Rule | Kind::Factor | Kind::RollbackRule | Kind::Require | Kind::Guard => {
                Code::UNKNOWN_RULE
            }
            _ => Code::UNKNOWN_NAME,
        }
    }
}

/// All names, with the place of the first declaration of each.
#[derive(Debug, Default)]
pub(crate) struct Names<'a> {
    known: BTreeMap<Kind, BTreeMap<&'a str, Span>>,
    /// Names of declarations that could not be read: they may be of any kind, so uses of them are not called unknown.
    damaged: BTreeSet<&'a str>,
}

impl<'a> Names<'a> {
    /// Collects the names of all declarations, and reports those given twice.
    pub(crate) fn collect(declarations: &[&'a Declaration]) -> (Self, Vec<Diagnostic>) {
        let mut names = Self::default();
        let mut findings = Vec::new();
        for declaration in declarations {
            names.head(&declaration.head, &mut findings);
            for row in &declaration.rows {
                names.row(&declaration.head, row, &mut findings);
            }
        }
        (names, findings)
    }

    fn head(&mut self, head: &'a Head, findings: &mut Vec<Diagnostic>) {
        let (kind, word) = match head {
            Head::Regime { code, .. } => (Kind::Regime, code),
            Head::Class { name, .. } => (Kind::Class, name),
            Head::Exception { name, .. } => (Kind::Exception, name),
            Head::Facts { name, .. } => {
                // Those declared twice are reported with the fields (`symbols`).
                self.known.entry(Kind::Facts).or_default().entry(&name.text).or_insert(name.span);
                return;
            }
            Head::Entry { code, .. } => (Kind::Entry, code),
            Head::Canary { name, .. } => (Kind::Canary, name),
            Head::Role { name, .. } => (Kind::Role, name),
            Head::Board { name, .. } => (Kind::Board, name),
            Head::Calendar { code, .. } => (Kind::Calendar, code),
            Head::Freeze { code, .. } => (Kind::Freeze, code),
            Head::Gate { name } => (Kind::Gate, name),
            Head::Metric { name, .. } => (Kind::Metric, name),
            Head::Promise { name, .. } => (Kind::Promise, name),
            Head::Sample { name, .. } => (Kind::Sample, name),
            Head::Test { name, .. } => (Kind::Test, name),
            Head::Damaged { name: Some(name), .. } => {
                self.damaged.insert(&name.text);
                return;
            }
            _ => return,
        };
        self.declare(kind, word, findings);
    }

    fn row(&mut self, head: &Head, row: &'a Row, findings: &mut Vec<Diagnostic>) {
        let (kind, word) = match &row.lead.kind {
            PhraseKind::Clause { code, .. } => (Kind::Clause, code),
            PhraseKind::Rule { name, .. } | PhraseKind::OtherwiseRule { name, .. } => {
                let of_rollback = matches!(head, Head::Rollback);
                (if of_rollback { Kind::RollbackRule } else { Kind::Rule }, name)
            }
            PhraseKind::Factor { name, .. } => (Kind::Factor, name),
            PhraseKind::Require { name, .. } => (Kind::Require, name),
            PhraseKind::Guard { name, .. } => {
                // Guards of two entries may share an id; `blocked by` in a test means the one of the request's template.
                self.known.entry(Kind::Guard).or_default().entry(&name.text).or_insert(name.span);
                return;
            }
            _ => return,
        };
        self.declare(kind, word, findings);
    }

    fn declare(&mut self, kind: Kind, word: &'a Word, findings: &mut Vec<Diagnostic>) {
        let names = self.known.entry(kind).or_default();
        match names.get(word.text.as_str()) {
            None => {
                names.insert(&word.text, word.span);
            }
            Some(&first) => findings.push(
                Diagnostic::error(
                    Code::DUPLICATE_NAME,
                    word.span,
                    format!("{} `{}` is declared twice", kind.word(), word.text),
                )
                .related(first, "first declared here")
                .help("give one of them another name"),
            ),
        }
    }

    /// Whether a thing of this kind has this name, or may have it.
    pub(crate) fn has(&self, kind: Kind, name: &str) -> bool {
        self.damaged.contains(name) || self.all(kind).any(|known| known == name)
    }

    /// Whether some declaration that could not be read has this name.
    pub(crate) fn is_damaged(&self, name: &str) -> bool {
        self.damaged.contains(name)
    }

    /// The names of a kind, in order.
    pub(crate) fn all(&self, kind: Kind) -> impl Iterator<Item = &'a str> {
        self.known.get(&kind).into_iter().flatten().map(|(name, _)| *name)
    }

    /// The names of a kind with the places of their declarations.
    pub(crate) fn places(&self, kind: Kind) -> impl Iterator<Item = (&'a str, Span)> {
        self.known.get(&kind).into_iter().flatten().map(|(name, span)| (*name, *span))
    }

    /// Returns the finding that no thing of one of these kinds has the name `word`; `also` are names that the language
    /// itself gives a meaning there.
    pub(crate) fn unknown(&self, kinds: &[Kind], also: &[&str], word: &Word) -> Diagnostic {
        let wanted = kinds.iter().map(|kind| kind.word()).collect::<Vec<_>>().join(" or ");
        let other = self.known.iter().find(|(_, names)| names.contains_key(word.text.as_str()));
        if let Some((kind, names)) = other {
            let finding = Diagnostic::error(
                Code::WRONG_KIND,
                word.span,
                format!("`{}` is a {}; a {wanted} is needed here", word.text, kind.word()),
            );
            return match names.get(word.text.as_str()) {
                Some(&span) => finding.related(span, "declared here"),
                None => finding,
            };
        }
        let code = kinds.first().map_or(Code::UNKNOWN_NAME, |kind| kind.unknown());
        let candidates = kinds.iter().flat_map(|kind| self.all(*kind)).chain(also.iter().copied());
        Diagnostic::error(code, word.span, format!("unknown {wanted} `{}`", word.text))
            .help_nearest(&word.text, candidates)
    }
}
