//! Fixed-point numbers: what `decimal` and `percent` are made of.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

use super::quoted;

/// Fraction digits that a [`Fixed`] keeps.
pub const FRACTION_DIGITS: usize = 6;

const MILLIONTHS_IN_ONE: i64 = 1_000_000;

/// A number with six fraction digits, held as a count of millionths.
///
/// A percentage is held as people write it: 20 % is the number 20. The range is that of an `i64` of
/// millionths, about ±9.2 million million.
///
/// ```
/// use tollgate::value::Fixed;
///
/// let base: Fixed = "3.0".parse()?;
/// let rise: Fixed = "0.6".parse()?;
/// assert_eq!(base.checked_add(rise), Some("3.6".parse()?)); // exactly: nothing is binary here
/// assert_eq!(base.to_string(), "3");
/// # Ok::<(), tollgate::value::FixedError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Fixed {
    millionths: i64,
}

/// Why a text is no [`Fixed`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FixedError {
    /// More than six digits stand after the point. Zeros count: the text promises more than is kept.
    #[error("`{text}` has {digits} fraction digits, at most 6 are kept")]
    TooManyFractionDigits {
        /// The text as given, cut for a message.
        text: String,
        /// How many digits stand after the point.
        digits: usize,
    },
    /// The number does not fit into 64 bits of millionths.
    #[error("`{text}` is out of range: a decimal lies between {} and {}", Fixed::MIN, Fixed::MAX)]
    OutOfRange {
        /// The text as given, cut for a message.
        text: String,
    },
    /// The text is no plain decimal number: an optional `-`, digits, and optionally a point and digits.
    #[error("`{text}` is not a number")]
    NotANumber {
        /// The text as given, cut for a message.
        text: String,
    },
}

impl Fixed {
    /// Zero.
    pub const ZERO: Self = Self { millionths: 0 };
    /// The smallest number.
    pub const MIN: Self = Self { millionths: i64::MIN };
    /// The largest number.
    pub const MAX: Self = Self { millionths: i64::MAX };

    /// Returns the number that is this many millionths.
    pub const fn from_millionths(millionths: i64) -> Self {
        Self { millionths }
    }

    /// Returns the whole number, or `None` if it does not fit.
    pub const fn from_int(whole: i64) -> Option<Self> {
        match whole.checked_mul(MILLIONTHS_IN_ONE) {
            Some(millionths) => Some(Self { millionths }),
            None => None,
        }
    }

    /// Returns the count of millionths.
    pub const fn millionths(self) -> i64 {
        self.millionths
    }

    /// Returns the sum, or `None` if it does not fit.
    pub const fn checked_add(self, other: Self) -> Option<Self> {
        match self.millionths.checked_add(other.millionths) {
            Some(millionths) => Some(Self { millionths }),
            None => None,
        }
    }

    /// Returns the difference, or `None` if it does not fit.
    pub const fn checked_sub(self, other: Self) -> Option<Self> {
        match self.millionths.checked_sub(other.millionths) {
            Some(millionths) => Some(Self { millionths }),
            None => None,
        }
    }
}

impl FromStr for Fixed {
    type Err = FixedError;

    /// Reads plain decimal text such as `-0.25`; no sign `+`, no exponent, no bare point.
    fn from_str(text: &str) -> Result<Self, FixedError> {
        let not_a_number = || FixedError::NotANumber { text: quoted(text) };
        let unsigned = text.strip_prefix('-').unwrap_or(text);
        let (whole, fraction) = match unsigned.split_once('.') {
            Some((_, "")) => return Err(not_a_number()),
            Some(parts) => parts,
            None => (unsigned, ""),
        };
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !all_digits(whole) || !all_digits(fraction) {
            return Err(not_a_number());
        }
        if fraction.len() > FRACTION_DIGITS {
            return Err(FixedError::TooManyFractionDigits { text: quoted(text), digits: fraction.len() });
        }
        /// So many digits make no number that is too large.
        const FEW_DIGITS: usize = 12;
        if fraction.is_empty() && unsigned.len() == text.len() && whole.len() <= FEW_DIGITS {
            let whole = whole.bytes().try_fold(0_i64, |number, digit| {
                number.checked_mul(10)?.checked_add(digit.checked_sub(b'0')?.into())
            });
            if let Some(whole) = whole.and_then(Self::from_int) {
                return Ok(whole);
            }
        }
        // The sign goes with the digits, so that the smallest number, which has no positive twin, is read too.
        let sign = if unsigned.len() < text.len() { "-" } else { "" };
        format!("{sign}{whole}{fraction:0<FRACTION_DIGITS$}")
            .parse()
            .map(Self::from_millionths)
            .map_err(|_| FixedError::OutOfRange { text: quoted(text) })
    }
}

impl fmt::Display for Fixed {
    /// Writes the shortest decimal text of the number: no trailing zeros, no point for a whole number.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.millionths < 0 { "-" } else { "" };
        let magnitude = self.millionths.unsigned_abs();
        let unit = MILLIONTHS_IN_ONE.unsigned_abs();
        let whole = magnitude.checked_div(unit).unwrap_or_default();
        let fraction = match magnitude.checked_rem(unit).unwrap_or_default() {
            0 => String::new(),
            fraction => format!("{fraction:0>FRACTION_DIGITS$}"),
        };
        match fraction.trim_end_matches('0') {
            "" => f.pad(&format!("{sign}{whole}")),
            digits => f.pad(&format!("{sign}{whole}.{digits}")),
        }
    }
}

impl Serialize for Fixed {
    /// A text, never a number: readers in other languages would make a binary float of it.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
