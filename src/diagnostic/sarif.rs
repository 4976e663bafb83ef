//! Findings as SARIF 2.1.0 (OASIS standard, errata 01), which code scanning services read.
//!
//! Columns count Unicode code points (`columnKind`, §3.14.17); end columns are behind the last character
//! (§3.30.8).

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::text::{Position, Sources, Span};

use super::{Code, Diagnostic, Help, Label, Place};

/// Returns a log of one run, indented, with a line end. Its rules are the codes that were found.
pub fn render_sarif(findings: &[Diagnostic], sources: &Sources) -> String {
    let codes: BTreeSet<Code> = findings.iter().map(|finding| finding.code).collect();
    let codes: Vec<Code> = codes.into_iter().collect();
    let rules: Vec<Value> = codes.iter().map(|&code| rule(code)).collect();
    let results: Vec<Value> = findings.iter().map(|finding| result(finding, &codes, sources)).collect();
    let log = json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "tollgate",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    format!("{log:#}\n")
}

fn rule(code: Code) -> Value {
    json!({
        "id": code.id(),
        "shortDescription": { "text": code.title() },
        "fullDescription": { "text": code.explanation() },
    })
}

fn result(finding: &Diagnostic, codes: &[Code], sources: &Sources) -> Value {
    let related: Vec<Value> =
        finding.related.iter().map(|related| related_location(related, sources)).collect();
    let fixes: Vec<Value> = finding.help.iter().filter_map(|help| fix(help, sources)).collect();
    let mut location = json!({ "physicalLocation": physical(finding.primary, sources) });
    if let (Some(label), Some(object)) = (&finding.label, location.as_object_mut()) {
        object.insert("message".to_owned(), text(label));
    }
    let mut result = json!({
        "ruleId": finding.code.id(),
        "ruleIndex": codes.binary_search(&finding.code).unwrap_or_default(),
        "level": finding.severity.word(),
        "message": text(&message(finding)),
        "locations": [location],
    });
    if let Some(object) = result.as_object_mut() {
        // Empty lists are left out: services read `fixes: []` as "there are fixes".
        for (key, list) in [("relatedLocations", related), ("fixes", fixes)] {
            if !list.is_empty() {
                object.insert(key.to_owned(), Value::Array(list));
            }
        }
    }
    result
}

/// Returns the message and the advice that has no edit, which SARIF has no other place for.
fn message(finding: &Diagnostic) -> String {
    let advice = finding.help.iter().filter(|help| help.edit.is_none()).map(|help| help.message.as_str());
    std::iter::once(finding.message.as_str()).chain(advice).collect::<Vec<_>>().join("\nhelp: ")
}

fn related_location(related: &Label, sources: &Sources) -> Value {
    json!({ "physicalLocation": physical(related.span, sources), "message": text(&related.message) })
}

fn fix(help: &Help, sources: &Sources) -> Option<Value> {
    let edit = help.edit.as_ref()?;
    let Place { file, start, end, .. } = Place::of(edit.span, sources);
    Some(json!({
        "description": text(&help.message),
        "artifactChanges": [{
            "artifactLocation": { "uri": uri(&file) },
            "replacements": [{
                "deletedRegion": region(start, end),
                "insertedContent": { "text": edit.replacement },
            }],
        }],
    }))
}

fn physical(span: Span, sources: &Sources) -> Value {
    let Place { file, start, end, .. } = Place::of(span, sources);
    json!({ "artifactLocation": { "uri": uri(&file) }, "region": region(start, end) })
}

fn region(start: Position, end: Position) -> Value {
    json!({
        "startLine": start.line, "startColumn": start.column,
        "endLine": end.line, "endColumn": end.column,
    })
}

fn text(words: &str) -> Value {
    json!({ "text": words })
}

/// Returns a path as a relative reference (RFC 3986 §4.2): all but unreserved characters and `/`
/// percent-encoded.
fn uri(path: &str) -> String {
    let mut encoded = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                encoded.push(char::from(byte));
            }
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}
