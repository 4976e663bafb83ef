//! The way of typed structs straight into text: what [`from_serialize`](super::from_serialize()) and then
//! [`write`](super::write()) would give, without the values in between.

use std::fmt::{self, Write as _};

use serde::ser::{self, Serialize, SerializeMap, SerializeSeq, Serializer};

use super::serialize::{EXACT_NUMBER, SerializeError, number_of_carrier};
use super::tagged::tag_of;
use super::{Json, Number, WRITTEN_HERE, read, write};

/// Returns a typed struct as compact JSON, with members in the order of its fields.
///
/// A key that stands twice in one object is not looked for: whoever derives `Serialize` without flattening cannot make
/// one.
///
/// ```
/// use tollgate::json::{from_serialize, write, write_serialize};
///
/// let answer = (1, "a\"b", Some([true]), ());
/// assert_eq!(write_serialize(&answer).unwrap(), r#"[1,"a\"b",[true],null]"#);
/// assert_eq!(write_serialize(&answer).unwrap(), write(&from_serialize(&answer).unwrap()));
/// assert!(write_serialize(&0.1).is_err());
/// ```
///
/// # Errors
/// [`SerializeError`], for floats, unsafe integers, bytes, and keys that are no text.
pub fn write_serialize<T: Serialize + ?Sized>(value: &T) -> Result<String, SerializeError> {
    /// So long is a short answer; a longer one finds more when it needs it.
    const SHORT: usize = 2048;
    let mut out = String::with_capacity(SHORT);
    value.serialize(ToText { out: &mut out })?;
    Ok(out)
}

/// Returns the value of a typed struct as [`Json`] by way of its text: as [`from_serialize`](super::from_serialize()) does, with
/// no other code for the type than [`write_serialize`] has. For what is asked seldom, of types that are written anyway.
///
/// # Errors
/// [`SerializeError`].
pub fn from_written<T: Serialize + ?Sized>(value: &T) -> Result<Json, SerializeError> {
    read(&write_serialize(value)?, WRITTEN_HERE).map_err(ser::Error::custom)
}

/// Takes a value from serde and appends it.
struct ToText<'a> {
    out: &'a mut String,
}

impl<'a> ToText<'a> {
    fn raw(self, text: &str) -> Result<(), SerializeError> {
        self.out.push_str(text);
        Ok(())
    }

    fn whole(self, value: i128) -> Result<(), SerializeError> {
        let number = i64::try_from(value).ok().and_then(Number::from_i64);
        write::number(number.ok_or(SerializeError::UnsafeInteger { value })?, self.out);
        Ok(())
    }

    /// An object that begins with its tag.
    fn open_tagged(self, tag: &str, variant: &str) -> Result<Parts<'a>, SerializeError> {
        let mut parts = self.open('{', "}");
        parts.member(tag, variant)?;
        Ok(parts)
    }

    fn open(self, bracket: char, close: &'static str) -> Parts<'a> {
        self.out.push(bracket);
        Parts { out: self.out, close, is_first: true }
    }

    /// What belongs to a variant of an enum stands in an object with the variant's name, as serde does by default.
    fn open_variant(self, variant: &str, bracket: char, close: &'static str) -> Parts<'a> {
        self.out.push('{');
        write::string(variant, self.out);
        self.out.push(':');
        self.open(bracket, close)
    }
}

/// Escapes what is displayed.
struct Escaped<'a>(&'a mut String);

impl fmt::Write for Escaped<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        write::escaped(text, self.0);
        Ok(())
    }
}

macro_rules! whole_numbers {
    ($($method:ident: $type:ty),*) => {
        $(fn $method(self, value: $type) -> Result<(), SerializeError> {
            self.whole(value.into())
        })*
    };
}

impl<'a> Serializer for ToText<'a> {
    type Ok = ();
    type Error = SerializeError;
    type SerializeSeq = Parts<'a>;
    type SerializeTuple = Parts<'a>;
    type SerializeTupleStruct = Parts<'a>;
    type SerializeTupleVariant = Parts<'a>;
    type SerializeMap = Parts<'a>;
    type SerializeStruct = Parts<'a>;
    type SerializeStructVariant = Parts<'a>;

    whole_numbers! {
        serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64, serialize_i128: i128,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64
    }

    fn serialize_u128(self, value: u128) -> Result<(), SerializeError> {
        self.whole(i128::try_from(value).unwrap_or(i128::MAX))
    }

    fn serialize_bool(self, value: bool) -> Result<(), SerializeError> {
        self.raw(if value { "true" } else { "false" })
    }

    fn serialize_f32(self, _: f32) -> Result<(), SerializeError> {
        Err(SerializeError::Float)
    }

    fn serialize_f64(self, _: f64) -> Result<(), SerializeError> {
        Err(SerializeError::Float)
    }

    fn serialize_char(self, value: char) -> Result<(), SerializeError> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<(), SerializeError> {
        write::string(value, self.out);
        Ok(())
    }

    fn collect_str<T: fmt::Display + ?Sized>(self, value: &T) -> Result<(), SerializeError> {
        self.out.push('"');
        write!(Escaped(self.out), "{value}").map_err(ser::Error::custom)?;
        self.raw("\"")
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<(), SerializeError> {
        Err(SerializeError::Bytes)
    }

    fn serialize_none(self) -> Result<(), SerializeError> {
        self.raw("null")
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), SerializeError> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), SerializeError> {
        self.raw("null")
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), SerializeError> {
        self.raw("null")
    }

    fn serialize_unit_variant(
        self,
        name: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), SerializeError> {
        match tag_of(name) {
            Some(tag) => self.open_tagged(tag, variant)?.finish(),
            None => self.serialize_str(variant),
        }
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        value: &T,
    ) -> Result<(), SerializeError> {
        if name != EXACT_NUMBER {
            return value.serialize(self);
        }
        write::number(number_of_carrier(value)?, self.out);
        Ok(())
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), SerializeError> {
        if let Some(tag) = tag_of(name) {
            let place = self.out.len();
            value.serialize(ToText { out: self.out })?;
            return put_tag(self.out, place, tag, variant);
        }
        let mut parts = self.open('{', "}");
        parts.member(variant, value)?;
        parts.finish()
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Parts<'a>, SerializeError> {
        Ok(self.open('[', "]"))
    }

    fn serialize_tuple(self, _: usize) -> Result<Parts<'a>, SerializeError> {
        Ok(self.open('[', "]"))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Parts<'a>, SerializeError> {
        Ok(self.open('[', "]"))
    }

    fn serialize_tuple_variant(
        self,
        name: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Parts<'a>, SerializeError> {
        if tag_of(name).is_some() {
            return Err(SerializeError::TagOfNoObject { variant });
        }
        Ok(self.open_variant(variant, '[', "]}"))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Parts<'a>, SerializeError> {
        Ok(self.open('{', "}"))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Parts<'a>, SerializeError> {
        Ok(self.open('{', "}"))
    }

    fn serialize_struct_variant(
        self,
        name: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Parts<'a>, SerializeError> {
        if let Some(tag) = tag_of(name) {
            return self.open_tagged(tag, variant);
        }
        Ok(self.open_variant(variant, '{', "}}"))
    }
}

/// Puts a tag in front of the members of the object that was written from `place` on.
fn put_tag(out: &mut String, place: usize, tag: &str, variant: &'static str) -> Result<(), SerializeError> {
    let written = out.get(place..).unwrap_or_default();
    let (true, is_empty) = (written.starts_with('{'), written == "{}") else {
        return Err(SerializeError::TagOfNoObject { variant });
    };
    let mut first = String::new();
    write::string(tag, &mut first);
    first.push(':');
    write::string(variant, &mut first);
    if !is_empty {
        first.push(',');
    }
    out.insert_str(place.saturating_add(1), &first);
    Ok(())
}

/// A list or an object that is open.
struct Parts<'a> {
    out: &'a mut String,
    close: &'static str,
    is_first: bool,
}

impl Parts<'_> {
    fn comma(&mut self) {
        if !std::mem::replace(&mut self.is_first, false) {
            self.out.push(',');
        }
    }

    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), SerializeError> {
        self.comma();
        value.serialize(ToText { out: self.out })
    }

    fn member<T: Serialize + ?Sized>(&mut self, key: &str, value: &T) -> Result<(), SerializeError> {
        self.comma();
        write::string(key, self.out);
        self.out.push(':');
        value.serialize(ToText { out: self.out })
    }

    fn finish(self) -> Result<(), SerializeError> {
        self.out.push_str(self.close);
        Ok(())
    }
}

impl SerializeMap for Parts<'_> {
    type Ok = ();
    type Error = SerializeError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), SerializeError> {
        self.comma();
        let place = self.out.len();
        key.serialize(ToText { out: self.out })?;
        let is_text = self.out.get(place..).is_some_and(|key| key.starts_with('"'));
        self.out.push(':');
        if is_text { Ok(()) } else { Err(SerializeError::KeyNotText) }
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), SerializeError> {
        value.serialize(ToText { out: self.out })
    }

    fn end(self) -> Result<(), SerializeError> {
        self.finish()
    }
}

impl SerializeSeq for Parts<'_> {
    type Ok = ();
    type Error = SerializeError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), SerializeError> {
        self.item(value)
    }

    fn end(self) -> Result<(), SerializeError> {
        self.finish()
    }
}

/// serde asks for more traits that do what [`SerializeSeq`] does, under other names.
macro_rules! as_items {
    ($($trait:ident :: $method:ident),*) => {
        $(impl ser::$trait for Parts<'_> {
            type Ok = ();
            type Error = SerializeError;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), SerializeError> {
                self.item(value)
            }

            fn end(self) -> Result<(), SerializeError> {
                self.finish()
            }
        })*
    };
}

as_items! {
    SerializeTuple::serialize_element, SerializeTupleStruct::serialize_field,
    SerializeTupleVariant::serialize_field
}

/// A struct's fields are members whose keys are known.
macro_rules! as_members {
    ($($trait:ident),*) => {
        $(impl ser::$trait for Parts<'_> {
            type Ok = ();
            type Error = SerializeError;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                key: &'static str,
                value: &T,
            ) -> Result<(), SerializeError> {
                self.member(key, value)
            }

            fn end(self) -> Result<(), SerializeError> {
                self.finish()
            }
        })*
    };
}

as_members! { SerializeStruct, SerializeStructVariant }
