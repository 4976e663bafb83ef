//! All the ways in which a path can match some patterns and not others.

use super::{Glob, Segment};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// More states than this are not looked at.
const MOST_STATES: usize = 4_096;

/// Nor are the places of patterns followed for more steps than this: tens of milliseconds.
const MOST_STEPS: usize = 2_000_000;

/// For each of some patterns whether it is matched.
type Matched = Vec<bool>;

/// Returns one path for each combination of patterns that a path can match at once, the shortest first; `None` if the patterns
/// are too many or too long to find them all.
///
/// ```
/// use tollgate::value::{Glob, glob_cases};
///
/// let (docs, code): (Glob, Glob) = ("docs/**".parse()?, "**/*.rs".parse()?);
/// let mut cases = glob_cases(&[&docs, &code]).unwrap();
/// cases.sort();
/// let matched: Vec<Vec<bool>> = cases.iter().map(|(matched, _)| matched.clone()).collect();
/// assert_eq!(matched, [[false, false], [false, true], [true, false], [true, true]]); // `docs/.rs` is both
/// # Ok::<(), tollgate::value::GlobError>(())
/// ```
pub fn glob_cases(globs: &[&Glob]) -> Option<Vec<(Matched, String)>> {
    let mut patterns: Vec<&str> = Vec::new();
    for segment in globs.iter().flat_map(|glob| &glob.segments) {
        if let Segment::One(pattern) = segment
            && !patterns.contains(&pattern.as_str())
        {
            patterns.push(pattern);
        }
    }
    let names = names(&patterns)?;
    let of = |pattern: &str, matched: &Matched| {
        let position = patterns.iter().position(|known| *known == pattern);
        position.and_then(|position| matched.get(position)).copied().unwrap_or(false)
    };

    // Where each glob may stand: the positions of the segment that comes next.
    let start: Vec<BTreeSet<usize>> =
        globs.iter().map(|glob| over_stars(glob, BTreeSet::from([0]))).collect();
    let places =
        globs.iter().map(|glob| glob.segments.len().saturating_add(1)).fold(0, usize::saturating_add);
    let found = explore((start, false), &names, places, |(state, _), (matched, _)| {
        let step = |(glob, places): (&&Glob, &BTreeSet<usize>)| {
            let next = places.iter().filter_map(|place| match glob.segments.get(*place)? {
                Segment::AnySegments => Some(*place),
                Segment::One(pattern) => of(pattern, matched).then(|| place.saturating_add(1)),
            });
            over_stars(glob, next.collect())
        };
        (globs.iter().zip(state).map(step).collect(), true)
    })?;
    let mut cases = BTreeMap::new();
    for ((state, any), path) in found {
        if any {
            let matches = |(glob, places): (&&Glob, &BTreeSet<usize>)| places.contains(&glob.segments.len());
            let matched: Matched = globs.iter().zip(&state).map(matches).collect();
            let names: Vec<String> = path.into_iter().map(|(_, name)| name).collect();
            cases.entry(matched).or_insert(names.join("/"));
        }
    }
    Some(cases.into_iter().collect())
}

/// Returns one name for each combination of single segments' patterns that a name can match at once.
fn names(patterns: &[&str]) -> Option<Vec<(Matched, String)>> {
    let mut letters: BTreeSet<char> = patterns.iter().flat_map(|pattern| pattern.chars()).collect();
    letters.remove(&'*');
    // All letters that no pattern has are alike.
    letters.extend(('a'..='z').chain('0'..='9').find(|letter| !letters.contains(letter)));
    let patterns: Vec<Vec<char>> = patterns.iter().map(|pattern| pattern.chars().collect()).collect();
    let on = |pattern: &[char], mut places: BTreeSet<usize>| {
        let mut todo: Vec<usize> = places.iter().copied().collect();
        while let Some(place) = todo.pop() {
            let next = place.saturating_add(1);
            if pattern.get(place) == Some(&'*') && places.insert(next) {
                todo.push(next);
            }
        }
        places
    };
    let start: Vec<BTreeSet<usize>> =
        patterns.iter().map(|pattern| on(pattern, BTreeSet::from([0]))).collect();
    let letters: Vec<char> = letters.into_iter().collect();
    // `.` and `..` are no names, nor is nothing: so much of the beginning is part of the state.
    let places =
        patterns.iter().map(|pattern| pattern.len().saturating_add(1)).fold(0, usize::saturating_add);
    let found = explore((start, Some(0_u8)), &letters, places, |(state, dots), letter| {
        let dots = dots.filter(|dots| *letter == '.' && *dots < 2).map(|dots| dots.saturating_add(1));
        let step = |(pattern, places): (&Vec<char>, &BTreeSet<usize>)| {
            let next = places.iter().filter_map(|place| match pattern.get(*place)? {
                '*' => Some(*place),
                own => (own == letter).then(|| place.saturating_add(1)),
            });
            on(pattern, next.collect())
        };
        (patterns.iter().zip(state).map(step).collect(), dots)
    })?;
    let mut cases = BTreeMap::new();
    for ((state, dots), name) in found {
        if dots.is_none() {
            let matched =
                patterns.iter().zip(&state).map(|(pattern, places)| places.contains(&pattern.len()));
            cases.entry(matched.collect::<Matched>()).or_insert(String::from_iter(name));
        }
    }
    Some(cases.into_iter().collect())
}

/// Adds the places to which a run of no segments leads.
fn over_stars(glob: &Glob, mut places: BTreeSet<usize>) -> BTreeSet<usize> {
    let mut todo: Vec<usize> = places.iter().copied().collect();
    while let Some(place) = todo.pop() {
        let next = place.saturating_add(1);
        if glob.segments.get(place) == Some(&Segment::AnySegments) && places.insert(next) {
            todo.push(next);
        }
    }
    places
}

/// Every state that can be reached, with the letters of a shortest way to it, in the order of their length; `None` if there are
/// more than [`MOST_STATES`], or following them takes more than [`MOST_STEPS`]. One step of a state costs up to `places`.
fn explore<S: Ord + Clone, L: Clone>(
    start: S,
    letters: &[L],
    places: usize,
    step: impl Fn(&S, &L) -> S,
) -> Option<Vec<(S, Vec<L>)>> {
    let mut seen = BTreeSet::from([start.clone()]);
    let mut found = Vec::new();
    let mut todo = VecDeque::from([(start, Vec::new())]);
    let mut left = MOST_STEPS;
    while let Some((state, way)) = todo.pop_front() {
        left = left.checked_sub(places.saturating_mul(letters.len()))?;
        for letter in letters {
            let next = step(&state, letter);
            if seen.insert(next.clone()) {
                let mut longer = way.clone();
                longer.push(letter.clone());
                todo.push_back((next, longer));
            }
        }
        found.push((state, way));
        if seen.len() > MOST_STATES {
            return None;
        }
    }
    Some(found)
}
