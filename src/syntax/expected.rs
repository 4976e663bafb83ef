//! What the grammar allows at a place, in words for people, and the finding that says so.

use crate::diagnostic::{Code, Diagnostic};
use crate::text::Span;

use super::build::{Build, snake};
use super::grammar::{Failure, Rule};
use super::shape::word_of;
use super::tokens::{Kind, Token};

/// The words that no name may be; the rule `reserved` of the grammar.
pub(super) const RESERVED: [&str; 22] = [
    "all", "and", "any", "complete", "during", "else", "empty", "given", "has", "in", "is", "match",
    "missing", "no", "not", "of", "one", "only", "or", "that", "when", "yes",
];

/// More alternatives than these help nobody.
const MOST: usize = 6;

/// What stands around a failure.
pub(super) struct Scene<'a, 't> {
    /// The tokens from the start of the phrase or head to the failure.
    pub before: &'a [Token<'t>],
    /// The token at the failure; none at the end of the file.
    pub found: Option<Token<'t>>,
    /// Whether the next phrase or declaration begins there.
    pub boundary: bool,
    /// The byte of the failure, in the file.
    pub at: usize,
}

/// Returns the finding for `failure`.
pub(super) fn finding(build: &Build<'_>, failure: &Failure, scene: &Scene<'_, '_>) -> Diagnostic {
    let place = match scene.found {
        Some(token) => build.bytes(token.start, token.end),
        None => build.bytes(scene.at, scene.at),
    };
    if failure.exhausted {
        return Diagnostic::error(Code::TOO_COMPLEX, place, "this takes too many steps to read")
            .help("name parts of it with `let`, or spread it over several declarations");
    }
    if let Some(token) = scene.found.filter(|token| token.kind == Kind::Number && token.start < scene.at)
        && !token.text.contains('T')
    {
        return Diagnostic::error(
            Code::BAD_NUMBER,
            place,
            format!("`{}` cannot be read as a number or date", token.text),
        );
    }
    let last = scene.before.last().copied();
    if let Some(text) = scene.found.into_iter().chain(last).find(|token| unfinished(token)) {
        return unfinished_string(build, text);
    }
    if let Some(diagnostic) = scene.found.and_then(|token| unknown_escape(build, token)) {
        return diagnostic;
    }
    bracket(build, failure, scene, place)
        .or_else(|| scene.found.and_then(|token| shape_of_word(failure, token, place)))
        .unwrap_or_else(|| generic(failure, scene, place))
}

fn unfinished(token: &Token<'_>) -> bool {
    token.kind == Kind::Text { closed: false }
}

fn unfinished_string(build: &Build<'_>, token: Token<'_>) -> Diagnostic {
    let span = build.bytes(token.start, token.end);
    Diagnostic::error(Code::UNFINISHED_STRING, span, "this string has no end on its line").help_edit(
        "add `\"` where it ends",
        span.after(),
        "\"",
    )
}

fn unknown_escape(build: &Build<'_>, token: Token<'_>) -> Option<Diagnostic> {
    if !matches!(token.kind, Kind::Text { .. }) {
        return None;
    }
    let mut chars = token.text.char_indices();
    while let Some((at, c)) = chars.next() {
        if c != '\\' {
            continue;
        }
        let (next, escaped) = chars.next()?;
        if !matches!(escaped, '"' | '\\' | 'n') {
            let end = token.start.saturating_add(next).saturating_add(escaped.len_utf8());
            let span = build.bytes(token.start.saturating_add(at), end);
            let message = format!("`\\{escaped}` is not an escape");
            return Some(
                Diagnostic::error(Code::UNKNOWN_ESCAPE, span, message)
                    .help("write `\\\\` for a backslash, `\\\"` for a quote, `\\n` for a line end"),
            );
        }
    }
    None
}

fn bracket(build: &Build<'_>, failure: &Failure, scene: &Scene<'_, '_>, place: Span) -> Option<Diagnostic> {
    let mut open: Vec<Token<'_>> = Vec::new();
    for token in scene.before {
        match token.kind {
            Kind::Open => open.push(*token),
            Kind::Close => {
                open.pop();
            }
            _ => {}
        }
    }
    let closable = failure.expected.iter().any(|&rule| matches!(rule, Rule::P_paren | Rule::P_bracket));
    let closing = scene.found.is_some_and(|token| token.kind == Kind::Close);
    let stray = closing && scene.found.is_some_and(|token| token.text != "}");
    match open.last() {
        Some(last) if closable && (scene.boundary || scene.found.is_none() || closing) => {
            let partner = if last.text == "(" { ")" } else { "]" };
            let span = build.bytes(last.start, last.end);
            let message = format!("`{}` is not closed", last.text);
            let end = scene.before.last().map_or(span, |token| build.bytes(token.start, token.end));
            Some(Diagnostic::error(Code::UNCLOSED_BRACKET, span, message).help_edit(
                format!("add `{partner}`"),
                end.after(),
                partner,
            ))
        }
        None if stray => {
            let text = scene.found.map_or("", |token| token.text);
            let wanted = failure.expected.iter().any(|&rule| is_needed(rule));
            (!wanted).then(|| {
                Diagnostic::error(Code::UNOPENED_BRACKET, place, format!("`{text}` closes nothing"))
                    .help_edit("delete it", place, "")
            })
        }
        _ => None,
    }
}

/// Whether the phrase cannot end without this.
fn is_needed(rule: Rule) -> bool {
    matches!(
        rule,
        Rule::unary
            | Rule::term
            | Rule::name
            | Rule::title
            | Rule::code
            | Rule::string
            | Rule::words
            | Rule::is_value
            | Rule::value
            | Rule::measured
            | Rule::item
            | Rule::literal
            | Rule::path
            | Rule::set
            | Rule::list
            | Rule::series
            | Rule::operand
    )
}

/// Reports a reserved or misshapen word where only a name, type or code may stand, and an instant without its offset.
fn shape_of_word(failure: &Failure, token: Token<'_>, place: Span) -> Option<Diagnostic> {
    let text = token.text;
    let only = match failure.expected.as_slice() {
        [only] => Some(*only),
        _ => None,
    };
    if token.kind == Kind::Number {
        let time = text.split_once('T').filter(|(date, _)| date.len() == 10)?;
        let offset = time.1.ends_with('Z') || time.1.contains(['+', '-']);
        return (!offset).then(|| {
            Diagnostic::error(Code::INSTANT_WITHOUT_OFFSET, place, format!("`{text}` has no offset from UTC"))
                .help("add the offset, as in `+05:30`, or `Z` for UTC")
        });
    }
    if token.kind != Kind::Word {
        return None;
    }
    let wrong = |message: String, right: String| {
        let right_ascii = right.is_ascii() && right != text;
        let finding = Diagnostic::error(Code::WORD_SHAPE, place, message);
        if right_ascii { finding.help_edit(format!("write `{right}`"), place, right) } else { finding }
    };
    match only {
        _ if !text.is_ascii() => {
            Some(wrong(format!("words are of ASCII letters, and `{text}` is not"), text.to_owned()))
        }
        // A keyword that begins a line was meant as one: then a name is missing, not misspelt.
        _ if token.first && text.starts_with(|c: char| c.is_ascii_lowercase()) => None,
        Some(Rule::name) if RESERVED.contains(&text) => Some(
            Diagnostic::error(
                Code::RESERVED_WORD,
                place,
                format!("`{text}` is a word of the language and no name"),
            )
            .help("add a word to it that says more"),
        ),
        Some(Rule::name) if snake(text) != text => {
            Some(wrong(format!("names are lower_snake, and `{text}` is not"), snake(text)))
        }
        Some(Rule::code) if text.len() == 1 => Some(
            Diagnostic::error(
                Code::WORD_SHAPE,
                place,
                format!("codes have two characters or more, and `{text}` has one"),
            )
            .help("name what is meant, as in `NO_WINDOW`"),
        ),
        Some(Rule::code) => Some(wrong(
            format!("codes are UPPER-CODE, and `{text}` is not"),
            snake(text).to_ascii_uppercase(),
        )),
        Some(Rule::typ) => Some(wrong(format!("types are UpperCamel, and `{text}` is not"), camel(text))),
        _ => None,
    }
}

fn camel(word: &str) -> String {
    let mut text = String::new();
    for part in snake(word).split('_') {
        let mut chars = part.chars();
        text.extend(chars.next().map(|c| c.to_ascii_uppercase()));
        text.extend(chars);
    }
    text
}

fn generic(failure: &Failure, scene: &Scene<'_, '_>, place: Span) -> Diagnostic {
    let mut words: Vec<(u8, String)> = Vec::new();
    for &rule in &failure.expected {
        if let Some(word) = describe(rule).filter(|word| !words.contains(word)) {
            words.push(word);
        }
    }
    words.sort();
    let best = words.first().map_or(0, |&(rank, _)| rank);
    let mut words: Vec<String> =
        words.into_iter().filter(|&(rank, _)| rank < 8 || best >= 8).map(|(_, word)| word).collect();
    words.truncate(MOST);
    let expected = match words.pop() {
        None => "something else".to_owned(),
        Some(last) if words.is_empty() => last,
        Some(last) => format!("{} or {last}", words.join(", ")),
    };
    let after = scene.before.last().map(|token| format!(" after {}", quoted(token))).unwrap_or_default();
    let found = scene.found.as_ref().map_or("the end of the file".to_owned(), quoted);
    let finding =
        Diagnostic::error(Code::UNEXPECTED_TEXT, place, format!("expected {expected}{after}, found {found}"));
    let known: Vec<String> = failure.expected.iter().filter_map(|&rule| keyword(rule)).collect();
    match scene.found.filter(|token| token.kind == Kind::Word) {
        Some(token) => finding.help_nearest(token.text, known.iter().map(String::as_str)),
        None => finding,
    }
}

fn quoted(token: &Token<'_>) -> String {
    match token.text.char_indices().nth(40) {
        Some((end, _)) => format!("`{}…`", token.text.get(..end).unwrap_or_default()),
        None => format!("`{}`", token.text),
    }
}

/// Returns the keyword that a rule of the grammar is.
pub(super) fn keyword(rule: Rule) -> Option<String> {
    format!("{rule:?}").strip_prefix("K_").map(str::to_owned)
}

/// Returns what a rule is for people, and its rank: the lowest are told first.
fn describe(rule: Rule) -> Option<(u8, String)> {
    let (rank, text) = match rule {
        Rule::P_open => (1, "`{`"),
        Rule::P_close => (1, "`}`"),
        Rule::P_paren => (1, "`)`"),
        Rule::P_bracket => (1, "`]`"),
        Rule::P_list => (1, "`[`"),
        Rule::P_comma => (1, "`,`"),
        Rule::P_colon => (1, "`:`"),
        Rule::P_equals => (1, "`=`"),
        Rule::P_dots => (1, "`..`"),
        Rule::unary | Rule::expr => (2, "a condition"),
        Rule::relation | Rule::operand | Rule::term => (2, "an operand"),
        Rule::is_value => (2, "a value"),
        Rule::is_one => (3, "`one of`"),
        Rule::is_state => (3, "`given`"),
        Rule::fallback | Rule::item | Rule::value | Rule::measured | Rule::literal => (2, "a value"),
        Rule::name => (2, "a name"),
        Rule::path => (2, "a name"),
        Rule::typ => (2, "a type"),
        Rule::code => (2, "a code such as `CODE`"),
        Rule::title => (2, "a title in quotes"),
        Rule::string => (2, "text in quotes"),
        Rule::digits | Rule::number => (2, "a number"),
        Rule::percent => (2, "a percentage"),
        Rule::date => (2, "a date"),
        Rule::instant => (2, "an instant"),
        Rule::clock => (2, "a time such as `09:00`"),
        Rule::duration => (2, "a duration such as `5 minutes`"),
        Rule::span | Rule::business | Rule::years => (2, "a time such as `2 hours`"),
        Rule::unit => (3, "a unit such as `minutes`"),
        Rule::ratio => (3, "a ratio such as `2/3`"),
        Rule::words | Rule::list | Rule::series => (2, "a list in `[` and `]`"),
        Rule::set => (2, "a list or a set"),
        Rule::word => (2, "a word"),
        Rule::limit => (2, "`under` or `within`"),
        Rule::approver => (2, "`any of`, `all of`, `2 of` or `board`"),
        Rule::some_of => (2, "`any of`"),
        Rule::ty | Rule::simple_ty => (2, "a type"),
        Rule::range => (5, "a range"),
        Rule::hit => (2, "`unique` or `first`"),
        Rule::shape => (2, "`gauge`, `result`, `probe`, `events` or `heartbeat`"),
        Rule::variant => (2, "a value"),
        Rule::variant_sep => (5, "`|` or `<`"),
        Rule::outcome => (2, "an outcome"),
        Rule::bind => (4, "a binding"),
        Rule::percents => (2, "a percentage"),
        Rule::tail => (5, "a comparison"),
        Rule::joiner => (6, "`and` or `or`"),
        Rule::sign => (8, "`+` or `-`"),
        Rule::follow | Rule::phrase => (7, "the next row or clause"),
        Rule::field_mark => (6, "a mark such as `optional`"),
        Rule::metric_clause => (6, "a clause such as `every`"),
        Rule::body => (1, "`{`"),
        Rule::later => (5, "`later`"),
        Rule::EOI | Rule::bang | Rule::not_joiner | Rule::bare_else | Rule::reserved => return None,
        _ => {
            let word =
                keyword(rule).or_else(|| Some(word_of(rule).to_owned()).filter(|word| !word.is_empty()))?;
            return Some((4, format!("`{word}`")));
        }
    };
    Some((rank, text.to_owned()))
}
