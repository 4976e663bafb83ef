//! Which phrases lead rows in which declaration, and which clauses may follow which lead: one table, and the grouping of
//! a flat list of phrases by it.
//!
//! Only places are judged here. What the words in them mean is for the checker.

mod group;

pub(super) use group::{Item, listed, rows_of_declaration, rows_of_group};

use super::ast::Head;
use super::grammar::Rule;

/// How often a row or clause may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Times {
    /// Exactly once.
    Once,
    /// At most once.
    Maybe,
    /// At least once.
    Some,
    /// Any number of times.
    Any,
    /// One of the clauses that say this, and not two.
    Either,
}

use Times::{Any, Either, Maybe, Once, Some as Several};

/// A row: its lead, and the clauses behind it.
pub(super) struct RowShape {
    pub lead: Rule,
    pub times: Times,
    pub clauses: &'static [(Rule, Times)],
}

/// A declaration by its keyword, and its rows.
pub(super) struct Shape {
    pub keyword: &'static str,
    /// Whether rows stand between braces; else the declaration has none.
    pub braces: bool,
    pub rows: &'static [RowShape],
}

const fn row(lead: Rule, times: Times, clauses: &'static [(Rule, Times)]) -> RowShape {
    RowShape { lead, times, clauses }
}

const fn braces(keyword: &'static str, rows: &'static [RowShape]) -> Shape {
    Shape { keyword, braces: true, rows }
}

const fn bare(keyword: &'static str, rows: &'static [RowShape]) -> Shape {
    Shape { keyword, braces: false, rows }
}

/// The clauses of a rule that gives a value, in `scope` and `classify`; `otherwise` has the same without `when`.
const GIVING: &[(Rule, Times)] = &[
    (Rule::gives, Once),
    (Rule::when, Once),
    (Rule::flag, Any),
    (Rule::serves, Maybe),
    (Rule::owner, Maybe),
    (Rule::notify, Maybe),
];
const GIVING_OTHERWISE: &[(Rule, Times)] = &[
    (Rule::gives, Once),
    (Rule::flag, Any),
    (Rule::serves, Maybe),
    (Rule::owner, Maybe),
    (Rule::notify, Maybe),
];
const APPROVING: &[(Rule, Times)] = &[
    (Rule::approve, Once),
    (Rule::when, Once),
    (Rule::flag, Any),
    (Rule::serves, Maybe),
    (Rule::owner, Maybe),
    (Rule::notify, Maybe),
];
const APPROVING_OTHERWISE: &[(Rule, Times)] = &[
    (Rule::approve, Once),
    (Rule::flag, Any),
    (Rule::serves, Maybe),
    (Rule::owner, Maybe),
    (Rule::notify, Maybe),
];
const FIRING: &[(Rule, Times)] = &[
    (Rule::fires, Once),
    (Rule::when, Once),
    (Rule::no_data, Once),
    (Rule::holding, Maybe),
    (Rule::armed, Maybe),
    (Rule::flag, Any),
    (Rule::serves, Maybe),
    (Rule::owner, Maybe),
    (Rule::notify, Maybe),
];
const RULES: &[RowShape] =
    &[row(Rule::rule_, Any, GIVING), row(Rule::otherwise_rule, Maybe, GIVING_OTHERWISE)];
const FIELDS: &[RowShape] = &[row(Rule::field, Any, &[]), row(Rule::group, Any, &[])];

/// Every declaration.
pub(super) static SHAPES: &[Shape] = &[
    braces(
        "policy",
        &[
            row(Rule::version, Once, &[]),
            row(Rule::edition, Maybe, &[]),
            row(Rule::owner, Maybe, &[]),
            row(Rule::zone, Once, &[]),
            row(Rule::calendar_choice, Any, &[(Rule::when, Either), (Rule::otherwise, Either)]),
            row(Rule::retain, Any, &[(Rule::when, Maybe)]),
            row(Rule::placeholders, Maybe, &[]),
            row(Rule::touches, Any, &[]),
        ],
    ),
    bare("switch", &[]),
    braces("regime", &[row(Rule::clause, Any, &[]), row(Rule::applies, Once, &[])]),
    braces(
        "class",
        &[
            row(Rule::risk, Once, &[]),
            row(Rule::due, Maybe, &[]),
            row(Rule::pauses, Any, &[]),
            row(Rule::alert, Any, &[]),
            row(Rule::review, Any, &[]),
        ],
    ),
    braces(
        "exception",
        &[
            row(Rule::allowed, Once, &[]),
            row(Rule::accept, Maybe, &[]),
            row(Rule::becomes, Maybe, &[]),
            row(Rule::flag, Maybe, &[]),
            row(Rule::notify, Maybe, &[]),
            row(Rule::review, Maybe, &[]),
            row(Rule::serves, Maybe, &[]),
        ],
    ),
    bare("type", &[]),
    bare("let", &[]),
    braces("request", FIELDS),
    braces("facts", &[row(Rule::field, Any, &[])]),
    braces("group", FIELDS),
    braces(
        "entry",
        &[
            row(Rule::version, Once, &[]),
            row(Rule::owner, Maybe, &[]),
            row(Rule::approved, Once, &[]),
            row(Rule::valid_entry, Once, &[]),
            row(Rule::suspend, Maybe, &[]),
            row(Rule::runbook, Maybe, &[]),
            row(Rule::affects, Maybe, &[]),
            row(Rule::for_, Once, &[]),
            row(Rule::guard, Any, &[(Rule::when, Maybe), (Rule::that, Once)]),
        ],
    ),
    braces("scope", RULES),
    braces(
        "score",
        &[
            row(
                Rule::factor,
                Any,
                &[(Rule::adds, Once), (Rule::when, Once), (Rule::owner, Maybe), (Rule::serves, Maybe)],
            ),
            row(Rule::band, Several, &[]),
        ],
    ),
    braces("classify", RULES),
    braces(
        "canary",
        &[
            row(Rule::when, Once, &[]),
            row(Rule::step, Several, &[(Rule::observed, Maybe), (Rule::deny, Maybe)]),
        ],
    ),
    bare("role", &[]),
    braces(
        "board",
        &[
            row(Rule::seat, Several, &[(Rule::held, Once), (Rule::mandatory, Maybe), (Rule::seated, Maybe)]),
            row(Rule::quorum, Once, &[]),
            row(Rule::meets, Any, &[]),
            row(Rule::votes, Maybe, &[]),
        ],
    ),
    braces(
        "approvals",
        &[
            row(Rule::separate, Maybe, &[]),
            row(Rule::one_vote, Maybe, &[]),
            row(Rule::delegation, Maybe, &[]),
            row(Rule::comment, Maybe, &[]),
            row(Rule::valid_approval, Maybe, &[]),
            row(Rule::serves, Maybe, &[]),
        ],
    ),
    braces(
        "route",
        &[row(Rule::rule_, Any, APPROVING), row(Rule::otherwise_rule, Maybe, APPROVING_OTHERWISE)],
    ),
    braces(
        "calendar",
        &[row(Rule::zone, Once, &[]), row(Rule::works, Several, &[]), row(Rule::holiday, Any, &[])],
    ),
    braces("freeze", &[row(Rule::freeze_window, Several, &[]), row(Rule::when, Maybe, &[])]),
    braces(
        "gate",
        &[row(
            Rule::require,
            Any,
            &[
                (Rule::when, Maybe),
                (Rule::that, Once),
                (Rule::deny, Once),
                (Rule::serves, Maybe),
                (Rule::owner, Maybe),
            ],
        )],
    ),
    bare(
        "metric",
        &[
            row(Rule::every, Maybe, &[]),
            row(Rule::over, Maybe, &[]),
            row(Rule::baseline, Maybe, &[]),
            row(Rule::source, Maybe, &[]),
            row(Rule::distinct, Maybe, &[]),
            row(Rule::where_, Maybe, &[]),
            row(Rule::numbered, Maybe, &[]),
        ],
    ),
    braces(
        "rollback",
        &[row(Rule::restore, Maybe, &[]), row(Rule::watch, Maybe, &[]), row(Rule::rule_, Any, FIRING)],
    ),
    braces(
        "promise",
        &[
            row(Rule::never, Any, &[(Rule::when, Maybe)]),
            row(Rule::always, Any, &[(Rule::when, Maybe)]),
            row(Rule::independent, Any, &[]),
        ],
    ),
    braces("sample", &[]),
    braces("test", &[row(Rule::given, Once, &[]), row(Rule::feed, Any, &[]), row(Rule::expect, Any, &[])]),
];

/// Returns the shape of the declaration that begins with `keyword`; `group` counts as one.
pub(super) fn of(keyword: &str) -> Option<&'static Shape> {
    SHAPES.iter().find(|shape| shape.keyword == keyword)
}

impl Shape {
    /// Returns the row that `lead` leads here.
    pub(super) fn row(&self, lead: Rule) -> Option<&'static RowShape> {
        self.rows.iter().find(|row| row.lead == lead)
    }

    /// Returns the keywords that may lead a row here or follow in one, as written, without doubles.
    pub(super) fn words(&self) -> Vec<&'static str> {
        let mut words = Vec::new();
        for row in self.rows {
            for rule in std::iter::once(row.lead).chain(row.clauses.iter().map(|&(rule, _)| rule)) {
                let word = word_of(rule);
                if !words.contains(&word) {
                    words.push(word);
                }
            }
        }
        words
    }

    /// Returns the phrase of this declaration that begins with `word`; a row before a clause.
    pub(super) fn phrase(&self, word: &str) -> Option<Rule> {
        let leads = self.rows.iter().map(|row| row.lead);
        let clauses = self.rows.iter().flat_map(|row| row.clauses.iter().map(|&(rule, _)| rule));
        leads.chain(clauses).find(|&rule| word_of(rule) == word)
    }
}

/// Whether `rule` leads a row in some declaration.
fn leads_anywhere(rule: Rule) -> bool {
    SHAPES.iter().any(|shape| shape.row(rule).is_some())
}

/// Whether `rule` follows a lead in some declaration.
fn follows_anywhere(rule: Rule) -> bool {
    SHAPES.iter().flat_map(|shape| shape.rows).any(|row| row.clauses.iter().any(|&(other, _)| other == rule))
}

/// Returns the word that a phrase begins with.
pub(super) fn word_of(rule: Rule) -> &'static str {
    PHRASE_WORDS.iter().find(|&&(other, _)| other == rule).map_or("", |&(_, word)| word)
}

/// Returns the declaration's keyword, as written.
pub(super) fn keyword_of(head: &Head) -> &str {
    match head {
        Head::Policy { .. } => "policy",
        Head::Switch { .. } => "switch",
        Head::Regime { .. } => "regime",
        Head::Class { .. } => "class",
        Head::Exception { .. } => "exception",
        Head::Type { .. } => "type",
        Head::Let { .. } => "let",
        Head::Request => "request",
        Head::Facts { .. } => "facts",
        Head::Entry { .. } => "entry",
        Head::Scope { .. } => "scope",
        Head::Score { .. } => "score",
        Head::Classify { .. } => "classify",
        Head::Canary { .. } => "canary",
        Head::Role { .. } => "role",
        Head::Board { .. } => "board",
        Head::Approvals => "approvals",
        Head::Route { .. } => "route",
        Head::Calendar { .. } => "calendar",
        Head::Freeze { .. } => "freeze",
        Head::Gate { .. } => "gate",
        Head::Metric { .. } => "metric",
        Head::Rollback => "rollback",
        Head::Promise { .. } => "promise",
        Head::Sample { .. } => "sample",
        Head::Test { .. } => "test",
        Head::Damaged { keyword, .. } => keyword.as_ref().map_or("", |word| word.text.as_str()),
    }
}

/// Every phrase and its first word.
pub(super) static PHRASE_WORDS: &[(Rule, &str)] = &[
    (Rule::when, "when"),
    (Rule::works, "works"),
    (Rule::watch, "watch"),
    (Rule::gives, "gives"),
    (Rule::group, "group"),
    (Rule::guard, "guard"),
    (Rule::given, "given"),
    (Rule::rule_, "rule"),
    (Rule::require, "require"),
    (Rule::retain, "retain"),
    (Rule::risk, "risk"),
    (Rule::review, "review"),
    (Rule::runbook, "runbook"),
    (Rule::restore, "restore"),
    (Rule::serves, "serves"),
    (Rule::seat, "seat"),
    (Rule::seated, "seated"),
    (Rule::suspend, "suspend"),
    (Rule::step, "step"),
    (Rule::separate, "separate"),
    (Rule::that, "that"),
    (Rule::touches, "touches"),
    (Rule::deny, "deny"),
    (Rule::due, "due"),
    (Rule::delegation, "delegation"),
    (Rule::adds, "adds"),
    (Rule::armed, "armed"),
    (Rule::approve, "approve"),
    (Rule::always, "always"),
    (Rule::applies, "applies"),
    (Rule::alert, "alert"),
    (Rule::allowed, "allowed"),
    (Rule::accept, "accept"),
    (Rule::approved, "approved"),
    (Rule::affects, "affects"),
    (Rule::factor, "factor"),
    (Rule::field, "field"),
    (Rule::fires, "fires"),
    (Rule::flag, "flag"),
    (Rule::feed, "feed"),
    (Rule::observed, "for"),
    (Rule::for_, "for"),
    (Rule::freeze_window, "from"),
    (Rule::holding, "holding"),
    (Rule::held, "held"),
    (Rule::holiday, "holiday"),
    (Rule::no_data, "no"),
    (Rule::notify, "notify"),
    (Rule::never, "never"),
    (Rule::otherwise_rule, "otherwise"),
    (Rule::owner, "owner"),
    (Rule::one_vote, "one"),
    (Rule::calendar_choice, "calendar"),
    (Rule::clause, "clause"),
    (Rule::comment, "comment"),
    (Rule::becomes, "becomes"),
    (Rule::band, "band"),
    (Rule::expect, "expect"),
    (Rule::edition, "edition"),
    (Rule::independent, "independent"),
    (Rule::mandatory, "mandatory"),
    (Rule::meets, "meets"),
    (Rule::placeholders, "placeholders"),
    (Rule::pauses, "pauses"),
    (Rule::quorum, "quorum"),
    (Rule::version, "version"),
    (Rule::valid_approval, "valid"),
    (Rule::valid_entry, "valid"),
    (Rule::votes, "votes"),
    (Rule::zone, "zone"),
    (Rule::otherwise, "otherwise"),
    (Rule::every, "every"),
    (Rule::over, "over"),
    (Rule::baseline, "baseline"),
    (Rule::source, "from"),
    (Rule::distinct, "distinct"),
    (Rule::where_, "where"),
    (Rule::numbered, "numbered"),
];
