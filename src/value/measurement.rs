//! Measurements: exact decimals finer than what rules write, because machines report more digits than people set.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

use super::{Fixed, quoted};

/// Fraction digits that a [`Measurement`] keeps.
pub const MEASUREMENT_FRACTION_DIGITS: usize = 12;

const TRILLIONTHS_IN_ONE: u128 = 1_000_000_000_000;
const TRILLIONTHS_IN_A_MILLIONTH: i128 = 1_000_000;
/// Digits before and after the point together: fifteen and twelve.
const MOST_DIGITS: i64 = 27;
/// How many millionths of a per cent are the whole: 100 × 1,000,000.
const SHARES_IN_WHOLE: i128 = 100_000_000;
/// Fraction digits of a rise in per cent at most.
const MOST_RISE_DIGITS: u32 = 8;

/// A number that a machine reported: twelve fraction digits, held as a count of trillionths, between ±10^15.
///
/// It has a total order and no arithmetic of its own: rules compare measurements with thresholds and with baselines,
/// and both comparisons are exact.
///
/// ```
/// use tollgate::value::Measurement;
///
/// let baseline: Measurement = "3.0".parse()?;
/// let now: Measurement = "3.6".parse()?;
/// let share = "20".parse().unwrap();
/// assert!(!now.rises_by_more_than(baseline, share)); // exactly 20 %; binary floats make it 20.000000000000004 %
/// # Ok::<(), tollgate::value::MeasurementError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Measurement {
    // INVARIANT: |trillionths| < 10^27, so that differences and comparisons in per cent fit 128 bits.
    trillionths: i128,
}

/// Why a text is no [`Measurement`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MeasurementError {
    /// More than twelve digits stand after the point. Zeros count: the text promises more than is kept.
    #[error("`{text}` has {digits} fraction digits, at most 12 are kept")]
    TooManyFractionDigits {
        /// The text as given, cut for a message.
        text: String,
        /// How many digits stand after the point.
        digits: usize,
    },
    /// The number is not smaller than 10^15, or not larger than -10^15.
    #[error("`{text}` is out of range: a measurement has at most 15 digits before the point")]
    OutOfRange {
        /// The text as given, cut for a message.
        text: String,
    },
    /// The text is no decimal number. `NaN` and `Inf` are none either: who reads telemetry keeps them apart.
    #[error("`{text}` is not a number")]
    NotANumber {
        /// The text as given, cut for a message.
        text: String,
    },
}

impl Measurement {
    /// Zero.
    pub const ZERO: Self = Self { trillionths: 0 };
    /// The smallest measurement, a trillionth above -10^15.
    pub const MIN: Self = Self { trillionths: -999_999_999_999_999_999_999_999_999 };
    /// The largest measurement, a trillionth below 10^15.
    pub const MAX: Self = Self { trillionths: 999_999_999_999_999_999_999_999_999 };

    /// Returns the number that is this many trillionths, or `None` at ±10^15 and beyond.
    pub const fn from_trillionths(trillionths: i128) -> Option<Self> {
        if trillionths < Self::MIN.trillionths || trillionths > Self::MAX.trillionths {
            return None;
        }
        Some(Self { trillionths })
    }

    /// Returns the count of trillionths.
    pub const fn trillionths(self) -> i128 {
        self.trillionths
    }

    /// Returns the measurement of the same value as `number`, such as the threshold of a rule.
    pub const fn from_fixed(number: Fixed) -> Self {
        // 64 bits of millionths are below 10^13, within the range; the product is below 10^25 and never saturates.
        Self { trillionths: (number.millionths() as i128).saturating_mul(TRILLIONTHS_IN_A_MILLIONTH) }
    }

    /// Reads what telemetry writes, and says whether it had to be rounded.
    ///
    /// Beside plain decimals that is a sign `+`, an exponent (`1e-05`, `2.5E+3`), a point with digits on one side only
    /// (`.5`, `5.`), and more than twelve fraction digits, which are rounded half to even: binary floats written in
    /// full have up to seventeen and more. Digits that are zeros are not rounded away but mean nothing.
    ///
    /// ```
    /// use tollgate::value::Measurement;
    ///
    /// let (value, rounded) = Measurement::rounded("0.30000000000000004")?;
    /// assert_eq!((value.to_string().as_str(), rounded), ("0.3", true));
    /// assert_eq!(Measurement::rounded("1e-05")?, ("0.00001".parse()?, false));
    /// # Ok::<(), tollgate::value::MeasurementError>(())
    /// ```
    ///
    /// # Errors
    /// [`MeasurementError::NotANumber`], also for `NaN` and `Inf`; [`MeasurementError::OutOfRange`].
    pub fn rounded(text: &str) -> Result<(Self, bool), MeasurementError> {
        let Some(Written { negative, digits, scale }) = Written::of(text) else {
            return Err(MeasurementError::NotANumber { text: quoted(text) });
        };
        let out_of_range = || MeasurementError::OutOfRange { text: quoted(text) };
        // The value is digits × 10^scale trillionths, and digits begin and end in no zero.
        let length = i64::try_from(digits.len()).unwrap_or(i64::MAX);
        if length.saturating_add(scale) > MOST_DIGITS {
            return Err(out_of_range());
        }
        let zeros = usize::try_from(scale.max(0)).map_err(|_| out_of_range())?;
        let dropped = usize::try_from(scale.min(0).saturating_neg()).unwrap_or(usize::MAX);
        // With more digits to drop than there are, a zero stands first among the dropped: that is never half.
        let (kept, dropped, below_half) = match digits.len().checked_sub(dropped) {
            Some(kept) => {
                let (kept, dropped) = digits.split_at_checked(kept).unwrap_or((&digits, ""));
                (kept, dropped, false)
            }
            None => ("", digits.as_str(), true),
        };
        let whole: i128 = match format!("{kept}{:0<zeros$}", "").as_str() {
            "" => 0,
            digits => digits.parse().map_err(|_| out_of_range())?,
        };
        let odd = whole.checked_rem(2) == Some(1);
        let up = !below_half && rounds_up(dropped, odd);
        let magnitude = whole.saturating_add(i128::from(up));
        let trillionths = if negative { magnitude.saturating_neg() } else { magnitude };
        let value = Self::from_trillionths(trillionths).ok_or_else(out_of_range)?;
        Ok((value, !dropped.is_empty()))
    }

    /// Returns whether this lies above `baseline` by strictly more than `share_percent` of the baseline.
    ///
    /// The share is of the baseline's magnitude, so that a rise from -10 by 20 % ends at -8. From a baseline of 0 any
    /// positive number is a rise by more than any share: the checker asks for a floor beside such a rule.
    pub const fn rises_by_more_than(self, baseline: Self, share_percent: Fixed) -> bool {
        exceeds_share(self.trillionths.saturating_sub(baseline.trillionths), baseline, share_percent)
    }

    /// Returns whether this lies below `baseline` by strictly more than `share_percent` of the baseline.
    ///
    /// As [`rises_by_more_than`](Self::rises_by_more_than), in the other direction.
    pub const fn falls_by_more_than(self, baseline: Self, share_percent: Fixed) -> bool {
        exceeds_share(baseline.trillionths.saturating_sub(self.trillionths), baseline, share_percent)
    }

    /// Returns, for people to read, by how many per cent of `baseline` this lies above it; negative if below.
    ///
    /// Always with `digits` fraction digits, at most eight, rounded half to even; `None` for a baseline of 0. Never
    /// compare with it: 20.001 % reads `20.00` and is more than 20 %.
    ///
    /// ```
    /// use tollgate::value::Measurement;
    ///
    /// let now: Measurement = "3.8".parse()?;
    /// assert_eq!(now.rise_percent("2.1".parse()?, 2).as_deref(), Some("80.95"));
    /// assert_eq!(now.rise_percent(Measurement::ZERO, 2), None);
    /// # Ok::<(), tollgate::value::MeasurementError>(())
    /// ```
    pub fn rise_percent(self, baseline: Self, digits: u32) -> Option<String> {
        let digits = digits.min(MOST_RISE_DIGITS);
        let unit = 10_u128.checked_pow(digits)?;
        let whole = baseline.trillionths.unsigned_abs();
        // Below 2 × 10^27 × 10^2 × 10^8 = 2 × 10^37: fits 128 bits.
        let difference = self.trillionths.checked_sub(baseline.trillionths)?;
        let parts = difference.unsigned_abs().checked_mul(100)?.checked_mul(unit)?;
        let (quotient, remainder) = (parts.checked_div(whole)?, parts.checked_rem(whole)?);
        let odd = quotient.checked_rem(2)? == 1;
        let up = match remainder.checked_mul(2)?.cmp(&whole) {
            std::cmp::Ordering::Less => false,
            std::cmp::Ordering::Equal => odd,
            std::cmp::Ordering::Greater => true,
        };
        let rounded = quotient.checked_add(u128::from(up))?;
        let sign = if difference < 0 && rounded > 0 { "-" } else { "" };
        let (whole, fraction) = (rounded.checked_div(unit)?, rounded.checked_rem(unit)?);
        Some(match usize::try_from(digits).ok()? {
            0 => format!("{sign}{whole}"),
            digits => format!("{sign}{whole}.{fraction:0>digits$}"),
        })
    }
}

/// Whether `difference`, in trillionths, is more than the share of the baseline's magnitude.
///
/// That is difference / |baseline| > share / 100, multiplied out: nothing is divided, so nothing is rounded and a
/// baseline of zero needs no case of its own.
const fn exceeds_share(difference: i128, baseline: Measurement, share_percent: Fixed) -> bool {
    // |difference| < 2 × 10^27, so the left side is below 2 × 10^35 and exact. The right side may reach
    // 10^27 × 9.3 × 10^18, beyond the 1.7 × 10^38 of 128 bits: it saturates, and does so only where it is larger in
    // magnitude than any left side, so that its sign alone decides, as it would unsaturated.
    let left = difference.saturating_mul(SHARES_IN_WHOLE);
    let share_millionths = share_percent.millionths() as i128;
    left > baseline.trillionths.saturating_abs().saturating_mul(share_millionths)
}

/// Whether a number of which these digits are dropped is rounded away from zero, half to even.
fn rounds_up(dropped: &str, kept_is_odd: bool) -> bool {
    let mut digits = dropped.bytes();
    match digits.next() {
        Some(b'5') => kept_is_odd || digits.any(|digit| digit != b'0'),
        Some(first) => first > b'5',
        None => false,
    }
}

/// A number's text, taken apart.
struct Written {
    negative: bool,
    /// The digits without zeros at either end; empty for zero.
    digits: String,
    /// How many trillionths the last digit counts, as a power of ten. Saturating: beyond 64 bits only the side matters.
    scale: i64,
}

impl Written {
    fn of(text: &str) -> Option<Self> {
        let (negative, unsigned) = match text.strip_prefix('-') {
            Some(unsigned) => (true, unsigned),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent_of(exponent)?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = format!("{whole}{fraction}");
        if all.is_empty() || !are_digits(&all) {
            return None;
        }
        let from_first = all.trim_start_matches('0');
        let digits = from_first.trim_end_matches('0');
        if digits.is_empty() {
            return Some(Self { negative: false, digits: String::new(), scale: 0 });
        }
        let count = |length: usize| i64::try_from(length).unwrap_or(i64::MAX);
        let zeros = from_first.len().saturating_sub(digits.len());
        let scale = exponent
            .saturating_add(count(zeros))
            .saturating_sub(count(fraction.len()))
            .saturating_add(count(MEASUREMENT_FRACTION_DIGITS));
        Some(Self { negative, digits: digits.to_owned(), scale })
    }
}

fn exponent_of(text: &str) -> Option<i64> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if digits.is_empty() || !are_digits(digits) {
        return None;
    }
    // Whatever overflows is far out of bounds on either side.
    let magnitude = digits.parse::<i64>().unwrap_or(i64::MAX);
    Some(if negative { magnitude.saturating_neg() } else { magnitude })
}

fn are_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

impl FromStr for Measurement {
    type Err = MeasurementError;

    /// Reads plain decimal text such as `-0.25`; no sign `+`, no exponent, no bare point.
    ///
    /// What telemetry writes is read by [`Measurement::rounded`].
    fn from_str(text: &str) -> Result<Self, MeasurementError> {
        let unsigned = text.strip_prefix('-').unwrap_or(text);
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
        if whole.is_empty() || fraction.is_empty() || !are_digits(whole) || !are_digits(fraction) {
            return Err(MeasurementError::NotANumber { text: quoted(text) });
        }
        if fraction.len() > MEASUREMENT_FRACTION_DIGITS {
            let digits = fraction.len();
            return Err(MeasurementError::TooManyFractionDigits { text: quoted(text), digits });
        }
        Self::rounded(text).map(|(value, _)| value)
    }
}

impl fmt::Display for Measurement {
    /// Writes the shortest decimal text of the number: no trailing zeros, no point for a whole number.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.trillionths < 0 { "-" } else { "" };
        let magnitude = self.trillionths.unsigned_abs();
        let whole = magnitude.checked_div(TRILLIONTHS_IN_ONE).unwrap_or_default();
        let fraction = magnitude.checked_rem(TRILLIONTHS_IN_ONE).unwrap_or_default();
        let fraction = format!("{fraction:0>MEASUREMENT_FRACTION_DIGITS$}");
        match fraction.trim_end_matches('0') {
            "" => f.pad(&format!("{sign}{whole}")),
            digits => f.pad(&format!("{sign}{whole}.{digits}")),
        }
    }
}

impl Serialize for Measurement {
    /// A text, never a number: readers in other languages would make a binary float of it.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
