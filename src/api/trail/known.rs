//! The changes of a log by their ids, and the one that somebody may have meant.

use crate::api::Refusal;
use crate::text::nearest_id;

/// Refuses a change that a log has never had.
///
/// # Errors
/// `NO_CHANGE`, with the one that was meant where one is near.
pub fn known<'a>(id: &str, changes: impl IntoIterator<Item = &'a String>) -> Result<(), Refusal> {
    let changes: Vec<&str> = changes.into_iter().map(String::as_str).collect();
    if changes.contains(&id) {
        return Ok(());
    }
    let help = match nearest_id(id, changes.iter().copied().filter(|known| !known.is_empty())) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "give the id of a change that the trail has: `changes` of the package and `tollgate trail show` name them".to_owned(),
    };
    Err(Refusal::new("NO_CHANGE", format!("there is no change `{id}` in the trail")).at("change").help(help))
}
