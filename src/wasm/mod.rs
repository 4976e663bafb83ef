//! The exports of the WebAssembly modules: `decide`, and `tollgate` which has the compiler of rule text and the life of
//! changes, too.
//!
//! JSON text goes in and JSON text comes out, so there is no object to free and no `Map` to mistake for one; images of policies
//! are bytes. Each export is one line into `api`: bindings rename, they do not decide. The one thing kept here are compiled
//! policies by handle; a host that loses the instance compiles or opens again.
//!
//! A panic leaves the module as an exception that carries its message. The instance is not to be used after it.

#[cfg(feature = "life")]
mod changes;
#[cfg(feature = "compiler")]
mod rules;
#[cfg(all(feature = "life", feature = "trail"))]
mod trail;
#[cfg(feature = "life")]
mod watch;

use crate::api::{Policies, image as image_of, json_call};
use js_sys::{JsString, Uint8Array};
use std::cell::RefCell;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

/// Calls make and drop many small values: an allocator that is quick at that, and small itself.
#[cfg(all(target_arch = "wasm32", not(target_feature = "atomics")))]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

#[wasm_bindgen]
extern "C" {
    /// The host's. It is fifty times as quick as the loop over characters by which a text comes in otherwise.
    type TextEncoder;

    #[wasm_bindgen(constructor)]
    fn new() -> TextEncoder;

    #[wasm_bindgen(method)]
    fn encode(this: &TextEncoder, text: &JsString) -> Uint8Array;
}

thread_local! {
    static ENCODER: TextEncoder = TextEncoder::new();
    static POLICIES: RefCell<Policies> = RefCell::default();
}

/// Makes a panic say why: without this it is a trap that says `unreachable`.
#[wasm_bindgen(start)]
pub fn start() {
    std::panic::set_hook(Box::new(|panic| wasm_bindgen::throw_str(&panic.to_string())));
}

/// Returns the version of the engine, as in `0.1.0`.
#[wasm_bindgen]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

/// Opens the image of a compiled policy and keeps it under the `handle` of the answer.
#[wasm_bindgen]
pub fn open(#[wasm_bindgen(unchecked_param_type = "Uint8Array")] image: JsValue) -> String {
    match image.dyn_ref::<Uint8Array>() {
        Some(image) => POLICIES.with_borrow_mut(|policies| json_call::open(&image.to_vec(), policies)),
        None => json_call::no_bytes(),
    }
}

/// Returns the policy kept under a handle as bytes that `open` takes; nothing if there is none.
#[wasm_bindgen]
pub fn image(handle: u32) -> Option<Vec<u8>> {
    POLICIES.with_borrow(|policies| policies.get(handle).map(image_of))
}

/// `{ handle }`: forgets a compiled policy.
#[wasm_bindgen]
pub fn release(#[wasm_bindgen(unchecked_param_type = "string")] call: JsValue) -> String {
    with_text(&call, |call| POLICIES.with_borrow_mut(|policies| json_call::release(call, policies)))
}

/// `{ policy, request, facts?, now, explain? }`: decides one change request.
#[wasm_bindgen]
pub fn decide(#[wasm_bindgen(unchecked_param_type = "string")] call: JsValue) -> String {
    with_text(&call, |call| POLICIES.with_borrow(|policies| json_call::decide(call, policies)))
}

/// `{ policy, items: [{ request, facts?, now }], explain? }`: decides many.
#[wasm_bindgen(js_name = decideMany)]
pub fn decide_many(#[wasm_bindgen(unchecked_param_type = "string")] call: JsValue) -> String {
    with_text(&call, |call| POLICIES.with_borrow(|policies| json_call::decide_many(call, policies)))
}

/// `{ policy }`: the questions of a policy, and what the answers can lead to.
#[wasm_bindgen]
pub fn form(#[wasm_bindgen(unchecked_param_type = "string")] call: JsValue) -> String {
    with_text(&call, |call| POLICIES.with_borrow(|policies| json_call::form(call, policies)))
}

/// `{ policy }`: the rule files that a policy was compiled from.
#[wasm_bindgen]
pub fn files(#[wasm_bindgen(unchecked_param_type = "string")] call: JsValue) -> String {
    with_text(&call, |call| POLICIES.with_borrow(|policies| json_call::files(call, policies)))
}

/// `{ policy, answers, facts?, now, explain? }`: what a half-filled form can still become.
#[wasm_bindgen]
pub fn partial(#[wasm_bindgen(unchecked_param_type = "string")] call: JsValue) -> String {
    with_text(&call, |call| POLICIES.with_borrow(|policies| json_call::partial(call, policies)))
}

/// Fails: `panic`, `unreachable`, or recursion without an end for anything else. For tests of what hosts do then.
#[cfg(feature = "trap")]
#[wasm_bindgen]
pub fn trap(how: &str) -> u32 {
    match how {
        #[expect(clippy::panic, reason = "that is what it is for")]
        "panic" => panic!("this panic is wanted"),
        "unreachable" => std::process::abort(),
        _ => trap(how).saturating_add(1),
    }
}

/// Reads the text of a call. What is no text, as an object that was not made JSON, would otherwise end in a trap; what is too
/// long is refused before it takes memory that is never given back.
fn with_text(call: &JsValue, then: impl FnOnce(&str) -> String) -> String {
    match call.dyn_ref::<JsString>() {
        None => json_call::no_text(),
        Some(text) if text.length() > json_call::LONGEST_CALL => json_call::too_long(),
        Some(text) => {
            let bytes = ENCODER.with(|encoder| encoder.encode(text)).to_vec();
            // An encoder writes UTF-8 and nothing else.
            then(&String::from_utf8(bytes).unwrap_or_default())
        }
    }
}
