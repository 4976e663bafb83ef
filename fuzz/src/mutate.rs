//! New inputs from old ones: bytes, and the words of which rule files and JSON are made.

/// Numbers that look random and are the same for the same seed (xorshift64*, Vigna 2016).
pub struct Random(u64);

impl Random {
    /// Starts a sequence.
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// Returns a number below `end`; 0 if `end` is 0.
    pub fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let number = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 16;
        if end == 0 { 0 } else { (number % end as u64) as usize }
    }
}

/// The longest input made.
pub const MAX_BYTES: usize = 24_000;

/// Characters and words on which readers stumble.
const HOSTILE: &[&str] = &[
    "\u{202E}",
    "\u{200B}",
    "\u{FEFF}",
    "\0",
    "\r",
    "\u{1F600}",
    "\u{E9}",
    "\\ud800",
    "\\u0000",
    "9007199254740993",
    "-0",
    "1e999",
    "NaN",
    "__proto__",
    "((((",
    "[[[[",
    "{{{{",
    "\"",
    "\\",
    "#",
    "not not",
    "2026-02-30",
    "2026-10-25T02:30+01:00",
    "99999999999999",
    "0.0000001",
    "null",
    "\"\"",
    "{}",
    "[]",
];

/// Changes an input in one to six places. `other` is an input to take from, `words` are words worth putting in.
pub fn mutated(input: &[u8], other: &[u8], words: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let mut bytes = input.to_vec();
    for _ in 0..=random.below(6) {
        match random.below(10) {
            0 => flip(&mut bytes, random),
            1 => copy_within(&mut bytes, random),
            2 => take_from(&mut bytes, other, random),
            3 => {
                let word = HOSTILE[random.below(HOSTILE.len())];
                replace_word(&mut bytes, word.as_bytes(), random);
            }
            4 => remove_words(&mut bytes, random),
            5 => {
                let from = words_of(other);
                let (start, end) = from.get(random.below(from.len())).copied().unwrap_or((0, 0));
                replace_word(&mut bytes, &other[start..end], random);
            }
            6 => {
                let at = random.below(bytes.len() + 1);
                insert(&mut bytes, at, words, random);
            }
            7 => swap_words(&mut bytes, random),
            _ if words.is_empty() => flip(&mut bytes, random),
            _ => {
                let word = &words[random.below(words.len())];
                replace_word(&mut bytes, word, random);
            }
        }
    }
    bytes.truncate(MAX_BYTES);
    bytes
}

fn flip(bytes: &mut [u8], random: &mut Random) {
    let at = random.below(bytes.len());
    if let Some(byte) = bytes.get_mut(at) {
        *byte ^= 1 << random.below(8);
    }
}

fn stretch(bytes: &[u8], random: &mut Random) -> (usize, usize) {
    let start = random.below(bytes.len());
    let most = if random.below(4) == 0 { bytes.len() - start } else { 40.min(bytes.len() - start) };
    (start, start + random.below(most + 1))
}

fn copy_within(bytes: &mut Vec<u8>, random: &mut Random) {
    let (start, end) = stretch(bytes, random);
    let part = bytes[start..end].to_vec();
    let at = random.below(bytes.len() + 1);
    let times = if random.below(20) == 0 { 1 + random.below(200) } else { 1 };
    bytes.splice(at..at, part.repeat(times));
}

fn take_from(bytes: &mut Vec<u8>, other: &[u8], random: &mut Random) {
    let (from, to) = stretch(other, random);
    let (start, end) = stretch(bytes, random);
    bytes.splice(start..end, other[from..to].iter().copied());
}

fn insert(bytes: &mut Vec<u8>, at: usize, words: &[Vec<u8>], random: &mut Random) {
    if let Some(word) = words.get(random.below(words.len())) {
        let spaced = [b" ", word.as_slice(), b" "].concat();
        bytes.splice(at..at, spaced);
    }
}

fn replace_word(bytes: &mut Vec<u8>, word: &[u8], random: &mut Random) {
    let found = words_of(bytes);
    if let Some((start, end)) = found.get(random.below(found.len())).copied() {
        bytes.splice(start..end, word.iter().copied());
    }
}

fn remove_words(bytes: &mut Vec<u8>, random: &mut Random) {
    let found = words_of(bytes);
    let first = random.below(found.len());
    let last = (first + random.below(6)).min(found.len().saturating_sub(1));
    if let (Some((start, _)), Some((_, end))) = (found.get(first).copied(), found.get(last).copied()) {
        bytes.drain(start..end);
    }
}

fn swap_words(bytes: &mut Vec<u8>, random: &mut Random) {
    let found = words_of(bytes);
    let (a, b) = (random.below(found.len()), random.below(found.len()));
    let (Some((start, end)), Some((from, to))) = (found.get(a.min(b)).copied(), found.get(a.max(b)).copied())
    else {
        return;
    };
    if end <= from {
        let swapped = [&bytes[from..to], &bytes[end..from], &bytes[start..end]].concat();
        bytes.splice(start..to, swapped);
    }
}

/// The words of an input: quoted strings, runs of letters and digits, and single signs.
pub fn words_of(bytes: &[u8]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let rest = &bytes[at + 1..];
        let more = match byte {
            b' ' | b'\n' | b'\t' | b'\r' => {
                at += 1;
                continue;
            }
            b'"' => rest.iter().position(|byte| matches!(byte, b'"' | b'\n')).map_or(0, |end| end + 1),
            byte if in_word(*byte) => rest.iter().take_while(|byte| in_word(**byte)).count(),
            _ => 0,
        };
        found.push((at, at + 1 + more));
        at += 1 + more;
    }
    found
}

fn in_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-') || byte >= 0x80
}
