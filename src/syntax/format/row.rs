//! How the phrases of a row are spread over lines: a function of its words only.

use crate::syntax::ast::{Field, Phrase, PhraseKind, Row};

use super::doc::WIDTH;
use super::words::Words;

/// Words `from..to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Range {
    pub from: usize,
    pub to: usize,
}

/// A row or a declaration without braces: the cells of its first line, and the clauses below.
pub(super) struct Plan {
    /// The keyword, then what may be lined up with the rows around. An empty cell is one that others have.
    pub cells: Vec<Range>,
    /// Each has a line of its own.
    pub below: Vec<Range>,
    /// Whether its cells are lined up with those of like rows around it.
    pub lined: bool,
    /// A cell wider than this does not widen its column.
    pub widest: usize,
}

/// The widest title of a field that widens its column, in characters.
const WIDEST_FIELD: usize = 40;

/// The same for everything else.
pub(super) const WIDEST: usize = 64;

impl Plan {
    /// Returns the first word.
    pub(super) fn from(&self) -> usize {
        self.cells.first().map_or(0, |cell| cell.from)
    }

    /// Returns the end of the first line.
    pub(super) fn to(&self) -> usize {
        self.cells.last().map_or(0, |cell| cell.to)
    }
}

/// Plans a row that stands at column `indent` and ends before word `to`.
pub(super) fn plan(words: &Words<'_>, row: &Row, to: usize, indent: usize) -> Plan {
    let from = words.at(row.lead.span.start);
    let mut starts: Vec<usize> = row.clauses.iter().map(|clause| words.at(clause.span.start)).collect();
    starts.push(to);
    let lead = Range { from, to: starts.first().copied().unwrap_or(to) };
    let clauses: Vec<Range> = starts
        .windows(2)
        .filter_map(|pair| if let [from, to] = *pair { Some(Range { from, to }) } else { None })
        .collect();
    let fits =
        |to: usize| !words.broken_between(from, to) && indent.saturating_add(words.width(from, to)) <= WIDTH;
    let beside = match &row.lead.kind {
        PhraseKind::Field(field) => return plan_field(words, field, lead),
        PhraseKind::Rule { .. } | PhraseKind::OtherwiseRule { .. } => 0,
        PhraseKind::Seat { .. } => {
            let seated = |clause: &Phrase| matches!(clause.kind, PhraseKind::Seated(_));
            let beside = row.clauses.iter().position(seated).unwrap_or(clauses.len());
            if fits(starts.get(beside).copied().unwrap_or(to)) { beside } else { 0 }
        }
        _ if clauses.len() <= 2 && fits(to) => clauses.len(),
        _ => 0,
    };
    let (beside, below) = clauses.split_at_checked(beside).unwrap_or((&clauses, &[]));
    let mut cells = cells_of(words, &row.lead.kind, lead);
    let apart = matches!(row.lead.kind, PhraseKind::Seat { .. } | PhraseKind::Factor { .. });
    match (beside.first(), beside.last()) {
        (Some(_), _) if apart => cells.extend(beside),
        (Some(first), Some(last)) => cells.push(Range { from: first.from, to: last.to }),
        _ => {}
    }
    let end = cells.last().map_or(from, |cell| cell.to);
    let seat = matches!(row.lead.kind, PhraseKind::Seat { .. });
    let lined = (below.is_empty() || seat) && !words.broken_between(from, end);
    Plan { cells, below: below.to_vec(), lined, widest: WIDEST }
}

/// Splits a leading phrase into cells.
fn cells_of(words: &Words<'_>, kind: &PhraseKind, lead: Range) -> Vec<Range> {
    let second = lead.from.saturating_add(1).min(lead.to);
    let before = |word: &str| words.outer(second, lead.to).find(|&at| words.text(at) == word);
    let cut = match kind {
        PhraseKind::Rule { .. }
        | PhraseKind::OtherwiseRule { .. }
        | PhraseKind::Factor { .. }
        | PhraseKind::Guard { .. }
        | PhraseKind::Require { .. }
        | PhraseKind::Seat { .. }
        | PhraseKind::Clause { .. }
        | PhraseKind::Holiday { .. }
        | PhraseKind::Band { .. } => Some(second.saturating_add(1)),
        PhraseKind::Alert { .. } => before("to"),
        PhraseKind::Retain { .. } => before("after"),
        _ => None,
    };
    let mut ends = vec![lead.from, second];
    ends.extend(cut);
    ends.push(lead.to);
    cells_between(&ends)
}

/// Makes cells of the words between each two of `ends`; empty ones only where `ends` repeats a word.
pub(super) fn cells_between(ends: &[usize]) -> Vec<Range> {
    let pairs = ends.windows(2);
    let mut cells: Vec<Range> = pairs
        .filter_map(|pair| if let [from, to] = *pair { Some(Range { from, to: to.max(from) }) } else { None })
        .collect();
    while cells.last().is_some_and(|cell| cell.from == cell.to) {
        cells.pop();
    }
    cells
}

/// Plans a field: name, title, type and marks beside one another, `asked` and `help` below.
fn plan_field(words: &Words<'_>, field: &Field, lead: Range) -> Plan {
    let title = words.at(field.title.span.start);
    let marks = words.at(field.ty.span.end);
    let asked = field.asked.as_ref().map(|asked| (words.at(asked.span.start), words.at(asked.span.end)));
    let mut below: Vec<usize> = Vec::new();
    for at in words.outer(marks, lead.to) {
        let inside = asked.is_some_and(|(from, to)| at >= from && at < to);
        let begins = match words.text(at) {
            "asked" | "help" => true,
            "optional" | "editorial" | "personal" => !below.is_empty(),
            _ => false,
        };
        if begins && !inside {
            below.push(at);
        }
    }
    let end = below.first().copied().unwrap_or(lead.to);
    below.push(lead.to);
    let second = lead.from.saturating_add(1);
    let cells = cells_between(&[lead.from, second, title, title.saturating_add(1), marks, end]);
    let lined = !words.broken_between(lead.from, end);
    Plan { cells, below: cells_between(&below), lined, widest: WIDEST_FIELD }
}

/// Returns the end of the keyword that a clause begins with.
pub(super) fn keyword_end(words: &Words<'_>, clause: Range) -> usize {
    let further = match (words.text(clause.from), words.text(clause.from.saturating_add(1))) {
        ("no", "data") | ("asked", "when") => 2,
        _ => 1,
    };
    clause.from.saturating_add(further).min(clause.to)
}
