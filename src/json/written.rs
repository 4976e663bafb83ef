//! Values that stay as they are written.

use std::fmt;

use serde::de::{Deserialize, DeserializeOwned, Deserializer, Visitor};
use serde::ser::{Serialize, Serializer};

use super::{DeserializeError, Document, Json, WRITTEN_HERE, canonical};

/// The name under which a [`Written`] goes through serde: the reader's own values give it their text.
pub(super) const WRITTEN: &str = "tollgate::json::Written";

/// A value in its canonical form (RFC 8785). What was read and is signed mostly stays as it stands: a value is made of it when
/// somebody asks what it says.
///
/// ```
/// use tollgate::json::{Document, Json, Limits, Written};
///
/// let entry = Document::read_canonical(r#"{"body":{"reason":"lost"}}"#, Limits::default())?;
/// let body: Written = entry.value().get("body").unwrap().typed().unwrap();
/// assert_eq!(body.text(), r#"{"reason":"lost"}"#);
/// assert_eq!(body.get("reason"), Some(Json::String("lost".to_owned())));
/// assert_eq!(body, Written::of(&body.json()));
/// # Ok::<(), tollgate::json::JsonError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Written {
    // INVARIANT: strict JSON in its canonical form.
    text: String,
}

impl Written {
    /// Writes a value.
    pub fn of(value: &Json) -> Self {
        Self { text: canonical(value) }
    }

    /// Returns the canonical form.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the value.
    pub fn json(&self) -> Json {
        self.read(|document| document.value().to_json()).unwrap_or_default()
    }

    /// Returns the member `key` of an object; `None` if there is none, or if this is no object.
    pub fn get(&self, key: &str) -> Option<Json> {
        self.read(|document| document.value().get(key).map(|member| member.to_json())).flatten()
    }

    /// Returns the typed struct that the value says.
    ///
    /// # Errors
    /// [`DeserializeError`], which names the place.
    pub fn typed<T: DeserializeOwned>(&self) -> Result<T, DeserializeError> {
        self.read(|document| document.value().typed()).unwrap_or_else(|| super::to_typed(&Json::Null))
    }

    /// Looks into the value. Its text was read before, so that it can be again.
    fn read<T>(&self, look: impl FnOnce(&Document<'_>) -> T) -> Option<T> {
        Document::read_canonical(&self.text, WRITTEN_HERE).ok().map(|document| look(&document))
    }
}

impl fmt::Debug for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Serialize for Written {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.json().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Written {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(WRITTEN, Stands)
    }
}

struct Stands;

impl<'de> Visitor<'de> for Stands {
    type Value = Written;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    /// Only the reader's own values come this way, with their canonical form.
    fn visit_str<E>(self, text: &str) -> Result<Written, E> {
        Ok(Written { text: text.to_owned() })
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, other: D) -> Result<Written, D::Error> {
        Json::deserialize(other).map(|value| Written::of(&value))
    }
}
