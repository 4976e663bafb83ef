//! What no decision reads. It stands in an image as a row of bytes: an engine that only decides carries it on as it is,
//! and needs none of the code that reads it.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A part of the form that no decision reads.
#[cfg(any(feature = "compiler", feature = "life"))]
#[derive(Debug, Clone, Default)]
pub struct Apart<T>(T);

/// A part of the form that no decision reads: its bytes, in an engine that only decides.
#[cfg(not(any(feature = "compiler", feature = "life")))]
#[derive(Debug, Clone, Default)]
pub struct Apart<T>(Vec<u8>, std::marker::PhantomData<T>);

#[cfg(any(feature = "compiler", feature = "life"))]
mod typed {
    use super::{Apart, Deserialize, Deserializer, Serialize, Serializer};
    use serde::de::{DeserializeOwned, Error as _};
    use serde::ser::Error as _;
    use std::ops::{Deref, DerefMut};

    impl<T> Deref for Apart<T> {
        type Target = T;

        fn deref(&self) -> &T {
            &self.0
        }
    }

    impl<T> DerefMut for Apart<T> {
        fn deref_mut(&mut self) -> &mut T {
            &mut self.0
        }
    }

    impl<T: Serialize> Serialize for Apart<T> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let bytes = postcard::to_allocvec(&self.0).map_err(S::Error::custom)?;
            serializer.serialize_bytes(&bytes)
        }
    }

    impl<'de, T: DeserializeOwned> Deserialize<'de> for Apart<T> {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            let bytes = <&[u8]>::deserialize(deserializer)?;
            postcard::from_bytes(bytes).map(Self).map_err(D::Error::custom)
        }
    }
}

#[cfg(not(any(feature = "compiler", feature = "life")))]
mod bytes {
    use super::{Apart, Deserialize, Deserializer, Serialize, Serializer};

    impl<T> Serialize for Apart<T> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.serialize_bytes(&self.0)
        }
    }

    impl<'de, T> Deserialize<'de> for Apart<T> {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            let bytes = <&[u8]>::deserialize(deserializer)?;
            Ok(Self(bytes.to_vec(), std::marker::PhantomData))
        }
    }
}
