#![expect(clippy::disallowed_methods, reason = "the command line is the host that reads files")]

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use crate::api::File;

use super::failure::Failure;

/// Reads the rule files of a policy: every `.gate` file of the folder, in the order of their names. Folders inside are not
/// entered: they are other policies, or samples.
pub(super) fn policy(folder: &Path) -> Result<Vec<File>, Failure> {
    if !folder.is_dir() {
        let failure = match fs::metadata(folder) {
            Ok(_) => Failure::NoFolder(folder.to_owned()),
            Err(error) => Failure::Read { path: folder.to_owned(), error },
        };
        return Err(failure);
    }
    let files = rule_files(folder)?;
    if files.is_empty() {
        return Err(Failure::NoRules(folder.to_owned()));
    }
    files.into_iter().map(|path| Ok(File { name: path.display().to_string(), text: text(&path)? })).collect()
}

/// Lists the `.gate` files of a folder, in the order of their names.
pub(super) fn rule_files(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let fail = |error| Failure::Read { path: folder.to_owned(), error };
    let mut paths = Vec::new();
    for item in fs::read_dir(folder).map_err(fail)? {
        let path = item.map_err(fail)?.path();
        if path.extension().is_some_and(|extension| extension == "gate") && path.is_file() {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

/// Lists the `.gate` files of a folder and of the folders below it, in the order of their paths.
pub(super) fn rule_files_below(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let fail = |error| Failure::Read { path: folder.to_owned(), error };
    let mut paths = rule_files(folder)?;
    for item in fs::read_dir(folder).map_err(fail)? {
        let item = item.map_err(fail)?;
        // A link to a folder is not followed: it may lead back here.
        if item.file_type().map_err(fail)?.is_dir() {
            paths.extend(rule_files_below(&item.path())?);
        }
    }
    paths.sort();
    Ok(paths)
}

/// How a file begins that was compressed with gzip (RFC 1952 §2.3.1). No text does.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// Reads a text file.
pub(super) fn text(path: &Path) -> Result<String, Failure> {
    let bytes = fs::read(path).map_err(|error| Failure::Read { path: path.to_owned(), error })?;
    if bytes.starts_with(&GZIP) {
        return Err(Failure::Compressed(path.to_owned()));
    }
    String::from_utf8(bytes)
        .map_err(|error| Failure::NotText { path: path.to_owned(), at: error.utf8_error().valid_up_to() })
}

/// Whether a path stands for standard input.
pub(super) fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// Reads a text file, or standard input.
pub(super) fn text_or_stdin(path: &Path) -> Result<String, Failure> {
    if !is_stdin(path) {
        return text(path);
    }
    let mut text = String::new();
    io::stdin().lock().read_to_string(&mut text)?;
    Ok(text)
}

/// Replaces a text file as a whole: what is there stays until all of the new text is on the disk, whatever comes between.
pub(super) fn replace(path: &Path, text: &str) -> Result<(), Failure> {
    let fail = |error| Failure::Save { path: path.to_owned(), error };
    // Behind a link the file is replaced, not the link.
    let target = fs::canonicalize(path).map_err(fail)?;
    let mut name = target.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.tmp", std::process::id()));
    let temporary = target.with_file_name(name);
    let written = fs::metadata(&target)
        .and_then(|metadata| write_new(&temporary, text).map(|()| metadata))
        .and_then(|metadata| fs::set_permissions(&temporary, metadata.permissions()))
        .and_then(|()| fs::rename(&temporary, &target));
    written.map_err(|error| {
        // What is left of it is of no use; why it could not be written is what matters.
        let _ = fs::remove_file(&temporary);
        fail(error)
    })
}

/// Writes a text file that is not there yet.
pub(super) fn create(path: &Path, text: &str) -> Result<(), Failure> {
    write_new(path, text).map_err(|error| Failure::Save { path: path.to_owned(), error })
}

fn write_new(path: &Path, text: &str) -> io::Result<()> {
    let mut file = fs::OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}
