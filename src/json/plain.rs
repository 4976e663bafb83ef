//! Characters of a string that stand for themselves: the reader and the writers pass over most of a document by them.

/// Returns how many bytes at the beginning need no escape: neither `"` nor `\\` nor a control character. Each of those is a
/// byte that is part of no other character.
pub(super) fn plain(bytes: &[u8]) -> usize {
    let (chunks, rest) = bytes.as_chunks::<8>();
    for (chunk, at) in chunks.iter().zip((0_usize..).step_by(8)) {
        let found = escaped_in(u64::from_le_bytes(*chunk));
        if found != 0 {
            // Of the bytes that are marked the lowest is right; what a borrow marks lies above it.
            return at.saturating_add((found.trailing_zeros() >> 3) as usize);
        }
    }
    let is_plain = |byte: &&u8| **byte >= b' ' && **byte != b'"' && **byte != b'\\';
    bytes.len().saturating_sub(rest.len()).saturating_add(rest.iter().take_while(is_plain).count())
}

/// Marks the top bit of each of eight bytes that needs an escape (Bit Twiddling Hacks, "Determine if a word has a byte less
/// than n").
fn escaped_in(word: u64) -> u64 {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    const TOPS: u64 = u64::from_le_bytes([0x80; 8]);
    let less_than = |word: u64, ones_times: u64| word.wrapping_sub(ones_times) & !word & TOPS;
    let equal = |byte: u8| less_than(word ^ u64::from_le_bytes([byte; 8]), ONES);
    less_than(word, u64::from_le_bytes([b' '; 8])) | equal(b'"') | equal(b'\\')
}
