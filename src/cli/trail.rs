//! `tollgate trail`: reads a trail and verifies it. It appends nothing.

use std::path::Path;

use crate::api::trail::{Check, CheckAnswer};
use crate::api::{self, File};
use crate::json;
use crate::trail::checkpoint::Checkpoint;
use crate::trail::note::Note;
use crate::trail::receipt::Receipt;
use crate::trail::tree::{Tree, leaf_hash};
use crate::trail::{Entry, Envelope, Tombstone};

use super::args::{DecideFormat, ProveArgs, ShowArgs, TrailArgs, TrailCommand, VerifyArgs};
use super::failure::Failure;
use super::trail_folder::TrailFolder;
use super::{Found, folder, report, tell};

/// After so many entries a long check says how far it is.
const PROGRESS: u64 = 10_000;

pub(super) fn run(args: &TrailArgs) -> Result<Found, Failure> {
    match &args.command {
        TrailCommand::Verify(args) => verify(args),
        TrailCommand::Show(args) => show(args),
        TrailCommand::Prove(args) => prove(args),
        TrailCommand::Checkpoint(args) => {
            let trail = TrailFolder::open(&args.path)?;
            let (note, _) = checkpoint(&trail)?;
            report::print(&note.to_string())?;
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
    read_checkpoint(&text).map_err(|error| {
        Failure::Json(format!(
            "--pin: `{}` is no checkpoint: {error}; give one as `tollgate trail checkpoint` prints it",
            path.display()
        ))
    })?;
    Ok(text)
}

fn read_checkpoint(text: &str) -> Result<(Note, Checkpoint), String> {
    let note = Note::read(text.as_bytes()).map_err(|error| error.to_string())?;
    let checkpoint = Checkpoint::read(note.text()).map_err(|error| error.to_string())?;
    Ok((note, checkpoint))
}

fn text(answer: &CheckAnswer) -> String {
    let mut lines = vec![answer.says.clone()];
    if let (Some(origin), Some(head), Some(log)) = (&answer.origin, &answer.head, &answer.log) {
        lines.push(format!("  log      {origin}, {log}"));
        lines.push(format!("  root     {}", head.root));
    }
    if let Some(at) = answer.last_at {
        lines.push(format!("  last     {at}"));
    }
    if answer.fault.is_none() {
        lines.push(format!("  changes  {}, {} of them open", answer.changes, answer.open));
        if answer.purged > 0 {
            lines.push(format!("  purged   {} entries, by the authority of later ones", answer.purged));
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
    let mut shown = Found::Something;
    for (index, stored) in (0_u64..).zip(trail.entries()?) {
        let stored = stored?;
        if args.index.is_some_and(|wanted| wanted != index) {
            continue;
        }
        if let Some(tombstone) = Tombstone::read(&stored) {
            report::print(&format!(
                "{index:>6}  {:<24}  {:<14}  {}",
                tombstone.time_ms.0.to_string(),
                "purged",
                tombstone.change.id
            ))?;
            shown = Found::Nothing;
            continue;
        }
        let read = Envelope::read(&stored).map_err(|error| error.to_string());
        let read = read.and_then(|it| {
            Entry::read(&it.payload).map_err(|error| error.to_string()).map(|entry| (it, entry))
        });
        let (envelope, entry) = read.map_err(|error| Failure::Json(format!("entry {index}: {error}")))?;
        if args.index.is_some() {
            report::print(&envelope.payload)?;
            return Ok(Found::Nothing);
        }
        let of = entry.change.as_ref().map_or("", |change| &change.id);
        if args.change.as_ref().is_none_or(|wanted| wanted == of) {
            report::print(&line(&entry))?;
            shown = Found::Nothing;
        }
    }
    if shown == Found::Something {
        let which = match (args.index, &args.change) {
            (Some(index), _) => format!("entry {index}"),
            (None, Some(change)) => format!("entry of change `{change}`"),
            (None, None) => "entry".to_owned(),
        };
        tell!("tollgate: the trail has no {which}");
    }
    Ok(shown)
}

/// An entry in a line: place, time, kind, who, and what came of it.
fn line(entry: &Entry) -> String {
    let word = |event: &json::Json| match event.get("what").and_then(|what| what.get("type")) {
        Some(json::Json::String(word)) => word.clone(),
        _ => String::new(),
    };
    let happened = match entry.body.get("events") {
        Some(json::Json::Array(events)) => events.iter().map(word).collect::<Vec<_>>().join(", "),
        _ => String::new(),
    };
    let what = if happened.is_empty() { entry.id.clone() } else { format!("{}  {happened}", entry.id) };
    let line = format!(
        "{:>6}  {:<24}  {:<14}  {:<14}  {what}",
        entry.index,
        entry.time_ms.0.to_string(),
        entry.kind.word(),
        entry.actor
    );
    line.trim_end().to_owned()
}

fn prove(args: &ProveArgs) -> Result<Found, Failure> {
    let trail = TrailFolder::open(&args.path)?;
    let (checkpoint, tree) = checkpoint(&trail)?;
    let size = tree.size();
    if args.index >= size {
        return Err(Failure::Json(format!(
            "entry {} is not among the {size} that the last checkpoint signs, counted from 0: has the trail more, export it anew",
            args.index
        )));
    }
    let proof = tree.inclusion_proof(args.index, size).map_err(|error| Failure::Json(error.to_string()))?;
    let receipt = Receipt { index: args.index, proof, checkpoint, extra: Vec::new() };
    report::print(&receipt.to_string())?;
    Ok(Found::Nothing)
}

/// The last checkpoint that lies with the trail, with the tree that it signs.
fn checkpoint(trail: &TrailFolder) -> Result<(Note, Tree), Failure> {
    let mut last: Option<(Note, Checkpoint)> = None;
    for path in trail.checkpoints()? {
        let (note, checkpoint) = read_checkpoint(&folder::text(&path)?)
            .map_err(|error| Failure::Json(format!("`{}` is no checkpoint: {error}", path.display())))?;
        if last.as_ref().is_none_or(|(_, before)| before.head().size < checkpoint.head().size) {
            last = Some((note, checkpoint));
        }
    }
    let Some((note, checkpoint)) = last else {
        return Err(Failure::Json("no checkpoint lies with the trail: export it anew with one".to_owned()));
    };
    let head = checkpoint.head();
    let mut tree = Tree::default();
    for stored in trail.entries()? {
        if tree.size() == head.size {
            break;
        }
        let stored = stored?;
        tree.append(Tombstone::read(&stored).map_or_else(|| leaf_hash(&stored), |tombstone| tombstone.leaf));
    }
    if tree.size() < head.size {
        return Err(Failure::Json(format!(
            "the last checkpoint signs {} entries, and here are {}: the end is cut off, or the checkpoint belongs to a longer copy",
            head.size,
            tree.size()
        )));
    }
    if tree.head() != head {
        let message = "the entries are not those that the last checkpoint signs: `tollgate trail verify` says where it breaks";
        return Err(Failure::Json(message.to_owned()));
    }
    Ok((note, tree))
}
