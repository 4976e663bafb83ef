//! What came of a check or of a receipt in lines, for people: both command lines print these.

use super::check::{CheckAnswer, Compared};
use super::prove::ProvedEntry;
use super::shown::safe;
use crate::json;
use crate::trail::{Home, PolicyRef};

/// Returns what came of a check, in lines.
pub fn told_check(answer: &CheckAnswer) -> String {
    let mut lines = vec![safe(&answer.says)];
    if let (Some(origin), Some(head), Some(log)) = (&answer.origin, &answer.head, &answer.log) {
        lines.push(format!("  log      {}, {log}", safe(origin)));
        lines.push(format!("  root     {}", head.root));
    }
    if let Some(key) = &answer.log_key {
        lines.push(format!("  key      {}", safe(&key.to_string())));
    }
    if let (Some(first), Some(last)) = (answer.first_at, answer.last_at) {
        lines.push(format!("  period   {first} to {last}"));
    }
    if let Some(PolicyRef { id, version, digest }) = &answer.policy {
        lines.push(format!("  policy   {} {}, {digest}", safe(id), safe(version)));
    }
    if answer.verdict == "broken" {
        lines.push(
            "  it was changed or damaged there: compare it with another copy, or ask whoever keeps the log for a new export"
                .to_owned(),
        );
    }
    if answer.fault.is_none() {
        lines.push(changes(answer));
        if answer.purged > 0 {
            lines.push(format!("  purged   {} entries, by the authority of later ones", answer.purged));
        }
        if answer.erased > 0 {
            lines.push(format!(
                "  erased   {} pieces of personal data; every proof holds without them",
                answer.erased
            ));
        }
        if let Some(decided) = answer.decided_again {
            lines.push(format!(
                "  decided  {decided} commands again, {} of them otherwise",
                answer.differences.len()
            ));
        }
        lines.extend(compared(answer));
    }
    for missing in &answer.missing_blobs {
        lines.push(format!("  missing  entry {} needs blob {}", missing.index, missing.digest));
    }
    for difference in &answer.differences {
        lines.push(format!("  entry {}: {}", difference.index, safe(&difference.what)));
        let recorded = safe(&json::write(&difference.recorded));
        lines.push(format!("    recorded by engine {}: {recorded}", safe(&difference.engine)));
        let now = safe(&json::write(&difference.now));
        lines.push(format!("    now, by engine {}: {now}", difference.engine_now));
    }
    lines.join("\n")
}

/// The changes of a log: those that are open, and those that go on elsewhere.
fn changes(answer: &CheckAnswer) -> String {
    let line = format!("  changes  {}, {} of them open", answer.changes, answer.open);
    match answer.handed_over {
        0 => line,
        1 => format!("{line}; 1 more was handed over to another log"),
        more => format!("{line}; {more} more were handed over to other logs"),
    }
}

/// The handovers that others were given: of which logs they are, and that no fork was found among them.
fn compared(answer: &CheckAnswer) -> Vec<String> {
    let mut lines: Vec<String> = answer.compared.iter().map(handover).collect();
    let forks = match answer.forks.len() {
        0 => "no fork found".to_owned(),
        1 => "1 fork found".to_owned(),
        more => format!("{more} forks found"),
    };
    match answer.compared.len() {
        0 => {}
        1 => lines.push(format!("           it was held against the entries here and what was taken over: {forks}")),
        more => lines.push(format!(
            "           these {more} were held against each other, the entries here and what was taken over: {forks}"
        )),
    }
    lines
}

fn handover(Compared { change, from, index, to }: &Compared) -> String {
    let log = |home: &Home| format!("log {}, {}", safe(&home.origin), home.log);
    format!("  beside   {}, by entry {index} of {}, to {}", safe(change), log(from), log(to))
}

/// Returns what a receipt proves, in lines.
pub fn told_proof(proved: &ProvedEntry) -> String {
    let (head, origin) = (proved.checkpoint.head(), safe(proved.checkpoint.origin()));
    let mut lines =
        vec![format!("proved: entry {} is among the {} of log {origin}", proved.index, head.size)];
    lines.push(format!("  root     {}", head.root));
    lines.push(match &proved.entry {
        Some(entry) => {
            let (id, actor) = (safe(&entry.id), safe(&entry.actor.to_string()));
            format!("  entry    {id}, {}, by {actor}, {}", entry.kind.word(), entry.time_ms.0)
        }
        None => "  entry    purged: its leaf hash alone is there".to_owned(),
    });
    for witness in &proved.witnesses {
        lines.push(format!("  seen by  {}", safe(witness)));
    }
    if proved.witnesses.is_empty() {
        lines.push("  not that others were shown the same head: that takes witnesses, or a checkpoint that was kept elsewhere".to_owned());
    }
    lines.join("\n")
}
