//! Shares of a board, as a quorum names them.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

use super::quoted;

/// A share such as 2/3: at least one part of the whole, at most all of it. Kept as written, not reduced.
///
/// ```
/// use tollgate::value::Ratio;
///
/// let two_thirds: Ratio = "2/3".parse()?;
/// assert_eq!(two_thirds.ceil_of(6), 4);
/// assert_eq!(two_thirds.ceil_of(7), 5); // 4 2/3 votes are not reached by four
/// assert!("4/3".parse::<Ratio>().is_err());
/// # Ok::<(), tollgate::value::RatioError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Ratio {
    // INVARIANT: 1 <= numerator <= denominator.
    numerator: u32,
    denominator: u32,
}

/// Why a text or a pair of numbers is no [`Ratio`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RatioError {
    /// The text does not have the form of a ratio, or its numbers exceed 32 bits.
    #[error("`{text}` is no ratio: write it as `2/3`")]
    Form {
        /// The text as given, cut for a message.
        text: String,
    },
    /// The share is nothing, or more than the whole.
    #[error("`{numerator}/{denominator}` is no share: it is at least one part and at most the whole")]
    NoShare {
        /// The parts.
        numerator: u32,
        /// The parts of the whole.
        denominator: u32,
    },
}

impl Ratio {
    /// Returns the ratio.
    ///
    /// # Errors
    /// [`RatioError::NoShare`] unless 1 ≤ `numerator` ≤ `denominator`.
    pub const fn new(numerator: u32, denominator: u32) -> Result<Self, RatioError> {
        if numerator < 1 || numerator > denominator {
            return Err(RatioError::NoShare { numerator, denominator });
        }
        Ok(Self { numerator, denominator })
    }

    /// Returns the parts.
    pub const fn numerator(self) -> u32 {
        self.numerator
    }

    /// Returns the parts of the whole.
    pub const fn denominator(self) -> u32 {
        self.denominator
    }

    /// Returns the least whole number of seats that is at least this share of `seats`.
    pub fn ceil_of(self, seats: u32) -> u32 {
        // Two 32-bit numbers multiply within 64 bits, and the share of `seats` is at most `seats`.
        let parts = u64::from(seats).saturating_mul(u64::from(self.numerator));
        u32::try_from(parts.div_ceil(u64::from(self.denominator))).unwrap_or(seats)
    }
}

impl FromStr for Ratio {
    type Err = RatioError;

    /// Reads `n/d` in digits, without spaces.
    fn from_str(text: &str) -> Result<Self, RatioError> {
        // `parse` alone would take a sign.
        let number =
            |part: &str| part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse().ok())?;
        let numbers = text.split_once('/').and_then(|(n, d)| Some((number(n)?, number(d)?)));
        let (numerator, denominator) = numbers.ok_or_else(|| RatioError::Form { text: quoted(text) })?;
        Self::new(numerator, denominator)
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}/{}", self.numerator, self.denominator))
    }
}

impl Serialize for Ratio {
    /// As the text that [`Display`](fmt::Display) writes.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
