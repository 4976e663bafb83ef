//! The verdict of a check, and what it says for people in one line.

use crate::trail::{Fault, Whole, Why};

use super::check::MissingBlob;
use super::finding::Difference;

pub(super) fn verdict(
    whole: Option<&Whole>,
    fault: Option<&Fault>,
    pins: usize,
    kept: Option<u64>,
    missing: &[MissingBlob],
    differences: &[Difference],
) -> &'static str {
    match whole {
        // What is wrong there is the pin: of the trail nothing is said.
        _ if fault.is_some_and(|fault| matches!(fault.why, Why::OtherPin { .. })) => "other log",
        _ if fault.is_some_and(|fault| is_bad_pin(fault, pins)) => "bad pin",
        _ if fault.is_some() => "broken",
        None if kept.is_some() => "stale",
        None => "empty",
        _ if !missing.is_empty() => "blob missing",
        Some(whole) if whole.beyond.is_some() => "stale",
        _ if !differences.is_empty() => "re-decided differently",
        Some(whole) if whole.pinned.is_some() => "pinned",
        Some(_) => "self-consistent",
    }
}

/// Whether it is a pin that was damaged, altered or forged. One that the log's key signed and that has another root is a fault of the log.
fn is_bad_pin(fault: &Fault, pins: usize) -> bool {
    fault.why.place().is_some_and(|place| place < pins) && !matches!(fault.why, Why::Pinned { .. })
}

pub(super) fn says(
    verdict: &str,
    whole: Option<&Whole>,
    fault: Option<&Fault>,
    kept: Option<u64>,
    missing: &[MissingBlob],
    differences: &[Difference],
) -> String {
    let size = whole.map_or(0, |whole| whole.log.frontier().size());
    match verdict {
        "broken" => {
            fault.map_or_else(String::new, |fault| format!("broken at {}: {}", fault.index, fault.why))
        }
        "other log" | "bad pin" => {
            fault.map_or_else(String::new, |fault| format!("{verdict}: {}", fault.why))
        }
        "empty" => "there is no entry".to_owned(),
        "blob missing" => missing.first().map_or_else(String::new, |first| {
            format!("blob missing at {}: {}; {} in all", first.index, first.digest, missing.len())
        }),
        "stale" => {
            let beyond = whole.map_or(kept, |whole| whole.beyond).unwrap_or_default();
            format!(
                "stale: {size} entries, and the log had {beyond} before: it is an old copy, or its end was cut off"
            )
        }
        "re-decided differently" => differences.first().map_or_else(String::new, |first| {
            format!("re-decided differently at {}: {}; {} in all", first.index, first.what, differences.len())
        }),
        "pinned" => {
            let pinned = whole.and_then(|whole| whole.pinned).unwrap_or_default();
            format!(
                "pinned({pinned}): {size} entries, the first {pinned} of them as they were kept elsewhere"
            )
        }
        _ => format!(
            "self-consistent: {size} entries; without a pin nothing shows that none was cut off at the end"
        ),
    }
}
