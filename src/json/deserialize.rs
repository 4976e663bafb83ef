//! The way back: from [`Json`] into typed structs.

use std::fmt;

use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;

use super::{Json, Number};

/// The key under which a number with a fraction goes through serde, alone in a map. The strict reader refuses this key in
/// every document, so no document can hold such a map.
const EXACT_NUMBER: &str = "__proto__";

/// Why [`Json`] is not the wanted value: serde's words, with the way to the place in front.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{message}", Place(path))]
pub struct DeserializeError {
    /// The keys and positions that lead to the value, the innermost first.
    path: Vec<String>,
    message: String,
}

struct Place<'a>(&'a [String]);

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return Ok(());
        }
        write!(f, "`{}`: ", path_text(self.0))
    }
}

fn path_text(path: &[String]) -> String {
    let mut text = String::new();
    for part in path.iter().rev() {
        if !text.is_empty() && !part.starts_with('[') {
            text.push('.');
        }
        text.push_str(part);
    }
    text
}

impl DeserializeError {
    /// Returns the way to the place, as `votes[2].by`; empty for the whole value.
    pub fn path(&self) -> String {
        path_text(&self.path)
    }

    /// Returns what is wrong there.
    pub fn message(&self) -> &str {
        &self.message
    }

    fn inside(mut self, part: String) -> Self {
        self.path.push(part);
        self
    }
}

impl de::Error for DeserializeError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self { path: Vec::new(), message: message.to_string() }
    }
}

/// Returns the typed struct that a value says.
///
/// ```
/// use tollgate::json::{Json, Limits, read, to_typed};
///
/// #[derive(serde::Deserialize)]
/// struct Vote {
///     by: String,
///     of: Json,
/// }
///
/// let json = read(r#"{"by": "u-vp", "of": {"cvss": 9.10}}"#, Limits::default())?;
/// let vote: Vote = to_typed(&json).unwrap();
/// assert_eq!(vote.of, *json.get("of").unwrap());
/// assert!(to_typed::<Vote>(&Json::Null).is_err());
/// # Ok::<(), tollgate::json::JsonError>(())
/// ```
///
/// # Errors
/// [`DeserializeError`], which names the place.
pub fn to_typed<'de, T: Deserialize<'de>>(json: &'de Json) -> Result<T, DeserializeError> {
    T::deserialize(FromJson(json))
}

/// Gives serde a value that was read.
#[derive(Clone, Copy)]
struct FromJson<'de>(&'de Json);

impl<'de> Deserializer<'de> for FromJson<'de> {
    type Error = DeserializeError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DeserializeError> {
        match self.0 {
            Json::Null => visitor.visit_unit(),
            Json::Bool(yes) => visitor.visit_bool(*yes),
            Json::Number(number) => match number.as_i64() {
                Some(whole) => visitor.visit_i64(whole),
                None => visitor.visit_map(Exact(Some(number.to_decimal_text()))),
            },
            Json::String(text) => visitor.visit_borrowed_str(text),
            Json::Array(items) => visitor.visit_seq(Items { items: items.iter(), index: 0 }),
            Json::Object(members) => visitor.visit_map(Members { members: members.iter(), value: None }),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DeserializeError> {
        match self.0 {
            Json::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, DeserializeError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DeserializeError> {
        match self.0 {
            Json::String(variant) => visitor.visit_enum(variant.as_str().into_deserializer()),
            Json::Object(members) => match members.as_slice() {
                [(variant, value)] => visitor.visit_enum(Variant { variant, value }),
                _ => Err(de::Error::custom("an object with one member is wanted here")),
            },
            _ => Err(de::Error::custom("a name, or an object with one member, is wanted here")),
        }
    }

    /// Exact decimals stand in texts, and a number there is a likely slip: it is named as it was written.
    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DeserializeError> {
        match self.0 {
            Json::Number(number) => {
                let number = number.to_decimal_text();
                Err(de::Error::custom(format!("a text is wanted here: write \"{number}\", not {number}")))
            }
            _ => self.deserialize_any(visitor),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}

struct Items<'de> {
    items: std::slice::Iter<'de, Json>,
    index: usize,
}

impl<'de> de::SeqAccess<'de> for Items<'de> {
    type Error = DeserializeError;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, DeserializeError> {
        let Some(item) = self.items.next() else { return Ok(None) };
        let index = self.index;
        self.index = index.saturating_add(1);
        seed.deserialize(FromJson(item)).map(Some).map_err(|error| error.inside(format!("[{index}]")))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len())
    }
}

struct Members<'de> {
    members: std::slice::Iter<'de, (String, Json)>,
    value: Option<&'de (String, Json)>,
}

impl<'de> de::MapAccess<'de> for Members<'de> {
    type Error = DeserializeError;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, DeserializeError> {
        self.value = self.members.next();
        let Some((key, _)) = self.value else { return Ok(None) };
        seed.deserialize(de::value::BorrowedStrDeserializer::new(key)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, DeserializeError> {
        let Some((key, value)) = self.value.take() else {
            return Err(de::Error::custom("a value before its key"));
        };
        seed.deserialize(FromJson(value)).map_err(|error| error.inside(key.clone()))
    }
}

/// A map whose one value is the text of a number.
struct Exact(Option<String>);

impl<'de> de::MapAccess<'de> for Exact {
    type Error = DeserializeError;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, DeserializeError> {
        if self.0.is_none() {
            return Ok(None);
        }
        seed.deserialize(de::value::BorrowedStrDeserializer::new(EXACT_NUMBER)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, DeserializeError> {
        seed.deserialize(self.0.take().unwrap_or_default().into_deserializer())
    }
}

struct Variant<'de> {
    variant: &'de str,
    value: &'de Json,
}

impl<'de> de::EnumAccess<'de> for Variant<'de> {
    type Error = DeserializeError;
    type Variant = FromJson<'de>;

    fn variant_seed<V: DeserializeSeed<'de>>(
        self,
        seed: V,
    ) -> Result<(V::Value, FromJson<'de>), DeserializeError> {
        let variant = seed.deserialize(de::value::BorrowedStrDeserializer::new(self.variant))?;
        Ok((variant, FromJson(self.value)))
    }
}

impl<'de> de::VariantAccess<'de> for FromJson<'de> {
    type Error = DeserializeError;

    fn unit_variant(self) -> Result<(), DeserializeError> {
        Deserialize::deserialize(self)
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, DeserializeError> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, DeserializeError> {
        self.deserialize_any(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DeserializeError> {
        self.deserialize_any(visitor)
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyJson)
    }
}

struct AnyJson;

impl<'de> Visitor<'de> for AnyJson {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E: de::Error>(self, yes: bool) -> Result<Json, E> {
        Ok(Json::Bool(yes))
    }

    fn visit_i64<E: de::Error>(self, whole: i64) -> Result<Json, E> {
        let number = Number::from_i64(whole).ok_or_else(|| E::custom("an integer beyond 2^53 - 1"))?;
        Ok(Json::Number(number))
    }

    fn visit_u64<E: de::Error>(self, whole: u64) -> Result<Json, E> {
        i64::try_from(whole).map_err(E::custom).and_then(|whole| self.visit_i64(whole))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Json, E> {
        Ok(Json::String(text.to_owned()))
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let mut list = Vec::with_capacity(items.size_hint().unwrap_or(0));
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Json::Array(list))
    }

    fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
        let mut members: Vec<(String, Json)> = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            if key == EXACT_NUMBER {
                let text: String = map.next_value()?;
                return text.parse().map(Json::Number).map_err(de::Error::custom);
            }
            members.push((key, map.next_value()?));
        }
        Ok(Json::Object(members))
    }
}
