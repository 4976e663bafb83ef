//! From the events of the XML reader to suites.

use std::collections::BTreeMap;

use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::super::error::{Fault, Place, TelemetryError};
use super::super::time;
use super::{Case, CaseOutcome, Property, Suite, SuiteOutcome};
use crate::value::{Duration, Instant, Measurement, quoted};

/// Elements around an element. Suites nest with it, and so does every walk over them.
const MAX_DEPTH: usize = 32;

const TRILLIONTHS_IN_A_MILLISECOND: i128 = 1_000_000_000;

type Attributes = BTreeMap<String, String>;

/// An element that is open.
enum Open {
    /// `testsuites`: what stands in no suite, and the suites.
    Report(Suite),
    Suite(Suite),
    Case(Case),
    Properties(Vec<Property>),
    /// A property, whose value is an attribute or else its text.
    Property {
        name: String,
        value: Option<String>,
        line: usize,
        text: String,
    },
    /// `failure`, `error` or `skipped` of a test, whose message is an attribute or else its text.
    Mark {
        outcome: CaseOutcome,
        message: Option<String>,
        text: String,
    },
    /// What is skipped.
    Other,
}

impl Open {
    /// Where text of this element goes.
    fn text(&mut self) -> Option<&mut String> {
        match self {
            Self::Property { text, .. } | Self::Mark { text, .. } => Some(text),
            _ => None,
        }
    }
}

pub(super) fn report(text: &str, reported_at: Instant) -> Result<Vec<Suite>, TelemetryError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut xml = Reader::from_str(text);
    xml.config_mut().expand_empty_elements = true;
    let mut lines = Lines { text, offset: 0, line: 1 };
    let mut open: Vec<Open> = Vec::new();
    let mut suites: Option<Vec<Suite>> = None;
    loop {
        let line = lines.at(xml.buffer_position());
        let event = match xml.read_event() {
            Ok(event) => event,
            Err(error) => return Err(ill_formed(&error).at(Place::Line(lines.at(xml.error_position())))),
        };
        let at = |fault: Fault| fault.at(Place::Line(line));
        match event {
            Event::Start(start) => {
                if suites.is_some() {
                    return Err(at(Fault::Xml { reason: "it has a second root".to_owned() }));
                }
                if open.len() >= MAX_DEPTH {
                    return Err(at(Fault::TooDeep { limit: MAX_DEPTH }));
                }
                let element = begin(&start, open.last_mut(), line, reported_at).map_err(at)?;
                open.push(element);
            }
            Event::End(_) => {
                let element = open.pop();
                match (element, open.last_mut()) {
                    (Some(element), Some(parent)) => end(element, parent),
                    (Some(element), None) => suites = Some(finished(element)),
                    (None, _) => {}
                }
            }
            Event::Text(text) => add_text(&mut open, &text.xml10_content()).map_err(at)?,
            Event::CData(text) => add_text(&mut open, &text.xml10_content()).map_err(at)?,
            Event::GeneralRef(reference) => {
                let text = character(&reference).map_err(at)?;
                add_text(&mut open, &text).map_err(at)?;
            }
            Event::DocType(_) => return Err(at(Fault::Doctype)),
            Event::Eof => break,
            Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
    let fault = match (suites, open.is_empty()) {
        (Some(suites), _) => return Ok(suites),
        (None, false) => Fault::CutOff,
        (None, true) => Fault::Xml { reason: "it has no root".to_owned() },
    };
    Err(fault.at(Place::Line(lines.at(xml.buffer_position()))))
}

/// Opens an element in the one around it.
fn begin(
    start: &BytesStart<'_>,
    parent: Option<&mut Open>,
    line: usize,
    reported_at: Instant,
) -> Result<Open, Fault> {
    let name = start.name();
    let of = |attributes: &Attributes, name: &str| attributes.get(name).cloned();
    Ok(match (name.as_ref(), parent) {
        ("testsuites", None) => Open::Report(suite(&attributes(start)?, reported_at)?),
        ("testsuite", None) => Open::Suite(suite(&attributes(start)?, reported_at)?),
        ("testsuite", Some(Open::Report(around) | Open::Suite(around))) => {
            Open::Suite(suite(&attributes(start)?, around.at)?)
        }
        ("testcase", Some(Open::Report(_) | Open::Suite(_))) => Open::Case(case(&attributes(start)?)),
        ("properties", Some(Open::Report(_) | Open::Suite(_) | Open::Case(_))) => {
            Open::Properties(Vec::new())
        }
        ("property", Some(Open::Properties(_))) => {
            let attributes = attributes(start)?;
            let name = of(&attributes, "name").unwrap_or_default();
            Open::Property { name, value: of(&attributes, "value"), line, text: String::new() }
        }
        (name @ ("failure" | "error" | "skipped"), Some(Open::Case(_))) => {
            let outcome = match name {
                "failure" => CaseOutcome::Failed,
                "error" => CaseOutcome::Errored,
                _ => CaseOutcome::Skipped,
            };
            let message = of(&attributes(start)?, "message").filter(|message| !message.is_empty());
            Open::Mark { outcome, message, text: String::new() }
        }
        ("failure" | "error", Some(Open::Report(around) | Open::Suite(around))) => {
            around.declared_faults = around.declared_faults.saturating_add(1);
            Open::Other
        }
        ("testsuites", Some(_)) => return Err(Fault::Misplaced { tag: "testsuites" }),
        ("testsuite", Some(_)) => return Err(Fault::Misplaced { tag: "testsuite" }),
        ("testcase", Some(_)) => return Err(Fault::Misplaced { tag: "testcase" }),
        (_, Some(_)) => Open::Other,
        (name, None) => return Err(Fault::Root { tag: quoted(name) }),
    })
}

/// Closes an element, and gives what it held to the one around it.
fn end(element: Open, parent: &mut Open) {
    match (element, parent) {
        (Open::Suite(suite), Open::Report(around) | Open::Suite(around)) => around.suites.push(suite),
        (Open::Case(case), Open::Report(around) | Open::Suite(around)) => around.cases.push(case),
        (Open::Properties(found), Open::Report(around) | Open::Suite(around)) => {
            around.properties.extend(found)
        }
        (Open::Properties(found), Open::Case(case)) => case.properties.extend(found),
        (Open::Property { name, value, line, text }, Open::Properties(found)) => {
            let value = value.unwrap_or_else(|| text.trim().to_owned());
            found.push(Property { name, value, line });
        }
        (Open::Mark { outcome, message, text }, Open::Case(case)) => {
            let text = Some(text.trim().to_owned()).filter(|text| !text.is_empty());
            // The status of a test may have said already what the mark says, but not why.
            let explains = outcome == case.outcome && case.message.is_none();
            if outcome > case.outcome || explains {
                case.outcome = outcome;
                case.message = message.or(text);
            }
        }
        _ => {}
    }
}

/// The suites of a report whose root is closed.
fn finished(root: Open) -> Vec<Suite> {
    let mut report = match root {
        Open::Report(report) => report,
        Open::Suite(suite) => return vec![suite],
        _ => return Vec::new(),
    };
    let mut suites = std::mem::take(&mut report.suites);
    // Failures that the report counts and no suite has must not get lost.
    if suites.iter().any(|suite| suite.outcome() == SuiteOutcome::Failed) {
        report.declared_faults = 0;
    }
    if !report.cases.is_empty() || !report.properties.is_empty() || report.declared_faults > 0 {
        suites.push(report);
    }
    suites
}

fn suite(attributes: &Attributes, around_at: Instant) -> Result<Suite, Fault> {
    let timestamp = attributes.get("timestamp");
    Ok(Suite {
        name: attributes.get("name").cloned().unwrap_or_default(),
        at: timestamp.and_then(|text| time::from_rfc3339(text).ok()).unwrap_or(around_at),
        timestamp: timestamp.cloned(),
        took: took(attributes),
        properties: Vec::new(),
        cases: Vec::new(),
        suites: Vec::new(),
        declared_faults: count(attributes, "failures")?.saturating_add(count(attributes, "errors")?),
    })
}

fn case(attributes: &Attributes) -> Case {
    let text = |name| attributes.get(name).cloned().unwrap_or_default();
    // GoogleTest and CTest say of a test that did not run so, and in no other way.
    let status = |name: &str| attributes.get(name).map(String::as_str).unwrap_or_default();
    let outcome = match (status("status"), status("result")) {
        ("fail" | "failed", _) => CaseOutcome::Failed,
        ("notrun" | "disabled" | "skipped", _) | (_, "suppressed" | "skipped") => CaseOutcome::Skipped,
        _ => CaseOutcome::Passed,
    };
    Case {
        name: text("name"),
        class: text("classname"),
        outcome,
        message: None,
        took: took(attributes),
        properties: Vec::new(),
    }
}

fn count(attributes: &Attributes, attribute: &'static str) -> Result<u64, Fault> {
    match attributes.get(attribute) {
        None => Ok(0),
        Some(text) => text.trim().parse().map_err(|_| Fault::NoCount { attribute, text: quoted(text) }),
    }
}

/// Seconds with a fraction, cut off to milliseconds. Nothing is judged by it, and some tools write it in the words of
/// their country: what cannot be read refuses no report.
fn took(attributes: &Attributes) -> Option<Duration> {
    let (seconds, _) = Measurement::rounded(attributes.get("time")?.trim()).ok()?;
    let ms = seconds.trillionths().checked_div(TRILLIONTHS_IN_A_MILLISECOND)?;
    i64::try_from(ms).ok().map(Duration::from_ms)
}

/// The attributes of an element. The XML reader's own search for duplicates compares each with each.
fn attributes(start: &BytesStart<'_>) -> Result<Attributes, Fault> {
    let mut found = Attributes::new();
    for attribute in start.attributes().with_checks(false) {
        let attribute = attribute.map_err(|error| ill_formed(&error.into()))?;
        let value =
            attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|error| ill_formed(&error))?;
        let name = attribute.key.as_ref();
        if found.insert(name.to_owned(), value.into_owned()).is_some() {
            return Err(Fault::Xml { reason: format!("the attribute `{}` stands twice", quoted(name)) });
        }
    }
    Ok(found)
}

fn add_text(open: &mut [Open], text: &str) -> Result<(), Fault> {
    match open.last_mut() {
        Some(element) => {
            if let Some(kept) = element.text() {
                kept.push_str(text);
            }
            Ok(())
        }
        None if text.trim().is_empty() => Ok(()),
        None => Err(Fault::Xml { reason: "text stands outside of its root".to_owned() }),
    }
}

/// The character that a reference in text stands for: a number, or one of the five names of XML.
fn character(reference: &BytesRef<'_>) -> Result<String, Fault> {
    if let Some(char) = reference.resolve_char_ref().map_err(|error| ill_formed(&error))? {
        return Ok(char.to_string());
    }
    let name = reference.xml10_content();
    match quick_xml::escape::resolve_xml_entity(&name) {
        Some(text) => Ok(text.to_owned()),
        None => Err(Fault::Xml { reason: format!("`&{};` stands for nothing", quoted(&name)) }),
    }
}

fn ill_formed(error: &quick_xml::Error) -> Fault {
    Fault::Xml { reason: quoted(&error.to_string()) }
}

/// Counts lines as the reader goes on, so that each line is looked at once.
struct Lines<'a> {
    text: &'a str,
    offset: usize,
    line: usize,
}

impl Lines<'_> {
    fn at(&mut self, position: u64) -> usize {
        let position = usize::try_from(position).unwrap_or(usize::MAX).min(self.text.len());
        let passed = self.text.as_bytes().get(self.offset..position).unwrap_or_default();
        let ends = passed.iter().filter(|byte| **byte == b'\n').count();
        self.line = self.line.saturating_add(ends);
        self.offset = position.max(self.offset);
        self.line
    }
}
