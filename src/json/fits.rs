use super::{Json, Limits};

/// Says whether what was read with other limits is certainly within these, too. It may say no of what is within them
/// by less than its escapes could take: `read` of its text knows.
pub fn fits(value: &Json, limits: Limits) -> bool {
    size(value, limits, 0).is_some_and(|bytes| bytes <= limits.size_bytes)
}

/// Returns the most bytes that a value can take; `None` for one that is too deep or holds too long a string.
fn size(value: &Json, limits: Limits, depth: u8) -> Option<usize> {
    /// No number, `true` or `false` is longer.
    const SCALAR: usize = 40;
    let inside = || depth.checked_add(1).filter(|inside| *inside <= limits.depth);
    match value {
        Json::Null | Json::Bool(_) | Json::Number(_) => Some(SCALAR),
        Json::String(text) => string(text, limits),
        Json::Array(items) => {
            let inside = inside()?;
            items
                .iter()
                .try_fold(2_usize, |sum, item| sum.checked_add(size(item, limits, inside)?)?.checked_add(1))
        }
        Json::Object(members) => {
            let inside = inside()?;
            members.iter().try_fold(2_usize, |sum, (key, value)| {
                sum.checked_add(string(key, limits)?)?
                    .checked_add(size(value, limits, inside)?)?
                    .checked_add(2)
            })
        }
    }
}

fn string(text: &str, limits: Limits) -> Option<usize> {
    /// A control character takes six bytes.
    const ESCAPED: usize = 6;
    let fits = text.len() <= limits.string_bytes;
    fits.then(|| text.len().saturating_mul(ESCAPED).saturating_add(2))
}
