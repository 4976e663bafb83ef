//! The exports of the WebAssembly module.
//!
//! JSON text goes in and JSON text comes out, so there is no object to free and no `Map` to mistake for one.
//! Each export is one line into `api`: bindings rename, they do not decide.

use wasm_bindgen::prelude::wasm_bindgen;

/// Returns the version of the engine, as in `0.1.0`.
#[wasm_bindgen]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}
