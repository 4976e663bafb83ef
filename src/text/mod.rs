//! Source text: files by number, byte ranges in them, and the line and column of each byte.
//!
//! A [`Span`] is all that later forms carry. [`Sources`] turns it back into a file name, lines and columns
//! for people, bytes and UTF-16 units for programs. Nothing here knows the rule language, except [`hostile`],
//! which looks at text before any parser does.

pub mod hostile;
mod lines;
mod nearest;
mod source;
mod span;

pub use lines::Position;
pub use nearest::{nearest, nearest_id};
pub use source::{Source, SourceId, Sources};
pub use span::Span;
