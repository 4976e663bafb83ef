//! What the command line of the npm package has and this one has not: whoever types it here is told where it is.

use clap::CommandFactory;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::args::Args;

/// What makes private keys or needs one.
const COMMANDS: [&str; 10] = [
    "keys",
    "keys new",
    "keys id",
    "keys list",
    "keys revoke",
    "approval",
    "approval make",
    "approval gate",
    "trail export",
    "trail unlock",
];

/// Tells why a line was not understood, and ends the process: of a command of the package, that it is there.
pub(super) fn or_usual(error: clap::Error) -> ! {
    let Some(words) = meant(&error) else { error.exit() };
    let message = format!(
        "`{words}` is a command of the npm package, which makes keys, adds to trails and exports them: npx tollgate {words} --help"
    );
    Args::command().error(ErrorKind::InvalidSubcommand, message).exit()
}

/// The words of the package's command that was asked for; `None` where it was another.
fn meant(error: &clap::Error) -> Option<&'static str> {
    let (ErrorKind::InvalidSubcommand, Some(ContextValue::String(wrong))) =
        (error.kind(), error.get(ContextKind::InvalidSubcommand))
    else {
        return None;
    };
    let after = std::env::args().skip_while(|word| word != wrong).nth(1).unwrap_or_default();
    let before =
        std::env::args().skip(1).take_while(|word| word != wrong).filter(|word| word != "help").last();
    let candidates =
        [format!("{} {wrong}", before.unwrap_or_default()), format!("{wrong} {after}"), wrong.clone()];
    candidates.iter().find_map(|words| COMMANDS.into_iter().find(|known| known == words))
}
