//! People in a trail: by opaque ids. An entry is for ever, and a name that stands in one is never taken out of it again.
//!
//! This is asked when an entry is prepared, never when one is verified: a trail that has other ids holds as it did.

use crate::api::Refusal;
use crate::change::{Command, Register, Roster};
use crate::text::hostile::is_unseen;

use super::shown::safe;

/// Refuses an id that plainly names somebody: a mail address, or one with white space as a name has; and one that is not what it shows.
///
/// # Errors
/// `PERSONAL_ID`, at the place.
pub fn opaque(id: &str, place: &str) -> Result<(), Refusal> {
    let what = if id.contains(char::is_whitespace) {
        "has white space, as a name has"
    } else if is_address(id) {
        "is a mail address"
    } else if id.contains(is_unseen) {
        "has a character that is not seen, so that two ids look like one"
    } else {
        return Ok(());
    };
    let message = format!(
        "`{}`, at `{place}`, {what}: ids of people stand in the trail for ever, whoever asks for their erasure",
        safe(id)
    );
    let help = "give an opaque id, as HR or the directory has one for each person, such as `u-4711`: who that is stays there";
    Err(Refusal::new("PERSONAL_ID", message).at(place).help(help))
}

/// The signs that are an `@`: U+FF20 in full width, U+FE6B small.
const AT: [char; 3] = ['@', '\u{ff20}', '\u{fe6b}'];

/// Whether an `@` stands between two words, whatever else does.
fn is_address(id: &str) -> bool {
    let a_word = |text: &str| text.contains(char::is_alphanumeric);
    id.match_indices(AT).any(|(at, sign)| {
        let (before, after) = (id.get(..at), id.get(at.saturating_add(sign.len())..));
        before.is_some_and(a_word) && after.is_some_and(a_word)
    })
}

/// Refuses a person whom a command names by what is no opaque id.
///
/// # Errors
/// `PERSONAL_ID`, at the field.
pub(super) fn opaque_command(command: &Command) -> Result<(), Refusal> {
    match command {
        Command::Schedule { implementer, .. }
        | Command::Start { implementer: Some(implementer) }
        | Command::BreakGlass { implementer: Some(implementer), .. } => {
            opaque(implementer, &format!("command.{}.implementer", command.kind().word()))
        }
        _ => Ok(()),
    }
}

/// Refuses a register in which somebody does not stand by an opaque id: what a change knows of the others stands in its entries.
///
/// # Errors
/// `PERSONAL_ID`, at the place of the first.
pub(super) fn opaque_register(register: &Register) -> Result<(), Refusal> {
    for (at, planned) in register.changes.iter().enumerate() {
        let named = planned.implementer.as_deref();
        named.map_or(Ok(()), |it| opaque(it, &format!("register.changes[{at}].implementer")))?;
    }
    Ok(())
}

/// Refuses a roster in which somebody does not stand by an opaque id.
///
/// # Errors
/// `PERSONAL_ID`, at the place of the first.
pub fn opaque_roster(roster: &Roster) -> Result<(), Refusal> {
    for (role, people) in &roster.roles {
        for (at, person) in people.iter().enumerate() {
            opaque(person, &format!("roster.roles.{role}[{at}]"))?;
        }
    }
    for (person, manager) in &roster.managers {
        opaque(person, "roster.managers")?;
        opaque(manager, &format!("roster.managers.{person}"))?;
    }
    for (at, delegation) in roster.delegations.iter().enumerate() {
        opaque(&delegation.from, &format!("roster.delegations[{at}].from"))?;
        opaque(&delegation.to, &format!("roster.delegations[{at}].to"))?;
    }
    for (role, rotation) in &roster.on_call {
        for (at, person) in rotation.people.iter().enumerate() {
            opaque(person, &format!("roster.on_call.{role}.people[{at}]"))?;
        }
        for (at, swap) in rotation.swaps.iter().enumerate() {
            opaque(&swap.person, &format!("roster.on_call.{role}.swaps[{at}].person"))?;
        }
    }
    Ok(())
}
