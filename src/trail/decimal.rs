//! Whole numbers as the published formats write them.

/// Reads ASCII decimal digits without a sign and without leading zeros; `None` for any other text and beyond `u64`.
pub(super) fn read(text: &str) -> Option<u64> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let one_spelling = text == "0" || !text.starts_with('0');
    if digits && one_spelling { text.parse().ok() } else { None }
}
