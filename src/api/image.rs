//! A compiled policy as bytes, so that a host can decide without reading rule text.
//!
//! ```text
//! tollgate policy image · <format> · <SHA-256 of the rest>\n    one line of text
//! postcard( identity, files, form, Ir )                       https://postcard.jamesmunns.com/wire-format
//! ```
//!
//! An image is made anew with each version of the engine and kept by nobody: what lasts are the rule files in it. Whoever
//! does not trust one compiles those again, and has the same bytes or an image that says something else than its files.

use serde::{Deserialize, Serialize};

use crate::ir::{Ir, Names, Wordings, is_sound};
use crate::value::Digest;

use super::{Compiled, PolicyIdentity, Refusal};

const HEAD: &str = "tollgate policy image";
/// Changes with the sources of what is written, so that no engine reads the image of another.
const FORMAT: &str = concat!(env!("CARGO_PKG_VERSION"), "-", env!("TOLLGATE_IMAGE_FORMAT"));

#[derive(Serialize)]
struct Written<'a> {
    identity: &'a PolicyIdentity,
    files: Vec<(&'a str, &'a str)>,
    form: &'a str,
    ir: &'a Ir,
}

#[derive(Deserialize)]
struct Read {
    identity: PolicyIdentity,
    files: Vec<(String, String)>,
    form: String,
    ir: Ir,
}

/// Returns the policy as bytes: the same on every host.
pub fn image(policy: &Compiled) -> Vec<u8> {
    let Compiled { sources, form, ir, identity } = policy;
    let files = sources.iter().map(|(_, source)| (source.name(), source.text())).collect();
    // Nothing in it is of a kind that cannot be written, and memory is all that it takes.
    let rest = postcard::to_allocvec(&Written { identity, files, form, ir }).unwrap_or_default();
    let mut image = format!("{HEAD} {FORMAT} {}\n", Digest::of(&rest)).into_bytes();
    image.extend(rest);
    image
}

/// Reads a policy back from its [`image`].
///
/// # Errors
/// `BAD_IMAGE`: the bytes are no image, one of another engine, or not as they were written.
pub fn open(image: &[u8]) -> Result<Compiled, Refusal> {
    let Some((head, rest)) =
        image.iter().position(|byte| *byte == b'\n').and_then(|end| image.split_at_checked(end))
    else {
        return Err(refused("these bytes are no compiled policy"));
    };
    let rest = rest.get(1..).unwrap_or_default();
    let head = std::str::from_utf8(head).unwrap_or_default();
    let Some((format, digest)) = head.strip_prefix(HEAD).and_then(|head| head.trim_start().split_once(' '))
    else {
        return Err(refused("these bytes are no compiled policy"));
    };
    if format != FORMAT {
        return Err(refused("this policy was compiled by another version of the engine"));
    }
    if digest != Digest::of(rest).to_string() {
        return Err(refused("this compiled policy is damaged"));
    }
    let Ok(Read { identity, files, form, mut ir }) = postcard::from_bytes::<Read>(rest) else {
        return Err(refused("this compiled policy is damaged"));
    };
    if !is_sound(&ir) {
        return Err(refused("this compiled policy was not made by the engine"));
    }
    ir.wordings = Wordings::of(ir.nodes.len());
    ir.names = Names::of(&ir);
    Ok(Compiled { sources: files.into_iter().collect(), form, ir, identity })
}

fn refused(message: &str) -> Refusal {
    Refusal::new("BAD_IMAGE", message).help("compile its rule files again, with this version")
}
