use std::io::{self, Write};

use crate::diagnostic::{self, Diagnostic};
use crate::text::Sources;
use crate::text::hostile::is_unseen;

use super::args::Format;
use super::colour;
use super::failure::Failure;

/// Prints findings: for people on standard error, for programs on standard output.
pub(super) fn findings(format: Format, found: &[Diagnostic], sources: &Sources) -> Result<(), Failure> {
    match format {
        Format::Text => {
            write!(io::stderr().lock(), "{}", diagnostic::render_text(found, sources, colour::for_stderr()))?;
        }
        Format::Json => print(&diagnostic::render_json(found, sources))?,
        Format::Github => print(&diagnostic::render_github(found, sources))?,
        Format::Sarif => print(&diagnostic::render_sarif(found, sources))?,
        Format::Junit => print(&diagnostic::render_junit(found, sources))?,
    }
    Ok(())
}

/// Prints a line for people on standard error. What a terminal obeys or does not show stands as its escape: names of files and keys of
/// a request may hold any. A standard error that takes nothing, as on a full disk, stops no command.
pub(super) fn line(text: &str) {
    let mut shown = String::with_capacity(text.len());
    for char in text.chars() {
        if is_unseen(char) && char != '\n' {
            shown.extend(char.escape_unicode());
        } else {
            shown.push(char);
        }
    }
    let _ = writeln!(io::stderr().lock(), "{shown}");
}

/// Prints what a command found. Whoever reads it may go away before its end: what was found stays so, and so does the exit code.
pub(super) fn found(text: &str) -> Result<(), Failure> {
    match print(text) {
        Err(Failure::Write(error)) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        done => done,
    }
}

/// Prints text for programs, with one newline at its end.
pub(super) fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    if !text.ends_with('\n') && !text.is_empty() {
        out.write_all(b"\n")?;
    }
    Ok(())
}
