//! A trail as it lies in files: `entries/*.jsonl` with one stored entry a line, `blobs/` by digest, `checkpoints/`, and the
//! disclosures that were exported with it. A file of entries alone is a trail too.

#![expect(clippy::disallowed_methods, reason = "the command line is the host that reads files")]

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use crate::api::trail::{self, Beside};
use crate::json::{self, Limits};
use crate::value::Digest;

use super::failure::Failure;
use super::tell;

/// A trail in files.
pub(super) struct TrailFolder {
    path: PathBuf,
    disclosures: BTreeMap<String, String>,
    /// Whether it was told that a line was set aside: it is read more than once.
    told: Cell<bool>,
}

/// The most bytes of a line: an entry, and a little more so that one that is too large is told as such.
const LONGEST_LINE: usize = 70_000;

impl TrailFolder {
    /// Opens a trail.
    pub(super) fn open(path: &Path) -> Result<Self, Failure> {
        let none = |what| Failure::NoTrail { path: path.to_owned(), what };
        let found = fs::metadata(path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => none("is no trail: there is no such file or folder"),
            _ => Failure::Read { path: path.to_owned(), error },
        })?;
        if found.is_dir() && !path.join("entries").is_dir() {
            return Err(none("holds no trail: it has no folder `entries`"));
        }
        if found.is_dir() {
            segments(&path.join("entries"))?;
        }
        if !found.is_dir() && !found.is_file() {
            return Err(none("is no trail: it is neither a folder nor a file"));
        }
        if !found.is_dir() && !begins_with_entry(path)? {
            return Err(none("is no trail: its first line is no entry"));
        }
        let mut disclosures = BTreeMap::new();
        let listed = path.join("disclosures.jsonl");
        if listed.is_file() {
            for (at, line) in (1_u64..).zip(lines(&listed)?) {
                let line = line?;
                let Some((digest, text)) = trail::disclosure(&line.bytes) else {
                    tell!(
                        "tollgate: line {at} of `{}` is no disclosure, or not what its digest is of: that data is not there",
                        listed.display()
                    );
                    continue;
                };
                disclosures.insert(digest, text);
            }
        }
        Ok(Self { path: path.to_owned(), disclosures, told: Cell::new(false) })
    }

    /// The entries, as stored. A last line that was not finished is set aside, and that is told.
    pub(super) fn entries(&self) -> Result<impl Iterator<Item = Result<Vec<u8>, Failure>>, Failure> {
        let segments =
            if self.path.is_dir() { segments(&self.path.join("entries"))? } else { vec![self.path.clone()] };
        let mut open = Vec::with_capacity(segments.len());
        let last = segments.len().saturating_sub(1);
        for (place, segment) in segments.iter().enumerate() {
            let (is_last, name) = (place == last, segment.display().to_string());
            open.push(lines(segment)?.filter_map(move |line| match line {
                Err(failure) => Some(Err(failure)),
                Ok(line) if line.ended || !is_last || is_whole(&line.bytes) => Some(Ok(line.bytes)),
                Ok(line) => {
                    let bytes = line.bytes.len();
                    if !self.told.replace(true) {
                        tell!(
                            "tollgate: the last line of `{name}` was not finished ({bytes} bytes): set aside"
                        );
                    }
                    None
                }
            }));
        }
        Ok(open.into_iter().flatten())
    }

    /// The checkpoints that lie with the trail, the oldest first.
    pub(super) fn checkpoints(&self) -> Result<Vec<PathBuf>, Failure> {
        let folder = self.path.join("checkpoints");
        if !folder.is_dir() {
            return Ok(Vec::new());
        }
        files(&folder)
    }
}

impl Beside for TrailFolder {
    fn blob(&self, digest: &Digest) -> Option<Vec<u8>> {
        fs::read(self.path.join("blobs").join(digest.hex())).ok()
    }

    fn disclosure(&self, digest: &str) -> Option<String> {
        self.disclosures.get(digest).cloned()
    }
}

/// What the JSON of an entry begins with: its members stand in the order of their names.
const ENTRY: &[u8] = br#"{"payload":"#;

/// Whether a file begins as one of entries does. One that does and is damaged is told as that.
fn begins_with_entry(path: &Path) -> Result<bool, Failure> {
    Ok(match lines(path)?.next() {
        Some(line) => line?.bytes.starts_with(ENTRY),
        None => false,
    })
}

fn is_whole(line: &[u8]) -> bool {
    json::read_bytes(line, Limits::default()).is_ok()
}

/// The files of entries in a folder, in the order of their names. What else stands in the place of one is refused: it would be passed
/// over, and the entries in it be missed by nobody.
fn segments(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let listed = listed(folder)?;
    let none = |path: &&PathBuf| path.extension().is_some_and(|end| end == "jsonl") && !path.is_file();
    if let Some(path) = listed.iter().find(none) {
        return Err(Failure::Json(format!(
            "`{}` is no file, and one of entries belongs there: put it back from another copy, or export the trail anew",
            path.display()
        )));
    }
    Ok(listed.into_iter().filter(|path| path.is_file()).collect())
}

/// The files of a folder, in the order of their names.
fn files(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    Ok(listed(folder)?.into_iter().filter(|path| path.is_file()).collect())
}

/// What stands in a folder, in the order of the names, without what is hidden.
fn listed(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let fail = |error| Failure::Read { path: folder.to_owned(), error };
    let mut paths = Vec::new();
    for item in fs::read_dir(folder).map_err(fail)? {
        let path = item.map_err(fail)?.path();
        let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if !hidden {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

struct Line {
    bytes: Vec<u8>,
    ended: bool,
}

/// The lines of a file, without their ends. No line takes more memory than an entry may.
fn lines(path: &Path) -> Result<impl Iterator<Item = Result<Line, Failure>> + use<>, Failure> {
    let path = path.to_owned();
    let file = File::open(&path).map_err(|error| Failure::Read { path: path.clone(), error })?;
    let mut reader = BufReader::new(file);
    let mut over = false;
    Ok(std::iter::from_fn(move || {
        if over {
            return None;
        }
        let mut bytes = Vec::new();
        let mut limited = std::io::Read::take(&mut reader, LONGEST_LINE as u64);
        match limited.read_until(b'\n', &mut bytes) {
            Ok(0) => None,
            Ok(_) => {
                let mut ended = bytes.last() == Some(&b'\n');
                if ended {
                    bytes.pop();
                } else {
                    // The rest of a line that is too long says nothing more. It is no line that was not finished, which
                    // would be set aside with all that follows: it is told as too large.
                    over = true;
                    ended = bytes.len() == LONGEST_LINE;
                }
                Some(Ok(Line { bytes, ended }))
            }
            Err(error) => {
                over = true;
                Some(Err(Failure::Read { path: path.clone(), error }))
            }
        }
    }))
}
