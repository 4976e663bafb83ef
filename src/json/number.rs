//! Exact decimal numbers: what a JSON number is before anyone gives it a type.

use std::fmt;

use super::error::{JsonErrorKind, excerpt};

/// The largest whole number that every reader of JSON holds exactly: 2^53 - 1 (RFC 7493 §2.2).
pub const MAX_SAFE_INTEGER: i64 = 9_007_199_254_740_991;
/// Fraction digits that a number may have.
pub const MAX_FRACTION_DIGITS: u8 = 12;
/// Significant digits that a number with a fraction may have: so many survive the way through a double unharmed.
pub const MAX_SIGNIFICANT_DIGITS: usize = 15;

/// A decimal number, exactly as read, within bounds in which no reader of JSON can see another number.
///
/// Two numbers are equal if their values are: `1.50`, `1.5` and `15e-1` are one number.
///
/// ```
/// use tollgate::json::Number;
///
/// let number: Number = "1.50".parse().unwrap();
/// assert_eq!(number.to_decimal_text(), "1.5");
/// assert_eq!(number.as_i64(), None);
/// assert_eq!("2e3".parse::<Number>().unwrap().as_i64(), Some(2000));
/// assert!("9007199254740993".parse::<Number>().is_err()); // JavaScript would read ...992
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Number {
    // INVARIANT: the value is coefficient / 10^fraction_digits; the coefficient ends in no zero unless
    // fraction_digits is 0; both are within the bounds above.
    coefficient: i64,
    fraction_digits: u8,
}

impl Number {
    /// Returns the whole number, or `None` beyond ±(2^53 - 1).
    pub const fn from_i64(whole: i64) -> Option<Self> {
        if whole < -MAX_SAFE_INTEGER || whole > MAX_SAFE_INTEGER {
            return None;
        }
        Some(Self { coefficient: whole, fraction_digits: 0 })
    }

    /// Returns the number if it is whole.
    pub const fn as_i64(self) -> Option<i64> {
        match self.fraction_digits {
            0 => Some(self.coefficient),
            _ => None,
        }
    }

    /// Returns plain decimal text without exponent and trailing zeros: what the decimal types of the language read.
    pub fn to_decimal_text(self) -> String {
        let sign = if self.coefficient < 0 { "-" } else { "" };
        let digits = self.coefficient.unsigned_abs().to_string();
        let fraction_digits = usize::from(self.fraction_digits);
        let width = fraction_digits.saturating_add(1);
        let padded = format!("{digits:0>width$}");
        match padded.split_at_checked(padded.len().saturating_sub(fraction_digits)) {
            Some((whole, fraction)) if !fraction.is_empty() => format!("{sign}{whole}.{fraction}"),
            _ => format!("{sign}{padded}"),
        }
    }
}

impl fmt::Display for Number {
    /// Writes the number as ECMAScript does (RFC 8785 §3.2.2.3): with an exponent below 0.000001.
    ///
    /// Up to fifteen digits name one double and no shorter text names it, so the digits kept here are the digits
    /// that ECMAScript would find.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.coefficient.unsigned_abs().to_string();
        // The value is 0.digits × 10^(digits - fraction digits); ECMA-262 §6.1.6.1.20 calls that exponent n.
        let zeros_after_point = usize::from(self.fraction_digits).saturating_sub(digits.len());
        if zeros_after_point < 6 {
            return f.write_str(&self.to_decimal_text());
        }
        let sign = if self.coefficient < 0 { "-" } else { "" };
        let exponent = zeros_after_point.saturating_add(1);
        match digits.split_at_checked(1) {
            Some((first, rest)) if !rest.is_empty() => write!(f, "{sign}{first}.{rest}e-{exponent}"),
            _ => write!(f, "{sign}{digits}e-{exponent}"),
        }
    }
}

impl std::str::FromStr for Number {
    type Err = JsonErrorKind;

    /// Reads a number of RFC 8259 §6 within the bounds.
    ///
    /// # Errors
    /// `BadNumber`, `NegativeZero`, `UnsafeInteger`, `TooManyFractionDigits` or `TooManyDigits`.
    fn from_str(text: &str) -> Result<Self, JsonErrorKind> {
        if let Some(count) = count(text) {
            return Ok(Self { coefficient: count, fraction_digits: 0 });
        }
        let parts = Parts::of(text)?;
        let quoted = || excerpt(text);

        // Zeros at either end are notation. What is left is the coefficient; its last digit fixes the fraction.
        let all_digits = format!("{}{}", parts.whole, parts.fraction);
        let from_first = all_digits.trim_start_matches('0');
        let significant = from_first.trim_end_matches('0');
        if significant.is_empty() {
            return match parts.negative {
                true => Err(JsonErrorKind::NegativeZero { text: quoted() }),
                false => Ok(Self { coefficient: 0, fraction_digits: 0 }),
            };
        }
        let trailing_zeros = from_first.len().saturating_sub(significant.len());
        let scale = parts.scale.saturating_add(i64::try_from(trailing_zeros).unwrap_or(i64::MAX));

        // `scale` is the power of ten of the last significant digit.
        let fraction_digits = match u8::try_from(scale.saturating_neg().max(0)) {
            Ok(digits) if digits <= MAX_FRACTION_DIGITS => digits,
            _ => return Err(JsonErrorKind::TooManyFractionDigits { text: quoted() }),
        };
        if fraction_digits > 0 && significant.len() > MAX_SIGNIFICANT_DIGITS {
            return Err(JsonErrorKind::TooManyDigits { text: quoted() });
        }
        let unsafe_integer = || JsonErrorKind::UnsafeInteger { text: quoted() };
        let magnitude: i64 = significant.parse().map_err(|_| unsafe_integer())?;
        let zeros = u32::try_from(scale.max(0)).map_err(|_| unsafe_integer())?;
        let magnitude = 10_i64
            .checked_pow(zeros)
            .and_then(|power| magnitude.checked_mul(power))
            .filter(|&magnitude| magnitude <= MAX_SAFE_INTEGER)
            .ok_or_else(unsafe_integer)?;
        let coefficient = if parts.negative { magnitude.saturating_neg() } else { magnitude };
        Ok(Self { coefficient, fraction_digits })
    }
}

/// Says whether a number was written as RFC 8785 writes it.
pub(super) fn is_canonical(text: &str, number: Number) -> bool {
    count(text).is_some() || number.to_string() == text
}

/// Reads what most numbers are: digits, and so few of them that the number is certainly safe.
fn count(text: &str) -> Option<i64> {
    const CERTAINLY_SAFE: usize = 15;
    let digits = text.as_bytes();
    if digits.is_empty() || digits.len() > CERTAINLY_SAFE || digits.len() > 1 && digits.first() == Some(&b'0')
    {
        return None;
    }
    digits.iter().try_fold(0_i64, |number, digit| {
        let digit = digit.checked_sub(b'0').filter(|digit| *digit < 10)?;
        number.checked_mul(10)?.checked_add(digit.into())
    })
}

/// A number's text, taken apart by the grammar of RFC 8259 §6.
struct Parts<'a> {
    negative: bool,
    whole: &'a str,
    fraction: &'a str,
    /// The power of ten of the last digit written, saturating: beyond 64 bits only the side matters.
    scale: i64,
}

impl<'a> Parts<'a> {
    fn of(text: &'a str) -> Result<Self, JsonErrorKind> {
        let bad = |reason| JsonErrorKind::BadNumber { text: excerpt(text), reason };
        let digits_only = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());

        let (negative, unsigned) = match text.strip_prefix('-') {
            Some(unsigned) => (true, unsigned),
            None => (false, text),
        };
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => {
                (mantissa, exponent_of(exponent).ok_or_else(|| bad("its exponent is no whole number"))?)
            }
            None => (unsigned, 0),
        };
        let (whole, fraction) = match mantissa.split_once('.') {
            Some((_, "")) => return Err(bad("no digit follows the point")),
            Some(parts) => parts,
            None => (mantissa, ""),
        };
        if whole.is_empty() {
            return Err(bad("no digit stands at its beginning"));
        }
        if !digits_only(whole) || !digits_only(fraction) {
            return Err(bad("it has characters that no number has"));
        }
        if whole.len() > 1 && whole.starts_with('0') {
            return Err(bad("it begins with a needless zero"));
        }
        let fraction_len = i64::try_from(fraction.len()).unwrap_or(i64::MAX);
        Ok(Self { negative, whole, fraction, scale: exponent.saturating_sub(fraction_len) })
    }
}

fn exponent_of(text: &str) -> Option<i64> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // Whatever overflows is far out of bounds on either side.
    let magnitude = digits.parse::<i64>().unwrap_or(i64::MAX);
    Some(if negative { magnitude.saturating_neg() } else { magnitude })
}
