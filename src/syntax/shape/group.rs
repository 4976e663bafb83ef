//! Grouping a flat list of phrases into rows.

use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::ast::{Head, Phrase, Row};
use crate::syntax::grammar::Rule;
use crate::text::Span;

use super::{RowShape, Shape, Times, follows_anywhere, keyword_of, leads_anywhere, of, word_of};

/// A phrase of a declaration, or what stands in its place.
#[allow(
    clippy::large_enum_variant,
    reason = "nearly every item is a phrase, and a box each would cost more; on 32 bits it is not large"
)]
pub(in crate::syntax) enum Item {
    /// A phrase that was read.
    Phrase(Rule, Phrase),
    /// A phrase that was not read, and has been reported; the one that it was most likely meant to be.
    Broken(Option<Rule>),
}

/// Groups the phrases of a declaration. `braces` says whether it was written with
/// braces.
/// Returns the rows, and whether something could not be understood.
pub(in crate::syntax) fn rows_of_declaration(
    head: &Head,
    span: Span,
    items: Vec<Item>,
    braces: bool,
    found: &mut Vec<Diagnostic>,
) -> (Vec<Row>, bool) {
    let keyword = keyword_of(head);
    let Some(shape) = of(keyword) else { return (Vec::new(), true) };
    let place = Span { end: span.start.saturating_add(u32::try_from(keyword.len()).unwrap_or(0)), ..span };
    if shape.braces != braces {
        let message = if shape.braces {
            format!("this `{keyword}` has no `{{` and no rows")
        } else {
            format!("a `{keyword}` has no `{{` and no rows")
        };
        found.push(Diagnostic::error(Code::UNEXPECTED_TEXT, place, message));
        return (Vec::new(), true);
    }
    group(shape, place, items, found)
}

/// Groups the phrases of a `group` whose head stands at `head`.
pub(in crate::syntax) fn rows_of_group(
    head: Span,
    items: Vec<Item>,
    found: &mut Vec<Diagnostic>,
) -> (Vec<Row>, bool) {
    match of("group") {
        Some(shape) => group(shape, head, items, found),
        None => (Vec::new(), true),
    }
}

/// The rows so far.
struct Grouping<'f> {
    shape: &'static Shape,
    rows: Vec<(&'static RowShape, Row, Vec<Rule>)>,
    /// Whether the last row is one that cannot stand here: its clauses are passed over with it.
    astray: bool,
    damaged: bool,
    found: &'f mut Vec<Diagnostic>,
}

fn group(
    shape: &'static Shape,
    place: Span,
    items: Vec<Item>,
    found: &mut Vec<Diagnostic>,
) -> (Vec<Row>, bool) {
    let mut grouping = Grouping { shape, rows: Vec::new(), astray: false, damaged: false, found };
    for item in items {
        match item {
            Item::Phrase(rule, phrase) => grouping.add(rule, phrase),
            Item::Broken(meant) => {
                grouping.broken(meant);
            }
        }
    }
    grouping.missing_clauses();
    if !grouping.damaged {
        grouping.missing_rows(place);
    }
    let damaged = grouping.damaged;
    (grouping.rows.into_iter().map(|(_, row, _)| row).collect(), damaged)
}

impl Grouping<'_> {
    fn add(&mut self, rule: Rule, phrase: Phrase) {
        let shape = self.shape;
        if !self.astray
            && let Some((row_shape, row, rules)) = self.rows.last_mut()
            && let Some(&(_, times)) = row_shape.clauses.iter().find(|&&(other, _)| other == rule)
        {
            let earlier = |&other: &Rule| {
                other == rule || times == Times::Either && row_shape.clauses.contains(&(other, Times::Either))
            };
            let twice = if times == Times::Any { None } else { rules.iter().position(earlier) };
            match twice.and_then(|place| row.clauses.get(place)) {
                Some(first) => self.found.push(twice_clause(rule, times, first.span, phrase.span)),
                None => {
                    row.span = row.span.to(phrase.span);
                    row.clauses.push(phrase);
                    rules.push(rule);
                }
            }
            return;
        }
        if let Some(row_shape) = shape.row(rule) {
            self.astray = false;
            self.twice_row(row_shape, &phrase);
            let row = Row { span: phrase.span, lead: phrase, clauses: Vec::new(), damaged: false };
            self.rows.push((row_shape, row, Vec::new()));
            return;
        }
        if !(self.astray && follows_anywhere(rule)) {
            self.misplaced(rule, &phrase);
        }
    }

    fn broken(&mut self, meant: Option<Rule>) {
        self.damaged = true;
        match meant {
            Some(rule) if self.shape.row(rule).is_some() && !self.follows_last(rule) => self.astray = true,
            _ => {
                if let (false, Some((_, row, _))) = (self.astray, self.rows.last_mut()) {
                    row.damaged = true;
                }
            }
        }
    }

    fn follows_last(&self, rule: Rule) -> bool {
        let last = self.rows.last().filter(|_| !self.astray);
        last.is_some_and(|(row, _, _)| row.clauses.iter().any(|&(other, _)| other == rule))
    }

    fn twice_row(&mut self, row_shape: &RowShape, phrase: &Phrase) {
        if !matches!(row_shape.times, Times::Once | Times::Maybe) {
            return;
        }
        let Some((_, first, _)) = self.rows.iter().find(|(row, _, _)| row.lead == row_shape.lead) else {
            return;
        };
        let word = word_of(row_shape.lead);
        let message = format!("`{}` has `{word}` twice", self.shape.keyword);
        self.found.push(
            Diagnostic::error(Code::DUPLICATE_ROW, phrase.span, message)
                .related(first.lead.span, "the first one is here")
                .help("delete one of them"),
        );
    }

    /// Reports a phrase that has no place here.
    fn misplaced(&mut self, rule: Rule, phrase: &Phrase) {
        let word = word_of(rule);
        let keyword = self.shape.keyword;
        self.damaged = true;
        let last = self.rows.last_mut().filter(|_| !self.astray);
        let diagnostic = match last {
            Some((row_shape, row, _)) if follows_anywhere(rule) => {
                row.damaged = true;
                let lead = word_of(row_shape.lead);
                let message = format!("`{word}` cannot stand in `{lead}` of `{keyword}`");
                let clauses = row_shape.clauses.iter().map(|&(other, _)| word_of(other));
                let help = match listed(clauses) {
                    Some(list) => format!("`{lead}` has {list}"),
                    None => format!("`{lead}` has no clauses"),
                };
                Diagnostic::error(Code::MISPLACED_CLAUSE, phrase.span, message)
                    .related(row.lead.span, format!("the `{lead}` is here"))
                    .help(help)
            }
            _ => {
                let code = if leads_anywhere(rule) { Code::MISPLACED_ROW } else { Code::MISPLACED_CLAUSE };
                let follows = self.shape.rows.iter().find(|row| row.clauses.iter().any(|&(c, _)| c == rule));
                let message = match follows {
                    Some(row) => format!("`{word}` has no `{}` before it", word_of(row.lead)),
                    None => format!("`{word}` cannot stand in `{keyword}`"),
                };
                let rows = listed(self.shape.rows.iter().map(|row| word_of(row.lead)));
                let help =
                    rows.map_or(format!("`{keyword}` has no rows"), |list| format!("`{keyword}` has {list}"));
                Diagnostic::error(code, phrase.span, message).help(help)
            }
        };
        // What follows a row that has no place goes with it.
        self.astray = self.astray || leads_anywhere(rule) && !follows_anywhere(rule);
        self.found.push(diagnostic);
    }

    fn missing_clauses(&mut self) {
        for (shape, row, rules) in self.rows.iter().filter(|(_, row, _)| !row.damaged) {
            let lead = word_of(shape.lead);
            let either: Vec<Rule> = shape
                .clauses
                .iter()
                .filter(|(_, times)| *times == Times::Either)
                .map(|&(rule, _)| rule)
                .collect();
            if !either.is_empty() && !either.iter().any(|rule| rules.contains(rule)) {
                let words = either.iter().map(|&rule| format!("`{}`", word_of(rule)));
                let message = format!("this `{lead}` needs {}", words.collect::<Vec<_>>().join(" or "));
                self.found.push(Diagnostic::error(Code::MISSING_CLAUSE, row.lead.span, message));
            }
            for &(rule, times) in shape.clauses {
                if times != Times::Once || rules.contains(&rule) {
                    continue;
                }
                let diagnostic = if rule == Rule::no_data {
                    let message = format!("this `{lead}` does not say what missing data means");
                    Diagnostic::error(Code::NO_DATA_UNSAID, row.lead.span, message)
                        .help("add `no data means zero`, or `no data after 10 minutes fires` and a code")
                } else {
                    let word = word_of(rule);
                    let message = format!("this `{lead}` has no `{word}`");
                    Diagnostic::error(Code::MISSING_CLAUSE, row.lead.span, message)
                        .help(format!("add `{}`", example(rule)))
                };
                self.found.push(diagnostic);
            }
        }
    }

    fn missing_rows(&mut self, place: Span) {
        for row in self.shape.rows.iter().filter(|row| matches!(row.times, Times::Once | Times::Some)) {
            if self.rows.iter().all(|(other, _, _)| other.lead != row.lead) {
                let message = format!("this `{}` has no `{}`", self.shape.keyword, word_of(row.lead));
                self.found.push(
                    Diagnostic::error(Code::MISSING_ROW, place, message)
                        .help(format!("add `{}`", example(row.lead))),
                );
            }
        }
    }
}

fn twice_clause(rule: Rule, times: Times, first: Span, second: Span) -> Diagnostic {
    let (message, help) = match (times, rule) {
        (Times::Either, _) => ("`when` and `otherwise` exclude each other".to_owned(), "delete one of them"),
        (_, Rule::when | Rule::that) => {
            (format!("`{}` stands here twice", word_of(rule)), "join the conditions with `and`")
        }
        _ => (format!("`{}` stands here twice", word_of(rule)), "delete one of them"),
    };
    Diagnostic::error(Code::DUPLICATE_CLAUSE, second, message)
        .related(first, "the first one is here")
        .help(help)
}

/// Returns what a phrase looks like, to be copied.
fn example(rule: Rule) -> &'static str {
    match rule {
        Rule::version => "version \"1\"",
        Rule::zone => "zone \"Europe/Amsterdam\"",
        Rule::applies => "applies when ..",
        Rule::risk => "risk low",
        Rule::allowed => "allowed when ..",
        Rule::approved => "approved by board on 2026-01-31",
        Rule::valid_entry => "valid until 2027-01-31 deny CODE",
        Rule::for_ => "for ..",
        Rule::band => "band low 0..",
        Rule::step => "step 100%",
        Rule::seat => "seat name \"Question?\" held by role",
        Rule::quorum => "quorum at least 2/3 of seats",
        Rule::works => "works [monday] 09:00..17:00",
        Rule::freeze_window => "from 2026-12-24T00:00Z to 2027-01-02T00:00Z",
        Rule::given => "given sample at 2026-01-31T09:00Z",
        Rule::gives => "gives value",
        Rule::when => "when ..",
        Rule::that => "that ..",
        Rule::deny => "deny CODE",
        Rule::approve => "approve by any of [role]",
        Rule::fires => "fires CODE",
        Rule::adds => "adds 1",
        Rule::held => "held by role",
        _ => word_of(rule),
    }
}

/// Returns words as "`a`, `b` and `c`".
pub(in crate::syntax) fn listed<'a>(words: impl Iterator<Item = &'a str>) -> Option<String> {
    let mut quoted: Vec<String> = Vec::new();
    for word in words {
        let word = format!("`{word}`");
        if !quoted.contains(&word) {
            quoted.push(word);
        }
    }
    let last = quoted.pop()?;
    Some(if quoted.is_empty() { last } else { format!("{} and {last}", quoted.join(", ")) })
}
