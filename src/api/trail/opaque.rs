//! People in a trail: by opaque ids. An entry is for ever, and a name that stands in one is never taken out of it again.
//!
//! This is asked when an entry is prepared, never when one is verified: a trail that has other ids holds as it did.

use crate::api::Refusal;
use crate::change::Roster;

/// Refuses an id that plainly names somebody: a mail address, or one with white space as a name has.
///
/// # Errors
/// `PERSONAL_ID`, at the place.
pub fn opaque(id: &str, place: &str) -> Result<(), Refusal> {
    let what = if id.contains(char::is_whitespace) {
        "has white space, as a name has"
    } else if is_address(id) {
        "is a mail address"
    } else {
        return Ok(());
    };
    let message =
        format!("`{id}` {what}: it would stand in the trail for ever, whoever asks for its erasure");
    let help = "give an opaque id, as HR or the directory has one for each person, such as `u-4711`: who that is stays there";
    Err(Refusal::new("PERSONAL_ID", message).at(place).help(help))
}

/// Whether an `@` stands between two words.
fn is_address(id: &str) -> bool {
    id.split_once('@').is_some_and(|(before, after)| {
        before.ends_with(char::is_alphanumeric) && after.starts_with(char::is_alphanumeric)
    })
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
