//! Reading values back from what their `Serialize` wrote. What is read is checked as if a person had written it, so that
//! a value that exists is legal, wherever it comes from.

use serde::Deserialize;
use serde::de::{Deserializer, Error, Visitor};
use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use super::{
    CivilDate, ClockTime, Digest, Duration, Fixed, Glob, Instant, Measurement, Period, Ratio, Weekday,
};

/// Reads a text with `T`'s own reader.
struct AsText<T>(PhantomData<T>);

impl<T: FromStr<Err: fmt::Display>> Visitor<'_> for AsText<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value as text")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(E::custom)
    }
}

/// Reads a value from its text, without a copy of that: `deserialize_with` for types that have one spelling.
///
/// # Errors
/// What the type's own reader says.
pub fn from_text<'de, T: FromStr<Err: fmt::Display>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    deserializer.deserialize_str(AsText(PhantomData))
}

macro_rules! read_as_text {
    ($($name:ident)*) => {$(
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                from_text(deserializer)
            }
        }
    )*};
}

read_as_text! { CivilDate Digest Fixed Glob Instant Measurement Ratio Weekday }

impl<'de> Deserialize<'de> for ClockTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // A time that only ends a stretch is a legal value too.
        let text = deserializer.deserialize_str(AsText::<ClockEnd>(PhantomData))?;
        Ok(text.0)
    }
}

struct ClockEnd(ClockTime);

impl FromStr for ClockEnd {
    type Err = super::CivilError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        ClockTime::parse_end(text).map(Self)
    }
}

impl<'de> Deserialize<'de> for Duration {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        i64::deserialize(deserializer).map(Self::from_ms)
    }
}

impl<'de> Deserialize<'de> for Period {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        /// As it is written: named in JSON, one after the other in postcard.
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Ends {
            start: Instant,
            end: Instant,
        }

        let Ends { start, end } = Deserialize::deserialize(deserializer)?;
        Self::new(start, end).map_err(D::Error::custom)
    }
}
