#![expect(clippy::disallowed_methods, reason = "the command line is the host that reads the environment")]

use std::env;
use std::io::IsTerminal;

use crate::diagnostic::Colour;

/// Decides whether standard error gets colours: only on a terminal, and not where `NO_COLOR` is set to anything.
pub(super) fn for_stderr() -> Colour {
    choose(std::io::stderr().is_terminal())
}

fn choose(terminal: bool) -> Colour {
    let unwanted = env::var("NO_COLOR").is_ok_and(|value| !value.is_empty());
    if terminal && !unwanted { Colour::Always } else { Colour::Never }
}
