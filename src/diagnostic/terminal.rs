//! Findings for people at a terminal: the lines at fault with carets, other places, and the edits that mend
//! them.

use std::borrow::Cow;
use std::collections::BTreeMap;

use annotate_snippets::{AnnotationKind, Group, Level, Patch, Renderer, Snippet};

use crate::text::hostile::is_refused;
use crate::text::{Source, SourceId, Sources, Span};

use super::{Diagnostic, Edit, Severity};

/// Whether text is coloured. Asking the terminal is up to the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// Plain text.
    Never,
    /// ANSI escape sequences.
    Always,
}

/// A person mends no more than so many at a time.
const MOST_SHOWN: usize = 200;

/// Returns the first 200 findings in the order given, an empty line between them, and a last line that counts them.
pub fn render_text(findings: &[Diagnostic], sources: &Sources, colour: Colour) -> String {
    let renderer = match colour {
        Colour::Never => Renderer::plain(),
        Colour::Always => Renderer::styled(),
    };
    let mut text = String::new();
    for finding in findings.iter().take(MOST_SHOWN) {
        text.push_str(&renderer.render(&report(finding, sources)));
        text.push_str("\n\n");
    }
    text.push_str(&count(findings));
    if findings.len() > MOST_SHOWN {
        text.push_str(&format!(", of which the first {MOST_SHOWN} are shown: `--format json` has all"));
    }
    text.push('\n');
    text
}

fn count(findings: &[Diagnostic]) -> String {
    let counts = [Severity::Error, Severity::Warning, Severity::Note].map(|severity| {
        let number = findings.iter().filter(|finding| finding.severity == severity).count();
        (number, severity.word())
    });
    let parts: Vec<String> = counts
        .iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, word)| format!("{number} {word}{}", if *number == 1 { "" } else { "s" }))
        .collect();
    if parts.is_empty() { "no findings".to_owned() } else { parts.join(", ") }
}

fn report<'a>(finding: &'a Diagnostic, sources: &'a Sources) -> Vec<Group<'a>> {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let title = level.primary_title(visible(&finding.message)).id(finding.code.id());
    let mut main = Group::with_title(title).elements(snippets(finding, sources));
    // Advice keeps its order: after the first edit, advice without one stands in a group of its own too.
    let first_edit = finding.help.iter().position(|help| help.edit.is_some()).unwrap_or(finding.help.len());
    let (plain, rest) = finding.help.split_at_checked(first_edit).unwrap_or_default();
    for help in plain {
        main = main.element(Level::HELP.message(visible(&help.message)));
    }
    let rest = rest.iter().map(|help| {
        let group = Group::with_title(Level::HELP.secondary_title(visible(&help.message)));
        match &help.edit {
            Some(edit) => group.elements(patch(edit, sources)),
            None => group,
        }
    });
    std::iter::once(main).chain(rest).collect()
}

type Mark<'a> = (AnnotationKind, Span, Option<&'a str>);

/// Returns a snippet for each file that the finding points into: that of the primary span first, then by
/// number.
fn snippets<'a>(
    finding: &'a Diagnostic,
    sources: &'a Sources,
) -> Vec<Snippet<'a, annotate_snippets::Annotation<'a>>> {
    let mut others: BTreeMap<SourceId, Vec<Mark>> = BTreeMap::new();
    let mut own = vec![(AnnotationKind::Primary, finding.primary, finding.label.as_deref())];
    for related in &finding.related {
        let mark = (AnnotationKind::Context, related.span, Some(related.message.as_str()));
        if related.span.source == finding.primary.source {
            own.push(mark);
        } else {
            others.entry(related.span.source).or_default().push(mark);
        }
    }
    let files = std::iter::once((finding.primary.source, own)).chain(others);
    files
        .filter_map(|(id, marks)| {
            let window = Window::around(sources.get(id)?, marks.iter().map(|(_, span, _)| *span));
            let marks = marks
                .into_iter()
                .map(|(kind, span, label)| kind.span(window.range(span)).label(label.map(visible)));
            Some(window.snippet().annotations(marks))
        })
        .collect()
}

/// Longer lines are not shown as they would be with an edit in place.
const LONGEST_PATCH: usize = 2_000;

fn patch<'a>(edit: &'a Edit, sources: &'a Sources) -> Option<Snippet<'a, Patch<'a>>> {
    let source = sources.get(edit.span.source)?;
    let window = Window::around(source, [edit.span]);
    // The renderer shows the lines of an edit whole, twice.
    if window.text.len() > LONGEST_PATCH {
        return None;
    }
    Some(window.snippet().patch(Patch::new(window.range(edit.span), visible(&edit.replacement))))
}

/// The lines of a file that spans touch, so that the cost of showing a finding does not grow with its file.
struct Window<'a> {
    source: &'a Source,
    text: &'a str,
    start: u32,
    first_line: u32,
}

impl<'a> Window<'a> {
    fn around(source: &'a Source, spans: impl IntoIterator<Item = Span>) -> Self {
        let lines: Vec<u32> = spans
            .into_iter()
            .flat_map(|span| [span.start, span.end])
            .map(|offset| source.position(offset).line)
            .collect();
        let first_line = lines.iter().copied().min().unwrap_or(1);
        let last_line = lines.iter().copied().max().unwrap_or(1);
        let start = source.offset_at_column(first_line, 1);
        let end = source.offset_at_column(last_line, u32::MAX);
        let text = source.text().get(start as usize..end as usize).unwrap_or_default();
        Self { source, text, start, first_line }
    }

    fn snippet<T: Clone>(&self) -> Snippet<'a, T> {
        Snippet::source(visible(self.text))
            .path(visible(self.source.name()))
            .line_start(self.first_line as usize)
    }

    /// Returns the bytes of `span` within the window as it is shown, on character boundaries.
    fn range(&self, span: Span) -> std::ops::Range<usize> {
        let shown = |offset: u32| {
            let within = self.text.floor_char_boundary(offset.saturating_sub(self.start) as usize);
            visible(self.text.get(..within).unwrap_or_default()).len()
        };
        shown(span.start)..shown(span.end.max(span.start))
    }
}

/// Puts U+FFFD for each character that a terminal would hide or obey, so that columns stay. The renderer
/// itself has pictures for those in ASCII.
fn visible(text: &str) -> Cow<'_, str> {
    let hidden = |c: char| !c.is_ascii() && is_refused(c);
    if !text.contains(hidden) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(|c| if hidden(c) { char::REPLACEMENT_CHARACTER } else { c }).collect())
}
