//! The exports of the WebAssembly module.
//!
//! JSON text goes in and JSON text comes out, so there is no object to free and no `Map` to mistake for one.
//! Each export is one line into `api`: bindings rename, they do not decide. The one thing kept here are compiled policies
//! by handle; a host that loses the instance compiles again.

use crate::api::{Policies, json_call};
use js_sys::JsString;
use std::cell::RefCell;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

thread_local! {
    static POLICIES: RefCell<Policies> = RefCell::default();
}

/// Returns the version of the engine, as in `0.1.0`.
#[wasm_bindgen]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

/// `{ files, search_budget? }`: finds every mistake in a policy.
#[wasm_bindgen]
pub fn check(#[wasm_bindgen(unchecked_param_type = "string")] call: JsValue) -> String {
    with_text(&call, json_call::check)
}

/// `{ name, text }`: lays one rule file out.
#[wasm_bindgen]
pub fn format(#[wasm_bindgen(unchecked_param_type = "string")] call: JsValue) -> String {
    with_text(&call, json_call::format)
}

/// `{ files, only? }`: runs the tests written in a policy.
#[wasm_bindgen]
pub fn test(#[wasm_bindgen(unchecked_param_type = "string")] call: JsValue) -> String {
    with_text(&call, json_call::test)
}

/// `{ files }`: compiles a policy and keeps it under the `handle` of the answer.
#[wasm_bindgen]
pub fn compile(#[wasm_bindgen(unchecked_param_type = "string")] call: JsValue) -> String {
    with_text(&call, |call| POLICIES.with_borrow_mut(|policies| json_call::compile(call, policies)))
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

/// `{ policy, answers, facts?, now }`: what a half-filled form can still become.
#[wasm_bindgen]
pub fn partial(#[wasm_bindgen(unchecked_param_type = "string")] call: JsValue) -> String {
    with_text(&call, |call| POLICIES.with_borrow(|policies| json_call::partial(call, policies)))
}

/// Reads the text of a call. What is no text, as an object that was not made JSON, would otherwise end in a trap; what is too
/// long is refused before it takes memory that is never given back.
fn with_text(call: &JsValue, then: impl FnOnce(&str) -> String) -> String {
    match call.dyn_ref::<JsString>() {
        None => json_call::no_text(),
        Some(text) if text.length() > json_call::LONGEST_CALL => json_call::too_long(),
        Some(text) => then(&String::from(text)),
    }
}
