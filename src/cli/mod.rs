//! The command line `tollgate`: one file a command, each a translation into [`api`](crate::api) and back.
//!
//! What a program may want to read goes to standard output; everything else goes to standard error. The exit code is 0
//! when the command did what it was asked and found nothing, 1 when there are findings or failing tests, or the request or a
//! file was refused, 2 when the command line cannot be understood.

mod args;
mod check;
mod colour;
mod decide;
mod decision_text;
mod explanation_text;
mod failure;
mod fmt;
mod folder;
mod new;
mod rehearse;
mod report;
mod simulate;
mod test;
mod trail;
mod trail_folder;
mod usage;
mod words;

/// Prints a line for people on standard error.
macro_rules! tell {
    ($($text:tt)*) => {
        $crate::cli::report::line(&format!($($text)*))
    };
}
use tell;

use std::process::ExitCode;

use clap::Parser;

use args::{Args, Command};
use failure::Failure;

/// Whether a command found something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Found {
    Nothing,
    Something,
}

/// Runs the command that the process was started with.
pub fn main() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => usage::tell(error),
    };
    let done = match &args.command {
        Command::Check(args) => check::run(args),
        Command::Fmt(args) => fmt::run(args),
        Command::Test(args) => test::run(args),
        Command::Decide(args) => decide::run(args),
        Command::New(args) => new::run(args),
        Command::Rehearse(args) => rehearse::run(args),
        Command::Simulate(args) => simulate::run(args),
        Command::Trail(args) => trail::run(args),
    };
    match done {
        Ok(Found::Nothing) => ExitCode::SUCCESS,
        Ok(Found::Something) => ExitCode::from(1),
        // A reader that went away (`tollgate check . | head`) is no failure of the command.
        Err(Failure::Write(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(failure) => {
            failure.tell();
            ExitCode::from(failure.exit_code())
        }
    }
}
