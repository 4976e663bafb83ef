//! Patterns over the paths that a change touches.

mod cases;

pub use cases::glob_cases;

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

use super::quoted;

/// The longest pattern in bytes; with it, matching takes time linear in the path.
pub const LONGEST_GLOB_BYTES: usize = 512;

/// A pattern over paths: `*` stands for any run of characters within one segment, `**` as a whole segment for any
/// number of segments, none included. Everything else stands for itself, upper and lower case kept apart.
///
/// ```
/// use tollgate::value::Glob;
///
/// let docs: Glob = "docs/**/*.md".parse()?;
/// assert!(docs.matches("docs/index.md"));
/// assert!(docs.matches("docs/how/to/start.md"));
/// assert!(!docs.matches("src/docs/index.md")); // a pattern covers the whole path
/// assert!("*.{md,txt}".parse::<Glob>().is_err()); // other tools' wildcards are refused, not taken literally
/// # Ok::<(), tollgate::value::GlobError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Glob {
    // INVARIANT: checked by `from_str`; no two neighbours are both `AnySegments`.
    segments: Vec<Segment>,
    text: String,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Segment {
    /// `**`
    AnySegments,
    /// Text in which `*` stands for any run of characters.
    One(String),
}

/// Why a text is no [`Glob`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GlobError {
    /// Nothing stands between two slashes, before the first or after the last, or the pattern is empty.
    #[error(
        "the pattern `{text}` has an empty part: paths start without `/` and have one `/` between two names"
    )]
    EmptySegment {
        /// The text as given, cut for a message.
        text: String,
    },
    /// A part is `.` or `..`, which no path has.
    #[error("the pattern `{text}` has the part `{segment}`: name folders from the top")]
    DotSegment {
        /// The text as given, cut for a message.
        text: String,
        /// `.` or `..`.
        segment: String,
    },
    /// `**` stands beside something else in its part.
    #[error("in the pattern `{text}`, `**` must stand alone between slashes: write `**/` or `*`")]
    PartialDoubleStar {
        /// The text as given, cut for a message.
        text: String,
    },
    /// A character that is a wildcard in other tools, a backslash or a control character.
    #[error("the pattern `{text}` has `{character}`: only `*` and `**` stand for something else")]
    OtherWildcard {
        /// The text as given, cut for a message.
        text: String,
        /// The character.
        character: char,
    },
    /// The pattern is longer than [`LONGEST_GLOB_BYTES`].
    #[error("a pattern of {bytes} bytes is too long: at most 512")]
    TooLong {
        /// Its length.
        bytes: usize,
    },
}

impl Glob {
    /// Returns the pattern as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Says whether the pattern covers the whole of `path`, whose segments stand between slashes.
    ///
    /// Takes at most as many steps as path and pattern have bytes, multiplied, and no memory beyond the segments.
    pub fn matches(&self, path: &str) -> bool {
        let path: Vec<&str> = path.split('/').collect();
        covers(
            &self.segments,
            &path,
            |segment| matches!(segment, Segment::AnySegments),
            |segment, name| match segment {
                Segment::AnySegments => true,
                Segment::One(pattern) => {
                    covers(pattern.as_bytes(), name.as_bytes(), |&byte| byte == b'*', |a, b| a == b)
                }
            },
        )
    }
}

/// Says whether `pattern` covers all of `items`, where an element that `is_star` covers any run of items.
///
/// Only the last star seen ever has to grow: whatever an earlier one could take instead, the last one can too. So
/// each pair of a pattern element and an item is looked at once at most.
fn covers<P, I>(
    pattern: &[P],
    items: &[I],
    is_star: impl Fn(&P) -> bool,
    same: impl Fn(&P, &I) -> bool,
) -> bool {
    let (mut pattern, mut items) = (pattern, items);
    // What to go on with when the last star takes one item more: the pattern after it, the items from there.
    let mut retry: Option<(&[P], &[I])> = None;
    loop {
        match (pattern.split_first(), items.split_first()) {
            (Some((star, after)), _) if is_star(star) => {
                pattern = after;
                retry = Some((after, items));
                continue;
            }
            (Some((element, pattern_after)), Some((item, items_after))) if same(element, item) => {
                (pattern, items) = (pattern_after, items_after);
                continue;
            }
            (None, None) => return true,
            _ => {}
        }
        match retry {
            Some((after, [_, fewer @ ..])) => {
                (pattern, items) = (after, fewer);
                retry = Some((after, fewer));
            }
            _ => return false,
        }
    }
}

impl FromStr for Glob {
    type Err = GlobError;

    fn from_str(text: &str) -> Result<Self, GlobError> {
        if text.len() > LONGEST_GLOB_BYTES {
            return Err(GlobError::TooLong { bytes: text.len() });
        }
        let foreign =
            |char: &char| matches!(char, '?' | '[' | ']' | '{' | '}' | '\\' | '!') || char.is_control();
        if let Some(character) = text.chars().find(foreign) {
            return Err(GlobError::OtherWildcard { text: quoted(text), character });
        }
        let mut segments = Vec::new();
        for part in text.split('/') {
            let segment = match part {
                "" => return Err(GlobError::EmptySegment { text: quoted(text) }),
                "." | ".." => {
                    return Err(GlobError::DotSegment { text: quoted(text), segment: part.to_owned() });
                }
                "**" => Segment::AnySegments,
                part if part.contains("**") => {
                    return Err(GlobError::PartialDoubleStar { text: quoted(text) });
                }
                part => Segment::One(part.to_owned()),
            };
            let repeated = segment == Segment::AnySegments && segments.last() == Some(&Segment::AnySegments);
            if !repeated {
                segments.push(segment);
            }
        }
        Ok(Self { segments, text: text.to_owned() })
    }
}

impl fmt::Display for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl Serialize for Glob {
    /// As written.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

/// Why a text is no path that patterns can judge.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// Nothing stands between two slashes, before the first or after the last, or the path is empty.
    #[error("the path `{text}` has an empty part: write it from the top folder, without a leading `/`")]
    EmptySegment {
        /// The text as given, cut for a message.
        text: String,
    },
    /// A part is `.` or `..`, so the path leads elsewhere than it seems to.
    #[error("the path `{text}` has the part `{segment}`: write where it leads")]
    DotSegment {
        /// The text as given, cut for a message.
        text: String,
        /// `.` or `..`.
        segment: String,
    },
    /// A backslash or a control character.
    #[error("the path `{text}` has a backslash or a control character: separate names by `/`")]
    Character {
        /// The text as given, cut for a message.
        text: String,
    },
}

/// Checks that `text` is a path from the top folder, spelled in the one way that patterns are written for.
///
/// Patterns compare spellings: `docs/../infra/main.tf` would pass for a document. So such paths stop at the door.
///
/// ```
/// use tollgate::value::check_path;
///
/// assert!(check_path("infra/main.tf").is_ok());
/// assert!(check_path("docs/../infra/main.tf").is_err());
/// ```
///
/// # Errors
/// [`PathError`], naming what to change.
pub fn check_path(text: &str) -> Result<(), PathError> {
    if text.chars().any(|char| char == '\\' || char.is_control()) {
        return Err(PathError::Character { text: quoted(text) });
    }
    for segment in text.split('/') {
        match segment {
            "" => return Err(PathError::EmptySegment { text: quoted(text) }),
            "." | ".." => {
                return Err(PathError::DotSegment { text: quoted(text), segment: segment.to_owned() });
            }
            _ => {}
        }
    }
    Ok(())
}
