//! Declarations and their rows, one below the other.

use crate::syntax::ast::{Ast, Declaration, Head, PhraseKind, Row};

use super::columns::columns;
use super::doc::{Doc, WIDTH, bindings, flow, print};
use super::line::Line;
use super::row::{Plan, Range, WIDEST, cells_between, keyword_end, plan};
use super::words::Words;

/// Lays out a whole file.
pub(super) fn file(words: &Words<'_>, ast: &Ast) -> String {
    let mut line = Line::new();
    let items = declarations(words, ast);
    let mut before: Option<&Item<'_>> = None;
    let plans: Vec<Option<&Plan>> = items.iter().map(|item| item.plan.as_ref()).collect();
    let starts = sections(words, &plans, 0, &|_| None);
    for (item, starts) in items.iter().zip(&starts) {
        let gap = match before {
            None => false,
            Some(before) if before.one_line && item.one_line => words.gap_above(item.from),
            Some(_) => true,
        };
        lead_in(words, &mut line, item.from, 0, gap);
        declaration(words, &mut line, item, starts);
        before = Some(item);
    }
    let end = words.end();
    lead_in(words, &mut line, end, 0, words.gap_above(end));
    line.finish()
}

/// A declaration and how it is laid out.
struct Item<'a> {
    declaration: &'a Declaration,
    from: usize,
    to: usize,
    /// The plan of a declaration without braces; a `type` on many lines has none.
    plan: Option<Plan>,
    /// Whether the author's empty lines around it are kept.
    one_line: bool,
}

fn declarations<'a>(words: &Words<'_>, ast: &'a Ast) -> Vec<Item<'a>> {
    let mut starts: Vec<usize> =
        ast.declarations.iter().map(|declaration| words.at(declaration.span.start)).collect();
    starts.push(words.end());
    let ranges = starts.windows(2);
    ast.declarations
        .iter()
        .zip(ranges)
        .filter_map(|(declaration, pair)| {
            let &[from, to] = pair else { return None };
            let fits = !words.broken_between(from, to) && words.width(from, to) <= WIDTH;
            let plan = plan_head(words, declaration, from, to, fits);
            let one_line = match declaration.head {
                Head::Type { .. } => true,
                Head::Sample { .. } => fits_as_sample(words, from, to),
                _ => plan.is_some(),
            };
            Some(Item { declaration, from, to, plan, one_line })
        })
        .collect()
}

/// Plans a declaration without braces.
fn plan_head(
    words: &Words<'_>,
    declaration: &Declaration,
    from: usize,
    to: usize,
    fits: bool,
) -> Option<Plan> {
    let [second, third, fourth] = [1, 2, 3].map(|further: usize| from.saturating_add(further).min(to));
    let clauses = declaration.rows.first().map_or(to, |row| words.at(row.span.start));
    let ends = match &declaration.head {
        Head::Type { .. } if !fits => return None,
        Head::Type { .. } | Head::Let { .. } => vec![from, second, third, to],
        Head::Switch { .. } | Head::Role { .. } => vec![from, second, third, fourth, to],
        Head::Metric { .. } => {
            let ty = fourth.saturating_add(1).min(to);
            let end = if fits { to } else { clauses };
            vec![from, second, third, fourth, ty, clauses, end]
        }
        _ => return None,
    };
    let cells = cells_between(&ends);
    let end = cells.last().map_or(from, |cell| cell.to);
    let below = if end < to { vec![Range { from: end, to }] } else { Vec::new() };
    Some(Plan { lined: !words.broken_between(from, end), cells, below, widest: WIDEST })
}

/// Starts a line for word `at`, below an empty one if `gap` says so, and writes the comments above it.
fn lead_in(words: &Words<'_>, line: &mut Line, at: usize, indent: usize, gap: bool) {
    line.start(indent);
    if gap {
        line.blank();
        line.start(indent);
    }
    line.announce(words, at, indent, true);
}

/// Finds the rows that stand together and are alike, and lines them up. `keyword` says how wide the keywords of a row are
/// made, if not as wide as they are.
fn sections(
    words: &Words<'_>,
    plans: &[Option<&Plan>],
    indent: usize,
    keyword: &dyn Fn(usize) -> Option<usize>,
) -> Vec<Vec<usize>> {
    let word = |plan: &Plan| words.text(plan.from());
    let mut found: Vec<Vec<usize>> = Vec::with_capacity(plans.len());
    while let Some(first) = plans.get(found.len()) {
        let number = found.len();
        let Some(first) = first else {
            found.push(Vec::new());
            continue;
        };
        let further =
            plans.iter().skip(number.saturating_add(1)).map_while(|plan| *plan).take_while(|plan| {
                first.lined && plan.lined && word(plan) == word(first) && !words.blank_above(plan.from())
            });
        let section: Vec<&Plan> = std::iter::once(*first).chain(further).collect();
        let width = keyword(number).unwrap_or(0);
        if first.lined || width > 0 {
            found.append(&mut columns(words, &section, indent, width));
        } else {
            found.push(Vec::new());
        }
    }
    found
}

fn declaration(words: &Words<'_>, line: &mut Line, item: &Item<'_>, starts: &[usize]) {
    let Item { declaration, from, to, .. } = *item;
    match (&declaration.head, &item.plan) {
        (Head::Metric { .. }, Some(plan)) => {
            first_line(words, line, plan, 0, starts);
            if let Some(below) = plan.below.first() {
                line.start(2);
                let rows = declaration.rows.iter().skip(1).map(|row| words.at(row.span.start));
                filled(words, line, below.from, rows.chain([below.to]), 2);
            }
        }
        (_, Some(plan)) => first_line(words, line, plan, 0, starts),
        (Head::Type { .. }, None) => variants(words, line, from, to),
        (Head::Sample { .. }, None) => sample(words, line, from, to),
        (_, None) => braces(words, line, &declaration.rows, from, to, 0, padded(&declaration.head)),
    }
}

/// Whether the keywords of the rows of a declaration are made equally wide.
fn padded(head: &Head) -> bool {
    matches!(
        head,
        Head::Policy { .. }
            | Head::Regime { .. }
            | Head::Class { .. }
            | Head::Exception { .. }
            | Head::Entry { .. }
            | Head::Approvals
            | Head::Calendar { .. }
            | Head::Freeze { .. }
            | Head::Canary { .. }
            | Head::Rollback
            | Head::Promise { .. }
            | Head::Test { .. }
    )
}

/// Writes `head { rows }`.
fn braces(
    words: &Words<'_>,
    line: &mut Line,
    rows: &[Row],
    from: usize,
    to: usize,
    indent: usize,
    pad: bool,
) {
    let open = words.outer(from, to).find(|&at| words.text(at) == "{").unwrap_or(from);
    let close = words.mate(open);
    line.words(words, from, open.saturating_add(1), indent.saturating_add(4));
    let inner = indent.saturating_add(2);
    block(words, line, rows, close, inner, pad);
    if !rows.is_empty() || words.broken_between(open, close.saturating_add(1)) {
        lead_out(words, line, close, indent, !rows.is_empty());
    }
    line.words(words, close, to, indent);
}

/// Writes the comments above a closing brace, and starts its line.
fn lead_out(words: &Words<'_>, line: &mut Line, close: usize, indent: usize, gap: bool) {
    let inner = indent.saturating_add(2);
    let comments = words.get(close).is_some_and(|token| !token.above.is_empty());
    line.start(inner);
    if comments && gap && words.gap_above(close) {
        line.blank();
    }
    line.announce_above_close(words, close, inner);
    line.start(indent);
}

fn block(words: &Words<'_>, line: &mut Line, rows: &[Row], to: usize, indent: usize, pad: bool) {
    let mut starts: Vec<usize> = rows.iter().map(|row| words.at(row.lead.span.start)).collect();
    starts.push(to);
    let ends = starts.iter().skip(1).copied();
    let group = |row: &Row| matches!(row.lead.kind, PhraseKind::Group { .. });
    let plans: Vec<Option<Plan>> = rows
        .iter()
        .zip(ends.clone())
        .map(|(row, end)| if group(row) { None } else { Some(plan(words, row, end, indent)) })
        .collect();
    let widened = |row: &Row| {
        use PhraseKind::{Guard, OtherwiseRule, Rule};
        pad && !matches!(row.lead.kind, Guard { .. } | Rule { .. } | OtherwiseRule { .. })
    };
    let keywords = rows.iter().zip(&starts).filter(|(row, _)| widened(row));
    let widest = keywords.map(|(_, &at)| words.text(at).chars().count()).max();
    let keyword = |number: usize| rows.get(number).filter(|row| widened(row)).and(widest);
    let plan_refs: Vec<Option<&Plan>> = plans.iter().map(Option::as_ref).collect();
    let columns = sections(words, &plan_refs, indent, &keyword);
    for (number, ((row, from), end)) in rows.iter().zip(&starts).zip(ends).enumerate() {
        lead_in(words, line, *from, indent, number > 0 && words.gap_above(*from));
        match (&row.lead.kind, plan_refs.get(number).copied().flatten()) {
            (PhraseKind::Group { rows, .. }, _) => braces(words, line, rows, *from, end, indent, false),
            (_, Some(plan)) => {
                first_line(words, line, plan, indent, columns.get(number).map_or(&[], Vec::as_slice));
                clauses(words, line, plan, indent.saturating_add(2));
            }
            _ => {}
        }
    }
}

/// Writes the first line of a row; cells without a column follow after one space.
fn first_line(words: &Words<'_>, line: &mut Line, plan: &Plan, indent: usize, starts: &[usize]) {
    let hang = indent.saturating_add(4);
    let mut starts = starts.iter();
    for (number, cell) in plan.cells.iter().enumerate() {
        if number == 0 {
            line.words(words, cell.from, cell.to, hang);
            continue;
        }
        let start = starts.next();
        if cell.from == cell.to {
            continue;
        }
        match start {
            Some(&start) => line.pad(start),
            None if number >= 3 && !line.fits(words, cell.from, cell.to, 0) => line.start(hang),
            None => {}
        }
        let end =
            if number.saturating_add(1) == plan.cells.len() { cell.to } else { cell.to.saturating_add(1) };
        print(words, line, &flow(words, cell.from, cell.to), hang, end.min(plan.to()));
    }
}

/// Writes the clauses of a row, each on its line, with keywords of one width.
fn clauses(words: &Words<'_>, line: &mut Line, plan: &Plan, indent: usize) {
    let ends: Vec<usize> = plan.below.iter().map(|&clause| keyword_end(words, clause)).collect();
    let with_arguments = plan.below.iter().zip(&ends).filter(|(clause, end)| **end < clause.to);
    let widest = with_arguments.map(|(clause, &end)| words.width(clause.from, end)).max().unwrap_or(0);
    let column = indent.saturating_add(widest).saturating_add(1);
    for (clause, &end) in plan.below.iter().zip(&ends) {
        let hang = indent.saturating_add(2);
        line.start(indent);
        line.announce(words, clause.from, indent, false);
        line.words(words, clause.from, end, hang);
        if end < clause.to {
            line.pad(column);
            print(words, line, &flow(words, end, clause.to), hang, clause.to);
        }
    }
}

/// Writes phrases, as many on a line as fit. `starts` are the phrases behind the first, and the end.
fn filled(
    words: &Words<'_>,
    line: &mut Line,
    from: usize,
    starts: impl Iterator<Item = usize>,
    indent: usize,
) {
    let mut docs = Vec::new();
    let (mut begin, mut last) = (from, from);
    for start in starts {
        if begin > from {
            docs.push(Doc::Fill { at: begin });
        }
        docs.append(&mut flow(words, begin, start));
        begin = start;
        last = start;
    }
    print(words, line, &docs, indent, last);
}

/// Writes a `type` with one variant a line.
fn variants(words: &Words<'_>, line: &mut Line, from: usize, to: usize) {
    let first = from.saturating_add(3).min(to);
    let seams: Vec<usize> =
        words.outer(first, to).filter(|&at| matches!(words.text(at), "|" | "<")).collect();
    let names = || std::iter::once(first).chain(seams.iter().map(|at| at.saturating_add(1)));
    let wide = |at: usize| words.text(at).chars().count();
    let widest = names().map(wide).filter(|&width| width <= WIDEST).max().unwrap_or(0);
    line.words(words, from, first, 4);
    let ends = seams.iter().copied().chain([to]);
    for ((name, start), end) in names().zip(std::iter::once(first).chain(seams.iter().copied())).zip(ends) {
        line.start(2);
        line.announce(words, start, 2, false);
        if start == name {
            line.mark("|");
        }
        line.words(words, start, name.saturating_add(1), 4);
        line.pad(widest.saturating_add(5));
        line.words(words, name.saturating_add(1), end, 4);
    }
}

/// The words of a sample: the brace and its mate.
fn braces_of(words: &Words<'_>, from: usize, to: usize) -> (usize, usize) {
    let open = words.outer(from, to).find(|&at| words.text(at) == "{").unwrap_or(from);
    (open, words.mate(open))
}

fn commas(docs: &[Doc]) -> usize {
    docs.iter().filter(|doc| matches!(doc, Doc::Bind { .. })).count()
}

/// Whether a sample fits on a line, with the commas it gets there.
fn fits_as_sample(words: &Words<'_>, from: usize, to: usize) -> bool {
    let (open, close) = braces_of(words, from, to);
    let commas = words.outer(open.saturating_add(1), close).filter(|&at| words.text(at) == "=").count();
    let width = words.width(from, to).saturating_add(commas.saturating_sub(1));
    !words.broken_between(from, to) && width <= WIDTH && commas > 0
}

/// Writes a sample: on one line, or as many bindings on a line as fit.
fn sample(words: &Words<'_>, line: &mut Line, from: usize, to: usize) {
    let (open, close) = braces_of(words, from, to);
    let docs = bindings(words, open.saturating_add(1), close);
    let inside = open.saturating_add(1);
    if fits_as_sample(words, from, to) {
        line.words(words, from, inside, 4);
        let group = Doc::Group { from: inside, to: close, bindings: commas(&docs), docs };
        print(words, line, &[group], 2, close);
        line.words(words, close, to, 0);
        return;
    }
    line.words(words, from, inside, 4);
    if close > inside {
        line.start(2);
        line.announce(words, inside, 2, true);
        print(words, line, &docs, 2, close);
    }
    if close > inside || words.broken_between(open, close.saturating_add(1)) {
        lead_out(words, line, close, 0, close > inside);
    }
    line.words(words, close, to, 0);
}
