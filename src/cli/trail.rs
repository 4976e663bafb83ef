//! `tollgate trail`: reads a trail and verifies it. It appends nothing.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::api::trail::{self, Check, Form, Line, Prover};
use crate::api::{self, File};

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
            let (prover, last) = prover(&TrailFolder::open(&args.path)?)?;
            let proved = prover.receipt(args.index).map_err(|refusal| of_last(refusal, last.as_deref()))?;
            report::print(&proved)?;
            Ok(Found::Nothing)
        }
        TrailCommand::CheckProof(args) => check_proof(args),
        TrailCommand::Checkpoint(args) => {
            let (prover, last) = prover(&TrailFolder::open(&args.path)?)?;
            let note = prover.note().map_err(|refusal| of_last(refusal, last.as_deref()))?;
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
    let lie_with_it = trail.checkpoints()?;
    let own: Vec<String> = lie_with_it.iter().map(|path| checkpoint(path)).collect::<Result<_, _>>()?;
    let mut check = Check::new(&pins, &own, args.redecide.then_some(compile)).map_err(refused)?;
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
        DecideFormat::Text if !args.json => report::found(&trail::told_check(&answer))?,
        _ => report::found(&api::json_call::answer_text(&answer))?,
    }
    let named = |place: Option<usize>, files: &[PathBuf]| place.and_then(|place| files.get(place).cloned());
    if let Some(fault) = &answer.fault {
        if let Some(path) = named(fault.pin, &args.pin) {
            tell!("tollgate: that pin is `{}`", path.display());
        }
        if let Some(path) = named(fault.checkpoint, &lie_with_it) {
            tell!("tollgate: that checkpoint is `{}`", path.display());
        }
    }
    Ok(if answer.ok { Found::Nothing } else { Found::Something })
}

/// The text of a checkpoint that was kept elsewhere.
fn pin(path: &Path) -> Result<String, Failure> {
    let text = folder::text(path)?;
    trail::read_checkpoint(&text).map_err(|refusal| {
        Failure::Json(format!(
            "--pin: `{}` is no checkpoint: {}; it was damaged, or is another file: fetch the one that was kept again, as `tollgate trail checkpoint` printed it",
            path.display(),
            refusal.message
        ))
    })?;
    Ok(text)
}

/// The text of a checkpoint that lies with the trail.
fn checkpoint(path: &Path) -> Result<String, Failure> {
    let text = folder::text(path)?;
    trail::read_checkpoint(&text).map_err(|refusal| {
        Failure::Json(format!(
            "`{}` is no checkpoint: {}; it lies with the trail, and was damaged or altered: compare it with another copy, or export the trail anew",
            path.display(),
            refusal.message
        ))
    })?;
    Ok(text)
}

fn show(args: &ShowArgs) -> Result<Found, Failure> {
    let trail = TrailFolder::open(&args.path)?;
    let wrong = |index: u64, message: String| Failure::Json(format!("entry {index}: {message}"));
    if let Some(wanted) = args.index {
        for (index, stored) in (0_u64..).zip(trail.entries()?) {
            let stored = stored?;
            if index == wanted {
                report::print(&one(index, &stored, args).map_err(|message| wrong(index, message))?)?;
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
        let help = |change: &String| trail::known(change, &changes).err().and_then(|refusal| refusal.help);
        let of =
            |change: &String| format!("entry of change `{change}`: {}", help(change).unwrap_or_default());
        let which = args.change.as_ref().map_or_else(|| "entry".to_owned(), of);
        tell!("tollgate: the trail has no {which}");
    }
    Ok(shown)
}

/// An entry, whole.
fn one(index: u64, stored: &[u8], args: &ShowArgs) -> Result<String, String> {
    if args.stored {
        // As it is, to the byte, with the end of its line.
        return Ok(String::from_utf8_lossy(stored).into_owned());
    }
    trail::entire(index, stored, if args.json { Form::Payload } else { Form::LaidOut })
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
    report::print(&trail::told_proof(&proved))?;
    Ok(Found::Nothing)
}

/// The last checkpoint that lies with the trail, with the entries that it signs, and its file.
fn prover(trail: &TrailFolder) -> Result<(Prover, Option<PathBuf>), Failure> {
    let paths = trail.checkpoints()?;
    let notes: Vec<String> = paths.iter().map(|path| checkpoint(path)).collect::<Result<_, _>>()?;
    let size =
        |note: &String| trail::read_checkpoint(note).map_or(0, |(_, checkpoint)| checkpoint.head().size);
    // Of several of one size the first is read.
    let last = notes.iter().zip(&paths).rev().max_by_key(|(note, _)| size(note)).map(|(_, path)| path);
    let mut prover = Prover::new(&notes).map_err(refused)?;
    for stored in trail.entries()? {
        if !prover.wants_more() {
            break;
        }
        let before = prover.size();
        prover.take(&stored?);
        if prover.size() > before && prover.size() % PROGRESS == 0 {
            tell!("tollgate: {} entries hold so far", prover.size());
        }
    }
    Ok((prover, last.cloned()))
}

/// Why nothing is proved; where the last checkpoint is not what it must be, with its file.
fn of_last(refusal: api::Refusal, last: Option<&Path>) -> Failure {
    match last.filter(|_| refusal.code == "BAD_CHECKPOINT") {
        Some(path) => {
            Failure::Json(format!("{}\ntollgate: that checkpoint is `{}`", refusal.message, path.display()))
        }
        None => refused(refusal),
    }
}

fn refused(refusal: api::Refusal) -> Failure {
    Failure::Json(refusal.message)
}
