//! The way back: from a value that was read into typed structs.

use std::fmt;

use serde::de::{
    self, Deserialize, DeserializeOwned, DeserializeSeed, Deserializer, Error as _, Unexpected, Visitor,
};
use serde::forward_to_deserialize_any;

use super::tagged::tag_of;
use super::tape::{Document, Items, Members, Token, Value};
use super::written::WRITTEN;
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

    /// A word that is none of those expected: the one that is meant, or all of them.
    fn unknown(kind: &str, word: &str, expected: &[&str]) -> Self {
        if let Some(near) = crate::text::nearest(word, expected.iter().copied()) {
            return Self::custom(format_args!("unknown {kind} `{word}`: did you mean `{near}`?"));
        }
        let known: Vec<String> = expected.iter().map(|word| format!("`{word}`")).collect();
        let expected = match known.as_slice() {
            [] => format!("there are no {kind}s"),
            [one] => format!("expected {one}"),
            [one, other] => format!("expected {one} or {other}"),
            many => format!("expected one of {}", many.join(", ")),
        };
        Self::custom(format_args!("unknown {kind} `{word}`, {expected}"))
    }
}

impl de::Error for DeserializeError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self { path: Vec::new(), message: message.to_string() }
    }

    /// The place is where the field belongs: that is where it has to be written.
    fn missing_field(field: &'static str) -> Self {
        Self::custom(format_args!("missing field `{field}`")).inside(field.to_owned())
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        Self::unknown("variant", variant, expected)
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        Self::unknown("field", field, expected)
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
pub fn to_typed<T: DeserializeOwned>(json: &Json) -> Result<T, DeserializeError> {
    Document::of(json).value().typed()
}

impl<'de> Value<'de> {
    /// Returns the typed struct that the value says.
    ///
    /// # Errors
    /// [`DeserializeError`], which names the place.
    pub fn typed<T: Deserialize<'de>>(self) -> Result<T, DeserializeError> {
        T::deserialize(self)
    }

    /// Says that something else is wanted here.
    fn wrong(self, wanted: &dyn de::Expected) -> DeserializeError {
        let found = match self.token() {
            Token::Null | Token::Known => Unexpected::Unit,
            Token::Bool(yes) => Unexpected::Bool(*yes),
            Token::Number(number) => match number.as_i64() {
                Some(whole) => Unexpected::Signed(whole),
                None => Unexpected::Other("number with a fraction"),
            },
            Token::Text(text) => Unexpected::Str(text),
            Token::Array { .. } => Unexpected::Seq,
            Token::Object { .. } => Unexpected::Map,
        };
        DeserializeError::invalid_type(found, wanted)
    }
}

/// Each type asks for the one form that it has, so that no code is made for the others.
macro_rules! whole_numbers {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DeserializeError> {
            match self.number().and_then(Number::as_i64) {
                Some(whole) => visitor.visit_i64(whole),
                None => Err(self.wrong(&visitor)),
            }
        })*
    };
}

impl<'de> Deserializer<'de> for Value<'de> {
    type Error = DeserializeError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DeserializeError> {
        match self.token() {
            Token::Null | Token::Known => visitor.visit_unit(),
            Token::Bool(yes) => visitor.visit_bool(*yes),
            Token::Number(number) => match number.as_i64() {
                Some(whole) => visitor.visit_i64(whole),
                None => visitor.visit_map(Exact(Some(number.to_decimal_text()))),
            },
            Token::Text(text) => visitor.visit_borrowed_str(text),
            Token::Array { .. } => self.deserialize_seq(visitor),
            Token::Object { .. } => self.deserialize_map(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DeserializeError> {
        match self.token() {
            Token::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DeserializeError> {
        match self.yes_or_no() {
            Some(yes) => visitor.visit_bool(yes),
            None => Err(self.wrong(&visitor)),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DeserializeError> {
        match self.token() {
            Token::Text(text) => visitor.visit_borrowed_str(text),
            // Exact decimals stand in texts, and a number there is a likely slip: it is named as it was written.
            Token::Number(number) => {
                let number = number.to_decimal_text();
                Err(de::Error::custom(format!("a text is wanted here: write \"{number}\", not {number}")))
            }
            _ => Err(self.wrong(&visitor)),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DeserializeError> {
        self.deserialize_str(visitor)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DeserializeError> {
        match self.items() {
            Some(items) => visitor.visit_seq(InList { items, index: 0 }),
            None => Err(self.wrong(&visitor)),
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, DeserializeError> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DeserializeError> {
        match self.members() {
            Some(members) => visitor.visit_map(InObject { members, value: None }),
            None => Err(self.wrong(&visitor)),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DeserializeError> {
        self.deserialize_map(visitor)
    }

    /// What nobody asks for is not looked at.
    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DeserializeError> {
        visitor.visit_unit()
    }

    whole_numbers! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_u8 deserialize_u16 deserialize_u32
        deserialize_u64
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, DeserializeError> {
        if name == WRITTEN {
            return visitor.visit_str(&self.canonical());
        }
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DeserializeError> {
        if let Some(tag) = tag_of(name) {
            let variant = self.get(tag).ok_or_else(|| de::Error::missing_field(tag))?;
            let Some(variant) = variant.text() else {
                return Err(DeserializeError::custom("a name is wanted here").inside(tag.to_owned()));
            };
            return visitor.visit_enum(Variant { variant, content: Content::Around(self) });
        }
        if let Some(variant) = self.text() {
            return visitor.visit_enum(Variant { variant, content: Content::Nothing });
        }
        let Some(mut members) = self.members() else {
            return Err(de::Error::custom("a name, or an object with one member, is wanted here"));
        };
        match (members.next(), members.next()) {
            (Some((variant, value)), None) => {
                visitor.visit_enum(Variant { variant, content: Content::Inside(variant, value) })
            }
            _ => Err(de::Error::custom("an object with one member is wanted here")),
        }
    }

    forward_to_deserialize_any! {
        i128 u128 f32 f64 char bytes byte_buf unit unit_struct tuple_struct identifier
    }
}

struct InList<'de> {
    items: Items<'de>,
    index: usize,
}

impl<'de> de::SeqAccess<'de> for InList<'de> {
    type Error = DeserializeError;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, DeserializeError> {
        let Some(item) = self.items.next() else { return Ok(None) };
        let index = self.index;
        self.index = index.saturating_add(1);
        seed.deserialize(item).map(Some).map_err(|error| error.inside(format!("[{index}]")))
    }
}

struct InObject<'de> {
    members: Members<'de>,
    value: Option<(&'de str, Value<'de>)>,
}

impl<'de> de::MapAccess<'de> for InObject<'de> {
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
        seed.deserialize(value).map_err(|error| error.inside(key.to_owned()))
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
        seed.deserialize(de::value::StringDeserializer::new(self.0.take().unwrap_or_default()))
    }
}

/// A variant, and what belongs to it.
struct Variant<'de> {
    variant: &'de str,
    content: Content<'de>,
}

/// Where the content of a variant is.
enum Content<'de> {
    /// The name is all there is.
    Nothing,
    /// This is it: the value of the member with that name.
    Inside(&'de str, Value<'de>),
    /// The other members of the object that the name is a member of. The name is left among them: no variant has a field of
    /// that name, and none forbids it.
    Around(Value<'de>),
}

impl<'de> Content<'de> {
    /// Reads the value, and says of what is wrong in it which member it is in.
    fn read<T>(
        self,
        wanted: &str,
        read: impl FnOnce(Value<'de>) -> Result<T, DeserializeError>,
    ) -> Result<T, DeserializeError> {
        match self {
            Self::Inside(name, value) => read(value).map_err(|error| error.inside(name.to_owned())),
            Self::Around(value) => read(value),
            Self::Nothing => Err(de::Error::invalid_type(Unexpected::UnitVariant, &wanted)),
        }
    }
}

impl<'de> de::EnumAccess<'de> for Variant<'de> {
    type Error = DeserializeError;
    type Variant = Content<'de>;

    fn variant_seed<V: DeserializeSeed<'de>>(
        self,
        seed: V,
    ) -> Result<(V::Value, Content<'de>), DeserializeError> {
        let variant = seed.deserialize(de::value::BorrowedStrDeserializer::new(self.variant))?;
        Ok((variant, self.content))
    }
}

impl<'de> de::VariantAccess<'de> for Content<'de> {
    type Error = DeserializeError;

    fn unit_variant(self) -> Result<(), DeserializeError> {
        match self {
            Self::Inside(..) => self.read("unit variant", Deserialize::deserialize),
            Self::Nothing | Self::Around(_) => Ok(()),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, DeserializeError> {
        self.read("newtype variant", |value| seed.deserialize(value))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, DeserializeError> {
        self.read("tuple variant", |value| value.deserialize_seq(visitor))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DeserializeError> {
        self.read("struct variant", |value| value.deserialize_map(visitor))
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
