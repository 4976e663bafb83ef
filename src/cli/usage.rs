//! Lines that are not understood. Of trails they are told in the words of the npm package's command line, which has the same commands;
//! what that one has and this one has not is named as that.

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, CommandFactory};

use super::args::Args;

/// What makes private keys or needs one.
const OF_THE_PACKAGE: [&str; 10] = [
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

/// Options that do not go together, and why.
const CONFLICTS: [(&str, &str, &str); 3] = [
    ("--json", "--stored", "--json and --stored are two forms of an entry: give one of them"),
    ("INDEX", "--change", "--change is of many entries: leave out <INDEX>"),
    ("--json", "--format", "--json is --format json: give one of them"),
];

/// Tells why a line was not understood, and ends the process; help that was asked for is printed.
pub(super) fn tell(error: clap::Error) -> ! {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let mut all = Args::command();
    all.build();
    if let Some(known) = of_the_package(&error, &words) {
        let message = format!(
            "`{known}` is a command of the npm package, which makes keys, adds to trails and exports them: npx tollgate {known} --help"
        );
        all.error(ErrorKind::InvalidSubcommand, message).exit()
    }
    let Some(("trail", name)) = words.first().map(String::as_str).zip(words.get(1)) else { error.exit() };
    let command = all.find_subcommand_mut("trail").and_then(|trail| trail.find_subcommand_mut(name));
    let Some(command) = command else { error.exit() };
    match told(&error, command, &words) {
        Some(message) => command.error(error.kind(), message).exit(),
        None => error.exit(),
    }
}

/// The words of the package's command that was asked for; `None` where it was another.
fn of_the_package(error: &clap::Error, words: &[String]) -> Option<&'static str> {
    if error.kind() != ErrorKind::InvalidSubcommand {
        return None;
    }
    let wrong = text(error, ContextKind::InvalidSubcommand)?;
    let at = words.iter().position(|word| *word == wrong)?;
    let before = words.iter().take(at).rfind(|word| *word != "help").map_or("", String::as_str);
    let after = words.get(at.saturating_add(1)).map_or("", String::as_str);
    let meant = [format!("{before} {wrong}"), format!("{wrong} {after}"), wrong];
    meant.iter().find_map(|words| OF_THE_PACKAGE.into_iter().find(|known| known == words))
}

/// Why a line of a command was not understood; `None` where the usual words say it.
fn told(error: &clap::Error, command: &Command, words: &[String]) -> Option<String> {
    match error.kind() {
        ErrorKind::UnknownArgument => {
            let word = text(error, ContextKind::InvalidArg)?;
            if !word.starts_with('-') {
                return Some(format!("`{word}` is one argument too many"));
            }
            let near = text(error, ContextKind::SuggestedArg);
            let near = near.map_or_else(String::new, |near| format!(": did you mean `{near}`?"));
            Some(format!("unknown option '{word}'{near}"))
        }
        ErrorKind::MissingRequiredArgument => {
            let missing = texts(error, ContextKind::InvalidArg);
            let first = missing.iter().find(|name| name.starts_with('<')).or(missing.first())?;
            let form = words.iter().find(|word| ["--json", "--stored"].contains(&word.as_str()));
            Some(match form.filter(|_| first == "<INDEX>") {
                Some(form) => format!("{form} is of one entry: name it by its <INDEX>"),
                None => format!("{first} is missing: {}", about(command, first)),
            })
        }
        ErrorKind::InvalidValue => {
            let (shown, value) =
                (text(error, ContextKind::InvalidArg)?, text(error, ContextKind::InvalidValue)?);
            let name = shown.split(' ').next().unwrap_or_default();
            if value.is_empty() {
                let about = about(command, &shown);
                return Some(format!(
                    "{shown} has no value: {about}; one that begins with `-` is written {name}=VALUE"
                ));
            }
            let valid = texts(error, ContextKind::ValidValue);
            let valid: Vec<String> = valid.iter().map(|value| format!("`{value}`")).collect();
            Some(format!("{name} is `{value}`, and must be {}", valid.join(" or ")))
        }
        ErrorKind::ValueValidation => {
            let (shown, value) =
                (text(error, ContextKind::InvalidArg)?, text(error, ContextKind::InvalidValue)?);
            let name = shown.replace('[', "<").replace(']', ">");
            Some(format!("{name} is `{value}`, and must be a whole number, 0 or more"))
        }
        ErrorKind::ArgumentConflict => {
            let (one, others) =
                (text(error, ContextKind::InvalidArg)?, texts(error, ContextKind::PriorArg).join(" "));
            let is = |name: &str, other: &str| one.contains(name) && others.contains(other);
            let known = CONFLICTS.into_iter().find(|(a, b, _)| is(a, b) || is(b, a));
            known.map(|(_, _, why)| why.to_owned())
        }
        _ => None,
    }
}

/// What an argument or an option is for, as its help says.
fn about(command: &Command, shown: &str) -> String {
    let argument = command.get_arguments().find(|argument| argument.to_string() == shown);
    let help = argument.and_then(|argument| argument.get_help()).map(ToString::to_string);
    let help = help.unwrap_or_default();
    help.strip_suffix("; may be given more than once").map_or_else(|| help.clone(), str::to_owned)
}

fn text(error: &clap::Error, kind: ContextKind) -> Option<String> {
    texts(error, kind).into_iter().next()
}

fn texts(error: &clap::Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        Some(ContextValue::String(text)) => vec![text.clone()],
        Some(ContextValue::Strings(texts)) => texts.clone(),
        _ => Vec::new(),
    }
}
