//! The declarations of which a policy has one, and those that it cannot do without.

use super::pass::{Pass, described};
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::ast::{Declaration, Head, HitPolicy, Word};
use crate::text::Span;

/// The declarations that stand once.
#[derive(Default)]
pub(super) struct Singles<'a> {
    pub policy: Option<&'a Declaration>,
    pub request: Option<&'a Declaration>,
    pub scope: Option<&'a Declaration>,
    pub score: Option<&'a Declaration>,
    pub classify: Option<&'a Declaration>,
    pub route: Option<&'a Declaration>,
    pub approvals: Option<&'a Declaration>,
    pub rollback: Option<&'a Declaration>,
}

/// What every policy needs: keyword, why, and what could be written.
const NEEDED: [(&str, &str, &str); 5] = [
    ("policy", "it has no name and no version", "policy CHANGES \"Our changes\" { version \"1\" .. }"),
    ("request", "nobody can be asked anything", "request { field .. }"),
    ("class", "no change can be of a class", "class normal \"Normal\" { risk medium }"),
    ("classify", "no change gets a class", "classify unique { .. }"),
    ("route", "nobody decides", "route unique { .. }"),
];

impl<'a> Pass<'a> {
    /// Finds the declarations that stand once, reporting second ones and those that are missing.
    pub(super) fn singles(&mut self, declarations: &[&'a Declaration], nowhere: Span) -> Singles<'a> {
        let mut singles = Singles::default();
        for declaration in declarations {
            let place = match &declaration.head {
                Head::Policy { .. } => &mut singles.policy,
                Head::Request => &mut singles.request,
                Head::Scope { .. } => &mut singles.scope,
                Head::Score { .. } => &mut singles.score,
                Head::Classify { .. } => &mut singles.classify,
                Head::Route { .. } => &mut singles.route,
                Head::Approvals => &mut singles.approvals,
                Head::Rollback => &mut singles.rollback,
                _ => continue,
            };
            match place {
                None => *place = Some(declaration),
                Some(first) => {
                    let finding = second(declaration, first);
                    self.report(finding);
                }
            }
        }
        self.needed(declarations, nowhere);
        self.classes_stand_together(declarations);
        singles
    }

    fn needed(&mut self, declarations: &[&'a Declaration], nowhere: Span) {
        let unread = |keyword: &str| {
            declarations.iter().any(|declaration| match &declaration.head {
                Head::Damaged { keyword: Some(word), .. } => word.text == keyword,
                Head::Damaged { keyword: None, .. } => true,
                _ => false,
            })
        };
        if declarations.is_empty() {
            self.report(
                Diagnostic::error(Code::MISSING_DECLARATION, nowhere, "the policy is empty").help(
                    "start with `policy CHANGES \"Our changes\" { version \"1\" zone \"Asia/Kolkata\" }`",
                ),
            );
            return;
        }
        for (keyword, why, example) in NEEDED {
            let found = declarations.iter().any(|declaration| head_words(&declaration.head).0 == keyword);
            if !found && !unread(keyword) {
                self.report(
                    Diagnostic::error(
                        Code::MISSING_DECLARATION,
                        nowhere,
                        format!("the policy has no `{keyword}`: {why}"),
                    )
                    .help(format!("declare `{example}` in one of its files")),
                );
            }
        }
    }

    /// The order of the classes counts, and files have none.
    fn classes_stand_together(&mut self, declarations: &[&'a Declaration]) {
        let mut classes =
            declarations.iter().filter(|declaration| matches!(declaration.head, Head::Class { .. }));
        let Some(first) = classes.next() else { return };
        if let Some(other) = classes.find(|other| other.span.source != first.span.source) {
            let (what, place) = described(other);
            let (_, first) = described(first);
            self.report(
                Diagnostic::error(
                    Code::SPLIT_BLOCK,
                    place,
                    format!(
                        "{what} stands in another file than the classes before it, and their order counts"
                    ),
                )
                .related(first, "the first class")
                .help("move all classes into one file"),
            );
        }
    }
}

fn second(declaration: &Declaration, first: &Declaration) -> Diagnostic {
    let (_, place) = described(declaration);
    let (_, first) = described(first);
    let (keyword, _) = head_words(&declaration.head);
    let ordered = matches!(
        declaration.head,
        Head::Score { .. }
            | Head::Scope { hit: HitPolicy::First }
            | Head::Classify { hit: HitPolicy::First }
            | Head::Route { hit: HitPolicy::First }
    );
    if ordered {
        return Diagnostic::error(
            Code::SPLIT_BLOCK,
            place,
            format!("`{keyword}` stands in two places, and the order of its rows counts"),
        )
        .related(first, "the first is here")
        .help("move the rows into the first");
    }
    Diagnostic::error(Code::DUPLICATE_DECLARATION, place, format!("the policy has two `{keyword}`"))
        .related(first, "the first is here")
        .help("make one of the two")
}

/// Returns the keyword of a declaration and its name, where it has one.
pub(crate) fn head_words(head: &Head) -> (&str, Option<&Word>) {
    match head {
        Head::Policy { code, .. } => ("policy", Some(code)),
        Head::Switch { name, .. } => ("switch", Some(name)),
        Head::Regime { code, .. } => ("regime", Some(code)),
        Head::Class { name, .. } => ("class", Some(name)),
        Head::Exception { name, .. } => ("exception", Some(name)),
        Head::Type { name, .. } => ("type", Some(name)),
        Head::Let { name, .. } => ("let", Some(name)),
        Head::Request => ("request", None),
        Head::Facts { name, .. } => ("facts", Some(name)),
        Head::Entry { code, .. } => ("entry", Some(code)),
        Head::Scope { .. } => ("scope", None),
        Head::Score { name, .. } => ("score", Some(name)),
        Head::Classify { .. } => ("classify", None),
        Head::Canary { name, .. } => ("canary", Some(name)),
        Head::Role { name, .. } => ("role", Some(name)),
        Head::Board { name, .. } => ("board", Some(name)),
        Head::Approvals => ("approvals", None),
        Head::Route { .. } => ("route", None),
        Head::Calendar { code, .. } => ("calendar", Some(code)),
        Head::Freeze { code, .. } => ("freeze", Some(code)),
        Head::Gate { name } => ("gate", Some(name)),
        Head::Metric { name, .. } => ("metric", Some(name)),
        Head::Rollback => ("rollback", None),
        Head::Promise { name, .. } => ("promise", Some(name)),
        Head::Sample { name, .. } => ("sample", Some(name)),
        Head::Test { name, .. } => ("test", Some(name)),
        Head::Damaged { keyword, name } => {
            (keyword.as_ref().map_or("declaration", |word| word.text.as_str()), name.as_ref())
        }
    }
}
