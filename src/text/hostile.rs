//! What no rule file may contain, found before any parser looks at it.
//!
//! Text that shows one thing and says another (bidirectional controls, invisible characters: the "Trojan
//! Source" attacks, CVE-2021-42574) is refused in strings and comments too. So is nesting that would exhaust
//! a parser's stack, and text too large to compile.

use super::{SourceId, Span};

/// The most bytes that a rule file may have: 8 MiB.
pub const MAX_TEXT_BYTES: usize = 8 * 1024 * 1024;

/// How many brackets may be open at once.
pub const MAX_NESTING: usize = 64;

/// [`scan`] stops after so many findings: more would tell the author nothing, and a hostile text has
/// millions.
pub const MAX_FINDINGS: usize = 100;

/// Something refused, and where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hostile {
    /// What was found.
    pub kind: HostileKind,
    /// The character, the run of like characters, or the bracket.
    pub span: Span,
}

/// What can be wrong with a text before it is read as rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum HostileKind {
    /// A byte order mark at the very start.
    ByteOrderMark,
    /// A control that changes the direction in which text is shown. The first of its run.
    Bidirectional(char),
    /// A character that is not shown. The first of its run.
    Invisible(char),
    /// A control character other than tab and line end. The first of its run. A carriage return without a line feed is one: editors
    /// show a new line there, and a comment goes on.
    Control(char),
    /// The first bracket that [`MAX_NESTING`] others are open around. Only one is reported.
    TooDeep,
    /// The text has more than [`MAX_TEXT_BYTES`]. Nothing else is looked at; the span is empty, where the
    /// limit lies.
    TooLarge,
}

/// Returns what must be refused in `text`, in order of place, at most [`MAX_FINDINGS`]. Takes time linear in
/// the text.
///
/// Brackets in strings and in `#` comments do not nest. A string ends with its line at the latest, as in the
/// grammar.
pub fn scan(source: SourceId, text: &str) -> Vec<Hostile> {
    if text.len() > MAX_TEXT_BYTES {
        let at = u32::try_from(text.floor_char_boundary(MAX_TEXT_BYTES)).unwrap_or(u32::MAX);
        return vec![Hostile { kind: HostileKind::TooLarge, span: Span::empty_at(source, at) }];
    }
    let mut found: Vec<Hostile> = Vec::new();
    let mut nesting = Nesting::default();
    for (offset, c) in text.char_indices() {
        let alone = c == '\r' && text.as_bytes().get(offset.saturating_add(1)) != Some(&b'\n');
        let lone_return = alone.then_some(HostileKind::Control(c));
        let Some(kind) = lone_return.or_else(|| refused(offset, c)).or_else(|| nesting.step(c)) else {
            continue;
        };
        let start = u32::try_from(offset).unwrap_or(u32::MAX);
        let end = start.saturating_add(u32::try_from(c.len_utf8()).unwrap_or(0));
        let span = Span::new(source, start, end);
        let full = found.len() >= MAX_FINDINGS;
        match found.last_mut() {
            Some(last) if last.span.end == start && same_run(last.kind, kind) => last.span.end = end,
            _ if full => break,
            _ => found.push(Hostile { kind, span }),
        }
    }
    found
}

/// Whether `c` may not stand in a rule file, wherever it is. Who shows text of unknown origin should show
/// something else instead.
pub fn is_refused(c: char) -> bool {
    refused(1, c).is_some()
}

fn same_run(a: HostileKind, b: HostileKind) -> bool {
    std::mem::discriminant(&a) == std::mem::discriminant(&b)
}

/// Returns why `c` is refused at a byte offset.
fn refused(offset: usize, c: char) -> Option<HostileKind> {
    match c {
        '\t' | '\n' | '\r' => None,
        '\u{FEFF}' if offset == 0 => Some(HostileKind::ByteOrderMark),
        _ if is_bidirectional(c) => Some(HostileKind::Bidirectional(c)),
        _ if is_invisible(c) => Some(HostileKind::Invisible(c)),
        _ if c.is_control() => Some(HostileKind::Control(c)),
        _ => None,
    }
}

/// Whether nothing of `c` is seen where text is shown, or it turns round what is: a control character, one that may not stand in a rule
/// file, a blank that is no white space, or a format control of one script. White space is seen.
pub fn is_unseen(c: char) -> bool {
    c.is_control() || is_refused(c) || matches!(c, '\u{2800}' | '\u{13430}'..='\u{1345F}' | '\u{1D159}')
}

/// Unicode's property Bidi_Control (UAX #9).
pub fn is_bidirectional(c: char) -> bool {
    matches!(c, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Unicode's Default_Ignorable_Code_Point (UAX #44), as far as not bidirectional, with the two line
/// separators that most editors do not show and the interlinear annotation marks.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{00AD}' | '\u{034F}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
        | '\u{180B}'..='\u{180F}'
        | '\u{200B}'..='\u{200D}'
        | '\u{2028}' | '\u{2029}'
        | '\u{2060}'..='\u{2065}'
        | '\u{206A}'..='\u{206F}'
        | '\u{3164}'
        | '\u{FE00}'..='\u{FE0F}'
        | '\u{FEFF}' | '\u{FFA0}'
        | '\u{FFF0}'..='\u{FFFB}'
        | '\u{1BCA0}'..='\u{1BCA3}'
        | '\u{1D173}'..='\u{1D17A}'
        | '\u{E0000}'..='\u{E0FFF}')
}

/// The open brackets, as the grammar would see them.
#[derive(Default)]
struct Nesting {
    /// The closing bracket that each open one waits for; at most [`MAX_NESTING`].
    open: Vec<char>,
    place: Place,
    reported: bool,
}

#[derive(Default, Clone, Copy)]
enum Place {
    #[default]
    Code,
    Comment,
    Text,
    /// In a string, behind a backslash.
    Escape,
}

impl Nesting {
    fn step(&mut self, c: char) -> Option<HostileKind> {
        self.place = match (self.place, c) {
            (_, '\n') => Place::Code,
            (Place::Code, '#') => Place::Comment,
            (Place::Code, '"') => Place::Text,
            (Place::Text, '"') => Place::Code,
            (Place::Text, '\\') => Place::Escape,
            (Place::Escape, _) => Place::Text,
            (Place::Code, _) => return self.bracket(c),
            (place, _) => place,
        };
        None
    }

    fn bracket(&mut self, c: char) -> Option<HostileKind> {
        match c {
            '(' => self.enter(')'),
            '[' => self.enter(']'),
            '{' => self.enter('}'),
            // A closing bracket also closes what was left open inside its pair, so that one forgotten `)`
            // does not deepen the rest of the file. One that closes nothing counts for nothing.
            ')' | ']' | '}' => {
                let pair = self.open.iter().rposition(|&waiting| waiting == c);
                self.open.truncate(pair.unwrap_or(self.open.len()));
                None
            }
            _ => None,
        }
    }

    fn enter(&mut self, closing: char) -> Option<HostileKind> {
        if self.open.len() < MAX_NESTING {
            self.open.push(closing);
            return None;
        }
        let first = !self.reported;
        self.reported = true;
        first.then_some(HostileKind::TooDeep)
    }
}
