use std::io::{self, Write};

use crate::diagnostic::{self, Diagnostic};
use crate::text::Sources;

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

/// Prints text for programs, with one newline at its end.
pub(super) fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    if !text.ends_with('\n') && !text.is_empty() {
        out.write_all(b"\n")?;
    }
    Ok(())
}
