//! The nearest known word to a mistyped one.

/// Returns the candidate that `word` most likely meant, or `None` if none is near.
///
/// Candidates that differ only in case, in `-` for `_`, or in a plural `s` come first. Otherwise the one with
/// the fewest insertions, deletions, replacements and swaps of neighbours (the optimal string alignment
/// distance) wins, up to about a third of the word's length; the earlier of equals wins. A candidate equal to
/// `word` is no suggestion and is passed over.
///
/// ```
/// use tollgate::text::nearest;
/// assert_eq!(nearest("risk_lvl", ["rank", "risk_level"]), Some("risk_level"));
/// assert_eq!(nearest("tenant", ["tenants", "tenet"]), Some("tenants"));
/// assert_eq!(nearest("cab", ["ciso"]), None);
/// ```
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = fold(word);
    let limit = (folded.len().saturating_add(1) / 3).min(MAX_DISTANCE);
    let mut best: Option<(usize, &str)> = None;
    let mut compared = 0_usize;
    for candidate in candidates {
        if candidate == word {
            continue;
        }
        let other = fold(candidate);
        // A candidate of a very different length cannot be near: skip the table.
        if other.len().abs_diff(folded.len()) > limit {
            continue;
        }
        if lower_bound(&folded, &other) > limit || compared >= MOST_COMPARED {
            continue;
        }
        compared = compared.saturating_add(1);
        let distance = if singular(&other) == singular(&folded) { 0 } else { distance(&folded, &other) };
        if distance <= limit && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Returns the id that `id` most likely meant, as [`nearest`] does. Ids are told apart by their digits: `CHG-12` is another change than
/// `CHG-13`, and no slip for it. A letter that looks like a digit is one.
///
/// ```
/// use tollgate::text::nearest_id;
/// assert_eq!(nearest_id("CGH-13", ["CHG-12", "CHG-13"]), Some("CHG-13"));
/// assert_eq!(nearest_id("CHG-1O1", ["CHG-101"]), Some("CHG-101"));
/// assert_eq!(nearest_id("CHG-13", ["CHG-12", "CHG-1"]), None);
/// ```
pub fn nearest_id<'a>(id: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let digits = |text: &str| text.chars().filter_map(digit).collect::<String>();
    let own = digits(id);
    nearest(id, candidates.into_iter().filter(|candidate| digits(candidate) == own))
}

fn digit(letter: char) -> Option<char> {
    match letter {
        'O' | 'o' => Some('0'),
        'I' | 'l' => Some('1'),
        letter => letter.is_ascii_digit().then_some(letter),
    }
}

/// More edits than this make another word, however long it is; the bound also keeps a hostile long word
/// cheap.
const MAX_DISTANCE: usize = 8;

/// So many candidates that may be near are looked at closely.
const MOST_COMPARED: usize = 256;

/// Returns a number that the distance is never below: each edit changes at most two counts of letters by one.
fn lower_bound(a: &[char], b: &[char]) -> usize {
    let mut counts = [0_i32; 32];
    for (letters, sign) in [(a, 1), (b, -1)] {
        for letter in letters {
            if let Some(count) = counts.get_mut(*letter as usize & 31) {
                *count = count.saturating_add(sign);
            }
        }
    }
    let apart = counts.iter().fold(0_usize, |sum, count| sum.saturating_add(count.unsigned_abs() as usize));
    apart.div_ceil(2)
}

fn fold(word: &str) -> Vec<char> {
    word.chars().map(|c| if c == '-' { '_' } else { c.to_ascii_lowercase() }).collect()
}

fn singular(word: &[char]) -> &[char] {
    word.strip_suffix(&['s']).unwrap_or(word)
}

/// Returns the optimal string alignment distance, by the usual table of which three rows are kept.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    let mut previous_a = None;
    for (row, &ca) in a.iter().enumerate() {
        let mut current = vec![row.saturating_add(1)];
        let mut previous_b = None;
        for (column, &cb) in b.iter().enumerate() {
            let at = |cells: &[usize], index: usize| cells.get(index).copied().unwrap_or(usize::MAX);
            let here = column.saturating_add(1);
            let replaced = at(&above, column).saturating_add(usize::from(ca != cb));
            let mut least =
                replaced.min(at(&above, here).saturating_add(1)).min(at(&current, column).saturating_add(1));
            if previous_a == Some(cb) && previous_b == Some(ca) {
                least = least.min(at(&before, column.saturating_sub(1)).saturating_add(1));
            }
            current.push(least);
            previous_b = Some(cb);
        }
        before = std::mem::replace(&mut above, current);
        previous_a = Some(ca);
    }
    above.last().copied().unwrap_or(0)
}
