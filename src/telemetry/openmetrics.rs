//! Exposition text: OpenMetrics and the older text format of Prometheus.

use std::collections::BTreeMap;

use super::error::{Fault, Place, TelemetryError};
use super::{Budget, Reading, Series, check_size, time};
use crate::value::{Instant, quoted};

/// The line with which OpenMetrics ends, and nothing else does.
const END: &str = "# EOF";

type Labels = Vec<(String, String)>;

/// Which of the two formats a text has.
#[derive(Clone, Copy)]
enum Format {
    /// OpenMetrics 1.0: times are seconds with a fraction, samples may have exemplars.
    OpenMetrics,
    /// Prometheus text format 0.0.4: times are whole milliseconds.
    Prometheus,
}

/// Reads OpenMetrics 1.0 text (section "Text format") or the Prometheus text format 0.0.4 (Prometheus documentation,
/// "Exposition formats").
///
/// The two differ in what a time means: seconds in OpenMetrics, milliseconds in the older format. OpenMetrics must
/// end with `# EOF` and the older format never does, so the last line decides, and a time that would lie before 1973
/// in milliseconds is refused rather than believed. Samples without a time get `scraped_at`. The older format has no
/// mark at its end: of it, a text cut off between two lines cannot be told from a whole one.
///
/// Samples of one name and one set of labels are one series, in the order of the text. Every sample is read as it
/// stands, those of histograms and summaries too; `TYPE`, `UNIT`, `HELP` and other comments, and exemplars, are
/// skipped. Names in quotes, which Prometheus 3 writes when asked to, are refused.
///
/// # Errors
/// [`Fault::Grammar`], [`Fault::QuotedName`], [`Fault::LabelTwice`], [`Fault::NotANumber`], [`Fault::NoTime`],
/// [`Fault::NotMilliseconds`], [`Fault::Exemplar`], [`Fault::OpenLine`] or [`Fault::AfterEnd`], with the line;
/// [`Fault::TooLarge`] and [`Fault::TooManySamples`].
pub fn openmetrics(text: &str, scraped_at: Instant) -> Result<Vec<Series>, TelemetryError> {
    check_size(text)?;
    let format = match text.trim_end().lines().next_back() {
        Some(END) => Format::OpenMetrics,
        _ => Format::Prometheus,
    };
    // "The last line must end with a line feed character": `98` of `98.5` would be a number too.
    if matches!(format, Format::Prometheus) && !text.is_empty() && !text.ends_with('\n') {
        return Err(Fault::OpenLine.at(Place::Line(text.lines().count())));
    }
    let mut found: Vec<Series> = Vec::new();
    let mut index: BTreeMap<(String, Labels), usize> = BTreeMap::new();
    let mut budget = Budget::new();
    let mut ended = false;
    for (number, line) in (1..).zip(text.lines()) {
        let at = |fault: Fault| fault.at(Place::Line(number));
        let blank = line.trim().is_empty();
        if ended && !blank {
            return Err(at(Fault::AfterEnd));
        }
        ended |= line.trim_end() == END;
        if blank || line.trim_start().starts_with('#') {
            continue;
        }
        budget.take().map_err(at)?;
        let (name, labels, reading) = sample(line, format, scraped_at).map_err(at)?;
        let key = (name, labels);
        match index.get(&key).and_then(|&series| found.get_mut(series)) {
            Some(series) => series.readings.push(reading),
            None => {
                let (name, labels) = key.clone();
                index.insert(key, found.len());
                found.push(Series { name, labels, readings: vec![reading] });
            }
        }
    }
    Ok(found)
}

/// Reads `name{label="value",…} value time # exemplar`, all but name and value optional.
fn sample(line: &str, format: Format, scraped_at: Instant) -> Result<(String, Labels, Reading), Fault> {
    let mut line = Cursor { rest: line };
    line.skip_blanks();
    let name = line.word("the name of a metric", |char| is_name_char(char) || char == ':')?;
    if !line.rest.starts_with([' ', '\t', '{']) {
        return Err(line.expected("a blank or `{` behind the name of a metric"));
    }
    line.skip_blanks();
    let labels = if line.eat('{') { labels(&mut line)? } else { Vec::new() };
    line.skip_blanks();
    let value = line.token("a value")?;
    line.skip_blanks();
    let at = match line.rest.chars().next() {
        None | Some('#') => scraped_at,
        Some(_) => instant(line.token("a time")?, format)?,
    };
    line.skip_blanks();
    let reading = Reading::new(at, value)?;
    match (line.rest.chars().next(), format) {
        (None, _) | (Some('#'), Format::OpenMetrics) => Ok((name.to_owned(), labels, reading)),
        (Some('#'), Format::Prometheus) => Err(Fault::Exemplar),
        (Some(_), _) => Err(line.expected("the end of the line")),
    }
}

/// Reads labels up to and with the closing brace. A comma after the last is allowed, as Prometheus allows it.
fn labels(line: &mut Cursor<'_>) -> Result<Labels, Fault> {
    let mut labels = Labels::new();
    loop {
        line.skip_blanks();
        if line.eat('}') {
            break;
        }
        let name = line.word("the name of a label or `}`", is_name_char)?;
        line.skip_blanks();
        if !line.eat('=') {
            return Err(line.expected("`=`"));
        }
        line.skip_blanks();
        labels.push((name.to_owned(), line.quoted_value()?));
        line.skip_blanks();
        if !line.eat(',') && !line.rest.starts_with('}') {
            return Err(line.expected("`,` or `}`"));
        }
    }
    labels.sort();
    match labels.array_windows().find(|[(a, _), (b, _)]| a == b) {
        Some([(name, _), _]) => Err(Fault::LabelTwice { name: quoted(name) }),
        None => Ok(labels),
    }
}

fn instant(text: &str, format: Format) -> Result<Instant, Fault> {
    match format {
        Format::OpenMetrics => time::from_seconds(text)
            .ok_or_else(|| Fault::NoTime { text: quoted(text), form: "seconds since 1970" }),
        Format::Prometheus => {
            time::from_milliseconds(text).ok_or_else(|| Fault::NotMilliseconds { text: quoted(text) })
        }
    }
}

/// A letter, a digit or `_`. That no digit comes first is seen by [`Cursor::word`].
fn is_name_char(char: char) -> bool {
    char.is_ascii_alphanumeric() || char == '_'
}

fn is_blank(char: char) -> bool {
    matches!(char, ' ' | '\t')
}

/// What is left of a line.
struct Cursor<'a> {
    rest: &'a str,
}

impl<'a> Cursor<'a> {
    fn skip_blanks(&mut self) {
        self.rest = self.rest.trim_start_matches(is_blank);
    }

    fn eat(&mut self, char: char) -> bool {
        let rest = self.rest.strip_prefix(char);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    /// The characters that belong, up to the first that does not.
    fn take(&mut self, belongs: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|char| !belongs(char)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }

    /// A name, which does not begin with a digit.
    fn word(&mut self, expected: &'static str, belongs: impl Fn(char) -> bool) -> Result<&'a str, Fault> {
        match self.rest.chars().next() {
            Some('"' | '{') => return Err(Fault::QuotedName),
            Some('0'..='9') => return Err(self.expected(expected)),
            _ => {}
        }
        match self.take(belongs) {
            "" => Err(self.expected(expected)),
            word => Ok(word),
        }
    }

    /// What stands up to the next blank.
    fn token(&mut self, expected: &'static str) -> Result<&'a str, Fault> {
        match self.take(|char| !is_blank(char)) {
            "" => Err(self.expected(expected)),
            token => Ok(token),
        }
    }

    /// A label's value in double quotes; `\\`, `\"` and `\n` stand for what they stand for.
    fn quoted_value(&mut self) -> Result<String, Fault> {
        if !self.eat('"') {
            return Err(self.expected("`\"`"));
        }
        let mut value = String::new();
        let mut chars = self.rest.chars();
        loop {
            let at = chars.as_str();
            match chars.next() {
                Some('"') => break,
                Some('\\') => match chars.next() {
                    Some('n') => value.push('\n'),
                    Some(char @ ('\\' | '"')) => value.push(char),
                    _ => {
                        self.rest = at;
                        return Err(self.expected("`\\\\`, `\\\"` or `\\n`"));
                    }
                },
                Some(char) => value.push(char),
                None => {
                    self.rest = at;
                    return Err(self.expected("the closing `\"` of a label's value"));
                }
            }
        }
        self.rest = chars.as_str();
        Ok(value)
    }

    fn expected(&self, expected: &'static str) -> Fault {
        Fault::Grammar { expected, found: quoted(self.rest) }
    }
}
