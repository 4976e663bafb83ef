//! Text with places where it may be broken, and the printer that decides at which of them it is.

use super::line::Line;
use super::words::Words;

/// The most columns of a line, in characters. Comments do not count, and what has no place to break may be longer.
pub(super) const WIDTH: usize = 100;

/// A text to be laid out. Words are numbers into [`Words`].
pub(super) enum Doc {
    /// The words `from..to`, on one line.
    Words { from: usize, to: usize },
    /// The start of a line before word `at`, if the group around it is broken.
    Break { at: usize },
    /// The start of a line before word `at`, if what follows up to the next place of this kind does not fit.
    Fill { at: usize },
    /// The same between two bindings: a comma where no line starts. `alone` says that a line starts in any case.
    Bind { at: usize, alone: bool },
    /// What is inside starts its lines in the column where it begins, before word `at`.
    Align { at: usize, docs: Vec<Doc> },
    /// What is inside starts its lines two columns further right.
    Nest { docs: Vec<Doc> },
    /// On one line if it fits there, else with a line at each of its breaks. `bindings` counts the commas it would get.
    Group { from: usize, to: usize, bindings: usize, docs: Vec<Doc> },
}

/// Writes `docs`. Lines start at column `indent`; the words up to `end` follow without a place to break.
pub(super) fn print(words: &Words<'_>, line: &mut Line, docs: &[Doc], indent: usize, end: usize) {
    let mut rest = docs;
    while let Some((doc, after)) = rest.split_first() {
        rest = after;
        let end = next_place(after).unwrap_or(end);
        match doc {
            Doc::Words { from, to } => line.words(words, *from, *to, indent),
            Doc::Break { .. } => line.start(indent),
            Doc::Fill { at } => {
                if !line.fits(words, *at, end, 0) {
                    line.start(indent);
                }
            }
            Doc::Bind { at, alone } => {
                let apart = words.broken_between(at.saturating_sub(1), at.saturating_add(1));
                if *alone || apart || !line.fits(words, *at, end, 1) {
                    line.start(indent);
                } else {
                    line.comma();
                }
            }
            Doc::Align { at, docs } => print(words, line, docs, line.column_of(words, *at, indent), end),
            Doc::Nest { docs } => print(words, line, docs, indent.saturating_add(2), end),
            Doc::Group { from, to, bindings, docs } => {
                let whole =
                    !words.broken_between(*from, *to) && line.fits(words, *from, end.max(*to), *bindings);
                if whole {
                    flat(words, line, docs, indent);
                } else {
                    print(words, line, docs, indent, end);
                }
            }
        }
    }
}

fn flat(words: &Words<'_>, line: &mut Line, docs: &[Doc], indent: usize) {
    for doc in docs {
        match doc {
            Doc::Words { from, to } => line.words(words, *from, *to, indent),
            Doc::Break { .. } | Doc::Fill { .. } => {}
            Doc::Bind { .. } => line.comma(),
            Doc::Align { docs, .. } | Doc::Nest { docs } | Doc::Group { docs, .. } => {
                flat(words, line, docs, indent);
            }
        }
    }
}

/// Returns the word before which the line may be broken next.
fn next_place(docs: &[Doc]) -> Option<usize> {
    docs.iter().find_map(|doc| match doc {
        Doc::Break { at } | Doc::Fill { at } | Doc::Bind { at, .. } => Some(*at),
        _ => None,
    })
}

/// Lays out the words `from..to` of a phrase: conditions break before `and` and `or`, lists behind their commas.
pub(super) fn flow(words: &Words<'_>, from: usize, to: usize) -> Vec<Doc> {
    let condition = match words.text(from) {
        "=" | "where" => from.saturating_add(1),
        _ => {
            words.outer(from, to).find(|&at| words.text(at) == "when").map_or(from, |at| at.saturating_add(1))
        }
    };
    let mut docs = Vec::new();
    if condition > from {
        docs.push(Doc::Words { from, to: condition });
    }
    docs.push(Doc::Align { at: condition, docs: chain(words, condition, to) });
    docs
}

/// Lays out a condition: a line before each `and` or `or`, or none.
fn chain(words: &Words<'_>, from: usize, to: usize) -> Vec<Doc> {
    let joints: Vec<usize> =
        words.outer(from, to).filter(|&at| matches!(words.text(at), "and" | "or")).collect();
    if joints.is_empty() {
        return sequence(words, from, to);
    }
    let mut docs = Vec::new();
    let mut begin = from;
    for joint in joints {
        docs.append(&mut sequence(words, begin, joint));
        docs.push(Doc::Break { at: joint });
        begin = joint;
    }
    docs.append(&mut sequence(words, begin, to));
    vec![Doc::Group { from, to, bindings: 0, docs }]
}

/// Lays out words with brackets among them; a line may start behind each comma.
fn sequence(words: &Words<'_>, from: usize, to: usize) -> Vec<Doc> {
    let mut docs = Vec::new();
    let mut begin = from;
    for at in words.outer(from, to) {
        let after = at.saturating_add(1);
        let close = words.mate(at);
        match words.text(at) {
            "," => {
                docs.push(Doc::Words { from: begin, to: after });
                docs.push(Doc::Fill { at: after });
                begin = after;
            }
            "at" if at > begin && words.is_instant(after) => {
                docs.push(Doc::Words { from: begin, to: at });
                docs.push(Doc::Fill { at });
                begin = at;
            }
            "[" | "(" if close > after => {
                docs.push(Doc::Words { from: begin, to: after });
                docs.push(Doc::Align { at: after, docs: chain(words, after, close) });
                begin = close;
            }
            "{" if close > after => {
                docs.push(Doc::Words { from: begin, to: at });
                let inside = bindings(words, after, close);
                let commas = inside.iter().filter(|doc| matches!(doc, Doc::Bind { .. })).count();
                let docs_of_group = vec![
                    Doc::Words { from: at, to: after },
                    Doc::Nest { docs: std::iter::once(Doc::Break { at: after }).chain(inside).collect() },
                    Doc::Break { at: close },
                    Doc::Words { from: close, to: close.saturating_add(1) },
                ];
                let to = close.saturating_add(1);
                docs.push(Doc::Group { from: at, to, bindings: commas, docs: docs_of_group });
                begin = to;
            }
            _ => {}
        }
    }
    if begin < to {
        docs.push(Doc::Words { from: begin, to });
    }
    docs
}

/// Lays out bindings, as many on a line as fit; a record has its line for itself.
pub(super) fn bindings(words: &Words<'_>, from: usize, to: usize) -> Vec<Doc> {
    let mut starts: Vec<usize> =
        words.outer(from, to).filter(|&at| words.text(at.saturating_add(1)) == "=").collect();
    starts.push(to);
    let mut docs = Vec::new();
    let mut alone = false;
    for pair in starts.windows(2) {
        if let [start, end] = *pair {
            let record = words.text(start.saturating_add(2)) == "{";
            if start > from {
                docs.push(Doc::Bind { at: start, alone: alone || record });
            }
            docs.append(&mut sequence(words, start, end));
            alone = record;
        }
    }
    docs
}
