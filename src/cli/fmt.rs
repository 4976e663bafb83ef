use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use crate::api::{self, File, FormatAnswer};

use super::args::{FmtArgs, Format};
use super::failure::Failure;
use super::tell;
use super::{Found, folder, report, words};

pub(super) fn run(args: &FmtArgs) -> Result<Found, Failure> {
    match args.paths.as_slice() {
        [path] if path.as_os_str() == "-" => return standard_input(args.check),
        paths if paths.iter().any(|path| path.as_os_str() == "-") => {
            return Err(Failure::Usage(
                "`-` stands alone: standard input is laid out to standard output".to_owned(),
            ));
        }
        _ => {}
    }
    let mut tally = Tally::default();
    for path in files(&args.paths)? {
        match one(&path, args.check, &mut tally) {
            Err(failure @ Failure::Write(_)) => return Err(failure),
            // The other files are laid out all the same.
            Err(failure) => {
                failure.tell();
                Tally::add(&mut tally.faulty);
            }
            Ok(()) => {}
        }
    }
    let verb = if args.check { "would change" } else { "laid out" };
    tell!(
        "{} {verb}, {} as they are, {} with faults",
        words::count(tally.changed, "file"),
        tally.unchanged,
        tally.faulty
    );
    let something = tally.faulty > 0 || (args.check && tally.changed > 0);
    Ok(if something { Found::Something } else { Found::Nothing })
}

#[derive(Default)]
struct Tally {
    changed: usize,
    unchanged: usize,
    faulty: usize,
}

impl Tally {
    fn add(count: &mut usize) {
        *count = count.saturating_add(1);
    }
}

fn one(path: &Path, check: bool, tally: &mut Tally) -> Result<(), Failure> {
    let file = File { name: path.display().to_string(), text: folder::text(path)? };
    let answer = api::format(&file);
    if !answer.ok {
        Tally::add(&mut tally.faulty);
        return tell(&answer, file);
    }
    if !answer.changed {
        Tally::add(&mut tally.unchanged);
        return Ok(());
    }
    Tally::add(&mut tally.changed);
    if check {
        report::print(&file.name)?;
    } else {
        folder::replace(path, &answer.text)?;
    }
    Ok(())
}

fn standard_input(check: bool) -> Result<Found, Failure> {
    let mut text = String::new();
    io::stdin().lock().read_to_string(&mut text)?;
    let file = File { name: "<standard input>".to_owned(), text };
    let answer = api::format(&file);
    if !answer.ok {
        tell(&answer, file)?;
        return Ok(Found::Something);
    }
    if check && answer.changed {
        tell!("standard input would change");
        return Ok(Found::Something);
    }
    if check {
        return Ok(Found::Nothing);
    }
    io::stdout().lock().write_all(answer.text.as_bytes())?;
    Ok(Found::Nothing)
}

/// Says why a file could not be laid out; it was left as it is.
fn tell(answer: &FormatAnswer, file: File) -> Result<(), Failure> {
    if let Some(error) = &answer.error {
        tell!("{}: {}; it was left as it is, please report this", file.name, error.message);
    }
    let sources = [(file.name, file.text)].into_iter().collect();
    report::findings(Format::Text, &answer.found, &sources)
}

/// Lists the files: a folder stands for the rule files in it and in the folders below.
fn files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            let below = folder::rule_files_below(path)?;
            if below.is_empty() {
                return Err(Failure::NoRules(path.clone()));
            }
            files.extend(below);
        } else {
            files.push(path.clone());
        }
    }
    Ok(files)
}
