//! Three-valued answers, and sets of the values that are still possible.

/// Yes, no, or not to be said yet. Without unanswered slots nothing is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// It does not hold.
    No,
    /// It depends on what is not yet answered.
    Unknown,
    /// It holds.
    Yes,
}

impl Verdict {
    /// Returns yes for `true`.
    pub const fn of(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }

    /// Returns yes for no, no for yes.
    #[must_use]
    pub const fn negated(self) -> Self {
        match self {
            Self::No => Self::Yes,
            Self::Unknown => Self::Unknown,
            Self::Yes => Self::No,
        }
    }

    /// Returns the verdict where it is known.
    pub const fn known(self) -> Option<bool> {
        match self {
            Self::No => Some(false),
            Self::Unknown => None,
            Self::Yes => Some(true),
        }
    }

    /// Whether both hold (Kleene).
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        self.min(other)
    }

    /// Whether one holds (Kleene).
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        self.max(other)
    }
}

/// The values that something can still have: members of one enumeration, by number and in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Possible {
    /// Ascending, each once.
    pub values: Vec<u16>,
    /// Whether it may also turn out not to be there.
    pub absent: bool,
}

impl Possible {
    /// Returns what certainly is not there.
    pub fn nothing() -> Self {
        Self { values: Vec::new(), absent: true }
    }

    /// Returns what is certain.
    pub fn certain(value: u16) -> Self {
        Self { values: vec![value], absent: false }
    }

    /// Returns what can be any of these.
    pub fn any_of(values: impl IntoIterator<Item = u16>) -> Self {
        let mut values: Vec<u16> = values.into_iter().collect();
        values.sort_unstable();
        values.dedup();
        Self { values, absent: false }
    }

    /// Returns the value if there is only one possibility.
    pub fn known(&self) -> Option<u16> {
        match (self.values.as_slice(), self.absent) {
            ([value], false) => Some(*value),
            _ => None,
        }
    }

    /// Whether only one possibility is left.
    pub fn is_decided(&self) -> bool {
        self.values.len().saturating_add(usize::from(self.absent)) <= 1
    }
}
