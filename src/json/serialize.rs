//! The way of typed structs into [`Json`], and of [`Json`] into whatever serde writes.

use std::fmt;

use serde::ser::{self, Serialize, SerializeMap, SerializeSeq, Serializer};

use super::read::twice;
use super::tagged::tag_of;
use super::{Json, Number};

/// The name under which a [`Number`] goes through serde. A number that arrives under it was exact before.
pub(super) const EXACT_NUMBER: &str = "tollgate::json::Number";

/// Why a value cannot become [`Json`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SerializeError {
    /// A binary float. Decimals go through as [`Number`] or as text.
    #[error("a binary float is not exact: use a decimal")]
    Float,
    /// A whole number beyond ±(2^53 - 1), which JavaScript would change.
    #[error("the integer {value} is unsafe, beyond ±9007199254740991: write it as text")]
    UnsafeInteger {
        /// The number.
        value: i128,
    },
    /// Raw bytes, for which JSON has no form.
    #[error("bytes have no form in JSON: encode them as text")]
    Bytes,
    /// A key of a map that is no text.
    #[error("a key of a map is no text")]
    KeyNotText,
    /// A [tagged](super::tagged) variant whose content is no object, so that a tag has no place in it.
    #[error("the variant `{variant}` is no object, and has a tag")]
    TagOfNoObject {
        /// The variant.
        variant: &'static str,
    },
    /// A key that stands twice in one object, as flattened fields can.
    #[error("the key `{key}` is written twice in one object")]
    DuplicateKey {
        /// The key.
        key: String,
    },
    /// The value's own `Serialize` failed.
    #[error("{message}")]
    Custom {
        /// Its words.
        message: String,
    },
}

impl ser::Error for SerializeError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::Custom { message: message.to_string() }
    }
}

/// Returns the value of a typed struct as [`Json`], so that it can be written canonically.
///
/// ```
/// use tollgate::json::{Limits, canonical, from_serialize, read};
///
/// #[derive(serde::Serialize)]
/// struct Answer {
///     risk: &'static str,
///     input: tollgate::json::Json,
/// }
///
/// let answer = Answer { risk: "low", input: read(r#"{"cvss": 9.10}"#, Limits::default()).unwrap() };
/// assert_eq!(canonical(&from_serialize(&answer).unwrap()), r#"{"input":{"cvss":9.1},"risk":"low"}"#);
/// assert!(from_serialize(&0.1).is_err());
/// ```
///
/// # Errors
/// [`SerializeError`], for floats, unsafe integers, bytes, and keys that are no text or stand twice.
pub fn from_serialize<T: Serialize + ?Sized>(value: &T) -> Result<Json, SerializeError> {
    value.serialize(ToJson { large: Large::Refused })
}

/// Returns the value of a typed struct as [`Json`], with whole numbers that JavaScript would change as text.
///
/// # Errors
/// [`SerializeError`], as [`from_serialize`], but for [`SerializeError::UnsafeInteger`].
pub fn from_serialize_exactly<T: Serialize + ?Sized>(value: &T) -> Result<Json, SerializeError> {
    value.serialize(ToJson { large: Large::AsText })
}

impl Serialize for Json {
    /// Members of objects stay in their order.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(yes) => serializer.serialize_bool(*yes),
            Self::Number(number) => number.serialize(serializer),
            Self::String(text) => serializer.serialize_str(text),
            Self::Array(items) => serializer.collect_seq(items),
            Self::Object(members) => serializer.collect_map(members.iter().map(|(key, value)| (key, value))),
        }
    }
}

impl Serialize for Number {
    /// A number in every format.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.as_i64() {
            Some(whole) => serializer.serialize_i64(whole),
            // serde's only numbers with a fraction are binary. At most fifteen digits come out of one as they went
            // in, and nothing is computed with it on the way.
            None => {
                let carrier: f64 = self.to_decimal_text().parse().map_err(ser::Error::custom)?;
                serializer.serialize_newtype_struct(EXACT_NUMBER, &carrier)
            }
        }
    }
}

/// What becomes of a whole number beyond ±(2^53 - 1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Large {
    Refused,
    AsText,
}

fn whole(value: i128, large: Large) -> Result<Json, SerializeError> {
    match (i64::try_from(value).ok().and_then(Number::from_i64), large) {
        (Some(number), _) => Ok(Json::Number(number)),
        (None, Large::AsText) => Ok(Json::String(value.to_string())),
        (None, Large::Refused) => Err(SerializeError::UnsafeInteger { value }),
    }
}

/// Writes the carrier of an exact number as plain decimal text.
struct Shown<'a, T: ?Sized>(&'a T);

impl<T: Serialize + ?Sized> fmt::Display for Shown<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.serialize(f)
    }
}

/// Returns the number that came under [`EXACT_NUMBER`].
pub(super) fn number_of_carrier<T: Serialize + ?Sized>(value: &T) -> Result<Number, SerializeError> {
    // The fewest digits that name the double are the number's own.
    Shown(value).to_string().parse().map_err(ser::Error::custom)
}

/// Takes a value from serde and gives it back as [`Json`].
#[derive(Clone, Copy)]
struct ToJson {
    large: Large,
}

impl ToJson {
    fn items(self, variant: Option<&'static str>) -> Items {
        Items { to_json: self, variant, items: Vec::new() }
    }

    /// Members that begin with a tag.
    fn tagged(self, tag: &str, variant: &str) -> Members {
        let members = vec![(tag.to_owned(), Json::String(variant.to_owned()))];
        Members { members, ..self.members(None) }
    }

    fn members(self, variant: Option<&'static str>) -> Members {
        Members { to_json: self, variant, members: Vec::new(), key: None }
    }
}

macro_rules! whole_numbers {
    ($($method:ident: $type:ty),*) => {
        $(fn $method(self, value: $type) -> Result<Json, SerializeError> {
            whole(value.into(), self.large)
        })*
    };
}

impl Serializer for ToJson {
    type Ok = Json;
    type Error = SerializeError;
    type SerializeSeq = Items;
    type SerializeTuple = Items;
    type SerializeTupleStruct = Items;
    type SerializeTupleVariant = Items;
    type SerializeMap = Members;
    type SerializeStruct = Members;
    type SerializeStructVariant = Members;

    whole_numbers! {
        serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64, serialize_i128: i128,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64
    }

    fn serialize_u128(self, value: u128) -> Result<Json, SerializeError> {
        whole(i128::try_from(value).unwrap_or(i128::MAX), self.large)
    }

    fn serialize_bool(self, value: bool) -> Result<Json, SerializeError> {
        Ok(Json::Bool(value))
    }

    fn serialize_f32(self, _: f32) -> Result<Json, SerializeError> {
        Err(SerializeError::Float)
    }

    fn serialize_f64(self, _: f64) -> Result<Json, SerializeError> {
        Err(SerializeError::Float)
    }

    fn serialize_char(self, value: char) -> Result<Json, SerializeError> {
        Ok(Json::String(value.to_string()))
    }

    fn serialize_str(self, value: &str) -> Result<Json, SerializeError> {
        Ok(Json::String(value.to_owned()))
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<Json, SerializeError> {
        Err(SerializeError::Bytes)
    }

    fn serialize_none(self) -> Result<Json, SerializeError> {
        Ok(Json::Null)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Json, SerializeError> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<Json, SerializeError> {
        Ok(Json::Null)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Json, SerializeError> {
        Ok(Json::Null)
    }

    fn serialize_unit_variant(
        self,
        name: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<Json, SerializeError> {
        match tag_of(name) {
            Some(tag) => self.tagged(tag, variant).finish(),
            None => Ok(Json::String(variant.to_owned())),
        }
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        value: &T,
    ) -> Result<Json, SerializeError> {
        if name != EXACT_NUMBER {
            return value.serialize(self);
        }
        number_of_carrier(value).map(Json::Number)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<Json, SerializeError> {
        if let Some(tag) = tag_of(name) {
            let Json::Object(members) = value.serialize(self)? else {
                return Err(SerializeError::TagOfNoObject { variant });
            };
            let mut tagged = self.tagged(tag, variant);
            tagged.members.extend(members);
            return tagged.finish();
        }
        Ok(Json::Object(vec![(variant.to_owned(), value.serialize(self)?)]))
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Items, SerializeError> {
        Ok(self.items(None))
    }

    fn serialize_tuple(self, _: usize) -> Result<Items, SerializeError> {
        Ok(self.items(None))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Items, SerializeError> {
        Ok(self.items(None))
    }

    fn serialize_tuple_variant(
        self,
        name: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Items, SerializeError> {
        if tag_of(name).is_some() {
            return Err(SerializeError::TagOfNoObject { variant });
        }
        Ok(self.items(Some(variant)))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Members, SerializeError> {
        Ok(self.members(None))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Members, SerializeError> {
        Ok(self.members(None))
    }

    fn serialize_struct_variant(
        self,
        name: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Members, SerializeError> {
        Ok(match tag_of(name) {
            Some(tag) => self.tagged(tag, variant),
            None => self.members(Some(variant)),
        })
    }
}

/// Wraps what belongs to a variant of an enum in an object with the variant's name, as serde does by default.
fn of_variant(variant: Option<&'static str>, value: Json) -> Json {
    match variant {
        Some(variant) => Json::Object(vec![(variant.to_owned(), value)]),
        None => value,
    }
}

struct Items {
    to_json: ToJson,
    variant: Option<&'static str>,
    items: Vec<Json>,
}

impl SerializeSeq for Items {
    type Ok = Json;
    type Error = SerializeError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), SerializeError> {
        self.items.push(value.serialize(self.to_json)?);
        Ok(())
    }

    fn end(self) -> Result<Json, SerializeError> {
        Ok(of_variant(self.variant, Json::Array(self.items)))
    }
}

/// serde asks for three more traits that do what [`SerializeSeq`] does, under other names.
macro_rules! as_items {
    ($($trait:ident :: $method:ident),*) => {
        $(impl ser::$trait for Items {
            type Ok = Json;
            type Error = SerializeError;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), SerializeError> {
                SerializeSeq::serialize_element(self, value)
            }

            fn end(self) -> Result<Json, SerializeError> {
                SerializeSeq::end(self)
            }
        })*
    };
}

as_items! {
    SerializeTuple::serialize_element, SerializeTupleStruct::serialize_field,
    SerializeTupleVariant::serialize_field
}

struct Members {
    to_json: ToJson,
    variant: Option<&'static str>,
    members: Vec<(String, Json)>,
    /// A key whose value has not come yet.
    key: Option<String>,
}

impl Members {
    fn finish(self) -> Result<Json, SerializeError> {
        if let Some((key, _)) =
            twice(self.members.iter().map(|(key, _)| key.as_str())).and_then(|at| self.members.get(at))
        {
            return Err(SerializeError::DuplicateKey { key: key.clone() });
        }
        Ok(of_variant(self.variant, Json::Object(self.members)))
    }
}

impl SerializeMap for Members {
    type Ok = Json;
    type Error = SerializeError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), SerializeError> {
        match key.serialize(self.to_json)? {
            Json::String(key) => self.key = Some(key),
            _ => return Err(SerializeError::KeyNotText),
        }
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), SerializeError> {
        let key = self.key.take().ok_or(SerializeError::KeyNotText)?;
        self.members.push((key, value.serialize(self.to_json)?));
        Ok(())
    }

    fn end(self) -> Result<Json, SerializeError> {
        self.finish()
    }
}

/// A struct's fields are members whose keys are known.
macro_rules! as_members {
    ($($trait:ident),*) => {
        $(impl ser::$trait for Members {
            type Ok = Json;
            type Error = SerializeError;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                key: &'static str,
                value: &T,
            ) -> Result<(), SerializeError> {
                self.members.push((key.to_owned(), value.serialize(self.to_json)?));
                Ok(())
            }

            fn end(self) -> Result<Json, SerializeError> {
                self.finish()
            }
        })*
    };
}

as_members! { SerializeStruct, SerializeStructVariant }
