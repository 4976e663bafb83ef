use super::tape::Token;
use super::{Limits, Value};

/// Says whether what was read with other limits is certainly within these, too. It may say no of what is within them
/// by less than its escapes could take: `read` of its text knows.
pub fn fits(value: Value<'_>, limits: Limits) -> bool {
    size(value, limits, 0).is_some_and(|bytes| bytes <= limits.size_bytes)
}

/// Returns the most bytes that a value can take; `None` for one that is too deep or holds too long a string.
fn size(value: Value<'_>, limits: Limits, depth: u8) -> Option<usize> {
    /// No number, `true` or `false` is longer.
    const SCALAR: usize = 40;
    let inside = || depth.checked_add(1).filter(|inside| *inside <= limits.depth);
    match value.token() {
        Token::Null | Token::Known | Token::Bool(_) | Token::Number(_) => Some(SCALAR),
        Token::Text(text) => string(text, limits),
        Token::Array { .. } => {
            let inside = inside()?;
            value
                .items()?
                .try_fold(2_usize, |sum, item| sum.checked_add(size(item, limits, inside)?)?.checked_add(1))
        }
        Token::Object { .. } => {
            let inside = inside()?;
            value.members()?.try_fold(2_usize, |sum, (key, value)| {
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
