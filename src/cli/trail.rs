//! `tollgate trail`: reads a trail and verifies it. It appends nothing.

use std::collections::BTreeSet;
use std::path::Path;

use crate::api::trail::{self, Check, CheckAnswer, Line, Prover};
use crate::api::{self, File};
use crate::json;
use crate::text::nearest;

use super::args::{CheckProofArgs, DecideFormat, ShowArgs, TrailArgs, TrailCommand, VerifyArgs};
use super::failure::Failure;
use super::trail_folder::TrailFolder;
use super::{Found, folder, report, tell};

/// After so many entries a long check says how far it is.
const PROGRESS: u64 = 10_000;

pub(super) fn run(args: &TrailArgs) -> Result<Found, Failure> {
    match &args.command {
        TrailCommand::Verify(args) => verify(args),
        TrailCommand::Show(args) => show(args),
        TrailCommand::Prove(args) => {
            let proved = prover(&TrailFolder::open(&args.path)?)?.receipt(args.index).map_err(refused)?;
            report::print(&proved)?;
            Ok(Found::Nothing)
        }
        TrailCommand::CheckProof(args) => check_proof(args),
        TrailCommand::Checkpoint(args) => {
            let note = prover(&TrailFolder::open(&args.path)?)?.note().map_err(refused)?;
            report::print(&note)?;
            Ok(Found::Nothing)
        }
    }
}

fn verify(args: &VerifyArgs) -> Result<Found, Failure> {
    let trail = TrailFolder::open(&args.path)?;
    let pins: Vec<String> = args.pin.iter().map(|path| pin(path)).collect::<Result<_, _>>()?;
    let compile: api::trail::Compile = |files: &[File]| api::compile(files).0.ok();
    // Those that lie with the trail vouch for nothing, but what they do not fit was cut or changed.
    let own = trail.checkpoints()?;
    let own: Vec<String> = own.iter().map(|path| folder::text(path)).collect::<Result<_, _>>()?;
    let check = Check::new(&pins, &own, args.redecide.then_some(compile));
    let bad =
        |refusal: api::Refusal| Failure::Json(format!("a checkpoint of the trail: {}", refusal.message));
    let mut check = check.map_err(bad)?;
    for witness in &args.witness {
        check.trust(witness).map_err(|refusal| Failure::Json(format!("--witness: {}", refusal.message)))?;
    }
    for path in &args.beside {
        check.compare(&folder::text(path)?).map_err(|refusal| {
            Failure::Json(format!("--beside: `{}`: {}", path.display(), refusal.message))
        })?;
    }
    for stored in trail.entries()? {
        if !check.take(&stored?, &trail) {
            break;
        }
        if check.size() % PROGRESS == 0 {
            tell!("tollgate: {} entries hold so far", check.size());
        }
    }
    let answer = check.finish();
    match args.format {
        DecideFormat::Json => report::print(&api::json_call::answer_text(&answer))?,
        DecideFormat::Text => report::print(&text(&answer))?,
    }
    Ok(if answer.ok { Found::Nothing } else { Found::Something })
}

/// The text of a checkpoint that was kept elsewhere.
fn pin(path: &Path) -> Result<String, Failure> {
    let text = folder::text(path)?;
    trail::read_checkpoint(&text).map_err(|refusal| {
        Failure::Json(format!(
            "--pin: `{}` is no checkpoint: {}; give one as `tollgate trail checkpoint` prints it",
            path.display(),
            refusal.message
        ))
    })?;
    Ok(text)
}

fn text(answer: &CheckAnswer) -> String {
    let mut lines = vec![answer.says.clone()];
    if let (Some(origin), Some(head), Some(log)) = (&answer.origin, &answer.head, &answer.log) {
        lines.push(format!("  log      {origin}, {log}"));
        lines.push(format!("  root     {}", head.root));
    }
    if let Some(key) = &answer.log_key {
        lines.push(format!("  key      {key}"));
    }
    if let Some(at) = answer.last_at {
        lines.push(format!("  last     {at}"));
    }
    if answer.fault.is_none() {
        lines.push(format!("  changes  {}, {} of them open", answer.changes, answer.open));
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
    }
    for missing in &answer.missing_blobs {
        lines.push(format!("  missing  entry {} needs blob {}", missing.index, missing.digest));
    }
    for difference in &answer.differences {
        lines.push(format!("  entry {}: {}", difference.index, difference.what));
        lines.push(format!(
            "    recorded by engine {}: {}",
            difference.engine,
            json::write(&difference.recorded)
        ));
        lines.push(format!("    now, by engine {}: {}", difference.engine_now, json::write(&difference.now)));
    }
    lines.join("\n")
}

fn show(args: &ShowArgs) -> Result<Found, Failure> {
    let trail = TrailFolder::open(&args.path)?;
    let wrong = |index: u64, message: String| Failure::Json(format!("entry {index}: {message}"));
    if let Some(wanted) = args.index {
        for (index, stored) in (0_u64..).zip(trail.entries()?) {
            let stored = stored?;
            if index == wanted && args.stored {
                // As it is, to the byte, with the end of its line.
                report::print(&String::from_utf8_lossy(&stored))?;
                return Ok(Found::Nothing);
            }
            if index == wanted {
                let whole = if args.json { trail::shown_payload } else { trail::payload_in_lines };
                let whole = whole(&stored);
                // What was purged has no payload any more: what stands in its place is shown.
                let as_json = || String::from_utf8_lossy(&stored).into_owned();
                let purged = || {
                    let line = trail::line(index, &stored, &trail, &BTreeSet::new());
                    line.map(|line| if args.json { as_json() } else { line.text })
                };
                report::print(&whole.or_else(|message| purged().map_err(|_| wrong(index, message)))?)?;
                return Ok(Found::Nothing);
            }
        }
        tell!("tollgate: the trail has no entry {wanted}");
        return Ok(Found::Something);
    }
    let mut erased = BTreeSet::new();
    for stored in trail.entries()? {
        erased.extend(trail::erased_by(&stored?, &trail));
    }
    let (mut shown, mut changes) = (Found::Something, BTreeSet::new());
    for (index, stored) in (0_u64..).zip(trail.entries()?) {
        let stored = stored?;
        let line = trail::line(index, &stored, &trail, &erased).map_err(|message| wrong(index, message))?;
        if args.change.as_ref().is_none_or(|wanted| *wanted == line.change) {
            if shown == Found::Something {
                tell!("tollgate: entries as they stand; whether they hold says `tollgate trail verify`");
                report::print(Line::HEADING)?;
            }
            if args.change.is_some() {
                for line in trail::earlier(&stored, &trail, &erased) {
                    report::print(&line)?;
                }
            }
            report::print(&line.text)?;
            shown = Found::Nothing;
        }
        changes.insert(line.change);
    }
    if shown == Found::Something {
        let of = |change: &String| {
            let near = nearest(change, changes.iter().map(String::as_str).filter(|known| !known.is_empty()));
            let near = near.map_or_else(String::new, |near| format!(": did you mean `{near}`?"));
            format!("entry of change `{change}`{near}")
        };
        let which = args.change.as_ref().map_or_else(|| "entry".to_owned(), of);
        tell!("tollgate: the trail has no {which}");
    }
    Ok(shown)
}

fn check_proof(args: &CheckProofArgs) -> Result<Found, Failure> {
    if folder::is_stdin(&args.receipt) && folder::is_stdin(&args.entry) {
        return Err(Failure::Usage("standard input (`-`) is one file: name the other".to_owned()));
    }
    let receipt = folder::text_or_stdin(&args.receipt)?;
    let entry = folder::text_or_stdin(&args.entry)?;
    let stored = entry.strip_suffix('\n').unwrap_or(&entry);
    let checked = Prover::check(&receipt, stored.as_bytes(), &args.log, &args.witness);
    let proved = checked.map_err(|refusal| match refusal.code.as_str() {
        "BAD_KEY" => Failure::Usage(format!("--{}: {}", refusal.path.unwrap_or_default(), refusal.message)),
        _ => Failure::Json(format!("nothing is proved: {}", refusal.message)),
    })?;
    let (head, origin) = (proved.checkpoint.head(), proved.checkpoint.origin());
    let mut lines =
        vec![format!("proved: entry {} is among the {} of log {origin}", proved.index, head.size)];
    lines.push(format!("  root     {}", head.root));
    lines.push(match &proved.entry {
        Some(entry) => {
            format!("  entry    {}, {}, by {}, {}", entry.id, entry.kind.word(), entry.actor, entry.time_ms.0)
        }
        None => "  entry    purged: its leaf hash alone is there".to_owned(),
    });
    for witness in &proved.witnesses {
        lines.push(format!("  seen by  {witness}"));
    }
    if proved.witnesses.is_empty() {
        lines.push("  not that others were shown the same head: that takes witnesses, or a checkpoint that was kept elsewhere".to_owned());
    }
    report::print(&lines.join("\n"))?;
    Ok(Found::Nothing)
}

/// The last checkpoint that lies with the trail, with the entries that it signs.
fn prover(trail: &TrailFolder) -> Result<Prover, Failure> {
    let mut notes = Vec::new();
    for path in trail.checkpoints()? {
        let note = folder::text(&path)?;
        trail::read_checkpoint(&note).map_err(|refusal| {
            Failure::Json(format!("`{}` is no checkpoint: {}", path.display(), refusal.message))
        })?;
        notes.push(note);
    }
    let mut prover = Prover::new(&notes).map_err(refused)?;
    for stored in trail.entries()? {
        if !prover.wants_more() {
            break;
        }
        prover.take(&stored?);
        if prover.size() % PROGRESS == 0 {
            tell!("tollgate: {} entries hold so far", prover.size());
        }
    }
    Ok(prover)
}

fn refused(refusal: api::Refusal) -> Failure {
    Failure::Json(refusal.message)
}
